//! Drafts that somebody else made, or left behind: looked at, held against what would be sent from here, remembered.
//!
//! What a person decides about is what the last look showed. Nothing here publishes or deletes.

use domain::{
    Contract, ContractId, Payload, Send, SendState,
    send::NeedsReason,
    sides::{BothSides, both_sides, edits_to_theirs, proved},
};
use http::Call;
use jiff::SignedDuration;
use store::{
    left_drafts::{self, LeftDraft},
    mappings,
};

use crate::{EngineError, Event, Profile, deals, previews, watching};

/// A colleague's draft that is older is listed for a person, although nobody here waits for it.
const LEFT_BEHIND_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// A draft that somebody else made, beside what would be sent from here.
#[derive(Debug, Clone)]
pub struct Theirs {
    /// As the last look showed it.
    pub draft: LeftDraft,
    /// Every value on both sides.
    pub values: Vec<BothSides>,
    /// The draft was made on this computer.
    pub is_own: bool,
}

/// The draft that a send is about: a colleague's, or our own that somebody changed.
pub async fn theirs_of(profile: &Profile, send: &Send) -> Result<Option<Theirs>, EngineError> {
    let Some(theirs) = about(&send.state) else { return Ok(None) };
    let draft = profile.ledger.read(move |reading| left_drafts::by_id(reading, theirs)).await?;
    let mine = Payload::from_bytes(&send.payload).ok();
    Ok(draft.map(|draft| beside(profile, draft, mine.as_ref())))
}

/// A draft that no send of this seat is about, beside what would be sent now.
pub async fn beside_preview(profile: &Profile, draft: LeftDraft) -> Result<Theirs, EngineError> {
    let (deal, generation) = (draft.marker.deal, draft.marker.generation);
    let now = previews::of_deal(profile, deal, generation, &domain::preview::Edits::new()).await;
    let mine = now.ok().and_then(|now| now.preview.payload);
    Ok(beside(profile, draft, mine.as_ref()))
}

fn beside(profile: &Profile, draft: LeftDraft, mine: Option<&Payload>) -> Theirs {
    let values = both_sides(mine, &draft.shown);
    Theirs { values, is_own: draft.marker.seat == profile.seat, draft }
}

/// The draft that a state is about.
fn about(state: &SendState) -> Option<ContractId> {
    match state {
        SendState::NeedsYou { reason: NeedsReason::ColleaguesDraft { contract, .. }, .. } => Some(*contract),
        // Ours, but no longer what was seen here.
        SendState::NeedsYou { reason: NeedsReason::DraftChanged, from } => from.contract(),
        SendState::TheirsChosen { theirs, .. }
        | SendState::PublishingTheirs { theirs, .. }
        | SendState::TheirsUnknown { theirs, .. }
        | SendState::Discarding { theirs, .. } => Some(*theirs),
        SendState::NeedsYou { .. }
        | SendState::Held
        | SendState::Queued
        | SendState::Creating
        | SendState::CreateUnknown
        | SendState::Created { .. }
        | SendState::Completing { .. }
        | SendState::Publishing { .. }
        | SendState::PublishUnknown { .. }
        | SendState::Published { .. }
        | SendState::Undone
        | SendState::Stopped { .. }
        | SendState::Rejected { .. }
        | SendState::Superseded { .. }
        | SendState::GivenUp { .. } => None,
    }
}

/// Reads a draft alone; `None` if it is not visible, out, or carries no marker of this account.
pub(super) async fn read_draft(
    profile: &Profile,
    id: ContractId,
    call: Call,
) -> Result<Option<Contract>, EngineError> {
    let found = profile.heard_oneflow(profile.oneflow_unfiltered().contract(id, call).await)?;
    let is_of_account =
        |found: &Contract| found.marker().is_some_and(|marker| marker.account == profile.account());
    Ok(found.filter(|found| !found.state.is_out() && is_of_account(found)))
}

/// Looks at a draft and remembers what it shows; forgets it when it is no draft any more. `mine` is what was clicked
/// here for the same deal.
pub(super) async fn look_at(
    profile: &Profile,
    id: ContractId,
    mine: Option<&Send>,
    call: Call,
) -> Result<Option<LeftDraft>, EngineError> {
    let Some(shown) = read_draft(profile, id, call).await? else {
        if profile.ledger.write(move |writing| left_drafts::forget(writing, id)).await? {
            profile.tell(Event::NeedsYouChanged);
        }
        return Ok(None);
    };
    remember(profile, shown, mine).await
}

async fn remember(
    profile: &Profile,
    shown: Contract,
    mine: Option<&Send>,
) -> Result<Option<LeftDraft>, EngineError> {
    let Some(marker) = shown.marker() else { return Ok(None) };
    let deal = deals::full(profile, marker.deal).await.ok().flatten();
    let payload = prove(profile, &shown, mine).await?;
    let now = profile.clock.now();
    let is_own = marker.seat == profile.seat;
    let draft = LeftDraft {
        title: watching::title_of(&shown, deal.as_ref()),
        payload: payload.map(|payload| payload.to_bytes()),
        marker,
        first_seen: now,
        seen_at: now,
        is_listed: is_own,
        discard_at: None,
        shown,
    };
    let stored = profile.ledger.write(move |writing| {
        left_drafts::put(writing, &draft)?;
        let known = left_drafts::by_id(writing, draft.id())?;
        let Some(known) = known.filter(|known| !known.is_listed && is_left_behind(known)) else {
            return left_drafts::by_id(writing, draft.id());
        };
        left_drafts::put(writing, &LeftDraft { is_listed: true, ..known })?;
        left_drafts::by_id(writing, draft.id())
    });
    let stored = stored.await?;
    profile.tell(Event::NeedsYouChanged);
    Ok(stored)
}

/// By Oneflow's time where it is shown, and by ours from when it was first seen: whichever says so first.
fn is_left_behind(draft: &LeftDraft) -> bool {
    let made = draft.shown.created_time.unwrap_or(draft.first_seen).min(draft.first_seen);
    draft.seen_at.duration_since(made) >= LEFT_BEHIND_AFTER
}

/// What a draft was proved to hold: mine, or my mapping with their values typed over it.
///
/// Only then can it be published from here: subject and message of the invitation do not stand in a draft.
async fn prove(
    profile: &Profile,
    shown: &Contract,
    mine: Option<&Send>,
) -> Result<Option<Payload>, EngineError> {
    let Some(marker) = shown.marker() else { return Ok(None) };
    let clicked = mine.and_then(|send| Payload::from_bytes(&send.payload).ok());
    if let Some(found) = clicked.as_ref().and_then(|clicked| proved(clicked, shown, &marker.hash)) {
        return Ok(Some(found));
    }
    let Some(deal) = deals::full(profile, marker.deal).await.ok().flatten() else { return Ok(None) };
    let version = clicked.as_ref().map(|clicked| clicked.mapping);
    let mapping = profile.ledger.read(move |reading| match version {
        Some(version) => mappings::by_version(reading, version),
        None => mappings::latest(reading),
    });
    let Some(mapping) = mapping.await? else { return Ok(None) };
    // "Today" is the day of their click, which is the day on which the draft was made.
    let at = shown.created_time.unwrap_or(profile.clock.now());
    let bare = mine.map(|send| send.edits.clone()).unwrap_or_default();
    let mine = previews::apply(profile, &mapping, &deal, marker.generation, &bare, at).await?;
    let mut edits = bare;
    edits.extend(edits_to_theirs(&both_sides(mine.payload.as_ref().or(clicked.as_ref()), shown)));
    let as_theirs = previews::apply(profile, &mapping, &deal, marker.generation, &edits, at).await?;
    Ok(as_theirs.payload.and_then(|payload| proved(&payload, shown, &marker.hash)))
}

/// Whether a row of a list says nothing new about a draft that was looked at before.
pub(super) fn is_still_as(profile: &Profile, known: &LeftDraft, row: &Contract) -> bool {
    let now = LeftDraft { seen_at: profile.clock.now(), ..known.clone() };
    let is_unmoved = row.updated_time.is_some() && row.updated_time == known.shown.updated_time;
    is_unmoved && (known.is_listed || !is_left_behind(&now))
}
