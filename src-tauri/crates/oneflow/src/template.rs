//! Templates, their types, and the data fields that belong to the types.

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::{DataField, Template, TemplateId, TemplateType, TemplateTypeId, Workspace};
use http::{Body, Call, Effect, Endpoint, Error, Ignored, Method, found};
use serde::Serialize;

use crate::client::Oneflow;
use crate::filter::TemplateFilter;
use crate::wire;

struct ReadTemplate(TemplateId);

impl Endpoint for ReadTemplate {
    const NAME: &'static str = "oneflow.template.read";
    const METHOD: Method = Method::GET;
    const EFFECT: Effect = Effect::Read;
    type Answer = wire::Template;

    fn path(&self) -> Cow<'_, str> {
        format!("templates/{}", self.0).into()
    }
}

struct ReadTemplateType(TemplateTypeId);

impl Endpoint for ReadTemplateType {
    const NAME: &'static str = "oneflow.template_type.read";
    const METHOD: Method = Method::GET;
    const EFFECT: Effect = Effect::Read;
    type Answer = wire::TemplateType;

    fn path(&self) -> Cow<'_, str> {
        format!("template_types/{}", self.0).into()
    }
}

struct PutDataFields<'a> {
    template_type: TemplateTypeId,
    fields: &'a [DataField],
}

#[derive(Serialize)]
struct DataFieldSet<'a> {
    data_fields: Vec<DataFieldText<'a>>,
}

#[derive(Serialize)]
struct DataFieldText<'a> {
    custom_id: &'a str,
    name: &'a str,
    description: &'a str,
    placeholder: &'a str,
    value: &'a str,
}

impl Endpoint for PutDataFields<'_> {
    const NAME: &'static str = "oneflow.template_type.put_data_fields";
    const METHOD: Method = Method::PUT;
    const EFFECT: Effect = Effect::Idempotent;
    type Answer = Ignored;

    fn path(&self) -> Cow<'_, str> {
        format!("template_types/{}/data_fields", self.template_type).into()
    }

    // Guess: that the list is wrapped; the documentation names a `data_fields` parameter (`api/oneflow.md §3.4`).
    fn body(&self) -> Body {
        let texts = self.fields.iter().map(|field| DataFieldText {
            custom_id: &field.custom_id,
            name: &field.name,
            description: &field.description,
            placeholder: &field.placeholder,
            value: &field.value,
        });
        Body::json(&DataFieldSet { data_fields: texts.collect() })
    }
}

struct ReadCreateChoices;

impl Endpoint for ReadCreateChoices {
    const NAME: &'static str = "oneflow.create_choices.read";
    const METHOD: Method = Method::GET;
    const EFFECT: Effect = Effect::Read;
    type Answer = Vec<wire::CreateChoices>;

    fn path(&self) -> Cow<'_, str> {
        "helpers/contract_create_data".into()
    }
}

/// A workspace with the active templates that the caller may make contracts from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateChoices {
    /// Where.
    pub workspace: Workspace,
    /// From what.
    pub templates: Vec<Template>,
}

impl Oneflow {
    /// The templates that the caller sees, by name.
    pub async fn templates(&self, filter: TemplateFilter, call: Call) -> Result<Vec<Template>, Error> {
        let rows = self.shown_rows::<wire::Template>("templates", &filter.query(), call).await?;
        let by_id: BTreeMap<TemplateId, Template> =
            rows.into_iter().map(Template::from).map(|template| (template.id, template)).collect();
        let mut templates: Vec<Template> = by_id.into_values().collect();
        templates.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(templates)
    }

    /// One template; `None` if the caller does not see it. Its data fields belong to its type.
    pub async fn template(&self, id: TemplateId, call: Call) -> Result<Option<Template>, Error> {
        let reply = found(self.call(ReadTemplate(id), call).await)?;
        Ok(reply.map(|reply| reply.answer.into()))
    }

    /// A template type with its data fields; `None` if the caller does not see it.
    pub async fn template_type(&self, id: TemplateTypeId, call: Call) -> Result<Option<TemplateType>, Error> {
        let reply = found(self.call(ReadTemplateType(id), call).await)?;
        Ok(reply.map(|reply| reply.answer.into()))
    }

    /// **Replaces** the data fields of a template type: what is not in `fields` is deleted from the type and from every
    /// template that uses it (`api/oneflow.md §3.4`). Read the type first and pass all of its fields with the new ones.
    /// Admins only.
    pub async fn put_data_fields(
        &self,
        template_type: TemplateTypeId,
        fields: &[DataField],
        call: Call,
    ) -> Result<(), Error> {
        self.call(PutDataFields { template_type, fields }, call).await?;
        Ok(())
    }

    /// The workspaces and templates from which the caller may make contracts, in one call.
    pub async fn create_choices(&self, call: Call) -> Result<Vec<CreateChoices>, Error> {
        let choices = self.call(ReadCreateChoices, call).await?.answer;
        Ok(choices.into_iter().map(CreateChoices::from).collect())
    }
}

#[cfg(test)]
mod tests;
