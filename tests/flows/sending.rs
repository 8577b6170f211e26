//! One click, one contract.

use std::time::Duration;

use countersign_tests::{
    manager::{Edits, Line as _, Manager as _, new_send},
    world::{Call, DEAL, World, nth_deal},
};
use futures::future::join_all;
use ipc::{
    ErrorCode,
    dto::{DealStatus, SendDto, SendStateCode},
};
use sandbox::{ContractState, Fault, FaultKind};
use serde_json::json;

use crate::evidence::{nothing_was_created, one_create_one_publish, written_back};

#[tokio::test(flavor = "multi_thread")]
async fn one_click_makes_one_contract_with_exactly_what_was_seen() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let seen = seat.preview(DEAL).await?;
    seat.click(&seen, &new_send()).await?;
    let send = seat.send_is(DEAL, SendStateCode::Published).await?;
    let contract = send.contract.expect("a published send names its contract");
    seat.all_written_back(&contract).await?;

    one_create_one_publish(&world, DEAL)?;
    let out = &world.out_for(DEAL)[0];
    assert_eq!((out.id.to_string(), out.state), (contract.clone(), ContractState::Pending));
    let seen_text = |slot: &str| {
        let value = seen.values.iter().find(|value| value.slot == slot);
        value.map(|value| value.text.clone()).unwrap_or_default()
    };
    assert_eq!(out.name, seen_text("name"));
    for (custom_id, value) in out.data_fields.iter().filter(|(id, _)| !id.starts_with("kommo_")) {
        assert_eq!(*value, seen_text(&format!("field:{custom_id}")), "{custom_id}");
    }
    let client = out.participants.iter().find(|person| !person.is_mine).expect("a client");
    assert_eq!((&client.name, &client.email), (&seen_text("client.name"), &seen_text("client.email")));
    assert_eq!(client.party, seen_text("company"));
    assert_eq!(out.invitation, Some((seen_text("subject"), seen_text("message"))));

    let note = format!("Oneflow: contract #{contract} sent for signing -> {}", client.email);
    written_back(&world, DEAL, &contract, &[&note], &[])?;
    let row = seat.deal(DEAL).await?.row;
    assert_eq!(row.status, DealStatus::Awaiting { contract, signed: 0, signatories: 2 });
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_and_a_held_key_are_one_click() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let seen = seat.preview(DEAL).await?;
    let send = new_send();
    let clicks = join_all((0..10).map(|_| seat.click(&seen, &send))).await;
    for click in clicks {
        assert_eq!(click?.id, send);
    }
    seat.send_is(DEAL, SendStateCode::Published).await?;
    world.long_after(&seat).await?;
    one_create_one_publish(&world, DEAL)
}

/// A look reads every draft of an account: where there are many, it takes longer than a call may wait for its start.
#[tokio::test(flavor = "multi_thread")]
async fn a_contract_leaves_also_where_every_list_takes_seven_seconds() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let slow = FaultKind::Delay { ms: 350 };
    world.sandbox.order(Fault { when: Call::CONTRACTS.matcher(), what: slow, times: None });
    seat.send(DEAL).await?;
    seat.send_is(DEAL, SendStateCode::Published).await?;
    one_create_one_publish(&world, DEAL)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_click_on_the_same_deal_is_refused_while_one_is_on_its_way() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let seen = seat.preview(DEAL).await?;
    let (first, second) = (new_send(), new_send());
    let (one, other) = tokio::join!(seat.click(&seen, &first), seat.click(&seen, &second));
    let accepted = [&one, &other].into_iter().filter(|click| click.is_ok()).count();
    assert_eq!(accepted, 1, "{one:?} {other:?}");
    let refused = [one, other].into_iter().find_map(Result::err).expect("one was refused");
    assert_eq!(refused.code, ErrorCode::AlreadySending);
    seat.send_is(DEAL, SendStateCode::Published).await?;
    one_create_one_publish(&world, DEAL)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_whose_contract_is_out_is_not_sent_again() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let seen = seat.preview(DEAL).await?;
    let contract = seat.send_and_wait(DEAL).await?;
    let refused = seat.click(&seen, &new_send()).await.expect_err("it is out");
    assert_eq!(refused.code, ErrorCode::AlreadySent);
    assert_eq!(refused.params["contract"], contract);
    one_create_one_publish(&world, DEAL)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_can_be_undone_while_the_undo_time_runs_and_leaves_nothing() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    seat.set_hold(60).await?;
    let held = seat.send(DEAL).await?;
    assert_eq!((held.state, held.can_undo), (SendStateCode::Held, true));
    assert!(held.hold_left_ms <= 60_000 && held.hold_left_ms > 30_000, "{}", held.hold_left_ms);
    assert_eq!(seat.undo(&held.id).await?.state, SendStateCode::Undone);
    world.long_after(&seat).await?;
    nothing_was_created(&world, DEAL)?;
    assert_eq!(seat.deal(DEAL).await?.row.status, DealStatus::Ready);

    // Undone is not sent: the deal can be sent as before.
    seat.set_hold(0).await?;
    seat.send_and_wait(DEAL).await?;
    one_create_one_publish(&world, DEAL)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_that_comes_too_late_says_so() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    seat.send_and_wait(DEAL).await?;
    let send = seat.deal(DEAL).await?.send.expect("the deal has a send");
    let refused = seat.undo(&send.id).await.expect_err("it is out");
    assert_eq!(refused.code, ErrorCode::TooLateToUndo);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn send_now_ends_the_undo_time() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    seat.set_hold(60).await?;
    let held = seat.send(DEAL).await?;
    let before = world.now();
    seat.ask::<SendDto>("send_now", json!({ "send": held.id })).await?;
    let send = seat.send_is(DEAL, SendStateCode::Published).await?;
    assert!(send.clicked_at.parse::<domain::Timestamp>()? <= before);
    one_create_one_publish(&world, DEAL)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_over_a_value_is_what_is_sent() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let deal = nth_deal(3);
    let edits = Edits::from([
        ("client.email".to_owned(), "vera@client.example".to_owned()),
        ("name".to_owned(), "Avtal med Vera".to_owned()),
    ]);
    let seen = seat.preview_with(deal, None, &edits).await?;
    seat.click_with(&seen, &new_send(), &edits).await?;
    seat.send_is(deal, SendStateCode::Published).await?;
    let out = &world.out_for(deal)[0];
    assert_eq!(out.name, "Avtal med Vera");
    assert!(out.participants.iter().any(|person| person.email == "vera@client.example"));
    one_create_one_publish(&world, deal)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_with_a_blocking_problem_is_not_sent() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let deal = nth_deal(3);
    let refused = seat.send(deal).await.expect_err("there is no e-mail");
    assert_eq!(refused.code, ErrorCode::PreviewBlocked);
    nothing_was_created(&world, deal)
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_deals_clicked_at_once_are_all_sent_once() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let deals: Vec<i64> = [0, 1, 2, 4, 5, 6, 8, 9, 10, 12].map(nth_deal).to_vec();
    for click in join_all(deals.iter().map(|deal| seat.send(*deal))).await {
        click?;
    }
    for deal in &deals {
        seat.send_is(*deal, SendStateCode::Published).await?;
        assert_eq!(world.out_for(*deal).len(), 1, "deal {deal}");
    }
    assert_eq!(world.accepted(&Call::CREATE), 10);
    assert_eq!(world.accepted(&Call::PUBLISH), 10);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_long_sleep_a_held_send_is_shown_again_before_it_leaves() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    seat.set_hold(60).await?;
    let held = seat.send(DEAL).await?;
    world.advance(Duration::from_mins(5));
    // The undo time is over by the clock, but nobody saw it run.
    assert_eq!(seat.undo(&held.id).await?.state, SendStateCode::Undone);
    nothing_was_created(&world, DEAL)
}
