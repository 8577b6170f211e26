//! What one turn at a piece of work came to, and what an error of a call means for it. Pure; tested by tables.

use std::time::Duration;

use domain::{Timestamp, schedule::back_off, write_back::ParkReason};
use http::{Cause, Error, Refusal};

use crate::{EngineError, health::Service};

/// What one turn came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Turn {
    /// It is done, whoever did it.
    Done,
    /// It cannot be done, and waiting does not help.
    Parked(ParkReason),
    /// It may be done later.
    Again(Pause),
    /// A person settled it meanwhile.
    Settled,
}

/// When a piece gets its next turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pause {
    /// Later each time.
    Growing,
    /// After this long; that is no failure of the piece.
    For(Duration),
    /// At this moment, however long the turn took (the computer may sleep in the middle of one); no failure either.
    Until(Timestamp),
    /// When the service accepts a token again.
    Token(Service),
}

/// How long to wait while there is no network. Waking the workers does not shorten it, so it is not long.
const OFFLINE: Duration = Duration::from_secs(20);

/// How long to wait after a 429 that says nothing, and while all traffic is paused.
const LIMITED: Duration = Duration::from_secs(30);

/// How long to wait while Kommo blocks this address; the limiter knows when to try.
const BLOCKED: Duration = Duration::from_mins(10);

/// How soon after a new token work goes on, at the latest.
const TOKEN: Duration = Duration::from_secs(5);

impl Pause {
    /// How long the pause is after `failures` turns in a row that failed, this one included.
    pub(super) fn length(self, failures: u32) -> Duration {
        match self {
            Self::Growing => back_off(failures.saturating_sub(1)),
            Self::For(duration) => duration,
            // The moment is stored as it is; see `super::piece`.
            Self::Until(_) => Duration::ZERO,
            // It is not started before the token is accepted; see `super::refused_token`.
            Self::Token(_) => TOKEN,
        }
    }

    /// Whether the turn counts as failed, so that the next pause is longer.
    pub(super) fn is_failure(self) -> bool {
        self == Self::Growing
    }
}

/// What an error of a turn means for the piece.
pub(super) fn turn_after(error: &EngineError) -> Turn {
    match error {
        EngineError::Call { service, error } => after_call(*service, error),
        EngineError::DealGone => Turn::Parked(ParkReason::DealGone),
        // Not for ever: the signed PDF comes a while after the last signature, and after 14 days a piece is too old.
        EngineError::PdfNotReady
        | EngineError::Store(_)
        | EngineError::Vault(_)
        | EngineError::File(_)
        | EngineError::NotConnected
        | EngineError::AlreadyRunning
        | EngineError::ContractGone
        | EngineError::AlreadySent { .. }
        | EngineError::AlreadySending(_)
        | EngineError::PreviewChanged
        | EngineError::PreviewBlocked
        | EngineError::TooLateToUndo
        | EngineError::DecisionClosed
        | EngineError::TemplateGone
        | EngineError::Setup(_)
        | EngineError::BadRequest => Turn::Again(Pause::Growing),
    }
}

fn after_call(service: Service, error: &Error) -> Turn {
    match error {
        Error::NotSent(cause) => Turn::Again(after_cause(*cause)),
        Error::Limited { retry_after } => Turn::Again(Pause::For(retry_after.unwrap_or(LIMITED))),
        Error::Blocked => Turn::Again(Pause::For(BLOCKED)),
        Error::Refused(refusal) => match (service, refusal.status) {
            (_, 401) => Turn::Again(Pause::Token(service)),
            // An account that is not paid is mostly paid soon. What Oneflow refuses is the PDF, and its rights come and
            // go; the words for a park are about Kommo.
            (Service::Kommo, 402) | (Service::Oneflow, _) => Turn::Again(Pause::Growing),
            // No answer of Kommo's: a filter on the way to its drive, which stops nothing else.
            (Service::Kommo, 403) if refusal.problem.is_none() => Turn::Again(Pause::For(BLOCKED)),
            (Service::Kommo, 403) => Turn::Parked(ParkReason::Forbidden),
            (Service::Kommo, status) => Turn::Parked(ParkReason::Refused { status }),
        },
        Error::Failed(Refusal { retry_after: Some(asked), .. }) => Turn::Again(Pause::For(*asked)),
        Error::Conflict(_)
        | Error::Lost(_)
        | Error::Failed(_)
        | Error::Unreadable(_)
        | Error::Redirected { .. }
        | Error::Storage { .. } => Turn::Again(Pause::Growing),
    }
}

fn after_cause(cause: Cause) -> Pause {
    match cause {
        Cause::Offline | Cause::Dns | Cause::Connect | Cause::ConnectTimedOut | Cause::Tls(_) => {
            Pause::For(OFFLINE)
        }
        Cause::Paused { .. } => Pause::For(LIMITED),
        Cause::Blocked { .. } => Pause::For(BLOCKED),
        // Too many calls queued before it: the next turn comes when there are fewer.
        Cause::Deadline | Cause::ForeignHost | Cause::Malformed | Cause::NoTrustRoots => Pause::Growing,
    }
}

#[cfg(test)]
mod tests {
    use http::{Loss, Problem, Redacted};

    use super::*;

    fn refusal(status: u16) -> Refusal {
        Refusal { status, problem: None, body: Redacted::default(), request_id: None, retry_after: None }
    }

    #[test]
    fn what_passes_by_itself_is_tried_again_and_what_does_not_is_parked() {
        let again = Turn::Again;
        let refused = |status| Error::Refused(refusal(status));
        let asked = Duration::from_mins(5);
        for (service, error, wanted) in [
            (Service::Kommo, Error::NotSent(Cause::Offline), again(Pause::For(OFFLINE))),
            (Service::Oneflow, Error::NotSent(Cause::Dns), again(Pause::For(OFFLINE))),
            (Service::Kommo, Error::NotSent(Cause::Deadline), again(Pause::Growing)),
            (Service::Kommo, Error::NotSent(Cause::Paused { until: asked }), again(Pause::For(LIMITED))),
            (Service::Kommo, Error::Limited { retry_after: Some(asked) }, again(Pause::For(asked))),
            (Service::Kommo, Error::Limited { retry_after: None }, again(Pause::For(LIMITED))),
            (Service::Kommo, Error::Blocked, again(Pause::For(BLOCKED))),
            (Service::Kommo, refused(401), again(Pause::Token(Service::Kommo))),
            (Service::Oneflow, refused(401), again(Pause::Token(Service::Oneflow))),
            (Service::Kommo, refused(402), again(Pause::Growing)),
            (Service::Kommo, refused(403), again(Pause::For(BLOCKED))),
            (
                Service::Kommo,
                Error::Refused(Refusal { problem: Some(Problem::default()), ..refusal(403) }),
                Turn::Parked(ParkReason::Forbidden),
            ),
            (Service::Kommo, refused(400), Turn::Parked(ParkReason::Refused { status: 400 })),
            (Service::Kommo, refused(404), Turn::Parked(ParkReason::Refused { status: 404 })),
            (Service::Kommo, refused(422), Turn::Parked(ParkReason::Refused { status: 422 })),
            (Service::Oneflow, refused(403), again(Pause::Growing)),
            (Service::Oneflow, refused(404), again(Pause::Growing)),
            (Service::Kommo, Error::Conflict(refusal(409)), again(Pause::Growing)),
            (Service::Kommo, Error::Failed(refusal(504)), again(Pause::Growing)),
            (
                Service::Kommo,
                Error::Failed(Refusal { retry_after: Some(asked), ..refusal(503) }),
                again(Pause::For(asked)),
            ),
            (Service::Kommo, Error::Lost(Loss::TimedOut), again(Pause::Growing)),
            (Service::Kommo, Error::Redirected { status: 302, host: None }, again(Pause::Growing)),
        ] {
            let turn = turn_after(&EngineError::Call { service, error: error.clone() });
            assert_eq!(turn, wanted, "{service}: {error}");
        }
        assert_eq!(turn_after(&EngineError::DealGone), Turn::Parked(ParkReason::DealGone));
        assert_eq!(turn_after(&EngineError::PdfNotReady), again(Pause::Growing));
    }

    #[test]
    fn only_failures_make_the_next_pause_longer() {
        for (pause, failures, seconds) in [
            (Pause::Growing, 1, 5),
            (Pause::Growing, 4, 40),
            (Pause::Growing, 100, 3600),
            (Pause::For(OFFLINE), 100, 20),
            (Pause::Token(Service::Kommo), 100, 5),
        ] {
            assert_eq!(pause.length(failures), Duration::from_secs(seconds), "{pause:?} after {failures}");
            assert_eq!(pause.is_failure(), pause == Pause::Growing);
        }
    }
}
