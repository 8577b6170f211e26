//! Contracts that this seat knows, its own and colleagues', and what the last look at each showed.

use domain::{
    ContractId, ContractState, DealId, Generation, Marker, Send, SendId, TemplateId, Timestamp, WorkspaceId,
    observation::Observation, send::SendTitle,
};
use rusqlite::{Params, Result as RowResult, Row, named_params, params};

use super::{
    LedgerReading, LedgerWriting,
    changes::{self, StoredChange},
    sends, standings, title,
    write_backs::{self, StoredWriteBack},
};
use crate::{
    error::StoreError,
    row::{self, Columns, Json, Millis, Printed, Word},
};

/// A contract seen for the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewContract {
    /// Oneflow's id.
    pub id: ContractId,
    /// Whose.
    pub deal: DealId,
    /// Which contract of the deal it replaces.
    pub generation: Generation,
    /// The send of this ledger that made it; `None` for colleagues' contracts.
    pub send: Option<SendId>,
    /// Who made it.
    pub marker: Option<Marker>,
    /// Its name in Oneflow.
    pub name: Option<String>,
    /// What lists show.
    pub title: SendTitle,
    /// Where it lies.
    pub workspace: Option<WorkspaceId>,
    /// From what it was made.
    pub template: Option<TemplateId>,
    /// Where it stood.
    pub state: ContractState,
    /// What had happened before the first look is not told and owes nothing.
    pub is_baseline: bool,
    /// By this computer's clock.
    pub first_seen: Timestamp,
}

/// A contract in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownContract {
    /// Oneflow's id.
    pub id: ContractId,
    /// Whose.
    pub deal: DealId,
    /// Which contract of the deal it replaces.
    pub generation: Generation,
    /// The send of this ledger that made it; `None` for colleagues' contracts.
    pub send: Option<SendId>,
    /// Who made it.
    pub marker: Option<Marker>,
    /// Its name in Oneflow.
    pub name: Option<String>,
    /// What lists show.
    pub title: SendTitle,
    /// Where it lies.
    pub workspace: Option<WorkspaceId>,
    /// From what it was made.
    pub template: Option<TemplateId>,
    /// Where it stands.
    pub state: ContractState,
    /// What had happened before the first look was not told and owes nothing.
    pub is_baseline: bool,
    /// By this computer's clock.
    pub first_seen: Timestamp,
    /// What the last look showed.
    pub observation: Option<Observation>,
    /// When that was, by this computer's clock.
    pub observed_at: Option<Timestamp>,
    /// Oneflow's times.
    pub updated_time: Option<Timestamp>,
    /// Of the last change of state.
    pub state_time: Option<Timestamp>,
    /// When it was sent.
    pub published_time: Option<Timestamp>,
    /// Until when it can be signed.
    pub expiry_time: Option<Timestamp>,
    /// The newest event that was read.
    pub last_event: Option<i64>,
    /// Since when Oneflow answers 404.
    pub missing_since: Option<Timestamp>,
    /// When that was believed.
    pub vanished_at: Option<Timestamp>,
    /// When this app deleted it.
    pub removed_at: Option<Timestamp>,
}

/// A contract with everything around it.
#[derive(Debug, Clone)]
pub struct ContractDetail {
    /// The contract itself.
    pub contract: KnownContract,
    /// The send that made it, if it was one of this ledger.
    pub send: Option<Send>,
    /// What happened to it, oldest first.
    pub changes: Vec<StoredChange>,
    /// What is owed to the deal because of it, in the order in which it is done.
    pub write_backs: Vec<StoredWriteBack>,
    /// All contracts of the same deal, newest first, this one included.
    pub versions: Vec<KnownContract>,
}

/// Stores a contract; false if it is known, and then only what was missing is filled in.
pub fn insert(writing: &LedgerWriting<'_>, contract: &NewContract) -> Result<bool, StoreError> {
    let is_new = by_id(writing, contract.id)?.is_none();
    let sql = "INSERT INTO contracts (id, deal, generation, send, marker, name, title_deal, title_company,
            title_recipient, title_email, title_amount, title_currency, search, workspace, template, state,
            is_baseline, first_seen, signed, signatories)
        VALUES (:id, :deal, :generation, :send, :marker, :name, :title_deal, :title_company, :title_recipient,
            :title_email, :title_amount, :title_currency, :search, :workspace, :template, :state, :is_baseline,
            :first_seen, 0, 0)
        ON CONFLICT (id) DO UPDATE SET send = COALESCE(send, excluded.send), marker = COALESCE(marker, excluded.marker),
            name = COALESCE(excluded.name, name), workspace = COALESCE(workspace, excluded.workspace),
            template = COALESCE(template, excluded.template)";
    let title = &contract.title;
    let params = named_params! {
        ":id": contract.id.0,
        ":deal": contract.deal.0,
        ":generation": contract.generation.0,
        ":send": contract.send.map(Printed),
        ":marker": contract.marker.as_ref().map(Printed),
        ":name": contract.name,
        ":title_deal": title.deal,
        ":title_company": title.company,
        ":title_recipient": title.recipient,
        ":title_email": title.email,
        ":title_amount": title.amount.as_ref().map(domain::Money::minor_units),
        ":title_currency": title.amount.as_ref().map(|amount| &amount.currency),
        ":search": title::search(title, contract.name.as_deref(), contract.id),
        ":workspace": contract.workspace.map(|id| id.0),
        ":template": contract.template.map(|id| id.0),
        ":state": Word(contract.state),
        ":is_baseline": contract.is_baseline,
        ":first_seen": Millis(contract.first_seen),
    };
    row::change(writing.connection(), sql, params)?;
    standings::refresh(writing, contract.deal)?;
    Ok(is_new)
}

/// Stores what a look showed and returns what the look before had shown. A look that differs is added to the history;
/// a contract that was missing is there again. The contract must be known.
pub fn observe(
    writing: &LedgerWriting<'_>,
    seen: &Observation,
    seen_at: Timestamp,
) -> Result<Option<Observation>, StoreError> {
    let before = by_id(writing, seen.contract)?.and_then(|known| known.observation);
    if before.as_ref() != Some(seen) {
        let sql = "INSERT INTO observations (contract, seen_at, observation) VALUES (?1, ?2, ?3)";
        row::change(writing.connection(), sql, params![seen.contract.0, Millis(seen_at), Json(seen)])?;
    }
    let (signed, signatories) = seen.signed_of();
    let sql = "UPDATE contracts
        SET state = :state, observation = :observation, observed_at = :observed_at,
            updated_time = COALESCE(:updated_time, updated_time), state_time = COALESCE(:state_time, state_time),
            published_time = COALESCE(:published_time, published_time), expiry_time = :expiry_time,
            signed = :signed, signatories = :signatories, missing_since = NULL, vanished_at = NULL
        WHERE id = :id";
    let params = named_params! {
        ":state": Word(seen.state),
        ":observation": Json(seen),
        ":observed_at": Millis(seen_at),
        ":updated_time": seen.updated_time.map(Millis),
        ":state_time": seen.state_time.map(Millis),
        ":published_time": seen.published_time.map(Millis),
        ":expiry_time": seen.expiry_time.map(Millis),
        ":signed": count(signed),
        ":signatories": count(signatories),
        ":id": seen.contract.0,
    };
    row::change(writing.connection(), sql, params)?;
    refresh_standing(writing, seen.contract)?;
    Ok(before)
}

/// Stores a state that an answer without participants told.
pub fn set_state(
    writing: &LedgerWriting<'_>,
    contract: ContractId,
    state: ContractState,
    published_time: Option<Timestamp>,
) -> Result<(), StoreError> {
    let sql = "UPDATE contracts SET state = ?2, published_time = COALESCE(?3, published_time) WHERE id = ?1";
    row::change(writing.connection(), sql, params![contract.0, Word(state), published_time.map(Millis)])?;
    refresh_standing(writing, contract)
}

/// Gives a contract the name of its deal, which was not known when the contract was found.
pub fn set_deal_name(
    writing: &LedgerWriting<'_>,
    contract: ContractId,
    name: &str,
) -> Result<(), StoreError> {
    let Some(mut known) = by_id(writing, contract)? else { return Ok(()) };
    name.clone_into(&mut known.title.deal);
    let search = title::search(&known.title, known.name.as_deref(), contract);
    let sql = "UPDATE contracts SET title_deal = ?2, search = ?3 WHERE id = ?1";
    row::change(writing.connection(), sql, params![contract.0, name, search])?;
    Ok(())
}

/// Remembers the newest event that was read.
pub fn set_last_event(
    writing: &LedgerWriting<'_>,
    contract: ContractId,
    event: i64,
) -> Result<(), StoreError> {
    row::change(
        writing.connection(),
        "UPDATE contracts SET last_event = ?2 WHERE id = ?1",
        [contract.0, event],
    )?;
    Ok(())
}

/// Notes that Oneflow answers 404, and tells since when; `None` if the contract is not known.
pub fn mark_missing(
    writing: &LedgerWriting<'_>,
    contract: ContractId,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let sql = "UPDATE contracts SET missing_since = COALESCE(missing_since, ?2) WHERE id = ?1";
    row::change(writing.connection(), sql, params![contract.0, Millis(now)])?;
    Ok(by_id(writing, contract)?.and_then(|known| known.missing_since))
}

/// Believes that the contract cannot be seen any more: a person looks; it still counts as a contract of its deal.
pub fn mark_vanished(
    writing: &LedgerWriting<'_>,
    contract: ContractId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE contracts SET vanished_at = COALESCE(vanished_at, ?2) WHERE id = ?1";
    row::change(writing.connection(), sql, params![contract.0, Millis(now)])?;
    refresh_standing(writing, contract)
}

/// It answers again.
pub fn mark_visible(writing: &LedgerWriting<'_>, contract: ContractId) -> Result<(), StoreError> {
    let sql = "UPDATE contracts SET missing_since = NULL, vanished_at = NULL WHERE id = ?1";
    row::change(writing.connection(), sql, [contract.0])?;
    refresh_standing(writing, contract)
}

/// Notes that this app deleted a draft of its own and saw it gone.
pub fn mark_removed(
    writing: &LedgerWriting<'_>,
    contract: ContractId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE contracts SET removed_at = COALESCE(removed_at, ?2) WHERE id = ?1";
    row::change(writing.connection(), sql, params![contract.0, Millis(now)])?;
    refresh_standing(writing, contract)
}

/// [`mark_removed`], if the contract is known as a draft.
pub fn mark_draft_removed(
    writing: &LedgerWriting<'_>,
    contract: ContractId,
    now: Timestamp,
) -> Result<(), StoreError> {
    match by_id(writing, contract)? {
        Some(known) if !known.state.is_out() => mark_removed(writing, contract, now),
        Some(_) | None => Ok(()),
    }
}

/// One contract, removed ones included.
pub fn by_id(reading: &LedgerReading<'_>, id: ContractId) -> Result<Option<KnownContract>, StoreError> {
    Ok(all(reading, "WHERE id = ?1", [id.0])?.pop())
}

/// The contracts of a deal, newest first, removed ones left out.
pub fn of_deal(reading: &LedgerReading<'_>, deal: DealId) -> Result<Vec<KnownContract>, StoreError> {
    let which =
        "WHERE deal = ?1 AND removed_at IS NULL ORDER BY COALESCE(published_time, first_seen) DESC, id DESC";
    all(reading, which, [deal.0])
}

/// The newest contract of a deal that is out. One that cannot be seen any more counts: it is never "free to send again".
pub fn newest_out(reading: &LedgerReading<'_>, deal: DealId) -> Result<Option<KnownContract>, StoreError> {
    Ok(of_deal(reading, deal)?.into_iter().find(|contract| contract.state.is_out()))
}

/// The contracts that wait for signatures.
pub fn to_watch(reading: &LedgerReading<'_>) -> Result<Vec<KnownContract>, StoreError> {
    let which =
        "WHERE state IN ('pending', 'overdue') AND vanished_at IS NULL AND removed_at IS NULL ORDER BY id";
    all(reading, which, [])
}

/// All drafts that are known, oldest first.
pub fn drafts(reading: &LedgerReading<'_>) -> Result<Vec<KnownContract>, StoreError> {
    all(reading, "WHERE state = 'draft' AND removed_at IS NULL ORDER BY first_seen, id", [])
}

/// Whatever a send made: its contract, and spare drafts of earlier attempts.
pub fn of_send(reading: &LedgerReading<'_>, send: SendId) -> Result<Vec<KnownContract>, StoreError> {
    all(reading, "WHERE send = ?1 AND removed_at IS NULL ORDER BY id", [Printed(send)])
}

/// The contracts that cannot be seen in Oneflow any more.
pub fn vanished(reading: &LedgerReading<'_>) -> Result<Vec<KnownContract>, StoreError> {
    all(reading, "WHERE vanished_at IS NOT NULL AND removed_at IS NULL ORDER BY vanished_at, id", [])
}

/// All markers that are known, with their contracts.
pub fn markers(reading: &LedgerReading<'_>) -> Result<Vec<(ContractId, Marker)>, StoreError> {
    let sql = "SELECT id, marker FROM contracts WHERE marker IS NOT NULL AND removed_at IS NULL ORDER BY id";
    let read = |row: &Row<'_>| Ok((ContractId(row.read("id")?), row.printed("marker")?));
    row::all(reading.connection(), "contracts", sql, [], read)
}

/// Each look at a contract that differed from the one before, oldest first.
pub fn observations(
    reading: &LedgerReading<'_>,
    contract: ContractId,
) -> Result<Vec<(Timestamp, Observation)>, StoreError> {
    let sql = "SELECT id, seen_at, observation FROM observations WHERE contract = ?1 ORDER BY id";
    let read = |row: &Row<'_>| Ok((row.time("seen_at")?, row.json("observation")?));
    row::all(reading.connection(), "observations", sql, [contract.0], read)
}

/// A contract with everything around it.
pub fn detail(reading: &LedgerReading<'_>, id: ContractId) -> Result<Option<ContractDetail>, StoreError> {
    let Some(contract) = by_id(reading, id)? else { return Ok(None) };
    let send = match contract.send {
        Some(send) => sends::by_id(reading, send)?,
        None => None,
    };
    let versions = of_deal(reading, contract.deal)?;
    let changes = changes::of_contract(reading, id)?;
    let write_backs = write_backs::of_contract(reading, id)?;
    Ok(Some(ContractDetail { contract, send, changes, write_backs, versions }))
}

fn refresh_standing(writing: &LedgerWriting<'_>, contract: ContractId) -> Result<(), StoreError> {
    match by_id(writing, contract)? {
        Some(known) => standings::refresh(writing, known.deal),
        None => Ok(()),
    }
}

fn count(people: usize) -> i64 {
    i64::try_from(people).unwrap_or(i64::MAX)
}

fn all(
    reading: &LedgerReading<'_>,
    which: &str,
    params: impl Params,
) -> Result<Vec<KnownContract>, StoreError> {
    let sql = format!(
        "SELECT id, deal, generation, send, marker, name, {}, workspace, template, state, is_baseline, first_seen,
                observation, observed_at, updated_time, state_time, published_time, expiry_time, last_event,
                missing_since, vanished_at, removed_at
         FROM contracts {which}",
        title::COLUMNS
    );
    row::all(reading.connection(), "contracts", &sql, params, read)
}

fn read(row: &Row<'_>) -> RowResult<KnownContract> {
    Ok(KnownContract {
        id: ContractId(row.read("id")?),
        deal: DealId(row.read("deal")?),
        generation: Generation(row.read("generation")?),
        send: row.printed_or_none("send")?,
        marker: row.printed_or_none("marker")?,
        name: row.read("name")?,
        title: title::read(row)?,
        workspace: row.read::<Option<i64>>("workspace")?.map(WorkspaceId),
        template: row.read::<Option<i64>>("template")?.map(TemplateId),
        state: row.word("state")?,
        is_baseline: row.read("is_baseline")?,
        first_seen: row.time("first_seen")?,
        observation: row.json_or_none("observation")?,
        observed_at: row.time_or_none("observed_at")?,
        updated_time: row.time_or_none("updated_time")?,
        state_time: row.time_or_none("state_time")?,
        published_time: row.time_or_none("published_time")?,
        expiry_time: row.time_or_none("expiry_time")?,
        last_event: row.read("last_event")?,
        missing_since: row.time_or_none("missing_since")?,
        vanished_at: row.time_or_none("vanished_at")?,
        removed_at: row.time_or_none("removed_at")?,
    })
}
