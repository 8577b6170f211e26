//! The app is killed at every step of a send and of its write-backs; the next start goes on without doing anything
//! twice.

use std::time::Duration;

use countersign_tests::{
    manager::Manager as _,
    seat::Seat,
    wait,
    world::{Call, DEAL, World},
};
use ipc::dto::{ContractStatus, DealStatus, SendStateCode, SettleChoice};
use sandbox::{Act, FaultKind, Host};

use crate::evidence::{nothing_was_created, one_create_one_publish, one_is_out, one_pdf, written_back};

/// Long enough to kill the app while a call is on its way.
const HOLD_UP: FaultKind = FaultKind::Delay { ms: 700 };

const FIELD: Call = Call::new(Host::Kommo, "PATCH", "/api/v4/leads/*");
const NOTES: Call = Call::new(Host::Kommo, "POST", "/api/v4/leads/notes");
const NOTES_OF_ONE: Call = Call::new(Host::Kommo, "POST", "/api/v4/leads/*/notes");

/// Waits until a call is on its way that was held up, and kills the app.
async fn kill_during(world: &World, seat: &mut Seat, calls: &[Call]) -> anyhow::Result<()> {
    wait::until_within(wait::PATIENCE * 4, format!("{calls:?} to be on its way"), async || {
        let met = calls.iter().flat_map(|call| world.asked(call)).any(|entry| entry.fault == Some(HOLD_UP));
        Ok(met.then_some(()))
    })
    .await?;
    seat.kill().await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_during_any_call_of_a_send_it_ends_with_one_contract() -> anyhow::Result<()> {
    for call in [Call::DEAL, Call::CREATE, Call::CONTRACTS, FIELD, Call::PUBLISH] {
        let world = World::start().await?;
        let mut seat = world.seat().await?;
        world.fault(&call, HOLD_UP);
        seat.send(DEAL).await?;
        kill_during(&world, &mut seat, &[call]).await?;
        seat.start().await?;
        let ended = seat.send_ends(DEAL).await?;
        anyhow::ensure!(ended.state == SendStateCode::Published, "killed during {call:?}: {ended:#?}");
        world.long_after(&seat).await?;
        one_is_out(&world, DEAL).map_err(|error| error.context(format!("killed during {call:?}")))?;
    }
    Ok(())
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
        kill_during(&world, &mut seat, &[call]).await?;
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

#[tokio::test(flavor = "multi_thread")]
async fn killed_during_any_call_of_a_write_back_everything_is_written_once() -> anyhow::Result<()> {
    // The deal's field is written before the publish: a kill there is a kill of the send.
    for calls in [
        vec![NOTES, NOTES_OF_ONE],
        vec![Call::UPLOAD],
        vec![Call::PART],
        vec![Call::ATTACH],
        vec![
            Call::new(Host::Oneflow, "GET", "/v1/contracts/*/files/*"),
            Call::new(Host::Storage, "GET", "/**"),
        ],
    ] {
        let case = format!("killed during {calls:?}");
        let world = World::start().await?;
        let mut seat = world.seat().await?;
        let contract = seat.send_and_wait(DEAL).await?;
        let client = client_of(&world);
        for call in &calls {
            world.fault(call, HOLD_UP);
        }
        world.sandbox.act(Act::Sign { contract: None, participant: None })?;
        kill_during(&world, &mut seat, &calls).await.map_err(|error| error.context(case.clone()))?;
        seat.start().await?;
        seat.contract_is(&contract, ContractStatus::Signed).await?;
        seat.all_written_back(&contract).await?;
        world.long_after(&seat).await?;
        let notes = notes_when_signed(&contract, &client);
        let notes: Vec<&str> = notes.iter().map(String::as_str).collect();
        written_back(&world, DEAL, &contract, &notes, &[]).map_err(|error| error.context(case.clone()))?;
        one_pdf(&world, DEAL, &contract).map_err(|error| error.context(case))?;
        assert!(matches!(seat.deal(DEAL).await?.row.status, DealStatus::Signed { .. }));
    }
    Ok(())
}

/// Name and e-mail of the client on the contract that is out.
fn client_of(world: &World) -> (String, String) {
    let out = world.out_for(DEAL);
    let client = out[0].participants.iter().find(|person| !person.is_mine).expect("a client");
    (client.name.clone(), client.email.clone())
}

fn notes_when_signed(contract: &str, client: &(String, String)) -> Vec<String> {
    vec![
        format!("Oneflow: contract #{contract} sent for signing -> {}", client.1),
        format!("Oneflow: {} signed the contract", client.0),
        "Oneflow: Karin Lind signed the contract".to_owned(),
        "Oneflow: all parties have signed the contract".to_owned(),
    ]
}
