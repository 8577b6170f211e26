//! Once an hour: every draft that carries this account's marker (design.md §3, "Colleagues' drafts").
//!
//! Ours without a live send are deleted; what a person must decide about is remembered, and listed once it is old. A
//! seat that never comes back so leaves its draft to whoever decides first.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    BatchId, Contract, ContractId, ContractState, Marker, Payload, Send, SendId, SendState,
    payload::PayloadHash,
    preview::{Edits, PreviewId},
    schedule::START_WITHIN,
};
use http::Call;
use oneflow::ContractFilter;
use store::{
    contracts,
    left_drafts::{self, LeftDraft},
    sends,
};

use super::{click::announce, drafts, look, tidy};
use crate::{EngineError, Event, Profile, watching, write_backs};

/// What a person can decide about a contract that no send of this seat waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContractChoice {
    /// Look at it again.
    LookAgain,
    /// Publish the draft as it is.
    PublishTheirs,
    /// Delete the draft.
    DiscardTheirs,
    /// It was removed in Oneflow: forget it.
    Removed,
}

/// What can be decided about a draft that was left behind, the most likely first.
pub fn contract_choices(draft: &LeftDraft, is_own: bool) -> Vec<ContractChoice> {
    let mut choices = vec![ContractChoice::LookAgain, ContractChoice::DiscardTheirs];
    if draft.payload.is_some() && !is_own {
        choices.insert(1, ContractChoice::PublishTheirs);
    }
    choices
}

/// One round over all drafts of this account.
pub(crate) async fn sweep(profile: &Profile) -> Result<(), EngineError> {
    super::tidy_drafts(profile).await?;
    let mut known: BTreeSet<ContractId> =
        profile.ledger.read(left_drafts::every).await?.iter().map(LeftDraft::id).collect();
    for draft in drafts_of_account(profile).await? {
        known.remove(&draft.id);
        sweep_one(profile, &draft).await?;
    }
    // What no list shows is looked at alone: only that can say that it is gone.
    for id in known {
        drafts::look_at(profile, id, None, Call::background()).await?;
    }
    for draft in profile.ledger.read(left_drafts::every).await? {
        if draft.discard_at.is_some() {
            discard_left(profile, &draft).await?;
        }
    }
    Ok(())
}

async fn drafts_of_account(profile: &Profile) -> Result<Vec<Contract>, EngineError> {
    let filter = ContractFilter {
        data_field: watching::narrowed(profile).await?,
        ..ContractFilter::states([ContractState::Draft])
    };
    let listing = profile.oneflow_unfiltered().contracts(&filter, Call::background()).await;
    let account = profile.account();
    let of_account = |marker: &Marker| marker.account == account;
    let mut found = look::marked_in(profile, &profile.heard_oneflow(listing)?, of_account).await?;
    found.retain(|draft| !draft.state.is_out());
    Ok(found)
}

async fn sweep_one(profile: &Profile, draft: &Contract) -> Result<(), EngineError> {
    let Some(marker) = draft.marker() else { return Ok(()) };
    let (id, made_by) = (draft.id, marker.send);
    let (send, known) = profile
        .ledger
        .read(move |reading| Ok((sends::by_id(reading, made_by)?, left_drafts::by_id(reading, id)?)))
        .await?;
    match send.filter(|send| send.made(&marker)) {
        // In use, or about to be: the look before its publish counts all drafts of one click as one.
        Some(send) if !send.state.is_settled() => Ok(()),
        Some(send) => tidy_spare(profile, &send, id).await.map(drop),
        None if known.is_some_and(|known| drafts::is_still_as(profile, &known, draft)) => Ok(()),
        None => drafts::look_at(profile, id, None, Call::background()).await.map(drop),
    }
}

/// A draft of a click that has ended: a create whose answer was lost made it late, or a person changed it.
pub(super) async fn tidy_spare(
    profile: &Profile,
    send: &Send,
    id: ContractId,
) -> Result<tidy::Fate, EngineError> {
    let fate = tidy::remove_unchanged(profile, send, id).await?;
    match fate {
        // Kommo's field must not go on naming a contract that is gone: the deal would look sent.
        tidy::Fate::Gone => write_backs::release_field(profile, send.deal, id).await?,
        tidy::Fate::StillThere => {}
        // Listed, if it still is a draft, for a person to decide about.
        tidy::Fate::NotOurs => {
            drafts::look_at(profile, id, Some(send), Call::background()).await?;
        }
    }
    Ok(fate)
}

/// Deletes a draft that a person said is to be deleted, if it still is the one that was seen. May be repeated.
async fn discard_left(profile: &Profile, seen: &LeftDraft) -> Result<(), EngineError> {
    let (id, deal) = (seen.id(), seen.marker.deal);
    let start_before = profile.clock.elapsed() + START_WITHIN;
    let shown = drafts::read_draft(profile, id, Call::person()).await?;
    if let Some(shown) = shown {
        let is_same = shown.marker().as_ref() == Some(&seen.marker);
        if !is_same || is_in_use(profile, &seen.marker).await? {
            tracing::info!(contract.id = %id, "a draft is left alone");
            profile.ledger.write(move |writing| left_drafts::forget(writing, id)).await?;
            profile.tell(Event::NeedsYouChanged);
            return Ok(());
        }
        let call = Call::person().before(start_before);
        profile.heard_oneflow(profile.oneflow().delete_contract(id, call).await)?;
        if drafts::read_draft(profile, id, Call::person()).await?.is_some() {
            return Ok(());
        }
        write_backs::release_field(profile, deal, id).await?;
    }
    let now = profile.clock.now();
    let forgotten = profile.ledger.write(move |writing| {
        left_drafts::forget(writing, id)?;
        contracts::mark_draft_removed(writing, id, now)
    });
    forgotten.await?;
    profile.tell(Event::NeedsYouChanged);
    Ok(())
}

/// Whether a click of this ledger that has not ended made the draft.
async fn is_in_use(profile: &Profile, marker: &Marker) -> Result<bool, EngineError> {
    let id = marker.send;
    let send = profile.ledger.read(move |reading| sends::by_id(reading, id)).await?;
    Ok(send.is_some_and(|send| send.made(marker) && !send.state.is_settled()))
}

/// Carries out a decision about a draft that was left behind, or about a contract that vanished. `send` is the id of
/// the send that publishes, if that was chosen.
pub async fn settle_contract(
    profile: &Arc<Profile>,
    id: ContractId,
    choice: ContractChoice,
    send: SendId,
) -> Result<(), EngineError> {
    let read = profile
        .ledger
        .read(move |reading| Ok((left_drafts::by_id(reading, id)?, contracts::by_id(reading, id)?)));
    let (draft, known) = read.await?;
    let vanished = known.filter(|known| known.vanished_at.is_some());
    match (choice, draft, vanished) {
        (ContractChoice::LookAgain, Some(_), _) => {
            drafts::look_at(profile, id, None, Call::person()).await.map(drop)
        }
        (ContractChoice::LookAgain, None, Some(_)) => watching::look_at(profile, id).await,
        (ContractChoice::PublishTheirs, Some(_), _) => publish_left(profile, id, send).await,
        (ContractChoice::DiscardTheirs, Some(draft), _) => {
            let now = profile.clock.now();
            profile.ledger.write(move |writing| left_drafts::want_discarded(writing, id, now)).await?;
            discard_left(profile, &draft).await
        }
        (ContractChoice::Removed, None, Some(known)) => {
            let now = profile.clock.now();
            profile.ledger.write(move |writing| contracts::mark_removed(writing, id, now)).await?;
            profile.tell(Event::NeedsYouChanged);
            profile.tell(Event::ContractsChanged(vec![id]));
            profile.tell(Event::DealsChanged(vec![known.deal]));
            Ok(())
        }
        _ => Err(EngineError::DecisionClosed),
    }
}

/// A send whose whole work is to publish a draft that somebody left behind: intent, call, outcome and election are
/// those of every send.
async fn publish_left(profile: &Arc<Profile>, id: ContractId, send: SendId) -> Result<(), EngineError> {
    let draft =
        drafts::look_at(profile, id, None, Call::person()).await?.ok_or(EngineError::DecisionClosed)?;
    let payload = draft.payload.clone().ok_or(EngineError::PreviewChanged)?;
    if Payload::from_bytes(&payload).is_err() {
        return Err(EngineError::BadRequest);
    }
    let now = profile.clock.now();
    let new = Send {
        id: send,
        account: profile.account(),
        deal: draft.marker.deal,
        generation: draft.marker.generation,
        seat: profile.seat.clone(),
        batch: None::<BatchId>,
        // Nobody here saw a preview of it: what was shown was the draft itself.
        preview: PreviewId(String::new()),
        hash: PayloadHash::of(&payload),
        payload,
        edits: Edits::new(),
        title: draft.title.clone(),
        clicked_at: now,
        hold_left: std::time::Duration::ZERO,
        attempt: 0,
        state: SendState::TheirsChosen { theirs: id, own: None },
        since: now,
        tries: 0,
        cause: None,
    };
    let inserted = profile.ledger.write(move |writing| Ok((sends::insert(writing, &new)?, new))).await?;
    match inserted {
        (sends::Inserted::New | sends::Inserted::Same(_), new) => {
            announce(profile, &new);
            profile.tell(Event::NeedsYouChanged);
            profile.wake.sending.notify_one();
            Ok(())
        }
        (sends::Inserted::Occupied(other), _) => Err(EngineError::AlreadySending(other.id)),
    }
}
