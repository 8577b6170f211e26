//! What a person can decide about a send that stopped, and how the decision is carried out.
//!
//! A decision is a step; what follows from it (a publish, a deletion) is done by the send's driver, so that a crash in
//! the middle of it is no question.

use std::sync::Arc;

use domain::{
    ContractId, Send, SendId, SendState,
    send::{NeedsReason, Step},
};
use http::Call;
use store::sends;

use super::{click::announce, drafts, drive::Driver, start_driver};
use crate::{
    EngineError, Profile,
    write_backs::{self, FieldClaim},
};

/// A decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Look at both services again and go on from where it stood.
    LookAgain,
    /// Go on with what was clicked.
    SendNow,
    /// Try again what was refused, or what is not there.
    TryAgain,
    /// It was sent: the contract that was found is ours and is out.
    Adopt,
    /// Publish the colleague's draft.
    PublishTheirs,
    /// Delete the colleague's draft and send mine.
    DiscardTheirs,
    /// It is dealt with in Oneflow: our contract stands.
    Accept,
    /// Give up; our draft is deleted.
    GiveUp,
    /// Nothing was made of it, and nothing shall be.
    Leave,
}

/// What a person can decide now, the most likely first.
pub fn choices(send: &Send) -> Vec<Choice> {
    let (state, mut choices) = match &send.state {
        state @ SendState::Rejected { contract: Some(_), .. } => (state, vec![Choice::TryAgain]),
        state @ SendState::NeedsYou { reason, from } => (state, of_reason(reason, from)),
        state if state.has_ended_with_nothing() => return vec![Choice::Leave],
        _ => return Vec::new(),
    };
    if state.clone().after(Step::GiveUp).is_ok() {
        choices.push(Choice::GiveUp);
    }
    choices
}

fn of_reason(reason: &NeedsReason, from: &SendState) -> Vec<Choice> {
    match reason {
        NeedsReason::LongClosed | NeedsReason::Restored => vec![Choice::SendNow],
        NeedsReason::ColleaguesDraft { .. } => {
            vec![Choice::LookAgain, Choice::PublishTheirs, Choice::DiscardTheirs]
        }
        NeedsReason::TheirsGone if from.contract().is_some() => vec![Choice::SendNow],
        NeedsReason::CannotTell if *from == SendState::CreateUnknown => {
            vec![Choice::LookAgain, Choice::Adopt, Choice::TryAgain]
        }
        NeedsReason::CannotTell => vec![Choice::LookAgain, Choice::Adopt],
        NeedsReason::DraftRemoved => vec![Choice::TryAgain, Choice::LookAgain],
        NeedsReason::TwoContractsOut { .. } => vec![Choice::LookAgain, Choice::Accept],
        NeedsReason::FieldNamesOther { .. } => vec![Choice::LookAgain, Choice::SendNow],
        NeedsReason::TheirsGone
        | NeedsReason::MarkerMissing
        | NeedsReason::OwnNotVisible
        | NeedsReason::DealGone
        | NeedsReason::DraftChanged
        | NeedsReason::NewerContract { .. } => vec![Choice::LookAgain],
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
    let step = step_of(profile, &send, choice).await?;
    let now = profile.clock.now();
    let taken = profile.ledger.write(move |writing| sends::take(writing, id, step, now)).await?;
    let send = taken.moved().ok_or(EngineError::DecisionClosed)?;
    announce(profile, &send);
    profile.wake.drivers.notify_waiters();
    profile.wake.sending.notify_one();
    if choice == Choice::LookAgain && matches!(send.state, SendState::Published { .. }) {
        // Nothing moves by itself any more, so the look that was asked for needs a driver of its own.
        start_driver(profile, id);
    }
    if send.state.contract().is_some() && send.state.is_settled() && choice == Choice::GiveUp {
        super::tidy_drafts(profile).await?;
    }
    Ok(send)
}

/// The step that a decision is; what must be known for it is asked first.
async fn step_of(profile: &Arc<Profile>, send: &Send, choice: Choice) -> Result<Step, EngineError> {
    Ok(match choice {
        Choice::LookAgain => Step::Resume,
        Choice::SendNow => {
            take_field(profile, send).await?;
            Step::Resume
        }
        Choice::TryAgain => Step::Retry,
        Choice::Accept => Step::Accept,
        Choice::GiveUp | Choice::Leave => Step::GiveUp,
        Choice::Adopt => Step::Out(find_out(profile, send).await?),
        Choice::PublishTheirs => {
            let theirs = theirs(send)?;
            let draft = drafts::look_at(profile, theirs, Some(send), Call::person()).await?;
            // Only what reads back equal to its hash: nobody here has seen anything else of it.
            if draft.is_none_or(|draft| draft.payload.is_none()) {
                return Err(EngineError::PreviewChanged);
            }
            Step::ChooseTheirs(theirs)
        }
        Choice::DiscardTheirs => Step::DiscardTheirs(theirs(send)?),
    })
}

/// The colleague's draft that a send waits for.
fn theirs(send: &Send) -> Result<ContractId, EngineError> {
    match send.state {
        SendState::NeedsYou { reason: NeedsReason::ColleaguesDraft { contract, .. }, .. } => Ok(contract),
        _ => Err(EngineError::DecisionClosed),
    }
}

/// A person gave the field free for what they saw in it, and for nothing that came since.
async fn take_field(profile: &Profile, send: &Send) -> Result<(), EngineError> {
    let SendState::NeedsYou { reason: NeedsReason::FieldNamesOther { text }, from } = &send.state else {
        return Ok(());
    };
    let own = from.contract().ok_or(EngineError::DecisionClosed)?;
    let replaces = send.generation.replaces();
    match write_backs::take_field(profile, send.deal, own, replaces, text.clone()).await? {
        FieldClaim::Ours | FieldClaim::NoField | FieldClaim::Foreign => Ok(()),
        FieldClaim::Other { .. } => Err(EngineError::DecisionClosed),
    }
}

/// The contract of this click, if one is out. A look that cannot tell everything may still show it.
async fn find_out(profile: &Arc<Profile>, send: &Send) -> Result<ContractId, EngineError> {
    if let Some(own) = send.state.contract() {
        let shown = profile.oneflow_unfiltered().contract(own, Call::person()).await;
        let shown = profile.heard_oneflow(shown)?;
        return shown.filter(|shown| shown.state.is_out()).map(|_| own).ok_or(EngineError::ContractGone);
    }
    let driver = Driver::new(Arc::clone(profile), send.id);
    let seen = driver.look_at_all(send).await?;
    let ours = seen.contracts.iter().filter(|contract| contract.state.is_out());
    let ours = ours.filter(|contract| contract.marker().is_some_and(|marker| send.made(&marker)));
    ours.map(|contract| contract.id).min().ok_or(EngineError::ContractGone)
}

#[cfg(test)]
mod tests;
