//! Closing the window, and what becomes of sends that are still leaving (design.md §3).

use std::sync::Arc;

use engine::{Profile, sending};
use ipc::{Native, Router};
use tauri::{AppHandle, CloseRequestApi, Manager as _};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogButtons, MessageDialogKind, MessageDialogResult};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::oneshot;

use crate::rpc::Line;
use crate::{desktop, window};

/// The person closed the window. With sends still leaving, they decide first.
pub(crate) fn close_requested(app: &AppHandle, request: &CloseRequestApi) {
    let Some(router) = app.state::<Line>().router().cloned() else { return };
    request.prevent_close();
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if may_leave(&app, &router).await {
            app.exit(0);
        }
    });
}

/// Stops the workers where they wait; what they were about is stored.
pub(crate) fn close_engine(app: &AppHandle) {
    if let Some(router) = app.state::<Line>().router() {
        tauri::async_runtime::block_on(router.app().close());
    }
    tracing::info!("closed");
}

/// What a person can decide about sends that are still leaving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    /// The app stays until they have left.
    Wait,
    Undo,
    SendNow,
}

async fn may_leave(app: &AppHandle, router: &Router) -> bool {
    let Ok(profile) = router.app().profile() else { return true };
    let count = leaving(&profile).await;
    if count == 0 {
        return true;
    }
    match ask(app, router, count).await {
        Decision::Wait => {}
        Decision::Undo => for_each_leaving(&profile, Step::Undo).await,
        Decision::SendNow => for_each_leaving(&profile, Step::SendNow).await,
    }
    wait_until_all_left(router, &profile).await;
    true
}

/// A ledger that cannot be read keeps nobody in the app: what it holds is stored anyway.
async fn leaving(profile: &Profile) -> usize {
    sending::leaving(profile).await.map_or(0, |sends| sends.len())
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Undo,
    SendNow,
}

async fn for_each_leaving(profile: &Arc<Profile>, step: Step) {
    for send in sending::leaving(profile).await.unwrap_or_default() {
        let outcome = match step {
            Step::Undo => sending::undo(profile, send.id).await,
            Step::SendNow => sending::send_now(profile, send.id).await,
        };
        if let Err(error) = outcome {
            // It left a moment before: what the window shows next says so.
            tracing::info!(send.id = %send.id, %error, "too late");
        }
    }
}

async fn wait_until_all_left(router: &Router, profile: &Profile) {
    let mut heard = router.app().listen();
    while leaving(profile).await > 0 {
        if let Err(RecvError::Closed) = heard.recv().await {
            return;
        }
    }
}

async fn ask(app: &AppHandle, router: &Router, count: usize) -> Decision {
    let native = Native::of(&desktop::language(&router.app().preferences().language));
    let [wait, undo, send_now] = ["quit.wait", "quit.undo", "quit.send_now"].map(|key| native.text(key, &[]));
    // Closing the question counts as its last button, so that has to be the one that changes nothing.
    let buttons = MessageDialogButtons::YesNoCancelCustom(undo.clone(), send_now.clone(), wait);
    let body = native.text("quit.body", &[("count", &count.to_string())]);
    let mut dialog =
        app.dialog().message(body).title(native.text("quit.title", &[])).kind(MessageDialogKind::Warning);
    if let Some(window) = window::main(app) {
        dialog = dialog.parent(&window);
    }
    let (answer, answered) = oneshot::channel();
    dialog.buttons(buttons).show_with_result(move |result| {
        // Nobody waits any more when the app is being closed.
        let _ = answer.send(result);
    });
    match answered.await {
        Ok(MessageDialogResult::Custom(label)) if label == undo => Decision::Undo,
        Ok(MessageDialogResult::Custom(label)) if label == send_now => Decision::SendNow,
        _ => Decision::Wait,
    }
}
