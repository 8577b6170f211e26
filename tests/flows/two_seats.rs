//! Two computers on the same accounts.

use std::time::Duration;

use countersign_tests::{
    manager::Manager as _,
    wait,
    world::{DEAL, World},
};
use ipc::{
    ErrorCode,
    dto::{ContractStatus, DealStatus, SendStateCode, TimelineKind},
};
use sandbox::{
    Act, Config,
    switches::{ContractIds, OneflowSwitches, Switches},
};

use crate::evidence::one_is_out;

#[tokio::test(flavor = "multi_thread")]
async fn the_same_deal_clicked_on_two_computers_at_once_is_sent_once() -> anyhow::Result<()> {
    let plain = OneflowSwitches::default;
    for (why, oneflow) in [
        ("as Oneflow most likely is", plain()),
        ("new contracts are listed late", OneflowSwitches { shown_late_ms: (1_000, 20_000), ..plain() }),
        ("ids do not rise", OneflowSwitches { contract_ids: ContractIds::Scattered, ..plain() }),
    ] {
        let switches = Switches { oneflow, ..Switches::default() };
        let world = World::start_with(Config { contract_field: true, switches, ..Config::default() }).await?;
        let (one, other) = (world.seat().await?, world.seat().await?);
        tokio::try_join!(one.send(DEAL), other.send(DEAL))?;
        let (first, second) = tokio::try_join!(one.send_ends(DEAL), other.send_ends(DEAL))?;
        let mut states = [first.state, second.state];
        states.sort_by_key(|state| *state as u8);
        assert_eq!(
            states,
            [SendStateCode::Published, SendStateCode::Superseded],
            "{why}: {first:#?} {second:#?}"
        );
        let (winner, loser) =
            if first.state == SendStateCode::Published { (first, second) } else { (second, first) };
        let stands = loser.why.map(|why| why.params["contract"].clone());
        assert_eq!(stands, winner.contract, "{why}: the loser says whose contract stands");
        world.long_after(&one).await?;
        world.long_after(&other).await?;
        wait::until("the loser's draft to be tidied", async || Ok(one_is_out(&world, DEAL).ok())).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_that_a_colleague_sent_is_seen_and_not_sent_again() -> anyhow::Result<()> {
    let world = World::start().await?;
    let (one, other) = (world.seat().await?, world.seat().await?);
    let seen_before = other.preview(DEAL).await?;
    let contract = one.send_and_wait(DEAL).await?;
    world.advance(Duration::from_mins(10));
    other.refresh().await?;
    wait::until("the colleague's contract", async || {
        let status = other.deal(DEAL).await?.row.status;
        Ok(matches!(status, DealStatus::Awaiting { .. } | DealStatus::Elsewhere { .. }).then_some(()))
    })
    .await?;
    if let Err(refused) = other.click(&seen_before, &countersign_tests::manager::new_send()).await {
        assert!(matches!(refused.code, ErrorCode::AlreadySent | ErrorCode::PreviewChanged), "{refused:?}");
    } else {
        let ended = other.send_ends(DEAL).await?;
        assert_eq!(ended.state, SendStateCode::Superseded, "{ended:?}");
    }
    world.long_after(&other).await?;
    one_is_out(&world, DEAL)?;
    let seen = other.contract(&contract).await?;
    let told: Vec<_> = seen.timeline.iter().map(|entry| entry.kind).collect();
    assert_eq!(told.first(), Some(&TimelineKind::Sent), "the colleague's sending is told here too: {told:?}");
    assert_eq!(world.contract_field(DEAL), Some(contract));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_on_a_computer_that_has_not_looked_since_is_superseded() -> anyhow::Result<()> {
    let world = World::start().await?;
    let (one, other) = (world.seat().await?, world.seat().await?);
    let seen_before = other.preview(DEAL).await?;
    let contract = one.send_and_wait(DEAL).await?;
    other.click(&seen_before, &countersign_tests::manager::new_send()).await?;
    let ended = other.send_ends(DEAL).await?;
    // The field names the colleague's contract by then, so the re-read may stop it before anything is made.
    assert!(matches!(ended.state, SendStateCode::Superseded | SendStateCode::Stopped), "{ended:?}");
    world.long_after(&other).await?;
    assert_eq!(world.out_for(DEAL).len(), 1);
    assert_eq!(world.contract_field(DEAL), Some(contract));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_seat_tells_a_signature_once_and_kommo_hears_of_it_once() -> anyhow::Result<()> {
    let world = World::start().await?;
    let (one, other) = (world.seat().await?, world.seat().await?);
    let contract = one.send_and_wait(DEAL).await?;
    world.long_after(&other).await?;
    let notes_before = world.notes(DEAL).len();
    world.sandbox.act(Act::Sign { contract: None, participant: None })?;
    one.contract_is(&contract, ContractStatus::Signed).await?;
    one.all_written_back(&contract).await?;
    world.long_after(&other).await?;
    world.long_after(&one).await?;
    assert_eq!(world.notes(DEAL).len(), notes_before + 3, "{:#?}", world.notes(DEAL));
    assert_eq!(world.deal(DEAL).files.len(), 1);
    assert_eq!(one.desktop().notified.len(), 1);
    assert!(other.desktop().notified.len() <= 1);
    Ok(())
}
