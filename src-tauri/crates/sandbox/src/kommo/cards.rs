//! What leads, contacts and companies have in common on the wire.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::field_values::FieldChange;
use super::refusal::{ItemProblems, Problem};
use super::state::{Card, Kind, Kommo};
use super::{Refusal, paging};
use crate::server::{Call, Reply};
use crate::shared::World;
use crate::switches::{SearchIndex, SinglePatchAnswer};

/// The kind of card that a path is about: `/api/v4/leads/…`.
pub(super) fn kind_of(call: &Call) -> Kind {
    call.path.split('/').nth(3).and_then(Kind::from_plural).unwrap_or(Kind::Leads)
}

/// `_embedded.tags`.
pub(super) fn tags(card: &Card) -> Value {
    json!(
        card.tags
            .iter()
            .map(|(id, name)| json!({ "id": id, "name": name, "color": null }))
            .collect::<Vec<_>>()
    )
}

/// Whether `query` finds a card: its name or the text of a field's value holds the (lower-case) text.
pub(super) fn mentions(card: &Card, text: &str, now: Timestamp) -> bool {
    card.searchable_from <= now
        && (card.name.to_lowercase().contains(text)
            || card.values.iter().flat_map(|held| &held.values).any(|held| match &held.value {
                Value::String(value) => value.to_lowercase().contains(text),
                other => other.to_string().contains(text),
            }))
}

/// When a card changed now can be searched.
///
/// Guess: one to three seconds later with the late index, the same for every asker (api/kommo.md §21.2).
pub(super) fn searchable_from(now: Timestamp, id: i64, index: SearchIndex) -> Timestamp {
    match index {
        SearchIndex::Immediate => now,
        SearchIndex::Late => now + SignedDuration::from_millis(1_000 + id.rem_euclid(2_001)),
    }
}

/// The keys that every kind of card takes in a write.
#[derive(Debug, Clone, Default)]
pub(super) struct CardChange {
    pub(super) name: Option<String>,
    pub(super) responsible_user_id: Option<i64>,
    pub(super) created_at: Option<i64>,
    pub(super) updated_at: Option<i64>,
    pub(super) values: Vec<FieldChange>,
    pub(super) tags_to_add: Vec<Value>,
    pub(super) tags_to_delete: Vec<Value>,
    pub(super) all_tags: Option<Vec<Value>>,
}

impl CardChange {
    pub(super) fn read(kommo: &Kommo, kind: Kind, item: &Value, problems: &mut Vec<Problem>) -> Self {
        let responsible_user_id = number(item, "responsible_user_id", problems);
        if responsible_user_id.is_some_and(|id| kommo.user(id).is_none()) {
            problems.push(Problem::new("NotSupportedChoice", "responsible_user_id"));
        }
        Self {
            name: text(item, "name", problems),
            responsible_user_id,
            created_at: number(item, "created_at", problems),
            updated_at: number(item, "updated_at", problems),
            values: super::field_values::read(kommo, kind, &item["custom_fields_values"], problems),
            tags_to_add: list(&item["tags_to_add"]),
            tags_to_delete: list(&item["tags_to_delete"]),
            all_tags: item["_embedded"].get("tags").map(list),
        }
    }

    /// Carries the change out; tells which fields took another value.
    pub(super) fn apply(self, card: &mut Card, by: i64, now: Timestamp, index: SearchIndex) -> Vec<i64> {
        if let Some(name) = self.name {
            card.name = name;
        }
        if let Some(user) = self.responsible_user_id {
            card.responsible_user_id = user;
        }
        if let Some(created_at) = self.created_at {
            card.created_at = created_at;
        }
        if let Some(tags) = &self.all_tags {
            card.tags.clear();
            for tag in tags {
                add_tag(card, tag);
            }
        }
        for tag in &self.tags_to_add {
            add_tag(card, tag);
        }
        for tag in &self.tags_to_delete {
            card.tags
                .retain(|(id, name)| tag["id"].as_i64() != Some(*id) && tag["name"].as_str() != Some(name));
        }
        let changed = super::field_values::apply(&mut card.values, self.values);
        card.updated_at = self.updated_at.unwrap_or(now.as_second());
        card.updated_by = by;
        card.searchable_from = searchable_from(now, card.id, index);
        changed
    }
}

fn add_tag(card: &mut Card, tag: &Value) {
    let Some(name) = tag["name"].as_str() else { return };
    if card.tags.iter().all(|(_, known)| known != name) {
        // Tags are an account's own list in the real service; here an id is made from the name.
        let id = tag["id"].as_i64().unwrap_or_else(|| 3_301 + i64::try_from(name.len()).unwrap_or_default());
        card.tags.push((id, name.to_owned()));
    }
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

/// An optional whole number of a write.
pub(super) fn number(item: &Value, key: &str, problems: &mut Vec<Problem>) -> Option<i64> {
    match &item[key] {
        Value::Null => None,
        value => {
            let number = value.as_i64();
            if number.is_none() {
                problems.push(Problem::new("InvalidType", key));
            }
            number
        }
    }
}

/// An optional text of a write.
pub(super) fn text(item: &Value, key: &str, problems: &mut Vec<Problem>) -> Option<String> {
    match &item[key] {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        _ => {
            problems.push(Problem::new("InvalidType", key));
            None
        }
    }
}

/// All or nothing: the changes of a batch, or everything that is wrong with it (api/kommo.md §18.3).
pub(super) fn gather<T>(
    items: &[Value],
    mut read: impl FnMut(&Value, &mut Vec<Problem>) -> Option<T>,
) -> Result<Vec<T>, Refusal> {
    let mut changes = Vec::new();
    let mut wrong = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let mut problems = Vec::new();
        let change = read(item, &mut problems);
        match change {
            Some(change) if problems.is_empty() => changes.push(change),
            _ => wrong.push(ItemProblems { request_id: paging::request_id(item, index), problems }),
        }
    }
    if wrong.is_empty() { Ok(changes) } else { Err(Refusal::Validation(wrong)) }
}

/// The answer to a PATCH of one card, in the shape that the switch asks for.
pub(super) fn single_patch(world: &World, call: &Call, name: &str, item: &Value) -> Reply {
    match world.switches.kommo.single_patch_answer {
        SinglePatchAnswer::Root => Reply::json(200, paging::HAL, item),
        SinglePatchAnswer::Wrapper => paging::written(call, name, std::slice::from_ref(item)),
    }
}
