//! One open database file: a writer thread, a few readers, and the two kinds of access that tables ask for.

use std::{
    fmt,
    marker::PhantomData,
    ops::Deref,
    panic::{self, AssertUnwindSafe},
    path::Path,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{Semaphore, oneshot};

use crate::{
    connection::{self, Durability, Pragmas},
    error::StoreError,
};

/// Readers per file: a page of the list, a preview and a worker at the same time.
const READERS: u32 = 3;

/// What a database file is, so that a table of one file is never asked with a connection of the other.
pub trait DatabaseFile: 'static {
    /// Name of the file in its folder.
    const NAME: &'static str;
    /// How much a power failure may cost.
    const DURABILITY: Durability;
}

/// A snapshot of one file that can only be read.
pub struct Reading<'c, F> {
    connection: &'c Connection,
    file: PhantomData<fn() -> F>,
}

/// A transaction on one file. Reads see its own writes.
pub struct Writing<'c, F>(Reading<'c, F>);

impl<'c, F> Reading<'c, F> {
    pub(crate) fn new(connection: &'c Connection) -> Self {
        Self { connection, file: PhantomData }
    }

    pub(crate) fn connection(&self) -> &'c Connection {
        self.connection
    }
}

impl<'c, F> Writing<'c, F> {
    pub(crate) fn new(connection: &'c Connection) -> Self {
        Self(Reading::new(connection))
    }
}

impl<'c, F> Deref for Writing<'c, F> {
    type Target = Reading<'c, F>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<F: DatabaseFile> fmt::Debug for Reading<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reading({})", F::NAME)
    }
}

impl<F: DatabaseFile> fmt::Debug for Writing<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Writing({})", F::NAME)
    }
}

type Work = Box<dyn FnOnce(&mut Connection) + Send>;

enum Job {
    Work(Work),
    Close(oneshot::Sender<()>),
}

/// An open file. Cheap to clone; the last clone closes it.
pub(crate) struct Database<F> {
    jobs: mpsc::Sender<Job>,
    readers: Arc<Readers>,
    file: PhantomData<fn() -> F>,
}

struct Readers {
    idle: Mutex<Vec<Connection>>,
    free: Arc<Semaphore>,
}

impl<F> Clone for Database<F> {
    fn clone(&self) -> Self {
        Self { jobs: self.jobs.clone(), readers: Arc::clone(&self.readers), file: PhantomData }
    }
}

impl<F: DatabaseFile> fmt::Debug for Database<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Database({})", F::NAME)
    }
}

impl<F: DatabaseFile> Database<F> {
    /// Takes a writer that is checked, migrated and settled, and opens readers beside it.
    pub(crate) fn start(
        writer: Connection,
        path: &Path,
        attached: Option<(&'static str, &Path)>,
    ) -> Result<Self, StoreError> {
        let readers: Result<Vec<_>, _> =
            (0..READERS).map(|_| connection::open_reader(path, F::DURABILITY, attached)).collect();
        let readers =
            Readers { idle: Mutex::new(readers?), free: Arc::new(Semaphore::new(READERS as usize)) };
        let (jobs, queue) = mpsc::channel();
        thread::Builder::new().name(format!("{} writer", F::NAME)).spawn(move || serve(writer, &queue))?;
        Ok(Self { jobs, readers: Arc::new(readers), file: PhantomData })
    }

    /// Runs `work` in one `BEGIN IMMEDIATE` transaction on the writer thread. An error rolls everything back. Once
    /// started it is finished, whether or not the caller still waits.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Writing<'_, F>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.on_writer(move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let result = work(&Writing::new(&transaction))?;
            transaction.commit()?;
            Ok(result)
        })
        .await
    }

    /// Runs `work` on one snapshot, off the async threads.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Reading<'_, F>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.on_reader(move |connection| {
            let snapshot = connection.transaction()?;
            work(&Reading::new(&snapshot))
        })
        .await
    }

    /// The settings of the writer, then those of each reader.
    pub(crate) async fn pragmas(&self) -> Result<Vec<Pragmas>, StoreError> {
        let mut all = vec![self.on_writer(|connection| Pragmas::of(connection)).await?];
        let everyone = self.readers.free.acquire_many(READERS).await.map_err(|_| StoreError::Closed)?;
        for connection in self.readers.lock().iter() {
            all.push(Pragmas::of(connection)?);
        }
        drop(everyone);
        Ok(all)
    }

    /// Waits for everything under way, then closes the file. Whatever is asked later answers `Closed`.
    pub(crate) async fn close(&self) {
        if let Ok(everyone) = self.readers.free.acquire_many(READERS).await {
            everyone.forget();
            self.readers.free.close();
            self.readers.lock().clear();
        }
        let (done, closed) = oneshot::channel();
        if self.jobs.send(Job::Close(done)).is_ok() {
            // An error means that another call closed it first.
            let _ = closed.await;
        }
    }

    /// Runs `work` on the writer thread without a transaction.
    pub(crate) async fn on_writer<T: Send + 'static>(
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

    /// Runs `work` on a reader without a transaction.
    pub(crate) async fn on_reader<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = Arc::clone(&self.readers.free).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let readers = Arc::clone(&self.readers);
        let task = tokio::task::spawn_blocking(move || {
            let mut reader = Borrowed { connection: readers.lock().pop(), readers: &readers };
            let result = reader.connection.as_mut().map(work);
            drop(reader);
            drop(permit);
            result.unwrap_or(Err(StoreError::Closed))
        });
        match task.await {
            Ok(result) => result,
            Err(end) if end.is_panic() => panic::resume_unwind(end.into_panic()),
            Err(_) => Err(StoreError::Closed),
        }
    }
}

impl Readers {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        // A list of connections is whole at every moment, whoever panicked.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A reader that goes back to the others, also when its work panics.
struct Borrowed<'r> {
    connection: Option<Connection>,
    readers: &'r Readers,
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.readers.lock().push(connection);
        }
    }
}

/// The writer thread: one piece of work after the other, until the last handle is gone or someone closes it.
fn serve(mut connection: Connection, queue: &mpsc::Receiver<Job>) {
    while let Ok(job) = queue.recv() {
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
