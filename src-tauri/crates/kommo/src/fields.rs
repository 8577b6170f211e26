//! Custom fields: what there is, and creating one for deals (`api/kommo.md §10`).

use std::borrow::Cow;

use domain::{FieldId, deal::CustomField};
use http::{Body, Call, Effect, Endpoint, Error, Method};
use serde::{Deserialize, Serialize};

use crate::{
    client::Kommo,
    list::{Query, unexpected},
    wire::{
        hal::{Collection, OneOrList},
        lenient,
        values::kind_of,
    },
};

/// Whose fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldOwner {
    /// Kommo's leads.
    Deals,
    /// Contacts.
    Contacts,
    /// Companies.
    Companies,
}

impl FieldOwner {
    fn path(self) -> &'static str {
        match self {
            Self::Deals => "leads/custom_fields",
            Self::Contacts => "contacts/custom_fields",
            Self::Companies => "companies/custom_fields",
        }
    }
}

/// A text field of deals that is to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewField {
    /// As people see it.
    pub name: String,
    /// By which it is found again.
    pub code: String,
    /// Whether people see it without being able to change it.
    pub is_api_only: bool,
}

impl Kommo {
    /// All custom fields of deals, contacts or companies, in the account's order.
    pub async fn custom_fields(&self, owner: FieldOwner, call: Call) -> Result<Vec<CustomField>, Error> {
        let rows = self.read_shown::<WireFields>(owner.path(), Query::new(), call).await?;
        Ok(rows.into_iter().map(CustomField::from).collect())
    }

    /// Creates a text field of deals, for administrators only. Made at most once: a second one of the same name would
    /// be another field.
    pub async fn create_field(&self, field: &NewField, call: Call) -> Result<CustomField, Error> {
        let reply = self.call(&CreateField { field }, call).await?;
        // A success that shows no field: whether there is one has to be looked up.
        reply.answer.first().map(CustomField::from).ok_or_else(|| unexpected("_embedded.custom_fields"))
    }
}

struct CreateField<'a> {
    field: &'a NewField,
}

impl Endpoint for CreateField<'_> {
    const NAME: &'static str = "kommo.field.create";
    const METHOD: Method = Method::POST;
    const EFFECT: Effect = Effect::Once;
    type Answer = OneOrList<WireFields>;

    fn path(&self) -> Cow<'_, str> {
        Cow::Borrowed(FieldOwner::Deals.path())
    }

    /// Without `sort`: 0 was refused (`api/kommo.md §10.2`).
    fn body(&self) -> Body {
        let NewField { name, code, is_api_only } = self.field;
        Body::json(&[WireNewField { name, code, kind: "text", is_api_only: *is_api_only }])
    }
}

#[derive(Serialize)]
struct WireNewField<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    code: &'a str,
    is_api_only: bool,
}

struct WireFields;

impl Collection for WireFields {
    const NAME: &'static str = "kommo.fields.list";
    const KEY: &'static str = "custom_fields";
    type Row = WireField;
}

#[derive(Deserialize)]
struct WireField {
    #[serde(deserialize_with = "lenient::integer")]
    id: i64,
    #[serde(default, deserialize_with = "lenient::text")]
    name: String,
    #[serde(default, rename = "type", deserialize_with = "lenient::text")]
    kind: String,
    #[serde(default, deserialize_with = "lenient::text_or_none")]
    code: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    enums: Vec<WireOption>,
    #[serde(default, deserialize_with = "lenient::text_or_none")]
    currency: Option<String>,
}

#[derive(Deserialize)]
struct WireOption {
    #[serde(default, deserialize_with = "lenient::text")]
    value: String,
    #[serde(default, deserialize_with = "lenient::integer_or_none")]
    sort: Option<i64>,
}

impl From<WireField> for CustomField {
    fn from(wire: WireField) -> Self {
        let mut options = wire.enums;
        options.sort_by_key(|option| option.sort.unwrap_or_default());
        Self {
            id: FieldId(wire.id),
            name: wire.name,
            code: wire.code,
            kind: kind_of(&wire.kind),
            options: options.into_iter().map(|option| option.value).collect(),
            currency: wire.currency,
        }
    }
}

#[cfg(test)]
mod tests;
