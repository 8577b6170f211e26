//! A clock that runs fast and can be moved on, for the app and its sandbox alike.
//!
//! Holds, back-off, pauses and schedules of the app all wait on it. Sockets stay on real time, so a scale must leave
//! a request the few milliseconds that it really takes: 5 s of the app are 250 ms at a scale of 20.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use domain::{Clock, Timestamp, Waiting};
use tokio::sync::Notify;

/// Shows a time that runs at a scale. Clones are the same clock.
#[derive(Debug, Clone)]
pub struct FastClock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    origin: Instant,
    started_at: Timestamp,
    scale: f64,
    moved_on: Mutex<Duration>,
    moved: Notify,
}

impl FastClock {
    /// Shows `now` at this moment and runs `scale` times as fast from here on.
    pub fn start(now: Timestamp, scale: f64) -> Self {
        let inner = Inner {
            origin: Instant::now(),
            started_at: now,
            scale,
            moved_on: Mutex::default(),
            moved: Notify::new(),
        };
        Self(Arc::new(inner))
    }

    /// The real time of day.
    #[expect(clippy::disallowed_methods, reason = "the harness's home of real time")]
    pub fn real_now() -> Timestamp {
        Timestamp::now()
    }

    /// How many times faster than real time it runs.
    pub fn scale(&self) -> f64 {
        self.0.scale
    }

    /// Moves it on at once, as after a night in a closed laptop. Whoever sleeps on it wakes when its time has come.
    pub fn advance(&self, by: Duration) {
        *self.0.moved_on.lock().unwrap_or_else(PoisonError::into_inner) += by;
        self.0.moved.notify_waiters();
    }
}

impl Inner {
    fn elapsed(&self) -> Duration {
        let moved_on = *self.moved_on.lock().unwrap_or_else(PoisonError::into_inner);
        self.origin.elapsed().mul_f64(self.scale) + moved_on
    }
}

impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        self.0.started_at + self.0.elapsed()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep_until(&self, at: Duration) -> Waiting {
        let inner = Arc::clone(&self.0);
        Box::pin(async move {
            loop {
                let moved = inner.moved.notified();
                tokio::pin!(moved);
                // Enabled before the time is read: a move between the two would be slept through.
                moved.as_mut().enable();
                let left = at.saturating_sub(inner.elapsed());
                if left.is_zero() {
                    return;
                }
                tokio::select! {
                    () = real_sleep(left.div_f64(inner.scale)) => {}
                    () = moved => {}
                }
            }
        })
    }
}

#[expect(clippy::disallowed_methods, reason = "the harness's home of real time")]
async fn real_sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sleeper_wakes_when_the_clock_is_moved_past_its_time() {
        let clock = FastClock::start("2026-11-23T09:00:00Z".parse().unwrap(), 1.0);
        let sleeper = clock.sleep(Duration::from_hours(1));
        let mover = clock.clone();
        let started = Instant::now();
        tokio::join!(sleeper, async move { mover.advance(Duration::from_hours(2)) });
        assert!(started.elapsed() < Duration::from_mins(1));
        assert!(clock.now() >= "2026-11-23T11:00:00Z".parse().unwrap());
    }
}
