//! Links between leads, contacts and companies (api/kommo.md §9).

use serde_json::{Value, json};

use super::Refusal;
use super::cards::{gather, kind_of};
use super::paging::{self, batch, self_link};
use super::refusal::Problem;
use super::state::{Kind, Kommo};
use crate::server::{Call, Reply};
use crate::shared::World;

/// What something is linked to, and whether that is its main contact.
type Link = (Kind, i64, bool);

/// `GET /api/v4/{kind}/{id}/links`
pub(super) fn all(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let kind = kind_of(call);
    let Some(id) = call.id("id").filter(|id| world.kommo.card(kind, *id).is_some()) else {
        return Err(Refusal::NotFound("Entity not found".to_owned()));
    };
    let wanted = call.query.get("filter[to_entity_type]");
    let wanted_ids = call.query.numbers("filter[to_entity_id]");
    let rows: Vec<Value> = linked(&world.kommo, kind, id)
        .into_iter()
        .filter(|(to, to_id, _)| {
            wanted.is_none_or(|wanted| to.plural() == wanted)
                && (wanted_ids.is_empty() || wanted_ids.contains(to_id))
        })
        .map(|(to, to_id, is_main)| view(to, to_id, is_main))
        .collect();
    let body = json!({
        "_total_items": rows.len(),
        "_links": self_link(&format!("{}{}", call.base, call.path)),
        "_embedded": { "links": rows },
    });
    Ok(Reply::json(200, paging::HAL, &body))
}

fn view(to: Kind, id: i64, is_main: bool) -> Value {
    let metadata = if to == Kind::Contacts { json!({ "main_contact": is_main }) } else { Value::Null };
    json!({ "to_entity_id": id, "to_entity_type": to.plural(), "metadata": metadata })
}

fn linked(kommo: &Kommo, kind: Kind, id: i64) -> Vec<Link> {
    match kind {
        Kind::Leads => {
            let lead = &kommo.leads[&id];
            let contacts =
                lead.contacts.iter().enumerate().map(|(index, id)| (Kind::Contacts, *id, index == 0));
            contacts.chain(lead.company.map(|id| (Kind::Companies, id, false))).collect()
        }
        Kind::Contacts => {
            let leads = kommo.leads.values().filter(|lead| lead.contacts.contains(&id));
            let company = kommo.contacts[&id].company.map(|id| (Kind::Companies, id, false));
            leads.map(|lead| (Kind::Leads, lead.card.id, false)).chain(company).collect()
        }
        Kind::Companies => {
            let leads = kommo.leads.values().filter(|lead| lead.company == Some(id));
            leads.map(|lead| (Kind::Leads, lead.card.id, false)).collect()
        }
    }
}

/// `POST /api/v4/leads/{id}/link`
pub(super) fn link(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let (lead, targets) = targets(world, call)?;
    let known = linked(&world.kommo, Kind::Leads, lead);
    if targets
        .iter()
        .any(|(to, id, _)| known.iter().any(|(known, known_id, _)| known == to && known_id == id))
    {
        // Linking what is already linked answers 500 on Kommo (api/kommo.md §9).
        return Err(Refusal::Internal);
    }
    let rows: Vec<Value> = targets.iter().map(|(to, id, is_main)| view(*to, *id, *is_main)).collect();
    let lead = world.kommo.leads.get_mut(&lead).expect("BUG: a lead that was just found is there");
    for (to, id, is_main) in targets {
        match (to, is_main) {
            (Kind::Contacts, true) => lead.contacts.insert(0, id),
            (Kind::Contacts, false) => lead.contacts.push(id),
            (Kind::Companies | Kind::Leads, _) => lead.company = Some(id),
        }
    }
    lead.card.updated_at = call.seconds();
    let body = json!({
        "_total_items": rows.len(),
        "_links": self_link(&format!("{}{}", call.base, call.path)),
        "_embedded": { "links": rows },
    });
    Ok(Reply::json(200, paging::HAL, &body))
}

/// `POST /api/v4/leads/{id}/unlink`
pub(super) fn unlink(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let (lead, targets) = targets(world, call)?;
    let lead = world.kommo.leads.get_mut(&lead).expect("BUG: a lead that was just found is there");
    for (to, id, _) in targets {
        match to {
            Kind::Contacts => lead.contacts.retain(|contact| *contact != id),
            Kind::Companies | Kind::Leads => lead.company = lead.company.filter(|company| *company != id),
        }
    }
    lead.card.updated_at = call.seconds();
    Ok(Reply::empty(204))
}

/// The lead of the path, and what a call links it to.
fn targets(world: &World, call: &Call) -> Result<(i64, Vec<Link>), Refusal> {
    let items = batch(call)?;
    let Some(lead) = call.id("id").filter(|id| world.kommo.card(Kind::Leads, *id).is_some()) else {
        return Err(Refusal::NotFound("Entity not found".to_owned()));
    };
    let targets = gather(&items, |item, problems| {
        let kind =
            item["to_entity_type"].as_str().and_then(Kind::from_plural).filter(|kind| *kind != Kind::Leads);
        let found = kind
            .zip(item["to_entity_id"].as_i64())
            .filter(|(kind, id)| world.kommo.card(*kind, *id).is_some());
        if found.is_none() {
            problems.push(Problem::new("NotSupportedChoice", "to_entity_id"));
        }
        found.map(|(kind, id)| (kind, id, item["metadata"]["is_main"].as_bool().unwrap_or(false)))
    })?;
    Ok((lead, targets))
}
