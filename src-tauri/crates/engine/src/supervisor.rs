//! Starts workers and starts them again when they panic. The only home of `tokio::spawn`.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use domain::Clock;
use futures::FutureExt;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The workers of one profile.
#[derive(Debug, Clone)]
pub struct Supervisor {
    clock: Arc<dyn Clock>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// Runs a part of a worker's work; `None` if it panicked. For parts that must not take the others along.
pub async fn guarded<T>(name: &'static str, part: impl Future<Output = T>) -> Option<T> {
    let outcome = AssertUnwindSafe(part).catch_unwind().await;
    if outcome.is_err() {
        tracing::error!(part.name = name, "a part of a worker panicked");
    }
    outcome.ok()
}

/// Longest pause before a worker that keeps panicking is started again.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

impl Supervisor {
    /// A supervisor without workers.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, tasks: TaskTracker::new(), stop: CancellationToken::new() }
    }

    /// Runs `work` until it ends, is stopped, or panics; after a panic it is started again.
    pub fn keep<Work>(&self, name: &'static str, work: impl Fn() -> Work + Send + 'static)
    where
        Work: Future<Output = ()> + Send + 'static,
    {
        let (clock, stop) = (Arc::clone(&self.clock), self.stop.clone());
        self.start(async move {
            let mut pause = Duration::from_secs(1);
            loop {
                let run = AssertUnwindSafe(work()).catch_unwind();
                let outcome = tokio::select! { () = stop.cancelled() => return, outcome = run => outcome };
                if outcome.is_ok() {
                    return;
                }
                tracing::error!(worker.name = name, "a worker panicked and is started again");
                tokio::select! { () = stop.cancelled() => return, () = clock.sleep(pause) => {} }
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        });
    }

    /// Runs `work` once, until it ends or is stopped. A panic is logged.
    pub fn once(&self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.start(async move {
            tokio::select! { () = stop.cancelled() => {}, _ = guarded(name, work) => {} }
        });
    }

    /// Stops all workers where they wait, and returns when the last has ended.
    ///
    /// A call on its way is dropped; its intent is stored, so the next start looks what became of it.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn start(&self, work: impl Future<Output = ()> + Send + 'static) {
        // TaskTracker spawns on the runtime that the caller runs in.
        drop(self.tasks.spawn(work));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::clock::SystemClock;

    #[tokio::test]
    async fn a_part_that_panics_leaves_the_others_alone() {
        let parts = ["first", "second"].map(|part| {
            guarded("test", async move {
                assert_ne!(part, "first");
                part
            })
        });
        assert_eq!(futures::future::join_all(parts).await, [None, Some("second")]);
    }

    #[tokio::test]
    async fn a_worker_that_panics_is_started_again_and_stops_when_told() {
        let clock = SystemClock::scaled("2026-01-01T00:00:00Z".parse().unwrap(), 1000.0);
        let supervisor = Supervisor::new(clock);
        let runs = Arc::new(AtomicU32::new(0));
        let (again, mut started_again) = tokio::sync::mpsc::unbounded_channel();
        let counted = Arc::clone(&runs);
        supervisor.keep("test", move || {
            let (counted, again) = (Arc::clone(&counted), again.clone());
            async move {
                assert!(counted.fetch_add(1, Ordering::SeqCst) > 0, "the first run panics");
                again.send(()).unwrap();
                std::future::pending::<()>().await;
            }
        });
        started_again.recv().await.unwrap();
        supervisor.stop().await;
        assert_eq!(runs.load(Ordering::SeqCst), 2);
    }
}
