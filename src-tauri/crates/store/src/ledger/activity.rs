//! All changes of all contracts, newest first: the in-app list behind the desktop notifications.

use domain::{DealId, SendId, send::SendTitle};
use rusqlite::{Result as RowResult, Row, params};

use super::{
    LedgerReading, LedgerWriting,
    changes::{self, ChangeId, StoredChange},
    title,
};
use crate::{
    error::StoreError,
    row::{self, Columns},
};

/// A change with what a line about it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityRow {
    /// The change.
    pub stored: StoredChange,
    /// Whose contract.
    pub deal: DealId,
    /// The send of this ledger that made the contract.
    pub send: Option<SendId>,
    /// What lists show of the contract.
    pub title: SendTitle,
}

/// A part of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityPage {
    /// Newest first.
    pub rows: Vec<ActivityRow>,
    /// In the whole list.
    pub total: u64,
    /// Of those, not seen yet.
    pub unread: u64,
}

/// Some rows of the list.
pub fn page(reading: &LedgerReading<'_>, offset: u32, limit: u32) -> Result<ActivityPage, StoreError> {
    let which = "ORDER BY changes.at DESC, changes.id DESC LIMIT ?1 OFFSET ?2";
    let sql = select("changes", which);
    let rows = row::all(reading.connection(), "changes", &sql, params![limit, offset], read)?;
    let sql = "SELECT COUNT(*) AS total, COUNT(*) FILTER (WHERE is_unread = 1) AS unread FROM changes";
    let counts = row::first(reading.connection(), "changes", sql, [], |row| {
        Ok((row.count("total")?, row.count("unread")?))
    })?;
    let (total, unread) = counts.unwrap_or_default();
    Ok(ActivityPage { rows, total, unread })
}

/// Marks everything up to this change, in the order of storing, as seen.
pub fn mark_read(writing: &LedgerWriting<'_>, up_to: ChangeId) -> Result<(), StoreError> {
    let sql = "UPDATE changes SET is_unread = 0 WHERE is_unread = 1 AND id <= ?1";
    row::change(writing.connection(), sql, [up_to.0])?;
    Ok(())
}

/// A query over `tables` that gives activity rows.
pub(crate) fn select(tables: &str, which: &str) -> String {
    format!(
        "SELECT changes.id AS change_id, changes.contract, kind, participant, at, changes.name, seen_at, is_unread,
                contracts.deal, contracts.send, {}
         FROM {tables} JOIN contracts ON contracts.id = changes.contract {which}",
        title::COLUMNS
    )
}

/// Reads a row of [`select`].
pub(crate) fn read(row: &Row<'_>) -> RowResult<ActivityRow> {
    Ok(ActivityRow {
        stored: changes::read(row)?,
        deal: DealId(row.read("deal")?),
        send: row.printed_or_none("send")?,
        title: title::read(row)?,
    })
}
