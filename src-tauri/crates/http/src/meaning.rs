//! What an error of a call means for the effect the call was to have (design.md §3).

use std::time::Duration;

use crate::endpoint::Effect;
use crate::error::{Cause, Error, Refusal};

/// What became of the effect of a call that has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// The request never left: back to the state before.
    NotSent(Cause),
    /// The service took no notice: back to the state before, and wait for what [`Hold`] says.
    NoEffect(Hold),
    /// The service said no; the same request would be refused again.
    Refused(Refusal),
    /// It may or may not have happened: look before doing anything else.
    Unknown,
}

/// What to wait for before trying again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// The time the service asked for, or the caller's own delay.
    After(Option<Duration>),
    /// A new token: every call of this account would be refused.
    TokenRefused,
    /// The end of a block of our IP address.
    Blocked,
}

/// What `error` means for the effect of a call. Total, and decided by nothing else.
///
/// A status that design.md §3 does not name (405, 410, 418, …) counts as unknown for [`Effect::Once`]: a needless
/// look costs a minute, a wrong "no effect" can cost a customer a second contract.
pub fn meaning(effect: Effect, error: &Error) -> Meaning {
    match error {
        Error::NotSent(cause) => Meaning::NotSent(*cause),
        Error::Limited { retry_after } => Meaning::NoEffect(Hold::After(*retry_after)),
        Error::Blocked => Meaning::NoEffect(Hold::Blocked),
        Error::Refused(refusal) => match (refusal.status, effect) {
            (401, _) => Meaning::NoEffect(Hold::TokenRefused),
            (400 | 402 | 403 | 404 | 422, _) | (_, Effect::Read | Effect::Idempotent) => {
                Meaning::Refused(refusal.clone())
            }
            (_, Effect::Once) => Meaning::Unknown,
        },
        Error::Conflict(refusal) => match effect {
            Effect::Read | Effect::Idempotent => Meaning::Refused(refusal.clone()),
            Effect::Once => Meaning::Unknown,
        },
        Error::Lost(_)
        | Error::Unreadable(_)
        | Error::Failed(_)
        | Error::Redirected { .. }
        | Error::Storage { .. } => Meaning::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::{Facts, refusal_of};
    use crate::error::{BodyFault, Loss, TlsFault, Unreadable};
    use crate::redact::Redacted;

    /// The name of a meaning, so that a row of the table fits a line.
    fn name(meaning: &Meaning) -> &'static str {
        match meaning {
            Meaning::NotSent(_) => "not sent",
            Meaning::NoEffect(Hold::After(_)) => "wait",
            Meaning::NoEffect(Hold::TokenRefused) => "token",
            Meaning::NoEffect(Hold::Blocked) => "blocked",
            Meaning::Refused(_) => "refused",
            Meaning::Unknown => "unknown",
        }
    }

    fn status(status: u16) -> Error {
        refusal_of(&Facts { status, ..Facts::default() }, b"{}".to_vec(), false)
    }

    #[test]
    fn every_answer_to_a_once_call_has_the_meaning_of_the_design() {
        let mut rows = vec![
            (Error::NotSent(Cause::Offline), "not sent"),
            (Error::NotSent(Cause::Dns), "not sent"),
            (Error::NotSent(Cause::Connect), "not sent"),
            (Error::NotSent(Cause::ConnectTimedOut), "not sent"),
            (Error::NotSent(Cause::Tls(TlsFault::UnknownIssuer)), "not sent"),
            (Error::NotSent(Cause::Deadline), "not sent"),
            (Error::NotSent(Cause::Paused { until: Duration::ZERO }), "not sent"),
            (Error::Blocked, "blocked"),
            (Error::Lost(Loss::TimedOut), "unknown"),
            (Error::Lost(Loss::Cut), "unknown"),
        ];
        for body_fault in [BodyFault::NotJson, BodyFault::Shape, BodyFault::TooLarge] {
            let unreadable =
                Unreadable { status: 200, path: ".".into(), fault: body_fault, body: Redacted::default() };
            rows.push((Error::Unreadable(unreadable), "unknown"));
        }
        for (code, expected) in [
            (429, "wait"),
            (401, "token"),
            (400, "refused"),
            (402, "refused"),
            (403, "refused"),
            (404, "refused"),
            (422, "refused"),
            (405, "unknown"),
            (408, "unknown"),
            (409, "unknown"),
            (410, "unknown"),
            (301, "unknown"),
            (302, "unknown"),
            (307, "unknown"),
            (500, "unknown"),
            (502, "unknown"),
            (503, "unknown"),
            (504, "unknown"),
            (599, "unknown"),
        ] {
            rows.push((status(code), expected));
        }
        for (error, expected) in rows {
            assert_eq!(name(&meaning(Effect::Once, &error)), expected, "{error:?}");
        }
    }

    #[test]
    fn a_repeatable_call_in_conflict_is_refused() {
        for effect in [Effect::Read, Effect::Idempotent] {
            for code in [400, 405, 409, 410] {
                assert_eq!(name(&meaning(effect, &status(code))), "refused", "{effect:?} {code}");
            }
            assert_eq!(name(&meaning(effect, &status(500))), "unknown");
        }
    }

    #[test]
    fn the_delay_the_service_asked_for_is_kept() {
        let asked = Some(Duration::from_secs(7));
        assert_eq!(
            meaning(Effect::Once, &Error::Limited { retry_after: asked }),
            Meaning::NoEffect(Hold::After(asked))
        );
    }
}
