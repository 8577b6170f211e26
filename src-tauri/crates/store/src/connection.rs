//! The only place where database files are opened, and the settings that every connection must have.

use std::{path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags};

use crate::error::StoreError;

/// How long a statement waits for another process that holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Statements kept prepared on each connection; the store has fewer.
const PREPARED_STATEMENTS: usize = 128;

/// How much a finished write may lose when the power fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing: each commit reaches the disk before it returns. For the ledger.
    Full,
    /// The last commits, never the file. For the cache, which can be read again.
    Normal,
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Write,
    Read,
}

/// The settings of one connection, as `SQLite` reads them back.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of SQLite under its own name")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pragmas {
    /// `wal`.
    pub journal_mode: String,
    /// 2 is FULL, 1 is NORMAL.
    pub synchronous: i64,
    /// Whether references between tables are held.
    pub foreign_keys: bool,
    /// Whether a sync goes through the drive's own cache; only macOS has the difference.
    pub fullfsync: bool,
    /// The same, at checkpoints.
    pub checkpoint_fullfsync: bool,
    /// How long a statement waits for another process.
    pub busy_timeout_ms: i64,
    /// Whether the connection can only read.
    pub query_only: bool,
}

impl Pragmas {
    fn wanted(durability: Durability, purpose: Purpose) -> Self {
        let is_full = durability == Durability::Full;
        Self {
            journal_mode: "wal".to_owned(),
            synchronous: if is_full { 2 } else { 1 },
            foreign_keys: true,
            fullfsync: is_full,
            checkpoint_fullfsync: is_full,
            busy_timeout_ms: i64::try_from(BUSY_TIMEOUT.as_millis()).unwrap_or(i64::MAX),
            query_only: purpose == Purpose::Read,
        }
    }

    /// Reads the settings back.
    pub(crate) fn of(connection: &Connection) -> Result<Self, StoreError> {
        let text = |name| connection.pragma_query_value(None, name, |row| row.get::<_, String>(0));
        let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        Ok(Self {
            journal_mode: text("journal_mode")?,
            synchronous: number("synchronous")?,
            foreign_keys: number("foreign_keys")? != 0,
            fullfsync: number("fullfsync")? != 0,
            checkpoint_fullfsync: number("checkpoint_fullfsync")? != 0,
            busy_timeout_ms: number("busy_timeout")?,
            query_only: number("query_only")? != 0,
        })
    }

    fn first_difference(&self, wanted: &Self) -> Option<&'static str> {
        let differences = [
            ("journal_mode", self.journal_mode != wanted.journal_mode),
            ("synchronous", self.synchronous != wanted.synchronous),
            ("foreign_keys", self.foreign_keys != wanted.foreign_keys),
            ("fullfsync", self.fullfsync != wanted.fullfsync),
            ("checkpoint_fullfsync", self.checkpoint_fullfsync != wanted.checkpoint_fullfsync),
            ("busy_timeout", self.busy_timeout_ms != wanted.busy_timeout_ms),
            ("query_only", self.query_only != wanted.query_only),
        ];
        differences.into_iter().find_map(|(setting, is_different)| is_different.then_some(setting))
    }
}

/// Opens a file without changing anything in it, to look at it first.
pub(crate) fn open_plain(path: &Path) -> Result<Connection, StoreError> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
    Ok(connection)
}

/// Gives a connection opened by [`open_plain`] the settings of the one writer.
pub(crate) fn make_writer(connection: &Connection, durability: Durability) -> Result<(), StoreError> {
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    settle(connection, durability, Purpose::Write)
}

/// Opens a connection that can only read, `attached` files included.
pub(crate) fn open_reader(
    path: &Path,
    durability: Durability,
    attached: Option<(&'static str, &Path)>,
) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
    if let Some((name, path)) = attached {
        // The file inherits the connection's own way of opening: it can only be read, too.
        let path = path.to_str().ok_or_else(|| rusqlite::Error::InvalidPath(path.to_owned()))?;
        connection.execute(&format!("ATTACH DATABASE ?1 AS {name}"), [path])?;
    }
    settle(&connection, durability, Purpose::Read)?;
    Ok(connection)
}

/// Opens a new file that a copy is written to.
pub(crate) fn open_copy(path: &Path) -> Result<Connection, StoreError> {
    let connection = open_plain(path)?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "fullfsync", true)?;
    Ok(connection)
}

fn settle(connection: &Connection, durability: Durability, purpose: Purpose) -> Result<(), StoreError> {
    let wanted = Pragmas::wanted(durability, purpose);
    connection.pragma_update(None, "synchronous", wanted.synchronous)?;
    connection.pragma_update(None, "foreign_keys", wanted.foreign_keys)?;
    connection.pragma_update(None, "fullfsync", wanted.fullfsync)?;
    connection.pragma_update(None, "checkpoint_fullfsync", wanted.checkpoint_fullfsync)?;
    connection.pragma_update(None, "query_only", wanted.query_only)?;
    // Nothing in a file may run code of ours by itself, whoever wrote the file.
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    match Pragmas::of(connection)?.first_difference(&wanted) {
        Some(setting) => Err(StoreError::Setting { setting }),
        None => Ok(()),
    }
}
