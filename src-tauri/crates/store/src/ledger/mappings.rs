//! Saved mappings, all versions: a send names the version that made it.

use domain::{Mapping, TemplateId, Timestamp};
use rusqlite::{Params, params};

use super::{LedgerReading, LedgerWriting};
use crate::{
    error::StoreError,
    row::{self, Columns, Json, Millis},
};

/// Saves a mapping as a new version, whatever version it carried, and returns it with that version.
pub fn save(
    writing: &LedgerWriting<'_>,
    mut mapping: Mapping,
    now: Timestamp,
) -> Result<Mapping, StoreError> {
    let sql = "SELECT COALESCE(MAX(version), 0) + 1 AS version FROM mappings";
    let version = row::first(writing.connection(), "mappings", sql, [], |row| row.read("version"))?;
    mapping.version = version.unwrap_or(1);
    restore(writing, &mapping, now)?;
    Ok(mapping)
}

/// The mapping saved last.
pub fn latest(reading: &LedgerReading<'_>) -> Result<Option<Mapping>, StoreError> {
    first(reading, "ORDER BY version DESC LIMIT 1", [])
}

/// The mapping saved last for a template.
pub fn latest_of(reading: &LedgerReading<'_>, template: TemplateId) -> Result<Option<Mapping>, StoreError> {
    first(reading, "WHERE template = ?1 ORDER BY version DESC LIMIT 1", [template.0])
}

/// One version.
pub fn by_version(reading: &LedgerReading<'_>, version: u32) -> Result<Option<Mapping>, StoreError> {
    first(reading, "WHERE version = ?1", [i64::from(version)])
}

/// All versions with the time they were saved, oldest first.
pub(crate) fn all(reading: &LedgerReading<'_>) -> Result<Vec<(Mapping, Timestamp)>, StoreError> {
    let sql = "SELECT version, mapping, saved_at FROM mappings ORDER BY version";
    row::all(reading.connection(), "mappings", sql, [], |row| {
        Ok((row.json("mapping")?, row.time("saved_at")?))
    })
}

/// Writes a version as it is.
pub fn restore(
    writing: &LedgerWriting<'_>,
    mapping: &Mapping,
    saved_at: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO mappings (version, template, mapping, saved_at) VALUES (?1, ?2, ?3, ?4)";
    let params = params![mapping.version, mapping.template.0, Json(mapping), Millis(saved_at)];
    row::change(writing.connection(), sql, params)?;
    Ok(())
}

fn first(
    reading: &LedgerReading<'_>,
    which: &str,
    params: impl Params,
) -> Result<Option<Mapping>, StoreError> {
    let sql = format!("SELECT version, mapping FROM mappings {which}");
    row::first(reading.connection(), "mappings", &sql, params, |row| row.json("mapping"))
}
