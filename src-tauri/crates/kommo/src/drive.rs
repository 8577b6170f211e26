//! Files: the drive of an account, and what is attached to a deal (`api/kommo.md §14`).
//!
//! The drive is another host, which Kommo names; the token goes there too, so the host is checked first, and so is
//! every upload address that the drive names.

mod upload;
mod wire;

use std::{borrow::Cow, fmt};

use domain::DealId;
use http::{Address, ApiClient, Body, Call, Effect, Endpoint, Error, Ignored, Method, Url, found, segment};
use serde::Serialize;

use self::wire::{WireDriveFiles, WireFile, WireLinkedFiles};
use crate::{
    address::{KommoAddress, hosts},
    client::Kommo,
    list::{Query, ReadPage, read_all, without_end},
    wire::hal::Page,
};

pub use self::upload::{UploadError, WholeFile};

/// A file of the drive: `0f6a2c10-…`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileId(pub String);

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A file as the drive knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriveFile {
    /// By which it is attached.
    pub id: FileId,
    /// With its extension, whichever way the drive keeps that.
    pub name: String,
    /// In bytes, where the drive says so.
    pub size: Option<u64>,
}

/// Kommo named a host that is not Kommo's. The token does not go there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the address of the files does not belong to Kommo")]
pub struct ForeignHost;

/// The drive of one account. Cheap to clone; shares the pace of the account.
#[derive(Clone)]
pub struct Drive {
    client: ApiClient,
    account: KommoAddress,
}

impl fmt::Debug for Drive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Drive({})", self.account)
    }
}

impl Kommo {
    /// The drive at the address that the account names.
    pub fn drive(&self, drive_url: &str) -> Result<Drive, ForeignHost> {
        let client = at(&self.client, &self.address, drive_url)?;
        Ok(Drive { client, account: self.address.clone() })
    }

    /// The files attached to a deal.
    pub async fn deal_files(&self, deal: DealId, call: Call) -> Result<Vec<FileId>, Error> {
        const MOST_PAGES: usize = 200;
        let mut files = Vec::new();
        let mut before: Option<i64> = None;
        for _ in 0..MOST_PAGES {
            let mut query: Query = vec![(Cow::Borrowed("limit"), FILES.to_string())];
            query.extend(before.map(|id| (Cow::Borrowed("before_id"), id.to_string())));
            let page = ReadPage::<WireLinkedFiles>::new(format!("leads/{deal}/files"), query);
            let rows = self.call(&page, call).await?.answer.map(Page::rows).unwrap_or_default();
            let (count, last) = (rows.len(), rows.iter().filter_map(|row| row.id).min());
            files.extend(rows.into_iter().map(|row| FileId(row.file_uuid)));
            // Guess: ids go down from page to page, as the parameter's name says.
            let goes_on = count >= FILES && last.is_some() && before.is_none_or(|before| last < Some(before));
            if !goes_on {
                return Ok(files);
            }
            before = last;
        }
        Err(without_end())
    }

    /// Attaches a file of the drive to a deal. Guess: doing so twice is the same as once (`api/kommo.md §19.1`).
    pub async fn attach(&self, deal: DealId, file: &FileId, call: Call) -> Result<(), Error> {
        self.call(&Attach { deal, file }, call).await.map(drop)
    }
}

impl Drive {
    /// The files with that name that are not in the trash.
    ///
    /// Guess: the drive keeps a name without its extension (`api/kommo.md §14` shows it so), so that name is asked for
    /// first; and it may ignore the filter, so each row is compared.
    pub async fn files_named(&self, name: &str, call: Call) -> Result<Vec<DriveFile>, Error> {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        for asked in [stem, name] {
            let query = vec![(Cow::Borrowed("filter[name]"), asked.to_owned())];
            let rows = read_all::<WireDriveFiles>(&self.client, "v1.0/files", query, call).await?;
            let files = rows.into_iter().filter(|row| !row.is_trashed).map(DriveFile::from);
            let named: Vec<_> = files.filter(|file| file.name == name).collect();
            if !named.is_empty() || stem == name {
                return Ok(named);
            }
        }
        Ok(Vec::new())
    }

    /// One file; `None` when it is gone or in the trash.
    pub async fn file(&self, id: &FileId, call: Call) -> Result<Option<DriveFile>, Error> {
        let reply = found(self.client.call(&ReadFile { id }, call).await)?;
        Ok(reply.and_then(|reply| reply.answer).filter(|file| !file.is_trashed).map(DriveFile::from))
    }
}

/// Rows a page of a deal's files.
const FILES: usize = 50;

/// The same client at an address that Kommo named, if the token may go there.
fn at(client: &ApiClient, account: &KommoAddress, address: &str) -> Result<ApiClient, ForeignHost> {
    let url = Url::parse(address).map_err(|_| ForeignHost)?;
    if !account.may_call(&url) {
        return Err(ForeignHost);
    }
    Address::parse(address, &hosts()).map(|address| client.at(address)).map_err(|_| ForeignHost)
}

struct ReadFile<'a> {
    id: &'a FileId,
}

impl Endpoint for ReadFile<'_> {
    const NAME: &'static str = "kommo.file.read";
    const METHOD: Method = Method::GET;
    const EFFECT: Effect = Effect::Read;
    type Answer = Option<WireFile>;

    fn path(&self) -> Cow<'_, str> {
        Cow::Owned(format!("v1.0/files/{}", segment(&self.id.0)))
    }
}

struct Attach<'a> {
    deal: DealId,
    file: &'a FileId,
}

impl Endpoint for Attach<'_> {
    const NAME: &'static str = "kommo.file.attach";
    const METHOD: Method = Method::PUT;
    const EFFECT: Effect = Effect::Idempotent;
    /// 202 without a body or 200 with `{}` (`api/kommo.md §14`).
    type Answer = Ignored;

    fn path(&self) -> Cow<'_, str> {
        Cow::Owned(format!("leads/{}/files", self.deal))
    }

    fn body(&self) -> Body {
        Body::json(&[WireAttachment { file_uuid: &self.file.0 }])
    }
}

#[derive(Serialize)]
struct WireAttachment<'a> {
    file_uuid: &'a str,
}

#[cfg(test)]
mod tests;
