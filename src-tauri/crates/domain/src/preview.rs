//! A mapping applied to one deal: each value as the exact text that would be sent, its source, its problems.
//!
//! Total: it never fails, it reports. The same deal, mapping and day give the same preview with the same id, so a
//! click that names the id names exactly what was seen.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    id::DealId,
    mapping::Source,
    payload::{Payload, hex_of_sha256},
    send::Generation,
};

mod compose;
mod fill;
mod inspect;
mod sources;
#[cfg(test)]
mod tests;

pub use fill::{Facts, preview};

/// A place in a contract that holds a text. On the wire `name`, `subject`, `message`, `company`, `client.name`,
/// `client.email`, `internal.name`, `internal.email`, `field:{custom_id}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Slot {
    /// Name of the contract.
    Name,
    /// Subject of the invitation.
    Subject,
    /// Message of the invitation.
    Message,
    /// Name of the client's company.
    Company,
    /// Name of the client's signatory.
    ClientName,
    /// E-mail of the client's signatory.
    ClientEmail,
    /// Name of our signatory.
    InternalName,
    /// E-mail of our signatory.
    InternalEmail,
    /// A data field, by its `custom_id`.
    Field(String),
}

/// What a person typed over values, for one contract.
pub type Edits = BTreeMap<Slot, String>;

/// One preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// Of its contents: equal previews have equal ids.
    pub id: PreviewId,
    /// Whose.
    pub deal: DealId,
    /// Which contract of the deal it would replace.
    pub generation: Generation,
    /// In the order in which they are shown: what a manager checks first stands on top.
    pub values: Vec<PreviewValue>,
    /// The client signs as a person, without a company. What stands in the company's place then goes into texts only.
    pub is_individual: bool,
    /// Blocking ones first.
    pub problems: Vec<Problem>,
    /// What would be sent; `None` while a problem blocks it.
    pub payload: Option<Payload>,
}

/// One value as the exact text that would be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PreviewValue {
    /// Where it stands.
    pub slot: Slot,
    /// Name of the data field; empty for the fixed slots, which the interface names.
    pub label: String,
    /// Exactly what is sent.
    pub text: String,
    /// Where it came from.
    pub origin: Origin,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "source")]
pub enum Origin {
    /// From Kommo, by this source.
    Kommo(Source),
    /// The mapping's default, because no source gave a text.
    Default,
    /// Today.
    Today,
    /// From the set-up: our signatory, fixed texts, texts without slots.
    Setup,
    /// Put together from other values.
    Composed,
    /// Typed by a person for this contract.
    Edited,
    /// Left as the template has it; not sent.
    Template,
    /// Nothing.
    Empty,
}

/// Something wrong with a preview.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// Blocking ones stop the send.
    pub severity: Severity,
    /// What is wrong.
    pub kind: ProblemKind,
    /// Where; a Fix edits the text of this slot.
    pub slot: Option<Slot>,
}

/// Whether a problem stops the send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing can be sent until it is mended.
    Blocking,
    /// Worth a look.
    Warning,
}

/// What can be wrong with a preview.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// A signatory has no e-mail.
    EmailMissing,
    /// An e-mail address is malformed.
    EmailMalformed,
    /// The deal has no contact, or its main contact could not be read, so nobody could sign.
    SignatoryMissing,
    /// A signatory's name is empty.
    NameMissing,
    /// A required value is empty: a data field, a text of the contract, or a company that could not be read.
    ValueMissing,
    /// A text is longer than the place takes.
    TextTooLong,
    /// The template no longer exists, or left the mapping's workspace.
    TemplateGone,
    /// The template is switched off in Oneflow.
    TemplateInactive,
    /// The template does not send by e-mail.
    NoEmailChannel,
    /// Our signatory is not an active Oneflow user.
    InternalUnknown,
    /// A default was used.
    DefaultUsed,
    /// The amount is 0 or empty. Without a slot where the contract does not show the amount.
    AmountZero,
    /// Two contacts have an e-mail.
    TwoContactsWithEmail,
    /// The signatory has several e-mails; the first was taken.
    TwoEmails,
    /// The same person stands on both sides.
    SamePersonOnBothSides,
    /// The template's marker fields are missing, so several computers are protected less well.
    MarkerFieldsMissing,
    /// The deal's contract field holds something else.
    ContractFieldForeign {
        /// What.
        text: String,
    },
}

impl ProblemKind {
    /// Whether it stops the send.
    pub fn severity(&self) -> Severity {
        match self {
            Self::EmailMissing
            | Self::EmailMalformed
            | Self::SignatoryMissing
            | Self::NameMissing
            | Self::ValueMissing
            | Self::TextTooLong
            | Self::TemplateGone
            | Self::TemplateInactive
            | Self::NoEmailChannel
            | Self::InternalUnknown => Severity::Blocking,
            Self::DefaultUsed
            | Self::AmountZero
            | Self::TwoContactsWithEmail
            | Self::TwoEmails
            | Self::SamePersonOnBothSides
            | Self::MarkerFieldsMissing
            | Self::ContractFieldForeign { .. } => Severity::Warning,
        }
    }

    /// The problem of this kind, at `slot`.
    fn at(self, slot: impl Into<Option<Slot>>) -> Problem {
        Problem { severity: self.severity(), kind: self, slot: slot.into() }
    }
}

impl Preview {
    /// Whether nothing stops the send.
    pub fn is_sendable(&self) -> bool {
        self.payload.is_some()
    }

    /// The value in `slot`, if the contract has that place.
    pub fn value(&self, slot: &Slot) -> Option<&PreviewValue> {
        self.values.iter().find(|value| value.slot == *slot)
    }
}

/// Names exactly what was seen: 16 hexadecimal digits of SHA-256 over deal, generation, every text, and the payload or
/// the problems that stand against one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PreviewId(pub String);

impl PreviewId {
    /// Warnings are left out where there is a payload: one that comes or goes does not change what is sent.
    fn of(
        deal: DealId,
        generation: Generation,
        values: &[PreviewValue],
        outcome: Result<&Payload, &[Problem]>,
    ) -> Self {
        let texts: Vec<(&Slot, &str)> =
            values.iter().map(|value| (&value.slot, value.text.as_str())).collect();
        let seen = serde_json::to_vec(&(deal, generation, texts, outcome));
        Self(hex_of_sha256(&seen.expect("BUG: a preview has only texts and numbers"), 16))
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str("name"),
            Self::Subject => f.write_str("subject"),
            Self::Message => f.write_str("message"),
            Self::Company => f.write_str("company"),
            Self::ClientName => f.write_str("client.name"),
            Self::ClientEmail => f.write_str("client.email"),
            Self::InternalName => f.write_str("internal.name"),
            Self::InternalEmail => f.write_str("internal.email"),
            Self::Field(custom_id) => write!(f, "field:{custom_id}"),
        }
    }
}

/// A text that names no slot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such place in a contract")]
pub struct NotASlot;

impl FromStr for Slot {
    type Err = NotASlot;
    fn from_str(text: &str) -> Result<Self, NotASlot> {
        Ok(match text {
            "name" => Self::Name,
            "subject" => Self::Subject,
            "message" => Self::Message,
            "company" => Self::Company,
            "client.name" => Self::ClientName,
            "client.email" => Self::ClientEmail,
            "internal.name" => Self::InternalName,
            "internal.email" => Self::InternalEmail,
            _ => Self::Field(text.strip_prefix("field:").ok_or(NotASlot)?.to_owned()),
        })
    }
}

impl TryFrom<String> for Slot {
    type Error = NotASlot;
    fn try_from(text: String) -> Result<Self, NotASlot> {
        text.parse()
    }
}

impl From<Slot> for String {
    fn from(slot: Slot) -> Self {
        slot.to_string()
    }
}
