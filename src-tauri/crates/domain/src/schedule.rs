//! When to look at Oneflow and Kommo next. Pure; tested by tables.

use std::time::Duration;

/// What decides how soon the next pass comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    /// Since the newest publish of this seat; `None` if there was none in this run.
    pub since_last_send: Option<Duration>,
    /// The window is open and in sight.
    pub is_window_open: bool,
    /// Passes that failed in a row.
    pub errors: u32,
    /// Pages the last pass read.
    pub pages: u32,
}

/// Watching takes a third of a seat's background share of 300 requests in 5 minutes: one request in 3 s.
const PAUSE_FOR_EACH_PAGE: Duration = Duration::from_secs(3);

/// How long after a pass the next one comes.
pub fn next_pass(situation: Situation) -> Duration {
    let calm = match (situation.since_last_send, situation.is_window_open) {
        (Some(since), true) if since < Duration::from_mins(2) => Duration::from_secs(10),
        (_, true) => Duration::from_mins(1),
        (_, false) => Duration::from_mins(5),
    };
    let floor = PAUSE_FOR_EACH_PAGE.saturating_mul(situation.pages);
    let slowed = calm.saturating_mul(2_u32.saturating_pow(situation.errors.min(5)));
    slowed.max(floor).min(Duration::from_hours(1)).max(floor)
}

/// How long to wait before the next try of something that failed `tries` times: 5 s doubling up to an hour.
pub fn back_off(tries: u32) -> Duration {
    Duration::from_secs(5).saturating_mul(2_u32.saturating_pow(tries.min(16))).min(Duration::from_hours(1))
}

/// When after a lost request the looks are made.
pub const LOOKS_AFTER_LOSS: [Duration; 3] =
    [Duration::from_secs(5), Duration::from_secs(20), Duration::from_secs(70)];

/// How late a request may still take effect after it left (an assumption about Oneflow: ARCHITECTURE.md).
pub const LATEST_EFFECT: Duration = Duration::from_mins(1);

/// How long a look speaks for a publish: it starts within this time after the look began, or after another look. A
/// look reads all drafts of the account, so that it can take longer than a moment.
pub const LOOK_HOLDS_FOR: Duration = Duration::from_secs(30);

/// How long a seat waits when others made a draft for the same deal: what another seat's look spoke for has taken
/// effect then.
pub const ELECTION_WAIT: Duration = Duration::from_secs(95);

/// How long a seat looks for its own contract before it asks.
pub const OWN_VISIBLE_WITHIN: Duration = Duration::from_mins(2);

/// A `Once` call that has not started so long after its intent is not made.
pub const START_WITHIN: Duration = Duration::from_secs(5);

/// How long a colleague's draft may stay a draft before a person is asked.
pub const COLLEAGUES_DRAFT_STAYS: Duration = Duration::from_mins(10);

/// How often a seat looks whether the draft that a person is asked about is still a draft.
pub const THEIRS_LOOK_EVERY: Duration = Duration::from_mins(10);

/// A send that was held or queued longer than this while the app was closed asks before it leaves.
pub const ASK_AFTER_CLOSED: Duration = Duration::from_mins(10);

/// How much of a hold runs in sight after a start or a resume, at least.
pub const HOLD_AFTER_START: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_pass_follows_what_a_person_waits_for() {
        let check = |why: &str, situation: Situation, seconds: u64| {
            assert_eq!(next_pass(situation), Duration::from_secs(seconds), "{why}");
        };
        let calm = Situation { since_last_send: None, is_window_open: true, errors: 0, pages: 1 };
        check("open window", calm, 60);
        check("just sent", Situation { since_last_send: Some(Duration::from_secs(3)), ..calm }, 10);
        check("sent a while ago", Situation { since_last_send: Some(Duration::from_mins(5)), ..calm }, 60);
        check("in the background", Situation { is_window_open: false, ..calm }, 300);
        check("an error doubles", Situation { errors: 1, ..calm }, 120);
        check("errors never stop it", Situation { errors: 40, ..calm }, 1920);
        check("many pages take their share", Situation { pages: 100, ..calm }, 300);
        check("errors and pages", Situation { errors: 5, is_window_open: false, pages: 2000, ..calm }, 6000);
    }

    #[test]
    fn what_was_on_its_way_has_arrived_before_it_is_judged() {
        assert!(ELECTION_WAIT > LOOK_HOLDS_FOR + LATEST_EFFECT);
        assert!(LOOKS_AFTER_LOSS.into_iter().max() > Some(START_WITHIN + LATEST_EFFECT));
    }

    #[test]
    fn retries_grow_to_an_hour() {
        assert_eq!(back_off(0), Duration::from_secs(5));
        assert_eq!(back_off(3), Duration::from_secs(40));
        assert_eq!(back_off(u32::MAX), Duration::from_hours(1));
    }
}
