//! Schema versions: ordered, frozen SQL files; nothing is ever numbered by hand.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, backup::Backup};
use rusqlite_migration::{M, Migrations};

use crate::{connection, error::StoreError};

/// All migrations of `ledger.db`, in order.
pub(crate) const LEDGER: &[M<'static>] =
    &[M::up(include_str!("migrations/ledger/001.sql")).foreign_key_check()];

/// All migrations of `cache.db`, in order.
pub(crate) const CACHE: &[M<'static>] =
    &[M::up(include_str!("migrations/cache/001.sql")).foreign_key_check()];

/// How far a file's schema has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nothing is in it.
    Empty,
    /// It has this version's schema.
    Current,
    /// It comes from an older version.
    Older { found: u32, known: u32 },
}

/// Looks how far the schema of a file has come; a newer one is refused.
pub(crate) fn standing(
    connection: &Connection,
    file: &'static str,
    migrations: &[M<'static>],
) -> Result<Standing, StoreError> {
    let found: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
    match found {
        0 => Ok(Standing::Empty),
        _ if found == known => Ok(Standing::Current),
        _ if found < known => Ok(Standing::Older { found, known }),
        _ => Err(StoreError::NewerDatabase { file, found, known }),
    }
}

/// Brings a file to this version's schema, all steps or none of a step.
pub(crate) fn migrate(
    connection: &mut Connection,
    migrations: &'static [M<'static>],
) -> Result<(), StoreError> {
    Ok(Migrations::from_slice(migrations).to_latest(connection)?)
}

/// Copies a whole database, `-wal` included, into a new file; the old copy stays until the new one is complete.
pub(crate) fn copy(connection: &Connection, target: &Path) -> Result<(), StoreError> {
    let unfinished = beside(target, ".new");
    if unfinished.exists() {
        fs::remove_file(&unfinished)?;
    }
    let mut copy = connection::open_copy(&unfinished)?;
    // One step of this many pages is the whole file; the pause is for files that somebody else is writing to.
    Backup::new(connection, &mut copy)?.run_to_completion(i32::MAX, Duration::from_millis(5), None)?;
    drop(copy);
    Ok(fs::rename(&unfinished, target)?)
}

/// The path with something added to the file's name.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_migration_runs_on_an_empty_file() {
        for migrations in [LEDGER, CACHE] {
            Migrations::from_slice(migrations).validate().unwrap();
        }
    }
}
