//! Data fields of a contract (api/oneflow.md §3.9).

use serde_json::{Value, json};

use super::admission::{needs_user, user_of};
use super::contracts::{find, find_editable};
use super::listing::list;
use super::refusal::Problems;
use super::state::{Contract, ContractState, DataField};
use super::{Refusal, view};
use crate::server::{Call, Reply};
use crate::shared::World;

/// `GET /v1/contracts/{id}/data_fields`
pub(super) fn all(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let contract = find(world, call)?;
    let switches = &world.switches.oneflow;
    list(call, contract.data_fields.iter().map(|field| view::data_field(field, switches)))
}

/// `PUT /v1/contracts/{id}/data_fields/{field}`: by number, custom id, or `c::` and custom id.
pub(super) fn change_one(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let id = find_editable(world, call)?;
    let path = call.text("field").unwrap_or_default();
    let contract = &world.oneflow.contracts[&id];
    let at = position(contract, |field| {
        field.id.to_string() == path
            || field.custom_id == path
            || path.strip_prefix("c::") == Some(field.custom_id.as_str())
    });
    let at = at.ok_or(Refusal::NotFound)?;
    let sent = call.json();
    let same = names(&sent, &contract.data_fields[at]);
    if !same {
        return Err(Refusal::Invalid(Problems::one("id", "Does not match the path.")));
    }
    apply(world, call, id, &[(at, value(&sent, "value")?)])?;
    let field = &world.oneflow.contracts[&id].data_fields[at];
    Ok(Reply::json(200, super::JSON, &view::data_field(field, &world.switches.oneflow)))
}

/// `PUT /v1/contracts/{id}/data_fields`: several, each with `id` or `_private_ownerside.custom_id`.
///
/// Guess: the body is a bare list or wrapped in `data_fields`, and nothing is written when one item is wrong.
pub(super) fn change_many(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let id = find_editable(world, call)?;
    let sent = call.json();
    let Some(items) = sent.as_array().or(sent["data_fields"].as_array()) else {
        return Err(Refusal::Invalid(Problems::one("data_fields", "Not a valid list.")));
    };
    let contract = &world.oneflow.contracts[&id];
    let mut changes = Vec::new();
    let mut problems = Problems::default();
    for (index, item) in items.iter().enumerate() {
        let named = item.get("id").is_some() || item["_private_ownerside"].get("custom_id").is_some();
        match position(contract, |field| named && names(item, field)) {
            Some(at) => changes.push((at, value(item, &format!("data_fields[{index}].value"))?)),
            None => problems.add(format!("data_fields[{index}]"), "Unknown data field."),
        }
    }
    problems.check()?;
    apply(world, call, id, &changes)?;
    all(world, call)
}

fn position(contract: &Contract, wanted: impl Fn(&DataField) -> bool) -> Option<usize> {
    contract.data_fields.iter().position(wanted)
}

/// Whether an item names this field; what it leaves out names any.
fn names(item: &Value, field: &DataField) -> bool {
    item["id"].as_i64().is_none_or(|id| id == field.id)
        && item["_private_ownerside"]["custom_id"].as_str().is_none_or(|id| id == field.custom_id)
}

/// `None` leaves it unchanged; null clears.
fn value(item: &Value, path: &str) -> Result<Option<String>, Refusal> {
    match item.get("value") {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(String::new())),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Refusal::Invalid(Problems::one(path, "Not a valid string."))),
    }
}

fn apply(
    world: &mut World,
    call: &Call,
    id: i64,
    changes: &[(usize, Option<String>)],
) -> Result<(), Refusal> {
    needs_user(call)?;
    for (at, new) in changes {
        let by = world.oneflow.user_as_actor(id, user_of(call));
        let Some(contract) = world.oneflow.contracts.get_mut(&id) else { continue };
        let field = &mut contract.data_fields[*at];
        let Some(new) = new.as_ref().filter(|new| **new != field.value) else { continue };
        let change = json!([{ "attribute": "value", "from": field.value, "to": new }]);
        new.clone_into(&mut field.value);
        field.updated = call.now;
        let subject = json!({ "id": field.id, "type": "data_field", "name": field.name });
        contract.pdf_changed = call.now;
        let pending = contract.state == ContractState::Pending;
        world.oneflow.record(id, "data_field:update", call.now, by, subject, change);
        if pending {
            world.oneflow.reset_signatures(id, call.now);
        }
    }
    Ok(())
}
