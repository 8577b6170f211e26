//! When to look for an effect before it is made, or made again (design.md §5).

use std::{time::Duration, vec};

use domain::{Clock, schedule::LOOKS_AFTER_LOSS, write_back::WriteBackState};

/// How careful a piece must be before it makes its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caution {
    /// Look once: a run whose ledger was lost or put back, or a person who helped out, may have made it.
    Once,
    /// Look twice.
    Twice,
    /// An answer was lost: an effect may come up to a minute later.
    AfterLoss,
}

impl Caution {
    /// How careful a piece of work must be. Where several seats may write, one more look comes in the minutes of this one
    /// ([`super::share`]).
    pub(super) fn before(state: &WriteBackState, tries: u32) -> Self {
        if *state == WriteBackState::Trying {
            Self::AfterLoss
        } else if tries > 0 {
            Self::Twice
        } else {
            Self::Once
        }
    }

    /// The looks, counted from now.
    pub(super) fn looks(self, clock: &dyn Clock) -> Looks<'_> {
        Looks { clock, start: clock.elapsed(), moments: self.moments().into_iter() }
    }

    fn moments(self) -> Vec<Duration> {
        match self {
            Self::Once => vec![Duration::ZERO],
            Self::Twice => vec![Duration::ZERO, Duration::from_secs(5)],
            Self::AfterLoss => LOOKS_AFTER_LOSS.to_vec(),
        }
    }
}

/// The looks of one turn.
pub(super) struct Looks<'a> {
    clock: &'a dyn Clock,
    start: Duration,
    moments: vec::IntoIter<Duration>,
}

impl Looks<'_> {
    /// Waits for the moment of the next look; false when all were made.
    pub(super) async fn next(&mut self) -> bool {
        let Some(moment) = self.moments.next() else { return false };
        self.clock.sleep_until(self.start + moment).await;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_less_is_known_the_more_looks_are_made() {
        let check = |state: WriteBackState, tries: u32, wanted: &[u64]| {
            let caution = Caution::before(&state, tries);
            let moments: Vec<u64> = caution.moments().iter().map(Duration::as_secs).collect();
            assert_eq!(moments, wanted, "{state:?}, tried {tries} times");
        };
        check(WriteBackState::Owed, 0, &[0]);
        check(WriteBackState::Owed, 1, &[0, 5]);
        check(WriteBackState::Owed, 3, &[0, 5]);
        check(WriteBackState::Trying, 1, &[5, 20, 70]);
        check(WriteBackState::Trying, 4, &[5, 20, 70]);
    }
}
