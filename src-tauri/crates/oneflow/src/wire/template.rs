//! Templates and template types (`api/oneflow.md §3.3–§3.5`).

use domain::template::FieldSource;
use domain::{DataField, TemplateId, TemplateTypeId, WorkspaceId};
use serde::Deserialize;

use super::{filled, null_is_default};

#[derive(Debug, Deserialize)]
pub(crate) struct Template {
    id: i64,
    #[serde(default, deserialize_with = "null_is_default")]
    name: String,
    #[serde(default, rename = "template_active")]
    active: Option<bool>,
    #[serde(default, rename = "template_type")]
    kind: Option<TypeOfTemplate>,
    #[serde(default, deserialize_with = "null_is_default")]
    workspaces: Vec<Reference>,
    #[serde(default, deserialize_with = "null_is_default")]
    available_options: AvailableOptions,
}

#[derive(Debug, Deserialize)]
struct TypeOfTemplate {
    id: i64,
    #[serde(default)]
    extension_type: Option<String>,
}

/// An object with an id, or the bare number: clients accept both.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Reference {
    Object { id: i64 },
    Number(i64),
}

#[derive(Debug, Default, Deserialize)]
struct AvailableOptions {
    #[serde(default, deserialize_with = "null_is_default")]
    can_receive_products: bool,
    #[serde(default, deserialize_with = "null_is_default")]
    delivery_channels: Vec<Choice>,
    #[serde(default, deserialize_with = "null_is_default")]
    sign_methods: Vec<Choice>,
}

#[derive(Debug, Deserialize)]
struct Choice {
    name: String,
    #[serde(default, deserialize_with = "null_is_default")]
    preferred: bool,
}

impl From<Template> for domain::Template {
    fn from(wire: Template) -> Self {
        let workspaces = wire.workspaces.into_iter().map(|reference| match reference {
            Reference::Object { id } | Reference::Number(id) => WorkspaceId(id),
        });
        Self {
            id: TemplateId(wire.id),
            name: wire.name,
            // Lists have only active ones unless asked; a missing flag is taken as that.
            is_active: wire.active.unwrap_or(true),
            template_type: wire.kind.as_ref().map(|kind| TemplateTypeId(kind.id)),
            extension_type: wire.kind.and_then(|kind| filled(kind.extension_type)),
            workspaces: workspaces.collect(),
            delivery_channels: preferred_first(wire.available_options.delivery_channels),
            sign_methods: preferred_first(wire.available_options.sign_methods),
            has_products: wire.available_options.can_receive_products,
        }
    }
}

fn preferred_first(mut choices: Vec<Choice>) -> Vec<String> {
    choices.sort_by_key(|choice| !choice.preferred);
    choices.into_iter().map(|choice| choice.name).collect()
}

#[derive(Debug, Deserialize)]
pub(crate) struct TemplateType {
    id: i64,
    #[serde(default, deserialize_with = "null_is_default")]
    name: String,
    #[serde(default)]
    extension_type: Option<String>,
    #[serde(default, deserialize_with = "null_is_default")]
    data_fields: Vec<TypeField>,
}

#[derive(Debug, Deserialize)]
struct TypeField {
    custom_id: String,
    #[serde(default, deserialize_with = "null_is_default")]
    name: String,
    #[serde(default, deserialize_with = "null_is_default")]
    description: String,
    #[serde(default, deserialize_with = "null_is_default")]
    placeholder: String,
    #[serde(default, deserialize_with = "null_is_default")]
    value: String,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    active: Option<bool>,
}

impl From<TemplateType> for domain::TemplateType {
    fn from(wire: TemplateType) -> Self {
        Self {
            id: TemplateTypeId(wire.id),
            name: wire.name,
            extension_type: filled(wire.extension_type),
            data_fields: wire.data_fields.into_iter().map(DataField::from).collect(),
        }
    }
}

impl From<TypeField> for DataField {
    fn from(wire: TypeField) -> Self {
        Self {
            custom_id: wire.custom_id,
            name: wire.name,
            description: wire.description,
            placeholder: wire.placeholder,
            value: wire.value,
            // Guess: a source that nobody documented is treated as people's own.
            source: if wire.source.as_deref() == Some("system") {
                FieldSource::System
            } else {
                FieldSource::User
            },
            is_active: wire.active.unwrap_or(true),
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct CreateChoices {
    id: i64,
    #[serde(default, deserialize_with = "null_is_default")]
    name: String,
    #[serde(default, deserialize_with = "null_is_default")]
    templates: Vec<Template>,
}

impl From<CreateChoices> for crate::CreateChoices {
    fn from(wire: CreateChoices) -> Self {
        let workspace = domain::Workspace { id: WorkspaceId(wire.id), name: wire.name };
        Self { workspace, templates: wire.templates.into_iter().map(domain::Template::from).collect() }
    }
}
