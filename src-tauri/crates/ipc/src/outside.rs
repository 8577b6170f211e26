//! What the line needs from the program around it: a desktop, and the sample data.

use std::pin::Pin;

use crate::{dto::SampleAct, error::IpcError};

/// An answer that comes later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What only a program on a desktop can do. The headless host answers as well as it can without one.
pub trait Desktop: Send + Sync {
    /// Opens an address in the browser.
    fn open(&self, address: &str) -> Result<(), IpcError>;

    /// Asks where to save `bytes` and saves them; the name of the file, or `None` if the person closed the dialog.
    fn save<'a>(
        &'a self,
        proposed_name: &'a str,
        bytes: Vec<u8>,
    ) -> Later<'a, Result<Option<String>, IpcError>>;

    /// Asks for a file and reads it; `None` if the person closed the dialog.
    fn choose(&self) -> Later<'_, Result<Option<Vec<u8>>, IpcError>>;

    /// Shows a notification. A click on it shows the window, and the contract where it is about one.
    fn notify(&self, notification: &Notification);

    /// The language to speak: `chosen`, or the system's where that is `system`.
    fn language(&self, chosen: &str) -> String;

    /// Light, dark, or as the system.
    fn set_theme(&self, theme: crate::dto::ThemeChoice);
}

/// A notification, worded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// What happened.
    pub title: String,
    /// Deal and amount, or what to do.
    pub body: String,
    /// Oneflow's id of the contract it is about.
    pub contract: Option<String>,
}

/// The services that ship in the app as "sample data".
pub trait Sample: Send + Sync {
    /// Starts them afresh and says how to reach them.
    fn start(&self) -> Later<'_, Result<SampleAccess, IpcError>>;

    /// Lets something happen to a contract.
    fn act<'a>(&'a self, act: SampleAct, contract: Option<&'a str>) -> Later<'a, Result<(), IpcError>>;

    /// Ends them.
    fn stop(&self);
}

/// How to reach the sample services; the tokens live as long as they do.
#[derive(Clone)]
pub struct SampleAccess {
    /// Address of the Kommo stand-in.
    pub kommo_address: String,
    /// Its token.
    pub kommo_token: secrecy::SecretString,
    /// Address of the Oneflow stand-in.
    pub oneflow_address: String,
    /// Its token.
    pub oneflow_token: secrecy::SecretString,
    /// A user of the Oneflow stand-in.
    pub oneflow_email: String,
}
