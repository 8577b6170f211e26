//! Everything that goes into a contract, as it was seen at the click.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    contract::Contract,
    id::{TemplateId, WorkspaceId},
};

/// The exact contents of one contract. Stored as bytes at the click, and what is sent is read from those bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// Version of the mapping that made it.
    pub mapping: u32,
    /// Where the contract is made.
    pub workspace: WorkspaceId,
    /// From what it is made.
    pub template: TemplateId,
    /// Of the contract; at most 130 characters (`api/oneflow.md §3.6`).
    pub name: String,
    /// Of the invitation.
    pub subject: String,
    /// Of the invitation.
    pub message: String,
    /// Data fields in the template type's order; the markers are added at the create.
    pub fields: Vec<PayloadField>,
    /// Whether the template type has the three marker fields.
    pub has_marker_fields: bool,
    /// The other side.
    pub client: Client,
    /// Our side; `None` leaves the template's own.
    pub internal: Option<Signatory>,
}

/// One data field with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayloadField {
    /// Key of the data field.
    pub custom_id: String,
    /// At most 1,024 characters.
    pub value: String,
}

/// The other side of the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// `None`: the signatory signs as an individual.
    pub company: Option<String>,
    /// Who signs.
    pub signatory: Signatory,
    /// Offered by the template; `email` by default.
    pub delivery_channel: String,
}

/// A person who signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signatory {
    /// 1 to 100 characters.
    pub name: String,
    /// As typed, trimmed.
    pub email: String,
}

impl Payload {
    /// The bytes that are stored and hashed. Field order is the order of the struct.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("BUG: a payload has only texts and numbers")
    }

    /// Reads stored bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }

    /// Whether `contract` holds what stands here, as far as the answer shows it: name, data fields, and where the
    /// invitation goes. What an answer leaves out says nothing.
    pub fn is_shown_by(&self, contract: &Contract) -> bool {
        let is_name = contract.name.as_ref().is_none_or(|name| *name == self.name);
        is_name && self.are_fields_shown_by(contract) && self.is_client_shown_by(contract)
    }

    fn are_fields_shown_by(&self, contract: &Contract) -> bool {
        let mut shown = contract.data_fields.iter().flatten();
        shown.all(|field| {
            let mine = self.fields.iter().find(|mine| Some(&mine.custom_id) == field.custom_id.as_ref());
            mine.is_none_or(|mine| mine.value == field.value)
        })
    }

    fn is_client_shown_by(&self, contract: &Contract) -> bool {
        let mut signatories = contract.counterparts().filter(|person| person.is_signatory).peekable();
        let is_shown = signatories.peek().is_some();
        let is_same = |address: &str| address.eq_ignore_ascii_case(&self.client.signatory.email);
        !is_shown || signatories.all(|person| person.email.as_deref().is_none_or(is_same))
    }
}

/// 12 hexadecimal digits of SHA-256 over a payload's bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PayloadHash(String);

impl PayloadHash {
    /// Hashes the bytes of [`Payload::to_bytes`].
    pub fn of(bytes: &[u8]) -> Self {
        Self(hex_of_sha256(bytes, 12))
    }
}

/// The first `digits` hexadecimal digits of SHA-256 over `bytes`.
pub fn hex_of_sha256(bytes: &[u8], digits: usize) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let halves = Sha256::digest(bytes).into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    halves.take(digits).map(|half| char::from(DIGITS[usize::from(half)])).collect()
}

impl fmt::Display for PayloadHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for PayloadHash {
    type Err = NotAHash;
    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let is_hash = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hash { Ok(Self(text.to_owned())) } else { Err(NotAHash) }
    }
}

/// A text that is not a payload hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a payload hash")]
pub struct NotAHash;
