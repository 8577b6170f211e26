//! The ledger is gone, or the computer is another one: everything that is out is known again from Oneflow, nothing is
//! sent twice, and what is missing in Kommo waits for a person.

use std::{fs, time::Duration};

use countersign_tests::{
    manager::{FirstRun as _, Line as _, Manager as _},
    seat::Seat,
    wait,
    world::{Call, DEAL, World, nth_deal},
};
use ipc::{
    ErrorCode,
    dto::{ContractStatus, DealStatus, NeedDto, Nothing, SendStateCode, WriteBackPart, WriteBackReason},
};
use sandbox::{
    Act, Config, FaultBody, FaultKind,
    switches::{OneflowSwitches, Shown, Switches},
};
use serde_json::json;

use crate::evidence::{one_pdf, written_back};

/// Ledger and cache are deleted while the app is closed, copies included.
async fn lose_everything(seat: &mut Seat) -> anyhow::Result<()> {
    seat.quit().await?;
    let (mut folders, mut lost) = (vec![seat.data().to_owned()], 0);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if path.is_dir() {
                folders.push(path);
            } else if ["ledger.db", "ledger.copy.db", "cache.db"].iter().any(|base| name.starts_with(base)) {
                fs::remove_file(path)?;
                lost += 1;
            }
        }
    }
    anyhow::ensure!(lost >= 2, "there is no ledger and no cache");
    Ok(())
}

/// What is missing in Kommo, as "Needs you" lists it.
async fn missing(seat: &Seat) -> anyhow::Result<Vec<NeedDto>> {
    let mut needs = seat.needs().await?;
    needs.retain(|need| {
        need.write_back.as_ref().is_some_and(|part| part.reason == Some(WriteBackReason::Missing))
    });
    Ok(needs)
}

/// A deal is not offered, and a click on it leads to no second contract.
async fn is_never_sent_again(world: &World, seat: &Seat, deal: i64) -> anyhow::Result<()> {
    let offered = seat.deals(json!({ "scope": "to_send" })).await?;
    anyhow::ensure!(offered.rows.iter().all(|row| row.id != deal.to_string()), "the deal is offered");
    let refused = seat.send(deal).await.map(|send| send.state).map_err(|error| error.code);
    anyhow::ensure!(refused == Err(ErrorCode::AlreadySent), "{refused:?}");
    anyhow::ensure!(world.out_for(deal).len() == 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_ledger_comes_back_from_the_markers_in_whatever_state() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.seat().await?;
    let deals = [nth_deal(0), nth_deal(1), nth_deal(2), nth_deal(4)];
    let mut contracts = Vec::new();
    for deal in deals {
        contracts.push(seat.send_and_wait(deal).await?);
    }
    let number = |place: usize| contracts[place].parse::<i64>();
    world.sandbox.act(Act::Sign { contract: Some(number(0)?), participant: None })?;
    world.sandbox.act(Act::Decline { contract: Some(number(1)?), participant: None })?;
    world.sandbox.act(Act::DeadlinePasses { contract: Some(number(2)?) })?;
    let wanted =
        [ContractStatus::Signed, ContractStatus::Declined, ContractStatus::Expired, ContractStatus::Awaiting];
    for (contract, status) in contracts.iter().zip(wanted) {
        seat.contract_is(contract, status).await?;
        seat.all_written_back(contract).await?;
    }
    // Older than any look of an election goes back.
    world.long_after(&seat).await?;
    lose_everything(&mut seat).await?;
    world.advance(Duration::from_hours(24 * 5));
    let notes: Vec<_> = deals.iter().map(|deal| world.notes(*deal)).collect();
    seat.start().await?;
    seat.deals_are_read().await?;
    for ((contract, deal), status) in contracts.iter().zip(deals).zip(wanted) {
        let found = seat.contract_is(contract, status).await?;
        assert_eq!(found.row.deal, deal.to_string());
        assert!(!found.timeline.is_empty(), "what happened is told");
        is_never_sent_again(&world, &seat, deal).await?;
        seat.all_written_back(contract).await?;
    }
    let missing = missing(&seat).await?;
    assert!(missing.is_empty(), "nothing is missing: {missing:#?}");
    world.long_after(&seat).await?;
    let after: Vec<_> = deals.iter().map(|deal| world.notes(*deal)).collect();
    assert_eq!(after, notes, "nothing was written");
    assert_eq!(seat.desktop().notified.len(), 3, "and nothing told a second time");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_contract_without_data_fields_and_without_the_deals_field_is_known_again() -> anyhow::Result<()>
{
    let switches = Switches {
        oneflow: OneflowSwitches { list_data_fields: Shown::LeftOut, ..OneflowSwitches::default() },
        ..Switches::default()
    };
    for status in [ContractStatus::Signed, ContractStatus::Declined] {
        let config = Config {
            contract_field: false,
            marker_fields: false,
            switches: switches.clone(),
            ..Config::default()
        };
        let world = World::start_with(config).await?;
        let mut seat = world.seat().await?;
        let contract = seat.send_and_wait(DEAL).await?;
        world.sandbox.act(match status {
            ContractStatus::Signed => Act::Sign { contract: None, participant: None },
            _ => Act::Decline { contract: None, participant: None },
        })?;
        seat.contract_is(&contract, status).await?;
        seat.all_written_back(&contract).await?;
        lose_everything(&mut seat).await?;
        world.advance(Duration::from_hours(24 * 5));
        seat.start().await?;
        seat.deals_are_read().await?;
        seat.contract_is(&contract, status).await?;
        is_never_sent_again(&world, &seat, DEAL).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_show_no_marker_are_read_alone() -> anyhow::Result<()> {
    let switches = Switches {
        oneflow: OneflowSwitches {
            list_data_fields: Shown::LeftOut,
            list_participants: Shown::LeftOut,
            ..OneflowSwitches::default()
        },
        ..Switches::default()
    };
    let world = World::start_with(Config { contract_field: true, switches, ..Config::default() }).await?;
    let mut seat = world.seat().await?;
    let contract = seat.send_and_wait(DEAL).await?;
    lose_everything(&mut seat).await?;
    world.advance(Duration::from_hours(24 * 5));
    seat.start().await?;
    seat.deals_are_read().await?;
    seat.contract_is(&contract, ContractStatus::Awaiting).await?;
    is_never_sent_again(&world, &seat, DEAL).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_before_everything_is_known_again_sends_nothing_twice() -> anyhow::Result<()> {
    for (contract_field, marker_fields) in [(true, true), (false, false)] {
        let config = Config { contract_field, marker_fields, ..Config::default() };
        let world = World::start_with(config).await?;
        let mut seat = world.seat().await?;
        seat.send_and_wait(DEAL).await?;
        world.sandbox.act(Act::Sign { contract: None, participant: None })?;
        world.long_after(&seat).await?;
        lose_everything(&mut seat).await?;
        world.advance(Duration::from_hours(24 * 5));
        // The lists of contracts do not answer for a while.
        let busy =
            FaultKind::Status { code: 503, body: FaultBody::Html, retry_after: None, after_effect: false };
        for _ in 0..12 {
            world.fault(&Call::CONTRACTS, busy.clone());
        }
        seat.start().await?;
        seat.deals_are_read().await?;
        let clicked = seat.send(DEAL).await;
        if clicked.is_ok() {
            let ended = seat.send_ends(DEAL).await?;
            assert_eq!(ended.state, SendStateCode::Superseded, "{ended:?}");
        }
        world.long_after(&seat).await?;
        assert_eq!(world.contracts_of(DEAL).len(), 1, "{:#?}", world.contracts_of(DEAL));
        let status = seat.deal(DEAL).await?.row.status;
        assert!(matches!(status, DealStatus::Signed { .. }), "{status:?}");
    }
    Ok(())
}

/// A signed contract of which Kommo has heard nothing but the field, and whose ledger is gone.
async fn unwritten(world: &World) -> anyhow::Result<(Seat, String)> {
    let mut seat = world.seat().await?;
    for _ in 0..40 {
        world.fault(&Call::NOTE, FaultKind::CutBefore);
    }
    seat.send(DEAL).await?;
    let send = seat.send_is(DEAL, SendStateCode::Published).await?;
    let contract = send.contract.expect("a published send names its contract");
    lose_everything(&mut seat).await?;
    world.sandbox.clear_faults();
    world.sandbox.act(Act::Sign { contract: None, participant: None })?;
    world.advance(Duration::from_mins(30));
    assert!(world.notes(DEAL).is_empty() && world.deal(DEAL).files.is_empty());
    Ok((seat, contract))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_in_kommo_is_listed_and_written_only_when_a_person_says_so() -> anyhow::Result<()> {
    let world = World::start().await?;
    let (mut seat, contract) = unwritten(&world).await?;
    seat.start().await?;
    seat.deals_are_read().await?;
    seat.contract_is(&contract, ContractStatus::Signed).await?;
    // Sent, two signatures, all signed: a note each; and the PDF.
    let listed = wait::until_within(wait::PATIENCE * 6, "all that is missing", async || {
        let listed = missing(&seat).await?;
        Ok((listed.len() == 5).then_some(listed))
    })
    .await?;
    let part = |need: &NeedDto| need.write_back.as_ref().map(|part| part.part);
    assert_eq!(listed.iter().filter(|need| part(need) == Some(WriteBackPart::Note)).count(), 4);
    assert_eq!(listed.iter().filter(|need| part(need) == Some(WriteBackPart::File)).count(), 1);
    for _ in 0..5 {
        world.long_after(&seat).await?;
    }
    assert!(world.notes(DEAL).is_empty() && world.deal(DEAL).files.is_empty(), "nothing by itself");
    for need in &listed {
        let id = need.write_back.as_ref().map(|part| part.id.clone());
        seat.ask::<Nothing>("settle_write_back", json!({ "id": id, "again": true })).await?;
    }
    seat.all_written_back(&contract).await?;
    assert_eq!(world.notes(DEAL).len(), 4, "{:#?}", world.notes(DEAL));
    one_pdf(&world, DEAL, &contract)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_computer_lists_what_is_missing_hours_later_and_writes_nothing() -> anyhow::Result<()> {
    let world = World::start().await?;
    let (lost, contract) = unwritten(&world).await?;
    drop(lost);
    let seat = world.seat().await?;
    seat.contract_is(&contract, ContractStatus::Signed).await?;
    world.long_after(&seat).await?;
    assert_eq!(missing(&seat).await?.len(), 0, "the one that sent may still write it");
    for _ in 0..3 {
        world.long_after(&seat).await?;
    }
    wait::until_within(wait::PATIENCE * 6, "all that is missing", async || {
        Ok((missing(&seat).await?.len() == 5).then_some(()))
    })
    .await?;
    assert!(world.notes(DEAL).is_empty() && world.deal(DEAL).files.is_empty(), "nothing by itself");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuilt_ledger_goes_on_with_what_happens_from_then_on() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.seat().await?;
    let contract = seat.send_and_wait(DEAL).await?;
    lose_everything(&mut seat).await?;
    seat.start().await?;
    seat.deals_are_read().await?;
    seat.contract_is(&contract, ContractStatus::Awaiting).await?;
    seat.all_written_back(&contract).await?;
    world.sandbox.act(Act::Decline { contract: None, participant: None })?;
    seat.contract_is(&contract, ContractStatus::Declined).await?;
    seat.all_written_back(&contract).await?;
    let out = world.out_for(DEAL);
    let client = out[0].participants.iter().find(|person| !person.is_mine).expect("a client");
    let first = format!("Oneflow: contract #{contract} sent for signing -> {}", client.email);
    let declined = format!("Oneflow: {} declined the contract", client.name);
    let task = "Clarify objections - contract declined in Oneflow";
    written_back(&world, DEAL, &contract, &[&first, &declined], &[task])
}
