//! "Explore with sample data": the whole story without accounts and without a keychain.

use countersign_tests::{
    manager::{FirstRun as _, Line as _, Manager as _},
    seat::Seat,
    wait,
    world::{DEAL, World},
};
use ipc::{
    ErrorCode,
    dto::{AppState, ContractStatus, DealStatus, Nothing, ProfileDto, SampleAct, SendStateCode},
};
use serde_json::json;

async fn explore(seat: &Seat) -> anyhow::Result<()> {
    let state: AppState = seat.ask("start_sample", json!({})).await?;
    assert!(matches!(state.profile, ProfileDto::Sample { .. }), "{:?}", state.profile);
    seat.deals_are_read().await
}

async fn act(seat: &Seat, act: SampleAct) -> Result<(), ipc::IpcError> {
    seat.ask::<Nothing>("sample_act", json!({ "act": act, "contract": null })).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_data_tells_every_story() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.new_computer()?;
    seat.start().await?;
    explore(&seat).await?;
    seat.set_hold(0).await?;
    for (deal, what, wanted) in [
        (DEAL, SampleAct::ClientSigns, ContractStatus::Signed),
        (countersign_tests::world::nth_deal(0), SampleAct::ClientDeclines, ContractStatus::Declined),
        (countersign_tests::world::nth_deal(1), SampleAct::DeadlinePasses, ContractStatus::Expired),
    ] {
        let contract = seat.send_and_wait(deal).await?;
        act(&seat, what).await?;
        seat.contract_is(&contract, wanted).await?;
        seat.all_written_back(&contract).await?;
    }
    wait::until("three notifications", async || Ok((seat.desktop().notified.len() == 3).then_some(()))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_data_starts_afresh_each_time_and_leaves_nothing_behind() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.new_computer()?;
    seat.start().await?;
    explore(&seat).await?;
    seat.set_hold(0).await?;
    seat.send_and_wait(DEAL).await?;
    let left: AppState = seat.ask("leave_sample", json!({})).await?;
    assert_eq!(left.profile, ProfileDto::None);
    assert_eq!(
        seat.deals(json!({})).await.map(drop).map_err(|error| error.code),
        Err(ErrorCode::NotConnected)
    );
    explore(&seat).await?;
    assert_eq!(seat.deal(DEAL).await?.row.status, DealStatus::Ready);
    seat.quit().await?;
    seat.start().await?;
    assert_eq!(seat.state().await?.profile, ProfileDto::None, "it is gone with the app");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connected_person_can_look_at_the_sample_data_and_come_back() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    seat.send_and_wait(DEAL).await?;
    explore(&seat).await?;
    assert_eq!(seat.deal(DEAL).await?.row.status, DealStatus::Ready, "another world");
    let back: AppState = seat.ask("leave_sample", json!({})).await?;
    assert!(matches!(back.profile, ProfileDto::Connected { .. }), "{:?}", back.profile);
    assert!(matches!(seat.deal(DEAL).await?.row.status, DealStatus::Awaiting { .. }));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_can_be_connected_while_the_sample_data_is_open() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.new_computer()?;
    seat.start().await?;
    explore(&seat).await?;
    seat.connect(&world.sandbox).await?;
    seat.send(DEAL).await?;
    seat.send_is(DEAL, SendStateCode::Published).await?;
    assert_eq!(world.out_for(DEAL).len(), 1, "it was sent in the connected accounts");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn acts_without_a_contract_are_refused_in_words() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.new_computer()?;
    seat.start().await?;
    explore(&seat).await?;
    let refused = act(&seat, SampleAct::ClientSigns).await.map_err(|error| error.code);
    assert_eq!(refused, Err(ErrorCode::ContractGone));
    Ok(())
}
