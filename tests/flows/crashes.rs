//! The app is killed again and again, or while a person may still undo; the next start goes on without doing anything
//! twice. (A kill at each single step stands in the table of `tests/steps`.)

use std::time::Duration;

use countersign_tests::{
    manager::Manager as _,
    seat::Seat,
    wait,
    world::{Call, DEAL, World},
};
use ipc::dto::{SendStateCode, SettleChoice};
use sandbox::FaultKind;

use crate::evidence::{nothing_was_created, one_create_one_publish, one_is_out};

/// Long enough to kill the app while a call is on its way.
const HOLD_UP: FaultKind = FaultKind::Delay { ms: 700 };

/// Waits until a call is on its way that was held up, and kills the app.
async fn kill_during(world: &World, seat: &mut Seat, call: &Call) -> anyhow::Result<()> {
    wait::until_within(wait::PATIENCE * 4, format!("{call:?} to be on its way"), async || {
        let met = world.asked(call).iter().any(|entry| entry.fault == Some(HOLD_UP));
        Ok(met.then_some(()))
    })
    .await?;
    seat.kill().await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_it_still_ends_with_one_contract() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.seat().await?;
    for call in [Call::DEAL, Call::CREATE, Call::CONTRACTS, Call::PUBLISH] {
        world.fault(&call, HOLD_UP);
    }
    seat.send(DEAL).await?;
    for call in [Call::DEAL, Call::CREATE, Call::CONTRACTS, Call::PUBLISH] {
        kill_during(&world, &mut seat, &call).await?;
        seat.start().await?;
    }
    seat.send_is(DEAL, SendStateCode::Published).await?;
    world.long_after(&seat).await?;
    one_is_out(&world, DEAL)
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_the_undo_time_runs_it_runs_on_in_sight_and_can_still_be_undone() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.seat().await?;
    seat.set_hold(60).await?;
    let held = seat.send(DEAL).await?;
    seat.kill_and_start().await?;
    let after = seat.deal(DEAL).await?.send.expect("the click is not lost");
    assert_eq!((after.id.as_str(), after.state), (held.id.as_str(), SendStateCode::Held));
    assert_eq!(seat.undo(&held.id).await?.state, SendStateCode::Undone);
    nothing_was_created(&world, DEAL)
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_for_long_after_the_click_it_asks_before_it_leaves() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.seat().await?;
    seat.set_hold(60).await?;
    let held = seat.send(DEAL).await?;
    seat.kill().await?;
    world.advance(Duration::from_mins(30));
    seat.start().await?;
    let asked = seat.send_is(DEAL, SendStateCode::NeedsYou).await?;
    assert_eq!(asked.why.map(|why| why.code), Some(ipc::dto::NeedCode::LongClosed));
    nothing_was_created(&world, DEAL)?;
    seat.settle(&held.id, SettleChoice::SendNow).await?;
    seat.send_is(DEAL, SendStateCode::Published).await?;
    one_create_one_publish(&world, DEAL)
}
