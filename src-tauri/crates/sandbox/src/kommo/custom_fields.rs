//! Definitions of custom fields (api/kommo.md §10.1 and §10.2).

use serde_json::{Map, Value, json};

use super::Refusal;
use super::account::is_admin;
use super::cards::{self, kind_of};
use super::paging::{self, Counts, Page, list, order, request_id, self_link};
use super::refusal::{ItemProblems, Problem};
use super::state::{Choice, Field, FieldType, Kind, Kommo};
use crate::server::{Call, Reply};
use crate::shared::World;

/// One request returns at most this many fields, whatever limit is asked (api/kommo.md §10.1).
const MOST_PER_PAGE: usize = 50;

/// `GET /api/v4/{leads,contacts,companies}/custom_fields`
pub(super) fn all(world: &mut World, call: &Call) -> Reply {
    let kind = kind_of(call);
    let types = call.query.all("filter[type]");
    let mut fields: Vec<&Field> = world
        .kommo
        .fields
        .iter()
        .filter(|field| field.kind == kind)
        .filter(|field| {
            types.is_empty() || types.iter().any(|wanted| json!(field.field_type) == json!(wanted))
        })
        .collect();
    if let Some((key, falling)) = order(&call.query, &["sort", "id"]) {
        fields.sort_by_key(|field| if key == "sort" { (field.sort, field.id) } else { (field.id, 0) });
        if falling {
            fields.reverse();
        }
    }
    let total = fields.len();
    let page = Page::of(&call.query);
    let (fields, more) = Page { limit: page.limit.min(MOST_PER_PAGE), ..page }.cut(fields);
    let rows: Vec<Value> = fields.into_iter().map(|field| view(&world.kommo, call, field)).collect();
    list(call, "custom_fields", &rows, more, Counts::Totals(total))
}

/// `GET /api/v4/{leads,contacts,companies}/custom_fields/{field}`
pub(super) fn one(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    match call.id("field").and_then(|id| world.kommo.field(kind_of(call), id)) {
        Some(field) => Ok(Reply::json(200, paging::HAL, &view(&world.kommo, call, field))),
        // Guess: an unknown field is 404, as an unknown pipeline is.
        None => Err(Refusal::NotFound("Custom field not found".to_owned())),
    }
}

/// `POST /api/v4/{leads,contacts,companies}/custom_fields`: administrators only, 201.
///
/// Guess: a single object is taken as well, and answered at the root (api/kommo.md §10.2).
pub(super) fn create(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    if !is_admin(&world.kommo, call) {
        return Err(Refusal::Forbidden);
    }
    let sent = call.json();
    let (items, single) = match &sent {
        Value::Array(items) if !items.is_empty() => (items.clone(), false),
        Value::Object(_) => (vec![sent], true),
        _ => return Err(Refusal::EmptyBody),
    };
    let kind = kind_of(call);
    let mut fields = Vec::new();
    let mut wrong = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let mut problems = Vec::new();
        match read(&mut world.kommo, kind, item, &mut problems) {
            Some(field) if problems.is_empty() => fields.push(field),
            _ => wrong.push(ItemProblems { request_id: request_id(item, index), problems }),
        }
    }
    if !wrong.is_empty() {
        return Err(Refusal::Validation(wrong));
    }
    let rows: Vec<Value> = fields.iter().map(|field| view(&world.kommo, call, field)).collect();
    world.kommo.fields.extend(fields);
    if single {
        return Ok(Reply::json(201, paging::HAL, &rows[0]));
    }
    let body = json!({ "_total_items": rows.len(), "_embedded": { "custom_fields": rows } });
    Ok(Reply::json(201, paging::HAL, &body))
}

fn read(kommo: &mut Kommo, kind: Kind, item: &Value, problems: &mut Vec<Problem>) -> Option<Field> {
    let name = cards::text(item, "name", problems);
    if name.as_deref().is_none_or(str::is_empty) {
        problems.push(Problem::new("NotBlank", "name"));
    }
    let field_type: Option<FieldType> = serde_json::from_value(item["type"].clone()).ok();
    match field_type {
        Some(field_type) if field_type.fits(kind) => {}
        Some(_) | None if item["type"].is_null() => problems.push(Problem::new("FieldMissing", "type")),
        Some(_) | None => problems.push(Problem::new("NotSupportedChoice", "type")),
    }
    let code = cards::text(item, "code", problems);
    if code.is_some() && kommo.fields.iter().any(|field| field.kind == kind && field.code == code) {
        // Guess: codes are unique per kind of card.
        problems.push(Problem::new("NotSupportedChoice", "code"));
    }
    if code.is_some() && item["sort"].as_i64() == Some(0) {
        problems.push(Problem::new("InvalidType", "sort"));
    }
    let enums = read_choices(kommo, item);
    if field_type.is_some_and(FieldType::has_choices) && enums.is_empty() {
        problems.push(Problem::new("FieldMissing", "enums"));
    }
    Some(Field {
        id: kommo.fresh_id(),
        kind,
        name: name?,
        field_type: field_type?,
        code,
        sort: item["sort"].as_i64().unwrap_or(500),
        is_api_only: item["is_api_only"].as_bool().unwrap_or(false),
        is_predefined: false,
        currency: (field_type == Some(FieldType::Monetary)).then(|| kommo.account.currency.to_owned()),
        enums,
        required_statuses: item["required_statuses"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|pair| Some((pair["pipeline_id"].as_i64()?, pair["status_id"].as_i64()?)))
            .collect(),
    })
}

fn read_choices(kommo: &mut Kommo, item: &Value) -> Vec<Choice> {
    let sent = item["enums"].as_array().cloned().unwrap_or_default();
    sent.iter()
        .zip(1..)
        .filter_map(|(choice, sort)| {
            Some(Choice {
                id: kommo.fresh_id(),
                value: choice["value"].as_str()?.to_owned(),
                code: choice["code"].as_str().map(str::to_owned),
                sort: choice["sort"].as_i64().unwrap_or(sort),
            })
        })
        .collect()
}

fn view(kommo: &Kommo, call: &Call, field: &Field) -> Value {
    let mut body = Map::new();
    let mut put = |key: &str, value: Value| body.insert(key.to_owned(), value);
    put("id", json!(field.id));
    put("name", json!(field.name));
    put("type", json!(field.field_type));
    put("account_id", json!(kommo.account.id));
    put("code", json!(field.code));
    put("sort", json!(field.sort));
    put("is_api_only", json!(field.is_api_only));
    put("enums", choices(field));
    put("group_id", Value::Null);
    let required = field
        .required_statuses
        .iter()
        .map(|(pipeline, status)| json!({ "status_id": status, "pipeline_id": pipeline }));
    put("required_statuses", json!(required.collect::<Vec<_>>()));
    put("is_deletable", json!(!field.is_predefined));
    put("is_predefined", json!(field.is_predefined));
    put("entity_type", json!(field.kind.plural()));
    put("tracking_callback", Value::Null);
    put("remind", Value::Null);
    put("triggers", json!([]));
    put("currency", json!(field.currency));
    put("hidden_statuses", json!([]));
    put("chained_lists", Value::Null);
    let address = format!("{}/api/v4/{}/custom_fields/{}", call.base, field.kind.plural(), field.id);
    put("_links", self_link(&address));
    Value::Object(body)
}

fn choices(field: &Field) -> Value {
    if field.enums.is_empty() {
        return Value::Null;
    }
    let choices = field.enums.iter().map(|choice| {
        let mut shown = json!({ "id": choice.id, "value": choice.value, "sort": choice.sort });
        if choice.code.is_some() {
            shown["code"] = json!(choice.code);
        }
        shown
    });
    json!(choices.collect::<Vec<_>>())
}
