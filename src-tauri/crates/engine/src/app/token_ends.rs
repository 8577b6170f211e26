//! Says in time that a token ends: in the window from 30 days on, on the desktop 30, 7 and 1 days before.

use domain::Timestamp;
use store::facts::{self, Fact};

use super::App;
use crate::{EngineError, profile::ProfileKind};

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

/// So many days before the end the desktop says so, once each for each token.
const TOLD_AT_DAYS: [i64; 3] = [FIRST_DAYS, 7, 1];

/// Ledger: of the token that ends then, up to which of [`TOLD_AT_DAYS`] the desktop was told. A new token ends at
/// another moment, and is told of anew.
const TOLD: Fact<(Timestamp, i64)> = Fact::new("token_end_told");

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

/// The step of [`TOLD_AT_DAYS`] that a token has come to and that was not told yet. One that has ended is told by its
/// refusal.
fn untold(ends: TokenEnds, told: Option<(Timestamp, i64)>) -> Option<i64> {
    let step = TOLD_AT_DAYS.into_iter().rfind(|step| ends.days <= *step).filter(|_| ends.days >= 0)?;
    let is_told = told.is_some_and(|(at, told)| at == ends.at && told <= step);
    (!is_told).then_some(step)
}

impl App {
    /// The end of the Kommo token, if it is time to tell the desktop; given to exactly one caller, who then tells it.
    pub async fn claim_token_notice(&self) -> Result<Option<TokenEnds>, EngineError> {
        let (Ok(profile), Some(ends)) = (self.profile(), self.token_ends()) else { return Ok(None) };
        if profile.kind() == ProfileKind::Sample {
            return Ok(None);
        }
        let now = self.now();
        let claimed = profile.ledger.write(move |writing| {
            let Some(step) = untold(ends, facts::get(writing, &TOLD)?) else { return Ok(None) };
            facts::set(writing, &TOLD, &(ends.at, step), now)?;
            Ok(Some(ends))
        });
        Ok(claimed.await?)
    }

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
    fn the_desktop_is_told_three_times_of_each_token() {
        let (at, other) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1));
        for (days, told, wanted) in [
            (31, None, None),
            (30, None, Some(30)),
            (29, Some((at, 30)), None),
            (8, Some((at, 30)), None),
            (7, Some((at, 30)), Some(7)),
            (6, Some((at, 7)), None),
            (1, Some((at, 7)), Some(1)),
            (0, Some((at, 7)), Some(1)),
            (0, Some((at, 1)), None),
            (3, None, Some(7)),
            (-1, None, None),
            (30, Some((other, 1)), Some(30)),
        ] {
            assert_eq!(untold(TokenEnds { at, days }, told), wanted, "{days} days, told {told:?}");
        }
    }

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
