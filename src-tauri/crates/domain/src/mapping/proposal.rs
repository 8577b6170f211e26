//! Proposes a mapping for a template from the names of its data fields.

use std::collections::BTreeMap;

use super::{
    FieldRule, Mapping, Rule, Source,
    meaning::{Meaning, is_same_name, meaning},
};
use crate::{
    deal::{CustomField, FieldKind},
    id::{FieldId, WorkspaceId},
    marker,
    template::{DataField, FieldSource, Template, TemplateType},
};

/// What `{plan}` stands for where no field tells; the published recipe's default.
const PLAN: &str = "Growth";
const NAME: &str = "Agreement with {company} - {plan}";
const SUBJECT: &str = "Agreement with {company}";
const MESSAGE: &str =
    "Hello {contact},\n\nour agreement is ready for you to read and sign online.\n\nKind regards";

/// The custom fields of the Kommo account that a mapping may use.
#[derive(Debug, Clone, Default)]
pub struct FieldCatalog {
    /// Of deals.
    pub deals: Vec<CustomField>,
    /// Of contacts.
    pub contacts: Vec<CustomField>,
    /// Of companies.
    pub companies: Vec<CustomField>,
}

/// Proposes rules by matching names: what the name of a data field means, else a custom field of Kommo with the same
/// name, else both again for its `custom_id`, else nothing. Our signatory is left to the set-up.
pub fn propose(
    workspace: WorkspaceId,
    template: &Template,
    template_type: Option<&TemplateType>,
    fields: &FieldCatalog,
) -> Mapping {
    let company = fields.company_rule();
    let plan = fields.plan_rule();
    let data_fields = template_type.into_iter().flat_map(|owner| fields_to_fill(template, owner));
    let rules = data_fields.map(|field| {
        let found = fields.find(&field.name).or_else(|| fields.find_by_key(&field.custom_id));
        FieldRule {
            custom_id: field.custom_id.clone(),
            label: field.name.clone(),
            // Guess: Oneflow does not tell what a contract cannot do without. A contract without the customer's name
            // is never meant; an amount of 0 or none has a warning of its own.
            is_required: matches!(found, Some(Found::Meaning(Meaning::Company))),
            rule: match found {
                Some(Found::Meaning(meaning)) => rule_for(meaning, &company, &plan),
                Some(Found::Custom(source)) => Rule::from([source]),
                None => Rule::empty(),
            },
            own: field.value.clone(),
        }
    });
    Mapping {
        version: 1,
        workspace,
        template: template.id,
        template_type: template.template_type,
        name: NAME.to_owned(),
        subject: SUBJECT.to_owned(),
        message: MESSAGE.to_owned(),
        fields: rules.collect(),
        company,
        plan,
        internal: None,
    }
}

/// The data fields that a mapping has rules for.
///
/// Left out are inactive ones, the markers, which the send writes, and what an integration owns in its own template
/// type: it fills those fields with its own ids, and takes a contract that carries other texts there for one of its
/// own (`api/oneflow.md §8`; Guess). `system` fields of a type without an integration are ours like any other.
pub(super) fn fields_to_fill<'a>(
    template: &Template,
    owner: &'a TemplateType,
) -> impl Iterator<Item = &'a DataField> + use<'a> {
    let is_integrated = template.extension_type.is_some() || owner.extension_type.is_some();
    owner.data_fields.iter().filter(move |field| {
        let is_foreign = is_integrated && field.source == FieldSource::System;
        field.is_active && !is_foreign && !marker::FIELDS.contains(&field.custom_id.as_str())
    })
}

/// What a name leads to.
enum Found {
    Meaning(Meaning),
    Custom(Source),
}

impl FieldCatalog {
    /// Names of all fields by their ids, which are unique in the account.
    pub fn names(&self) -> BTreeMap<FieldId, String> {
        let fields = self.deals.iter().chain(&self.contacts).chain(&self.companies);
        fields.map(|field| (field.id, field.name.clone())).collect()
    }

    fn find(&self, name: &str) -> Option<Found> {
        meaning(name).map(Found::Meaning).or_else(|| self.named(name).map(Found::Custom))
    }

    /// A key lives on when its field is renamed: one called "End date" may still have the key `date`. A wrong day in a
    /// contract is worse than none, so only names mean today.
    fn find_by_key(&self, key: &str) -> Option<Found> {
        self.find(key).filter(|found| !matches!(found, Found::Meaning(Meaning::Today)))
    }

    /// A custom field with this name or code: of the deal before the company, of the company before the contact.
    fn named(&self, name: &str) -> Option<Source> {
        let is_named = |field: &&CustomField| {
            is_same_name(&field.name, name)
                || field.code.as_deref().is_some_and(|code| is_same_name(code, name))
        };
        let find = |fields: &[CustomField]| fields.iter().find(is_named).map(|field| field.id);
        find(&self.deals)
            .map(Source::DealField)
            .or_else(|| find(&self.companies).map(Source::CompanyField))
            .or_else(|| find(&self.contacts).map(Source::ContactField))
    }

    /// The deal's own field for it if there is one, else the company's name, else the contact's.
    fn company_rule(&self) -> Rule {
        let field = meant(&self.deals, Meaning::Company, &[FieldKind::Text]).map(Source::DealField);
        let named = [Source::CompanyName, Source::ContactName];
        Rule::from(field.into_iter().chain(named).collect::<Vec<_>>())
    }

    fn plan_rule(&self) -> Rule {
        let kinds = [FieldKind::Text, FieldKind::Choice, FieldKind::Choices];
        let deal = meant(&self.deals, Meaning::Plan, &kinds).map(Source::DealField);
        let company = || meant(&self.companies, Meaning::Plan, &kinds).map(Source::CompanyField);
        Rule::from(deal.or_else(company).into_iter().collect::<Vec<_>>()).or_default(PLAN)
    }
}

/// The first field that means this and can hold it: a checkbox called "Customer" is not the customer's name.
fn meant(fields: &[CustomField], wanted: Meaning, kinds: &[FieldKind]) -> Option<FieldId> {
    let mut able = fields.iter().filter(|field| kinds.contains(&field.kind));
    able.find(|field| meaning(&field.name) == Some(wanted)).map(|field| field.id)
}

fn rule_for(meaning: Meaning, company: &Rule, plan: &Rule) -> Rule {
    Rule::from([match meaning {
        Meaning::Company => return company.clone(),
        Meaning::Plan => return plan.clone(),
        Meaning::Amount => Source::DealPrice,
        Meaning::Today => Source::Today,
        Meaning::WonOn => Source::DealWonOn,
        Meaning::ContactName => Source::ContactName,
        Meaning::ContactEmail => Source::ContactEmail,
        Meaning::ContactPhone => Source::ContactPhone,
        Meaning::DealName => Source::DealName,
        Meaning::DealId => Source::DealId,
        Meaning::Owner => Source::DealOwner,
    }])
}
