//! What waits for a person.

use domain::{Send, send::SendTitle};
use store::{contracts, needs_you};

pub use store::{contracts::KnownContract, write_backs::StoredWriteBack};

use crate::{
    EngineError, Profile,
    sending::{self, Theirs},
};

/// Everything that waits for a person.
#[derive(Debug, Clone)]
pub struct NeedsYou {
    /// Sends that ask, and those that ended with nothing.
    pub sends: Vec<Send>,
    /// Work that was left alone, with what its contract is shown as.
    pub parked: Vec<(StoredWriteBack, Option<SendTitle>)>,
    /// Contracts that are not visible in Oneflow any more.
    pub vanished: Vec<KnownContract>,
    /// Drafts that somebody left behind, beside what would be sent from here.
    pub drafts: Vec<Theirs>,
}

/// Everything that waits for a person in this profile.
pub async fn list(profile: &Profile) -> Result<NeedsYou, EngineError> {
    let read = profile.ledger.read(|reading| {
        let found = needs_you::list(reading)?;
        let title = |stored: StoredWriteBack| {
            let contract = contracts::by_id(reading, stored.write_back.change.contract)?;
            Ok((stored, contract.map(|contract| contract.title)))
        };
        let parked = found.parked.into_iter().map(title).collect::<Result<_, store::StoreError>>()?;
        Ok((found.sends, parked, found.vanished, found.drafts))
    });
    let (sends, parked, vanished, left) = read.await?;
    let mut drafts = Vec::with_capacity(left.len());
    for draft in left {
        drafts.push(sending::beside_preview(profile, draft).await?);
    }
    Ok(NeedsYou { sends, parked, vanished, drafts })
}

/// How many things wait.
pub async fn count(profile: &Profile) -> Result<u64, EngineError> {
    Ok(profile.ledger.read(needs_you::count).await?)
}
