//! Leads, written (api/kommo.md §6).

use std::str::FromStr;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::cards::{CardChange, gather, number, searchable_from, single_patch};
use super::paging::{batch, request_id, self_link, written};
use super::refusal::Problem;
use super::state::{Card, Kind, Kommo, LOST, Lead, NewEvent, WON};
use super::{Refusal, user_of};
use crate::server::{Call, Reply};
use crate::shared::World;
use crate::switches::{KommoSwitches, LossReasonWithMove, RequiredFields};

/// `PATCH /api/v4/leads/{id}`
pub(super) fn change_one(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let mut item = match call.json() {
        Value::Object(keys) if !keys.is_empty() => Value::Object(keys),
        Value::Array(_) => return Err(Refusal::MethodNotAllowed),
        _ => return Err(Refusal::EmptyBody),
    };
    item["id"] = json!(call.id("id"));
    let written = change(world, call, &[item])?;
    Ok(single_patch(world, call, "leads", &written[0]))
}

/// `PATCH /api/v4/leads`
pub(super) fn change_many(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let items = change(world, call, &batch(call)?)?;
    Ok(written(call, "leads", &items))
}

/// `POST /api/v4/leads`
pub(super) fn create(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let items = batch(call)?;
    let changes = gather(&items, |item, problems| {
        Some(LeadChange::read(&world.kommo, &world.switches.kommo, None, item, problems))
    })?;
    let user = user_of(call);
    let mut answers = Vec::new();
    for (index, (change, item)) in changes.into_iter().zip(&items).enumerate() {
        let id = create_lead(world, call, user, change, item);
        let address = format!("{}/api/v4/leads/{id}", call.base);
        answers
            .push(json!({ "id": id, "request_id": request_id(item, index), "_links": self_link(&address) }));
    }
    Ok(written(call, "leads", &answers))
}

fn create_lead(world: &mut World, call: &Call, user: i64, change: LeadChange, item: &Value) -> i64 {
    let kommo = &mut world.kommo;
    let id = kommo.fresh_id();
    let pipeline = kommo.pipelines.iter().find(|pipeline| pipeline.is_main);
    let pipeline = pipeline.expect("BUG: an account has a main pipeline");
    let first = pipeline.stages.iter().find(|stage| !stage.is_incoming);
    let linked = |name: &str| {
        item["_embedded"][name]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|link| link["id"].as_i64())
            .collect()
    };
    let contacts: Vec<i64> = linked("contacts");
    let companies: Vec<i64> = linked("companies");
    let lead = Lead {
        card: new_card(id, user, call, searchable_from(call.now, id, world.switches.kommo.search_index)),
        price: Decimal::ZERO,
        pipeline_id: pipeline.id,
        status_id: first.expect("BUG: a pipeline has a first stage").id,
        loss_reason_id: None,
        closed_at: None,
        contacts,
        company: companies.first().copied(),
    };
    kommo.leads.insert(id, lead);
    kommo.remember(NewEvent {
        event_type: "lead_added",
        kind: Kind::Leads,
        entity_id: id,
        by: user,
        at: call.seconds(),
        before: json!([]),
        after: json!([]),
    });
    change.apply(world, call, user, id);
    id
}

/// A card made now.
pub(super) fn new_card(id: i64, user: i64, call: &Call, searchable_from: jiff::Timestamp) -> Card {
    Card {
        id,
        name: String::new(),
        responsible_user_id: user,
        created_by: user,
        updated_by: user,
        created_at: call.seconds(),
        updated_at: call.seconds(),
        is_deleted: false,
        values: Vec::new(),
        tags: Vec::new(),
        files: Vec::new(),
        searchable_from,
    }
}

fn change(world: &mut World, call: &Call, items: &[Value]) -> Result<Vec<Value>, Refusal> {
    let changes = gather(items, |item, problems| {
        let id = item["id"].as_i64();
        let Some(lead) = id.and_then(|id| world.kommo.leads.get(&id)).filter(|lead| !lead.card.is_deleted)
        else {
            // Guess: a PATCH of an unknown or deleted lead is a validation error (api/kommo.md §19.4).
            problems.push(Problem::new("NotSupportedChoice", "id"));
            return None;
        };
        Some((
            lead.card.id,
            LeadChange::read(&world.kommo, &world.switches.kommo, Some(lead), item, problems),
        ))
    })?;
    for (id, change) in &changes {
        change.check_loss_reason(&world.kommo, world.switches.kommo.loss_reason_with_move, *id)?;
    }
    let user = user_of(call);
    let mut answers = Vec::new();
    for (index, (id, change)) in changes.into_iter().enumerate() {
        change.apply(world, call, user, id);
        answers.push(json!({
            "id": id,
            "updated_at": world.kommo.leads[&id].card.updated_at,
            "request_id": request_id(&items[index], index),
            "_links": self_link(&format!("{}/api/v4/leads/{id}", call.base)),
        }));
    }
    Ok(answers)
}

/// One item of a write, read and found good.
#[derive(Debug)]
struct LeadChange {
    card: CardChange,
    price: Option<Decimal>,
    /// (pipeline, stage) to stand in afterwards.
    stage: Option<(i64, i64)>,
    closed_at: Option<i64>,
    loss_reason: Option<LossReason>,
}

/// What a write says about the loss reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LossReason {
    Cleared,
    Is(i64),
}

impl LeadChange {
    fn read(
        kommo: &Kommo,
        switches: &KommoSwitches,
        lead: Option<&Lead>,
        item: &Value,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let change = Self {
            card: CardChange::read(kommo, Kind::Leads, item, problems),
            price: price(item, problems),
            stage: stage(kommo, lead, item, problems),
            closed_at: number(item, "closed_at", problems),
            loss_reason: item
                .get("loss_reason_id")
                .map(|sent| sent.as_i64().map_or(LossReason::Cleared, LossReason::Is)),
        };
        if let (Some(lead), Some(stage), RequiredFields::Enforced) =
            (lead, change.stage, switches.required_fields)
        {
            change.check_required(kommo, lead, stage, problems);
        }
        change
    }

    fn check_required(&self, kommo: &Kommo, lead: &Lead, stage: (i64, i64), problems: &mut Vec<Problem>) {
        for field in kommo.fields.iter().filter(|field| field.required_statuses.contains(&stage)) {
            let held = lead.card.values.iter().any(|value| value.field_id == field.id);
            let sent = self.card.values.iter().find(|value| value.field_id == field.id);
            if !sent.map_or(held, |sent| sent.values.is_some()) {
                problems.push(Problem::new("FieldMissing", "custom_fields_values"));
            }
        }
    }

    /// A reason stands only on a lost lead (api/kommo.md §6.3).
    fn check_loss_reason(&self, kommo: &Kommo, switch: LossReasonWithMove, id: i64) -> Result<(), Refusal> {
        let Some(reason) = self.loss_reason else { return Ok(()) };
        let now_in = kommo.leads[&id].status_id;
        let counted = match switch {
            LossReasonWithMove::Accepted => self.stage.map_or(now_in, |(_, status)| status),
            LossReasonWithMove::Refused => now_in,
        };
        // Guess: null on a lead that is not lost is let through where the move may carry a reason.
        let harmless = reason == LossReason::Cleared && switch == LossReasonWithMove::Accepted;
        if counted == LOST || harmless {
            return Ok(());
        }
        Err(Refusal::Legacy { id, message: "Loss reason can be specified only for lost lead" })
    }

    fn apply(self, world: &mut World, call: &Call, user: i64, id: i64) {
        let index = world.switches.kommo.search_index;
        let Some(lead) = world.kommo.leads.get_mut(&id) else { return };
        let before = (lead.pipeline_id, lead.status_id);
        let old_price = lead.price;
        let changed_fields = self.card.apply(&mut lead.card, user, call.now, index);
        if let Some(price) = self.price {
            lead.price = price;
        }
        if let Some(stage) = self.stage {
            move_to(lead, stage, self.closed_at.unwrap_or(call.seconds()));
        }
        if let Some(closed_at) = self.closed_at {
            lead.closed_at = Some(closed_at);
        }
        match self.loss_reason {
            None => {}
            Some(LossReason::Cleared) => lead.loss_reason_id = None,
            Some(LossReason::Is(id)) => lead.loss_reason_id = Some(id),
        }
        let after = (lead.pipeline_id, lead.status_id);
        let price_changed = lead.price != old_price;
        let mut events: Vec<(&'static str, Value, Value)> = Vec::new();
        if before != after {
            events.push(("lead_status_changed", in_stage(before), in_stage(after)));
        }
        if price_changed {
            events.push(("sale_field_changed", json!([]), json!([])));
        }
        for field in changed_fields {
            let value = json!([{ "custom_field_value": { "field_id": field } }]);
            events.push(("custom_field_value_changed", json!([]), value));
        }
        for (event_type, before, after) in events {
            let at = call.seconds();
            world.kommo.remember(NewEvent {
                event_type,
                kind: Kind::Leads,
                entity_id: id,
                by: user,
                at,
                before,
                after,
            });
        }
    }
}

/// `value_before` and `value_after` of a change of stage.
pub(crate) fn in_stage((pipeline, status): (i64, i64)) -> Value {
    json!([{ "lead_status": { "id": status, "pipeline_id": pipeline } }])
}

/// Moves a lead. Guess: entering won or lost sets `closed_at`, leaving clears it (api/kommo.md §6.3).
pub(crate) fn move_to(lead: &mut Lead, (pipeline, status): (i64, i64), now: i64) {
    let was_closed = [WON, LOST].contains(&lead.status_id);
    let is_closed = [WON, LOST].contains(&status);
    let moved = lead.status_id != status;
    lead.pipeline_id = pipeline;
    lead.status_id = status;
    match (was_closed, is_closed) {
        (_, true) if moved => lead.closed_at = Some(now),
        (true, false) => lead.closed_at = None,
        _ => {}
    }
}

fn stage(
    kommo: &Kommo,
    lead: Option<&Lead>,
    item: &Value,
    problems: &mut Vec<Problem>,
) -> Option<(i64, i64)> {
    let pipeline = number(item, "pipeline_id", problems);
    let status = number(item, "status_id", problems);
    let (pipeline, status) = match (pipeline, status) {
        (None, None) => return None,
        (Some(pipeline), Some(status)) => (pipeline, status),
        (None, Some(status)) => (pipeline_of(kommo, lead, status), status),
        (Some(pipeline), None) => {
            (pipeline, lead.map_or(first_stage(kommo, pipeline), |lead| lead.status_id))
        }
    };
    if kommo.pipelines.iter().all(|known| known.id != pipeline) {
        problems.push(Problem::new("NotSupportedChoice", "pipeline_id"));
        return None;
    }
    match kommo.stage(pipeline, status) {
        Some(stage) if !stage.is_incoming => Some((pipeline, status)),
        // The incoming stage is no target (api/kommo.md §6.3).
        _ => {
            problems.push(Problem::new("NotSupportedChoice", "status_id"));
            None
        }
    }
}

/// The pipeline meant by a stage alone: its own, or the lead's for won and lost. Opinions differ whether a stage
/// alone moves a lead across pipelines (api/kommo.md §6.1); users report that it does.
fn pipeline_of(kommo: &Kommo, lead: Option<&Lead>, status: i64) -> i64 {
    let main = kommo.pipelines.iter().find(|pipeline| pipeline.is_main).map_or(0, |pipeline| pipeline.id);
    let own = lead.map_or(main, |lead| lead.pipeline_id);
    if kommo.stage(own, status).is_some() {
        return own;
    }
    kommo
        .pipelines
        .iter()
        .find(|pipeline| pipeline.stages.iter().any(|stage| stage.id == status))
        .map_or(own, |pipeline| pipeline.id)
}

fn first_stage(kommo: &Kommo, pipeline: i64) -> i64 {
    kommo
        .pipelines
        .iter()
        .find(|known| known.id == pipeline)
        .and_then(|known| known.stages.iter().find(|stage| !stage.is_incoming))
        .map_or(0, |stage| stage.id)
}

fn price(item: &Value, problems: &mut Vec<Problem>) -> Option<Decimal> {
    match &item["price"] {
        Value::Null => None,
        // Kommo's docs know whole prices only (api/kommo.md §19.3).
        Value::Number(number) if number.is_i64() => Decimal::from_str(&number.to_string()).ok(),
        _ => {
            problems.push(Problem::new("InvalidType", "price"));
            None
        }
    }
}
