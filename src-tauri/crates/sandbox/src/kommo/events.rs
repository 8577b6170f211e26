//! The account's history (api/kommo.md §16).

use serde_json::{Value, json};

use super::paging::{self, Counts, Page, Range, list, self_link};
use super::state::Event;
use crate::server::{Call, Query, Reply};
use crate::shared::World;

/// Guess: amoCRM's limit of a page, not Kommo's page of 250 (api/kommo.md §16).
const MOST_PER_PAGE: usize = 100;

/// `GET /api/v4/events`. Guess: newest first.
pub(super) fn all(world: &mut World, call: &Call) -> Reply {
    let query = &call.query;
    let created = Range::or_since(query, "created_at");
    let types = comma_lists(query, "filter[type]");
    let kinds = comma_lists(query, "filter[entity]");
    let ids = query.numbers("filter[entity_id]");
    let authors = query.numbers("filter[created_by]");
    let stage = stage_after(query);
    let events: Vec<&Event> = world
        .kommo
        .events
        .iter()
        .rev()
        .filter(|event| types.is_empty() || types.contains(&event.event_type.as_str()))
        .filter(|event| kinds.is_empty() || kinds.contains(&event.kind.singular()))
        .filter(|event| ids.is_empty() || ids.contains(&event.entity_id))
        .filter(|event| authors.is_empty() || authors.contains(&event.created_by))
        .filter(|event| created.holds(Some(event.created_at)))
        .filter(|event| stage.is_none_or(|stage| leads_to(event, stage)))
        .collect();
    let page = Page::of(query);
    let (events, more) = Page { limit: page.limit.min(MOST_PER_PAGE), ..page }.cut(events);
    let rows: Vec<Value> = events.into_iter().map(|event| view(world, call, event)).collect();
    list(call, "events", &rows, more, Counts::None)
}

/// `GET /api/v4/events/{event}`
pub(super) fn one(world: &mut World, call: &Call) -> Reply {
    let found = world.kommo.events.iter().find(|event| Some(event.id.as_str()) == call.text("event"));
    found.map_or(Reply::empty(204), |event| Reply::json(200, paging::HAL, &view(world, call, event)))
}

fn comma_lists<'a>(query: &'a Query, key: &str) -> Vec<&'a str> {
    query.all(key).into_iter().flat_map(|list| list.split(',')).collect()
}

fn stage_after(query: &Query) -> Option<(i64, i64)> {
    let number = |key| query.get(&format!("filter[value_after][leads_statuses][0][{key}]"))?.parse().ok();
    Some((number("pipeline_id")?, number("status_id")?))
}

fn leads_to(event: &Event, (pipeline, status): (i64, i64)) -> bool {
    let stage = &event.value_after[0]["lead_status"];
    stage["id"].as_i64() == Some(status) && stage["pipeline_id"].as_i64() == Some(pipeline)
}

fn view(world: &World, call: &Call, event: &Event) -> Value {
    let entity = format!("{}/api/v4/{}/{}", call.base, event.kind.plural(), event.entity_id);
    json!({
        "id": event.id,
        "type": event.event_type,
        "entity_id": event.entity_id,
        "entity_type": event.kind.singular(),
        "created_by": event.created_by,
        "created_at": event.created_at,
        "value_before": event.value_before,
        "value_after": event.value_after,
        "account_id": world.kommo.account.id,
        "_links": self_link(&format!("{}/api/v4/events/{}", call.base, event.id)),
        "_embedded": { "entity": { "id": event.entity_id, "_links": self_link(&entity) } },
    })
}
