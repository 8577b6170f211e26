//! What happened to contracts, once each, whoever sees it how often.

use domain::{
    ContractId, ParticipantId, Timestamp,
    observation::{Change, ChangeKind},
};
use rusqlite::{Result as RowResult, Row, params};

use super::{LedgerReading, LedgerWriting};
use crate::{
    error::StoreError,
    row::{self, Columns, Millis, Word},
};

/// Key of a stored change; grows in the order in which changes were stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeId(pub i64);

/// Whether a person still has to see a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Counted until the activity list was opened.
    Unread,
    /// For what had happened before this seat first looked.
    Read,
}

/// A change in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredChange {
    /// Its key.
    pub id: ChangeId,
    /// What happened.
    pub change: Change,
    /// When this seat saw it, by this computer's clock.
    pub seen_at: Timestamp,
    /// Nobody has seen it in the activity list yet.
    pub is_unread: bool,
}

/// Stores a change; `None` if it is known. The contract must be known.
pub fn insert(
    writing: &LedgerWriting<'_>,
    change: &Change,
    seen_at: Timestamp,
    mark: Mark,
) -> Result<Option<ChangeId>, StoreError> {
    let sql = "INSERT INTO changes (contract, kind, participant, at, name, seen_at, is_unread)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (contract, kind, participant, at) DO NOTHING";
    let Change { contract, kind, participant, name, at } = change;
    let (participant, is_unread) = (participant_column(*participant), mark == Mark::Unread);
    let params = params![contract.0, Word(*kind), participant, Millis(*at), name, Millis(seen_at), is_unread];
    let is_new = row::change(writing.connection(), sql, params)? == 1;
    Ok(is_new.then(|| ChangeId(writing.connection().last_insert_rowid())))
}

/// What happened to a contract, oldest first.
pub fn of_contract(
    reading: &LedgerReading<'_>,
    contract: ContractId,
) -> Result<Vec<StoredChange>, StoreError> {
    let sql = "SELECT id AS change_id, contract, kind, participant, at, name, seen_at, is_unread FROM changes
               WHERE contract = ?1 ORDER BY at, id";
    row::all(reading.connection(), "changes", sql, [contract.0], read)
}

/// A participant's column: 0 stands for nobody, because NULLs are never equal to each other.
pub(crate) fn participant_column(participant: Option<ParticipantId>) -> i64 {
    participant.map_or(0, |id| id.0)
}

/// Reads the change of a row with the columns contract, kind, participant, at and name.
pub(crate) fn read_change(row: &Row<'_>) -> RowResult<Change> {
    let kind: ChangeKind = row.word("kind")?;
    let participant: i64 = row.read("participant")?;
    Ok(Change {
        contract: ContractId(row.read("contract")?),
        kind,
        participant: (participant != 0).then_some(ParticipantId(participant)),
        name: row.read("name")?,
        at: row.time("at")?,
    })
}

/// Reads a row whose key is called `change_id`.
pub(crate) fn read(row: &Row<'_>) -> RowResult<StoredChange> {
    Ok(StoredChange {
        id: ChangeId(row.read("change_id")?),
        change: read_change(row)?,
        seen_at: row.time("seen_at")?,
        is_unread: row.read("is_unread")?,
    })
}
