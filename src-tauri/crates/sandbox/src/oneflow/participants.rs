//! Parties and participants of a contract that is there already (api/oneflow.md §2, §3.12).

use serde_json::{Value, json};

use super::admission::{needs_user, user_of};
use super::contracts::{find, find_editable};
use super::party_reader::{Reader, is_email};
use super::refusal::Problems;
use super::state::Party;
use super::{Refusal, view};
use crate::server::{Call, Reply};
use crate::shared::World;

/// `GET /v1/contracts/{id}/parties`
pub(super) fn parties(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let contract = find(world, call)?;
    super::listing::list(call, view::parties(contract, view::Form::WHOLE).into_iter())
}

/// `POST /v1/contracts/{id}/parties`
pub(super) fn add_party(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let id = find_editable(world, call)?;
    with_reader(world, call, id, |reader| reader.counterparty(&call.json(), "party").map(|party| vec![party]))
}

/// `POST /v1/contracts/{id}/parties/{party}/participants`
pub(super) fn add_participant(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let id = find_editable(world, call)?;
    let party = call.id("party");
    let at = world.oneflow.contracts[&id].parties.iter().position(|known| Some(known.id) == party);
    let at = at.ok_or(Refusal::NotFound)?;
    let caller = needs_user(call)?;
    let custom_ids = world.switches.oneflow.custom_ids;
    let problems = Problems::default();
    let mut reader = Reader { oneflow: &mut world.oneflow, custom_ids, caller, now: call.now, problems };
    let made = reader.participant(&call.json(), "participant");
    std::mem::take(&mut reader.problems).check()?;
    let contract = world.oneflow.contracts.get_mut(&id).ok_or(Refusal::NotFound)?;
    contract.parties[at].participants.extend(made);
    contract.updated = call.now;
    Ok(Reply::json(200, super::JSON, &view::contract(world, call, id, view::Form::WHOLE)))
}

fn with_reader(
    world: &mut World,
    call: &Call,
    id: i64,
    read: impl FnOnce(&mut Reader<'_>) -> Option<Vec<Party>>,
) -> Result<Reply, Refusal> {
    let caller = needs_user(call)?;
    let custom_ids = world.switches.oneflow.custom_ids;
    let problems = Problems::default();
    let mut reader = Reader { oneflow: &mut world.oneflow, custom_ids, caller, now: call.now, problems };
    let made = read(&mut reader);
    std::mem::take(&mut reader.problems).check()?;
    let contract = world.oneflow.contracts.get_mut(&id).ok_or(Refusal::NotFound)?;
    contract.parties.extend(made.into_iter().flatten());
    contract.updated = call.now;
    Ok(Reply::json(200, super::JSON, &view::contract(world, call, id, view::Form::WHOLE)))
}

/// `PUT /v1/contracts/{id}/parties/{party}/participants/{participant}`: only the keys sent change.
pub(super) fn change_participant(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let id = find_editable(world, call)?;
    needs_user(call)?;
    let sent = call.json();
    if sent["email"].as_str().is_some_and(|email| !is_email(email)) {
        return Err(Refusal::Invalid(Problems::one("email", "Not a valid email address.")));
    }
    let contract = world.oneflow.contracts.get_mut(&id).ok_or(Refusal::NotFound)?;
    let wanted = call.id("participant");
    let found =
        contract.participants_mut().find(|known| Some(known.id) == wanted).ok_or(Refusal::NotFound)?;
    let put = |key: &str, held: &mut String| {
        if let Some(text) = sent[key].as_str() {
            text.clone_into(held);
        }
    };
    put("name", &mut found.name);
    put("email", &mut found.email);
    put("title", &mut found.title);
    put("phone_number", &mut found.phone_number);
    put("delivery_channel", &mut found.delivery_channel);
    put("sign_method", &mut found.sign_method);
    found.signatory = sent["signatory"].as_bool().unwrap_or(found.signatory);
    if let Some(custom_id) = sent["_private_ownerside"]["custom_id"].as_str() {
        found.custom_id = Some(custom_id.to_owned());
    }
    found.updated = call.now;
    let subject = json!({ "id": found.id, "type": "participant", "name": found.name });
    let by = world.oneflow.user_as_actor(id, user_of(call));
    world.oneflow.record(id, "participant:update", call.now, by, subject, Value::Null);
    Ok(Reply::json(200, super::JSON, &view::contract(world, call, id, view::Form::WHOLE)))
}

/// `POST /v1/contracts/{id}/participants/{participant}/access_link`: good for six hours; needs no user.
pub(super) fn access_link(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let contract = find(world, call)?;
    let wanted = call.id("participant");
    let (_, found) =
        contract.participants().find(|(_, known)| Some(known.id) == wanted).ok_or(Refusal::NotFound)?;
    let link = format!("{}/contracts/{}/at/{}", call.base, contract.id, found.id);
    Ok(Reply::json(200, super::JSON, &json!({ "access_link": link })))
}
