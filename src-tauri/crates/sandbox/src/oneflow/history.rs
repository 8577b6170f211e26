//! Events and comments of a contract (api/oneflow.md §3.13 and §3.14).

use serde_json::{Value, json};

use super::Refusal;
use super::admission::needs_user;
use super::contracts::{event_order, find};
use super::listing::{list, shown, sort};
use super::refusal::Problems;
use super::state::{Comment, Contract, Event};
use crate::server::{Call, Reply};
use crate::shared::World;

/// `GET /v1/contracts/{id}/events`. Guess: oldest first without `sort`.
pub(super) fn events(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    world.oneflow.settle(call.now);
    let contract = find(world, call)?;
    let mut events: Vec<&Event> = contract.events.iter().collect();
    sort(call, &mut events, &["created_time", "id", "type"], |key, a, b| event_order(key, a, b))?;
    list(call, events.into_iter().map(|event| event_view(call, contract, event)))
}

/// `GET /v1/contracts/{id}/events/{event}`
pub(super) fn event(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let contract = find(world, call)?;
    let wanted = call.id("event");
    let event = contract.events.iter().find(|event| Some(event.id) == wanted).ok_or(Refusal::NotFound)?;
    Ok(Reply::json(200, super::JSON, &event_view(call, contract, event)))
}

fn event_view(call: &Call, contract: &Contract, event: &Event) -> Value {
    let actor = event.actor.as_ref().map(|actor| {
        json!({ "id": actor.id, "name": actor.name, "party": { "id": actor.party_id, "name": actor.party_name } })
    });
    let mut data = json!({ "subject": event.subject });
    // Changes are there only on updates.
    if !event.changes.is_null() {
        data["changes"] = event.changes.clone();
    }
    json!({
        "_links": super::self_link(call, &format!("contracts/{}/events/{}", contract.id, event.id)),
        "id": event.id,
        "type": event.event_type,
        "created_time": shown(event.at),
        "actor": actor,
        "data": data,
    })
}

/// `GET /v1/contracts/{id}/comments`
pub(super) fn comments(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let contract = find(world, call)?;
    list(call, contract.comments.iter().map(comment_view))
}

/// `POST /v1/contracts/{id}/comments`
pub(super) fn add_comment(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let caller = needs_user(call)?;
    let id = find(world, call)?.id;
    let sent = call.json();
    let body = sent["body"].as_str().filter(|body| !body.is_empty());
    let body =
        body.ok_or_else(|| Refusal::Invalid(Problems::one("body", "Missing data for required field.")))?;
    let name = world.oneflow.user(caller).map(|user| user.name.clone()).unwrap_or_default();
    let comment = Comment {
        id: world.oneflow.fresh_id(),
        body: body.to_owned(),
        private: sent["private"].as_bool().unwrap_or(false),
        parent_id: sent["parent_id"].as_i64(),
        at: call.now,
        participant_name: name,
        party_name: world.oneflow.account.name.clone(),
    };
    let shown_comment = comment_view(&comment);
    let subject = json!({ "id": comment.id, "type": "comment" });
    let by = world.oneflow.user_as_actor(id, Some(caller));
    if let Some(contract) = world.oneflow.contracts.get_mut(&id) {
        contract.comments.push(comment);
    }
    world.oneflow.record(id, "comment:create", call.now, by, subject, Value::Null);
    Ok(Reply::json(200, super::JSON, &shown_comment))
}

fn comment_view(comment: &Comment) -> Value {
    json!({
        "id": comment.id,
        "body": comment.body,
        "created_time": shown(comment.at),
        "private": comment.private,
        "parent_id": comment.parent_id,
        "participants": {
            "sender": { "participant_name": comment.participant_name, "party_name": comment.party_name },
        },
    })
}
