//! What the router asks of a desktop, answered by this one.

use std::path::PathBuf;

use ipc::dto::ThemeChoice;
use ipc::{ErrorCode, IpcError, Later, Notification};
use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt as _, FilePath};
use tauri_plugin_opener::OpenerExt as _;
use tokio::sync::oneshot;

use crate::{appearance, notify, window};

/// The desktop that the window stands on.
pub(crate) struct WindowDesktop {
    app: AppHandle,
}

impl WindowDesktop {
    pub(crate) fn new(app: AppHandle) -> Self {
        Self { app }
    }

    /// Asks with one of the system's file dialogs, in front of the window.
    async fn ask(&self, kind: Dialog<'_>) -> Result<Option<PathBuf>, IpcError> {
        let mut dialog = self.app.dialog().file();
        if let Some(window) = window::main(&self.app) {
            dialog = dialog.set_parent(&window);
        }
        let (answer, chosen) = oneshot::channel();
        let done = move |path: Option<FilePath>| {
            // Nobody waits any more when the app is being closed.
            let _ = answer.send(path);
        };
        match kind {
            Dialog::Save { name } => dialog.set_file_name(name).save_file(done),
            Dialog::Open => dialog.pick_file(done),
        }
        let path = chosen.await.map_err(|_| ErrorCode::FileTrouble)?;
        path.map(FilePath::into_path).transpose().map_err(|_| ErrorCode::FileTrouble.into())
    }
}

enum Dialog<'name> {
    Save { name: &'name str },
    Open,
}

impl ipc::Desktop for WindowDesktop {
    fn open(&self, address: &str) -> Result<(), IpcError> {
        if !is_web_address(address) {
            return Err(ErrorCode::AddressInvalid.into());
        }
        self.app.opener().open_url(address, None::<&str>).map_err(|error| {
            tracing::warn!(%error, "no browser could be started");
            ErrorCode::Internal.into()
        })
    }

    fn save<'a>(
        &'a self,
        proposed_name: &'a str,
        bytes: Vec<u8>,
    ) -> Later<'a, Result<Option<String>, IpcError>> {
        Box::pin(async move {
            let Some(path) = self.ask(Dialog::Save { name: proposed_name }).await? else { return Ok(None) };
            tokio::fs::write(&path, bytes).await.map_err(|error| file_trouble(&error))?;
            Ok(Some(path.file_name().unwrap_or_default().to_string_lossy().into_owned()))
        })
    }

    fn choose(&self) -> Later<'_, Result<Option<Vec<u8>>, IpcError>> {
        Box::pin(async move {
            let Some(path) = self.ask(Dialog::Open).await? else { return Ok(None) };
            tokio::fs::read(path).await.map(Some).map_err(|error| file_trouble(&error))
        })
    }

    fn notify(&self, notification: &Notification) {
        if let Err(error) = notify::show(&self.app, notification) {
            tracing::warn!(%error, "a notification was not shown");
        }
    }

    fn language(&self, chosen: &str) -> String {
        language(chosen)
    }

    fn set_theme(&self, theme: ThemeChoice) {
        appearance::choose(&self.app, theme);
    }
}

/// The language to speak: the chosen one, or the system's.
pub(crate) fn language(chosen: &str) -> String {
    if chosen == "system" { sys_locale::get_locale().unwrap_or_default() } else { chosen.to_owned() }
}

/// A browser is started for web pages only; the sample data has its pages on this computer.
fn is_web_address(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://127.0.0.1:")
}

fn file_trouble(error: &std::io::Error) -> IpcError {
    tracing::warn!(kind = ?error.kind(), "a file could not be read or written");
    match error.kind() {
        std::io::ErrorKind::StorageFull => ErrorCode::DiskFull.into(),
        _ => ErrorCode::FileTrouble.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_pages_are_opened() {
        for (address, opens) in [
            ("https://acme.kommo.com/leads/detail/1", true),
            ("http://127.0.0.1:8080/contracts/1", true),
            ("http://acme.kommo.com/", false),
            ("http://127.0.0.1.example.com/", false),
            ("file:///etc/passwd", false),
            ("javascript:alert(1)", false),
        ] {
            assert_eq!(is_web_address(address), opens, "{address}");
        }
    }
}
