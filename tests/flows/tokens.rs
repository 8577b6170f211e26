//! A token is refused in the middle of the day: reading goes on from the cache, what must be sent waits, and all goes
//! on with a new token.

use std::time::Duration;

use countersign_tests::{
    manager::{Line as _, Manager as _},
    seat::Seat,
    wait,
    world::{Call, DEAL, World},
};
use ipc::{
    ErrorCode,
    dto::{AppState, ContractStatus, SendStateCode, WaitCode},
};
use sandbox::{Act, Config, FaultBody, FaultKind, Service};
use serde_json::json;

use crate::evidence::{one_create_one_publish, one_pdf};

fn new_token(world: &World, service: Service) -> anyhow::Result<String> {
    let acted = world.sandbox.act(Act::IssueToken { service })?;
    acted.token.ok_or_else(|| anyhow::anyhow!("a token was issued"))
}

fn word(service: Service) -> &'static str {
    match service {
        Service::Kommo => "kommo",
        Service::Oneflow => "oneflow",
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_waits_for_a_new_token_and_leaves_with_it() -> anyhow::Result<()> {
    for (service, wanted) in
        [(Service::Kommo, ErrorCode::KommoUnauthorized), (Service::Oneflow, ErrorCode::OneflowUnauthorized)]
    {
        let world = World::start().await?;
        let seat = world.seat().await?;
        world.sandbox.act(Act::RevokeToken { service })?;
        seat.send(DEAL).await?;
        wait::until("the send to wait for a token", async || {
            let send = seat.deal(DEAL).await?.send;
            Ok(send.filter(|send| send.waits == Some(WaitCode::Token)).map(drop))
        })
        .await?;
        let state = seat.state().await?;
        let shown = match service {
            Service::Kommo => state.kommo,
            Service::Oneflow => state.oneflow,
        };
        assert_eq!(shown.trouble, Some(wanted));
        assert_eq!(seat.deals(json!({})).await?.won, 120, "the cache is readable");
        assert!(world.asked(&Call::CREATE).iter().all(|entry| entry.status == Some(401)));

        let token = new_token(&world, service)?;
        seat.ask::<AppState>("replace_token", json!({ "service": word(service), "token": token })).await?;
        seat.send_is(DEAL, SendStateCode::Published).await?;
        one_create_one_publish(&world, DEAL)?;
        let state = seat.state().await?;
        assert!(state.kommo.ok && state.oneflow.ok, "{service:?}: {:?} {:?}", state.kommo, state.oneflow);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_refused_once_is_tried_again_when_a_person_asks() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    world.fault(
        &Call::DEALS,
        FaultKind::Status { code: 401, body: FaultBody::Json, retry_after: None, after_effect: false },
    );
    seat.refresh().await?;
    wait::until("the refusal to be told", async || {
        Ok((seat.state().await?.kommo.trouble == Some(ErrorCode::KommoUnauthorized)).then_some(()))
    })
    .await?;
    seat.refresh().await?;
    wait::until("the token to be accepted", async || Ok(seat.state().await?.kommo.ok.then_some(()))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn write_backs_wait_for_a_new_token_and_are_all_done_with_it() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let contract = seat.send_and_wait(DEAL).await?;
    world.sandbox.act(Act::RevokeToken { service: Service::Kommo })?;
    world.sandbox.act(Act::Sign { contract: None, participant: None })?;
    seat.contract_is(&contract, ContractStatus::Signed).await?;
    assert!(world.deal(DEAL).files.is_empty());
    let token = new_token(&world, Service::Kommo)?;
    seat.ask::<AppState>("replace_token", json!({ "service": "kommo", "token": token })).await?;
    seat.all_written_back(&contract).await?;
    one_pdf(&world, DEAL, &contract)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_token_must_belong_to_the_same_account() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    for (service, wanted) in
        [("kommo", ErrorCode::KommoTokenMalformed), ("oneflow", ErrorCode::OneflowTokenMalformed)]
    {
        let refused =
            seat.ask::<AppState>("replace_token", json!({ "service": service, "token": "half" })).await;
        assert_eq!(refused.map(drop).map_err(|error| error.code), Err(wanted));
    }
    assert!(seat.state().await?.kommo.ok, "the old token is kept");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_kommo_token_is_said_thirty_days_before() -> anyhow::Result<()> {
    let world = World::start_with(Config { contract_field: true, ..Config::default() }).await?;
    let seat = world.seat().await?;
    assert_eq!(seat.state().await?.token_ends, None, "it is good for 400 days");
    world.advance(Duration::from_hours(24 * 371));
    assert!(seat.state().await?.token_ends.is_some());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_kommo_token_is_told_on_the_desktop_three_times() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.seat().await?;
    let told = |seat: &Seat| -> Vec<String> {
        seat.desktop().notified.into_iter().map(|notice| notice.title).collect()
    };
    // It is good for 400 days when the world begins.
    let mut wanted = Vec::new();
    for (days, title) in [
        (371, "The Kommo token ends in 28 days"),
        (22, "The Kommo token ends in 6 days"),
        (6, "The Kommo token ends within a day"),
    ] {
        world.advance(Duration::from_hours(24 * days));
        wanted.push(title);
        wait::until(format!("the desktop to be told {wanted:?}"), async || {
            let told = told(&seat);
            anyhow::ensure!(told == wanted, "it was told {told:?}");
            Ok(Some(()))
        })
        .await?;
        // Neither an hour later nor after a start is it told again.
        world.advance(Duration::from_hours(2));
        seat.quit().await?;
        seat.start().await?;
        seat.state().await?;
    }
    assert_eq!(told(&seat), wanted);
    Ok(())
}
