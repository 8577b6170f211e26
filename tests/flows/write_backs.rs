//! What is owed to Kommo and cannot be written waits for a person. (What becomes of it when answers are lost stands in
//! the table of `tests/steps`.)

use countersign_tests::{
    manager::{Line as _, Manager as _},
    seat::Seat,
    world::{Call, DEAL, World},
};
use ipc::dto::{ContractStatus, NeedCode, Nothing, WriteBackCode, WriteBackReason};
use sandbox::{Act, FaultBody, FaultKind};
use serde_json::json;

use crate::evidence::written_back;

const TASK: &str = "Clarify objections - contract declined in Oneflow";

/// A contract that is out and written back, on which a fault is ordered before `act` happens to it.
async fn after(
    faults: &[(&Call, FaultKind)],
    act: Act,
    status: ContractStatus,
) -> anyhow::Result<(World, Seat, String)> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let contract = seat.send_and_wait(DEAL).await?;
    for (call, fault) in faults {
        world.fault(call, fault.clone());
    }
    world.sandbox.act(act)?;
    seat.contract_is(&contract, status).await?;
    seat.all_written_back(&contract).await?;
    world.long_after(&seat).await?;
    Ok((world, seat, contract))
}

fn decline() -> Act {
    Act::Decline { contract: None, participant: None }
}

/// One note of the publish, one of the decline, one task.
fn is_declined_once(world: &World, contract: &str) -> anyhow::Result<()> {
    let out = world.out_for(DEAL);
    let client = out[0].participants.iter().find(|person| !person.is_mine).expect("a client");
    let sent = format!("Oneflow: contract #{contract} sent for signing -> {}", client.email);
    let declined = format!("Oneflow: {} declined the contract", client.name);
    written_back(world, DEAL, contract, &[&sent, &declined], &[TASK])
}

#[tokio::test(flavor = "multi_thread")]
async fn what_kommo_refuses_is_parked_with_its_reason_and_done_when_a_person_says_so() -> anyhow::Result<()> {
    let refused =
        FaultKind::Status { code: 400, body: FaultBody::Json, retry_after: None, after_effect: false };
    let (world, seat, contract) =
        after(&[(&Call::TASK, refused)], decline(), ContractStatus::Declined).await?;
    let parked = seat.contract(&contract).await?.written_back;
    let parked = parked.iter().find(|part| part.state == WriteBackCode::Parked).expect("the task is parked");
    assert_eq!(parked.reason, Some(WriteBackReason::Refused));
    assert_eq!(world.notes(DEAL).len(), 2, "the note does not wait for the task");
    let needs = seat.needs().await?;
    assert!(needs.iter().any(|need| need.why.code == NeedCode::WriteBackParked), "{needs:#?}");
    seat.ask::<Nothing>("settle_write_back", json!({ "id": parked.id, "again": true })).await?;
    seat.all_written_back(&contract).await?;
    is_declined_once(&world, &contract)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_filled_by_something_else_is_left_as_it_is() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    world.sandbox.act(Act::EditDeal {
        deal: DEAL,
        name: None,
        price: None,
        responsible_user_id: None,
        fields: vec![("oneflow_contract_id".to_owned(), json!("see the paper archive"))],
    })?;
    seat.refresh().await?;
    seat.send(DEAL).await?;
    let ended = seat.send_ends(DEAL).await?;
    assert_eq!(world.contract_field(DEAL).as_deref(), Some("see the paper archive"), "{ended:?}");
    Ok(())
}
