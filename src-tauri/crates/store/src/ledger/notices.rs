//! Desktop notifications: the intent is stored with the change, and each is shown at most once by this seat.

use domain::Timestamp;
use rusqlite::params;

use super::{
    LedgerReading, LedgerWriting,
    activity::{self, ActivityRow},
    changes::ChangeId,
};
use crate::{
    error::StoreError,
    row::{self, Millis},
};

/// Stores the intent to show a change; nothing happens if it was stored before.
pub fn intend(writing: &LedgerWriting<'_>, change: ChangeId, now: Timestamp) -> Result<(), StoreError> {
    let sql = "INSERT INTO notices (change, intended_at) VALUES (?1, ?2) ON CONFLICT (change) DO NOTHING";
    row::change(writing.connection(), sql, params![change.0, Millis(now)])?;
    Ok(())
}

/// What is still to be shown, oldest first.
pub fn due(reading: &LedgerReading<'_>) -> Result<Vec<ActivityRow>, StoreError> {
    let tables = "notices JOIN changes ON changes.id = notices.change";
    let sql = activity::select(tables, "WHERE claimed_at IS NULL ORDER BY changes.id");
    row::all(reading.connection(), "notices", &sql, [], activity::read)
}

/// Takes a notice before it is shown: true for exactly one caller. A crash between this and the notification loses a
/// notification, never shows it twice; the activity list has it in any case.
pub fn claim(writing: &LedgerWriting<'_>, change: ChangeId, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "UPDATE notices SET claimed_at = ?2 WHERE change = ?1 AND claimed_at IS NULL";
    Ok(row::change(writing.connection(), sql, params![change.0, Millis(now)])? == 1)
}
