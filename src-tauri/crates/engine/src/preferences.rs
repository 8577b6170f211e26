//! What a person chose for the whole app, whatever is connected.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Chosen for the whole app. A key that an older file lacks has its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// `system`, or a language of the interface.
    pub language: String,
    /// Light or dark.
    pub theme: Theme,
    /// Height of rows.
    pub density: Density,
    /// Whether single letters act.
    pub letter_keys: bool,
    /// Undo time of a send, in seconds; at most [`LONGEST_HOLD`].
    pub hold_seconds: u32,
    /// A notice for each signature, not only for the last.
    pub notify_each_signature: bool,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// Height of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Density {
    /// 36 px.
    #[default]
    Compact,
    /// 44 px.
    Comfortable,
}

/// The longest undo time, in seconds (design.md §3).
pub const LONGEST_HOLD: u32 = 60;

impl Default for Preferences {
    fn default() -> Self {
        Self {
            language: "system".to_owned(),
            theme: Theme::default(),
            density: Density::default(),
            letter_keys: true,
            hold_seconds: 10,
            notify_each_signature: false,
        }
    }
}

impl Preferences {
    /// The undo time of a send.
    pub fn hold(&self) -> Duration {
        Duration::from_secs(u64::from(self.hold_seconds.min(LONGEST_HOLD)))
    }
}
