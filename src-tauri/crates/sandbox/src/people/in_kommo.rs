//! What colleagues do in Kommo.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{Act, ActError, Acted, Service};
use crate::kommo::{
    Card, Choice, FieldValues, Held, Kind, Kommo, NewEvent, NewToken, Token, in_stage, move_to, plain,
};
use crate::shared::World;

/// Does what is done in Kommo. What is done in Oneflow never comes here.
pub(super) fn act(world: &mut World, act: Act, now: Timestamp) -> Result<Acted, ActError> {
    let at = now.as_second();
    let kommo = &mut world.kommo;
    let deal = match act {
        Act::EditDeal { deal, name, price, responsible_user_id, fields } => {
            edit_deal(kommo, deal, name, responsible_user_id, &fields, at)?;
            if let (Some(price), Some(lead)) = (price, kommo.leads.get_mut(&deal)) {
                lead.price = price;
            }
            Some(deal)
        }
        Act::MoveDeal { deal, status_id, pipeline_id } => {
            move_deal(kommo, deal, pipeline_id, status_id, at)?;
            Some(deal)
        }
        Act::DeleteDeal { deal } => Some(set_deleted(kommo, deal, true, at)?),
        Act::RestoreDeal { deal } => Some(set_deleted(kommo, deal, false, at)?),
        Act::CopyDeal { deal } => Some(copy_deal(kommo, deal, at)?),
        Act::MergeDeals { deal, loser } => {
            merge(kommo, deal, loser, at)?;
            Some(deal)
        }
        Act::EditContact { contact, name, email } => {
            edit_contact(kommo, contact, name, email, at)?;
            None
        }
        Act::EditCompany { company, name } => {
            let card = kommo.card_mut(Kind::Companies, company).ok_or(ActError::Unknown("company"))?;
            card.name = name;
            card.updated_at = at;
            None
        }
        Act::EditNote { note, text } => {
            let note = kommo.notes.get_mut(&note).ok_or(ActError::Unknown("note"))?;
            note.params["text"] = json!(text);
            note.updated_at = at;
            None
        }
        Act::DeleteNote { note } => {
            kommo.notes.remove(&note).ok_or(ActError::Unknown("note"))?;
            None
        }
        Act::DeleteTask { task } => {
            kommo.tasks.remove(&task).ok_or(ActError::Unknown("task"))?;
            None
        }
        Act::RemoveCustomField { name } => {
            let before = kommo.fields.len();
            kommo.fields.retain(|field| field.kind != Kind::Leads || field.name != name);
            if kommo.fields.len() == before {
                return Err(ActError::Unknown("custom field"));
            }
            None
        }
        Act::RevokeToken { service: Service::Kommo } => {
            kommo.tokens.iter_mut().for_each(|token| token.revoked = true);
            None
        }
        Act::IssueToken { service: Service::Kommo } => return Ok(issue_token(world, now)),
        Act::Unblock => {
            kommo.limiter.unblock();
            None
        }
        _ => None,
    };
    Ok(Acted { deal, ..Acted::default() })
}

/// The user that colleagues' acts are done by: not the token's.
fn colleague(kommo: &Kommo) -> i64 {
    kommo.users.get(1).map_or(0, |user| user.id)
}

fn live(kommo: &mut Kommo, deal: i64) -> Result<&mut Card, ActError> {
    kommo.card_mut(Kind::Leads, deal).ok_or(ActError::Unknown("deal"))
}

fn edit_deal(
    kommo: &mut Kommo,
    deal: i64,
    name: Option<String>,
    responsible: Option<i64>,
    values: &[(String, Value)],
    at: i64,
) -> Result<(), ActError> {
    let by = colleague(kommo);
    let mut changes: Vec<(i64, Option<Held>)> = Vec::new();
    for (field, value) in values {
        let field = kommo.fields.iter().find(|known| known.kind == Kind::Leads && known.name == *field);
        let field = field.ok_or(ActError::Unknown("custom field"))?;
        let choice = field.enums.iter().find(|choice| *value == choice.value.as_str());
        let held = choice.map_or_else(|| plain(value.clone()), Choice::held);
        changes.push((field.id, (!value.is_null()).then_some(held)));
    }
    let card = live(kommo, deal)?;
    card.name = name.unwrap_or_else(|| card.name.clone());
    card.responsible_user_id = responsible.unwrap_or(card.responsible_user_id);
    for (field_id, held) in changes {
        card.values.retain(|values| values.field_id != field_id);
        card.values.extend(held.map(|held| FieldValues { field_id, values: vec![held] }));
    }
    card.updated_at = at;
    card.updated_by = by;
    Ok(())
}

fn move_deal(
    kommo: &mut Kommo,
    deal: i64,
    pipeline: Option<i64>,
    status: i64,
    at: i64,
) -> Result<(), ActError> {
    let by = colleague(kommo);
    live(kommo, deal)?;
    let own = kommo.leads[&deal].pipeline_id;
    let pipeline = pipeline.unwrap_or(own);
    kommo.stage(pipeline, status).ok_or(ActError::Unknown("stage"))?;
    let lead = kommo.leads.get_mut(&deal).ok_or(ActError::Unknown("deal"))?;
    let before = in_stage((lead.pipeline_id, lead.status_id));
    move_to(lead, (pipeline, status), at);
    lead.card.updated_at = at;
    lead.card.updated_by = by;
    let after = in_stage((pipeline, status));
    kommo.remember(NewEvent {
        event_type: "lead_status_changed",
        kind: Kind::Leads,
        entity_id: deal,
        by,
        at,
        before,
        after,
    });
    Ok(())
}

fn set_deleted(kommo: &mut Kommo, deal: i64, deleted: bool, at: i64) -> Result<i64, ActError> {
    let by = colleague(kommo);
    let lead = kommo.leads.get_mut(&deal).ok_or(ActError::Unknown("deal"))?;
    lead.card.is_deleted = deleted;
    lead.card.updated_at = at;
    let event_type = if deleted { "lead_deleted" } else { "lead_restored" };
    kommo.remember(NewEvent {
        event_type,
        kind: Kind::Leads,
        entity_id: deal,
        by,
        at,
        before: json!([]),
        after: json!([]),
    });
    Ok(deal)
}

/// A copy keeps all custom fields, the number of a contract too.
fn copy_deal(kommo: &mut Kommo, deal: i64, at: i64) -> Result<i64, ActError> {
    live(kommo, deal)?;
    let mut copy = kommo.leads[&deal].clone();
    let id = kommo.fresh_id();
    copy.card.id = id;
    copy.card.created_at = at;
    copy.card.updated_at = at;
    copy.card.files.clear();
    kommo.leads.insert(id, copy);
    Ok(id)
}

/// Guess: the loser disappears for good, and its contacts, notes and files go to the winner (api/kommo.md §19.4).
fn merge(kommo: &mut Kommo, winner: i64, loser: i64, at: i64) -> Result<(), ActError> {
    live(kommo, winner)?;
    let gone = kommo.leads.remove(&loser).ok_or(ActError::Unknown("deal"))?;
    for note in kommo.notes.values_mut().filter(|note| note.kind == Kind::Leads && note.entity_id == loser) {
        note.entity_id = winner;
    }
    for task in kommo.tasks.values_mut().filter(|task| task.entity == Some((Kind::Leads, loser))) {
        task.entity = Some((Kind::Leads, winner));
    }
    let by = colleague(kommo);
    let lead = kommo.leads.get_mut(&winner).ok_or(ActError::Unknown("deal"))?;
    for contact in gone.contacts {
        if !lead.contacts.contains(&contact) {
            lead.contacts.push(contact);
        }
    }
    lead.card.files.extend(gone.card.files);
    lead.card.updated_at = at;
    kommo.remember(NewEvent {
        event_type: "entity_merged",
        kind: Kind::Leads,
        entity_id: winner,
        by,
        at,
        before: json!([]),
        after: json!([]),
    });
    Ok(())
}

fn edit_contact(
    kommo: &mut Kommo,
    contact: i64,
    name: Option<String>,
    email: Option<String>,
    at: i64,
) -> Result<(), ActError> {
    let field = kommo
        .fields
        .iter()
        .find(|field| field.kind == Kind::Contacts && field.code.as_deref() == Some("EMAIL"))
        .cloned();
    let card = kommo.card_mut(Kind::Contacts, contact).ok_or(ActError::Unknown("contact"))?;
    card.updated_at = at;
    card.name = name.unwrap_or_else(|| card.name.clone());
    if let (Some(email), Some(field)) = (email, field) {
        card.values.retain(|values| values.field_id != field.id);
        if !email.is_empty() {
            let work = field.enums.first().map(Choice::held).unwrap_or_default();
            let values = vec![Held { value: json!(email), ..work }];
            card.values.push(FieldValues { field_id: field.id, values });
        }
    }
    Ok(())
}

fn issue_token(world: &mut World, now: Timestamp) -> Acted {
    let World { kommo, random, .. } = world;
    let new = NewToken {
        user: kommo.users[0].id,
        issued: now,
        expires: now + SignedDuration::from_hours(24 * 400),
        files: true,
        api_domain: kommo.api_domain.clone(),
    };
    let token = Token::issue(kommo, &new, random);
    let secret = token.secret.clone();
    kommo.tokens.push(token);
    Acted { token: Some(secret), ..Acted::default() }
}
