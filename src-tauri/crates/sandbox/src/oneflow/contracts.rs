//! Contracts: list, read, change, delete, publish (api/oneflow.md §1.3, §3.7, §3.8).

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::Refusal;
use super::account::sees;
use super::admission::{needs_user, user_of};
use super::create::missing_values;
use super::life::Illegal;
use super::listing::{Slice, TimeRange, page, sort};
use super::refusal::Problems;
use super::state::{Contract, ContractState, SigningPeriod};
use super::view::{self, Form};
use crate::server::{Call, Reply};
use crate::shared::World;
use crate::switches::{
    DeleteGone, DeletePending, DraftTimes, EmptyPublish, Filter, OneflowPlan, OneflowSwitches,
    RequiredDataFields, SecondPublish,
};

/// The contract of a path, when the caller sees it. What one may not see is 404 (api/oneflow.md §1.1).
pub(super) fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Contract, Refusal> {
    let contract = call.id("id").and_then(|id| world.oneflow.contracts.get(&id));
    contract.filter(|contract| sees(world, call, contract.workspace_id)).ok_or(Refusal::NotFound)
}

/// The contract of a path, when its content may still change. Guess: 409 for the others (api/oneflow.md §1.1).
pub(super) fn find_editable(world: &World, call: &Call) -> Result<i64, Refusal> {
    let contract = find(world, call)?;
    match contract.state {
        ContractState::Draft | ContractState::Pending => Ok(contract.id),
        ContractState::Overdue | ContractState::Signed | ContractState::Declined => {
            Err(Refusal::Conflict("The contract can no longer be changed."))
        }
    }
}

/// `GET /v1/contracts`
pub(super) fn all(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    world.oneflow.settle(call.now);
    let slice = Slice::of(call)?;
    let wanted = Wanted::of(call, &world.switches.oneflow)?;
    let mut found: Vec<&Contract> = world
        .oneflow
        .contracts
        .values()
        .filter(|contract| contract.shown_from <= call.now)
        .filter(|contract| sees(world, call, contract.workspace_id) && wanted.holds(contract))
        .collect();
    let draft_times = world.switches.oneflow.draft_times;
    sort(
        call,
        &mut found,
        &["name", "state", "state_updated_time", "published_time"],
        |key, a, b| match key {
            "name" => a.name.cmp(&b.name),
            "state" => json!(a.state).to_string().cmp(&json!(b.state).to_string()),
            "published_time" => a.published.cmp(&b.published),
            _ => state_time(a, draft_times).cmp(&state_time(b, draft_times)),
        },
    )?;
    let count = found.len();
    let form = Form::row(&world.switches.oneflow);
    let rows = found
        .into_iter()
        .skip(slice.offset)
        .take(slice.limit)
        .map(|contract| view::contract(world, call, contract.id, form))
        .collect();
    Ok(page(call, slice, count, rows))
}

/// Nulls are the smallest, so that they come last in the falling order that clients use (api/oneflow.md §5).
fn state_time(contract: &Contract, draft_times: DraftTimes) -> Option<jiff::Timestamp> {
    let shown = contract.state != ContractState::Draft || draft_times == DraftTimes::Set;
    shown.then_some(contract.state_updated)
}

/// The filters of the contract list. Names in api/oneflow.md §1.3 that are guesses are guesses here too.
struct Wanted {
    states: Option<Vec<String>>,
    published: TimeRange,
    created: TimeRange,
    closed: TimeRange,
    name: Option<String>,
    text: Option<String>,
    ids: Option<Vec<i64>>,
    template: Option<i64>,
    workspaces: Option<Vec<i64>>,
    data_field: Option<(String, String)>,
    participant: Option<String>,
}

impl Wanted {
    fn of(call: &Call, switches: &OneflowSwitches) -> Result<Self, Refusal> {
        let get = |name: &str| call.query.get(&format!("filter[{name}]"));
        let list = |name| {
            get(name).map(|text| text.split(',').map(|part| part.trim().to_owned()).collect::<Vec<_>>())
        };
        let numbers = |name| {
            list(name).map(|parts| parts.iter().filter_map(|part| part.parse().ok()).collect::<Vec<i64>>())
        };
        let data_field =
            match get("data_field_match").filter(|_| switches.data_field_filter == Filter::Honoured) {
                None => None,
                Some(text) => match text.split_once(':') {
                    Some((custom_id, value)) if !value.is_empty() && text.chars().count() <= 600 => {
                        Some((custom_id.to_owned(), value.to_owned()))
                    }
                    _ => {
                        let text = "Must be <custom_id>:<value>.";
                        return Err(Refusal::Invalid(Problems::one("filter[data_field_match]", text)));
                    }
                },
            };
        Ok(Self {
            states: list("states"),
            published: TimeRange::of(call, "published_time")?,
            created: TimeRange::of(call, "created_time")?,
            closed: TimeRange::of(call, "closed_time")?,
            name: get("name").map(str::to_owned),
            text: get("query").map(str::to_lowercase),
            ids: numbers("ids"),
            template: get("template_id").and_then(|id| id.parse().ok()),
            workspaces: numbers("workspace_ids"),
            data_field,
            participant: get("participant_custom_id")
                .filter(|_| switches.participant_filter == Filter::Honoured)
                .map(str::to_owned),
        })
    }

    fn holds(&self, contract: &Contract) -> bool {
        let closed = matches!(contract.state, ContractState::Signed | ContractState::Declined);
        let state = json!(contract.state);
        self.states.as_ref().is_none_or(|wanted| wanted.iter().any(|wanted| state == wanted.as_str()))
            && self.published.holds(contract.published)
            && self.created.holds(Some(contract.created))
            && self.closed.holds(closed.then_some(contract.state_updated))
            && self.name.as_ref().is_none_or(|name| *name == contract.name)
            && self.text.as_deref().is_none_or(|text| mentions(contract, text))
            && self.ids.as_ref().is_none_or(|ids| ids.contains(&contract.id))
            && self.template.is_none_or(|id| id == contract.template_id)
            && self.workspaces.as_ref().is_none_or(|ids| ids.contains(&contract.workspace_id))
            && self.data_field.as_ref().is_none_or(|(custom_id, value)| {
                contract.data_field(custom_id).is_some_and(|field| field.value == *value)
            })
            && self.participant.as_ref().is_none_or(|custom_id| {
                contract.participants().any(|(_, person)| person.custom_id.as_ref() == Some(custom_id))
            })
    }
}

/// Guess: free text looks into the name, the parties and their people.
fn mentions(contract: &Contract, text: &str) -> bool {
    contract.name.to_lowercase().contains(text)
        || contract.participants().any(|(party, person)| {
            [party.name.as_str(), person.name.as_str(), person.email.as_str()]
                .iter()
                .any(|held| held.to_lowercase().contains(text))
        })
}

/// `GET /v1/contracts/{id}`
pub(super) fn one(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    world.oneflow.settle(call.now);
    let id = find(world, call)?.id;
    Ok(shown(world, call, id))
}

pub(super) fn shown(world: &World, call: &Call, id: i64) -> Reply {
    Reply::json(200, super::JSON, &view::contract(world, call, id, Form::WHOLE))
}

/// `DELETE /v1/contracts/{id}`: for good; 200 also when it does not exist (api/oneflow.md §1.1).
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    world.oneflow.settle(call.now);
    let switches = &world.switches.oneflow;
    // Guess: what the user cannot see is answered as what is not there, and stays.
    let Ok(contract) = find(world, call) else {
        return match switches.delete_gone {
            DeleteGone::Answered => Ok(Reply::empty(200)),
            DeleteGone::NotFound => Err(Refusal::NotFound),
        };
    };
    // Guess: drafts can always be deleted, signed contracts never, the rest by the switch.
    let allowed = match contract.state {
        ContractState::Draft => true,
        ContractState::Signed => false,
        ContractState::Pending | ContractState::Overdue | ContractState::Declined => {
            switches.delete_pending == DeletePending::Allowed
        }
    };
    if !allowed {
        return Err(Refusal::Conflict("The contract cannot be deleted in this state."));
    }
    let id = contract.id;
    world.oneflow.contracts.remove(&id);
    Ok(Reply::empty(200))
}

/// `PUT /v1/contracts/{id}`
pub(super) fn change(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    world.oneflow.settle(call.now);
    needs_user(call)?;
    let sent = call.json();
    let contract = find(world, call)?;
    let id = contract.id;
    let closed = matches!(contract.state, ContractState::Signed | ContractState::Declined);
    let content = ["sign_order", "signing_period_expiration", "value"];
    let changes_content =
        content.iter().any(|key| sent.get(*key).is_some() || sent["_private"].get(*key).is_some());
    if closed && changes_content {
        return Err(Refusal::Conflict("The contract is closed."));
    }
    let order = sign_order(contract, sent.get("sign_order"))?;
    let period = signing_period(&sent["_private"]["signing_period_expiration"])?;
    if let Some(period) = period {
        world
            .oneflow
            .set_signing_period(id, period, call.now)
            .map_err(|_| Refusal::Conflict("The contract is closed."))?;
    }
    let contract = world.oneflow.contracts.get_mut(&id).ok_or(Refusal::NotFound)?;
    // Guess: the name is taken under `_private` as documented, and at the top, as one team's rename suggests.
    if let Some(name) = sent["_private"]["name"].as_str().or(sent["name"].as_str()) {
        name.clone_into(&mut contract.name);
    }
    if let Some(value) = sent["_private"].get("value") {
        contract.value = value.clone();
    }
    if let Some(tags) = sent["tags"].as_array() {
        contract.tags = tags.iter().filter_map(|tag| tag["id"].as_i64().or(tag.as_i64())).collect();
    }
    if let SignOrder::Is(order) = order {
        contract.sign_order = (!order.is_empty()).then_some(order);
    }
    let by = world.oneflow.user_as_actor(id, user_of(call));
    let subject = json!({ "id": id, "type": "contract" });
    world.oneflow.record(id, "contract:content_update", call.now, by, subject, Value::Null);
    Ok(shown(world, call, id))
}

/// What a change says about the sign order.
enum SignOrder {
    Kept,
    /// (participant, order); empty takes the order away.
    Is(Vec<(i64, i64)>),
}

fn sign_order(contract: &Contract, sent: Option<&Value>) -> Result<SignOrder, Refusal> {
    let items = match sent {
        None => return Ok(SignOrder::Kept),
        Some(Value::Null) => return Ok(SignOrder::Is(Vec::new())),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(Refusal::Invalid(Problems::one("sign_order", "Not a valid list."))),
    };
    let mut order = Vec::new();
    let mut problems = Problems::default();
    for (index, item) in items.iter().enumerate() {
        let id = item["participant_id"].as_i64();
        let known = contract.participants().any(|(_, person)| Some(person.id) == id);
        match (id.filter(|_| known), item["order"].as_i64()) {
            (Some(id), Some(place)) => order.push((id, place)),
            _ => problems.add(format!("sign_order[{index}]"), "Unknown participant or no order."),
        }
    }
    problems.check()?;
    Ok(SignOrder::Is(order))
}

fn signing_period(sent: &Value) -> Result<Option<SigningPeriod>, Refusal> {
    let wrong = || Refusal::Invalid(Problems::one("_private.signing_period_expiration", "Not valid."));
    match sent["type"].as_str() {
        None if sent.is_null() => Ok(None),
        Some("days_after_publish") => {
            let days = sent["expire_days_after_publish"].as_i64().filter(|days| *days > 0);
            days.map(|days| Some(SigningPeriod::DaysAfterPublish(days))).ok_or_else(wrong)
        }
        Some("fixed_date") => {
            let date = sent["expire_date"].as_str().and_then(|date| date.parse().ok());
            date.map(|date| Some(SigningPeriod::FixedDate(date))).ok_or_else(wrong)
        }
        _ => Err(wrong()),
    }
}

/// `POST /v1/contracts/{id}/publish`
pub(super) fn publish(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    world.oneflow.settle(call.now);
    let caller = needs_user(call)?;
    let contract = find(world, call)?;
    let switches = &world.switches.oneflow;
    let id = contract.id;
    if contract.state != ContractState::Draft {
        return match switches.second_publish {
            SecondPublish::Conflict => Err(Refusal::Conflict("The contract is already published.")),
            SecondPublish::Answered => Ok(shown(world, call, id)),
        };
    }
    if switches.plan == OneflowPlan::DraftsOnly {
        return Err(Refusal::PaymentRequired);
    }
    let invitation = invitation(&call.json(), switches.empty_publish)?;
    ready(contract, switches.required_data_fields)?;
    if let Some(contract) = world.oneflow.contracts.get_mut(&id) {
        contract.invitation = Some(invitation);
    }
    let by = world.oneflow.user_as_actor(id, Some(caller));
    match world.oneflow.publish(id, call.now, by) {
        Ok(()) => Ok(shown(world, call, id)),
        Err(Illegal::NoContract | Illegal::NoParticipant) => Err(Refusal::NotFound),
        Err(Illegal::InState(_)) => Err(Refusal::Conflict("The contract is already published.")),
    }
}

/// Subject and message; whether they may be missing is a switch.
fn invitation(sent: &Value, empty: EmptyPublish) -> Result<(String, String), Refusal> {
    let mut problems = Problems::default();
    let mut text = |key: &str| match (&sent[key], empty) {
        (Value::String(text), _) => text.clone(),
        (Value::Null, EmptyPublish::Accepted) => String::new(),
        (Value::Null, EmptyPublish::Refused) => {
            problems.add(key, "Missing data for required field.");
            String::new()
        }
        _ => {
            problems.add(key, "Not a valid string.");
            String::new()
        }
    };
    let invitation = (text("subject"), text("message"));
    problems.check()?;
    Ok(invitation)
}

/// Guess: a contract without counterparty or signatory, or with a required field empty, cannot be sent.
fn ready(contract: &Contract, required: RequiredDataFields) -> Result<(), Refusal> {
    let mut problems = Problems::default();
    if contract.parties.iter().all(|party| party.is_mine) {
        problems.add("parties", "The contract has no counterparty.");
    }
    if contract.participants().all(|(_, person)| !person.signatory) {
        problems.add("parties", "The contract has no signatory.");
    }
    match required {
        RequiredDataFields::AtPublish => missing_values(&contract.data_fields, &mut problems),
        RequiredDataFields::AtCreate => {}
    }
    problems.check()
}

/// Compares events by a key of the history's `sort`.
pub(super) fn event_order(key: &str, a: &super::state::Event, b: &super::state::Event) -> Ordering {
    match key {
        "created_time" => a.at.cmp(&b.at),
        "type" => a.event_type.cmp(b.event_type),
        _ => a.id.cmp(&b.id),
    }
}
