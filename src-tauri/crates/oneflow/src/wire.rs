//! The shapes of Oneflow's answers. Private: what leaves this crate are values of `domain`.
//!
//! Missing and null are the same and allowed wherever a fixture, a model or a list was seen without the part. A value of
//! the wrong type is an error with its path: better "cannot read" than "not there" (design.md §3).

mod account;
mod contract;
mod template;
mod time;

pub(crate) use account::{Account, User, Workspace};
pub(crate) use contract::{Contract, ContractField};
pub(crate) use template::{CreateChoices, Template, TemplateType};
pub(crate) use time::optional_time;

use serde::{Deserialize, Deserializer};

/// Reads null as the default: `value: null` is an empty text, `parties: null` an empty list.
pub(crate) fn null_is_default<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Default + Deserialize<'de>,
    D: Deserializer<'de>,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// An empty text is no text.
pub(crate) fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
