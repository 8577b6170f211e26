//! Where this installation keeps its files. The only module of the product that asks the system for places.

use std::path::PathBuf;

use anyhow::Context as _;

/// The same name as `identifier` in `tauri.conf.json`, so that the web view's own files lie in the same folder.
const FOLDER: &str = "app.countersign.desktop";

/// The folders of one OS user.
#[derive(Debug, Clone)]
pub(crate) struct Paths {
    /// Profiles: ledger, cache and settings. Machine-local, never roaming or synced: a synced ledger would be a
    /// copied seat.
    pub(crate) data: PathBuf,
    /// Log files, one a day.
    pub(crate) logs: PathBuf,
}

impl Paths {
    /// The system's standard places: XDG folders on Linux, `Library` on macOS, `LocalAppData` on Windows.
    pub(crate) fn of_this_user() -> anyhow::Result<Self> {
        let data =
            dirs::data_local_dir().context("this user has no folder for application data")?.join(FOLDER);
        let logs = if cfg!(target_os = "macos") {
            dirs::home_dir().context("this user has no home folder")?.join("Library/Logs").join(FOLDER)
        } else {
            data.join("logs")
        };
        Ok(Self { data, logs })
    }
}
