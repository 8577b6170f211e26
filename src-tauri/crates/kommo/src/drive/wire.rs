//! Shapes of the drive's answers (`api/kommo.md §14`).

use serde::Deserialize;

use super::{DriveFile, FileId};
use crate::wire::{hal::Collection, lenient};

pub(super) struct WireDriveFiles;

impl Collection for WireDriveFiles {
    const NAME: &'static str = "kommo.drive.list";
    /// Guess: the drive's own limit is not documented; a name has few files.
    const LIMIT: u32 = 50;
    const KEY: &'static str = "files";
    type Row = WireFile;
}

#[derive(Deserialize)]
pub(super) struct WireFile {
    pub(super) uuid: String,
    #[serde(default, deserialize_with = "lenient::text")]
    name: String,
    #[serde(default, deserialize_with = "lenient::integer_or_none")]
    size: Option<i64>,
    #[serde(default, deserialize_with = "lenient::object")]
    metadata: WireMetadata,
    #[serde(default, deserialize_with = "lenient::flag")]
    pub(super) is_trashed: bool,
}

#[derive(Default, Deserialize)]
struct WireMetadata {
    #[serde(default, deserialize_with = "lenient::text")]
    extension: String,
}

impl From<WireFile> for DriveFile {
    fn from(wire: WireFile) -> Self {
        let WireMetadata { extension } = wire.metadata;
        let end = format!(".{extension}");
        let is_whole = extension.is_empty() || wire.name.ends_with(&end);
        Self {
            id: FileId(wire.uuid),
            name: if is_whole { wire.name } else { wire.name + &end },
            size: wire.size.and_then(|size| u64::try_from(size).ok()),
        }
    }
}

pub(super) struct WireLinkedFiles;

impl Collection for WireLinkedFiles {
    const NAME: &'static str = "kommo.deal.files";
    const KEY: &'static str = "files";
    type Row = WireLinkedFile;
}

#[derive(Deserialize)]
pub(super) struct WireLinkedFile {
    pub(super) file_uuid: String,
    #[serde(default, deserialize_with = "lenient::integer_or_none")]
    pub(super) id: Option<i64>,
}

/// An upload that may begin.
#[derive(Deserialize)]
pub(super) struct WireSession {
    /// A secret: it carries the session's token.
    pub(super) upload_url: String,
    #[serde(default, deserialize_with = "lenient::integer_or_none")]
    pub(super) max_part_size: Option<i64>,
    #[serde(default, deserialize_with = "lenient::integer_or_none")]
    pub(super) max_file_size: Option<i64>,
}

/// The answer to a part: where the next one goes, or the whole file after the last.
#[derive(Deserialize)]
pub(super) struct WirePart {
    #[serde(default, deserialize_with = "lenient::text_or_none")]
    pub(super) next_url: Option<String>,
    #[serde(default)]
    uuid: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    name: String,
    #[serde(default, deserialize_with = "lenient::integer_or_none")]
    size: Option<i64>,
    #[serde(default, deserialize_with = "lenient::object")]
    metadata: WireMetadata,
}

impl WirePart {
    pub(super) fn file(self) -> Option<DriveFile> {
        let Self { uuid, name, size, metadata, .. } = self;
        Some(DriveFile::from(WireFile { uuid: uuid?, name, size, metadata, is_trashed: false }))
    }
}
