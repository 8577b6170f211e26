//! Contracts for reading: the list, one with everything around it, what happened, the signed PDF.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use domain::{ContractId, ContractState, DealId};
use http::{Address, Call};
use oneflow::PdfError;
use store::{activity, changes::ChangeId, contract_page, contracts, sends};

pub use store::{
    activity::{ActivityPage, ActivityRow},
    contract_page::{ContractCounts, ContractPage, ContractQuery, ContractRow, ContractSort, ContractStatus},
    contracts::{ContractDetail, KnownContract},
    write_backs::{StoredWriteBack, WriteBackId},
};

pub use drift::drift;
pub use row::row_of;

use crate::{EngineError, Event, Profile, settings::write_whole};

mod drift;
mod row;

/// A part of the list.
pub async fn page(profile: &Profile, query: ContractQuery) -> Result<ContractPage, EngineError> {
    Ok(profile.ledger.read(move |reading| contract_page::page(reading, &query)).await?)
}

/// How many contracts stand where.
pub async fn counts(profile: &Profile) -> Result<ContractCounts, EngineError> {
    let none = ContractQuery { limit: 0, ..ContractQuery::default() };
    Ok(page(profile, none).await?.counts)
}

/// One contract with everything around it; `None` if this seat does not know it.
pub async fn detail(profile: &Profile, id: ContractId) -> Result<Option<ContractDetail>, EngineError> {
    Ok(profile.ledger.read(move |reading| contracts::detail(reading, id)).await?)
}

/// Who stands on our side of a contract, by name; empty where nobody is known to.
pub async fn sender(profile: &Profile, id: ContractId) -> Result<String, EngineError> {
    let known = profile.ledger.read(move |reading| contracts::by_id(reading, id)).await?;
    let people = known.and_then(|known| known.observation).map(|seen| seen.people).unwrap_or_default();
    let ours = people.into_iter().filter(|person| person.is_ours);
    Ok(ours.max_by_key(|person| person.is_signatory).map(|person| person.name).unwrap_or_default())
}

/// The contracts of a deal, newest first, with the sends of this seat that made them.
pub async fn of_deal(
    profile: &Profile,
    deal: DealId,
) -> Result<Vec<(KnownContract, Option<domain::Send>)>, EngineError> {
    let read = profile.ledger.read(move |reading| {
        let sends = sends::of_deal(reading, deal)?;
        let send_of = |known: &KnownContract| sends.iter().find(|send| Some(send.id) == known.send).cloned();
        let known = contracts::of_deal(reading, deal)?.into_iter();
        Ok(known
            .map(|known| {
                let send = send_of(&known);
                (known, send)
            })
            .collect())
    });
    Ok(read.await?)
}

/// What happened to all contracts, newest first.
pub async fn activity(profile: &Profile, offset: u32, limit: u32) -> Result<ActivityPage, EngineError> {
    Ok(profile.ledger.read(move |reading| activity::page(reading, offset, limit)).await?)
}

/// Somebody has looked at everything that happened so far.
pub async fn mark_activity_read(profile: &Profile) -> Result<(), EngineError> {
    profile.ledger.write(|writing| activity::mark_read(writing, ChangeId(i64::MAX))).await?;
    profile.tell(Event::ActivityGrew);
    Ok(())
}

/// The signed PDF: from the profile's folder if it was ever read, so that saving it works offline, else from Oneflow.
pub async fn signed_pdf(profile: &Profile, id: ContractId) -> Result<Vec<u8>, EngineError> {
    let known = profile.ledger.read(move |reading| contracts::by_id(reading, id)).await?;
    // Oneflow has a PDF in every state, drafts included: only the signed one is asked for.
    if known.ok_or(EngineError::ContractGone)?.state != ContractState::Signed {
        return Err(EngineError::PdfNotReady);
    }
    match kept(signed_pdf_path(&profile.folder, id)).await? {
        Some(bytes) => Ok(bytes),
        None => download(profile, id, Call::person()).await,
    }
}

/// The signed PDF, kept in the profile's folder from now on. Only the write-back of one contract calls this, so that
/// no two writers meet; and what it uploads after a crash are the same bytes, under the same name.
pub(crate) async fn keep_signed_pdf(profile: &Profile, id: ContractId) -> Result<Vec<u8>, EngineError> {
    let path = signed_pdf_path(&profile.folder, id);
    if let Some(bytes) = kept(path.clone()).await? {
        return Ok(bytes);
    }
    let bytes = download(profile, id, Call::background()).await?;
    let copy = bytes.clone();
    on_disk(move || {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        write_whole(&path, &copy)
    })
    .await?;
    Ok(bytes)
}

/// Guess: once the contract is signed, its PDF is the signed one (`api/oneflow.md §3.11`: whether it lags is unknown).
async fn download(profile: &Profile, id: ContractId, call: Call) -> Result<Vec<u8>, EngineError> {
    match profile.oneflow_unfiltered().contract_pdf(id, call).await {
        Ok(bytes) => profile.heard_oneflow(Ok(bytes)),
        Err(PdfError::NotReady) => Err(EngineError::PdfNotReady),
        Err(PdfError::NotAPdf) => {
            tracing::warn!(contract.id = %id, "the file of a signed contract is no PDF");
            Err(EngineError::PdfNotReady)
        }
        Err(PdfError::Call(error)) => profile.heard_oneflow(Err(error)),
    }
}

fn signed_pdf_path(folder: &Path, id: ContractId) -> PathBuf {
    folder.join("files").join(format!("{id}-signed.pdf"))
}

async fn kept(path: PathBuf) -> Result<Option<Vec<u8>>, EngineError> {
    let read = on_disk(move || match fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    });
    Ok(read.await?)
}

/// Off the async threads: a PDF can be large, and a disk slow.
async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

/// The page of a contract in Oneflow.
pub fn page_in_oneflow(profile: &Profile, id: ContractId) -> String {
    let address = oneflow::parse_address(&profile.settings().oneflow_address);
    address.map_or_else(|_| format!("{APP}/contracts/{id}"), |address| web_page(&address, id))
}

/// Where people use Oneflow.
const APP: &str = "https://app.oneflow.com";

/// Guess: no source names the address of a contract's page. The app of `api.oneflow.com` is taken to be
/// `app.oneflow.com`, that of `api.test.oneflow.com` `app.test.oneflow.com`; a stand-in on this machine is its own app.
fn web_page(address: &Address, id: ContractId) -> String {
    let origin = address.url().origin().ascii_serialization();
    let app = if address.is_loopback() { origin } else { origin.replacen("//api.", "//app.", 1) };
    format!("{app}/contracts/{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contract_has_a_page_where_people_read_it() {
        let check = |address: &str, wanted: &str| {
            let address = oneflow::parse_address(address).unwrap();
            assert_eq!(web_page(&address, ContractId(51874)), wanted);
        };
        check(oneflow::DEFAULT_ADDRESS, "https://app.oneflow.com/contracts/51874");
        check("https://api.test.oneflow.com", "https://app.test.oneflow.com/contracts/51874");
        check("http://127.0.0.1:4010/v1", "http://127.0.0.1:4010/contracts/51874");
    }

    #[tokio::test]
    async fn a_kept_pdf_is_read_back_and_a_missing_one_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = signed_pdf_path(folder.path(), ContractId(5));
        assert!(path.ends_with("files/5-signed.pdf"));
        assert_eq!(kept(path.clone()).await.unwrap(), None);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        write_whole(&path, b"%PDF-1.7").unwrap();
        assert_eq!(kept(path).await.unwrap().as_deref(), Some(b"%PDF-1.7".as_slice()));
    }
}
