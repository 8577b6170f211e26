//! The list of deals: a page of it, its rows with where each deal stands, and the two numbers above it.
//!
//! The list lies in the cache, the standings in the ledger; readers of the cache see both. Each list column has an
//! index that also holds what the filters ask for, so that a page reads few rows of the table itself.

use domain::{ContractId, DealId, Money, PipelineId, SendId, StageId, Timestamp, UserId};
use rusqlite::{Result as RowResult, Row, ToSql};
use serde::{Deserialize, Serialize};

use super::CacheReading;
use crate::{
    error::StoreError,
    facts,
    ledger::{amount, words},
    row::{self, Columns},
};

mod conditions;

use conditions::{Conditions, STATUS, TABLES, TO_SEND, order, tables};

/// Which deals the list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DealScope {
    /// Ready, nothing out, field empty, not set aside; those that are being sent stay until they are out.
    #[default]
    ToSend,
    /// All ready deals, and those of other stages that have a contract or a send.
    All,
}

/// By what the list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DealSort {
    /// Name of the deal.
    Name,
    /// Name of the company.
    Company,
    /// Name of the main contact.
    Contact,
    /// Price.
    Amount,
    /// Name of the pipeline.
    Pipeline,
    /// Name of the owner.
    Owner,
    /// When it was won.
    #[default]
    WonAt,
    /// Where it stands.
    Status,
}

/// Where a deal stands, without the details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DealStatusWord {
    /// Can be sent.
    Ready,
    /// The undo time runs.
    Leaving,
    /// Waits for its turn, for a connection or for a token.
    Queued,
    /// Being made.
    Sending,
    /// A person must look.
    NeedsAttention,
    /// Waits for signatures.
    Awaiting,
    /// The signing period has passed.
    Expired,
    /// Signed by all.
    Signed,
    /// Declined by one.
    Declined,
    /// The contract field names something that this seat does not know.
    SentElsewhere,
    /// Taken off the list.
    SetAside,
}

/// Where a deal stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DealStatus {
    /// Can be sent.
    Ready,
    /// The undo time runs.
    Leaving {
        /// Which send.
        send: SendId,
    },
    /// Waits for its turn, for a connection or for a token.
    Queued {
        /// Which send.
        send: SendId,
    },
    /// Being made.
    Sending {
        /// Which send.
        send: SendId,
    },
    /// A person must look.
    NeedsAttention {
        /// The send that asks.
        send: Option<SendId>,
        /// The contract that is meant.
        contract: Option<ContractId>,
        /// The word of a `NeedsReason`, `stopped`, `rejected_` with the word of the refusal, or `vanished`.
        why: String,
    },
    /// Waits for signatures.
    Awaiting {
        /// Which contract; unknown until a look finds the contract of a rescued send.
        contract: Option<ContractId>,
        /// How many have signed.
        signed: u32,
        /// How many must.
        signatories: u32,
    },
    /// The signing period has passed.
    Expired {
        /// Which contract.
        contract: Option<ContractId>,
    },
    /// Signed by all.
    Signed {
        /// Which contract.
        contract: Option<ContractId>,
    },
    /// Declined by one.
    Declined {
        /// Which contract.
        contract: Option<ContractId>,
    },
    /// The contract field names something that this seat does not know.
    SentElsewhere {
        /// What stands in the field.
        text: String,
    },
    /// Taken off the list.
    SetAside {
        /// When.
        at: Timestamp,
    },
}

/// What narrows the list; empty lists narrow nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DealFilter {
    /// Owners; "My deals" is one of them.
    pub responsible: Vec<UserId>,
    /// Pipelines.
    pub pipelines: Vec<PipelineId>,
    /// Where they stand.
    pub statuses: Vec<DealStatusWord>,
    /// Won at this moment or later.
    pub won_from: Option<Timestamp>,
    /// Won before this moment.
    pub won_until: Option<Timestamp>,
}

/// Which part of the list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealQuery {
    /// Which deals.
    pub scope: DealScope,
    /// Words that must all occur in the names of deal, company or contacts, in their e-mails, or as the deal's id.
    pub search: String,
    /// What narrows the list.
    pub filter: DealFilter,
    /// By what.
    pub sort: DealSort,
    /// Greatest first.
    pub descending: bool,
    /// Rows to leave out.
    pub offset: u32,
    /// Rows wanted.
    pub limit: u32,
}

impl Default for DealQuery {
    fn default() -> Self {
        Self {
            scope: DealScope::ToSend,
            search: String::new(),
            filter: DealFilter::default(),
            sort: DealSort::WonAt,
            descending: true,
            offset: 0,
            limit: 100,
        }
    }
}

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealRow {
    /// Kommo's id.
    pub id: DealId,
    /// May be empty.
    pub name: String,
    /// Empty where there is none.
    pub company: String,
    /// The main contact; empty where there is none.
    pub contact: String,
    /// Price.
    pub amount: Option<Money>,
    /// Where it stands in Kommo.
    pub pipeline: PipelineId,
    /// Empty while pipelines are not cached.
    pub pipeline_name: String,
    /// Where it stands in Kommo.
    pub stage: StageId,
    /// Whether it can be sent from there.
    pub is_ready: bool,
    /// Owner.
    pub responsible: UserId,
    /// Empty where users cannot be read.
    pub owner: String,
    /// When it was won.
    pub won_at: Option<Timestamp>,
    /// Where it stands here.
    pub status: DealStatus,
}

/// The two numbers above the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DealCounts {
    /// Deals of [`DealScope::ToSend`].
    pub to_send: u64,
    /// Deals in a ready stage.
    pub won: u64,
}

/// A part of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealPage {
    /// As wanted.
    pub rows: Vec<DealRow>,
    /// Under scope, search and filter.
    pub total: u64,
    /// Under the filter but for its statuses, whatever scope and search.
    pub counts: DealCounts,
    /// When the last whole sync ended.
    pub as_of: Option<Timestamp>,
}

/// A part of the list.
pub fn page(reading: &CacheReading<'_>, query: &DealQuery) -> Result<DealPage, StoreError> {
    let sums = sums(reading, &query.filter)?;
    let is_plain = words(&query.search).is_empty() && query.filter.statuses.is_empty();
    let (found, total) = match query.scope {
        DealScope::ToSend if is_plain => (find(reading, query)?, sums.counts.to_send),
        DealScope::All if is_plain => (find(reading, query)?, sums.listed),
        DealScope::ToSend | DealScope::All => find_and_count(reading, query)?,
    };
    let rows = found.into_iter().filter_map(|id| row(reading, id).transpose()).collect::<Result<_, _>>()?;
    Ok(DealPage { rows, total, counts: sums.counts, as_of: facts::get(reading, &facts::DEALS_AS_OF)? })
}

/// One row, whether or not the list would show it.
pub fn row(reading: &CacheReading<'_>, id: DealId) -> Result<Option<DealRow>, StoreError> {
    let sql = format!(
        "SELECT deals.id, deals.name, company_name, contact_name, price, currency, pipeline, pipelines.name AS pipeline_name,
                stage, is_ready, responsible, users.name AS owner, won_at, contract_field, {STATUS} AS status,
                standing.why, standing.send, standing.contract, COALESCE(standing.signed, 0) AS signed,
                COALESCE(standing.signatories, 0) AS signatories, standing.set_aside_at
         FROM {TABLES} LEFT JOIN pipelines ON pipelines.id = deals.pipeline LEFT JOIN users ON users.id = deals.responsible
         WHERE deals.id = ?1"
    );
    row::first(reading.connection(), "deals", &sql, [id.0], read)
}

/// The two numbers above the list.
pub fn counts(reading: &CacheReading<'_>, filter: &DealFilter) -> Result<DealCounts, StoreError> {
    Ok(sums(reading, filter)?.counts)
}

struct Sums {
    counts: DealCounts,
    /// Deals of [`DealScope::All`].
    listed: u64,
}

/// Counts along an index of the cache as if nothing was known in the ledger, then corrects by the standings: there
/// are far fewer of them than deals.
fn sums(reading: &CacheReading<'_>, filter: &DealFilter) -> Result<Sums, StoreError> {
    let mut conditions = Conditions::default();
    conditions.filter(filter);
    let (filter, values) = (conditions.text(), conditions.values());
    let sql = format!(
        "SELECT COUNT(*) AS won, COUNT(*) FILTER (WHERE contract_field = '') AS empty FROM deals
         WHERE is_ready = 1 AND {filter}"
    );
    let read = |row: &Row<'_>| Ok((row.count("won")?, row.count("empty")?));
    let (won, empty) =
        row::first(reading.connection(), "deals", &sql, values.as_slice(), read)?.unwrap_or_default();
    let sql = format!(
        "SELECT COUNT(*) FILTER (WHERE is_ready = 1 AND contract_field = '' AND NOT ({TO_SEND})) AS gone,
                COUNT(*) FILTER (WHERE contract_field <> '' AND {TO_SEND}) AS kept,
                COUNT(*) FILTER (WHERE is_ready = 0 AND standing.is_kept = 1) AS moved
         FROM ledger.standings AS standing CROSS JOIN deals ON deals.id = standing.deal WHERE {filter}"
    );
    let read = |row: &Row<'_>| Ok((row.count("gone")?, row.count("kept")?, row.count("moved")?));
    let corrections = row::first(reading.connection(), "standings", &sql, values.as_slice(), read)?;
    let (gone, kept, moved) = corrections.unwrap_or_default();
    let to_send = (empty + kept).saturating_sub(gone);
    Ok(Sums { counts: DealCounts { to_send, won }, listed: won + moved })
}

/// The ids of the page, along the index of its order.
fn find(reading: &CacheReading<'_>, query: &DealQuery) -> Result<Vec<DealId>, StoreError> {
    let mut conditions = Conditions::default();
    conditions.scope(query.scope);
    conditions.filter(&query.filter);
    let (column, direction) = order(query);
    let sql = format!(
        "SELECT deals.id AS id FROM {TABLES} WHERE {} ORDER BY {column} {direction}, deals.id {direction}
         LIMIT ? OFFSET ?",
        conditions.text()
    );
    let params = [conditions.values().as_slice(), &[&query.limit as &dyn ToSql, &query.offset]].concat();
    let read = |row: &Row<'_>| Ok(DealId(row.read("id")?));
    row::all(reading.connection(), "deals", &sql, params.as_slice(), read)
}

/// The ids of the page and how many there are in all, in one pass over the search texts.
fn find_and_count(reading: &CacheReading<'_>, query: &DealQuery) -> Result<(Vec<DealId>, u64), StoreError> {
    let mut conditions = Conditions::default();
    conditions.search(&query.search);
    conditions.scope(query.scope);
    conditions.filter(&query.filter);
    conditions.statuses(&query.filter.statuses);
    let (column, direction) = order(query);
    let tables = tables(query);
    let wanted = conditions.text();
    // The first row stands for the count, so that a page past the end still tells it.
    let sql = format!(
        "WITH found AS MATERIALIZED (
             SELECT deals.id AS id, {column} AS sorted FROM {tables} WHERE {wanted}
         ), wanted AS MATERIALIZED (
             SELECT id, sorted FROM found ORDER BY sorted {direction}, id {direction} LIMIT ? OFFSET ?
         )
         SELECT wanted.id AS id, (SELECT COUNT(*) FROM found) AS total FROM (SELECT 1) LEFT JOIN wanted
         ORDER BY wanted.sorted {direction}, wanted.id {direction}"
    );
    let params = [conditions.values().as_slice(), &[&query.limit as &dyn ToSql, &query.offset]].concat();
    let read = |row: &Row<'_>| Ok((row.read::<Option<i64>>("id")?.map(DealId), row.count("total")?));
    let rows = row::all(reading.connection(), "deals", &sql, params.as_slice(), read)?;
    let total = rows.first().map_or(0, |(_, total)| *total);
    Ok((rows.into_iter().filter_map(|(id, _)| id).collect(), total))
}

fn read(row: &Row<'_>) -> RowResult<DealRow> {
    let currency: String = row.read("currency")?;
    Ok(DealRow {
        id: DealId(row.read("id")?),
        name: row.read("name")?,
        company: row.read("company_name")?,
        contact: row.read("contact_name")?,
        amount: row.read::<Option<i64>>("price")?.map(|minor| amount(minor, currency)),
        pipeline: PipelineId(row.read("pipeline")?),
        pipeline_name: row.read::<Option<String>>("pipeline_name")?.unwrap_or_default(),
        stage: StageId(row.read("stage")?),
        is_ready: row.read("is_ready")?,
        responsible: UserId(row.read("responsible")?),
        owner: row.read::<Option<String>>("owner")?.unwrap_or_default(),
        won_at: row.time_or_none("won_at")?,
        status: read_status(row)?,
    })
}

fn read_status(row: &Row<'_>) -> RowResult<DealStatus> {
    let contract = row.read::<Option<i64>>("contract")?.map(ContractId);
    Ok(match row.word::<DealStatusWord>("status")? {
        DealStatusWord::Ready => DealStatus::Ready,
        DealStatusWord::Leaving => DealStatus::Leaving { send: row.printed("send")? },
        DealStatusWord::Queued => DealStatus::Queued { send: row.printed("send")? },
        DealStatusWord::Sending => DealStatus::Sending { send: row.printed("send")? },
        DealStatusWord::NeedsAttention => DealStatus::NeedsAttention {
            send: row.printed_or_none("send")?,
            contract,
            why: row.read::<Option<String>>("why")?.unwrap_or_default(),
        },
        DealStatusWord::Awaiting => DealStatus::Awaiting {
            contract,
            signed: row.read("signed")?,
            signatories: row.read("signatories")?,
        },
        DealStatusWord::Expired => DealStatus::Expired { contract },
        DealStatusWord::Signed => DealStatus::Signed { contract },
        DealStatusWord::Declined => DealStatus::Declined { contract },
        DealStatusWord::SentElsewhere => DealStatus::SentElsewhere { text: row.read("contract_field")? },
        DealStatusWord::SetAside => DealStatus::SetAside { at: row.time("set_aside_at")? },
    })
}
