//! Drafts that somebody may have left behind: colleagues', and those of ended sends of ours that somebody changed.
//!
//! What a person decides about is what the last look showed; so that is kept, with what the draft was proved to hold.

use domain::{Contract, ContractId, Marker, Timestamp, send::SendTitle};
use rusqlite::{Params, Result as RowResult, Row, named_params, params};

use super::{LedgerReading, LedgerWriting};
use crate::{
    error::StoreError,
    row::{self, Columns, Json, Millis, Printed},
};

/// A draft as the last look showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftDraft {
    /// What Oneflow showed.
    pub shown: Contract,
    /// Who made it.
    pub marker: Marker,
    /// What lists show of it.
    pub title: SendTitle,
    /// Bytes of the [`domain::Payload`] that it was proved to hold: they hash to the marker's hash.
    pub payload: Option<Vec<u8>>,
    /// When this seat first saw it, by this computer's clock.
    pub first_seen: Timestamp,
    /// When it last looked.
    pub seen_at: Timestamp,
    /// It waits for a person, although no send of this seat does.
    pub is_listed: bool,
    /// When a person said that it is to be deleted.
    pub discard_at: Option<Timestamp>,
}

impl LeftDraft {
    /// Oneflow's id.
    pub fn id(&self) -> ContractId {
        self.shown.id
    }
}

/// Stores what a look showed. When it was first seen, and that it is to be deleted, stay as they are; once listed it
/// stays in the list.
pub fn put(writing: &LedgerWriting<'_>, draft: &LeftDraft) -> Result<(), StoreError> {
    let sql = "INSERT INTO left_drafts (contract, deal, marker, shown, title, payload, first_seen, seen_at, is_listed,
            discard_at)
        VALUES (:contract, :deal, :marker, :shown, :title, :payload, :first_seen, :seen_at, :is_listed, :discard_at)
        ON CONFLICT (contract) DO UPDATE SET marker = excluded.marker, shown = excluded.shown,
            title = excluded.title, payload = excluded.payload, seen_at = excluded.seen_at,
            is_listed = MAX(is_listed, excluded.is_listed)";
    let params = named_params! {
        ":contract": draft.shown.id.0,
        ":deal": draft.marker.deal.0,
        ":marker": Printed(&draft.marker),
        ":shown": Json(&draft.shown),
        ":title": Json(&draft.title),
        ":payload": draft.payload,
        ":first_seen": Millis(draft.first_seen),
        ":seen_at": Millis(draft.seen_at),
        ":is_listed": draft.is_listed,
        ":discard_at": draft.discard_at.map(Millis),
    };
    row::change(writing.connection(), sql, params)?;
    Ok(())
}

/// Notes that a person wants it deleted; false if it is not known.
pub fn want_discarded(
    writing: &LedgerWriting<'_>,
    contract: ContractId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "UPDATE left_drafts SET discard_at = COALESCE(discard_at, ?2) WHERE contract = ?1";
    Ok(row::change(writing.connection(), sql, params![contract.0, Millis(now)])? == 1)
}

/// Forgets a draft that is gone, sent, or not left behind; false if it was not known.
pub fn forget(writing: &LedgerWriting<'_>, contract: ContractId) -> Result<bool, StoreError> {
    Ok(row::change(writing.connection(), "DELETE FROM left_drafts WHERE contract = ?1", [contract.0])? == 1)
}

/// One draft.
pub fn by_id(reading: &LedgerReading<'_>, contract: ContractId) -> Result<Option<LeftDraft>, StoreError> {
    Ok(all(reading, "WHERE contract = ?1", [contract.0])?.pop())
}

/// All drafts, the first seen first.
pub fn every(reading: &LedgerReading<'_>) -> Result<Vec<LeftDraft>, StoreError> {
    all(reading, "ORDER BY first_seen, contract", [])
}

/// Drafts that wait for a person on their own: no unsettled send of this seat is about their deal.
pub fn listed(reading: &LedgerReading<'_>) -> Result<Vec<LeftDraft>, StoreError> {
    all(reading, &format!("WHERE {IS_LISTED} ORDER BY first_seen, contract"), [])
}

/// The condition of [`listed`].
pub(super) const IS_LISTED: &str = "is_listed = 1 AND discard_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM sends WHERE sends.deal = left_drafts.deal AND sends.is_settled = 0)";

fn all(reading: &LedgerReading<'_>, which: &str, params: impl Params) -> Result<Vec<LeftDraft>, StoreError> {
    let sql = format!(
        "SELECT contract, marker, shown, title, payload, first_seen, seen_at, is_listed, discard_at
         FROM left_drafts {which}"
    );
    row::all(reading.connection(), "left_drafts", &sql, params, read)
}

fn read(row: &Row<'_>) -> RowResult<LeftDraft> {
    Ok(LeftDraft {
        shown: row.json("shown")?,
        marker: row.printed("marker")?,
        title: row.json("title")?,
        payload: row.read("payload")?,
        first_seen: row.time("first_seen")?,
        seen_at: row.time("seen_at")?,
        is_listed: row.read("is_listed")?,
        discard_at: row.time_or_none("discard_at")?,
    })
}
