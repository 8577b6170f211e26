//! Leads, read (api/kommo.md §5).

use std::collections::HashMap;

use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Number, Value, json};

use super::card_filter::CardFilter;
use super::field_values;
use super::paging::{self, Among, Counts, Page, Range, list, order, self_link};
use super::state::{Field, Kind, Kommo, LOST, Lead, WON};
use crate::server::{Call, Query, Reply};
use crate::shared::World;
use crate::switches::{DeletedLead, FieldFilter, KommoSwitches, PlainList, Price, SelfLinks, StatusFilter};

/// `GET /api/v4/leads`
pub(super) fn all(world: &mut World, call: &Call) -> Reply {
    let World { kommo, switches, .. } = world;
    let wanted = Wanted::of(call, &switches.kommo);
    let mut leads: Vec<&Lead> = wanted.card.candidates(&kommo.leads);
    leads.retain(|lead| wanted.holds(lead));
    // Guess: the default order is by id, rising (api/kommo.md §5.1).
    if let Some((key, falling)) = order(&call.query, &["created_at", "updated_at", "id"]) {
        leads.sort_by_key(|lead| match key {
            "created_at" => (lead.card.created_at, lead.card.id),
            "updated_at" => (lead.card.updated_at, lead.card.id),
            _ => (lead.card.id, 0),
        });
        if falling {
            leads.reverse();
        }
    }
    let (leads, more) = Page::of(&call.query).cut(leads);
    let show = Show::new(call, kommo, &switches.kommo);
    let rows: Vec<Value> = leads.into_iter().map(|lead| show.lead(lead)).collect();
    list(call, "leads", &rows, more, Counts::None)
}

/// `GET /api/v4/leads/{id}`
pub(super) fn one(world: &mut World, call: &Call) -> Reply {
    let World { kommo, switches, .. } = world;
    let wants_deleted =
        call.query.lists("with", "only_deleted") || switches.kommo.deleted_lead == DeletedLead::Marked;
    let lead = call.id("id").and_then(|id| kommo.leads.get(&id));
    match lead {
        Some(lead) if !lead.card.is_deleted || wants_deleted => {
            let show = Show::new(call, kommo, &switches.kommo);
            Reply::json(200, paging::HAL, &show.lead(lead))
        }
        // Guess: a lead in the trash is gone like an unknown one (api/kommo.md §5.5).
        _ => Reply::empty(204),
    }
}

/// The filters of a lead list.
struct Wanted<'a> {
    card: CardFilter<'a>,
    pipelines: Among,
    only_deleted: bool,
    stages: Option<Vec<(Option<i64>, i64)>>,
    closed: Range,
    price: Option<i64>,
    fields: Vec<(i64, &'a str)>,
    open_only: bool,
}

impl<'a> Wanted<'a> {
    fn of(call: &'a Call, switches: &KommoSwitches) -> Self {
        let query = &call.query;
        let mut stages = stages(query);
        if let (Some(pairs), StatusFilter::FirstPair) = (&mut stages, switches.status_filter) {
            pairs.truncate(1);
        }
        let fields = match switches.field_filter {
            FieldFilter::Ignored => Vec::new(),
            FieldFilter::Honoured => query
                .under("filter[custom_fields_values]")
                .filter_map(|(path, value)| Some((path.first()?.parse().ok()?, value)))
                .collect(),
        };
        Self {
            card: CardFilter::of(call),
            pipelines: Among::of(query, "filter[pipeline_id]"),
            only_deleted: query.lists("with", "only_deleted"),
            open_only: stages.is_none() && switches.plain_list == PlainList::OpenOnly,
            stages,
            closed: Range::of(query, "closed_at"),
            price: query.get("filter[price]").and_then(|price| price.parse().ok()),
            fields,
        }
    }

    fn holds(&self, lead: &Lead) -> bool {
        lead.card.is_deleted == self.only_deleted
            && self.card.holds(&lead.card)
            && self.pipelines.holds(lead.pipeline_id)
            && self.price.is_none_or(|price| lead.price.trunc().to_i64() == Some(price))
            && self.in_stage(lead)
            && self.closed.holds(lead.closed_at)
            && self.fields.iter().all(|(field, value)| has_value(lead, *field, value))
    }

    fn in_stage(&self, lead: &Lead) -> bool {
        if self.open_only && [WON, LOST].contains(&lead.status_id) {
            return false;
        }
        self.stages.as_ref().is_none_or(|stages| {
            stages.iter().any(|(pipeline, status)| {
                lead.status_id == *status && pipeline.is_none_or(|pipeline| lead.pipeline_id == pipeline)
            })
        })
    }
}

/// Pairs of `filter[statuses]`. An empty pipeline means all of them, as seen once (api/kommo.md §5.3).
fn stages(query: &Query) -> Option<Vec<(Option<i64>, i64)>> {
    if !query.has("filter[statuses]") {
        return None;
    }
    let mut pairs: Vec<(&str, Option<i64>, Option<i64>)> = Vec::new();
    for (path, value) in query.under("filter[statuses]") {
        let [index, key] = path.as_slice() else { continue };
        let at = pairs.iter().position(|(known, ..)| known == index).unwrap_or_else(|| {
            pairs.push((index, None, None));
            pairs.len() - 1
        });
        match *key {
            "pipeline_id" => pairs[at].1 = value.parse().ok(),
            "status_id" => pairs[at].2 = value.parse().ok(),
            _ => {}
        }
    }
    // A list without pairs "gave nonsense" (api/kommo.md §5.3): here it finds nothing.
    Some(pairs.into_iter().filter_map(|(_, pipeline, status)| Some((pipeline, status?))).collect())
}

fn has_value(lead: &Lead, field: i64, wanted: &str) -> bool {
    lead.card.values.iter().filter(|held| held.field_id == field).flat_map(|held| &held.values).any(|held| {
        held.enum_id.is_some_and(|id| id.to_string() == wanted)
            || match &held.value {
                Value::String(text) => text == wanted,
                Value::Bool(on) => wanted == if *on { "1" } else { "0" },
                Value::Number(number) => wanted.parse::<Number>().is_ok_and(|wanted| wanted == *number),
                Value::Null | Value::Array(_) | Value::Object(_) => false,
            }
    })
}

/// How leads are shown to this call.
pub(super) struct Show<'a> {
    call: &'a Call,
    kommo: &'a Kommo,
    switches: &'a KommoSwitches,
    fields: HashMap<i64, &'a Field>,
}

impl<'a> Show<'a> {
    pub(super) fn new(call: &'a Call, kommo: &'a Kommo, switches: &'a KommoSwitches) -> Self {
        Self { call, kommo, switches, fields: kommo.fields_by_id(Kind::Leads) }
    }

    fn with(&self, what: &str) -> bool {
        self.call.query.lists("with", what)
    }

    fn lead(&self, lead: &Lead) -> Value {
        let Lead { card, .. } = lead;
        if self.with("only_deleted") {
            return json!({
                "id": card.id, "updated_at": card.updated_at, "is_deleted": true, "_links": self.links(card.id),
            });
        }
        let closest = self
            .kommo
            .tasks
            .values()
            .filter(|task| task.entity == Some((Kind::Leads, card.id)) && !task.is_completed)
            .map(|task| task.complete_till)
            .min();
        let mut body = json!({
            "id": card.id,
            "name": card.name,
            "price": lead.price.trunc().to_i64(),
            "responsible_user_id": card.responsible_user_id,
            "group_id": 0,
            "status_id": lead.status_id,
            "pipeline_id": lead.pipeline_id,
            "loss_reason_id": lead.loss_reason_id,
            "created_by": card.created_by,
            "updated_by": card.updated_by,
            "created_at": card.created_at,
            "updated_at": card.updated_at,
            "closed_at": lead.closed_at,
            "closest_task_at": closest,
            "is_deleted": card.is_deleted,
            "custom_fields_values": field_values::view(&card.values, &self.fields, self.switches.empty_fields),
            "score": null,
            "account_id": self.kommo.account.id,
            "labor_cost": null,
            "is_price_computed": false,
            "_links": self.links(card.id),
            "_embedded": self.embedded(lead),
        });
        if self.switches.price == Price::WithMinorUnits {
            body["price_with_minor_units"] = json!(lead.price.to_f64());
        }
        if self.with("is_price_modified_by_robot") {
            body["is_price_modified_by_robot"] = json!(false);
        }
        if self.with("source_id") {
            body["source_id"] = Value::Null;
        }
        body
    }

    fn embedded(&self, lead: &Lead) -> Value {
        let mut embedded = Map::new();
        embedded.insert("tags".to_owned(), super::cards::tags(&lead.card));
        let companies: Vec<Value> = lead
            .company
            .iter()
            .map(|id| json!({ "id": id, "_links": self.plain_links("companies", *id) }))
            .collect();
        embedded.insert("companies".to_owned(), json!(companies));
        if self.with("contacts") {
            let contacts: Vec<Value> = lead
                .contacts
                .iter()
                .enumerate()
                .map(|(index, id)| {
                    json!({ "id": id, "is_main": index == 0, "_links": self.plain_links("contacts", *id) })
                })
                .collect();
            embedded.insert("contacts".to_owned(), json!(contacts));
        }
        if self.with("loss_reason") {
            embedded.insert("loss_reason".to_owned(), self.loss_reason(lead));
        }
        if self.with("catalog_elements") {
            embedded.insert("catalog_elements".to_owned(), json!([]));
        }
        Value::Object(embedded)
    }

    /// An array with one object, as examples show it (api/kommo.md §5.2). Guess: empty for leads that were not lost.
    fn loss_reason(&self, lead: &Lead) -> Value {
        let reasons: Vec<Value> = self
            .kommo
            .loss_reasons
            .iter()
            .filter(|(id, _)| Some(*id) == lead.loss_reason_id)
            .map(|(id, name)| super::loss_reasons::view(self.call, self.kommo, *id, name))
            .collect();
        json!(reasons)
    }

    fn links(&self, id: i64) -> Value {
        match self.switches.self_links {
            SelfLinks::Plain => self.plain_links("leads", id),
            SelfLinks::WithPaging => {
                let page = Page::of(&self.call.query);
                let Page { number, limit } = page;
                self_link(&format!("{}/api/v4/leads/{id}?page={number}&limit={limit}", self.call.base))
            }
        }
    }

    fn plain_links(&self, kind: &str, id: i64) -> Value {
        self_link(&format!("{}/api/v4/{kind}/{id}", self.call.base))
    }
}
