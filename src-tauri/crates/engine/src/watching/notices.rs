//! Desktop notices: each change is told once per seat.

use domain::{ContractId, Money, observation::ChangeKind};
use store::{changes::ChangeId, notices};

use crate::{EngineError, Profile};

/// Something to tell on the desktop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Which change.
    pub change: ChangeId,
    /// What happened.
    pub kind: ChangeKind,
    /// Who did it, where it was a participant.
    pub name: Option<String>,
    /// Which contract.
    pub contract: ContractId,
    /// Name of the deal.
    pub deal: String,
    /// Company on the contract.
    pub company: String,
    /// Price of the deal at the click.
    pub amount: Option<Money>,
}

/// What has not been told yet.
pub async fn due_notices(profile: &Profile) -> Result<Vec<Notice>, EngineError> {
    let due = profile.ledger.read(notices::due).await?;
    let notice = |row: store::activity::ActivityRow| Notice {
        change: row.stored.id,
        kind: row.stored.change.kind,
        name: row.stored.change.name,
        contract: row.stored.change.contract,
        deal: row.title.deal,
        company: row.title.company,
        amount: row.title.amount,
    };
    Ok(due.into_iter().map(notice).collect())
}

/// True for exactly one caller, who then tells it. A notice lost in a crash between the two is in the activity list.
pub async fn claim_notice(profile: &Profile, change: ChangeId) -> Result<bool, EngineError> {
    let now = profile.clock.now();
    Ok(profile.ledger.write(move |writing| notices::claim(writing, change, now)).await?)
}
