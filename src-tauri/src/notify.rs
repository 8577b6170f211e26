//! Desktop notifications, and what a click on one does.

use ipc::Notification;
use tauri::{AppHandle, Manager as _};
use tauri_plugin_notification::{ActionPerformed, NotificationExt as _};

use crate::rpc::Line;
use crate::window;

/// Under this name a notification carries the contract it is about, if it is about one.
const CONTRACT: &str = "contract";

/// Shows a notification.
pub(crate) fn show(
    app: &AppHandle,
    notification: &Notification,
) -> Result<(), tauri_plugin_notification::Error> {
    let builder = app.notification().builder().title(&notification.title).body(&notification.body);
    match &notification.contract {
        Some(contract) => builder.extra(CONTRACT, contract).show(),
        None => builder.show(),
    }
}

/// Hears clicks. Has to be called before the first [`show`]: notifications shown earlier offer no click at all
/// (ui-stack.md §7).
pub(crate) fn listen_for_clicks(app: &AppHandle) -> Result<(), tauri_plugin_notification::Error> {
    let handle = app.clone();
    app.notification().on_action(move |click| {
        window::reveal(&handle);
        if let (Some(contract), Some(router)) = (contract_of(click), handle.state::<Line>().router()) {
            router.show(contract.to_owned());
        }
    })
}

fn contract_of(click: &ActionPerformed) -> Option<&str> {
    click.notification()?.extra().get(CONTRACT).and_then(|contract| contract.as_str())
}
