//! `POST /v1/contracts/create` (api/oneflow.md §3.6).

use jiff::SignedDuration;
use rand::Rng;
use serde_json::{Value, json};

use super::account::sees;
use super::admission::needs_user;
use super::party_reader::Reader;
use super::refusal::Problems;
use super::state::{Contract, ContractState, DataField, Oneflow, SigningPeriod, Template, TypeField};
use super::{Refusal, view};
use crate::server::{Call, Reply};
use crate::shared::World;
use crate::switches::RequiredDataFields;

const LONGEST_NAME: usize = 130;
const MOST_PRODUCTS: usize = 150;
/// The web app's default (api/oneflow.md §3.7).
pub(crate) const SIGNING_PERIOD: SigningPeriod = SigningPeriod::DaysAfterPublish(14);

/// Makes a draft.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let caller = needs_user(call)?;
    let sent = call.json();
    let mut problems = Problems::default();
    if !sent.is_object() {
        problems.add("body", "Not a valid JSON object.");
    }
    let template = template(world, call, &sent, &mut problems)?.cloned();
    check_name(&sent, &mut problems);
    let fields = template
        .as_ref()
        .map(|template| data_fields(&mut world.oneflow, call, template, &sent, &mut problems));
    let fields = fields.unwrap_or_default();
    if world.switches.oneflow.required_data_fields == RequiredDataFields::AtCreate {
        missing_values(&fields, &mut problems);
    }
    if let Some(template) = &template {
        check_products(template, &sent["product_groups"], &mut problems);
    }
    let custom_ids = world.switches.oneflow.custom_ids;
    let mut reader = Reader { oneflow: &mut world.oneflow, custom_ids, caller, now: call.now, problems };
    let parties = reader.parties(&sent);
    std::mem::take(&mut reader.problems).check()?;
    let template = template.ok_or(Refusal::NotFound)?;

    let id = world.oneflow.fresh_contract_id(world.switches.oneflow.contract_ids, &mut world.random);
    let contract = Contract {
        id,
        state: ContractState::Draft,
        // Guess: without a name the contract takes the template's.
        name: sent["name"].as_str().unwrap_or(&template.name).to_owned(),
        workspace_id: sent["workspace_id"].as_i64().unwrap_or_default(),
        template_id: template.id,
        template_type_id: template.template_type,
        value: sent["value"].clone(),
        created: call.now,
        updated: call.now,
        state_updated: call.now,
        published: None,
        expires: None,
        signing_period: SIGNING_PERIOD,
        parties,
        data_fields: fields,
        product_groups: sent["product_groups"].as_array().map_or(json!([]), |groups| json!(groups)),
        tags: sent["tags"].as_array().into_iter().flatten().filter_map(|tag| tag["id"].as_i64()).collect(),
        sign_order: None,
        events: Vec::new(),
        comments: Vec::new(),
        shown_from: call.now + shown_late(world),
        by_api: true,
        invitation: None,
        pdf_changed: call.now,
    };
    world.oneflow.contracts.insert(id, contract);
    let by = world.oneflow.user_as_actor(id, Some(caller));
    world.oneflow.record(
        id,
        "contract:create",
        call.now,
        by,
        json!({ "id": id, "type": "contract" }),
        Value::Null,
    );
    Ok(Reply::json(200, super::JSON, &view::contract(world, call, id, view::Form::WHOLE)))
}

/// How long lists do not show a new contract. Guess: the index lags (api/oneflow.md §10.6); one look that shows it
/// is followed only by looks that show it.
fn shown_late(world: &mut World) -> SignedDuration {
    let (least, most) = world.switches.oneflow.shown_late_ms;
    let late = world.random.random_range(least..=most.max(least));
    SignedDuration::from_millis(i64::try_from(late).unwrap_or(i64::MAX))
}

/// The template: active, and in the workspace (api/oneflow.md §3.6).
fn template<'a>(
    world: &'a World,
    call: &Call,
    sent: &Value,
    problems: &mut Problems,
) -> Result<Option<&'a Template>, Refusal> {
    let mut number = |key: &str| {
        let number = sent[key].as_i64();
        if number.is_none() {
            problems.add(key, "Missing data for required field.");
        }
        number
    };
    let (workspace, template) = (number("workspace_id"), number("template_id"));
    let (Some(workspace), Some(template)) = (workspace, template) else { return Ok(None) };
    let known = world.oneflow.workspaces.iter().any(|known| known.id == workspace);
    if !known || !sees(world, call, workspace) {
        return Err(Refusal::Forbidden("You may not create contracts in this workspace."));
    }
    let template = world.oneflow.template(template).ok_or(Refusal::NotFound)?;
    if !template.active {
        return Err(Refusal::Forbidden("The template is not active."));
    }
    if !template.workspaces.contains(&workspace) {
        // Guess: 404, as for what one may not see.
        return Err(Refusal::NotFound);
    }
    Ok(Some(template))
}

fn check_name(sent: &Value, problems: &mut Problems) {
    match &sent["name"] {
        Value::Null => {}
        Value::String(name) if name.chars().count() <= LONGEST_NAME => {}
        Value::String(_) => problems.add("name", "Longer than maximum length 130."),
        _ => problems.add("name", "Not a valid string."),
    }
}

/// The fields of the template's type with the values sent. Only those can be set.
fn data_fields(
    oneflow: &mut Oneflow,
    call: &Call,
    template: &Template,
    sent: &Value,
    problems: &mut Problems,
) -> Vec<DataField> {
    let defined: Vec<TypeField> = template
        .template_type
        .and_then(|id| oneflow.template_type(id))
        .map_or_else(Vec::new, |known| known.data_fields.clone());
    let mut fields: Vec<DataField> = defined
        .into_iter()
        .map(|field| DataField {
            id: oneflow.fresh_id(),
            custom_id: field.custom_id,
            name: field.name,
            description: field.description,
            placeholder: field.placeholder,
            value: field.value,
            source: field.source,
            required: field.required,
            created: call.now,
            updated: call.now,
        })
        .collect();
    let items = sent["data_fields"].as_array().cloned().unwrap_or_default();
    if !sent["data_fields"].is_null() && !sent["data_fields"].is_array() {
        problems.add("data_fields", "Not a valid list.");
    }
    for (index, item) in items.iter().enumerate() {
        let custom_id = item["custom_id"].as_str();
        let field = fields.iter_mut().find(|field| Some(field.custom_id.as_str()) == custom_id);
        match (field, item["value"].as_str()) {
            (Some(field), Some(value)) => value.clone_into(&mut field.value),
            (Some(_), None) => problems.add(format!("data_fields[{index}].value"), "Not a valid string."),
            (None, _) if custom_id.is_none() => {
                problems.add(format!("data_fields[{index}].custom_id"), "Missing data for required field.");
            }
            (None, _) => problems.add(format!("data_fields[{index}].custom_id"), "Unknown data field."),
        }
    }
    fields
}

/// Required fields without a value, in the words that one client parses (api/oneflow.md §1.1).
pub(super) fn missing_values(fields: &[DataField], problems: &mut Problems) {
    for (index, field) in fields.iter().enumerate() {
        if field.required && field.value.is_empty() {
            problems.add(format!("data_fields[{index}]"), format!("Required field '{}'", field.name));
        }
    }
}

fn check_products(template: &Template, sent: &Value, problems: &mut Problems) {
    let groups = match sent {
        Value::Null => return,
        Value::Array(groups) => groups,
        _ => return problems.add("product_groups", "Not a valid list."),
    };
    if !groups.is_empty() && !template.has_product_tables {
        problems.add("product_groups", "The template has no product tables.");
    }
    let products: usize = groups.iter().map(|group| group["products"].as_array().map_or(0, Vec::len)).sum();
    if products > MOST_PRODUCTS {
        problems.add("product_groups", "At most 150 products.");
    }
}
