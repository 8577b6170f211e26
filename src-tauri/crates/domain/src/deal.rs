//! A won deal with the people and the company around it, as Kommo knows them (`api/kommo.md §5–§11`).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    id::{AccountId, CompanyId, ContactId, DealId, FieldId, PipelineId, StageId, UserId},
};

/// The Kommo account behind the token (`api/kommo.md §4`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KommoAccount {
    /// Stands in every marker.
    pub id: AccountId,
    /// As the account calls itself.
    pub name: String,
    /// The part before `.kommo.com`.
    pub subdomain: String,
    /// ISO 4217 code of all prices.
    pub currency: String,
    /// IANA name (`Europe/Stockholm`); `UTC` where Kommo tells none.
    pub time_zone: String,
    /// The host of the files, e.g. `https://drive-c.kommo.com`.
    pub drive_url: Option<String>,
    /// The user behind the token.
    pub current_user: UserId,
}

/// A person who works in Kommo (`api/kommo.md §15`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Kommo's id.
    pub id: UserId,
    /// Full name; may be empty.
    pub name: String,
    /// Absent where Kommo does not show it.
    pub email: Option<String>,
    /// Switched off users keep their deals.
    pub is_active: bool,
    /// May create fields.
    pub is_admin: bool,
}

/// A sales pipeline with its stages in order (`api/kommo.md §11`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pipeline {
    /// Kommo's id.
    pub id: PipelineId,
    /// As the account calls it.
    pub name: String,
    /// Position among the pipelines.
    pub sort: i64,
    /// Archived pipelines keep their deals.
    pub is_archived: bool,
    /// In order.
    pub stages: Vec<Stage>,
}

/// One stage of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Unique in the account, but for won and lost.
    pub id: StageId,
    /// As the account calls it.
    pub name: String,
    /// The stage of incoming leads can hold no deal of ours (`type` 1).
    pub is_incoming: bool,
}

/// A custom field of deals, contacts or companies (`api/kommo.md §10.1`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomField {
    /// Kommo's id.
    pub id: FieldId,
    /// As the account calls it.
    pub name: String,
    /// Set for system fields and by integrations.
    pub code: Option<String>,
    /// What it holds.
    pub kind: FieldKind,
    /// Choices of select, multiselect and radio button fields, in order.
    pub options: Vec<String>,
    /// ISO code, for monetary fields.
    pub currency: Option<String>,
}

/// What a custom field holds; the rare kinds are kept as [`FieldKind::Other`] and read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// `text`, `textarea`, `streetaddress`, `tracking_data`.
    Text,
    /// `numeric`, `price`.
    Number,
    /// `monetary`.
    Money,
    /// `checkbox`.
    Flag,
    /// `select`, `radiobutton`.
    Choice,
    /// `multiselect`.
    Choices,
    /// `date`, `birthday`: a day in the account's time zone.
    Day,
    /// `date_time`.
    Instant,
    /// `url`.
    Url,
    /// `multitext`: phones and e-mails.
    Contacts,
    /// Anything else.
    Other,
}

/// The filled values of one custom field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldValues {
    /// Which field.
    pub field: FieldId,
    /// `oneflow_contract_id`, `PHONE`, … where there is one.
    pub code: Option<String>,
    /// At least one.
    pub values: Vec<FieldValue>,
}

/// One value of a custom field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldValue {
    /// Texts, addresses, links, and the words of a chosen option.
    Text(String),
    /// Numbers and amounts.
    Number(Decimal),
    /// A checkbox.
    Flag(bool),
    /// A date or a moment.
    Instant(Timestamp),
}

/// A Kommo lead (`api/kommo.md §5.4`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deal {
    /// Kommo's id.
    pub id: DealId,
    /// May be empty.
    pub name: String,
    /// In the account's currency; `None` where Kommo shows null.
    pub price: Option<Decimal>,
    /// Owner.
    pub responsible: UserId,
    /// Where it stands.
    pub pipeline: PipelineId,
    /// Where it stands.
    pub stage: StageId,
    /// First seen by Kommo.
    pub created_at: Timestamp,
    /// Grain of one second.
    pub updated_at: Timestamp,
    /// When it was won; `None` while open.
    pub closed_at: Option<Timestamp>,
    /// In the trash.
    pub is_deleted: bool,
    /// Filled custom fields.
    pub fields: Vec<FieldValues>,
    /// In Kommo's order; at most one is the main contact.
    pub contacts: Vec<DealContact>,
    /// At most one.
    pub company: Option<CompanyId>,
}

/// A contact's place in a deal: "main" belongs to the link, not to the contact (`api/kommo.md §7.1`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealContact {
    /// Whose.
    pub id: ContactId,
    /// The default signatory.
    pub is_main: bool,
}

/// A Kommo contact (`api/kommo.md §7`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Kommo's id.
    pub id: ContactId,
    /// May be empty.
    pub name: String,
    /// In Kommo's order, as typed there.
    pub emails: Vec<String>,
    /// In Kommo's order, as typed there.
    pub phones: Vec<String>,
    /// Filled custom fields, e-mail and phone included.
    pub fields: Vec<FieldValues>,
    /// A changed contact does not touch its deal.
    pub updated_at: Timestamp,
}

/// A Kommo company (`api/kommo.md §8`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// Kommo's id.
    pub id: CompanyId,
    /// May be empty.
    pub name: String,
    /// Filled custom fields.
    pub fields: Vec<FieldValues>,
    /// A changed company does not touch its deal.
    pub updated_at: Timestamp,
}

/// A deal with everything that can go into its contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FullDeal {
    /// The deal itself.
    pub deal: Deal,
    /// The main contact first, then the others in Kommo's order.
    pub contacts: Vec<Contact>,
    /// Where there is one.
    pub company: Option<Company>,
    /// Name of the owner, where users can be read.
    pub owner: Option<String>,
}

impl FullDeal {
    /// Puts the main contact first, as the default signatory; unknown contacts are left out.
    pub fn new(
        deal: Deal,
        mut contacts: Vec<Contact>,
        company: Option<Company>,
        owner: Option<String>,
    ) -> Self {
        let place = |contact: &Contact| {
            let at = deal.contacts.iter().position(|link| link.id == contact.id);
            let is_main = at.is_some_and(|at| deal.contacts[at].is_main);
            (!is_main, at.unwrap_or(usize::MAX))
        };
        contacts.sort_by_key(place);
        Self { deal, contacts, company, owner }
    }

    /// The default signatory.
    pub fn main_contact(&self) -> Option<&Contact> {
        self.contacts.first()
    }
}

/// Finds the values of one field, by id.
pub fn values_of(fields: &[FieldValues], field: FieldId) -> &[FieldValue] {
    fields.iter().find(|filled| filled.field == field).map_or(&[], |filled| &filled.values)
}
