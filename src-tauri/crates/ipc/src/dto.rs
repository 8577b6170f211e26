//! What crosses the line between the web view and Rust.
//!
//! Ids cross as strings (JavaScript numbers lose digits), money as text with its currency, instants as RFC 3339.
//! Every contract value is the exact text Rust will send.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

mod app;
mod contract;
mod deal;
mod need;
mod preview;
mod send;
mod setup;

pub use app::*;
pub use contract::*;
pub use deal::*;
pub use need::*;
pub use preview::*;
pub use send::*;
pub use setup::*;

/// An amount: decimal text and ISO 4217 code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MoneyDto {
    /// E.g. `1250.00`.
    pub amount: String,
    /// E.g. `EUR`.
    pub currency: String,
}

/// Something to say, as a code with its slots; the words are in the interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Said<Code> {
    /// Key of the words.
    pub code: Code,
    /// Values for the slots of the words.
    pub params: BTreeMap<String, String>,
}

impl<Code> Said<Code> {
    /// Words without slots.
    pub fn plain(code: Code) -> Self {
        Self { code, params: BTreeMap::new() }
    }

    /// The same words with one more slot filled.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "ids, numbers and texts alike, without an ampersand")]
    pub fn with(mut self, slot: &str, value: impl ToString) -> Self {
        self.params.insert(slot.to_owned(), value.to_string());
        self
    }
}

/// Payload of a command that takes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Nothing {}
