//! Deletes drafts of this seat that nobody needs any more.
//!
//! Only a draft whose marker names this seat and a send of its ledger that has ended, and that still holds what this
//! seat put into it; the state is read before, and a 404 after.

use domain::{ContractId, Payload, Send, schedule::START_WITHIN};
use http::Call;
use store::{contracts, left_drafts, sends};

use super::sweep::tidy_spare;
use crate::{EngineError, Event, Profile};

/// One round over all ended sends that left a draft.
pub(crate) async fn tidy_drafts(profile: &Profile) -> Result<(), EngineError> {
    for send in profile.ledger.read(sends::to_tidy).await? {
        let Some(contract) = send.state.contract() else { continue };
        if tidy_spare(profile, &send, contract).await? == Fate::StillThere {
            continue;
        }
        let (id, now) = (send.id, profile.clock.now());
        profile.ledger.write(move |writing| sends::mark_tidied(writing, id, now)).await?;
        profile.tell(Event::ContractsChanged(vec![contract]));
    }
    Ok(())
}

/// What became of a draft that nobody needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Deleted, and seen gone.
    Gone,
    /// Somebody sent it, changed it, or made it: not ours to delete by ourselves, ever.
    NotOurs,
    /// Deleted, but still shown: looked at again in the next round.
    StillThere,
}

/// Deletes a draft of `send` that still holds what this seat put into it. It starts within 5 s of the read that says
/// "still a draft".
pub(super) async fn remove_unchanged(
    profile: &Profile,
    send: &Send,
    id: ContractId,
) -> Result<Fate, EngineError> {
    let looker = profile.oneflow_unfiltered();
    let start_before = profile.clock.elapsed() + START_WITHIN;
    let shown = profile.heard_oneflow(looker.contract(id, Call::background()).await)?;
    if let Some(draft) = shown {
        let payload = Payload::from_bytes(&send.payload).map_err(|_| EngineError::BadRequest)?;
        let is_ours = draft.marker().is_some_and(|marker| send.made(&marker) && marker.hash == send.hash);
        if draft.state.is_out() || !is_ours || !payload.is_shown_by(&draft) {
            tracing::info!(contract.id = %id, "a draft is left alone");
            return Ok(Fate::NotOurs);
        }
        let call = Call::background().before(start_before);
        profile.heard_oneflow(profile.oneflow().delete_contract(id, call).await)?;
        if profile.heard_oneflow(looker.contract(id, Call::background()).await)?.is_some() {
            return Ok(Fate::StillThere);
        }
    }
    let now = profile.clock.now();
    let gone = profile.ledger.write(move |writing| {
        left_drafts::forget(writing, id)?;
        contracts::mark_draft_removed(writing, id, now)
    });
    gone.await?;
    Ok(Fate::Gone)
}
