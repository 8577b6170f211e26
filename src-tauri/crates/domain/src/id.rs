//! Ids of the three worlds: Kommo's numbers, Oneflow's numbers, and ours.
//!
//! Every id is its own type, so that a contact can never be passed where a company is wanted.

use std::{fmt, num::ParseIntError, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! number_ids {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;
            fn from_str(text: &str) -> Result<Self, ParseIntError> {
                text.parse().map(Self)
            }
        }
    )+};
}

number_ids! {
    /// A Kommo account. It stands in every marker, so that two accounts never share a contract.
    AccountId
    /// A Kommo lead; in our words a deal.
    DealId
    /// A Kommo contact.
    ContactId
    /// A Kommo company.
    CompanyId
    /// A Kommo user.
    UserId
    /// A Kommo pipeline.
    PipelineId
    /// A Kommo stage (`status_id`). 142 and 143 are shared by all pipelines (`api/kommo.md §11`).
    StageId
    /// A Kommo custom field.
    FieldId
    /// A Oneflow workspace.
    WorkspaceId
    /// A Oneflow template.
    TemplateId
    /// A Oneflow template type, the owner of a template's data fields.
    TemplateTypeId
    /// A Oneflow contract.
    ContractId
    /// A Oneflow participant of one contract.
    ParticipantId
}

impl StageId {
    /// "Won" in every pipeline (`api/kommo.md §11`).
    pub const WON: Self = Self(142);
    /// "Lost" in every pipeline (`api/kommo.md §11`).
    pub const LOST: Self = Self(143);
}

/// One click on "Send contract": a `UUIDv7` made by the web view before the call, so that a repeated call is the
/// same click.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SendId(pub Uuid);

impl SendId {
    /// 32 hexadecimal digits without hyphens: the form that stands in a marker.
    pub fn digits(&self) -> String {
        self.0.simple().to_string()
    }
}

impl fmt::Display for SendId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl FromStr for SendId {
    type Err = uuid::Error;
    /// Reads both forms, with and without hyphens.
    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        Uuid::parse_str(text).map(Self)
    }
}

/// Several clicks that were made as one: a `UUIDv7` made by the web view before the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BatchId(pub Uuid);

impl fmt::Display for BatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl FromStr for BatchId {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        Uuid::parse_str(text).map(Self)
    }
}

/// One installation of the app for one user of the computer: 12 hexadecimal digits.
///
/// Shorter than a UUID because the whole marker must fit into 100 characters; 48 bits are plenty among the handful
/// of seats that share an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SeatId(String);

impl SeatId {
    /// Takes the lowest 48 bits of a random number.
    pub fn from_random(random: u64) -> Self {
        Self(format!("{:012x}", random & 0xffff_ffff_ffff))
    }

    /// The 12 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SeatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A seat id that is not 12 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a seat id is 12 hexadecimal digits")]
pub struct NotASeatId;

impl TryFrom<String> for SeatId {
    type Error = NotASeatId;
    fn try_from(text: String) -> Result<Self, NotASeatId> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 12 && text.bytes().all(is_digit) { Ok(Self(text)) } else { Err(NotASeatId) }
    }
}

impl FromStr for SeatId {
    type Err = NotASeatId;
    fn from_str(text: &str) -> Result<Self, NotASeatId> {
        Self::try_from(text.to_owned())
    }
}

impl From<SeatId> for String {
    fn from(seat: SeatId) -> Self {
        seat.0
    }
}
