//! Templates and the helper that lists what contracts can be made from (api/oneflow.md §3.3 and §3.5).

use serde_json::{Value, json};

use super::Refusal;
use super::account::sees;
use super::listing::{list, shown, sort};
use super::refusal::Problems;
use super::state::{Oneflow, Template, TemplateType};
use super::template_types::type_head;
use crate::server::{Call, Reply};
use crate::shared::World;

/// `GET /v1/templates`
pub(super) fn all(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let workspaces: Option<Vec<i64>> = call
        .query
        .get("filter[workspace_ids]")
        .map(|ids| ids.split(',').filter_map(|id| id.trim().parse().ok()).collect());
    // Only active ones unless asked; empty means both.
    let active = match call.query.get("filter[active]") {
        None | Some("true") => Some(true),
        Some("false") => Some(false),
        Some(_) => None,
    };
    let by_type = ByType::of(world, call)?;
    let mut found: Vec<&Template> = world
        .oneflow
        .templates
        .iter()
        .filter(|template| active.is_none_or(|active| template.active == active))
        .filter(|template| by_type.holds(&world.oneflow, template))
        .filter(|template| {
            template.workspaces.iter().any(|id| {
                sees(world, call, *id) && workspaces.as_ref().is_none_or(|wanted| wanted.contains(id))
            })
        })
        .collect();
    sort(call, &mut found, &["name"], |_, a, b| a.name.cmp(&b.name))?;
    list(call, found.into_iter().map(|template| view(&world.oneflow, call, template)))
}

/// `GET /v1/templates/{id}`: without data fields; those come from the template type.
pub(super) fn one(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let template = call.id("id").and_then(|id| world.oneflow.template(id));
    let template = template
        .filter(|template| template.workspaces.iter().any(|id| sees(world, call, *id)))
        .ok_or(Refusal::NotFound)?;
    let mut body = view(&world.oneflow, call, template);
    body["parties"] = json!([]);
    body["product_groups"] =
        if template.has_product_tables { json!([{ "id": 1, "products": [] }]) } else { json!([]) };
    body["pdf_file_groups"] = json!([]);
    body["attachment_file_groups"] = json!([]);
    body["sign_order"] = Value::Null;
    Ok(Reply::json(200, super::JSON, &body))
}

/// `GET /v1/helpers/contract_create_data`: a bare array of workspaces with their active templates.
pub(super) fn create_data(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let by_type = ByType::of(world, call)?;
    let rows: Vec<Value> = world
        .oneflow
        .workspaces
        .iter()
        .filter(|workspace| sees(world, call, workspace.id))
        .map(|workspace| {
            let templates: Vec<Value> = world
                .oneflow
                .templates
                .iter()
                .filter(|template| template.active && template.workspaces.contains(&workspace.id))
                .filter(|template| by_type.holds(&world.oneflow, template))
                .map(|template| view(&world.oneflow, call, template))
                .collect();
            json!({ "id": workspace.id, "name": workspace.name, "templates": templates })
        })
        .collect();
    Ok(Reply::json(200, super::JSON, &json!(rows)))
}

/// The plain parameters `template_type_id` and `extension_type`.
struct ByType {
    template_type: Option<i64>,
    extension: Option<String>,
}

impl ByType {
    /// An `extension_type` without templates gives an error (api/oneflow.md §3.3). Guess: a 400.
    fn of(world: &World, call: &Call) -> Result<Self, Refusal> {
        let extension = call.query.get("extension_type").map(str::to_owned);
        let known = |wanted: &String| {
            world.oneflow.template_types.iter().any(|known| known.extension_type.as_ref() == Some(wanted))
        };
        if extension.as_ref().is_some_and(|wanted| !known(wanted)) {
            return Err(Refusal::Invalid(Problems::one("extension_type", "Unknown extension type.")));
        }
        Ok(Self {
            template_type: call.query.get("template_type_id").and_then(|id| id.parse().ok()),
            extension,
        })
    }

    fn holds(&self, oneflow: &Oneflow, template: &Template) -> bool {
        let its_type = template.template_type.and_then(|id| oneflow.template_type(id));
        self.template_type.is_none_or(|wanted| template.template_type == Some(wanted))
            && (self.extension.is_none()
                || its_type.is_some_and(|its_type| its_type.extension_type == self.extension))
    }
}

fn view(oneflow: &Oneflow, call: &Call, template: &Template) -> Value {
    let its_type: Option<&TemplateType> = template.template_type.and_then(|id| oneflow.template_type(id));
    let mut links = super::self_link(call, &format!("templates/{}", template.id));
    if let Some(its_type) = its_type {
        links["template_type"] =
            json!({ "href": super::address(call, &format!("template_types/{}", its_type.id)) });
    }
    json!({
        "_links": links,
        "id": template.id,
        "name": template.name,
        "template_active": template.active,
        "created_time": shown(template.created),
        "updated_time": shown(template.updated),
        "tags": [],
        "template_type": its_type.map(type_head),
        "workspaces": template.workspaces.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>(),
        "configuration": {
            "default_creator_roles": {
                "organizer": false, "signatory": true, "_permissions": { "contract:update": true },
            },
        },
        "available_options": available_options(template),
    })
}

/// What participants of a contract from this template may be given.
pub(super) fn available_options(template: &Template) -> Value {
    json!({
        "can_receive_attachments": false,
        "can_receive_expanded_pdf": template.has_pdf_section,
        "can_receive_products": template.has_product_tables,
        "delivery_channels": [
            { "name": "email", "preferred": true, "required_participant_attributes": ["email"] },
            { "name": "sms", "preferred": false, "required_participant_attributes": ["phone_number"] },
            { "name": "none", "preferred": false, "required_participant_attributes": [] },
        ],
        "sign_methods": [
            { "name": "standard_esign", "preferred": true },
            { "name": "sms", "preferred": false },
            { "name": "swedish_bankid", "preferred": false },
        ],
        "two_step_authentication_methods": [
            { "name": "none", "preferred": true, "required_participant_attributes": [] },
            { "name": "email", "preferred": false, "required_participant_attributes": ["email"] },
            { "name": "sms", "preferred": false, "required_participant_attributes": ["phone_number"] },
        ],
    })
}

/// Names that [`available_options`] offers under a key.
pub(super) const DELIVERY_CHANNELS: [&str; 3] = ["email", "sms", "none"];
/// See [`DELIVERY_CHANNELS`].
pub(super) const SIGN_METHODS: [&str; 3] = ["standard_esign", "sms", "swedish_bankid"];
/// See [`DELIVERY_CHANNELS`].
pub(super) const TWO_STEP_METHODS: [&str; 3] = ["none", "email", "sms"];
