//! `ledger.db`: what this installation did, saw and owes. Nothing in it may be lost.

use std::path::{Path, PathBuf};

use domain::Timestamp;

use crate::{
    connection::{Durability, Pragmas},
    database::{Database, DatabaseFile, Reading, Writing},
    error::StoreError,
    migrate,
};

pub mod activity;
pub mod changes;
pub mod contract_page;
pub mod contracts;
pub mod drafts_read;
pub mod left_drafts;
pub mod mappings;
pub mod needs_you;
pub mod notices;
mod open;
mod rescue;
mod send_steps;
pub mod sends;
pub mod set_aside;
mod standings;
pub mod write_backs;

mod title;

#[cfg(test)]
mod tests;

pub use open::{OpenNews, Opened};
pub(crate) use title::{amount, words};

/// The ledger, for access to its tables.
#[derive(Debug)]
pub enum LedgerFile {}

impl DatabaseFile for LedgerFile {
    const NAME: &'static str = "ledger.db";
    const DURABILITY: Durability = Durability::Full;
}

/// A snapshot of the ledger.
pub type LedgerReading<'c> = Reading<'c, LedgerFile>;
/// A transaction on the ledger.
pub type LedgerWriting<'c> = Writing<'c, LedgerFile>;

/// The open ledger of one profile. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ledger {
    pub(crate) database: Database<LedgerFile>,
    path: PathBuf,
}

impl Ledger {
    /// Opens the ledger in a profile's folder and makes the rolling copy. A newer one is refused; an older one is
    /// copied and migrated; a damaged one is set aside and its sends carried over into a fresh one.
    pub async fn open(folder: &Path, now: Timestamp) -> Result<Opened, StoreError> {
        let folder = folder.to_owned();
        let task = tokio::task::spawn_blocking(move || open::open(&folder, now, migrate::LEDGER));
        match task.await {
            Ok(opened) => opened,
            Err(end) if end.is_panic() => std::panic::resume_unwind(end.into_panic()),
            Err(_) => Err(StoreError::Closed),
        }
    }

    /// Runs `work` in one transaction; an error rolls everything back. Once started it is finished, whether or not
    /// the caller still waits.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&LedgerWriting<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.database.write(work).await
    }

    /// Runs `work` on one snapshot.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&LedgerReading<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.database.read(work).await
    }

    /// Renews the rolling copy `ledger.copy.db`.
    pub async fn keep_copy(&self) -> Result<(), StoreError> {
        let target = open::copy_path(&self.path);
        self.database.on_reader(move |connection| migrate::copy(connection, &target)).await
    }

    /// The settings of all connections, read back: the writer's, then the readers'.
    pub fn pragmas(&self) -> &[Pragmas] {
        self.database.pragmas()
    }

    /// Waits for everything under way, then closes the file; later calls answer [`StoreError::Closed`].
    pub async fn close(&self) {
        self.database.close().await;
    }

    /// Where the file lies.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
