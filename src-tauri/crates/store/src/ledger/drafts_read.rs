//! Contracts that a list showed without any place for a marker, and what reading them alone said.
//!
//! A list of drafts may hold thousands that are not ours; each is read alone once for each `updated_time`.

use domain::{ContractId, Marker, Timestamp};
use rusqlite::params;

use super::{LedgerReading, LedgerWriting};
use crate::{
    error::StoreError,
    row::{self, Columns, Millis, Printed},
};

/// The marker that was read, if the contract has not moved since: the outer `None` means "read it alone".
pub fn recall(
    reading: &LedgerReading<'_>,
    contract: ContractId,
    updated_time: Option<Timestamp>,
) -> Result<Option<Option<Marker>>, StoreError> {
    // Without a time nobody can tell whether it moved (`api/oneflow.md §4`).
    let Some(updated_time) = updated_time else { return Ok(None) };
    let sql = "SELECT contract, marker FROM drafts_read WHERE contract = ?1 AND updated_time = ?2";
    let params = params![contract.0, Millis(updated_time)];
    row::first(reading.connection(), "drafts_read", sql, params, |row| row.printed_or_none("marker"))
}

/// Remembers what reading a contract alone said.
pub fn remember(
    writing: &LedgerWriting<'_>,
    contract: ContractId,
    updated_time: Option<Timestamp>,
    marker: Option<&Marker>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO drafts_read (contract, updated_time, marker, read_at) VALUES (?1, ?2, ?3, ?4)";
    let params = params![contract.0, updated_time.map(Millis), marker.map(Printed), Millis(now)];
    row::change(writing.connection(), sql, params)?;
    Ok(())
}

/// Forgets contracts that no look has read since then; returns how many.
pub fn forget_before(writing: &LedgerWriting<'_>, before: Timestamp) -> Result<usize, StoreError> {
    row::change(writing.connection(), "DELETE FROM drafts_read WHERE read_at < ?1", [Millis(before)])
}
