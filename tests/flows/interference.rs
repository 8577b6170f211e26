//! People act in Oneflow while a send is on its way: what was seen is what is sent, or nothing is.

use std::time::Duration;

use countersign_tests::{
    manager::{Line as _, Manager as _},
    seat::Seat,
    wait,
    world::{Call, DEAL, World},
};
use ipc::dto::{ContractStatus, NeedCode, SendDto, SendStateCode, SettleChoice};
use sandbox::{Act, Config, FaultKind};
use serde_json::json;

use crate::evidence::{one_create_one_publish, one_is_out};

/// Long enough for a person to do something between the create and the publish.
const HOLD_UP: FaultKind = FaultKind::Delay { ms: 1_200 };

/// A send whose draft is there, held up in the look before its publish.
async fn with_a_draft(hold_up: &Call) -> anyhow::Result<(World, Seat, i64)> {
    with_a_draft_in(World::start().await?, hold_up).await
}

async fn with_a_draft_in(world: World, hold_up: &Call) -> anyhow::Result<(World, Seat, i64)> {
    let seat = world.seat().await?;
    world.fault(hold_up, HOLD_UP);
    seat.send(DEAL).await?;
    let draft =
        wait::until("the draft", async || Ok(world.contracts_of(DEAL).first().map(|draft| draft.id))).await?;
    wait::until("the look", async || {
        Ok(world.asked(hold_up).iter().any(|entry| entry.fault == Some(HOLD_UP)).then_some(()))
    })
    .await?;
    Ok((world, seat, draft))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_somebody_changed_is_not_sent_with_their_values() -> anyhow::Result<()> {
    let (world, seat, draft) = with_a_draft(&Call::CONTRACTS).await?;
    let data_fields = vec![("amount".to_owned(), "1".to_owned())];
    world.sandbox.act(Act::EditContract { contract: draft, name: None, data_fields })?;
    let ended = seat.send_ends(DEAL).await?;
    assert_eq!(ended.state, SendStateCode::NeedsYou, "{ended:#?}");
    assert_eq!(ended.why.map(|why| why.code), Some(NeedCode::DraftChanged));
    assert!(world.out_for(DEAL).is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_somebody_changed_while_kommo_was_slow_is_not_sent_with_their_values()
-> anyhow::Result<()> {
    // At this speed the look still speaks for the publish when the field is written at last.
    let world = World::start_at(Config { contract_field: true, ..Config::default() }, 10.0).await?;
    let (world, seat, draft) = with_a_draft_in(world, &Call::FIELD).await?;
    let data_fields = vec![("amount".to_owned(), "1".to_owned())];
    world.sandbox.act(Act::EditContract { contract: draft, name: None, data_fields })?;
    let ended = seat.send_ends(DEAL).await?;
    assert_eq!(ended.why.map(|why| why.code), Some(NeedCode::DraftChanged));
    assert!(world.out_for(DEAL).is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_somebody_deleted_is_not_made_again_without_being_asked() -> anyhow::Result<()> {
    let (world, seat, draft) = with_a_draft(&Call::CONTRACTS).await?;
    world.sandbox.act(Act::DeleteContract { contract: draft })?;
    let ended = seat.send_ends(DEAL).await?;
    assert_eq!(ended.state, SendStateCode::NeedsYou, "{ended:#?}");
    let why = ended.why.map(|why| why.code);
    assert!(matches!(why, Some(NeedCode::DraftRemoved | NeedCode::OwnNotVisible)), "{why:?}");
    assert_eq!(world.asked(&Call::CREATE).len(), 1);
    assert!(world.out_for(DEAL).is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_somebody_published_in_oneflow_is_out_and_not_published_again() -> anyhow::Result<()> {
    let (world, seat, draft) = with_a_draft(&Call::CONTRACTS).await?;
    world.sandbox.act(Act::PublishContract { contract: draft })?;
    let ended = seat.send_is(DEAL, SendStateCode::Published).await?;
    assert_eq!(ended.contract, Some(draft.to_string()));
    world.long_after(&seat).await?;
    assert_eq!(world.out_for(DEAL).len(), 1);
    assert_eq!(world.accepted(&Call::PUBLISH), 0, "it was published by hand");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_a_draft_does_not_become_a_second_contract() -> anyhow::Result<()> {
    let (world, seat, draft) = with_a_draft(&Call::CONTRACTS).await?;
    world.sandbox.act(Act::CopyContract { contract: draft })?;
    let ended = seat.send_ends(DEAL).await?;
    assert_eq!(ended.state, SendStateCode::Published, "{ended:#?}");
    world.long_after(&seat).await?;
    assert_eq!(world.out_for(DEAL).len(), 1);
    assert_eq!(world.accepted(&Call::PUBLISH), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_deleted_in_oneflow_is_told_and_never_free_to_send_again() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let contract = seat.send_and_wait(DEAL).await?;
    world.sandbox.act(Act::DeleteContract { contract: contract.parse()? })?;
    // One 404 says nothing; two, an hour apart, say "not visible in Oneflow".
    world.long_after(&seat).await?;
    world.long_after(&seat).await?;
    wait::until_within(wait::PATIENCE * 2, "the contract to need attention", async || {
        seat.refresh().await?;
        let needs = seat.needs().await?;
        Ok(needs.iter().any(|need| need.why.code == NeedCode::ContractVanished).then_some(()))
    })
    .await?;
    assert_eq!(seat.contract(&contract).await?.row.status, ContractStatus::NeedsAttention);
    assert!(seat.send(DEAL).await.is_err(), "it may be out all the same");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_contract_that_is_extended_awaits_its_signature_again() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let contract = seat.send_and_wait(DEAL).await?;
    world.sandbox.act(Act::DeadlinePasses { contract: None })?;
    seat.contract_is(&contract, ContractStatus::Expired).await?;
    seat.all_written_back(&contract).await?;
    world.sandbox.act(Act::ExtendDeadline { contract: contract.parse()?, days: 14 })?;
    world.advance(Duration::from_mins(10));
    seat.contract_is(&contract, ContractStatus::Awaiting).await?;
    world.sandbox.act(Act::Sign { contract: None, participant: None })?;
    seat.contract_is(&contract, ContractStatus::Signed).await?;
    assert_eq!(world.tasks(DEAL).len(), 1, "the task of the expiry, once");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_another_contract_took_meanwhile_stops_the_publish() -> anyhow::Result<()> {
    let (world, seat, _) = with_a_draft(&Call::CONTRACTS).await?;
    world.sandbox.act(Act::EditDeal {
        deal: DEAL,
        name: None,
        price: None,
        responsible_user_id: None,
        fields: vec![("oneflow_contract_id".to_owned(), json!("99999"))],
    })?;
    let ended = seat.send_ends(DEAL).await?;
    assert_eq!(ended.state, SendStateCode::NeedsYou, "{ended:#?}");
    let why = ended.why.expect("a reason");
    assert_eq!((why.code, why.params["text"].as_str()), (NeedCode::FieldNamesOther, "99999"));
    assert!(world.out_for(DEAL).is_empty());

    // The person clears the field in Kommo and looks again.
    world.sandbox.act(Act::EditDeal {
        deal: DEAL,
        name: None,
        price: None,
        responsible_user_id: None,
        fields: vec![("oneflow_contract_id".to_owned(), json!(null))],
    })?;
    seat.settle(&ended.id, SettleChoice::LookAgain).await?;
    seat.send_is(DEAL, SendStateCode::Published).await?;
    one_create_one_publish(&world, DEAL)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_a_person_can_be_given_up_and_leaves_no_draft() -> anyhow::Result<()> {
    let (world, seat, _) = with_a_draft(&Call::CONTRACTS).await?;
    world.sandbox.act(Act::EditDeal {
        deal: DEAL,
        name: None,
        price: None,
        responsible_user_id: None,
        fields: vec![("oneflow_contract_id".to_owned(), json!("99999"))],
    })?;
    let ended = seat.send_is(DEAL, SendStateCode::NeedsYou).await?;
    let given_up: SendDto =
        seat.ask("settle_send", json!({ "send": ended.id, "choice": SettleChoice::GiveUp })).await?;
    assert_eq!(given_up.state, SendStateCode::GivenUp);
    assert_eq!(world.contracts_of(DEAL), []);
    assert_eq!(world.contract_field(DEAL).as_deref(), Some("99999"), "what others wrote is left");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_published_that_could_not_be_found_again() -> anyhow::Result<()> {
    use sandbox::{
        Config,
        switches::{CustomIds, OneflowSwitches, Switches},
    };
    let oneflow = OneflowSwitches { custom_ids: CustomIds::Dropped, ..OneflowSwitches::default() };
    let config = Config {
        contract_field: true,
        marker_fields: false,
        switches: Switches { oneflow, ..Switches::default() },
        ..Config::default()
    };
    let world = World::start_with(config).await?;
    let seat = world.seat().await?;
    seat.send(DEAL).await?;
    let ended = seat.send_ends(DEAL).await?;
    assert_eq!(ended.state, SendStateCode::NeedsYou, "{ended:#?}");
    assert_eq!(ended.why.map(|why| why.code), Some(NeedCode::MarkerMissing));
    assert_eq!(world.accepted(&Call::PUBLISH), 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleagues_draft_is_left_to_a_person_who_sends_mine_or_theirs() -> anyhow::Result<()> {
    for choice in [SettleChoice::DiscardTheirs, SettleChoice::PublishTheirs] {
        let world = World::start().await?;
        let (mut gone, here) = (world.seat().await?, world.seat().await?);
        world.fault(&Call::CONTRACTS, HOLD_UP);
        gone.send(DEAL).await?;
        wait::until("the draft", async || Ok((!world.contracts_of(DEAL).is_empty()).then_some(()))).await?;
        gone.kill().await?;
        here.send(DEAL).await?;
        let mine = here.send_is(DEAL, SendStateCode::NeedsYou).await?;
        assert_eq!(mine.why.as_ref().map(|why| why.code), Some(NeedCode::ColleaguesDraft));
        assert!(world.out_for(DEAL).is_empty());
        here.settle(&mine.id, choice).await?;
        wait::until("one of them to be out", async || Ok((world.out_for(DEAL).len() == 1).then_some(())))
            .await?;
        world.long_after(&here).await?;
        wait::until("the other draft to be tidied", async || Ok(one_is_out(&world, DEAL).ok()))
            .await
            .map_err(|error| error.context(format!("{choice:?}: {:#?}", world.contracts_of(DEAL))))?;
    }
    Ok(())
}
