//! The filters that lists of leads, contacts and companies share (api/kommo.md §5.3, §7.1).

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::paging::{Among, Range};
use super::state::Card;
use crate::server::Call;

/// Which cards a call asks for.
pub(super) struct CardFilter<'a> {
    ids: Among,
    owners: Among,
    created_by: Among,
    updated_by: Among,
    names: Option<Vec<&'a str>>,
    created: Range,
    updated: Range,
    text: Option<String>,
    now: Timestamp,
}

impl<'a> CardFilter<'a> {
    pub(super) fn of(call: &'a Call) -> Self {
        let query = &call.query;
        Self {
            ids: Among::of(query, "filter[id]"),
            owners: Among::of(query, "filter[responsible_user_id]"),
            created_by: Among::of(query, "filter[created_by]"),
            updated_by: Among::of(query, "filter[updated_by]"),
            names: query.has("filter[name]").then(|| query.all("filter[name]")),
            created: Range::of(query, "created_at"),
            updated: Range::of(query, "updated_at"),
            text: query.get("query").map(str::to_lowercase),
            now: call.now,
        }
    }

    /// Without the time of creation. Guess: contacts do not know that filter (api/kommo.md §7.1).
    pub(super) fn whenever_created(self) -> Self {
        Self { created: Range::default(), ..self }
    }

    /// Those to look at, by id: the ones named, else all. A large account is not walked for a few ids.
    pub(super) fn candidates<'m, T>(&self, all: &'m BTreeMap<i64, T>) -> Vec<&'m T> {
        match self.ids.numbers() {
            Some(ids) => ids.iter().filter_map(|id| all.get(id)).collect(),
            None => all.values().collect(),
        }
    }

    /// Whether a card is asked for. The trash is the caller's concern.
    pub(super) fn holds(&self, card: &Card) -> bool {
        self.owners.holds(card.responsible_user_id)
            && self.created_by.holds(card.created_by)
            && self.updated_by.holds(card.updated_by)
            && self.names.as_ref().is_none_or(|names| names.contains(&card.name.as_str()))
            && self.created.holds(Some(card.created_at))
            && self.updated.holds(Some(card.updated_at))
            && self.text.as_deref().is_none_or(|text| super::cards::mentions(card, text, self.now))
    }
}
