//! What clients and colleagues do in Oneflow.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Act, ActError, Acted, Service};
use crate::oneflow::{
    Comment, Contract, ContractState, Oneflow, Participant, SignState, SigningPeriod, Token, actor,
};
use crate::shared::World;

/// Does what is done in Oneflow; `None` when the act is not.
pub(super) fn act(world: &mut World, act: &Act, now: Timestamp) -> Option<Result<Acted, ActError>> {
    let World { oneflow, switches, random, .. } = world;
    let done = match act {
        Act::Sign { contract, participant } => sign(oneflow, *contract, *participant, now),
        Act::Decline { contract, participant } => decline(oneflow, *contract, *participant, now),
        Act::DeadlinePasses { contract } => pending(oneflow, *contract).and_then(|id| {
            oneflow.expire(id, now)?;
            Ok(id)
        }),
        Act::Visit { contract } => visit(oneflow, *contract, now),
        Act::Comment { contract, body } => comment(oneflow, *contract, body, now),
        Act::ExtendDeadline { contract, days } => oneflow
            .set_signing_period(*contract, SigningPeriod::DaysAfterPublish(*days), now)
            .map(|()| *contract)
            .map_err(Into::into),
        Act::EditContract { contract, name, data_fields } => {
            edit(oneflow, *contract, name.as_deref(), data_fields, now)
        }
        Act::DeleteContract { contract } => {
            let gone = oneflow.contracts.remove(contract).ok_or(ActError::Unknown("contract"));
            return Some(gone.map(|gone| Acted { contract: Some(gone.id), ..Acted::default() }));
        }
        Act::CopyContract { contract } => {
            let id = oneflow.fresh_contract_id(switches.oneflow.contract_ids, random);
            copy(oneflow, *contract, id, now)
        }
        Act::PublishContract { contract } => {
            oneflow.publish(*contract, now, None).map(|()| *contract).map_err(Into::into)
        }
        Act::SetTemplateActive { template, active } => {
            return Some(set_active(oneflow, *template, *active, now));
        }
        Act::RemoveDataField { template_type, custom_id } => {
            return Some(remove_data_field(oneflow, *template_type, custom_id));
        }
        Act::RevokeToken { service: Service::Oneflow } => {
            oneflow.tokens.iter_mut().for_each(|token| token.revoked = true);
            return Some(Ok(Acted::default()));
        }
        Act::IssueToken { service: Service::Oneflow } => {
            let token = Token::issue(random);
            let secret = token.secret.clone();
            oneflow.tokens.push(token);
            return Some(Ok(Acted { token: Some(secret), ..Acted::default() }));
        }
        _ => return None,
    };
    Some(done.map(|id| Acted {
        contract: Some(id),
        state: oneflow.contracts.get(&id).map(|contract| contract.state),
        ..Acted::default()
    }))
}

/// The contract named, else the newest that waits for signatures.
fn pending(oneflow: &Oneflow, named: Option<i64>) -> Result<i64, ActError> {
    if let Some(id) = named {
        return oneflow.contracts.contains_key(&id).then_some(id).ok_or(ActError::Unknown("contract"));
    }
    oneflow
        .contracts
        .values()
        .filter(|contract| contract.by_api && contract.state == ContractState::Pending)
        .max_by_key(|contract| (contract.published, contract.id))
        .map(|contract| contract.id)
        .ok_or(ActError::NoPendingContract)
}

/// Undecided signatories: by sign order when there is one, else the counterparty's before our own.
fn undecided(contract: &Contract) -> Vec<i64> {
    let place = |person: &Participant, is_mine: bool| {
        let order =
            contract.sign_order.as_ref().and_then(|order| order.iter().find(|(id, _)| *id == person.id));
        (order.map_or(i64::MAX, |(_, place)| *place), is_mine, person.id)
    };
    let mut open: Vec<_> = contract
        .participants()
        .filter(|(_, person)| person.signatory && person.sign_state == SignState::Undecided)
        .map(|(party, person)| place(person, party.is_mine))
        .collect();
    open.sort_unstable();
    open.into_iter().map(|(.., id)| id).collect()
}

fn sign(
    oneflow: &mut Oneflow,
    named: Option<i64>,
    who: Option<i64>,
    now: Timestamp,
) -> Result<i64, ActError> {
    let id = pending(oneflow, named)?;
    let who = who.map_or_else(|| undecided(&oneflow.contracts[&id]), |who| vec![who]);
    if who.is_empty() {
        return Err(ActError::NobodyToDecide);
    }
    for participant in who {
        oneflow.sign(id, participant, now)?;
    }
    Ok(id)
}

fn decline(
    oneflow: &mut Oneflow,
    named: Option<i64>,
    who: Option<i64>,
    now: Timestamp,
) -> Result<i64, ActError> {
    let id = pending(oneflow, named)?;
    let first = who.or_else(|| undecided(&oneflow.contracts[&id]).first().copied());
    oneflow.decline(id, first.ok_or(ActError::NobodyToDecide)?, now)?;
    Ok(id)
}

/// The counterparty's first participant.
fn client(contract: &Contract) -> Result<i64, ActError> {
    let found = contract.participants().find(|(party, _)| !party.is_mine);
    found.map(|(_, person)| person.id).ok_or(ActError::NobodyToDecide)
}

fn visit(oneflow: &mut Oneflow, named: Option<i64>, now: Timestamp) -> Result<i64, ActError> {
    let id = pending(oneflow, named)?;
    oneflow.visit(id, client(&oneflow.contracts[&id])?, now)?;
    Ok(id)
}

fn comment(oneflow: &mut Oneflow, named: Option<i64>, body: &str, now: Timestamp) -> Result<i64, ActError> {
    let id = pending(oneflow, named)?;
    let by = actor(&oneflow.contracts[&id], client(&oneflow.contracts[&id])?);
    let (participant_name, party_name) =
        by.as_ref().map(|by| (by.name.clone(), by.party_name.clone())).unwrap_or_default();
    let comment = Comment {
        id: oneflow.fresh_id(),
        body: body.to_owned(),
        private: false,
        parent_id: None,
        at: now,
        participant_name,
        party_name,
    };
    let subject = json!({ "id": comment.id, "type": "comment" });
    if let Some(contract) = oneflow.contracts.get_mut(&id) {
        contract.comments.push(comment);
    }
    oneflow.record(id, "comment:create", now, by, subject, Value::Null);
    Ok(id)
}

fn edit(
    oneflow: &mut Oneflow,
    id: i64,
    name: Option<&str>,
    values: &[(String, String)],
    now: Timestamp,
) -> Result<i64, ActError> {
    let contract = oneflow.contracts.get_mut(&id).ok_or(ActError::Unknown("contract"))?;
    if let Some(name) = name {
        name.clone_into(&mut contract.name);
    }
    for (custom_id, value) in values {
        let field = contract.data_fields.iter_mut().find(|field| field.custom_id == *custom_id);
        let field = field.ok_or(ActError::Unknown("data field"))?;
        value.clone_into(&mut field.value);
        field.updated = now;
    }
    contract.pdf_changed = now;
    oneflow.record(
        id,
        "contract:content_update",
        now,
        None,
        json!({ "id": id, "type": "contract" }),
        Value::Null,
    );
    oneflow.reset_signatures(id, now);
    Ok(id)
}

/// Guess: a copy keeps data fields and custom ids, so that markers are copied too.
fn copy(oneflow: &mut Oneflow, original: i64, id: i64, now: Timestamp) -> Result<i64, ActError> {
    let mut made = oneflow.contracts.get(&original).cloned().ok_or(ActError::Unknown("contract"))?;
    made.id = id;
    made.state = ContractState::Draft;
    (made.created, made.updated, made.state_updated, made.pdf_changed) = (now, now, now, now);
    (made.published, made.expires, made.shown_from) = (None, None, now);
    made.by_api = false;
    made.events.clear();
    made.comments.clear();
    for person in made.participants_mut() {
        (person.sign_state, person.sign_time, person.delivery_status) =
            (SignState::Undecided, None, "not_sent");
        (person.first_visit, person.last_visit, person.visits) = (None, None, 0);
    }
    let mut next = || oneflow.fresh_id();
    for party in &mut made.parties {
        party.id = next();
        party.participants.iter_mut().for_each(|person| person.id = next());
    }
    made.data_fields.iter_mut().for_each(|field| field.id = next());
    oneflow.contracts.insert(id, made);
    oneflow.record(id, "contract:create", now, None, json!({ "id": id, "type": "contract" }), Value::Null);
    Ok(id)
}

fn set_active(oneflow: &mut Oneflow, id: i64, active: bool, now: Timestamp) -> Result<Acted, ActError> {
    let template = oneflow.templates.iter_mut().find(|template| template.id == id);
    let template = template.ok_or(ActError::Unknown("template"))?;
    template.active = active;
    template.updated = now;
    Ok(Acted::default())
}

fn remove_data_field(oneflow: &mut Oneflow, id: i64, custom_id: &str) -> Result<Acted, ActError> {
    let known = oneflow.template_types.iter_mut().find(|known| known.id == id);
    known.ok_or(ActError::Unknown("template type"))?.data_fields.retain(|field| field.custom_id != custom_id);
    Ok(Acted::default())
}
