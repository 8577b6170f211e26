//! The one window and the one event that reaches it.

use ipc::dto::UiEvent;
use tauri::{AppHandle, Emitter as _, Manager as _, WebviewWindow, Window};
use tokio::sync::broadcast::{self, error::RecvError};

use crate::rpc::Line;

/// The label of the window in `tauri.conf.json`.
const MAIN: &str = "main";

/// The name of the one event the interface listens to (design.md §6).
const UI_EVENT: &str = "ui-event";

/// The window, unless it is closed.
pub(crate) fn main(app: &AppHandle) -> Option<WebviewWindow> {
    app.get_webview_window(MAIN)
}

/// Brings the window to the front: after a second start of the app, and after a click on a notification.
pub(crate) fn reveal(app: &AppHandle) {
    let Some(window) = main(app) else { return };
    let shown = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(%error, "the window could not be brought to the front");
    }
}

/// Tells the engine whether a person can see the window: it decides how often the workers look.
pub(crate) fn tell_visibility(window: &Window) {
    if let (Ok(is_minimized), Some(router)) = (window.is_minimized(), window.state::<Line>().router()) {
        router.app().set_window_open(!is_minimized);
    }
}

/// Hands everything that the router tells on to the interface, as long as the app runs.
pub(crate) async fn forward(app: AppHandle, mut told: broadcast::Receiver<UiEvent>) {
    loop {
        match told.recv().await {
            Ok(event) => emit(&app, &event),
            // A burst was too quick: the next event makes the interface ask again anyway.
            Err(RecvError::Lagged(missed)) => {
                tracing::warn!(missed, "events were dropped on the way to the interface");
            }
            Err(RecvError::Closed) => return,
        }
    }
}

fn emit(app: &AppHandle, event: &UiEvent) {
    if let Err(error) = app.emit_to(MAIN, UI_EVENT, event) {
        tracing::warn!(%error, "an event did not reach the interface");
    }
}
