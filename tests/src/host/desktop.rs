//! A desktop on paper: it writes down what it was asked to do.

use std::{
    fs,
    path::PathBuf,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use ipc::{ErrorCode, IpcError, Later, Notification, dto::ThemeChoice};
use serde::{Deserialize, Serialize};

/// Answers as well as it can without a screen. Files are saved into one folder.
#[derive(Debug)]
pub struct PaperDesktop {
    folder: PathBuf,
    recorded: Mutex<Recorded>,
    chosen: Mutex<Option<Vec<u8>>>,
    fails: AtomicBool,
}

/// What was asked of the desktop so far, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// Addresses opened in the browser.
    pub opened: Vec<String>,
    /// Names of the files that were saved.
    pub saved: Vec<String>,
    /// Notifications shown.
    pub notified: Vec<Notified>,
    /// The theme chosen last.
    pub theme: Option<ThemeChoice>,
}

/// A notification that was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notified {
    /// What happened.
    pub title: String,
    /// Deal and amount.
    pub body: String,
    /// Oneflow's id of the contract; empty where it is about none.
    pub contract: String,
}

impl PaperDesktop {
    /// A desktop that saves into `folder`, which must exist.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, recorded: Mutex::default(), chosen: Mutex::default(), fails: AtomicBool::default() }
    }

    /// What was asked of it so far.
    pub fn recorded(&self) -> Recorded {
        self.writing().clone()
    }

    /// The next question for a file is answered with this one; without one the person closes the dialog.
    pub fn offer_file(&self, bytes: Vec<u8>) {
        *self.chosen.lock().unwrap_or_else(PoisonError::into_inner) = Some(bytes);
    }

    /// The next notification ends in a panic, as a library of the system can.
    pub fn fail_once(&self) {
        self.fails.store(true, Ordering::SeqCst);
    }

    /// Whether [`Self::fail_once`] is still to come true.
    pub fn fails(&self) -> bool {
        self.fails.load(Ordering::SeqCst)
    }

    /// Reads a file that was saved.
    pub fn saved_file(&self, name: &str) -> std::io::Result<Vec<u8>> {
        fs::read(self.folder.join(name))
    }

    fn writing(&self) -> MutexGuard<'_, Recorded> {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ipc::Desktop for PaperDesktop {
    fn open(&self, address: &str) -> Result<(), IpcError> {
        self.writing().opened.push(address.to_owned());
        Ok(())
    }

    fn save<'a>(
        &'a self,
        proposed_name: &'a str,
        bytes: Vec<u8>,
    ) -> Later<'a, Result<Option<String>, IpcError>> {
        let saved = fs::write(self.folder.join(proposed_name), bytes);
        let answer = match saved {
            Ok(()) => {
                self.writing().saved.push(proposed_name.to_owned());
                Ok(Some(proposed_name.to_owned()))
            }
            Err(_) => Err(ErrorCode::FileTrouble.into()),
        };
        Box::pin(std::future::ready(answer))
    }

    fn choose(&self) -> Later<'_, Result<Option<Vec<u8>>, IpcError>> {
        let chosen = self.chosen.lock().unwrap_or_else(PoisonError::into_inner).take();
        Box::pin(std::future::ready(Ok(chosen)))
    }

    fn notify(&self, notification: &Notification) {
        assert!(!self.fails.swap(false, Ordering::SeqCst), "the desktop fails as it was told to");
        let Notification { title, body, contract } = notification.clone();
        self.writing().notified.push(Notified { title, body, contract: contract.unwrap_or_default() });
    }

    fn language(&self, chosen: &str) -> String {
        // There is no system to ask; tests read English.
        if chosen == "system" { "en".to_owned() } else { chosen.to_owned() }
    }

    fn set_theme(&self, theme: ThemeChoice) {
        self.writing().theme = Some(theme);
    }
}
