//! What a person can decide about a send that stopped, and how the decision is carried out.

use std::sync::Arc;

use domain::{
    Contract, ContractId, Payload, Send, SendId, SendState,
    send::{NeedsReason, Step},
};
use http::Call;
use store::sends;

use super::click::announce;
use crate::{EngineError, Profile, write_backs};

/// A decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Look at both services again and go on from where it stood.
    LookAgain,
    /// Go on with what was clicked.
    SendNow,
    /// Try again what was refused.
    TryAgain,
    /// The contract that was found is ours and is out.
    Adopt,
    /// Publish the colleague's draft.
    PublishTheirs,
    /// Delete the colleague's draft and send mine.
    DiscardTheirs,
    /// Give up; our draft is deleted.
    GiveUp,
}

/// What a person can decide now, the most likely first.
pub fn choices(send: &Send) -> Vec<Choice> {
    match &send.state {
        SendState::Rejected { contract: Some(_), .. } => vec![Choice::TryAgain, Choice::GiveUp],
        SendState::NeedsYou { reason, from } => {
            let mut choices = match reason {
                NeedsReason::LongClosed | NeedsReason::Restored => vec![Choice::SendNow],
                NeedsReason::ColleaguesDraft { .. } => {
                    vec![Choice::LookAgain, Choice::PublishTheirs, Choice::DiscardTheirs]
                }
                NeedsReason::CannotTell => vec![Choice::LookAgain, Choice::Adopt],
                NeedsReason::DraftRemoved => vec![Choice::TryAgain, Choice::LookAgain],
                NeedsReason::MarkerMissing
                | NeedsReason::OwnNotVisible
                | NeedsReason::TwoContractsOut { .. }
                | NeedsReason::DealGone
                | NeedsReason::DraftChanged
                | NeedsReason::FieldNamesOther { .. }
                | NeedsReason::NewerContract { .. } => vec![Choice::LookAgain],
            };
            if from.clone().after(Step::GiveUp).is_ok() {
                choices.push(Choice::GiveUp);
            }
            choices
        }
        _ => Vec::new(),
    }
}

/// Carries a decision out.
pub async fn settle(profile: &Arc<Profile>, id: SendId, choice: Choice) -> Result<Send, EngineError> {
    let send = profile
        .ledger
        .read(move |reading| sends::by_id(reading, id))
        .await?
        .ok_or(EngineError::BadRequest)?;
    if !choices(&send).contains(&choice) {
        return Err(EngineError::DecisionClosed);
    }
    let step = match choice {
        Choice::LookAgain | Choice::SendNow => Step::Resume,
        Choice::TryAgain => Step::Retry,
        Choice::GiveUp => Step::GiveUp,
        Choice::Adopt => Step::Out(find_out(profile, &send).await?),
        Choice::PublishTheirs => Step::Superseded(publish_theirs(profile, &send).await?),
        Choice::DiscardTheirs => {
            discard_theirs(profile, &send).await?;
            Step::Resume
        }
    };
    let now = profile.clock.now();
    let taken = profile.ledger.write(move |writing| sends::take(writing, id, step, now)).await?;
    let send = taken.moved().ok_or(EngineError::DecisionClosed)?;
    announce(profile, &send);
    profile.wake.sending.notify_one();
    if send.state.contract().is_some() && send.state.is_settled() {
        super::tidy_drafts(profile).await?;
    }
    Ok(send)
}

/// The contract of this click, if one is out.
async fn find_out(profile: &Arc<Profile>, send: &Send) -> Result<ContractId, EngineError> {
    let driver = super::drive::Driver::new(Arc::clone(profile), send.id);
    let seen = driver.look(send).await?.ok_or(EngineError::ContractGone)?;
    let ours = seen.contracts.iter().filter(|contract| contract.state.is_out());
    let ours = ours.filter(|contract| contract.marker().is_some_and(|marker| send.made(&marker)));
    ours.map(|contract| contract.id).min().ok_or(EngineError::ContractGone)
}

/// The colleague's draft that a send waits for, as it is now.
async fn theirs(profile: &Profile, send: &Send) -> Result<Contract, EngineError> {
    let SendState::NeedsYou { reason: NeedsReason::ColleaguesDraft { contract }, .. } = send.state else {
        return Err(EngineError::DecisionClosed);
    };
    let found =
        profile.heard_oneflow(profile.oneflow_unfiltered().contract(contract, Call::person()).await)?;
    let is_theirs = |found: &Contract| {
        let marker = found.marker();
        !found.state.is_out() && marker.is_some_and(|marker| marker.deal == send.deal && !send.made(&marker))
    };
    found.filter(is_theirs).ok_or(EngineError::DecisionClosed)
}

/// Publishes theirs, only if it holds exactly what was seen here: nothing else could be checked.
async fn publish_theirs(profile: &Profile, send: &Send) -> Result<ContractId, EngineError> {
    let draft = theirs(profile, send).await?;
    let payload = Payload::from_bytes(&send.payload).map_err(|_| EngineError::BadRequest)?;
    let is_same =
        draft.marker().is_some_and(|marker| marker.hash == send.hash) && payload.is_shown_by(&draft);
    if !is_same {
        return Err(EngineError::PreviewChanged);
    }
    let answer =
        profile.oneflow().publish(draft.id, &payload.subject, &payload.message, Call::person()).await;
    Ok(profile.heard_oneflow(answer)?.id)
}

async fn discard_theirs(profile: &Profile, send: &Send) -> Result<(), EngineError> {
    let draft = theirs(profile, send).await?;
    profile.heard_oneflow(profile.oneflow().delete_contract(draft.id, Call::person()).await)?;
    // The field must not go on naming a draft that is gone.
    write_backs::release_field(profile, send.deal, draft.id).await
}
