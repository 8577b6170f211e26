//! What of the list is wanted, as SQL: conditions with their values, tables, order.

use rusqlite::ToSql;

use super::{DealFilter, DealQuery, DealScope, DealSort, DealStatusWord};
use crate::{
    ledger::words,
    row::{self, Millis},
};

/// Still in "To send": the contract field counts only while this app is not writing it itself.
pub(super) const TO_SEND: &str = "deals.is_ready = 1 AND COALESCE(standing.is_to_send, 1) = 1
    AND (deals.contract_field = '' OR standing.is_unsettled = 1)";

/// The word of [`DealStatusWord`].
pub(super) const STATUS: &str = "CASE
    WHEN standing.status IS NOT NULL AND standing.status <> 'set_aside' THEN standing.status
    WHEN deals.contract_field <> '' THEN 'sent_elsewhere'
    ELSE COALESCE(standing.status, 'ready') END";

pub(super) const TABLES: &str = "deals LEFT JOIN ledger.standings AS standing ON standing.deal = deals.id";

/// Conditions with the values they ask for.
#[derive(Default)]
pub(super) struct Conditions {
    texts: Vec<String>,
    values: Vec<Box<dyn ToSql>>,
}

impl Conditions {
    fn and(&mut self, text: impl Into<String>) {
        self.texts.push(text.into());
    }

    fn and_with(&mut self, text: &str, value: impl ToSql + 'static) {
        self.texts.push(text.to_owned());
        self.values.push(Box::new(value));
    }

    pub(super) fn text(&self) -> String {
        if self.texts.is_empty() { "1".to_owned() } else { self.texts.join(" AND ") }
    }

    pub(super) fn values(&self) -> Vec<&dyn ToSql> {
        self.values.iter().map(AsRef::as_ref).collect()
    }

    pub(super) fn filter(&mut self, filter: &DealFilter) {
        self.and_any("deals.responsible", filter.responsible.iter().map(|user| user.0));
        self.and_any("deals.pipeline", filter.pipelines.iter().map(|pipeline| pipeline.0));
        if let Some(from) = filter.won_from {
            self.and_with("deals.won_at >= ?", Millis(from));
        }
        if let Some(until) = filter.won_until {
            self.and_with("deals.won_at < ?", Millis(until));
        }
    }

    pub(super) fn statuses(&mut self, statuses: &[DealStatusWord]) {
        if !statuses.is_empty() {
            let words: Vec<String> =
                statuses.iter().map(|status| format!("'{}'", row::word(status))).collect();
            let words = words.join(", ");
            self.and(format!("{STATUS} IN ({words})"));
            if come_from_standings(statuses) {
                self.and(format!("standing.status IN ({words})"));
            }
        }
    }

    pub(super) fn scope(&mut self, scope: DealScope) {
        self.and(match scope {
            DealScope::ToSend => TO_SEND,
            DealScope::All => "(deals.is_ready = 1 OR standing.is_kept = 1)",
        });
    }

    pub(super) fn search(&mut self, search: &str) {
        let words = words(search);
        if !words.is_empty() {
            self.and("deals.id = deal_search.deal");
        }
        for word in words {
            self.and_with("instr(deal_search.text, ?) > 0", word);
        }
    }

    fn and_any(&mut self, column: &str, numbers: impl Iterator<Item = i64>) {
        let numbers: Vec<String> = numbers.map(|number| number.to_string()).collect();
        if !numbers.is_empty() {
            self.and(format!("{column} IN ({})", numbers.join(", ")));
        }
    }
}

/// By what the list is sorted before the id, and in which direction.
pub(super) fn order(query: &DealQuery) -> (&'static str, &'static str) {
    let column = match query.sort {
        DealSort::Name => "deals.sort_name",
        DealSort::Company => "deals.sort_company",
        DealSort::Contact => "deals.sort_contact",
        DealSort::Amount => "deals.price",
        DealSort::Pipeline => "deals.sort_pipeline",
        DealSort::Owner => "deals.sort_owner",
        DealSort::WonAt => "deals.won_at",
        DealSort::Status => STATUS,
    };
    (column, if query.descending { "DESC" } else { "ASC" })
}

/// Whether only deals with a standing in the ledger can have one of these statuses.
fn come_from_standings(statuses: &[DealStatusWord]) -> bool {
    let needs_none =
        |status: &DealStatusWord| matches!(status, DealStatusWord::Ready | DealStatusWord::SentElsewhere);
    !statuses.is_empty() && !statuses.iter().any(needs_none)
}

/// The tables in the order that reads least: search texts first, or the few standings that have a wanted status.
pub(super) fn tables(query: &DealQuery) -> String {
    if !words(&query.search).is_empty() {
        format!("deal_search CROSS JOIN {TABLES}")
    } else if come_from_standings(&query.filter.statuses) {
        "ledger.standings AS standing CROSS JOIN deals ON deals.id = standing.deal".to_owned()
    } else {
        TABLES.to_owned()
    }
}
