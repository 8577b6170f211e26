//! Files of a contract, the signed PDF above all (`api/oneflow.md §3.11`).

use domain::ContractId;
use http::{Call, Download, Error};
use serde::Deserialize;

use crate::address::storage_hosts;
use crate::client::Oneflow;
use crate::filter::Query;
use crate::wire::null_is_default;

/// More than any contract has; Kommo would take 300 MiB (`api/kommo.md §14`).
const LARGEST_PDF: usize = 64 << 20;

/// A file of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractFile {
    /// Unique in the contract.
    pub id: i64,
    /// May be empty.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// Without a dot; may be empty.
    pub extension: String,
}

/// What a file of a contract is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileKind {
    /// The whole contract as a PDF; there in every state.
    Contract,
    /// Proof of signing, of contracts signed before 2024-01-15.
    Verification,
    /// Attached by people.
    Attachment,
    /// A PDF that is part of the contract.
    Pdf,
    /// Anything else, as it was written.
    Other(String),
}

/// Why there is no PDF.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// It is still being made: it comes a while after the contract or its last signature. Ask again later.
    #[error("the PDF is not ready")]
    NotReady,
    /// What came is no PDF.
    #[error("the file is not a PDF")]
    NotAPdf,
    /// The call failed.
    #[error(transparent)]
    Call(#[from] Error),
}

#[derive(Deserialize)]
struct WireFile {
    id: i64,
    #[serde(default, deserialize_with = "null_is_default")]
    name: String,
    #[serde(default, rename = "type", deserialize_with = "null_is_default")]
    kind: String,
    #[serde(default, deserialize_with = "null_is_default")]
    extension: String,
}

impl From<WireFile> for ContractFile {
    fn from(wire: WireFile) -> Self {
        let kind = match wire.kind.as_str() {
            "contract" => FileKind::Contract,
            "verification" => FileKind::Verification,
            "attachment" => FileKind::Attachment,
            "pdf" => FileKind::Pdf,
            _ => FileKind::Other(wire.kind),
        };
        Self { id: wire.id, name: wire.name, kind, extension: wire.extension }
    }
}

impl Oneflow {
    /// The files of a contract.
    pub async fn files(&self, contract: ContractId, call: Call) -> Result<Vec<ContractFile>, Error> {
        let path = format!("contracts/{contract}/files/");
        let rows = self.all_rows::<WireFile>(&path, &Query::new(), call).await?.rows;
        let mut files: Vec<ContractFile> = rows.into_iter().map(ContractFile::from).collect();
        files.sort_by_key(|file| file.id);
        files.dedup_by_key(|file| file.id);
        Ok(files)
    }

    /// The contract as a PDF; the signed one once it is signed.
    pub async fn contract_pdf(&self, contract: ContractId, call: Call) -> Result<Vec<u8>, PdfError> {
        let files = self.files(contract, call).await?;
        let file = files.iter().find(|file| file.kind == FileKind::Contract).ok_or(PdfError::NotReady)?;
        let download = Download {
            name: "oneflow.contract.pdf",
            path: format!("contracts/{contract}/files/{}", file.id).into(),
            query: vec![("download".into(), "true".to_owned())],
            headers: self.caller_headers(),
            storage: &storage_hosts(),
            max_bytes: LARGEST_PDF,
        };
        let bytes = self.client.download(&download, call).await.map_err(not_ready_or_failed)?;
        if bytes.starts_with(b"%PDF-") { Ok(bytes) } else { Err(PdfError::NotAPdf) }
    }
}

/// A file that is listed but cannot be had yet is answered 404 or 409 by Oneflow, or refused by its storage.
fn not_ready_or_failed(error: Error) -> PdfError {
    match error {
        Error::Storage { .. } | Error::Conflict(_) => PdfError::NotReady,
        Error::Refused(refusal) if refusal.status == 404 => PdfError::NotReady,
        error => PdfError::Call(error),
    }
}

#[cfg(test)]
mod tests;
