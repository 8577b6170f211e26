//! Template types and the data fields they define (api/oneflow.md §3.4).

use serde_json::{Value, json};

use super::Refusal;
use super::admission::user_of;
use super::listing::{list, shown, sort};
use super::refusal::Problems;
use super::state::{Oneflow, Source, TemplateType, TypeField};
use crate::server::{Call, Reply};
use crate::shared::World;

const LONGEST_VALUE: usize = 1_024;

/// `GET /v1/template_types`
pub(super) fn all(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let mut found: Vec<&TemplateType> = world.oneflow.template_types.iter().collect();
    sort(call, &mut found, &["name"], |_, a, b| a.name.cmp(&b.name))?;
    list(call, found.into_iter().map(|known| view(call, known)))
}

/// `GET /v1/template_types/{id}`
pub(super) fn one(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let found = call.id("id").and_then(|id| world.oneflow.template_type(id)).ok_or(Refusal::NotFound)?;
    Ok(Reply::json(200, super::JSON, &view(call, found)))
}

/// `POST /v1/template_types`
pub(super) fn create(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    only_admin(&world.oneflow, call)?;
    let sent = call.json();
    let name = sent["name"].as_str().filter(|name| !name.is_empty());
    let name =
        name.ok_or_else(|| Refusal::Invalid(Problems::one("name", "Missing data for required field.")))?;
    let made = TemplateType {
        id: world.oneflow.fresh_id(),
        name: name.to_owned(),
        description: sent["description"].as_str().unwrap_or_default().to_owned(),
        extension_type: None,
        created: call.now,
        updated: call.now,
        data_fields: Vec::new(),
    };
    let body = view(call, &made);
    world.oneflow.template_types.push(made);
    Ok(Reply::json(200, super::JSON, &body))
}

/// `GET /v1/helpers/template_types/{id}/data_fields`
pub(super) fn data_fields(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let found = call.id("id").and_then(|id| world.oneflow.template_type(id)).ok_or(Refusal::NotFound)?;
    Ok(Reply::json(200, super::JSON, &json!({ "data_fields": fields_view(found) })))
}

/// `PUT /v1/template_types/{id}/data_fields`: the set sent replaces the old one.
pub(super) fn replace_data_fields(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    only_admin(&world.oneflow, call)?;
    let id =
        call.id("id").filter(|id| world.oneflow.template_type(*id).is_some()).ok_or(Refusal::NotFound)?;
    let sent = call.json();
    // Guess: the list is wrapped in `data_fields`.
    let Some(items) = sent["data_fields"].as_array() else {
        return Err(Refusal::Invalid(Problems::one("data_fields", "Missing data for required field.")));
    };
    let mut problems = Problems::default();
    let mut fields: Vec<TypeField> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let fresh = world.oneflow.fresh_id();
        let known = world.oneflow.template_type(id).map_or(&[][..], |known| &known.data_fields[..]);
        if let Some(field) = read(item, index, known, fresh, &mut problems) {
            if fields.iter().any(|other| other.custom_id == field.custom_id) {
                problems.add(format!("data_fields[{index}].custom_id"), "Duplicate custom id.");
            }
            fields.push(field);
        }
    }
    problems.check()?;
    let known = world.oneflow.template_types.iter_mut().find(|known| known.id == id);
    let known = known.expect("BUG: a template type that was just found is there");
    known.data_fields = fields;
    known.updated = call.now;
    Ok(Reply::json(200, super::JSON, &json!({ "data_fields": fields_view(known) })))
}

fn read(
    item: &Value,
    index: usize,
    known: &[TypeField],
    fresh: i64,
    problems: &mut Problems,
) -> Option<TypeField> {
    let text = |key: &str| item[key].as_str().map(str::to_owned);
    let Some(custom_id) = text("custom_id").filter(|id| !id.is_empty()) else {
        problems.add(format!("data_fields[{index}].custom_id"), "Missing data for required field.");
        return None;
    };
    let Some(name) = text("name").filter(|name| !name.is_empty()) else {
        problems.add(format!("data_fields[{index}].name"), "Missing data for required field.");
        return None;
    };
    let value = text("value").unwrap_or_default();
    if value.chars().count() > LONGEST_VALUE {
        problems.add(format!("data_fields[{index}].value"), "Longer than maximum length 1024.");
    }
    let known = known.iter().find(|field| field.custom_id == custom_id);
    Some(TypeField {
        id: known.map_or(fresh, |field| field.id),
        // Guess: a field that the API adds belongs to the integration.
        source: known.map_or(Source::System, |field| field.source),
        required: known.is_some_and(|field| field.required),
        custom_id,
        name,
        description: text("description").unwrap_or_default(),
        placeholder: text("placeholder").unwrap_or_default(),
        value,
    })
}

/// Administrators only; a call without a user runs as one.
fn only_admin(oneflow: &Oneflow, call: &Call) -> Result<(), Refusal> {
    match user_of(call).and_then(|id| oneflow.user(id)) {
        Some(user) if !user.is_admin => {
            Err(Refusal::Forbidden("Only administrators may change template types."))
        }
        _ => Ok(()),
    }
}

/// A template type as it stands inside a template.
pub(super) fn type_head(known: &TemplateType) -> Value {
    json!({
        "id": known.id,
        "name": known.name,
        "description": known.description,
        "extension_type": known.extension_type,
        "created_time": shown(known.created),
        "updated_time": shown(known.updated),
    })
}

fn view(call: &Call, known: &TemplateType) -> Value {
    let mut body = type_head(known);
    body["_links"] = super::self_link(call, &format!("template_types/{}", known.id));
    body["active"] = json!(true);
    body["data_fields"] = fields_view(known);
    body
}

fn fields_view(known: &TemplateType) -> Value {
    let fields = known.data_fields.iter().map(|field| {
        json!({
            "id": field.id,
            "custom_id": field.custom_id,
            "name": field.name,
            "description": field.description,
            "placeholder": field.placeholder,
            "source": field.source,
            "value": field.value,
            "active": true,
        })
    });
    json!(fields.collect::<Vec<_>>())
}
