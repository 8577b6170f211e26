//! The click, the undo, and decisions.

use std::time::Duration;

use domain::{BatchId, Generation, Payload, Send, SendState, preview::PreviewId};
use engine::{
    Profile, contracts,
    health::{Service, Trouble},
    previews,
    sending::{self, Click},
    watching,
};

use super::open;
use crate::{
    convert::{choice, edits, id, send_dto, theirs_dto},
    dto::{
        BatchDto, BatchRef, RefusedClick, SendDto, SendRef, SendRequest, SendSeveralRequest, SettleChoice,
        SettleRequest, WaitCode,
    },
    error::{ErrorCode, IpcError},
    router::Router,
};

pub(crate) async fn send(router: &Router, request: SendRequest) -> Result<SendDto, IpcError> {
    let profile = open(router)?;
    let send = sending::click(&profile, click(router, &request, None)?).await?;
    send_shown(router, &profile, &send).await
}

/// Most clicks of one batch: more than a person reviews at a time.
const MOST_CLICKS: usize = 200;

pub(crate) async fn send_several(router: &Router, request: SendSeveralRequest) -> Result<BatchDto, IpcError> {
    let profile = open(router)?;
    let batch: BatchId = id(&request.batch)?;
    if request.clicks.len() > MOST_CLICKS {
        return Err(ErrorCode::BadRequest.into());
    }
    let clicks = request.clicks.iter().map(|asked| click(router, asked, Some(batch)));
    let clicks = clicks.collect::<Result<Vec<_>, _>>()?;
    let outcomes = sending::click_several(&profile, clicks).await?;
    let (mut sends, mut refused) = (Vec::new(), Vec::new());
    for (asked, outcome) in request.clicks.into_iter().zip(outcomes) {
        match outcome {
            Ok(send) => sends.push(send),
            Err(error) => {
                refused.push(RefusedClick { send: asked.send, deal: asked.deal, error: error.into() });
            }
        }
    }
    batch_shown(router, &profile, batch, &sends, refused).await
}

pub(crate) async fn batch(router: &Router, request: BatchRef) -> Result<BatchDto, IpcError> {
    let profile = open(router)?;
    let batch = id(&request.batch)?;
    let sends = sending::of_batch(&profile, batch).await?;
    batch_shown(router, &profile, batch, &sends, Vec::new()).await
}

pub(crate) async fn undo_batch(router: &Router, request: BatchRef) -> Result<BatchDto, IpcError> {
    let profile = open(router)?;
    let batch = id(&request.batch)?;
    let sends = sending::undo_batch(&profile, batch).await?;
    batch_shown(router, &profile, batch, &sends, Vec::new()).await
}

pub(crate) async fn send_batch_now(router: &Router, request: BatchRef) -> Result<BatchDto, IpcError> {
    let profile = open(router)?;
    let batch = id(&request.batch)?;
    let sends = sending::send_batch_now(&profile, batch).await?;
    batch_shown(router, &profile, batch, &sends, Vec::new()).await
}

fn click(router: &Router, request: &SendRequest, batch: Option<BatchId>) -> Result<Click, IpcError> {
    Ok(Click {
        send: id(&request.send)?,
        batch,
        deal: id(&request.deal)?,
        generation: generation(request.replaces.as_deref())?,
        preview: PreviewId(request.preview.clone()),
        edits: edits(&request.edits)?,
        hold: hold(router),
    })
}

async fn batch_shown(
    router: &Router,
    profile: &Profile,
    batch: BatchId,
    sends: &[Send],
    refused: Vec<RefusedClick>,
) -> Result<BatchDto, IpcError> {
    let mut shown = Vec::with_capacity(sends.len());
    for send in sends {
        shown.push(send_shown(router, profile, send).await?);
    }
    let can_undo = shown.iter().any(|send| send.can_undo);
    Ok(BatchDto { id: batch.to_string(), sends: shown, refused, can_undo })
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
    if let Some(theirs) = sending::theirs_of(profile, send).await? {
        let theirs = theirs_dto(&theirs, &labels);
        if !theirs.can_publish {
            shown.choices.retain(|choice| *choice != SettleChoice::PublishTheirs);
        }
        shown.theirs = Some(theirs);
    }
    if let SendState::Superseded { by, .. } = send.state
        && let Some(why) = &mut shown.why
    {
        *why = why.clone().with("person", contracts::sender(profile, by).await?);
    }
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
