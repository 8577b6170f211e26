//! Oneflow's workspaces, templates and their data fields (`api/oneflow.md §3.2–§3.5`).

use serde::{Deserialize, Serialize};

use crate::id::{TemplateId, TemplateTypeId, WorkspaceId};

/// A place for contracts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    /// Oneflow's id.
    pub id: WorkspaceId,
    /// As the account calls it.
    pub name: String,
}

/// A template of one or more workspaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Oneflow's id.
    pub id: TemplateId,
    /// As the account calls it.
    pub name: String,
    /// Inactive templates cannot be used (403).
    pub is_active: bool,
    /// `None`: the template has no data fields.
    pub template_type: Option<TemplateTypeId>,
    /// Key of the integration that owns the type (`hubspot`, …); its `system` fields are not ours to fill.
    pub extension_type: Option<String>,
    /// Where it may be used.
    pub workspaces: Vec<WorkspaceId>,
    /// Names the template offers, the preferred one first (`email`, `sms`, …).
    pub delivery_channels: Vec<String>,
    /// Names the template offers, the preferred one first.
    pub sign_methods: Vec<String>,
    /// Has product tables. Countersign leaves their products as the template has them.
    pub has_products: bool,
}

/// The owner of data fields; several templates may share one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateType {
    /// Oneflow's id.
    pub id: TemplateTypeId,
    /// As the account calls it.
    pub name: String,
    /// See [`Template::extension_type`].
    pub extension_type: Option<String>,
    /// In Oneflow's order.
    pub data_fields: Vec<DataField>,
}

/// A named text slot of a contract, keyed by `custom_id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataField {
    /// Unique in the template type.
    pub custom_id: String,
    /// As people see it.
    pub name: String,
    /// May be empty.
    pub description: String,
    /// Shown in the empty slot; may be empty.
    pub placeholder: String,
    /// What stands there if nothing is sent; may be empty.
    pub value: String,
    /// Who owns it.
    pub source: FieldSource,
    /// Inactive fields are not offered.
    pub is_active: bool,
}

/// Who owns a data field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldSource {
    /// Made by an integration.
    System,
    /// Made by people.
    User,
}

/// A person who may act in Oneflow; the internal signatory must be one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneflowUser {
    /// Full name.
    pub name: String,
    /// Lower case, as an address book compares it.
    pub email: String,
    /// Switched off users cannot sign.
    pub is_active: bool,
}

/// The Oneflow account behind the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneflowAccount {
    /// Oneflow's id.
    pub id: i64,
    /// As the account calls itself.
    pub name: String,
}
