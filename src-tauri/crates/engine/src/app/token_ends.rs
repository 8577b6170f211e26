//! Says in time that a token ends (issue: 30, 7 and 1 days before).

use super::App;
use domain::Timestamp;

/// When the Kommo token of the open profile ends. Oneflow's tokens do not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenEnds {
    /// After this moment Kommo refuses it.
    pub at: Timestamp,
    /// Whole days until then: 0 on the last day, negative after it.
    pub days: i64,
}

/// So many days before its end it is said first.
const FIRST_DAYS: i64 = 30;

impl TokenEnds {
    fn soon(at: Timestamp, now: Timestamp) -> Option<Self> {
        let days = days_until(at, now);
        (days <= FIRST_DAYS).then_some(Self { at, days })
    }
}

/// Whole days from `now` until `at`.
pub(crate) fn days_until(at: Timestamp, now: Timestamp) -> i64 {
    const DAY: i64 = 24 * 60 * 60;
    at.duration_since(now).as_secs().div_euclid(DAY)
}

impl App {
    /// When the Kommo token ends, if that is 30 days or less away.
    pub fn token_ends(&self) -> Option<TokenEnds> {
        let profile = self.profile().ok()?;
        TokenEnds::soon(profile.kommo_token_ends()?, self.now())
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn the_end_of_a_token_is_said_thirty_days_before() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        for (hours, days) in [
            (24 * 31, None),
            (24 * 31 - 1, Some(30)),
            (24 * 7, Some(7)),
            (24, Some(1)),
            (23, Some(0)),
            (-1, Some(-1)),
        ] {
            let at = now + SignedDuration::from_hours(hours);
            assert_eq!(TokenEnds::soon(at, now).map(|ends| ends.days), days, "{hours} hours");
        }
    }
}
