//! A preview: each value with where it came from, and what is wrong with it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::MoneyDto;

/// Asks for the preview of a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PreviewRequest {
    /// Whose.
    pub deal: String,
    /// The contract that it replaces ("Send a new version"); none for a plain click.
    pub replaces: Option<String>,
    /// Slot → text typed for this contract.
    pub edits: BTreeMap<String, String>,
}

/// One preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PreviewDto {
    /// Names exactly what was seen; the click sends it back.
    pub id: String,
    /// Whose.
    pub deal: String,
    /// Name of the deal.
    pub deal_name: String,
    /// Price of the deal.
    pub amount: Option<MoneyDto>,
    /// The contract that it would replace.
    pub replaces: Option<String>,
    /// Name of the template.
    pub template: String,
    /// Name of the workspace.
    pub workspace: String,
    /// In the order in which they are shown.
    pub values: Vec<PreviewValueDto>,
    /// Blocking ones first.
    pub problems: Vec<ProblemDto>,
    /// Whether nothing stops the send.
    pub sendable: bool,
    /// The template keeps its own products.
    pub has_products: bool,
}

/// One value as the exact text that would be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PreviewValueDto {
    /// `company`, `client.name`, `client.email`, `internal.name`, `internal.email`, `name`, `subject`, `message`,
    /// `field:{custom_id}`.
    pub slot: String,
    /// Name of the data field; empty for the fixed slots, which the interface names.
    pub label: String,
    /// Exactly what is sent.
    pub text: String,
    /// Where it came from.
    pub origin: OriginDto,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum OriginDto {
    /// From Kommo.
    Kommo {
        /// What in Kommo.
        source: SourceKind,
        /// Name of the custom field, where it is one.
        field: Option<String>,
    },
    /// The set default.
    Default,
    /// Today.
    Today,
    /// From the set-up.
    Setup,
    /// Put together from other values.
    Composed,
    /// Typed for this contract.
    Edited,
    /// The template's own text.
    Template,
    /// Nothing.
    Empty,
}

/// What in Kommo a value can come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Name of the deal.
    DealName,
    /// Id of the deal.
    DealId,
    /// Price of the deal.
    DealPrice,
    /// Day on which it was won.
    DealWonOn,
    /// Name of the owner.
    DealOwner,
    /// A custom field of the deal.
    DealField,
    /// Name of the company.
    CompanyName,
    /// A custom field of the company.
    CompanyField,
    /// Name of the main contact.
    ContactName,
    /// First e-mail of the main contact.
    ContactEmail,
    /// First phone of the main contact.
    ContactPhone,
    /// A custom field of the main contact.
    ContactField,
    /// Today in the account's zone.
    Today,
    /// Always the same text.
    Fixed,
}

/// Something wrong with a preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProblemDto {
    /// What is wrong.
    pub code: ProblemCode,
    /// Stops the send.
    pub blocking: bool,
    /// Which value a Fix edits.
    pub slot: Option<String>,
    /// Name of the value, for the words.
    pub label: String,
    /// The text that is wrong.
    pub text: String,
}

/// What can be wrong with a preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// The client's signatory has no e-mail.
    EmailMissing,
    /// An e-mail address is malformed.
    EmailMalformed,
    /// The deal has no contact.
    SignatoryMissing,
    /// A signatory's name is empty.
    NameMissing,
    /// A required value is empty.
    ValueMissing,
    /// A text is longer than the place takes.
    TextTooLong,
    /// The template no longer exists.
    TemplateGone,
    /// The template is switched off.
    TemplateInactive,
    /// The template does not send by e-mail.
    NoEmailChannel,
    /// Our signatory is not an active Oneflow user.
    InternalUnknown,
    /// A default was used.
    DefaultUsed,
    /// The amount is 0 or empty.
    AmountZero,
    /// Two contacts have an e-mail.
    TwoContactsWithEmail,
    /// The signatory has several e-mails.
    TwoEmails,
    /// The same person stands on both sides.
    SamePersonOnBothSides,
    /// The template's marker fields are missing.
    MarkerFieldsMissing,
    /// The deal's contract field holds something else.
    ContractFieldForeign,
}
