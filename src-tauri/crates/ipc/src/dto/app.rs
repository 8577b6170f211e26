//! The app as a whole: profile, connection, counts, preferences.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::SendDto;
use crate::error::{ErrorCode, IpcError};

/// Everything the frame of the window shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppState {
    /// Who is connected.
    pub profile: ProfileDto,
    /// Set when nothing can be shown: a newer or damaged database, another running app.
    pub blocked: Option<IpcError>,
    /// Where tokens are kept.
    pub keychain: KeychainState,
    /// How Kommo answers.
    pub kommo: ServiceState,
    /// How Oneflow answers.
    pub oneflow: ServiceState,
    /// For the sidebar.
    pub counts: Counts,
    /// How many entries of Kommo and Oneflow could not be read when they were last seen; the others are shown.
    pub unreadable: u32,
    /// When the deals were last known to be complete.
    pub as_of: Option<String>,
    /// A long piece of work that runs.
    pub progress: Option<Progress>,
    /// Sends that can still be undone, for the strip at the foot.
    pub leaving: Vec<SendDto>,
    /// When the Kommo token ends, if it is 30 days or less away.
    pub token_ends: Option<String>,
    /// Chosen by the person.
    pub preferences: Preferences,
    /// Version of the app.
    pub version: String,
}

/// Who is connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind", rename_all_fields = "camelCase")]
pub enum ProfileDto {
    /// Nobody: Welcome is shown.
    None,
    /// The sample data.
    Sample {
        /// As the sample's Kommo account calls itself.
        account: String,
        /// Id of the Kommo user who is "me".
        user: Option<String>,
    },
    /// Two real accounts.
    Connected {
        /// As the Kommo account calls itself.
        account: String,
        /// `acme.kommo.com`.
        address: String,
        /// As the Oneflow account calls itself.
        oneflow: String,
        /// Id of the Kommo user who is "me".
        user: Option<String>,
    },
}

/// The OS keychain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeychainState {
    /// Works.
    Ready,
    /// Locked by the system.
    Locked,
    /// There is none.
    Absent,
}

/// How a service answered last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ServiceState {
    /// Whether it answers.
    pub ok: bool,
    /// Why not.
    pub trouble: Option<ErrorCode>,
    /// Since when not.
    pub since: Option<String>,
    /// Everything waits until then, because the service asked for it or blocks this address.
    pub until: Option<String>,
}

/// For the sidebar and the titles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Deals to send.
    pub to_send: u32,
    /// Won deals in all.
    pub won: u32,
    /// Contracts that await a signature.
    pub awaiting: u32,
    /// Activity not looked at.
    pub unread: u32,
    /// What waits for a person.
    pub needs_you: u32,
}

/// A long piece of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// What runs.
    pub work: ProgressWork,
    /// How much is done.
    pub done: u32,
    /// How much there is, where that is known.
    pub total: Option<u32>,
}

/// What can take long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProgressWork {
    /// The first reading of all deals.
    FirstSync,
    /// A later one.
    Sync,
}

/// Chosen by the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Preferences {
    /// `system`, or a language of `ui/messages`.
    pub language: String,
    /// Light, dark, or as the system.
    pub theme: ThemeChoice,
    /// Height of rows.
    pub density: Density,
    /// Whether single letters act.
    pub letter_keys: bool,
    /// Undo time: 0, 5, 10, 20, 30 or 60.
    pub hold_seconds: u32,
    /// Notify each signature, not only the last.
    pub notify_each_signature: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            language: "system".to_owned(),
            theme: ThemeChoice::System,
            density: Density::Compact,
            letter_keys: true,
            hold_seconds: 10,
            notify_each_signature: false,
        }
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ThemeChoice {
    /// Follows the system.
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// Height of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Density {
    /// 36 px.
    Compact,
    /// 44 px.
    Comfortable,
}

/// Something to open outside the app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Link {
    /// A contract in Oneflow.
    Contract {
        /// Which.
        contract: String,
    },
    /// A deal in Kommo.
    Deal {
        /// Which.
        deal: String,
    },
}

/// What a person does with the sample contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SampleActRequest {
    /// What happens.
    pub act: SampleAct,
    /// To which contract; the newest that is out if none is named.
    pub contract: Option<String>,
}

/// What can happen to a sample contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SampleAct {
    /// All sign.
    ClientSigns,
    /// The client declines.
    ClientDeclines,
    /// The signing period ends.
    DeadlinePasses,
}

/// What Rust tells the web view without being asked. The web view decides what to ask anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum UiEvent {
    /// The frame changed.
    State {
        /// All of it.
        state: Box<AppState>,
    },
    /// A send moved.
    Send {
        /// As it stands now.
        send: Box<SendDto>,
    },
    /// Rows of the deal list may have changed.
    Deals,
    /// Rows of the contract list, or one contract, may have changed.
    Contracts {
        /// Which ones; empty for "any".
        contracts: Vec<String>,
    },
    /// The activity list grew.
    Activity,
    /// The list of what waits for a person changed.
    NeedsYou,
    /// Show something: a notification was clicked.
    Show {
        /// Which contract.
        contract: String,
    },
}
