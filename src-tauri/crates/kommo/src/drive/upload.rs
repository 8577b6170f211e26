//! Uploading a file: a session, the parts one after the other, the file.

use std::{borrow::Cow, fmt};

use http::{Body, Call, Effect, Endpoint, Error, Method};
use serde::Serialize;

use super::{
    Drive, DriveFile, ForeignHost, at,
    wire::{WirePart, WireSession},
};

/// The smaller of the two numbers that were seen (`api/kommo.md §14`), for a session that names none.
const PART: usize = 131_072;

/// A file to be uploaded.
#[derive(Clone, Copy)]
pub struct WholeFile<'a> {
    /// With its extension.
    pub name: &'a str,
    /// Its media type, such as `application/pdf`.
    pub content_type: &'static str,
    /// What is in it.
    pub bytes: &'a [u8],
}

impl fmt::Debug for WholeFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WholeFile({}, {} bytes)", self.content_type, self.bytes.len())
    }
}

/// Why a file did not arrive. A repeated upload begins anew; look for the file by its name first, for the last part
/// may have arrived although its answer did not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UploadError {
    /// One of the calls failed.
    #[error(transparent)]
    Call(#[from] Error),
    /// The drive named an address that is not Kommo's.
    #[error(transparent)]
    ForeignHost(#[from] ForeignHost),
    /// The file is empty, or larger than the drive takes.
    #[error("the drive does not take a file of this size")]
    Size {
        /// The most bytes it takes, where it said so.
        most: Option<u64>,
    },
    /// All parts were taken, but the drive shows no file, or one of another size.
    #[error("the drive did not keep the whole file")]
    NotKept,
}

impl Drive {
    /// Uploads a file. It belongs to no deal until it is attached.
    pub async fn upload(&self, file: WholeFile<'_>, call: Call) -> Result<DriveFile, UploadError> {
        let length = u64::try_from(file.bytes.len()).unwrap_or(u64::MAX);
        if file.bytes.is_empty() {
            return Err(UploadError::Size { most: None });
        }
        let session = self.client.call(&StartSession { file }, call).await?.answer;
        let most = session.max_file_size.and_then(|most| u64::try_from(most).ok()).filter(|most| *most > 0);
        if most.is_some_and(|most| length > most) {
            return Err(UploadError::Size { most });
        }
        let part = session.max_part_size.and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0);
        let mut parts = file.bytes.chunks(part.unwrap_or(PART)).peekable();
        let mut address = session.upload_url;
        while let Some(bytes) = parts.next() {
            let client = at(&self.client, &self.account, &address)?;
            let sent = UploadPart { address, bytes, content_type: file.content_type };
            let answer = client.call(&sent, call).await?.answer;
            address = match (parts.peek(), answer.next_url.clone()) {
                (Some(_), Some(next)) => next,
                (Some(_), None) => return Err(UploadError::NotKept),
                (None, _) => return kept(answer, length),
            };
        }
        Err(UploadError::NotKept)
    }
}

fn kept(answer: WirePart, length: u64) -> Result<DriveFile, UploadError> {
    let file = answer.file().ok_or(UploadError::NotKept)?;
    match file.size {
        Some(size) if size != length => Err(UploadError::NotKept),
        _ => Ok(file),
    }
}

struct StartSession<'a> {
    file: WholeFile<'a>,
}

impl Endpoint for StartSession<'_> {
    const NAME: &'static str = "kommo.upload.start";
    const METHOD: Method = Method::POST;
    /// A session that is not used shows nowhere and ends by itself within a day.
    const EFFECT: Effect = Effect::Idempotent;
    type Answer = WireSession;

    fn path(&self) -> Cow<'_, str> {
        Cow::Borrowed("v1.0/sessions")
    }

    fn body(&self) -> Body {
        let WholeFile { name, content_type, bytes } = self.file;
        Body::json(&WireNewSession { file_name: name, file_size: bytes.len(), content_type })
    }
}

#[derive(Serialize)]
struct WireNewSession<'a> {
    file_name: &'a str,
    file_size: usize,
    content_type: &'a str,
}

struct UploadPart<'a> {
    address: String,
    bytes: &'a [u8],
    content_type: &'static str,
}

impl Endpoint for UploadPart<'_> {
    const NAME: &'static str = "kommo.upload.part";
    const METHOD: Method = Method::POST;
    /// Guess: whether a part may be sent twice is not known; a lost one ends the upload.
    const EFFECT: Effect = Effect::Once;
    type Answer = WirePart;

    fn path(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.address)
    }

    fn body(&self) -> Body {
        Body::Raw { content_type: self.content_type, bytes: self.bytes.to_vec() }
    }
}
