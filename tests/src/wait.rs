//! Waiting for something to become true, with a deadline and a sentence about what was missed.
//!
//! The one place of the harness that sleeps. A fixed pause is either too short on a busy machine or too long on an
//! idle one, so there is none to call.

use std::fmt::Display;
use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::{anyhow, bail};

/// How long something may take that a person would call "at once". Generous, because the machine may be busy; a test
/// that passes never waits for it.
pub const PATIENCE: Duration = Duration::from_secs(30);

const PAUSE: Duration = Duration::from_millis(20);

/// Asks `probe` until it answers `Some`, at most for [`PATIENCE`]. `what` completes the sentence "waited for …".
///
/// An error of the probe counts as "not yet"; the last one is told when time is up.
pub async fn until<T>(
    what: impl Display,
    probe: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    until_within(PATIENCE, what, probe).await
}

/// [`until`] with a limit of its own.
pub async fn until_within<T>(
    limit: Duration,
    what: impl Display,
    mut probe: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let end = Instant::now() + limit;
    loop {
        // A probe may hang as well, as a driver does whose window is gone.
        let last = match at_most(limit, "looking", probe()).await.flatten() {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        if Instant::now() > end {
            let missed = format!("waited {} s for {what}", limit.as_secs());
            return Err(match last {
                Some(error) => error.context(missed),
                None => anyhow!(missed),
            });
        }
        pause().await;
    }
}

/// Gives up on a future that hangs, as a driver's session request does when the app never opens its window.
pub async fn at_most<T>(
    limit: Duration,
    what: impl Display,
    future: impl Future<Output = T>,
) -> anyhow::Result<T> {
    #[expect(clippy::disallowed_methods, reason = "the harness's home of real time")]
    let answer = tokio::time::timeout(limit, future).await;
    let Ok(answer) = answer else { bail!("{what} took longer than {} s", limit.as_secs()) };
    Ok(answer)
}

#[expect(clippy::disallowed_methods, reason = "the harness's home of real time")]
pub(crate) async fn pause() {
    tokio::time::sleep(PAUSE).await;
}
