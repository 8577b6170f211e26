//! Work owed to Kommo, once for each occurrence of a change. What is done stays done.

use domain::{
    ContractId, DealId, Timestamp,
    write_back::{Part, WriteBack, WriteBackState},
};
use jiff::SignedDuration;
use rusqlite::{Params, Result as RowResult, Row, named_params, params};
use serde_json::Value;

use super::{LedgerReading, LedgerWriting, changes};
use crate::{
    error::StoreError,
    row::{self, Columns, Json, Millis, Word},
};

/// Key of a stored piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WriteBackId(pub i64);

/// A piece of work in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredWriteBack {
    /// Its key.
    pub id: WriteBackId,
    /// The work.
    pub write_back: WriteBack,
    /// Whatever its writer noted on the way: id of the note, uuid of the file, parts that were uploaded.
    pub result: Option<Value>,
    /// When it was done.
    pub done_at: Option<Timestamp>,
}

/// Stores a piece of work; `None` if the same part of the same change is known, in whatever state.
pub fn insert(writing: &LedgerWriting<'_>, owed: &WriteBack) -> Result<Option<WriteBackId>, StoreError> {
    let sql =
        "INSERT INTO write_backs (contract, kind, participant, at, part, part_order, name, deal, work, state,
            state_detail, tries, created_at, next_try)
        VALUES (:contract, :kind, :participant, :at, :part, :part_order, :name, :deal, :work, :state,
            :state_detail, :tries, :created_at, :next_try)
        ON CONFLICT (contract, kind, participant, at, part) DO NOTHING";
    let part = owed.work.part();
    let params = named_params! {
        ":contract": owed.change.contract.0,
        ":kind": Word(owed.change.kind),
        ":participant": changes::participant_column(owed.change.participant),
        ":at": Millis(owed.change.at),
        ":part": Word(part),
        ":part_order": place(part),
        ":name": owed.change.name,
        ":deal": owed.deal.0,
        ":work": Json(&owed.work),
        ":state": row::word(&owed.state),
        ":state_detail": Json(&owed.state),
        ":tries": owed.tries,
        ":created_at": Millis(owed.created_at),
        ":next_try": Millis(owed.next_try),
    };
    let is_new = row::change(writing.connection(), sql, params)? == 1;
    Ok(is_new.then(|| WriteBackId(writing.connection().last_insert_rowid())))
}

/// Nothing waits longer for its next turn: what does was put off by a clock that was ahead and has been set back.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(12);

/// What can be worked on now: of each contract the first unfinished part in the order of the changes and of field,
/// stage, task and note; beside it the file. A parked part holds nothing back; one that waits for its time does. What is
/// only looked for comes last: a rebuilt ledger has much of it, and nobody waits for it.
pub fn due(
    reading: &LedgerReading<'_>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<StoredWriteBack>, StoreError> {
    let which = "WHERE id IN (
            SELECT id FROM (
                SELECT id, next_try, ROW_NUMBER() OVER (
                    PARTITION BY contract, part = 'file' ORDER BY at, part_order, id
                ) AS place
                FROM write_backs WHERE state IN ('unchecked', 'owed', 'trying')
            ) WHERE place = 1 AND (next_try <= ?1 OR next_try > ?3)
        ) ORDER BY state = 'unchecked', next_try, at, id LIMIT ?2";
    all(reading, which, params![Millis(now), limit, Millis(longest_wait(now))])
}

/// When the next piece of work can be done; may lie in the past.
pub fn next_due(reading: &LedgerReading<'_>) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT MIN(next_try) AS next_try FROM (
            SELECT next_try, ROW_NUMBER() OVER (
                PARTITION BY contract, part = 'file' ORDER BY at, part_order, id
            ) AS place
            FROM write_backs WHERE state IN ('unchecked', 'owed', 'trying')
        ) WHERE place = 1";
    let next = row::first(reading.connection(), "write_backs", sql, [], |row| row.time_or_none("next_try"))?;
    Ok(next.flatten())
}

fn longest_wait(now: Timestamp) -> Timestamp {
    now.saturating_add(LONGEST_WAIT).unwrap_or(now)
}

/// Moves a piece of work; each start of a try is counted. False if it is done: that is never taken back.
pub fn update(
    writing: &LedgerWriting<'_>,
    id: WriteBackId,
    state: &WriteBackState,
    next_try: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "UPDATE write_backs
        SET state = :state, state_detail = :state_detail, next_try = :next_try, tries = tries + :is_try,
            done_at = :done_at
        WHERE id = :id AND state <> 'done'";
    let params = named_params! {
        ":state": row::word(state),
        ":state_detail": Json(state),
        ":next_try": Millis(next_try.min(longest_wait(now))),
        ":is_try": *state == WriteBackState::Trying,
        ":done_at": (*state == WriteBackState::Done).then_some(Millis(now)),
        ":id": id.0,
    };
    Ok(row::change(writing.connection(), sql, params)? == 1)
}

/// Stores what its writer needs to know after a restart.
pub fn set_result(writing: &LedgerWriting<'_>, id: WriteBackId, result: &Value) -> Result<(), StoreError> {
    let sql = "UPDATE write_backs SET result = ?2 WHERE id = ?1";
    row::change(writing.connection(), sql, params![id.0, Json(result)])?;
    Ok(())
}

/// One piece of work.
pub fn by_id(reading: &LedgerReading<'_>, id: WriteBackId) -> Result<Option<StoredWriteBack>, StoreError> {
    Ok(all(reading, "WHERE id = ?1", [id.0])?.pop())
}

/// All work of a contract, in the order in which it is done.
pub fn of_contract(
    reading: &LedgerReading<'_>,
    contract: ContractId,
) -> Result<Vec<StoredWriteBack>, StoreError> {
    all(reading, "WHERE contract = ?1 ORDER BY at, part_order, id", [contract.0])
}

/// All work of a deal, in the order in which it is done.
pub fn of_deal(reading: &LedgerReading<'_>, deal: DealId) -> Result<Vec<StoredWriteBack>, StoreError> {
    all(reading, "WHERE deal = ?1 ORDER BY at, part_order, id", [deal.0])
}

/// All work that waits for a person.
pub fn parked(reading: &LedgerReading<'_>) -> Result<Vec<StoredWriteBack>, StoreError> {
    all(reading, "WHERE state = 'parked' ORDER BY at, part_order, id", [])
}

/// Place among the parts of one change.
fn place(part: Part) -> i64 {
    match part {
        Part::Field => 0,
        Part::Stage => 1,
        Part::Task => 2,
        Part::Note => 3,
        Part::File => 4,
    }
}

fn all(
    reading: &LedgerReading<'_>,
    which: &str,
    params: impl Params,
) -> Result<Vec<StoredWriteBack>, StoreError> {
    let sql = format!(
        "SELECT id, contract, kind, participant, at, name, deal, work, state_detail, tries, created_at, next_try, result,
                done_at
         FROM write_backs {which}"
    );
    row::all(reading.connection(), "write_backs", &sql, params, read)
}

fn read(row: &Row<'_>) -> RowResult<StoredWriteBack> {
    let write_back = WriteBack {
        deal: DealId(row.read("deal")?),
        change: changes::read_change(row)?,
        work: row.json("work")?,
        state: row.json("state_detail")?,
        tries: row.read("tries")?,
        created_at: row.time("created_at")?,
        next_try: row.time("next_try")?,
    };
    let id = WriteBackId(row.read("id")?);
    Ok(StoredWriteBack {
        id,
        write_back,
        result: row.json_or_none("result")?,
        done_at: row.time_or_none("done_at")?,
    })
}
