//! The one command of the interface (design.md §6).

use ipc::{IpcError, Router};
use serde_json::Value;
use tauri::State;
use tokio::sync::SetOnce;

/// The router, once the engine has started. The window opens before that: a keychain that asks for its password
/// must not hold up the window that explains why.
#[derive(Default)]
pub(crate) struct Line(SetOnce<Router>);

impl Line {
    /// Connects the line; calls that wait go on.
    pub(crate) fn connect(&self, router: Router) {
        assert!(self.0.set(router).is_ok(), "BUG: the engine starts once");
    }

    /// The router, if the engine has started.
    pub(crate) fn router(&self) -> Option<&Router> {
        self.0.get()
    }
}

/// Answers one request of the interface.
#[tauri::command]
pub(crate) async fn rpc(line: State<'_, Line>, cmd: String, payload: Value) -> Result<Value, IpcError> {
    line.0.wait().await.call(&cmd, payload).await
}
