//! The home of real time: the computer's clocks, and the only place that waits on them.

use std::{pin::Pin, sync::Arc, time::Duration};

// Counts the time a computer sleeps, which the standard library's does not on every system.
use boot_time::Instant;
use domain::{Clock, Timestamp, Waiting};

/// The computer's clock. With a scale above 1 time runs faster, for tests against a sandbox of the same scale.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
    started_at: Timestamp,
    scale: f64,
}

impl SystemClock {
    /// Real time.
    #[expect(clippy::disallowed_methods, reason = "the home of the clock")]
    pub fn real() -> Arc<Self> {
        Self::scaled(Timestamp::now(), 1.0)
    }

    /// Time that shows `now` at this moment and runs `scale` times as fast from here on.
    pub fn scaled(now: Timestamp, scale: f64) -> Arc<Self> {
        Arc::new(Self { start: Instant::now(), started_at: now, scale })
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the home of the clock")]
    fn now(&self) -> Timestamp {
        // At real speed the time of day follows the computer, whose clock may be set while the app runs.
        let is_real = (self.scale - 1.0).abs() < f64::EPSILON;
        if is_real { Timestamp::now() } else { self.started_at + self.elapsed() }
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed().mul_f64(self.scale)
    }

    #[expect(clippy::disallowed_methods, reason = "the home of the clock")]
    fn sleep_until(&self, at: Duration) -> Waiting {
        let left = at.saturating_sub(self.elapsed()).div_f64(self.scale);
        Box::pin(tokio::time::sleep(left))
    }
}

/// A [`Clock`] as the HTTP layer wants it.
#[derive(Debug, Clone)]
pub(crate) struct HttpTime(pub(crate) Arc<dyn Clock>);

impl http::Time for HttpTime {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.0.sleep(duration)
    }
}
