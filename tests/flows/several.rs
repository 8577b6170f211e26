//! Several deals sent at once: one hold, one undo, each with its own story.

use std::time::Duration;

use countersign_tests::{
    manager::{Line as _, Manager as _, new_send},
    seat::Seat,
    wait,
    world::{Call, World, nth_deal},
};
use ipc::{
    ErrorCode,
    dto::{BatchDto, SendStateCode},
};
use sandbox::{Act, FaultKind};
use serde_json::{Value, json};

/// Long enough to end the app while a call is on its way.
const HOLD_UP: FaultKind = FaultKind::Delay { ms: 700 };

/// Deals without any problem.
fn deals() -> Vec<i64> {
    [0, 1, 2, 4, 5, 6].map(nth_deal).to_vec()
}

async fn clicks(seat: &Seat, deals: &[i64]) -> anyhow::Result<Vec<Value>> {
    let mut clicks = Vec::new();
    for deal in deals {
        let seen = seat.preview(*deal).await?;
        clicks.push(json!({
            "send": new_send(), "deal": seen.deal, "preview": seen.id, "replaces": null, "edits": {},
        }));
    }
    Ok(clicks)
}

async fn send_several(seat: &Seat, clicks: &[Value]) -> anyhow::Result<BatchDto> {
    Ok(seat.ask("send_several", json!({ "batch": new_send(), "clicks": clicks })).await?)
}

async fn batch(seat: &Seat, id: &str) -> anyhow::Result<BatchDto> {
    Ok(seat.ask("batch", json!({ "batch": id })).await?)
}

async fn all_are(seat: &Seat, id: &str, state: SendStateCode) -> anyhow::Result<BatchDto> {
    wait::until_within(wait::PATIENCE * 8, format!("all to be {state:?}"), async || {
        let batch = batch(seat, id).await?;
        Ok(batch.sends.iter().all(|send| send.state == state).then_some(batch))
    })
    .await
}

fn each_is_out_once(world: &World) {
    for deal in deals() {
        assert_eq!(world.out_for(deal).len(), 1, "deal {deal}: {:#?}", world.contracts_of(deal));
        assert_eq!(world.contracts_of(deal).len(), 1, "deal {deal}");
    }
    assert_eq!(world.accepted(&Call::PUBLISH), deals().len());
}

#[tokio::test(flavor = "multi_thread")]
async fn several_deals_leave_together_and_each_is_sent_once() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let clicks = clicks(&seat, &deals()).await?;
    let whole = send_several(&seat, &clicks).await?;
    assert_eq!((whole.sends.len(), whole.refused.len(), whole.can_undo), (6, 0, true));
    assert!(whole.sends.iter().all(|send| send.batch.as_ref() == Some(&whole.id)));
    // The same batch again is the same clicks.
    let again: BatchDto = seat.ask("send_several", json!({ "batch": whole.id, "clicks": clicks })).await?;
    assert_eq!((again.sends.len(), again.refused.len()), (6, 0));
    let ended = all_are(&seat, &whole.id, SendStateCode::Published).await?;
    assert!(!ended.can_undo);
    world.long_after(&seat).await?;
    each_is_out_once(&world);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_sent_is_refused_for_its_own_reason_and_the_rest_is_sent() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let blocked = nth_deal(3);
    let out = nth_deal(8);
    seat.set_hold(0).await?;
    let seen_out = seat.preview(out).await?;
    seat.send_and_wait(out).await?;
    let mut asked = clicks(&seat, &[nth_deal(0), nth_deal(1), blocked]).await?;
    asked.push(json!({
        "send": new_send(), "deal": seen_out.deal, "preview": seen_out.id, "replaces": null, "edits": {},
    }));
    // The same deal twice, and one that changed since it was seen.
    let mut twice = asked[0].clone();
    twice["send"] = json!(new_send());
    asked.push(twice);
    asked[1]["preview"] = json!("not what was seen");
    let whole = send_several(&seat, &asked).await?;
    let accepted: Vec<_> = whole.sends.iter().map(|send| send.deal.as_str()).collect();
    assert_eq!(accepted, [nth_deal(0).to_string()]);
    let reasons: Vec<_> = whole.refused.iter().map(|click| click.error.code).collect();
    let wanted = [
        ErrorCode::PreviewChanged,
        ErrorCode::PreviewBlocked,
        ErrorCode::AlreadySent,
        ErrorCode::AlreadySending,
    ];
    assert_eq!(reasons, wanted, "{:#?}", whole.refused);
    all_are(&seat, &whole.id, SendStateCode::Published).await?;
    assert_eq!(world.accepted(&Call::CREATE), 2);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_undo_takes_all_of_them_back() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    seat.set_hold(60).await?;
    let whole = send_several(&seat, &clicks(&seat, &deals()).await?).await?;
    // One of them is not waited for.
    let first = &whole.sends[0];
    seat.ask::<Value>("send_now", json!({ "send": first.id })).await?;
    let deal: i64 = first.deal.parse()?;
    seat.send_is(deal, SendStateCode::Published).await?;
    let undone: BatchDto = seat.ask("undo_batch", json!({ "batch": whole.id })).await?;
    let states: Vec<_> = undone.sends.iter().map(|send| send.state).collect();
    let undone_states = states.iter().filter(|state| **state == SendStateCode::Undone).count();
    assert_eq!((undone_states, undone.can_undo), (5, false), "{states:?}");
    world.long_after(&seat).await?;
    assert_eq!(world.accepted(&Call::CREATE), 1, "only what had left before");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn send_now_ends_the_undo_time_of_all() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    seat.set_hold(60).await?;
    let before = world.now();
    let whole = send_several(&seat, &clicks(&seat, &deals()).await?).await?;
    let now: BatchDto = seat.ask("send_batch_now", json!({ "batch": whole.id })).await?;
    assert!(now.sends.iter().all(|send| send.state != SendStateCode::Held), "{:#?}", now.sends);
    all_are(&seat, &whole.id, SendStateCode::Published).await?;
    let first = world.asked(&Call::CREATE)[0].at;
    assert!(first.duration_since(before) < jiff::SignedDuration::from_secs(60));
    each_is_out_once(&world);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_is_cut_short_anywhere_goes_on_without_doubles() -> anyhow::Result<()> {
    for call in [None, Some(Call::DEAL), Some(Call::CREATE), Some(Call::PUBLISH)] {
        let world = World::start().await?;
        let mut seat = world.seat().await?;
        let asked = clicks(&seat, &deals()).await?;
        if let Some(call) = &call {
            world.fault(call, HOLD_UP);
        }
        let whole = send_several(&seat, &asked).await?;
        if let Some(call) = &call {
            wait::until_within(wait::PATIENCE * 4, format!("{call:?} to be on its way"), async || {
                let met = world.asked(call).iter().any(|entry| entry.fault == Some(HOLD_UP));
                Ok(met.then_some(()))
            })
            .await?;
        }
        seat.kill_and_start().await?;
        let known = batch(&seat, &whole.id).await?;
        assert_eq!(known.sends.len(), 6, "none of the clicks is lost");
        all_are(&seat, &whole.id, SendStateCode::Published).await?;
        world.long_after(&seat).await?;
        each_is_out_once(&world);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_stops_does_not_hold_up_the_others() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let moved = nth_deal(4);
    let asked = clicks(&seat, &deals()).await?;
    seat.set_hold(20).await?;
    let whole = send_several(&seat, &asked).await?;
    world.sandbox.act(Act::MoveDeal { deal: moved, status_id: 143, pipeline_id: None })?;
    let ended = wait::until_within(wait::PATIENCE * 8, "all to end", async || {
        let batch = batch(&seat, &whole.id).await?;
        let ended = batch
            .sends
            .iter()
            .all(|send| matches!(send.state, SendStateCode::Published | SendStateCode::Stopped));
        Ok(ended.then_some(batch))
    })
    .await?;
    let stopped: Vec<_> = ended.sends.iter().filter(|send| send.state == SendStateCode::Stopped).collect();
    assert_eq!(stopped.iter().map(|send| send.deal.as_str()).collect::<Vec<_>>(), [moved.to_string()]);
    world.advance(Duration::from_mins(1));
    assert_eq!(world.accepted(&Call::PUBLISH), 5);
    Ok(())
}
