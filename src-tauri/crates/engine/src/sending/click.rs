//! The click, the undo, and "send now".

use std::{sync::Arc, time::Duration};

use domain::{
    BatchId, DealId, Generation, Payload, Send, SendId, SendState,
    payload::PayloadHash,
    preview::{Edits, PreviewId},
    send::{SendTitle, Step},
};
use store::{contracts, sends};

use crate::{
    EngineError, Event, Profile,
    previews::{self, DealPreview},
};

/// What a person saw and clicked.
#[derive(Debug, Clone)]
pub struct Click {
    /// Made by the web view before the call; the same id is the same click.
    pub send: SendId,
    /// The clicks it was made with, where several deals are sent at once.
    pub batch: Option<BatchId>,
    /// Whose contract.
    pub deal: DealId,
    /// Which contract of the deal it replaces.
    pub generation: Generation,
    /// What was seen.
    pub preview: PreviewId,
    /// What was typed over values.
    pub edits: Edits,
    /// The undo time; zero sends at once.
    pub hold: Duration,
}

/// Stores a click. Nothing has been asked of any service when this returns.
pub async fn click(profile: &Arc<Profile>, click: Click) -> Result<Send, EngineError> {
    match click_several(profile, vec![click]).await?.pop() {
        Some(outcome) => outcome,
        None => Err(EngineError::BadRequest),
    }
}

/// Stores several clicks in one transaction: each is stored or refused for its own reason, and a crash in the middle
/// leaves all or none of those that were not refused.
pub async fn click_several(
    profile: &Arc<Profile>,
    clicks: Vec<Click>,
) -> Result<Vec<Result<Send, EngineError>>, EngineError> {
    let mut outcomes = Vec::with_capacity(clicks.len());
    for click in clicks {
        outcomes.push(accept(profile, &click).await.map(|send| (send, click.hold.is_zero())));
    }
    let accepted: Vec<(Send, bool)> =
        outcomes.iter().filter_map(|outcome| outcome.as_ref().ok().cloned()).collect();
    let mut stored = insert(profile, accepted).await?.into_iter();
    let outcomes: Vec<Result<Send, EngineError>> = outcomes
        .into_iter()
        .map(|outcome| outcome.and_then(|_| stored.next().unwrap_or(Err(EngineError::BadRequest))))
        .collect();
    for send in outcomes.iter().flatten() {
        announce(profile, send);
    }
    profile.wake.sending.notify_one();
    Ok(outcomes)
}

/// Checks a click against what is known now; the send as it is to be stored.
async fn accept(profile: &Profile, click: &Click) -> Result<Send, EngineError> {
    let id = click.send;
    if let Some(known) = profile.ledger.read(move |reading| sends::by_id(reading, id)).await? {
        return Ok(known);
    }
    refuse_if_out(profile, click).await?;
    let now = previews::of_deal(profile, click.deal, click.generation, &click.edits).await?;
    if now.preview.id != click.preview {
        return Err(EngineError::PreviewChanged);
    }
    let payload = now.preview.payload.as_ref().ok_or(EngineError::PreviewBlocked)?;
    Ok(new_send(profile, click, &now, payload))
}

/// A plain click is refused while any contract of the deal is out, declined and expired ones included; a new
/// version must replace the newest one.
async fn refuse_if_out(profile: &Profile, click: &Click) -> Result<(), EngineError> {
    let deal = click.deal;
    let newest = profile.ledger.read(move |reading| contracts::newest_out(reading, deal)).await?;
    match (newest, click.generation.replaces()) {
        (None, None) => Ok(()),
        (Some(newest), Some(replaced)) if newest.id == replaced => Ok(()),
        (Some(newest), _) => Err(EngineError::AlreadySent { contract: newest.id, state: newest.state }),
        (None, Some(_)) => Err(EngineError::ContractGone),
    }
}

fn new_send(profile: &Profile, click: &Click, seen: &DealPreview, payload: &Payload) -> Send {
    let bytes = payload.to_bytes();
    let now = profile.clock.now();
    Send {
        id: click.send,
        account: profile.account(),
        deal: click.deal,
        generation: click.generation,
        seat: profile.seat.clone(),
        batch: click.batch,
        preview: seen.preview.id.clone(),
        hash: PayloadHash::of(&bytes),
        edits: click.edits.clone(),
        title: SendTitle {
            deal: seen.deal_name.clone(),
            company: payload.client.company.clone().unwrap_or_else(|| payload.client.signatory.name.clone()),
            recipient: payload.client.signatory.name.clone(),
            email: payload.client.signatory.email.clone(),
            amount: seen.amount.clone(),
        },
        payload: bytes,
        clicked_at: now,
        hold_left: click.hold,
        attempt: 0,
        state: SendState::Held,
        since: now,
        tries: 0,
        cause: None,
    }
}

/// One transaction for all of them.
async fn insert(
    profile: &Profile,
    accepted: Vec<(Send, bool)>,
) -> Result<Vec<Result<Send, EngineError>>, EngineError> {
    let now = profile.clock.now();
    let inserted = profile.ledger.write(move |writing| {
        let one = |(send, leaves_at_once): (Send, bool)| {
            let inserted = sends::insert(writing, &send)?;
            if !leaves_at_once || !matches!(inserted, sends::Inserted::New) {
                return Ok((inserted, send));
            }
            let moved = sends::take(writing, send.id, Step::TimeUp, now)?.moved();
            Ok((inserted, moved.unwrap_or(send)))
        };
        accepted.into_iter().map(one).collect::<Result<Vec<_>, store::StoreError>>()
    });
    let outcome = |inserted: (sends::Inserted, Send)| match inserted {
        (sends::Inserted::New, send) => Ok(send),
        (sends::Inserted::Same(known), _) => Ok(*known),
        (sends::Inserted::Occupied(other), _) => Err(EngineError::AlreadySending(other.id)),
    };
    Ok(inserted.await?.into_iter().map(outcome).collect())
}

/// Takes a send back, while that leaves nothing behind.
pub async fn undo(profile: &Arc<Profile>, send: SendId) -> Result<Send, EngineError> {
    take_in_time(profile, send, Step::Undo).await
}

/// Ends the undo time.
pub async fn send_now(profile: &Arc<Profile>, send: SendId) -> Result<Send, EngineError> {
    take_in_time(profile, send, Step::TimeUp).await
}

async fn take_in_time(profile: &Profile, send: SendId, step: Step) -> Result<Send, EngineError> {
    let now = profile.clock.now();
    let taken = profile.ledger.write(move |writing| sends::take(writing, send, step, now)).await?;
    let send = match taken {
        sends::Taken::Moved(send) => *send,
        sends::Taken::Refused(_) | sends::Taken::Occupied(_) => return Err(EngineError::TooLateToUndo),
        sends::Taken::Unknown => return Err(EngineError::BadRequest),
    };
    announce(profile, &send);
    profile.wake.drivers.notify_waiters();
    Ok(send)
}

/// Tells what a moved send changes on screen.
pub(super) fn announce(profile: &Profile, send: &Send) {
    profile.tell(Event::SendMoved(send.id));
    profile.tell(Event::DealsChanged(vec![send.deal]));
    if !send.state.is_moving() {
        profile.holds.forget(send.id);
        profile.tell(Event::NeedsYouChanged);
    }
}
