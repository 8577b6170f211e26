//! Deletes drafts of this seat that nobody needs any more.
//!
//! Only a draft whose marker names this seat and a send of its ledger that has ended, and that still holds what this
//! seat put into it; the state is read before, and a 404 after.

use domain::{ContractId, Payload, Send};
use http::Call;
use store::{contracts, sends};

use crate::{EngineError, Event, Profile, write_backs};

/// One round over all ended sends that left a draft.
pub(crate) async fn tidy_drafts(profile: &Profile) -> Result<(), EngineError> {
    for send in profile.ledger.read(sends::to_tidy).await? {
        let Some(contract) = send.state.contract() else { continue };
        let is_gone = match tidy(profile, &send, contract).await? {
            Fate::Gone => true,
            Fate::NotOurs => false,
            Fate::StillThere => continue,
        };
        if is_gone {
            // Kommo's field must not go on naming a contract that is gone: the deal would look sent.
            write_backs::release_field(profile, send.deal, contract).await?;
        }
        let (id, now) = (send.id, profile.clock.now());
        let marked = profile.ledger.write(move |writing| {
            if is_gone {
                contracts::mark_removed(writing, contract, now)?;
            }
            sends::mark_tidied(writing, id, now)
        });
        marked.await?;
        profile.tell(Event::ContractsChanged(vec![contract]));
    }
    Ok(())
}

/// What became of a draft that nobody needs.
enum Fate {
    /// Deleted, and seen gone.
    Gone,
    /// Somebody sent it, changed it, or made it: not ours to delete, ever.
    NotOurs,
    /// Deleted, but still shown: looked at again in the next round.
    StillThere,
}

async fn tidy(profile: &Profile, send: &Send, id: ContractId) -> Result<Fate, EngineError> {
    let looker = profile.oneflow_unfiltered();
    let shown = profile.heard_oneflow(looker.contract(id, Call::background()).await)?;
    let Some(draft) = shown else { return Ok(Fate::Gone) };
    let payload = Payload::from_bytes(&send.payload).map_err(|_| EngineError::BadRequest)?;
    let is_ours = draft.marker().is_some_and(|marker| send.made(&marker) && marker.hash == send.hash);
    if draft.state.is_out() || !is_ours || !payload.is_shown_by(&draft) {
        tracing::info!(contract.id = %id, "a draft is left alone");
        return Ok(Fate::NotOurs);
    }
    profile.heard_oneflow(profile.oneflow().delete_contract(id, Call::background()).await)?;
    let after = profile.heard_oneflow(looker.contract(id, Call::background()).await)?;
    Ok(if after.is_none() { Fate::Gone } else { Fate::StillThere })
}
