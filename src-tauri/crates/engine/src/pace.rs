//! Tells while a service makes everything wait. A call that waits has no outcome yet, so nobody else can.

use std::{sync::Arc, time::Duration};

use domain::Timestamp;
use http::{Limiter, Standing};

use crate::{Event, Profile, health::Service};

/// A pause that is over sooner is not worth a sentence.
const WORTH_TELLING: Duration = Duration::from_secs(5);

/// Runs until the profile is closed.
pub(crate) async fn work(profile: Arc<Profile>) {
    loop {
        // A new token brings a new client, perhaps with a limiter of its own.
        let (kommo, oneflow) = (profile.kommo(), profile.oneflow_unfiltered());
        let (kommo, oneflow) = (kommo.limiter(), oneflow.limiter());
        let (kommo_changes, oneflow_changes) = (kommo.changed(), oneflow.changed());
        let left = [(Service::Kommo, kommo), (Service::Oneflow, oneflow)]
            .map(|(service, limiter)| tell(&profile, service, limiter));
        let pause = left.into_iter().flatten().min().unwrap_or(Duration::MAX);
        tokio::select! {
            () = kommo_changes => {}
            () = oneflow_changes => {}
            () = profile.clock.sleep(pause.clamp(Duration::from_millis(1), LOOK_AGAIN)) => {}
        }
    }
}

/// How often it is looked whether the clients are others.
const LOOK_AGAIN: Duration = Duration::from_mins(1);

/// Tells how long everything to `service` waits, if that is news; returns what is left.
fn tell(profile: &Profile, service: Service, limiter: &Limiter) -> Option<Duration> {
    let left = left(limiter.standing(), profile.clock.elapsed());
    let told = profile.health.of(service).held_until;
    let until = left.and_then(|left| whole_second(profile.clock.now(), left));
    // While the same pause runs on, the clocks may differ in parts of a second.
    let is_told = told
        .zip(until)
        .is_some_and(|(told, until)| told.duration_since(until).unsigned_abs() <= Duration::from_secs(2));
    let is_short = told.is_none() && left.is_some_and(|left| left < WORTH_TELLING);
    if !is_told && !is_short && profile.health.hold_up(service, until) {
        profile.tell(Event::HealthChanged);
    }
    left
}

/// What is left of a pause.
fn left(standing: Standing, now: Duration) -> Option<Duration> {
    let until = match standing {
        Standing::Paused { until } => until,
        Standing::Blocked { probe_at } => probe_at,
        Standing::Open | Standing::Slowed { .. } => return None,
    };
    Some(until.saturating_sub(now)).filter(|left| !left.is_zero())
}

fn whole_second(now: Timestamp, left: Duration) -> Option<Timestamp> {
    let at = now.checked_add(left).ok()?;
    at.round(jiff::Unit::Second).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_pause() {
        let seconds = Duration::from_secs;
        for (standing, wanted) in [
            (Standing::Open, None),
            (Standing::Slowed { until: seconds(90) }, None),
            (Standing::Paused { until: seconds(90) }, Some(seconds(30))),
            (Standing::Paused { until: seconds(60) }, None),
            (Standing::Blocked { probe_at: seconds(3660) }, Some(seconds(3600))),
            (Standing::Blocked { probe_at: seconds(10) }, None),
        ] {
            assert_eq!(left(standing, seconds(60)), wanted, "{standing:?}");
        }
    }
}
