//! Contacts and companies (api/kommo.md §7 and §8).

use std::collections::HashMap;

use serde_json::{Value, json};

use super::card_filter::CardFilter;
use super::cards::{CardChange, gather, searchable_from, single_patch, tags, text};
use super::lead_changes::new_card;
use super::paging::{self, Counts, Page, batch, list, order, request_id, self_link, written};
use super::refusal::Problem;
use super::state::{Card, Company, Contact, Field, Kind, Kommo};
use super::{Refusal, field_values, user_of};
use crate::server::{Call, Reply};
use crate::shared::World;
use crate::switches::EmptyFields;

/// `GET /api/v4/contacts`
pub(super) fn all_contacts(world: &mut World, call: &Call) -> Reply {
    all(world, call, Kind::Contacts)
}

/// `GET /api/v4/companies`
pub(super) fn all_companies(world: &mut World, call: &Call) -> Reply {
    all(world, call, Kind::Companies)
}

/// `GET /api/v4/contacts/{id}`
pub(super) fn one_contact(world: &mut World, call: &Call) -> Reply {
    one(world, call, Kind::Contacts)
}

/// `GET /api/v4/companies/{id}`
pub(super) fn one_company(world: &mut World, call: &Call) -> Reply {
    one(world, call, Kind::Companies)
}

fn all(world: &World, call: &Call, kind: Kind) -> Reply {
    let query = &call.query;
    let filter = CardFilter::of(call);
    let World { kommo, .. } = world;
    let mut cards: Vec<&Card> = if kind == Kind::Contacts {
        let filter = filter.whenever_created();
        let found = filter.candidates(&kommo.contacts).into_iter().map(|contact| &contact.card);
        found.filter(|card| !card.is_deleted && filter.holds(card)).collect()
    } else {
        let found = filter.candidates(&kommo.companies).into_iter().map(|company| &company.card);
        found.filter(|card| !card.is_deleted && filter.holds(card)).collect()
    };
    if let Some((key, falling)) = order(query, &["updated_at", "id"]) {
        cards.sort_by_key(|card| if key == "updated_at" { (card.updated_at, card.id) } else { (card.id, 0) });
        if falling {
            cards.reverse();
        }
    }
    let (cards, more) = Page::of(query).cut(cards);
    let show = Show::new(world, call, kind);
    let rows: Vec<Value> = cards.into_iter().map(|card| show.card(card)).collect();
    list(call, kind.plural(), &rows, more, Counts::None)
}

fn one(world: &World, call: &Call, kind: Kind) -> Reply {
    match call.id("id").and_then(|id| world.kommo.card(kind, id)) {
        Some(card) => Reply::json(200, paging::HAL, &Show::new(world, call, kind).card(card)),
        None => Reply::empty(204),
    }
}

struct Show<'a> {
    call: &'a Call,
    kommo: &'a Kommo,
    kind: Kind,
    fields: HashMap<i64, &'a Field>,
    empty: EmptyFields,
}

impl<'a> Show<'a> {
    fn new(world: &'a World, call: &'a Call, kind: Kind) -> Self {
        let World { kommo, switches, .. } = world;
        Self { call, kommo, kind, fields: kommo.fields_by_id(kind), empty: switches.kommo.empty_fields }
    }

    fn card(&self, card: &Card) -> Value {
        let mut body = json!({
            "id": card.id,
            "name": card.name,
            "responsible_user_id": card.responsible_user_id,
            "group_id": 0,
            "created_by": card.created_by,
            "updated_by": card.updated_by,
            "created_at": card.created_at,
            "updated_at": card.updated_at,
            "closest_task_at": null,
            "is_deleted": card.is_deleted,
            "custom_fields_values": field_values::view(&card.values, &self.fields, self.empty),
            "account_id": self.kommo.account.id,
            "_links": self.links(self.kind, card.id),
            "_embedded": { "tags": tags(card) },
        });
        if let Some(contact) = self.kommo.contacts.get(&card.id).filter(|_| self.kind == Kind::Contacts) {
            body["first_name"] = json!(contact.first_name);
            body["last_name"] = json!(contact.last_name);
            body["is_unsorted"] = json!(false);
            let companies = contact.company.into_iter();
            body["_embedded"]["companies"] = self.linked(Kind::Companies, companies);
        }
        if self.call.query.lists("with", "leads") {
            let leads = self.kommo.leads.values().filter(|lead| match self.kind {
                Kind::Contacts => lead.contacts.contains(&card.id),
                Kind::Companies | Kind::Leads => lead.company == Some(card.id),
            });
            body["_embedded"]["leads"] = self.linked(Kind::Leads, leads.map(|lead| lead.card.id));
        }
        if self.kind == Kind::Companies && self.call.query.lists("with", "contacts") {
            let contacts = self.kommo.contacts.values().filter(|contact| contact.company == Some(card.id));
            body["_embedded"]["contacts"] =
                self.linked(Kind::Contacts, contacts.map(|contact| contact.card.id));
        }
        body
    }

    fn linked(&self, kind: Kind, ids: impl Iterator<Item = i64>) -> Value {
        json!(ids.map(|id| json!({ "id": id, "_links": self.links(kind, id) })).collect::<Vec<_>>())
    }

    fn links(&self, kind: Kind, id: i64) -> Value {
        self_link(&format!("{}/api/v4/{}/{id}", self.call.base, kind.plural()))
    }
}

/// `POST /api/v4/contacts`
pub(super) fn create_contacts(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    create(world, call, Kind::Contacts)
}

/// `POST /api/v4/companies`
pub(super) fn create_companies(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    create(world, call, Kind::Companies)
}

fn create(world: &mut World, call: &Call, kind: Kind) -> Result<Reply, Refusal> {
    let items = batch(call)?;
    let changes = gather(&items, |item, problems| Some(Change::read(&world.kommo, kind, item, problems)))?;
    let user = user_of(call);
    let index = world.switches.kommo.search_index;
    let mut answers = Vec::new();
    for (position, change) in changes.into_iter().enumerate() {
        let id = world.kommo.fresh_id();
        let card = new_card(id, user, call, searchable_from(call.now, id, index));
        if kind == Kind::Contacts {
            let contact =
                Contact { card, first_name: String::new(), last_name: String::new(), company: None };
            world.kommo.contacts.insert(id, contact);
        } else {
            world.kommo.companies.insert(id, Company { card });
        }
        change.apply(world, call, kind, user, id);
        answers.push(json!({
            "id": id,
            "is_deleted": false,
            "is_unsorted": false,
            "request_id": request_id(&items[position], position),
            "_links": self_link(&format!("{}/api/v4/{}/{id}", call.base, kind.plural())),
        }));
    }
    Ok(written(call, kind.plural(), &answers))
}

/// `PATCH /api/v4/contacts`
pub(super) fn change_contacts(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let items = change(world, call, Kind::Contacts, &batch(call)?)?;
    Ok(written(call, "contacts", &items))
}

/// `PATCH /api/v4/companies`
pub(super) fn change_companies(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let items = change(world, call, Kind::Companies, &batch(call)?)?;
    Ok(written(call, "companies", &items))
}

/// `PATCH /api/v4/contacts/{id}`
pub(super) fn change_contact(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    change_one(world, call, Kind::Contacts)
}

/// `PATCH /api/v4/companies/{id}`
pub(super) fn change_company(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    change_one(world, call, Kind::Companies)
}

fn change_one(world: &mut World, call: &Call, kind: Kind) -> Result<Reply, Refusal> {
    let Value::Object(keys) = call.json() else { return Err(Refusal::EmptyBody) };
    let mut item = Value::Object(keys);
    item["id"] = json!(call.id("id"));
    let items = change(world, call, kind, &[item])?;
    Ok(single_patch(world, call, kind.plural(), &items[0]))
}

fn change(world: &mut World, call: &Call, kind: Kind, items: &[Value]) -> Result<Vec<Value>, Refusal> {
    let changes = gather(items, |item, problems| {
        let Some(card) = item["id"].as_i64().and_then(|id| world.kommo.card(kind, id)) else {
            problems.push(Problem::new("NotSupportedChoice", "id"));
            return None;
        };
        Some((card.id, Change::read(&world.kommo, kind, item, problems)))
    })?;
    let user = user_of(call);
    let mut answers = Vec::new();
    for (id, change) in changes {
        change.apply(world, call, kind, user, id);
        let card = world.kommo.card(kind, id).expect("BUG: a card that was just changed is there");
        answers.push(json!({
            "id": id,
            "name": card.name,
            "updated_at": card.updated_at,
            "is_deleted": false,
            "is_unsorted": false,
            "_links": self_link(&format!("{}/api/v4/{}/{id}", call.base, kind.plural())),
        }));
    }
    Ok(answers)
}

struct Change {
    card: CardChange,
    first_name: Option<String>,
    last_name: Option<String>,
}

impl Change {
    fn read(kommo: &Kommo, kind: Kind, item: &Value, problems: &mut Vec<Problem>) -> Self {
        Self {
            card: CardChange::read(kommo, kind, item, problems),
            first_name: text(item, "first_name", problems),
            last_name: text(item, "last_name", problems),
        }
    }

    fn apply(self, world: &mut World, call: &Call, kind: Kind, user: i64, id: i64) {
        let index = world.switches.kommo.search_index;
        let renamed = self.first_name.is_some() || self.last_name.is_some();
        if let Some(contact) = world.kommo.contacts.get_mut(&id).filter(|_| kind == Kind::Contacts) {
            contact.first_name = self.first_name.unwrap_or_else(|| contact.first_name.clone());
            contact.last_name = self.last_name.unwrap_or_else(|| contact.last_name.clone());
            if renamed {
                // First and last name together build the name (api/kommo.md §7.1).
                let name = format!("{} {}", contact.first_name, contact.last_name);
                name.trim().clone_into(&mut contact.card.name);
            }
        }
        if let Some(card) = world.kommo.card_mut(kind, id) {
            self.card.apply(card, user, call.now, index);
        }
    }
}
