//! Sends.

use std::{collections::BTreeMap, time::Duration};

use domain::{
    Send, SendState,
    preview::Slot,
    send::{Cause, Difference, FieldProblem, NeedsReason, RefusalReason},
};
use engine::sending::{Choice, choices};

use crate::{
    convert::{money, time},
    dto::{DifferenceDto, NeedCode, Said, SendDto, SendStateCode, SettleChoice, WaitCode},
};

/// A send as the web view reads it. `labels` names the data fields of the mapping that made it.
pub(crate) fn send_dto(
    send: &Send,
    hold_left: Duration,
    hold: Duration,
    labels: &BTreeMap<String, String>,
) -> SendDto {
    let milliseconds = |duration: Duration| u32::try_from(duration.as_millis()).unwrap_or(u32::MAX);
    SendDto {
        id: send.id.to_string(),
        batch: send.batch.map(|batch| batch.to_string()),
        deal: send.deal.to_string(),
        deal_name: send.title.deal.clone(),
        company: send.title.company.clone(),
        recipient: send.title.recipient.clone(),
        email: send.title.email.clone(),
        amount: send.title.amount.as_ref().map(money),
        state: state_code(&send.state),
        hold_left_ms: if send.state == SendState::Held { milliseconds(hold_left) } else { 0 },
        hold_ms: milliseconds(hold.max(hold_left)),
        can_undo: send.state.can_undo(),
        waits: waits(send),
        contract: send.state.contract().map(|contract| contract.to_string()),
        why: why(&send.state),
        differences: differences(&send.state, labels),
        theirs: None,
        choices: choices(send).into_iter().map(settle_choice).collect(),
        clicked_at: time(send.clicked_at),
        since: time(send.since),
    }
}

fn state_code(state: &SendState) -> SendStateCode {
    match state {
        SendState::Held => SendStateCode::Held,
        SendState::Queued => SendStateCode::Queued,
        SendState::Creating => SendStateCode::Creating,
        SendState::CreateUnknown => SendStateCode::CreateUnknown,
        SendState::Created { .. } => SendStateCode::Created,
        SendState::Completing { .. } => SendStateCode::Completing,
        SendState::Publishing { .. } => SendStateCode::Publishing,
        SendState::PublishUnknown { .. } => SendStateCode::PublishUnknown,
        SendState::Published { .. } => SendStateCode::Published,
        SendState::Undone => SendStateCode::Undone,
        SendState::Stopped { .. } => SendStateCode::Stopped,
        SendState::Rejected { .. } => SendStateCode::Rejected,
        SendState::Superseded { .. } => SendStateCode::Superseded,
        SendState::TheirsChosen { .. }
        | SendState::PublishingTheirs { .. }
        | SendState::TheirsUnknown { .. } => SendStateCode::PublishingTheirs,
        SendState::Discarding { .. } => SendStateCode::DiscardingTheirs,
        SendState::NeedsYou { .. } => SendStateCode::NeedsYou,
        SendState::GivenUp { .. } => SendStateCode::GivenUp,
    }
}

fn waits(send: &Send) -> Option<WaitCode> {
    if !send.state.is_moving() {
        return None;
    }
    match send.cause.as_ref()? {
        Cause::Offline => Some(WaitCode::Offline),
        Cause::Unauthorized => Some(WaitCode::Token),
        Cause::RateLimited => Some(WaitCode::RateLimit),
        Cause::TimedOut | Cause::LineCut | Cause::ServerFault { .. } | Cause::Unreadable => {
            Some(WaitCode::Service)
        }
        Cause::TooLate | Cause::AppEnded | Cause::NotStored => None,
    }
}

/// Why a send stopped, was refused, or waits for a person.
pub(super) fn why(state: &SendState) -> Option<Said<NeedCode>> {
    match state {
        SendState::Stopped { .. } => Some(Said::plain(NeedCode::Differences)),
        SendState::Rejected { refusal, contract } => {
            let code = match refusal.reason {
                RefusalReason::Invalid => NeedCode::Invalid,
                RefusalReason::Plan => NeedCode::Plan,
                RefusalReason::Forbidden => NeedCode::Forbidden,
                RefusalReason::NotFound => NeedCode::NotFound,
            };
            let texts: Vec<String> = refusal.problems.iter().map(problem_text).collect();
            let said = Said::plain(code).with("text", texts.join("; "));
            Some(match contract {
                Some(draft) => said.with("contract", draft),
                None => said,
            })
        }
        SendState::Superseded { by, .. } => Some(Said::plain(NeedCode::Superseded).with("contract", by)),
        SendState::NeedsYou { reason, .. } => Some(need(reason)),
        _ => None,
    }
}

fn problem_text(problem: &FieldProblem) -> String {
    // The sentence around it has a full stop of its own.
    let text = problem.text.trim_end_matches('.');
    if problem.path.is_empty() { text.to_owned() } else { format!("{}: {text}", problem.path) }
}

fn need(reason: &NeedsReason) -> Said<NeedCode> {
    match reason {
        NeedsReason::ColleaguesDraft { contract, is_out_of_reach } => {
            let code = if *is_out_of_reach { NeedCode::TheirsOutOfReach } else { NeedCode::ColleaguesDraft };
            Said::plain(code).with("contract", contract)
        }
        NeedsReason::TheirsGone => Said::plain(NeedCode::TheirsGone),
        NeedsReason::MarkerMissing => Said::plain(NeedCode::MarkerMissing),
        NeedsReason::OwnNotVisible => Said::plain(NeedCode::OwnNotVisible),
        NeedsReason::TwoContractsOut { contract } => {
            Said::plain(NeedCode::TwoContractsOut).with("contract", contract)
        }
        NeedsReason::CannotTell => Said::plain(NeedCode::CannotTell),
        NeedsReason::DraftRemoved => Said::plain(NeedCode::DraftRemoved),
        NeedsReason::DealGone => Said::plain(NeedCode::DealGone),
        NeedsReason::DraftChanged => Said::plain(NeedCode::DraftChanged),
        NeedsReason::FieldNamesOther { text } => Said::plain(NeedCode::FieldNamesOther).with("text", text),
        NeedsReason::NewerContract { contract } => {
            Said::plain(NeedCode::NewerContract).with("contract", contract)
        }
        NeedsReason::LongClosed => Said::plain(NeedCode::LongClosed),
        NeedsReason::Restored => Said::plain(NeedCode::Restored),
    }
}

fn differences(state: &SendState, labels: &BTreeMap<String, String>) -> Vec<DifferenceDto> {
    let SendState::Stopped { differences } = state else { return Vec::new() };
    differences.iter().map(|difference| difference_dto(difference, labels)).collect()
}

pub(super) fn difference_dto(difference: &Difference, labels: &BTreeMap<String, String>) -> DifferenceDto {
    match difference {
        Difference::Value { slot, seen, now } => DifferenceDto::Value {
            slot: slot.to_string(),
            label: label(slot, labels),
            seen: seen.clone(),
            now: now.clone(),
        },
        Difference::DealGone => DifferenceDto::DealGone,
        Difference::DealNotReady => DifferenceDto::DealNotReady,
        Difference::TemplateGone => DifferenceDto::TemplateGone,
        Difference::TemplateInactive => DifferenceDto::TemplateInactive,
        Difference::Contents => DifferenceDto::Contents,
    }
}

/// Name of the data field, where a slot is one; the interface names the fixed slots.
pub(super) fn label(slot: &Slot, labels: &BTreeMap<String, String>) -> String {
    let Slot::Field(custom_id) = slot else { return String::new() };
    labels.get(custom_id).unwrap_or(custom_id).clone()
}

fn settle_choice(choice: Choice) -> SettleChoice {
    match choice {
        Choice::LookAgain => SettleChoice::LookAgain,
        Choice::SendNow => SettleChoice::SendNow,
        Choice::TryAgain => SettleChoice::TryAgain,
        Choice::Adopt => SettleChoice::Adopt,
        Choice::PublishTheirs => SettleChoice::PublishTheirs,
        Choice::DiscardTheirs => SettleChoice::DiscardTheirs,
        Choice::Accept => SettleChoice::Accept,
        Choice::GiveUp => SettleChoice::GiveUp,
        Choice::Leave => SettleChoice::Leave,
    }
}

/// A person's decision.
pub(crate) fn choice(choice: SettleChoice) -> Choice {
    match choice {
        SettleChoice::LookAgain => Choice::LookAgain,
        SettleChoice::SendNow => Choice::SendNow,
        SettleChoice::TryAgain => Choice::TryAgain,
        SettleChoice::Adopt => Choice::Adopt,
        SettleChoice::PublishTheirs => Choice::PublishTheirs,
        SettleChoice::DiscardTheirs => Choice::DiscardTheirs,
        SettleChoice::Accept => Choice::Accept,
        SettleChoice::GiveUp => Choice::GiveUp,
        SettleChoice::Leave => Choice::Leave,
    }
}
