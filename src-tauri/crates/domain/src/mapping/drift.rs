//! Whether a saved mapping still fits what it was made for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{FieldCatalog, Mapping, Source, proposal::fields_to_fill};
use crate::{
    id::FieldId,
    template::{DataField, Template, TemplateType},
};

/// One way in which a template or the Kommo account moved on after a mapping was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum MappingDrift {
    /// The template now belongs to another template type, or to none: its data fields are others.
    TemplateTypeChanged,
    /// The template no longer lies in the mapping's workspace.
    WorkspaceLeft,
    /// A data field without a rule.
    FieldAdded {
        /// Its key.
        custom_id: String,
        /// As people see it.
        label: String,
    },
    /// A rule without its data field. Oneflow refuses a create that names it (`api/oneflow.md §3.6`).
    FieldGone {
        /// Its key.
        custom_id: String,
        /// As people saw it.
        label: String,
    },
    /// A data field is called otherwise, so it may mean something else.
    FieldRenamed {
        /// Its key.
        custom_id: String,
        /// As people saw it.
        from: String,
        /// As people see it now.
        to: String,
    },
    /// The text that the template has of its own differs.
    OwnTextChanged {
        /// Its key.
        custom_id: String,
    },
    /// A custom field that a rule reads is gone from Kommo: the rule falls through in silence.
    SourceGone {
        /// Which.
        field: FieldId,
    },
}

impl MappingDrift {
    /// Whether a contract made by these rules would be refused or be wrong until the mapping is changed.
    pub fn is_grave(&self) -> bool {
        match self {
            Self::TemplateTypeChanged | Self::WorkspaceLeft | Self::FieldGone { .. } => true,
            Self::FieldAdded { .. }
            | Self::FieldRenamed { .. }
            | Self::OwnTextChanged { .. }
            | Self::SourceGone { .. } => false,
        }
    }
}

impl Mapping {
    /// Where `template` and its type no longer fit these rules, in the order of the rules, additions last.
    pub fn drift(&self, template: &Template, template_type: Option<&TemplateType>) -> Vec<MappingDrift> {
        let mut drift = Vec::new();
        if template.template_type != self.template_type {
            drift.push(MappingDrift::TemplateTypeChanged);
        }
        // Templates that come inside their workspace name none.
        if !template.workspaces.is_empty() && !template.workspaces.contains(&self.workspace) {
            drift.push(MappingDrift::WorkspaceLeft);
        }
        let fields: Vec<&DataField> =
            template_type.map(|owner| fields_to_fill(template, owner).collect()).unwrap_or_default();
        for rule in &self.fields {
            let custom_id = rule.custom_id.clone();
            match fields.iter().find(|field| field.custom_id == custom_id) {
                None => drift.push(MappingDrift::FieldGone { custom_id, label: rule.label.clone() }),
                Some(field) if field.name != rule.label => {
                    let (from, to) = (rule.label.clone(), field.name.clone());
                    drift.push(MappingDrift::FieldRenamed { custom_id, from, to });
                }
                Some(field) if field.value != rule.own => {
                    drift.push(MappingDrift::OwnTextChanged { custom_id });
                }
                Some(_) => {}
            }
        }
        let known: BTreeSet<&str> = self.fields.iter().map(|rule| rule.custom_id.as_str()).collect();
        let added = fields.into_iter().filter(|field| !known.contains(field.custom_id.as_str()));
        drift.extend(added.map(|field| {
            let (custom_id, label) = (field.custom_id.clone(), field.name.clone());
            MappingDrift::FieldAdded { custom_id, label }
        }));
        drift
    }

    /// Which custom fields the rules read that Kommo no longer has.
    pub fn lost_sources(&self, catalog: &FieldCatalog) -> Vec<MappingDrift> {
        let lost = self.rules().flat_map(|rule| &rule.sources).filter_map(|source| catalog.lacks(source));
        let lost: BTreeSet<FieldId> = lost.collect();
        lost.into_iter().map(|field| MappingDrift::SourceGone { field }).collect()
    }

    /// This fresh proposal with the rules that people made in `saved`: texts, company, plan, signatory, and every
    /// data field that both have. The version follows `saved`.
    #[must_use]
    pub fn keeping(mut self, saved: &Self) -> Self {
        for field in &mut self.fields {
            if let Some(kept) = saved.fields.iter().find(|kept| kept.custom_id == field.custom_id) {
                field.rule = kept.rule.clone();
                field.is_required = kept.is_required;
            }
        }
        let Self { name, subject, message, company, plan, internal, .. } = saved.clone();
        Self { name, subject, message, company, plan, internal, ..self }.following(saved)
    }
}

impl FieldCatalog {
    /// The custom field that `source` reads, if Kommo no longer has it.
    fn lacks(&self, source: &Source) -> Option<FieldId> {
        let (known, wanted) = match source {
            Source::DealField(id) => (&self.deals, *id),
            Source::CompanyField(id) => (&self.companies, *id),
            Source::ContactField(id) => (&self.contacts, *id),
            Source::DealName
            | Source::DealId
            | Source::DealPrice
            | Source::DealWonOn
            | Source::DealOwner
            | Source::CompanyName
            | Source::ContactName
            | Source::ContactEmail
            | Source::ContactPhone
            | Source::Today
            | Source::Fixed(_) => return None,
        };
        (!known.iter().any(|field| field.id == wanted)).then_some(wanted)
    }
}
