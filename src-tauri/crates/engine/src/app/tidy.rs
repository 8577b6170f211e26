//! What is done once an hour, and what a wake-up of the computer calls for.

use std::{sync::Arc, time::Duration};

use super::network::Network;
use crate::{Event, Profile, sending};

/// How often drafts are tidied and the ledger is copied.
const EVERY: Duration = Duration::from_hours(1);
/// How often it looks whether the computer slept.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// Runs until the profile is closed.
pub(super) async fn work(profile: Arc<Profile>, network: Network) {
    let mut last = profile.clock.elapsed();
    loop {
        let before = profile.clock.elapsed();
        profile.clock.sleep(LOOK_EVERY).await;
        let now = profile.clock.elapsed();
        if slept(now.saturating_sub(before)) {
            tracing::info!("the computer slept");
            network.forget_connections();
            profile.wake_all();
        }
        if now.saturating_sub(last) >= EVERY {
            last = now;
            tidy(&profile).await;
            // The end of a token comes nearer without anything happening.
            profile.tell(Event::NoticesDue);
        }
    }
}

/// The clock counts the time a computer sleeps, the timers do not.
fn slept(passed: Duration) -> bool {
    passed > LOOK_EVERY * 3
}

async fn tidy(profile: &Profile) {
    if let Err(error) = sending::sweep(profile).await {
        tracing::warn!(%error, "the drafts were not swept");
    }
    if let Err(error) = profile.ledger.keep_copy().await {
        tracing::warn!(%error, "the ledger was not copied");
    }
}
