//! How the ledger is opened: what is there decides what happens, and nothing is changed before it was looked at.

use std::{
    fs,
    path::{Path, PathBuf},
};

use domain::{SendId, Timestamp};
use jiff::tz::TimeZone;
use rusqlite::Connection;
use rusqlite_migration::M;

use super::{Ledger, LedgerFile, rescue};
use crate::{
    connection,
    database::{Database, DatabaseFile},
    error::StoreError,
    migrate::{self, Standing, beside},
};

/// A ledger that was opened, and what a person should hear about it.
#[derive(Debug)]
pub struct Opened {
    /// Ready for use.
    pub ledger: Ledger,
    /// In the order in which it happened; empty on an ordinary day.
    pub news: Vec<OpenNews>,
}

/// Something out of the ordinary at opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenNews {
    /// There was no ledger and no copy of one: this is the first start here. Contracts that other installations made
    /// can be found by their markers.
    Created,
    /// There was no ledger, but the rolling copy of one; contracts can be found again by their markers.
    Lost {
        /// Sends that were unsettled in the copy; all of them wait for a person now.
        carried: Vec<SendId>,
    },
    /// The ledger came from an older version; a copy of it was kept.
    Migrated {
        /// Schema before.
        from: u32,
        /// Schema now.
        to: u32,
    },
    /// The ledger was damaged and was set aside; contracts can be found again by their markers.
    SetAside {
        /// Where the damaged file lies now.
        file: PathBuf,
        /// Sends that were unsettled; all of them wait for a person now.
        carried: Vec<SendId>,
        /// Every send of the damaged file could be read.
        is_complete: bool,
    },
}

/// What a look at the file says.
enum Found {
    Nothing(Connection),
    Sound(Connection),
    Older { connection: Connection, found: u32, known: u32 },
    Damaged,
}

/// Opens the ledger in `folder` and brings it to the last of `migrations`. Blocks.
pub(super) fn open(
    folder: &Path,
    now: Timestamp,
    migrations: &'static [M<'static>],
) -> Result<Opened, StoreError> {
    fs::create_dir_all(folder)?;
    let path = folder.join(LedgerFile::NAME);
    let mut news = Vec::new();
    let writer = match look(&path, migrations)? {
        Found::Nothing(connection) => {
            let mut writer = prepare(connection, migrations)?;
            news.push(begin(&mut writer, &copy_path(&path), now)?);
            writer
        }
        Found::Sound(connection) => prepare(connection, migrations)?,
        Found::Older { connection, found, known } => {
            migrate::copy(&connection, &beside(&path, &format!(".before-{known}")))?;
            tracing::info!(schema.from = found, schema.to = known, "the ledger comes from an older version");
            news.push(OpenNews::Migrated { from: found, to: known });
            prepare(connection, migrations)?
        }
        Found::Damaged => {
            let (writer, set_aside) = replace_damaged(&path, now, migrations)?;
            news.push(set_aside);
            writer
        }
    };
    // Without a copy the work can go on; a disk that is full says so at the first write.
    if let Err(problem) = migrate::copy(&writer, &copy_path(&path)) {
        tracing::warn!(%problem, "the rolling copy of the ledger could not be renewed");
    }
    let database = Database::start(writer, &path, None)?;
    Ok(Opened { ledger: Ledger { database, path }, news })
}

/// Where the rolling copy of a ledger lies.
pub(super) fn copy_path(ledger: &Path) -> PathBuf {
    ledger.with_file_name("ledger.copy.db")
}

fn look(path: &Path, migrations: &'static [M<'static>]) -> Result<Found, StoreError> {
    let connection = connection::open_plain(path)?;
    let standing = migrate::standing(&connection, LedgerFile::NAME, migrations);
    match standing.and_then(|standing| check(&connection).map(|()| standing)) {
        Ok(Standing::Empty) => Ok(Found::Nothing(connection)),
        Ok(Standing::Current) => Ok(Found::Sound(connection)),
        Ok(Standing::Older { found, known }) => Ok(Found::Older { connection, found, known }),
        Err(StoreError::Damaged) => Ok(Found::Damaged),
        Err(other) => Err(other),
    }
}

/// Reads the whole file once: damage is found here, not in the middle of a send.
fn check(connection: &Connection) -> Result<(), StoreError> {
    let answer: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if answer == "ok" { Ok(()) } else { Err(StoreError::Damaged) }
}

fn prepare(mut connection: Connection, migrations: &'static [M<'static>]) -> Result<Connection, StoreError> {
    connection::make_writer(&connection, LedgerFile::DURABILITY)?;
    migrate::migrate(&mut connection, migrations)?;
    Ok(connection)
}

/// Fills an empty ledger from the rolling copy of one that is gone, where there is a copy.
fn begin(fresh: &mut Connection, copy: &Path, now: Timestamp) -> Result<OpenNews, StoreError> {
    if !copy.exists() {
        return Ok(OpenNews::Created);
    }
    tracing::error!("the ledger is gone, and a copy of it is there");
    let carried = rescue::carry_over(fresh, &[copy], now)?;
    Ok(OpenNews::Lost { carried: carried.unsettled })
}

/// Sets a damaged ledger aside under a dated name and carries over what can be read of it and of the rolling copy.
fn replace_damaged(
    path: &Path,
    now: Timestamp,
    migrations: &'static [M<'static>],
) -> Result<(Connection, OpenNews), StoreError> {
    let date = now.to_zoned(TimeZone::UTC).strftime("%Y%m%d-%H%M%S").to_string();
    let damaged = path.with_file_name(format!("ledger.damaged-{date}.db"));
    fs::rename(path, &damaged)?;
    // The newest commits may stand in the log only. The index of the log is made anew.
    move_if_there(&beside(path, "-wal"), &beside(&damaged, "-wal"))?;
    remove_if_there(&beside(path, "-shm"))?;
    tracing::error!("the ledger is damaged and was set aside");

    let mut fresh = prepare(connection::open_plain(path)?, migrations)?;
    let carried = rescue::carry_over(&mut fresh, &[&damaged, &copy_path(path)], now)?;
    let news =
        OpenNews::SetAside { file: damaged, carried: carried.unsettled, is_complete: carried.is_complete };
    Ok((fresh, news))
}

fn move_if_there(from: &Path, to: &Path) -> Result<(), StoreError> {
    if from.exists() {
        fs::rename(from, to)?;
    }
    Ok(())
}

fn remove_if_there(path: &Path) -> Result<(), StoreError> {
    if path.exists() {
        fs::remove_file(path)?;
    }
    Ok(())
}
