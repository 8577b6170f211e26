//! Hears what happens in the engine and tells the web view and the desktop.

use std::sync::Arc;

use domain::{ContractId, SendId, observation::ChangeKind};
use engine::{Event, Profile, app::AppEvent, sending, supervisor::guarded, watching};
use tokio::sync::broadcast::error::RecvError;

use crate::{
    dto::{Nothing, UiEvent},
    handlers::{app_state, send_shown},
    native::Native,
    notification,
    router::Router,
};

/// Runs as long as the app does.
pub(crate) async fn run(router: &Router) {
    let mut heard = router.app.listen();
    contain(tell_beginning(router)).await;
    loop {
        match heard.recv().await {
            Ok(event) => contain(tell(router, event)).await,
            Err(RecvError::Lagged(_)) => contain(tell_everything(router)).await,
            Err(RecvError::Closed) => return,
        }
    }
}

/// What cannot be told must not silence all that comes after it.
async fn contain(telling: impl Future<Output = ()>) {
    // It is logged; there is nobody to tell it to.
    let _ = guarded("telling", telling).await;
}

async fn tell_beginning(router: &Router) {
    tell_state(router).await;
    if let Ok(profile) = router.app.profile() {
        notify(router, &profile).await;
    }
}

async fn tell(router: &Router, event: AppEvent) {
    match event {
        AppEvent::ModeChanged => tell_everything(router).await,
        AppEvent::PreferencesChanged | AppEvent::KeychainChanged => tell_state(router).await,
        AppEvent::Profile(event) => {
            if let Ok(profile) = router.app.profile() {
                tell_of_profile(router, &profile, event).await;
            }
        }
    }
}

async fn tell_of_profile(router: &Router, profile: &Arc<Profile>, event: Event) {
    match event {
        Event::SendMoved(send) => {
            tell_send(router, profile, send).await;
            tell_state(router).await;
        }
        Event::DealsChanged(_) => {
            router.tell(UiEvent::Deals);
            tell_state(router).await;
        }
        Event::ContractsChanged(contracts) => {
            let contracts = contracts.iter().map(ContractId::to_string).collect();
            router.tell(UiEvent::Contracts { contracts });
            tell_state(router).await;
        }
        Event::ActivityGrew => {
            router.tell(UiEvent::Activity);
            tell_state(router).await;
        }
        Event::NeedsYouChanged => {
            router.tell(UiEvent::NeedsYou);
            tell_state(router).await;
        }
        Event::HealthChanged | Event::ProgressMade => tell_state(router).await,
        Event::NoticesDue => notify(router, profile).await,
    }
}

async fn tell_send(router: &Router, profile: &Profile, send: SendId) {
    let read = sending::by_id(profile, send).await;
    let Ok(Some(send)) = read else { return };
    if let Ok(send) = send_shown(router, profile, &send).await {
        router.tell(UiEvent::Send { send: Box::new(send) });
    }
}

async fn tell_state(router: &Router) {
    match app_state(router, Nothing {}).await {
        Ok(state) => router.tell(UiEvent::State { state: Box::new(state) }),
        Err(error) => tracing::warn!(error.code = ?error.code, "the state of the app cannot be told"),
    }
}

async fn tell_everything(router: &Router) {
    tell_state(router).await;
    router.tell(UiEvent::Deals);
    router.tell(UiEvent::Contracts { contracts: Vec::new() });
    router.tell(UiEvent::Activity);
    router.tell(UiEvent::NeedsYou);
    if let Ok(profile) = router.app.profile() {
        notify(router, &profile).await;
    }
}

/// Shows each due notice once: whoever claims it shows it.
async fn notify(router: &Router, profile: &Profile) {
    let due = match watching::due_notices(profile).await {
        Ok(due) => due,
        Err(error) => return tracing::warn!(%error, "the due notices cannot be read"),
    };
    let chosen = router.app.preferences();
    let native = Native::of(&router.desktop.language(&chosen.language));
    for notice in due {
        let is_wanted = notice.kind != ChangeKind::ParticipantSigned || chosen.notify_each_signature;
        match watching::claim_notice(profile, notice.change).await {
            Ok(true) if is_wanted => router.desktop.notify(&notification::of_change(&native, &notice)),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "a notice cannot be claimed"),
        }
    }
    match router.app.claim_token_notice().await {
        Ok(Some(ends)) => router.desktop.notify(&notification::of_token_end(&native, ends)),
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "the notice of a token's end cannot be claimed"),
    }
}
