//! What this crate needs from the world besides the network: a clock and a little chance.

use std::pin::Pin;
use std::time::Duration;

/// The clock that waits are counted on. One implementation serves the app, another runs faster in tests.
pub trait Time: Send + Sync + 'static {
    /// Time since some fixed moment. Never goes back, and **counts the time the machine slept**: a call whose
    /// deadline passed while the lid was closed must not be made (design.md §3).
    fn now(&self) -> Duration;

    /// Completes after `duration` of this clock.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// Where jitter comes from.
pub trait Chance: Send + Sync + 'static {
    /// A number from 0 (included) to 1 (excluded).
    fn fraction(&self) -> f64;
}

/// The thread's random number generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn fraction(&self) -> f64 {
        rand::random()
    }
}
