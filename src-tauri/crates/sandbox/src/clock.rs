//! The sandbox's own time: runs at a scale, can be moved on, never backwards.
//!
//! Rate windows, deadlines, index delays and late effects are counted on it, so that a host with the same scale
//! sees the services age at its own speed. Faults that act on the socket (delay, slow drip) count real time.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

/// Time as Kommo and Oneflow of this sandbox see it.
#[derive(Debug)]
pub(crate) struct SandboxClock {
    base: Timestamp,
    origin: Instant,
    scale: f64,
    moved_on: Mutex<Duration>,
    changed: Notify,
}

impl SandboxClock {
    /// Starts at `start` (else at the real time of day) and runs `scale` times as fast as real time.
    pub(crate) fn start(start: Option<Timestamp>, scale: f64) -> Self {
        #[expect(clippy::disallowed_methods, reason = "the sandbox's clock is the home of its time")]
        let base = start.unwrap_or_else(Timestamp::now);
        Self { base, origin: Instant::now(), scale, moved_on: Mutex::default(), changed: Notify::new() }
    }

    pub(crate) fn scale(&self) -> f64 {
        self.scale
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.at(self.moved_on())
    }

    fn at(&self, moved_on: Duration) -> Timestamp {
        let passed = self.origin.elapsed().mul_f64(self.scale) + moved_on;
        let passed = SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX);
        self.base.checked_add(passed).unwrap_or(Timestamp::MAX)
    }

    /// Moves the clock on at once. Whoever sleeps on it wakes when its time has come.
    pub(crate) fn advance(&self, by: Duration) {
        *self.moved_on.lock().unwrap_or_else(PoisonError::into_inner) += by;
        self.changed.notify_waiters();
    }

    /// What it shows, and by how much it was moved on so far, read together.
    pub(crate) fn view(&self) -> (Timestamp, Duration) {
        let moved_on = self.moved_on();
        (self.at(moved_on), moved_on)
    }

    /// Waits until it was moved on by something else than `known` in all, to the millisecond.
    pub(crate) async fn moved_past(&self, known: Duration) {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            // Enabled before the clock is read: a move between the two would be missed.
            changed.as_mut().enable();
            if self.moved_on().as_millis() != known.as_millis() {
                return;
            }
            changed.await;
        }
    }

    /// Waits until `for_how_long` of this clock's time has passed.
    pub(crate) async fn sleep(&self, for_how_long: Duration) {
        let until = self
            .now()
            .checked_add(SignedDuration::try_from(for_how_long).unwrap_or(SignedDuration::MAX))
            .unwrap_or(Timestamp::MAX);
        loop {
            let changed = self.changed.notified();
            let left = Duration::try_from(self.now().duration_until(until)).unwrap_or_default();
            if left.is_zero() {
                return;
            }
            tokio::select! {
                () = real_sleep(left.div_f64(self.scale)) => {}
                () = changed => {}
            }
        }
    }

    fn moved_on(&self) -> Duration {
        *self.moved_on.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits in real time, for what happens on a socket.
#[expect(clippy::disallowed_methods, reason = "faults on the socket count real time")]
pub(crate) async fn real_sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advancing_moves_now_by_exactly_that_much_at_least() {
        let clock = SandboxClock::start(Some("2026-11-22T12:00:00Z".parse().unwrap()), 1.0);
        let before = clock.now();
        clock.advance(Duration::from_hours(24));
        assert!(clock.now().duration_since(before) >= SignedDuration::from_hours(24));
    }

    #[tokio::test]
    async fn a_follower_hears_of_each_move_once() {
        let clock = std::sync::Arc::new(SandboxClock::start(None, 1.0));
        let mover = clock.clone();
        let heard = async {
            clock.moved_past(Duration::ZERO).await;
            clock.view().1
        };
        let (moved_on, ()) = futures::join!(heard, async { mover.advance(Duration::from_secs(9)) });
        assert_eq!(moved_on, Duration::from_secs(9));
        let mut next = std::pin::pin!(clock.moved_past(moved_on));
        assert!(futures::poll!(&mut next).is_pending(), "nothing moved since");
        clock.advance(Duration::from_millis(1));
        next.await;
    }

    #[tokio::test]
    async fn a_sleeper_wakes_when_the_clock_is_moved_past_its_time() {
        let clock = std::sync::Arc::new(SandboxClock::start(None, 1.0));
        let sleeping = clock.clone();
        let sleep = async move { sleeping.sleep(Duration::from_hours(1)).await };
        let moving = async { clock.advance(Duration::from_secs(3_601)) };
        futures::join!(sleep, moving);
    }
}
