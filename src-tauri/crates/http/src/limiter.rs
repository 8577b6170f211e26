//! Waiting for a place in the pace of one address.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::endpoint::Lane;
use crate::error::{Cause, Error};
use crate::pace::{Pace, PaceState, Standing, Ticket, Verdict};
use crate::time::{Chance, Time};

/// Keeps all clients of one address within its pace, pauses them after a 429 and stops them after a block
/// (design.md §7). Share one behind an [`Arc`].
pub struct Limiter {
    time: Arc<dyn Time>,
    chance: Arc<dyn Chance>,
    state: Mutex<PaceState>,
    changed: Notify,
}

impl Limiter {
    /// A limiter that lets calls through at `pace`.
    pub fn new(pace: Pace, time: Arc<dyn Time>, chance: Arc<dyn Chance>) -> Self {
        let state = PaceState::new(pace, time.now());
        Self { time, chance, state: Mutex::new(state), changed: Notify::new() }
    }

    /// What is let through at the moment, for the screen.
    pub fn standing(&self) -> Standing {
        self.state().standing(self.time.now())
    }

    /// Waits until the standing may be another one: a call was answered or ended after this was called.
    pub fn changed(&self) -> impl Future<Output = ()> + '_ {
        self.changed.notified()
    }

    pub(crate) fn time(&self) -> &Arc<dyn Time> {
        &self.time
    }

    pub(crate) fn chance(&self) -> &dyn Chance {
        self.chance.as_ref()
    }

    /// Waits for a place, not beyond `deadline`. A wait that is known to be too long is not begun.
    pub(crate) async fn admit(self: &Arc<Self>, lane: Lane, deadline: Duration) -> Result<Permit, Cause> {
        loop {
            let changed = self.changed.notified();
            let now = self.time.now();
            if now > deadline {
                return Err(Cause::Deadline);
            }
            let verdict = self.state().ask(lane, now);
            let wake = match verdict {
                Verdict::Go(ticket) => return Ok(Permit { limiter: Arc::clone(self), ticket }),
                Verdict::Blocked { probe_at } => return Err(Cause::Blocked { probe_at }),
                Verdict::Paused { until } if until > deadline => return Err(Cause::Paused { until }),
                Verdict::Wait(Some(until)) if until > deadline => return Err(Cause::Deadline),
                Verdict::Paused { until } | Verdict::Wait(Some(until)) => Some(until),
                Verdict::Wait(None) if deadline < Duration::MAX => Some(deadline + JUST_AFTER),
                Verdict::Wait(None) => None,
            };
            match wake {
                Some(moment) => {
                    let sleep = self.time.sleep(moment.saturating_sub(now));
                    tokio::select! {
                        () = sleep => {}
                        () = changed => {}
                    }
                }
                None => changed.await,
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, PaceState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// So that a sleep to the deadline ends after it, not on it.
const JUST_AFTER: Duration = Duration::from_millis(1);

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Limiter({:?})", self.standing())
    }
}

/// A place in the pace, held while the call is under way and given back when this is dropped.
pub(crate) struct Permit {
    limiter: Arc<Limiter>,
    ticket: Ticket,
}

impl Permit {
    /// Tells the limiter what the service answered.
    pub(crate) fn hear<T>(&self, result: &Result<T, Error>) {
        let now = self.limiter.time.now();
        match result {
            Err(Error::Limited { retry_after }) => {
                let fraction = self.limiter.chance.fraction();
                let until = self.limiter.state().limited(self.ticket, now, *retry_after, fraction);
                let pause_ms = until.saturating_sub(now).as_millis();
                tracing::warn!(pause_ms, "too many requests: all traffic to this address pauses");
            }
            Err(Error::Blocked) => {
                self.limiter.state().blocked(now);
                tracing::error!("the service blocks this address: traffic stops, one probe an hour");
            }
            // No answer of the service: it neither lifts a block nor ends a run of 429s.
            Err(Error::NotSent(_) | Error::Lost(_)) => {}
            Ok(_) | Err(_) => self.limiter.state().answered(self.ticket),
        }
        self.limiter.changed.notify_waiters();
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let now = self.limiter.time.now();
        self.limiter.state().ended(self.ticket, now);
        self.limiter.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests;
