//! The undo time: nothing leaves before it is over, whatever happens to the app and the computer meanwhile.

use std::time::Duration;

use countersign_tests::{
    manager::{Line as _, Manager as _},
    wait,
    world::{Call, DEAL, World},
};
use ipc::dto::{SendDto, SendStateCode};
use serde_json::json;

use crate::evidence::{nothing_was_created, one_create_one_publish};

/// How long after the click the create was asked for, by the sandbox's clock.
fn created_after(world: &World, click: domain::Timestamp) -> anyhow::Result<Duration> {
    let asked = world.asked(&Call::CREATE);
    let first = asked.first().ok_or_else(|| anyhow::anyhow!("nothing was created"))?;
    Ok(Duration::try_from(first.at.duration_since(click)).unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leaves_before_the_undo_time_is_over() -> anyhow::Result<()> {
    for seconds in [0, 5, 10, 20, 30, 60] {
        let world = World::start().await?;
        let seat = world.seat().await?;
        seat.set_hold(seconds).await?;
        let click = world.sandbox.now();
        let held = seat.send(DEAL).await?;
        assert_eq!(held.hold_ms, seconds * 1_000, "the whole of it is shown");
        let is_held = held.state == SendStateCode::Held;
        assert_eq!(is_held, seconds > 0, "{seconds} s: {:?}", held.state);
        seat.send_is(DEAL, SendStateCode::Published).await?;
        let after = created_after(&world, click)?;
        assert!(after >= Duration::from_secs(seconds.into()), "{seconds} s: it left after {after:?}");
        one_create_one_publish(&world, DEAL)?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_or_a_quit_does_not_shorten_it() -> anyhow::Result<()> {
    for is_kill in [true, false] {
        let world = World::start().await?;
        let mut seat = world.seat().await?;
        seat.set_hold(60).await?;
        let click = world.sandbox.now();
        let held = seat.send(DEAL).await?;
        world.advance(Duration::from_secs(20));
        wait::until("some of it to be over", async || {
            let send = seat.deal(DEAL).await?.send.expect("the click is not lost");
            Ok((send.hold_left_ms < 45_000).then_some(()))
        })
        .await?;
        if is_kill {
            seat.kill().await?;
        } else {
            seat.quit().await?;
        }
        // The app is closed for longer than what is left.
        world.advance(Duration::from_mins(2));
        seat.start().await?;
        let started = world.sandbox.now();
        let after = seat.deal(DEAL).await?.send.expect("the click is not lost");
        assert_eq!((after.id, after.state), (held.id, SendStateCode::Held));
        // What was left runs on in sight; the time in which the app was closed does not count.
        seat.send_is(DEAL, SendStateCode::Published).await?;
        let since_start = created_after(&world, started)?;
        assert!(since_start >= Duration::from_secs(20), "it left {since_start:?} after the start");
        assert!(created_after(&world, click)? >= Duration::from_mins(2));
        one_create_one_publish(&world, DEAL)?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_start_at_least_five_seconds_run_in_sight() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.seat().await?;
    seat.set_hold(5).await?;
    seat.send(DEAL).await?;
    seat.kill().await?;
    world.advance(Duration::from_mins(2));
    let before = world.sandbox.now();
    seat.start().await?;
    seat.send_is(DEAL, SendStateCode::Published).await?;
    assert!(created_after(&world, before)? >= Duration::from_secs(5));
    one_create_one_publish(&world, DEAL)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sleep_ends_with_five_seconds_in_sight_for_every_undo_time() -> anyhow::Result<()> {
    for seconds in [5, 10, 20, 30, 60] {
        let world = World::start().await?;
        let seat = world.seat().await?;
        seat.set_hold(seconds).await?;
        seat.send(DEAL).await?;
        // The driver has begun to count.
        wait::until("the hold to run", async || {
            let send = seat.deal(DEAL).await?.send.expect("the click is not lost");
            Ok((send.hold_left_ms < seconds * 1_000).then_some(()))
        })
        .await?;
        world.advance(Duration::from_hours(8));
        let awake = world.sandbox.now();
        seat.send_is(DEAL, SendStateCode::Published).await?;
        let after = created_after(&world, awake)?;
        assert!(after >= Duration::from_secs(4), "{seconds} s: it left {after:?} after the sleep");
        one_create_one_publish(&world, DEAL)?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn send_now_ends_it_once_and_for_all() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.seat().await?;
    seat.set_hold(60).await?;
    let click = world.sandbox.now();
    let held = seat.send(DEAL).await?;
    let queued: SendDto = seat.ask("send_now", json!({ "send": held.id })).await?;
    assert_eq!((queued.state, queued.hold_left_ms), (SendStateCode::Queued, 0));
    // A kill right after it does not bring the undo time back.
    seat.kill_and_start().await?;
    seat.send_is(DEAL, SendStateCode::Published).await?;
    assert!(created_after(&world, click)? < Duration::from_mins(1));
    one_create_one_publish(&world, DEAL)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_after_a_sleep_or_a_kill_leaves_nothing() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.seat().await?;
    seat.set_hold(30).await?;
    let held = seat.send(DEAL).await?;
    seat.kill().await?;
    world.advance(Duration::from_mins(1));
    seat.start().await?;
    assert_eq!(seat.undo(&held.id).await?.state, SendStateCode::Undone);
    world.long_after(&seat).await?;
    nothing_was_created(&world, DEAL)
}
