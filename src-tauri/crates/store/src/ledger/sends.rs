//! Clicks on "Send contract". Only [`take`] moves a send from state to state.

use std::time::Duration;

use domain::{
    AccountId, BatchId, ContractId, DealId, Generation, Send, SendId, SendState, Timestamp,
    preview::PreviewId,
    send::{Cause, IllegalStep, NeedsReason, RefusalReason, Step},
};
use rusqlite::{Result as RowResult, Row, named_params, params};

use super::{LedgerReading, LedgerWriting, send_steps, standings, title};
use crate::{
    error::StoreError,
    row::{self, Columns, Json, Millis, Printed},
};

pub use super::send_steps::{SendStep, steps};

/// What became of a click.
#[derive(Debug)]
pub enum Inserted {
    /// It is stored.
    New,
    /// This id is known: it is the same click again.
    Same(Box<Send>),
    /// The deal has this unsettled send already.
    Occupied(Box<Send>),
}

/// What became of a step.
#[derive(Debug)]
pub enum Taken {
    /// The send as it stands now.
    Moved(Box<Send>),
    /// Not possible from where it stands; somebody else was first.
    Refused(IllegalStep),
    /// It would become unsettled beside this send of the same deal.
    Occupied(Box<Send>),
    /// There is no such send.
    Unknown,
}

impl Taken {
    /// The send, if it moved.
    pub fn moved(self) -> Option<Send> {
        match self {
            Self::Moved(send) => Some(*send),
            Self::Refused(_) | Self::Occupied(_) | Self::Unknown => None,
        }
    }
}

/// Stores a click. It is the first step of its history.
pub fn insert(writing: &LedgerWriting<'_>, send: &Send) -> Result<Inserted, StoreError> {
    if let Some(known) = by_id(writing, send.id)? {
        return Ok(Inserted::Same(Box::new(known)));
    }
    if !send.state.is_settled()
        && let Some(other) = unsettled_of_account(writing, send.account, send.deal)?
    {
        return Ok(Inserted::Occupied(Box::new(other)));
    }
    write_new(writing, send)?;
    send_steps::append(writing, send, "click", None, 0)?;
    standings::refresh(writing, send.deal)?;
    Ok(Inserted::New)
}

/// Moves a send one step. The state, when and why it was reached, the step's row and the deal's standing are written
/// together; of two callers who want to leave the same state one moves it and the other is refused.
pub fn take(
    writing: &LedgerWriting<'_>,
    id: SendId,
    step: Step,
    now: Timestamp,
) -> Result<Taken, StoreError> {
    let Some(before) = by_id(writing, id)? else { return Ok(Taken::Unknown) };
    let mut after = before.clone();
    let word = send_steps::word(&step);
    if let Err(refusal) = after.take(step.clone(), now) {
        return Ok(Taken::Refused(refusal));
    }
    if before.state.is_settled()
        && !after.state.is_settled()
        && let Some(other) = unsettled_of_account(writing, after.account, after.deal)?
    {
        return Ok(Taken::Occupied(Box::new(other)));
    }
    if !write_state(writing, &before, &after)? {
        return Ok(Taken::Refused(IllegalStep { state: before.state.code(), step }));
    }
    send_steps::append(writing, &after, word, Some(before.state.code()), before.tries)?;
    standings::refresh(writing, after.deal)?;
    Ok(Taken::Moved(Box::new(after)))
}

/// Counts a try of the work that the current state asks for; returns how many there were.
pub fn count_try(writing: &LedgerWriting<'_>, id: SendId) -> Result<u32, StoreError> {
    row::change(writing.connection(), "UPDATE sends SET tries = tries + 1 WHERE id = ?1", [Printed(id)])?;
    Ok(by_id(writing, id)?.map_or(0, |send| send.tries))
}

/// Stores what is left of a hold; false if the send is not held any more.
pub fn store_hold(writing: &LedgerWriting<'_>, id: SendId, left: Duration) -> Result<bool, StoreError> {
    let sql = "UPDATE sends SET hold_left_ms = ?2 WHERE id = ?1 AND state = 'held'";
    Ok(row::change(writing.connection(), sql, params![Printed(id), millis(left)])? == 1)
}

/// At start: calls that were on their way when the app ended may have had an effect. Returns the sends that moved.
pub fn recover(writing: &LedgerWriting<'_>, now: Timestamp) -> Result<Vec<Send>, StoreError> {
    let mut moved = Vec::new();
    for send in unsettled(writing)? {
        let is_on_its_way = matches!(
            send.state,
            SendState::Creating | SendState::Publishing { .. } | SendState::PublishingTheirs { .. }
        );
        if is_on_its_way {
            moved.extend(take(writing, send.id, Step::Lost(Cause::AppEnded), now)?.moved());
        }
    }
    Ok(moved)
}

/// Asks a person about every unsettled send, because this ledger may not be the newest one. Returns those that moved.
pub fn ask_all(
    writing: &LedgerWriting<'_>,
    reason: &NeedsReason,
    now: Timestamp,
) -> Result<Vec<Send>, StoreError> {
    recover(writing, now)?;
    let mut moved = Vec::new();
    for send in unsettled(writing)? {
        moved.extend(take(writing, send.id, Step::Ask(reason.clone()), now)?.moved());
    }
    Ok(moved)
}

/// Notes that the draft of a send that ended was deleted and seen gone; false if that was noted before.
pub fn mark_tidied(writing: &LedgerWriting<'_>, id: SendId, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "UPDATE sends SET tidied_at = ?2 WHERE id = ?1 AND tidied_at IS NULL";
    Ok(row::change(writing.connection(), sql, params![Printed(id), Millis(now)])? == 1)
}

/// One send.
pub fn by_id(reading: &LedgerReading<'_>, id: SendId) -> Result<Option<Send>, StoreError> {
    first(reading, "WHERE id = ?1", params![Printed(id)])
}

/// All sends of a deal, newest click first.
pub fn of_deal(reading: &LedgerReading<'_>, deal: DealId) -> Result<Vec<Send>, StoreError> {
    all(reading, "WHERE deal = ?1 ORDER BY clicked_at DESC, id DESC", [deal.0])
}

/// All unsettled sends, oldest click first.
pub fn unsettled(reading: &LedgerReading<'_>) -> Result<Vec<Send>, StoreError> {
    all(reading, "WHERE is_settled = 0 ORDER BY clicked_at, id", [])
}

/// What ended with nothing ([`SendState::has_ended_with_nothing`]) and is the last word about its deal: nothing was clicked
/// or went out since, and nobody set the deal aside.
pub(super) const ENDED_WITH_NOTHING: &str = "(state = 'stopped' OR state = 'rejected' AND contract IS NULL)
    AND NOT EXISTS (SELECT 1 FROM sends AS later
        WHERE later.deal = sends.deal AND (later.clicked_at, later.id) > (sends.clicked_at, sends.id))
    AND NOT EXISTS (SELECT 1 FROM contracts AS out
        WHERE out.deal = sends.deal AND out.state <> 'draft' AND out.removed_at IS NULL
        AND COALESCE(out.published_time, out.first_seen) >= sends.clicked_at)
    AND NOT EXISTS (SELECT 1 FROM set_aside WHERE set_aside.deal = sends.deal AND set_aside.at >= sends.clicked_at)";

/// Sends that ended with nothing, as the last word about their deals.
pub fn ended_with_nothing(reading: &LedgerReading<'_>) -> Result<Vec<Send>, StoreError> {
    all(reading, &format!("WHERE {ENDED_WITH_NOTHING} ORDER BY clicked_at, id"), [])
}

/// The sends of a batch, in the order in which they were clicked.
pub fn of_batch(reading: &LedgerReading<'_>, batch: BatchId) -> Result<Vec<Send>, StoreError> {
    all(reading, "WHERE batch = ?1 ORDER BY clicked_at, id", [Printed(batch)])
}

/// The unsettled send of a deal.
pub fn unsettled_of(reading: &LedgerReading<'_>, deal: DealId) -> Result<Option<Send>, StoreError> {
    first(reading, "WHERE deal = ?1 AND is_settled = 0", [deal.0])
}

/// Ended sends whose own draft is still there.
pub fn to_tidy(reading: &LedgerReading<'_>) -> Result<Vec<Send>, StoreError> {
    let which = "WHERE state IN ('superseded', 'given_up') AND contract IS NOT NULL AND tidied_at IS NULL
                 ORDER BY state_since, id";
    all(reading, which, [])
}

/// Sends that reached "published" since then, oldest first.
pub fn published_since(reading: &LedgerReading<'_>, since: Timestamp) -> Result<Vec<Send>, StoreError> {
    all(reading, "WHERE state = 'published' AND state_since >= ?1 ORDER BY state_since, id", [Millis(since)])
}

fn unsettled_of_account(
    reading: &LedgerReading<'_>,
    account: AccountId,
    deal: DealId,
) -> Result<Option<Send>, StoreError> {
    first(reading, "WHERE account = ?1 AND deal = ?2 AND is_settled = 0", [account.0, deal.0])
}

/// Why a send waits for a person, as one word; `None` where it does not.
pub(super) fn why(state: &SendState) -> Option<String> {
    match state {
        SendState::NeedsYou { reason, .. } => Some(row::word(reason)),
        SendState::Rejected { refusal, .. } => Some(match refusal.reason {
            RefusalReason::Invalid => "rejected_invalid".to_owned(),
            RefusalReason::Plan => "rejected_plan".to_owned(),
            RefusalReason::Forbidden => "rejected_forbidden".to_owned(),
            RefusalReason::NotFound => "rejected_not_found".to_owned(),
        }),
        SendState::Stopped { .. } => Some("stopped".to_owned()),
        SendState::Held
        | SendState::Queued
        | SendState::Creating
        | SendState::CreateUnknown
        | SendState::Created { .. }
        | SendState::Completing { .. }
        | SendState::Publishing { .. }
        | SendState::PublishUnknown { .. }
        | SendState::TheirsChosen { .. }
        | SendState::PublishingTheirs { .. }
        | SendState::TheirsUnknown { .. }
        | SendState::Discarding { .. }
        | SendState::Published { .. }
        | SendState::Undone
        | SendState::Superseded { .. }
        | SendState::GivenUp { .. } => None,
    }
}

/// Takes over a send of a damaged ledger as it stands there; nothing happens if its deal has an unsettled one already.
pub(super) fn carry_over(writing: &LedgerWriting<'_>, send: &Send) -> Result<(), StoreError> {
    if !send.state.is_settled() && unsettled_of_account(writing, send.account, send.deal)?.is_some() {
        return Ok(());
    }
    write_new(writing, send)?;
    send_steps::append(writing, send, "carried_over", None, send.tries)?;
    standings::refresh(writing, send.deal)
}

fn write_new(writing: &LedgerWriting<'_>, send: &Send) -> Result<(), StoreError> {
    let sql = "INSERT INTO sends (id, account, deal, generation, seat, batch, preview, payload, hash, edits, title_deal,
            title_company, title_recipient, title_email, title_amount, title_currency, search, clicked_at,
            hold_left_ms, attempt, state, state_detail, state_since, tries, cause, is_settled, contract, why)
        VALUES (:id, :account, :deal, :generation, :seat, :batch, :preview, :payload, :hash, :edits, :title_deal,
            :title_company, :title_recipient, :title_email, :title_amount, :title_currency, :search, :clicked_at,
            :hold_left_ms, :attempt, :state, :state_detail, :state_since, :tries, :cause, :is_settled, :contract, :why)";
    let params = named_params! {
        ":id": Printed(send.id),
        ":account": send.account.0,
        ":deal": send.deal.0,
        ":generation": send.generation.0,
        ":seat": send.seat.as_str(),
        ":batch": send.batch.map(Printed),
        ":preview": send.preview.0,
        ":payload": send.payload,
        ":hash": Printed(&send.hash),
        ":edits": Json(&send.edits),
        ":title_deal": send.title.deal,
        ":title_company": send.title.company,
        ":title_recipient": send.title.recipient,
        ":title_email": send.title.email,
        ":title_amount": send.title.amount.as_ref().map(domain::Money::minor_units),
        ":title_currency": send.title.amount.as_ref().map(|amount| &amount.currency),
        ":search": title::search(&send.title, None, send.deal),
        ":clicked_at": Millis(send.clicked_at),
        ":hold_left_ms": millis(send.hold_left),
        ":attempt": send.attempt,
        ":state": send.state.code(),
        ":state_detail": Json(&send.state),
        ":state_since": Millis(send.since),
        ":tries": send.tries,
        ":cause": send.cause.as_ref().map(Json),
        ":is_settled": send.state.is_settled(),
        ":contract": contract(send),
        ":why": why(&send.state),
    };
    row::change(writing.connection(), sql, params)?;
    Ok(())
}

/// Writes the state that a step led to, if the send still stands where the step was decided.
fn write_state(writing: &LedgerWriting<'_>, before: &Send, after: &Send) -> Result<bool, StoreError> {
    let sql = "UPDATE sends
        SET attempt = :attempt, state = :state, state_detail = :state_detail, state_since = :state_since,
            tries = :tries, cause = :cause, is_settled = :is_settled, contract = :contract, why = :why
        WHERE id = :id AND state = :old_state AND state_detail = :old_detail AND state_since = :old_since";
    let params = named_params! {
        ":attempt": after.attempt,
        ":state": after.state.code(),
        ":state_detail": Json(&after.state),
        ":state_since": Millis(after.since),
        ":tries": after.tries,
        ":cause": after.cause.as_ref().map(Json),
        ":is_settled": after.state.is_settled(),
        ":contract": contract(after),
        ":why": why(&after.state),
        ":id": Printed(after.id),
        ":old_state": before.state.code(),
        ":old_detail": Json(&before.state),
        ":old_since": Millis(before.since),
    };
    Ok(row::change(writing.connection(), sql, params)? == 1)
}

fn contract(send: &Send) -> Option<i64> {
    send.state.contract().map(|ContractId(id)| id)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// A query for whole rows.
pub(super) fn select(which: &str) -> String {
    format!(
        "SELECT id, account, deal, generation, seat, batch, preview, payload, hash, edits, {}, clicked_at, hold_left_ms, attempt,
                state_detail, state_since, tries, cause
         FROM sends {which}",
        title::COLUMNS
    )
}

fn all(
    reading: &LedgerReading<'_>,
    which: &str,
    params: impl rusqlite::Params,
) -> Result<Vec<Send>, StoreError> {
    row::all(reading.connection(), "sends", &select(which), params, read)
}

fn first(
    reading: &LedgerReading<'_>,
    which: &str,
    params: impl rusqlite::Params,
) -> Result<Option<Send>, StoreError> {
    row::first(reading.connection(), "sends", &select(which), params, read)
}

/// Reads a whole row.
pub(super) fn read(row: &Row<'_>) -> RowResult<Send> {
    Ok(Send {
        id: row.printed("id")?,
        account: AccountId(row.read("account")?),
        deal: DealId(row.read("deal")?),
        generation: Generation(row.read("generation")?),
        seat: row.printed("seat")?,
        batch: row.printed_or_none("batch")?,
        preview: PreviewId(row.read("preview")?),
        payload: row.read("payload")?,
        hash: row.printed("hash")?,
        edits: row.json("edits")?,
        title: title::read(row)?,
        clicked_at: row.time("clicked_at")?,
        hold_left: Duration::from_millis(row.count("hold_left_ms")?),
        attempt: row.read("attempt")?,
        state: row.json("state_detail")?,
        since: row.time("state_since")?,
        tries: row.read("tries")?,
        cause: row.json_or_none("cause")?,
    })
}
