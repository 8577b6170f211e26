//! Everything that waits for a person, in one place.

use domain::Send;
use rusqlite::named_params;

use super::{
    LedgerReading,
    contracts::{self, KnownContract},
    left_drafts::{self, LeftDraft},
    sends,
    write_backs::{self, StoredWriteBack},
};
use crate::{
    error::StoreError,
    row::{self, Columns},
};

/// What waits for a person.
#[derive(Debug, Clone)]
pub struct NeedsYou {
    /// Sends that only a person can say how to go on with, and those that ended with nothing.
    pub sends: Vec<Send>,
    /// Work that was left alone for a reason that does not pass by itself.
    pub parked: Vec<StoredWriteBack>,
    /// Contracts that cannot be seen in Oneflow any more.
    pub vanished: Vec<KnownContract>,
    /// Drafts that somebody left behind.
    pub drafts: Vec<LeftDraft>,
}

/// The whole list.
pub fn list(reading: &LedgerReading<'_>) -> Result<NeedsYou, StoreError> {
    let mut waiting = sends::unsettled(reading)?;
    waiting.retain(|send| !send.state.is_moving());
    waiting.extend(sends::ended_with_nothing(reading)?);
    Ok(NeedsYou {
        sends: waiting,
        parked: write_backs::parked(reading)?,
        vanished: contracts::vanished(reading)?,
        drafts: left_drafts::listed(reading)?,
    })
}

/// How many entries the list has.
pub fn count(reading: &LedgerReading<'_>) -> Result<u64, StoreError> {
    let sql = format!(
        "SELECT (SELECT COUNT(*) FROM sends WHERE is_settled = 0 AND state IN ('needs_you', 'rejected'))
              + (SELECT COUNT(*) FROM sends WHERE {})
              + (SELECT COUNT(*) FROM write_backs WHERE state = 'parked')
              + (SELECT COUNT(*) FROM contracts WHERE vanished_at IS NOT NULL AND removed_at IS NULL)
              + (SELECT COUNT(*) FROM left_drafts WHERE {}) AS count",
        sends::ENDED_WITH_NOTHING,
        left_drafts::IS_LISTED
    );
    Ok(row::first(reading.connection(), "sends", &sql, named_params! {}, |row| row.count("count"))?
        .unwrap_or(0))
}
