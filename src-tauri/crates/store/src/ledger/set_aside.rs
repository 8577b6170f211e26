//! Deals that a person took off the list "To send".

use domain::{DealId, Timestamp};
use rusqlite::params;

use super::{LedgerReading, LedgerWriting, standings};
use crate::{
    error::StoreError,
    row::{self, Columns, Millis},
};

/// Takes deals off the list; those that are off it keep their date, unless they were sent since. Thousands go in several
/// transactions, so that sends need not wait for them.
pub fn add(writing: &LedgerWriting<'_>, deals: &[DealId], now: Timestamp) -> Result<(), StoreError> {
    for deal in deals {
        let sql = "INSERT INTO set_aside (deal, at) VALUES (?1, ?2) ON CONFLICT (deal) DO UPDATE SET at = excluded.at
            WHERE EXISTS (SELECT 1 FROM sends WHERE sends.deal = excluded.deal AND clicked_at > set_aside.at)";
        row::change(writing.connection(), sql, params![deal.0, Millis(now)])?;
        standings::refresh(writing, *deal)?;
    }
    Ok(())
}

/// Puts deals back on the list.
pub fn remove(writing: &LedgerWriting<'_>, deals: &[DealId]) -> Result<(), StoreError> {
    for deal in deals {
        row::change(writing.connection(), "DELETE FROM set_aside WHERE deal = ?1", [deal.0])?;
        standings::refresh(writing, *deal)?;
    }
    Ok(())
}

/// All deals that are off the list, and since when.
pub fn all(reading: &LedgerReading<'_>) -> Result<Vec<(DealId, Timestamp)>, StoreError> {
    let sql = "SELECT deal, at FROM set_aside ORDER BY deal";
    row::all(reading.connection(), "set_aside", sql, [], |row| {
        Ok((DealId(row.read("deal")?), row.time("at")?))
    })
}
