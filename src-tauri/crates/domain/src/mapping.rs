//! The saved, versioned rules that turn a deal into the values, parties and options of a contract.
//!
//! A mapping belongs to one template. [`propose`] makes the first one from the names of the template's data fields,
//! people change it in the set-up, [`Mapping::drift`] tells when Oneflow no longer fits it.

use serde::{Deserialize, Serialize};

use crate::{
    format::Format,
    id::{FieldId, TemplateId, TemplateTypeId, WorkspaceId},
};

mod drift;
mod meaning;
mod proposal;
#[cfg(test)]
mod tests;

pub use drift::MappingDrift;
pub use proposal::{FieldCatalog, propose};

/// Rules for one template. A change makes a new version; sends name the version that made them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// Raised by each change.
    pub version: u32,
    /// Where contracts are made.
    pub workspace: WorkspaceId,
    /// From what they are made.
    pub template: TemplateId,
    /// Owner of the data fields; `None` for a template without a type.
    pub template_type: Option<TemplateTypeId>,
    /// Name of the contract, with `{company}`, `{plan}`, `{deal}`, `{contact}`, `{amount}`, `{date}`.
    pub name: String,
    /// Of the invitation; same slots.
    pub subject: String,
    /// Of the invitation; same slots.
    pub message: String,
    /// The company's name on the contract.
    pub company: Rule,
    /// What `{plan}` stands for.
    pub plan: Rule,
    /// One rule for each data field, in the template type's order; markers and integrations' own fields left out.
    pub fields: Vec<FieldRule>,
    /// Our signatory; `None` leaves the template's own.
    pub internal: Option<InternalSignatory>,
}

/// A data field and the rule that fills it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldRule {
    /// Key of the data field.
    pub custom_id: String,
    /// As people see it.
    pub label: String,
    /// How it is filled.
    pub rule: Rule,
    /// Empty blocks the send.
    pub is_required: bool,
    /// The template's own text, which stands where the rule gives nothing; may be empty.
    pub own: String,
}

/// Where a value comes from and how it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Tried in order; the first that gives a text wins.
    pub sources: Vec<Source>,
    /// Used when no source gives a text; a warning tells so.
    pub default: Option<String>,
    /// How numbers and dates are written.
    pub format: Format,
}

/// Something a value can be taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "value")]
pub enum Source {
    /// Name of the deal.
    DealName,
    /// Kommo's id of the deal.
    DealId,
    /// Price of the deal.
    DealPrice,
    /// Day on which it was won.
    DealWonOn,
    /// Name of the owner.
    DealOwner,
    /// A custom field of the deal.
    DealField(FieldId),
    /// Name of the company.
    CompanyName,
    /// A custom field of the company.
    CompanyField(FieldId),
    /// Name of the main contact.
    ContactName,
    /// First e-mail of the main contact.
    ContactEmail,
    /// First phone of the main contact.
    ContactPhone,
    /// A custom field of the main contact.
    ContactField(FieldId),
    /// Today in the Kommo account's time zone.
    Today,
    /// Always the same text.
    Fixed(String),
}

/// Who signs for us; must be an active user of the Oneflow account (`api/oneflow.md §3.6`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InternalSignatory {
    /// Full name.
    pub name: String,
    /// Of the Oneflow user.
    pub email: String,
}

impl Mapping {
    /// Whether both say the same, whatever their versions.
    pub fn is_same_rules(&self, other: &Self) -> bool {
        Self { version: other.version, ..self.clone() } == *other
    }

    /// These rules as the ones that follow `saved`: the same version if they say the same, else the next.
    #[must_use]
    pub fn following(self, saved: &Self) -> Self {
        let version = if self.is_same_rules(saved) { saved.version } else { saved.version.saturating_add(1) };
        Self { version, ..self }
    }

    /// Every rule of the mapping.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        [&self.company, &self.plan].into_iter().chain(self.fields.iter().map(|field| &field.rule))
    }
}

impl Rule {
    /// A rule that takes the first of `sources` that gives a text.
    pub fn from(sources: impl Into<Vec<Source>>) -> Self {
        Self { sources: sources.into(), default: None, format: Format::Plain }
    }

    /// A rule that gives nothing until a person edits it.
    pub fn empty() -> Self {
        Self::from([])
    }

    /// The same rule with a text for when no source gives one.
    #[must_use]
    pub fn or_default(mut self, text: impl Into<String>) -> Self {
        self.default = Some(text.into());
        self
    }
}
