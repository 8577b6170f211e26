//! The list of contracts: those that are out, and the sends that are on their way there.

use domain::{ContractId, DealId, Generation, SendId, Timestamp, send::SendTitle};
use rusqlite::{Result as RowResult, Row, ToSql};
use serde::{Deserialize, Serialize};

use super::{LedgerReading, title};
use crate::{
    error::StoreError,
    row::{self, Columns},
};

/// Where a row of the list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContractStatus {
    /// Being made.
    Sending,
    /// Waits for signatures.
    Awaiting,
    /// The signing period has passed.
    Expired,
    /// Signed by all.
    Signed,
    /// Declined by one.
    Declined,
    /// A person must look.
    NeedsAttention,
}

/// By what the list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ContractSort {
    /// When something last happened.
    #[default]
    Moved,
    /// When it was sent.
    Sent,
    /// Name of the deal.
    Deal,
    /// Name of the company.
    Company,
    /// Price of the deal.
    Amount,
    /// Where it stands.
    Status,
    /// Until when it can be signed.
    Expiry,
}

/// Which part of the list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractQuery {
    /// Empty: all.
    pub statuses: Vec<ContractStatus>,
    /// Words that must all occur.
    pub search: String,
    /// By what.
    pub sort: ContractSort,
    /// Greatest first.
    pub descending: bool,
    /// Rows to leave out.
    pub offset: u32,
    /// Rows wanted.
    pub limit: u32,
}

impl Default for ContractQuery {
    fn default() -> Self {
        Self {
            statuses: Vec::new(),
            search: String::new(),
            sort: ContractSort::Moved,
            descending: true,
            offset: 0,
            limit: 100,
        }
    }
}

/// One row of the list; a contract, or a send that has none out yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractRow {
    /// The contract, as far as one is known.
    pub contract: Option<ContractId>,
    /// The send of this ledger.
    pub send: Option<SendId>,
    /// Whose.
    pub deal: DealId,
    /// Which contract of the deal it replaces.
    pub generation: Generation,
    /// What the row shows.
    pub title: SendTitle,
    /// Where it stands.
    pub status: ContractStatus,
    /// Why it needs attention, as one word.
    pub why: Option<String>,
    /// How many have signed.
    pub signed: u32,
    /// How many must.
    pub signatories: u32,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// Until when it can be signed.
    pub expiry_time: Option<Timestamp>,
    /// When something last happened.
    pub moved_at: Timestamp,
}

/// How many rows stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ContractCounts {
    /// See [`ContractStatus::Sending`].
    pub sending: u64,
    /// See [`ContractStatus::Awaiting`].
    pub awaiting: u64,
    /// See [`ContractStatus::Expired`].
    pub expired: u64,
    /// See [`ContractStatus::Signed`].
    pub signed: u64,
    /// See [`ContractStatus::Declined`].
    pub declined: u64,
    /// See [`ContractStatus::NeedsAttention`].
    pub needs_attention: u64,
}

impl ContractCounts {
    /// Of one status.
    pub fn of(&self, status: ContractStatus) -> u64 {
        match status {
            ContractStatus::Sending => self.sending,
            ContractStatus::Awaiting => self.awaiting,
            ContractStatus::Expired => self.expired,
            ContractStatus::Signed => self.signed,
            ContractStatus::Declined => self.declined,
            ContractStatus::NeedsAttention => self.needs_attention,
        }
    }

    /// Of all statuses.
    pub fn all(&self) -> u64 {
        self.sending + self.awaiting + self.expired + self.signed + self.declined + self.needs_attention
    }

    fn set(&mut self, status: ContractStatus, count: u64) {
        match status {
            ContractStatus::Sending => self.sending = count,
            ContractStatus::Awaiting => self.awaiting = count,
            ContractStatus::Expired => self.expired = count,
            ContractStatus::Signed => self.signed = count,
            ContractStatus::Declined => self.declined = count,
            ContractStatus::NeedsAttention => self.needs_attention = count,
        }
    }
}

/// A part of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractPage {
    /// As wanted.
    pub rows: Vec<ContractRow>,
    /// Under the search and the statuses.
    pub total: u64,
    /// Under the search, whatever the status.
    pub counts: ContractCounts,
}

/// Contracts that are out, and unsettled sends past their hold that have none out.
const LISTED: &str = "
    WITH out AS (
        SELECT * FROM contracts WHERE state <> 'draft' AND removed_at IS NULL
    ), listed AS (
        SELECT out.id AS contract, out.send, out.deal, out.generation,
            out.title_deal, out.title_company, out.title_recipient, out.title_email, out.title_amount,
            out.title_currency, out.search,
            CASE
                WHEN out.vanished_at IS NOT NULL OR COALESCE(sends.state = 'needs_you', 0) THEN 'needs_attention'
                WHEN out.state = 'overdue' THEN 'expired'
                WHEN out.state IN ('signed', 'declined') THEN out.state
                ELSE 'awaiting'
            END AS status,
            CASE WHEN out.vanished_at IS NOT NULL THEN 'vanished' WHEN sends.state = 'needs_you' THEN sends.why END AS why,
            out.signed, out.signatories,
            COALESCE(out.published_time, out.first_seen) AS sent_at, out.expiry_time,
            MAX(COALESCE((SELECT MAX(at) FROM changes WHERE changes.contract = out.id), 0),
                COALESCE(out.state_time, out.published_time, out.first_seen)) AS moved_at
        FROM out LEFT JOIN sends ON sends.id = out.send
        UNION ALL
        SELECT sends.contract, sends.id, sends.deal, sends.generation,
            sends.title_deal, sends.title_company, sends.title_recipient, sends.title_email, sends.title_amount,
            sends.title_currency, sends.search,
            IIF(sends.state IN ('needs_you', 'rejected'), 'needs_attention', 'sending'), sends.why,
            0, 0, NULL, NULL, sends.state_since
        FROM sends
        WHERE sends.is_settled = 0 AND sends.state NOT IN ('held', 'queued')
            AND NOT EXISTS (SELECT 1 FROM out WHERE out.send = sends.id)
    )";

/// A part of the list, with the counts for its filter.
pub fn page(reading: &LedgerReading<'_>, query: &ContractQuery) -> Result<ContractPage, StoreError> {
    let words = title::words(&query.search);
    let found = if words.is_empty() {
        "1".to_owned()
    } else {
        vec!["instr(search, ?) > 0"; words.len()].join(" AND ")
    };
    let words: Vec<&dyn ToSql> = words.iter().map(|word| word as &dyn ToSql).collect();
    let counts = counts(reading, &found, &words)?;
    let total = match query.statuses.as_slice() {
        [] => counts.all(),
        chosen => chosen.iter().map(|status| counts.of(*status)).sum(),
    };
    let sql = format!(
        "{LISTED} SELECT contract, send, deal, generation, {title}, status, why, signed, signatories, sent_at,
            expiry_time, moved_at
         FROM listed WHERE {found} AND {statuses} ORDER BY {order} LIMIT ? OFFSET ?",
        title = title::COLUMNS,
        statuses = status_condition(&query.statuses),
        order = order(query.sort, query.descending),
    );
    let params = [words.as_slice(), &[&query.limit as &dyn ToSql, &query.offset]].concat();
    let rows = row::all(reading.connection(), "contracts", &sql, params.as_slice(), read)?;
    Ok(ContractPage { rows, total, counts })
}

fn counts(
    reading: &LedgerReading<'_>,
    found: &str,
    words: &[&dyn ToSql],
) -> Result<ContractCounts, StoreError> {
    let sql = format!("{LISTED} SELECT status, COUNT(*) AS count FROM listed WHERE {found} GROUP BY status");
    let rows = row::all(reading.connection(), "contracts", &sql, words, |row| {
        Ok((row.word::<ContractStatus>("status")?, row.count("count")?))
    })?;
    let mut counts = ContractCounts::default();
    for (status, count) in rows {
        counts.set(status, count);
    }
    Ok(counts)
}

fn status_condition(statuses: &[ContractStatus]) -> String {
    if statuses.is_empty() {
        return "1".to_owned();
    }
    let words: Vec<String> = statuses.iter().map(|status| format!("'{}'", row::word(status))).collect();
    format!("status IN ({})", words.join(", "))
}

fn order(sort: ContractSort, descending: bool) -> String {
    let column = match sort {
        ContractSort::Moved => "moved_at",
        ContractSort::Sent => "sent_at",
        // The search text begins with the folded name of the deal.
        ContractSort::Deal => "search",
        ContractSort::Company => "substr(search, instr(search, char(10)) + 1)",
        ContractSort::Amount => "title_amount",
        ContractSort::Status => "status",
        ContractSort::Expiry => "expiry_time",
    };
    let direction = if descending { "DESC" } else { "ASC" };
    // Rows without a value come last in both directions.
    format!("{column} IS NULL, {column} {direction}, deal {direction}, contract {direction}")
}

fn read(row: &Row<'_>) -> RowResult<ContractRow> {
    Ok(ContractRow {
        contract: row.read::<Option<i64>>("contract")?.map(ContractId),
        send: row.printed_or_none("send")?,
        deal: DealId(row.read("deal")?),
        generation: Generation(row.read("generation")?),
        title: title::read(row)?,
        status: row.word("status")?,
        why: row.read("why")?,
        signed: row.read("signed")?,
        signatories: row.read("signatories")?,
        sent_at: row.time_or_none("sent_at")?,
        expiry_time: row.time_or_none("expiry_time")?,
        moved_at: row.time("moved_at")?,
    })
}
