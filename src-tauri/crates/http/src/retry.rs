//! Whether a call is made again, and when: a pure function of effect, error and attempt (style.md, rule 8).

use std::time::Duration;

use crate::endpoint::Effect;
use crate::error::{BodyFault, Cause, Error};

/// How often and how patiently a repeatable call is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// Attempts in all, the first one included.
    pub attempts: u32,
    /// The delay before the second attempt; it doubles from there.
    pub first: Duration,
    /// The longest delay of our own choice. A delay the service asks for may be longer.
    pub longest: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self { attempts: 3, first: Duration::from_millis(500), longest: Duration::from_secs(8) }
    }
}

/// The delay before the next attempt after attempt number `attempt` (from 1) failed with `error`; `None`: no more.
///
/// `fraction` (0 to 1) takes up to a third off, so that many seats do not come back together. [`Effect::Once`] is
/// never repeated. An offline machine is not asked again here: that is not an attempt, and whoever called knows
/// better when to come back.
pub fn delay(
    effect: Effect,
    error: &Error,
    attempt: u32,
    retries: &Retries,
    fraction: f64,
) -> Option<Duration> {
    let may_repeat = match effect {
        Effect::Once => false,
        Effect::Read | Effect::Idempotent => may_pass(effect, error),
    };
    if !may_repeat || attempt >= retries.attempts {
        return None;
    }
    if matches!(error, Error::Limited { .. }) {
        // The limiter holds every call back for the time asked; a second delay here would only add to it.
        return Some(Duration::ZERO);
    }
    let doubled = retries.first.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
    let own = doubled.min(retries.longest).mul_f64(1.0 - fraction.clamp(0.0, 1.0) / 3.0);
    match error {
        Error::Failed(refusal) => match refusal.retry_after {
            Some(asked) if asked > LONGEST_ASKED => None,
            Some(asked) => Some(own.max(asked)),
            None => Some(own),
        },
        _ => Some(own),
    }
}

/// Whoever is asked to wait longer is told so instead of waiting inside the call.
const LONGEST_ASKED: Duration = Duration::from_mins(1);

/// Whether the same call may succeed in a moment.
fn may_pass(effect: Effect, error: &Error) -> bool {
    match error {
        Error::NotSent(cause) => match cause {
            Cause::Connect | Cause::ConnectTimedOut => true,
            Cause::Offline
            | Cause::Dns
            | Cause::Tls(_)
            | Cause::Deadline
            | Cause::Paused { .. }
            | Cause::Blocked { .. }
            | Cause::ForeignHost
            | Cause::Malformed
            | Cause::NoTrustRoots => false,
        },
        Error::Lost(_) | Error::Limited { .. } | Error::Storage { status: 500.. } => true,
        Error::Failed(refusal) => matches!(refusal.status, 408 | 500 | 502 | 503 | 504),
        // A body cut by a proxy is no JSON; one of another shape will have that shape again.
        Error::Unreadable(unreadable) => effect == Effect::Read && unreadable.fault == BodyFault::NotJson,
        Error::Refused(_)
        | Error::Conflict(_)
        | Error::Redirected { .. }
        | Error::Blocked
        | Error::Storage { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::{Facts, refusal_of};
    use crate::error::{Loss, TlsFault, Unreadable};
    use crate::redact::Redacted;

    fn status(status: u16) -> Error {
        refusal_of(&Facts { status, ..Facts::default() }, b"{}".to_vec(), false)
    }

    fn unreadable(fault: BodyFault) -> Error {
        Error::Unreadable(Unreadable { status: 200, path: ".".into(), fault, body: Redacted::default() })
    }

    fn busy_for(seconds: u64) -> Error {
        let retry_after = Some(Duration::from_secs(seconds));
        refusal_of(&Facts { status: 503, retry_after, ..Facts::default() }, Vec::new(), false)
    }

    /// (error, repeated for a read, repeated for an idempotent call)
    fn rows() -> Vec<(Error, bool, bool)> {
        vec![
            (Error::NotSent(Cause::Offline), false, false),
            (Error::NotSent(Cause::Dns), false, false),
            (Error::NotSent(Cause::Connect), true, true),
            (Error::NotSent(Cause::ConnectTimedOut), true, true),
            (Error::NotSent(Cause::Tls(TlsFault::Clock)), false, false),
            (Error::NotSent(Cause::Deadline), false, false),
            (Error::NotSent(Cause::ForeignHost), false, false),
            (Error::Lost(Loss::TimedOut), true, true),
            (Error::Lost(Loss::Cut), true, true),
            (Error::Limited { retry_after: None }, true, true),
            (Error::Blocked, false, false),
            (Error::Storage { status: 403 }, false, false),
            (Error::Storage { status: 503 }, true, true),
            (unreadable(BodyFault::NotJson), true, false),
            (unreadable(BodyFault::Shape), false, false),
            (unreadable(BodyFault::TooLarge), false, false),
            (status(302), false, false),
            (status(400), false, false),
            (status(401), false, false),
            (status(404), false, false),
            (status(408), true, true),
            (status(409), false, false),
            (status(422), false, false),
            (status(500), true, true),
            (status(501), false, false),
            (status(502), true, true),
            (status(503), true, true),
            (status(504), true, true),
        ]
    }

    #[test]
    fn each_error_is_repeated_only_where_a_repeat_can_help() {
        let retries = Retries::default();
        for (error, read, idempotent) in rows() {
            assert_eq!(delay(Effect::Read, &error, 1, &retries, 0.0).is_some(), read, "read {error:?}");
            let repeated = delay(Effect::Idempotent, &error, 1, &retries, 0.0).is_some();
            assert_eq!(repeated, idempotent, "idempotent {error:?}");
        }
    }

    #[test]
    fn a_once_call_is_never_repeated() {
        for (error, _, _) in rows() {
            assert_eq!(delay(Effect::Once, &error, 1, &Retries::default(), 0.0), None, "{error:?}");
        }
    }

    #[test]
    fn a_delay_the_service_asks_for_is_kept_unless_it_is_long() {
        for (asked, expected) in [(0, Some(500)), (7, Some(7_000)), (60, Some(60_000)), (61, None)] {
            let found = delay(Effect::Read, &busy_for(asked), 1, &Retries::default(), 0.0);
            assert_eq!(found.map(|delay| delay.as_millis()), expected, "{asked} s");
        }
    }

    #[test]
    fn delays_grow_to_a_limit_and_end_with_the_budget() {
        let retries =
            Retries { attempts: 6, first: Duration::from_millis(500), longest: Duration::from_secs(3) };
        let lost = Error::Lost(Loss::Cut);
        for (attempt, fraction, expected) in [
            (1, 0.0, Some(500)),
            (2, 0.0, Some(1_000)),
            (3, 0.0, Some(2_000)),
            (4, 0.0, Some(3_000)),
            (5, 0.0, Some(3_000)),
            (6, 0.0, None),
            (4, 1.0, Some(2_000)),
        ] {
            let found = delay(Effect::Read, &lost, attempt, &retries, fraction);
            assert_eq!(found.map(|delay| delay.as_millis()), expected, "attempt {attempt}");
        }
    }
}
