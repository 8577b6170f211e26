//! What the seat that sent does not write, another one writes hours later; nothing is ever written twice.

use std::time::Duration;

use countersign_tests::{
    manager::{Line as _, Manager as _},
    seat::Seat,
    wait,
    world::{Call, DEAL, World},
};
use ipc::dto::{ContractStatus, SendStateCode, SettingsDto, WriteBackCode};
use sandbox::Act;
use serde_json::json;

use crate::evidence::{one_pdf, written_back};

const TASK: &str = "Clarify objections - contract declined in Oneflow";

fn sign() -> Act {
    Act::Sign { contract: None, participant: None }
}

fn decline() -> Act {
    Act::Decline { contract: None, participant: None }
}

/// The sentences of the notes that a declined contract leaves.
fn declined(world: &World, contract: &str) -> [String; 2] {
    let out = world.out_for(DEAL);
    let client = out[0].participants.iter().find(|person| !person.is_mine).expect("a client");
    [
        format!("Oneflow: contract #{contract} sent for signing -> {}", client.email),
        format!("Oneflow: {} declined the contract", client.name),
    ]
}

/// A contract that one seat sent and wrote back, and that the other one knows.
async fn sent_by_one(world: &World) -> anyhow::Result<(Seat, Seat, String)> {
    let (one, other) = (world.seat().await?, world.seat().await?);
    let contract = one.send_and_wait(DEAL).await?;
    other.refresh().await?;
    other.contract_is(&contract, ContractStatus::Awaiting).await?;
    Ok((one, other, contract))
}

/// Lets the seat see what just happened, before hours pass.
async fn sees(seat: &Seat, contract: &str, status: ContractStatus) -> anyhow::Result<()> {
    seat.refresh().await?;
    seat.contract_is(contract, status).await?;
    Ok(())
}

/// Lets hours pass in steps, as they do: each wakes whatever is due.
async fn hours_pass(world: &World, seat: &Seat, hours: u64) -> anyhow::Result<()> {
    let last = hours / 2;
    for _ in 0..last {
        world.long_after(seat).await?;
    }
    Ok(())
}

/// Waits until a seat has nothing left to do for a contract.
async fn is_done(seat: &Seat, contract: &str) -> anyhow::Result<()> {
    let found = seat.all_written_back(contract).await?;
    let left: Vec<_> = found.written_back.iter().filter(|part| part.state != WriteBackCode::Done).collect();
    anyhow::ensure!(left.is_empty(), "{left:#?}");
    Ok(())
}

async fn stage_when_signed(seat: &Seat) -> anyhow::Result<String> {
    let mut settings: SettingsDto = seat.ask("settings", json!({})).await?;
    let stage = settings.stages.iter().find(|stage| stage.reopens).expect("a stage outside Won").id.clone();
    settings.stage_when_signed = Some(stage.clone());
    seat.ask::<SettingsDto>("save_settings", json!(settings)).await?;
    Ok(stage)
}

#[tokio::test(flavor = "multi_thread")]
async fn note_and_task_of_a_seat_that_never_comes_back_are_written_by_another() -> anyhow::Result<()> {
    let world = World::start().await?;
    let (mut one, other, contract) = sent_by_one(&world).await?;
    one.kill().await?;
    world.sandbox.act(decline())?;
    sees(&other, &contract, ContractStatus::Declined).await?;
    hours_pass(&world, &other, 4).await?;
    assert_eq!(world.notes(DEAL).len(), 1, "it is still the sender's: {:?}", world.notes(DEAL));
    hours_pass(&world, &other, 4).await?;
    is_done(&other, &contract).await?;
    let [sent, declined] = declined(&world, &contract);
    written_back(&world, DEAL, &contract, &[&sent, &declined], &[TASK])
}

#[tokio::test(flavor = "multi_thread")]
async fn stage_note_and_file_of_a_seat_that_never_comes_back_are_written_by_another() -> anyhow::Result<()> {
    let world = World::start().await?;
    let (mut one, other, contract) = sent_by_one(&world).await?;
    let stage = stage_when_signed(&other).await?;
    one.kill().await?;
    world.sandbox.act(sign())?;
    sees(&other, &contract, ContractStatus::Signed).await?;
    hours_pass(&world, &other, 8).await?;
    is_done(&other, &contract).await?;
    let deal = world.deal(DEAL);
    assert_eq!(format!("{}-{}", deal.pipeline_id, deal.status_id), stage);
    assert_eq!(world.notes(DEAL).len(), 4, "sent, two signatures, all: {:#?}", world.notes(DEAL));
    one_pdf(&world, DEAL, &contract)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_field_of_a_seat_that_died_right_after_its_publish_is_written_by_another() -> anyhow::Result<()> {
    let world = World::start().await?;
    let (mut one, other) = (world.seat().await?, world.seat().await?);
    world.advance(Duration::from_mins(20));
    // No note of it reaches Kommo.
    world.fault(&Call::NOTE, sandbox::FaultKind::CutBefore);
    one.send(DEAL).await?;
    let published = one.send_is(DEAL, SendStateCode::Published).await?;
    one.kill().await?;
    let contract = published.contract.expect("a published send names its contract");
    world.sandbox.act(Act::EditDeal {
        deal: DEAL,
        name: None,
        price: None,
        responsible_user_id: None,
        fields: vec![("oneflow_contract_id".to_owned(), serde_json::Value::Null)],
    })?;
    sees(&other, &contract, ContractStatus::Awaiting).await?;
    hours_pass(&world, &other, 8).await?;
    is_done(&other, &contract).await?;
    let [sent, _] = declined(&world, &contract);
    written_back(&world, DEAL, &contract, &[&sent], &[])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_that_comes_back_late_finds_everything_written() -> anyhow::Result<()> {
    let world = World::start().await?;
    let (mut one, other, contract) = sent_by_one(&world).await?;
    one.kill().await?;
    world.sandbox.act(decline())?;
    sees(&other, &contract, ContractStatus::Declined).await?;
    hours_pass(&world, &other, 8).await?;
    is_done(&other, &contract).await?;
    one.start().await?;
    sees(&one, &contract, ContractStatus::Declined).await?;
    is_done(&one, &contract).await?;
    world.long_after(&one).await?;
    let [sent, declined] = declined(&world, &contract);
    written_back(&world, DEAL, &contract, &[&sent, &declined], &[TASK])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_that_comes_back_while_another_takes_over_writes_nothing_twice() -> anyhow::Result<()> {
    let world = World::start().await?;
    let (mut one, other, contract) = sent_by_one(&world).await?;
    one.kill().await?;
    world.sandbox.act(decline())?;
    sees(&other, &contract, ContractStatus::Declined).await?;
    hours_pass(&world, &other, 6).await?;
    // From here on both may write.
    one.start().await?;
    sees(&one, &contract, ContractStatus::Declined).await?;
    hours_pass(&world, &other, 2).await?;
    is_done(&one, &contract).await?;
    is_done(&other, &contract).await?;
    let [sent, declined] = declined(&world, &contract);
    written_back(&world, DEAL, &contract, &[&sent, &declined], &[TASK])
}

#[tokio::test(flavor = "multi_thread")]
async fn two_seats_that_run_all_the_time_write_everything_once() -> anyhow::Result<()> {
    let world = World::start().await?;
    let (one, other, contract) = sent_by_one(&world).await?;
    world.sandbox.act(decline())?;
    sees(&one, &contract, ContractStatus::Declined).await?;
    sees(&other, &contract, ContractStatus::Declined).await?;
    is_done(&one, &contract).await?;
    hours_pass(&world, &other, 8).await?;
    is_done(&other, &contract).await?;
    let [sent, declined] = declined(&world, &contract);
    written_back(&world, DEAL, &contract, &[&sent, &declined], &[TASK])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_a_person_deleted_is_not_written_again_by_another_seat() -> anyhow::Result<()> {
    let world = World::start().await?;
    let (one, other, contract) = sent_by_one(&world).await?;
    world.sandbox.act(decline())?;
    sees(&one, &contract, ContractStatus::Declined).await?;
    is_done(&one, &contract).await?;
    sees(&other, &contract, ContractStatus::Declined).await?;
    // The other seat has looked and found it done.
    world.advance(Duration::from_mins(16));
    is_done(&other, &contract).await?;
    for note in world.deal(DEAL).notes.iter().filter(|note| note.text.contains(" [cs:")) {
        world.sandbox.act(Act::DeleteNote { note: note.id })?;
    }
    hours_pass(&world, &other, 8).await?;
    wait::until("both seats to be done", async || {
        is_done(&one, &contract).await?;
        is_done(&other, &contract).await?;
        Ok(Some(()))
    })
    .await?;
    assert!(world.notes(DEAL).is_empty(), "{:?}", world.notes(DEAL));
    Ok(())
}
