//! One open database file: a writer, a few readers, and the two kinds of access that tables ask for.

use std::{fmt, marker::PhantomData, ops::Deref, path::Path, sync::Arc};

use rusqlite::{Connection, TransactionBehavior};

use crate::{
    connection::{self, Durability, Pragmas},
    error::StoreError,
    pool::Pool,
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

/// An open file. Cheap to clone; the last clone closes it.
pub(crate) struct Database<F> {
    writer: Pool,
    readers: Pool,
    /// Read back when it was opened: the writer's, then the readers'.
    pragmas: Arc<[Pragmas]>,
    file: PhantomData<fn() -> F>,
}

impl<F> Clone for Database<F> {
    fn clone(&self) -> Self {
        Self {
            writer: self.writer.clone(),
            readers: self.readers.clone(),
            pragmas: Arc::clone(&self.pragmas),
            file: PhantomData,
        }
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
        let readers = (0..READERS)
            .map(|_| connection::open_reader(path, F::DURABILITY, attached))
            .collect::<Result<Vec<_>, _>>()?;
        let pragmas = std::iter::once(&writer).chain(&readers).map(Pragmas::of).collect::<Result<_, _>>()?;
        Ok(Self {
            writer: Pool::start(&format!("{} writer", F::NAME), vec![writer])?,
            readers: Pool::start(&format!("{} reader", F::NAME), readers)?,
            pragmas,
            file: PhantomData,
        })
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
    pub(crate) fn pragmas(&self) -> &[Pragmas] {
        &self.pragmas
    }

    /// Waits for everything under way, then closes the file. Whatever is asked later answers `Closed`.
    pub(crate) async fn close(&self) {
        // The writer last: what it closes as the only one, it also tidies up.
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Runs `work` on the writer thread without a transaction.
    pub(crate) async fn on_writer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer.run(work).await
    }

    /// Runs `work` on a reader without a transaction.
    pub(crate) async fn on_reader<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.readers.run(work).await
    }
}
