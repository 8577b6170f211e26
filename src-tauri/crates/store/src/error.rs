//! What can go wrong with a database file; each variant is a different decision.

use std::io;

use rusqlite::{ErrorCode, ffi};

/// Why the store did not do what it was asked. Nothing was half done: a write that failed left no trace.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file was written by a newer version of the app. Nothing was touched.
    #[error("{file} has schema {found}, and this version knows only {known}")]
    NewerDatabase {
        /// `ledger.db` or `cache.db`.
        file: &'static str,
        /// Number of migrations it has seen.
        found: u32,
        /// Number of migrations this version has.
        known: u32,
    },
    /// The file is damaged. Close it and open it again: a ledger is then set aside and its sends carried over.
    #[error("the database is damaged")]
    Damaged,
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// Another process holds the file.
    #[error("another process holds the database")]
    Busy,
    /// The file or its folder cannot be written.
    #[error("the database cannot be written")]
    ReadOnly,
    /// The disk failed, or the file cannot be opened.
    #[error("the disk failed")]
    Disk(#[source] rusqlite::Error),
    /// A file beside the database could not be read, written or renamed.
    #[error("a file beside the database cannot be used")]
    Io(#[source] io::Error),
    /// The database was closed.
    #[error("the database was closed")]
    Closed,
    /// A row holds something that this version cannot read.
    #[error("row {id} of {table} cannot be read")]
    Row {
        /// Which table.
        table: &'static str,
        /// Its first column.
        id: String,
        /// Which column and why.
        #[source]
        problem: rusqlite::Error,
    },
    /// A connection did not take one of its settings.
    #[error("a connection did not take the setting {setting}")]
    Setting {
        /// Name of the pragma.
        setting: &'static str,
    },
    /// A statement or a migration was wrong: a bug.
    #[error("a statement failed")]
    Statement(#[source] rusqlite::Error),
    /// A migration failed; the file is as it was before.
    #[error("the database could not be brought to this version")]
    Migration(#[source] rusqlite_migration::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error() {
            // The memory shared by readers lies in a file beside the log, which could not grow.
            Some(inner) if inner.extended_code == ffi::SQLITE_IOERR_SHMSIZE => Self::Full,
            Some(inner) => match inner.code {
                ErrorCode::DiskFull => Self::Full,
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged,
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
                ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::ReadOnly,
                ErrorCode::SystemIoFailure | ErrorCode::CannotOpen => Self::Disk(error),
                _ => Self::Statement(error),
            },
            None => Self::Statement(error),
        }
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            _ => Self::Io(error),
        }
    }
}

impl From<rusqlite_migration::Error> for StoreError {
    fn from(error: rusqlite_migration::Error) -> Self {
        match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => Self::from(err),
            other => Self::Migration(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_of_the_disk_is_its_own_decision() {
        let check = |code: i32, wanted: &str| {
            let failure = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            assert_eq!(StoreError::from(failure).to_string(), wanted, "{code}");
        };
        check(ffi::SQLITE_FULL, "the disk is full");
        check(ffi::SQLITE_IOERR_SHMSIZE, "the disk is full");
        check(ffi::SQLITE_IOERR_WRITE, "the disk failed");
        check(ffi::SQLITE_CANTOPEN, "the disk failed");
        check(ffi::SQLITE_CORRUPT, "the database is damaged");
        check(ffi::SQLITE_NOTADB, "the database is damaged");
        check(ffi::SQLITE_BUSY, "another process holds the database");
        check(ffi::SQLITE_READONLY, "the database cannot be written");
        check(ffi::SQLITE_CONSTRAINT, "a statement failed");
        let full = StoreError::from(io::Error::from(io::ErrorKind::StorageFull));
        assert!(matches!(full, StoreError::Full));
        let forbidden = StoreError::from(io::Error::from(io::ErrorKind::PermissionDenied));
        assert!(matches!(forbidden, StoreError::ReadOnly));
    }
}
