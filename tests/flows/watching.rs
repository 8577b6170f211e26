//! From "awaiting signature" to the end, and what the deal and the desktop get of it.

use std::time::Duration;

use countersign_tests::{
    manager::{Line as _, Manager as _},
    seat::Seat,
    wait,
    world::{COMPANY, Call, DEAL, World, nth_deal},
};
use ipc::dto::{ActivityPage, ContractDto, ContractStatus, SavedFile, SendStateCode, TimelineKind};
use sandbox::Act;
use serde_json::json;

use crate::evidence::{one_pdf, written_back};

const SIGN: Act = Act::Sign { contract: None, participant: None };
const DECLINE: Act = Act::Decline { contract: None, participant: None };
const EXPIRE: Act = Act::DeadlinePasses { contract: None };

/// A contract that is out, then what people do, then everything written back, then nothing more.
async fn story(act: Act, status: ContractStatus) -> anyhow::Result<(World, Seat, ContractDto)> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let contract = seat.send_and_wait(DEAL).await?;
    world.sandbox.act(act)?;
    seat.contract_is(&contract, status).await?;
    let found = seat.all_written_back(&contract).await?;
    world.long_after(&seat).await?;
    Ok((world, seat, found))
}

fn sent_note(found: &ContractDto) -> String {
    let id = found.row.contract.as_deref().unwrap_or_default();
    let client = found.people.iter().find(|person| !person.ours).expect("a client");
    format!("Oneflow: contract #{id} sent for signing -> {}", client.email)
}

fn client_name(found: &ContractDto) -> &str {
    &found.people.iter().find(|person| !person.ours).expect("a client").name
}

fn id(found: &ContractDto) -> &str {
    found.row.contract.as_deref().expect("a contract that is out has an id")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_whose_clock_is_ahead_writes_back_what_it_sends_first() -> anyhow::Result<()> {
    let world = World::start().await?;
    // That of the computers alone; six minutes would be refused.
    world.clock.advance(Duration::from_mins(5));
    let seat = world.seat().await?;
    let contract = seat.send_and_wait(DEAL).await?;
    let found = seat.all_written_back(&contract).await?;
    written_back(&world, DEAL, id(&found), &[&sent_note(&found)], &[])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_contract_is_told_once_noted_once_and_its_pdf_attached_once() -> anyhow::Result<()> {
    let (world, seat, found) = story(SIGN, ContractStatus::Signed).await?;
    let signed = |name: &str| format!("Oneflow: {name} signed the contract");
    let notes = [
        sent_note(&found),
        signed(client_name(&found)),
        signed("Karin Lind"),
        "Oneflow: all parties have signed the contract".to_owned(),
    ];
    written_back(&world, DEAL, id(&found), &notes.each_ref().map(String::as_str), &[])?;
    one_pdf(&world, DEAL, id(&found))?;
    let told = seat.desktop().notified;
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(
        (told[0].title.as_str(), told[0].contract.as_str()),
        (&*format!("{COMPANY} signed"), id(&found))
    );
    let kinds: Vec<TimelineKind> =
        seat.contract(id(&found)).await?.timeline.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == TimelineKind::AllSigned).count(), 1, "{kinds:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_contract_makes_one_task_and_can_be_replaced_by_a_new_version() -> anyhow::Result<()> {
    let (world, seat, found) = story(DECLINE, ContractStatus::Declined).await?;
    let declined = format!("Oneflow: {} declined the contract", client_name(&found));
    let task = "Clarify objections - contract declined in Oneflow";
    written_back(&world, DEAL, id(&found), &[&sent_note(&found), &declined], &[task])?;
    assert_eq!(seat.desktop().notified.len(), 1);
    assert!(seat.contract(id(&found)).await?.can_replace);

    seat.send_new_version(DEAL, id(&found)).await?;
    let send = seat.send_is(DEAL, SendStateCode::Published).await?;
    let newest = send.contract.expect("a published send names its contract");
    assert_ne!(newest, id(&found));
    seat.all_written_back(&newest).await?;
    assert_eq!(world.contract_field(DEAL).as_deref(), Some(newest.as_str()), "the field names the newest");
    assert_eq!(world.out_for(DEAL).len(), 2);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_contract_makes_one_task_and_is_told_once() -> anyhow::Result<()> {
    let (world, seat, found) = story(EXPIRE, ContractStatus::Expired).await?;
    let expired = "Oneflow: contract signing deadline expired";
    let task = "Send a new version of the contract";
    written_back(&world, DEAL, id(&found), &[&sent_note(&found), expired], &[task])?;
    assert_eq!(seat.desktop().notified.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_is_not_told_again_after_a_restart() -> anyhow::Result<()> {
    let (world, mut seat, found) = story(SIGN, ContractStatus::Signed).await?;
    seat.kill_and_start().await?;
    world.long_after(&seat).await?;
    seat.contract_is(id(&found), ContractStatus::Signed).await?;
    assert_eq!(seat.desktop().notified.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_while_the_app_was_closed_is_told_at_the_next_start() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.seat().await?;
    let contract = seat.send_and_wait(DEAL).await?;
    seat.quit().await?;
    world.sandbox.act(SIGN)?;
    world.advance(Duration::from_hours(20));
    seat.start().await?;
    seat.contract_is(&contract, ContractStatus::Signed).await?;
    seat.all_written_back(&contract).await?;
    one_pdf(&world, DEAL, &contract)?;
    wait::until("the notification", async || Ok((seat.desktop().notified.len() == 1).then_some(()))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_that_fails_silences_no_later_one() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let (first, second) = (seat.send_and_wait(DEAL).await?, seat.send_and_wait(nth_deal(0)).await?);
    let sign = async |contract: &str| {
        world.sandbox.act(Act::Sign { contract: Some(contract.parse()?), participant: None })?;
        seat.contract_is(contract, ContractStatus::Signed).await
    };
    seat.paper_desktop().fail_once();
    sign(&first).await?;
    wait::until("the first notification to fail", async || Ok((!seat.paper_desktop().fails()).then_some(())))
        .await?;
    sign(&second).await?;
    wait::until("the second notification", async || {
        let told: Vec<String> = seat.desktop().notified.into_iter().map(|told| told.contract).collect();
        Ok((told == [second.clone()]).then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_happened_is_in_the_activity_list() -> anyhow::Result<()> {
    let (_world, seat, _) = story(SIGN, ContractStatus::Signed).await?;
    let page: ActivityPage = seat.ask("activity_page", json!({ "offset": 0, "limit": 100 })).await?;
    let kinds: Vec<TimelineKind> = page.rows.iter().map(|row| row.kind).collect();
    let signed = kinds.iter().filter(|kind| **kind == TimelineKind::AllSigned).count();
    assert_eq!(signed, 1, "{kinds:?}");
    assert!(seat.state().await?.counts.unread > 0);
    seat.ask::<ipc::dto::AppState>("activity_read", json!({})).await?;
    assert_eq!(seat.state().await?.counts.unread, 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_signed_pdf_can_be_saved() -> anyhow::Result<()> {
    let (world, seat, found) = story(SIGN, ContractStatus::Signed).await?;
    let saved: SavedFile = seat.ask("save_signed_pdf", json!({ "contract": id(&found) })).await?;
    let bytes = seat.paper_desktop().saved_file(saved.name.as_deref().unwrap_or_default())?;
    assert!(bytes.starts_with(b"%PDF-"));
    assert_eq!(bytes.len(), world.deal(DEAL).files[0].size, "the same file as in Kommo");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn watching_costs_a_few_calls_a_pass_however_many_contracts_are_known() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    for n in [0, 1, 2, 4, 5] {
        seat.send_and_wait(nth_deal(n)).await?;
    }
    world.long_after(&seat).await?;
    world.sandbox.clear_journal();
    world.long_after(&seat).await?;
    let alone = world.asked(&Call::CONTRACT);
    assert!(alone.is_empty(), "nothing changed, so no contract is read alone: {}", alone.len());
    Ok(())
}
