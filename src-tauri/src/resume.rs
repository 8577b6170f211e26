//! Notices that the computer slept, on every system alike.

use std::sync::Arc;
use std::time::Duration;

use domain::Clock;
use engine::app::App;

const PAUSE: Duration = Duration::from_secs(5);

/// A busy computer is late by less than this.
const LATE: Duration = Duration::from_secs(10);

/// Tells the engine after each sleep, as long as the app runs.
///
/// The clock's `elapsed` counts the time a computer sleeps, its pauses do not: after a sleep, a pause took longer
/// than it was asked to.
pub(crate) async fn notice(engine: App, clock: Arc<dyn Clock>) {
    loop {
        let before = clock.elapsed();
        clock.sleep(PAUSE).await;
        let slept = clock.elapsed().saturating_sub(before + PAUSE);
        if slept > LATE {
            tracing::info!(slept_s = slept.as_secs(), "the computer was asleep");
            engine.resumed();
        }
    }
}
