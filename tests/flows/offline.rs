//! Clicks without a connection wait, can be taken back, and are decided by the re-read when they leave.

use std::time::Duration;

use countersign_tests::{
    manager::Manager as _,
    world::{Call, DEAL, World},
};
use ipc::dto::{DealStatus, SendStateCode, WaitCode};
use sandbox::Act;

use crate::evidence::{nothing_was_created, one_create_one_publish};

#[tokio::test(flavor = "multi_thread")]
async fn a_click_without_a_connection_waits_and_leaves_when_it_is_back() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    seat.set_hold(0).await?;
    world.sandbox.set_online(false).await;
    seat.send(DEAL).await?;
    let waiting = seat.send_becomes(DEAL, |send| send.waits == Some(WaitCode::Offline), "waiting").await?;
    assert_eq!((waiting.state, waiting.can_undo), (SendStateCode::Queued, true));
    assert!(matches!(seat.deal(DEAL).await?.row.status, DealStatus::Queued { .. }));
    world.sandbox.set_online(true).await;
    seat.app().resumed();
    seat.send_is(DEAL, SendStateCode::Published).await?;
    one_create_one_publish(&world, DEAL)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_that_waits_for_a_connection_can_be_undone_also_after_a_restart() -> anyhow::Result<()> {
    for is_restarted in [false, true] {
        let world = World::start().await?;
        let mut seat = world.seat().await?;
        seat.set_hold(0).await?;
        world.sandbox.set_online(false).await;
        seat.send(DEAL).await?;
        let waiting =
            seat.send_becomes(DEAL, |send| send.waits == Some(WaitCode::Offline), "waiting").await?;
        if is_restarted {
            seat.kill_and_start().await?;
        }
        assert_eq!(seat.undo(&waiting.id).await?.state, SendStateCode::Undone);
        world.sandbox.set_online(true).await;
        world.long_after(&seat).await?;
        nothing_was_created(&world, DEAL)?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_meanwhile_stops_what_waited_for_a_connection() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    seat.set_hold(0).await?;
    world.sandbox.set_online(false).await;
    seat.send(DEAL).await?;
    seat.send_becomes(DEAL, |send| send.waits == Some(WaitCode::Offline), "waiting").await?;
    world.sandbox.act(Act::EditDeal {
        deal: DEAL,
        name: None,
        price: Some("1".parse()?),
        responsible_user_id: None,
        fields: Vec::new(),
    })?;
    world.sandbox.set_online(true).await;
    seat.app().resumed();
    let stopped = seat.send_is(DEAL, SendStateCode::Stopped).await?;
    assert!(!stopped.differences.is_empty());
    nothing_was_created(&world, DEAL)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_colleague_sent_meanwhile_is_not_sent_again() -> anyhow::Result<()> {
    let world = World::start().await?;
    let (here, there) = (world.seat().await?, world.seat().await?);
    for seat in [&here, &there] {
        seat.set_hold(0).await?;
    }
    let seen = here.preview(DEAL).await?;
    world.sandbox.set_online(false).await;
    here.click(&seen, &countersign_tests::manager::new_send()).await?;
    let waiting = here.send_becomes(DEAL, |send| send.waits == Some(WaitCode::Offline), "waiting").await?;
    here.undo(&waiting.id).await?;
    here.click(&seen, &countersign_tests::manager::new_send()).await?;
    here.send_becomes(DEAL, |send| send.waits == Some(WaitCode::Offline), "waiting").await?;
    world.sandbox.set_online(true).await;
    there.send(DEAL).await?;
    let (mine, theirs) = tokio::try_join!(here.send_ends(DEAL), there.send_ends(DEAL))?;
    let ends = [mine.state, theirs.state];
    assert!(ends.contains(&SendStateCode::Published), "{mine:#?} {theirs:#?}");
    world.advance(Duration::from_mins(5));
    world.long_after(&here).await?;
    assert_eq!(world.out_for(DEAL).len(), 1, "{:#?}", world.contracts_of(DEAL));
    assert_eq!(world.accepted(&Call::PUBLISH), 1);
    Ok(())
}
