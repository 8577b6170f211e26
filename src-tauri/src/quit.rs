//! Closing the window, and what becomes of sends that are on their way (design.md §3).

use std::sync::Arc;

use domain::SendState;
use engine::{Profile, sending};
use ipc::{Native, Router};
use tauri::{AppHandle, CloseRequestApi, Manager as _};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogButtons, MessageDialogKind, MessageDialogResult};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::oneshot;

use crate::rpc::Line;
use crate::{desktop, window};

/// The person closed the window. With sends on their way, they decide first.
pub(crate) fn close_requested(app: &AppHandle, request: &CloseRequestApi) {
    let Some(router) = app.state::<Line>().router().cloned() else { return };
    request.prevent_close();
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Ok(profile) = router.app().profile() {
            see_off(&app, &router, &profile).await;
        }
        app.exit(0);
    });
}

/// Stops the workers where they wait; what they were about is stored.
pub(crate) fn close_engine(app: &AppHandle) {
    if let Some(router) = app.state::<Line>().router() {
        tauri::async_runtime::block_on(router.app().close());
    }
    tracing::info!("closed");
}

/// What a person can decide about sends that are on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    /// The app stays until they are out.
    Wait,
    Undo,
    SendNow,
    /// The ledger keeps them, and they go on at the next start.
    QuitNow,
}

impl Decision {
    fn label(self, native: &Native) -> String {
        let key = match self {
            Self::Wait => "quit.wait",
            Self::Undo => "quit.undo",
            Self::SendNow => "quit.send_now",
            Self::QuitNow => "quit.now",
        };
        native.text(key, &[])
    }
}

/// Returns once the app may end.
async fn see_off(app: &AppHandle, router: &Router, profile: &Arc<Profile>) {
    let states = on_their_way(profile).await;
    if states.is_empty() {
        return;
    }
    match ask(app, router, &states).await {
        Decision::Wait => {}
        Decision::Undo => for_each_leaving(profile, Step::Undo).await,
        Decision::SendNow => for_each_leaving(profile, Step::SendNow).await,
        Decision::QuitNow => return,
    }
    wait_until_all_are_out(router, profile).await;
}

/// A ledger that cannot be read keeps nobody in the app: what it holds is stored anyway.
async fn on_their_way(profile: &Profile) -> Vec<SendState> {
    let sends = sending::on_their_way(profile).await.unwrap_or_default();
    sends.into_iter().map(|send| send.state).collect()
}

/// What the question offers besides waiting; a dialog of the system has three buttons at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Offer {
    can_undo: bool,
    leave: Decision,
}

impl Offer {
    /// Only an undo time can be ended by "send now". What waits after it, for a connection above all, may do so for
    /// long: then it is better to quit, and to let it go on at the next start.
    fn of(states: &[SendState]) -> Self {
        let is_held = states.contains(&SendState::Held);
        Self {
            can_undo: states.iter().any(SendState::can_undo),
            leave: if is_held { Decision::SendNow } else { Decision::QuitNow },
        }
    }

    /// Closing the question counts as its last button, so that has to be the one that changes nothing.
    fn buttons(self, native: &Native) -> MessageDialogButtons {
        let [wait, undo, leave] = [Decision::Wait, Decision::Undo, self.leave].map(|one| one.label(native));
        if self.can_undo {
            MessageDialogButtons::YesNoCancelCustom(undo, leave, wait)
        } else {
            MessageDialogButtons::OkCancelCustom(leave, wait)
        }
    }

    /// The decision behind the button that was clicked.
    fn decision(self, clicked: &str, native: &Native) -> Decision {
        let is_clicked = |decision: &Decision| clicked == decision.label(native);
        [Decision::Undo, self.leave].into_iter().find(is_clicked).unwrap_or(Decision::Wait)
    }
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

/// Or until each of them came to another end, or waits for a person.
async fn wait_until_all_are_out(router: &Router, profile: &Profile) {
    let mut heard = router.app().listen();
    while !on_their_way(profile).await.is_empty() {
        if let Err(RecvError::Closed) = heard.recv().await {
            return;
        }
    }
}

async fn ask(app: &AppHandle, router: &Router, states: &[SendState]) -> Decision {
    let native = Native::of(&desktop::language(&router.app().preferences().language));
    let undoable = states.iter().filter(|state| state.can_undo()).count();
    let slots = [("count", &*states.len().to_string()), ("undoable", &*undoable.to_string())];
    let offer = Offer::of(states);
    let mut dialog = app
        .dialog()
        .message(native.text("quit.body", &slots))
        .title(native.text("quit.title", &[]))
        .kind(MessageDialogKind::Warning)
        .buttons(offer.buttons(&native));
    if let Some(window) = window::main(app) {
        dialog = dialog.parent(&window);
    }
    let (answer, answered) = oneshot::channel();
    dialog.show_with_result(move |result| {
        // Nobody waits any more when the app is being closed.
        let _ = answer.send(result);
    });
    match answered.await {
        Ok(MessageDialogResult::Custom(clicked)) => offer.decision(&clicked, &native),
        _ => Decision::Wait,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_offered_is_what_can_still_be_done() {
        let contract = domain::ContractId(8812);
        let (undo, too_late) = (true, false);
        for (states, can_undo, leave) in [
            (vec![SendState::Held], undo, Decision::SendNow),
            (vec![SendState::Creating, SendState::Held], undo, Decision::SendNow),
            (vec![SendState::Creating, SendState::Queued], undo, Decision::QuitNow),
            (vec![SendState::Creating], too_late, Decision::QuitNow),
            (vec![SendState::Publishing { contract }], too_late, Decision::QuitNow),
        ] {
            assert_eq!(Offer::of(&states), Offer { can_undo, leave }, "{states:?}");
        }
    }

    #[test]
    fn each_button_means_what_it_says_and_all_else_changes_nothing() {
        let (native, offer) = (Native::of("en"), Offer { can_undo: true, leave: Decision::SendNow });
        for (clicked, decision) in [
            ("Undo them and quit", Decision::Undo),
            ("Send now and quit", Decision::SendNow),
            ("Wait until they are sent", Decision::Wait),
            ("Quit now", Decision::Wait),
        ] {
            assert_eq!(offer.decision(clicked, &native), decision, "{clicked}");
        }
    }
}
