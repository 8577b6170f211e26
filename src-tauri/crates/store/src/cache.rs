//! `cache.db`: what Kommo and Oneflow showed last. May be thrown away at any time.

use std::{
    fs,
    path::{Path, PathBuf},
};

use domain::DealId;
use rusqlite::Connection;

use crate::{
    connection::{self, Durability, Pragmas},
    database::{Database, DatabaseFile, Reading, Writing},
    error::StoreError,
    ledger::Ledger,
    migrate::{self, beside},
};

pub mod deal_page;
pub mod deals;
pub mod people;
pub mod pipelines;
pub mod users;

mod deal_columns;

#[cfg(test)]
mod tests;

pub use deal_columns::{DealColumns, ReadyStages};

/// The cache, for access to its tables.
#[derive(Debug)]
pub enum CacheFile {}

impl DatabaseFile for CacheFile {
    const NAME: &'static str = "cache.db";
    const DURABILITY: Durability = Durability::Normal;
}

/// A snapshot of the cache, with the ledger beside it.
pub type CacheReading<'c> = Reading<'c, CacheFile>;
/// A transaction on the cache.
pub type CacheWriting<'c> = Writing<'c, CacheFile>;

/// The open cache of one profile. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Cache {
    pub(crate) database: Database<CacheFile>,
}

impl Cache {
    /// Opens the cache beside a ledger. One that is damaged or comes from a newer version is thrown away.
    pub async fn open(folder: &Path, ledger: &Ledger) -> Result<Self, StoreError> {
        let path = folder.join(CacheFile::NAME);
        let ledger = ledger.path().to_owned();
        let task = tokio::task::spawn_blocking(move || open(&path, &ledger));
        match task.await {
            Ok(cache) => cache,
            Err(end) if end.is_panic() => std::panic::resume_unwind(end.into_panic()),
            Err(_) => Err(StoreError::Closed),
        }
    }

    /// Runs `work` in one transaction; an error rolls everything back.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&CacheWriting<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.database.write(work).await
    }

    /// Runs `work` on one snapshot of cache and ledger.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&CacheReading<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.database.read(work).await
    }

    /// Removes deals that left the ready stages or were deleted, but for those with a contract or an unsettled send.
    /// Returns the removed ones.
    pub async fn forget_deals(&self, deals: Vec<DealId>) -> Result<Vec<DealId>, StoreError> {
        let left = self.read(move |reading| deals::without_contract(reading, &deals)).await?;
        let removed = left.clone();
        self.write(move |writing| deals::remove(writing, &left)).await?;
        Ok(removed)
    }

    /// Throws everything away, the marks of the syncs included.
    pub async fn clear(&self) -> Result<(), StoreError> {
        self.write(deals::clear_everything).await
    }

    /// The settings of all connections, read back: the writer's, then the readers'.
    pub fn pragmas(&self) -> &[Pragmas] {
        self.database.pragmas()
    }

    /// Waits for everything under way, then closes the file; later calls answer [`StoreError::Closed`].
    pub async fn close(&self) {
        self.database.close().await;
    }
}

fn open(path: &Path, ledger: &Path) -> Result<Cache, StoreError> {
    let writer = match prepare(path) {
        Err(StoreError::Damaged | StoreError::NewerDatabase { .. } | StoreError::Migration(_)) => {
            tracing::warn!("the cache cannot be read and is made anew");
            throw_away(path)?;
            prepare(path)?
        }
        prepared => prepared?,
    };
    Ok(Cache { database: Database::start(writer, path, Some(("ledger", ledger)))? })
}

fn prepare(path: &Path) -> Result<Connection, StoreError> {
    let mut connection = connection::open_plain(path)?;
    migrate::standing(&connection, CacheFile::NAME, migrate::CACHE)?;
    connection::make_writer(&connection, CacheFile::DURABILITY)?;
    migrate::migrate(&mut connection, migrate::CACHE)?;
    Ok(connection)
}

fn throw_away(path: &Path) -> Result<(), StoreError> {
    let files: [PathBuf; 3] = [path.to_owned(), beside(path, "-wal"), beside(path, "-shm")];
    for file in files.iter().filter(|file| file.exists()) {
        fs::remove_file(file)?;
    }
    Ok(())
}
