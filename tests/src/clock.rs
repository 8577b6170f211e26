//! A clock that runs fast and can be moved on, for the app and its sandbox alike.
//!
//! Holds, back-off, pauses and schedules of the app all wait on it. Sockets stay on real time, so a scale must leave
//! a request the few milliseconds that it really takes: 5 s of the app are 250 ms at a scale of 20.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use axum::body::{Body, to_bytes};
use domain::{Clock, Timestamp, Waiting};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use sandbox::ClockView;
use tokio::sync::Notify;
use url::Url;

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

    /// The clock of a sandbox in another process: shows its time, runs at its scale, and follows when it is moved on.
    pub async fn of_sandbox(control: &Url) -> anyhow::Result<Self> {
        let view: ClockView = ask(control, "clock").await?;
        let clock = Self::start(view.now, view.scale);
        let (follower, control) = (clock.clone(), control.clone());
        #[expect(clippy::disallowed_methods, reason = "a clock of the harness, not a worker of the app")]
        drop(tokio::spawn(async move { follower.follow(&control, view.moved_on_ms).await }));
        Ok(clock)
    }

    /// Ends with the sandbox.
    async fn follow(&self, control: &Url, mut known_ms: u64) {
        while let Ok(view) = ask::<ClockView>(control, &format!("clock/moved?ms={known_ms}")).await {
            self.advance(Duration::from_millis(view.moved_on_ms.saturating_sub(known_ms)));
            known_ms = view.moved_on_ms;
        }
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

async fn ask<Answer: serde::de::DeserializeOwned>(control: &Url, path: &str) -> anyhow::Result<Answer> {
    const LIMIT: usize = 4096;
    let client: Client<_, Body> = Client::builder(TokioExecutor::new()).build_http();
    let answer = client.get(control.join(path)?.as_str().parse()?).await.context("the sandbox is gone")?;
    Ok(serde_json::from_slice(&to_bytes(Body::new(answer.into_body()), LIMIT).await?)?)
}

#[expect(clippy::disallowed_methods, reason = "the harness's home of real time")]
async fn real_sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_clock_in_another_process_follows_that_of_the_sandbox() -> anyhow::Result<()> {
        let config = sandbox::Config { time_scale: 60.0, ..sandbox::Config::default() };
        let sandbox = sandbox::Sandbox::start(config).await?;
        sandbox.advance(jiff::SignedDuration::from_hours(5));
        let control = sandbox.addresses().control.as_ref().context("it is served")?.parse()?;
        let clock = FastClock::of_sandbox(&control).await?;
        let agree = || {
            // A second of both is less than 17 ms of the machine.
            (clock.now().duration_since(sandbox.now()).as_secs().abs() < 10).then_some(())
        };
        agree().context("they begin together")?;
        let before = clock.elapsed();
        for hours in [1, 24] {
            sandbox.advance(jiff::SignedDuration::from_hours(hours));
        }
        crate::wait::until("the move to be followed", async || Ok(agree())).await?;
        assert!(clock.elapsed() >= before + Duration::from_hours(25), "the time slept counts");
        Ok(())
    }

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
