//! The one way to know the time and to wait.

use std::{fmt, future::Future, pin::Pin, time::Duration};

pub use jiff::Timestamp;

/// What [`Clock::sleep_until`] returns.
pub type Waiting = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where time comes from. Everything that waits takes one, so that tests and the sandbox can run it faster.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The time of day, as far as the computer knows it. May jump.
    fn now(&self) -> Timestamp;

    /// Time passed since an arbitrary start. Never goes back, and counts the time a computer sleeps.
    fn elapsed(&self) -> Duration;

    /// Ends when [`Clock::elapsed`] has reached `at`.
    fn sleep_until(&self, at: Duration) -> Waiting;

    /// Ends after `duration`.
    fn sleep(&self, duration: Duration) -> Waiting {
        self.sleep_until(self.elapsed() + duration)
    }
}
