//! A few connections to one file, each on a thread of its own, that share a queue of work.
//!
//! What was asked for is done whether or not the asker is polled meanwhile. A place in a fair queue that is handed to
//! a future which nobody polls (one of many that a worker has in hand, while it waits for another) would stop everyone
//! behind it.

use std::{
    panic::{self, AssertUnwindSafe},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::error::StoreError;

type Work = Box<dyn FnOnce(&mut Connection) + Send>;

enum Job {
    Work(Work),
    /// The thread that takes this closes its connection and ends.
    Close(oneshot::Sender<()>),
}

/// The queue of the threads. Cheap to clone; they end with the last clone.
#[derive(Clone)]
pub(crate) struct Pool {
    jobs: mpsc::Sender<Job>,
    threads: usize,
}

impl Pool {
    /// Starts a thread for each connection.
    pub(crate) fn start(name: &str, connections: Vec<Connection>) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel();
        let queue = Arc::new(Mutex::new(queue));
        let threads = connections.len();
        for connection in connections {
            let queue = Arc::clone(&queue);
            thread::Builder::new().name(name.to_owned()).spawn(move || serve(connection, &queue))?;
        }
        Ok(Self { jobs, threads })
    }

    /// Runs `work` on the next thread that is free. Once asked for it is done, whether or not the caller still waits.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, outcome) = oneshot::channel();
        let job: Work = Box::new(move |connection| {
            let result = panic::catch_unwind(AssertUnwindSafe(|| work(connection)));
            // Nobody may wait any more; the work stands all the same.
            let _ = answer.send(result);
        });
        self.jobs.send(Job::Work(job)).map_err(|_| StoreError::Closed)?;
        match outcome.await {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => panic::resume_unwind(panic),
            Err(_) => Err(StoreError::Closed),
        }
    }

    /// Waits for everything asked for before, then closes the connections. Whatever is asked later answers `Closed`.
    pub(crate) async fn close(&self) {
        let closing: Vec<_> = (0..self.threads)
            .filter_map(|_| {
                let (done, closed) = oneshot::channel();
                self.jobs.send(Job::Close(done)).ok().map(|()| closed)
            })
            .collect();
        for closed in closing {
            // An error means that another call closed it first.
            let _ = closed.await;
        }
    }
}

/// One piece of work after the other, until the last handle is gone or someone closes the connection.
fn serve(mut connection: Connection, queue: &Mutex<mpsc::Receiver<Job>>) {
    // The queue is whole at every moment, whoever panicked.
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
    while let Ok(job) = next() {
        match job {
            Job::Work(work) => work(&mut connection),
            Job::Close(done) => {
                drop(connection);
                // Nobody may wait any more.
                let _ = done.send(());
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    fn pool(threads: usize) -> Pool {
        let connections = (0..threads).map(|_| Connection::open_in_memory().unwrap());
        Pool::start("test", connections.collect()).unwrap()
    }

    fn answer(connection: &Connection) -> Result<i64, StoreError> {
        Ok(connection.query_row("SELECT 7", [], |row| row.get(0))?)
    }

    #[tokio::test]
    async fn askers_that_nobody_polls_hold_nobody_up() {
        let pool = pool(2);
        let mut waiting: Vec<_> =
            (0..9).map(|_| Box::pin(pool.run(|connection| answer(connection)))).collect();
        for asker in &mut waiting {
            // Asked once, and left alone from here on.
            let _ = asker.as_mut().now_or_never();
        }
        assert_eq!(pool.run(|connection| answer(connection)).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn what_was_asked_before_the_close_is_done_and_nothing_after_it() {
        let pool = pool(2);
        let before = pool.run(|connection| answer(connection));
        let (before, ()) = futures::join!(before, pool.close());
        assert_eq!(before.unwrap(), 7);
        let after = pool.run(|connection| answer(connection)).await;
        assert!(matches!(after, Err(StoreError::Closed)));
        pool.close().await;
    }
}
