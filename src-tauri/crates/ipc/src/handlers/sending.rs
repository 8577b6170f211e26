//! The click, the undo, and decisions.

use std::time::Duration;

use domain::{Generation, Payload, Send, SendState, preview::PreviewId};
use engine::{
    Profile,
    health::{Service, Trouble},
    previews,
    sending::{self, Click},
    watching,
};

use super::open;
use crate::{
    convert::{choice, edits, id, send_dto},
    dto::{SendDto, SendRef, SendRequest, SettleRequest, WaitCode},
    error::IpcError,
    router::Router,
};

pub(crate) async fn send(router: &Router, request: SendRequest) -> Result<SendDto, IpcError> {
    let profile = open(router)?;
    let click = Click {
        send: id(&request.send)?,
        deal: id(&request.deal)?,
        generation: generation(request.replaces.as_deref())?,
        preview: PreviewId(request.preview),
        edits: edits(&request.edits)?,
        hold: hold(router),
    };
    let send = sending::click(&profile, click).await?;
    send_shown(router, &profile, &send).await
}

pub(crate) async fn undo_send(router: &Router, request: SendRef) -> Result<SendDto, IpcError> {
    let profile = open(router)?;
    let send = sending::undo(&profile, id(&request.send)?).await?;
    send_shown(router, &profile, &send).await
}

pub(crate) async fn send_now(router: &Router, request: SendRef) -> Result<SendDto, IpcError> {
    let profile = open(router)?;
    let send = sending::send_now(&profile, id(&request.send)?).await?;
    send_shown(router, &profile, &send).await
}

pub(crate) async fn settle_send(router: &Router, request: SettleRequest) -> Result<SendDto, IpcError> {
    let profile = open(router)?;
    let send = sending::settle(&profile, id(&request.send)?, choice(request.choice)).await?;
    send_shown(router, &profile, &send).await
}

/// Which contract of the deal a click replaces.
pub(super) fn generation(replaces: Option<&str>) -> Result<Generation, IpcError> {
    Ok(replaces.map(id).transpose()?.map_or(Generation::FIRST, Generation::replacing))
}

/// The undo time that the person chose.
fn hold(router: &Router) -> Duration {
    Duration::from_secs(router.app.preferences().hold_seconds.into())
}

/// A send as the web view reads it.
pub(crate) async fn send_shown(router: &Router, profile: &Profile, send: &Send) -> Result<SendDto, IpcError> {
    let version = Payload::from_bytes(&send.payload).map(|payload| payload.mapping).unwrap_or_default();
    let labels = previews::labels(profile, version).await?;
    let mut shown = send_dto(send, sending::hold_left(profile, send), hold(router), &labels);
    if send.state == SendState::Queued {
        // A queued send reads both services again before anything of its own can fail: their health says why it waits.
        shown.waits = shown.waits.or_else(|| waits_for_services(profile));
        let is_new = !watching::knows_all_contracts(profile);
        shown.waits = shown.waits.or_else(|| is_new.then_some(WaitCode::Contracts));
    }
    Ok(shown)
}

fn waits_for_services(profile: &Profile) -> Option<WaitCode> {
    let troubles = [Service::Kommo, Service::Oneflow].map(|service| profile.health().of(service).trouble);
    troubles.into_iter().flatten().next().map(|trouble| match trouble {
        Trouble::Offline => WaitCode::Offline,
        Trouble::TokenRefused => WaitCode::Token,
        Trouble::Limited | Trouble::Blocked => WaitCode::RateLimit,
        Trouble::Plan | Trouble::Failing => WaitCode::Service,
    })
}
