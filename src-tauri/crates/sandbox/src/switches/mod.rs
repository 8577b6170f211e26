//! Behaviour on which the sources disagree or are silent: the sandbox can do both, and the app must pass with both.
//!
//! The defaults are the readings that the API notes hold most likely (for Kommo: column A of api/kommo.md §21.2).
//! To add one: a field here, its two readings beside the handler that obeys it, and a test that turns it.

/// Declares a switch with two or more readings; the first is the default.
macro_rules! readings {
    ($($(#[$about:meta])* $name:ident { $(#[$first_about:meta])* $first:ident, $($(#[$other_about:meta])* $other:ident),+ $(,)? })+) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $(#[$first_about])*
            #[default]
            $first,
            $($(#[$other_about])* $other,)+
        }
    )+};
}

mod kommo;
mod oneflow;

pub use kommo::*;
pub use oneflow::*;
use serde::{Deserialize, Serialize};

/// All switches of both services.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Switches {
    /// Kommo, its drive included.
    pub kommo: KommoSwitches,
    /// Oneflow, its storage included.
    pub oneflow: OneflowSwitches,
}
