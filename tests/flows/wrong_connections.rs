//! What a person hears when a connection test fails: every way it can go wrong has a code of its own.

use std::time::Duration;

use countersign_tests::{
    manager::{FirstRun as _, Typed},
    world::{Call, World},
};
use ipc::ErrorCode;
use sandbox::{Config, FaultBody, FaultKind};

fn status(code: u16, body: FaultBody) -> FaultKind {
    FaultKind::Status { code, body, retry_after: None, after_effect: false }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_what_was_typed_for_kommo_is_said() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.new_computer()?;
    seat.start().await?;
    let right = Typed::for_sandbox(&world.sandbox);
    let expired = world.sandbox.tokens().kommo_expired.clone();
    let altered = right.kommo_token.replace('.', "x.");
    for (why, address, token, wanted) in [
        (
            "another service's address",
            "https://example.com",
            right.kommo_token.as_str(),
            ErrorCode::AddressInvalid,
        ),
        ("nothing was typed", "", &right.kommo_token, ErrorCode::AddressInvalid),
        ("nobody listens there", "http://127.0.0.1:9", &right.kommo_token, ErrorCode::AddressUnknown),
        ("not a token", &right.kommo_address, "half a tok", ErrorCode::KommoTokenMalformed),
        ("the token ended yesterday", &right.kommo_address, &expired, ErrorCode::KommoTokenExpired),
        ("another account's token", &right.kommo_address, &altered, ErrorCode::KommoTokenMalformed),
    ] {
        let typed =
            Typed { kommo_address: address.to_owned(), kommo_token: token.to_owned(), ..right.clone() };
        let found = seat.test_kommo(&typed).await.map(|_| ()).map_err(|error| error.code);
        assert_eq!(found, Err(wanted), "{why}");
    }
    seat.test_kommo(&right).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_kommo_answers_to_a_test_is_said_in_a_word_of_its_own() -> anyhow::Result<()> {
    for (why, fault, wanted) in [
        ("refused", status(401, FaultBody::Json), ErrorCode::KommoUnauthorized),
        ("not paid", status(402, FaultBody::Json), ErrorCode::KommoPlan),
        ("not allowed", status(403, FaultBody::Json), ErrorCode::KommoForbidden),
        ("blocked", status(403, FaultBody::Html), ErrorCode::KommoBlocked),
        ("an HTML page", FaultKind::HtmlPage, ErrorCode::AnswerUnreadable),
        ("half an answer", FaultKind::Truncated, ErrorCode::ServiceTrouble),
    ] {
        // A seat of its own for each: a block or a 429 holds up all that follows.
        let world = World::start().await?;
        let mut seat = world.new_computer()?;
        seat.start().await?;
        for _ in 0..6 {
            world.fault(&Call::KOMMO_ACCOUNT, fault.clone());
        }
        let found = seat.test_kommo(&Typed::for_sandbox(&world.sandbox)).await;
        assert_eq!(found.map(|_| ()).map_err(|error| error.code), Err(wanted), "{why}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_what_was_typed_for_oneflow_is_said() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.new_computer()?;
    seat.start().await?;
    let right = Typed::for_sandbox(&world.sandbox);
    let unknown = "0".repeat(40);
    for (why, address, token, email, wanted) in [
        (
            "a token of another length",
            right.oneflow_address.as_str(),
            "short",
            right.oneflow_email.as_str(),
            ErrorCode::OneflowTokenMalformed,
        ),
        (
            "an unknown token",
            &right.oneflow_address,
            &unknown,
            &right.oneflow_email,
            ErrorCode::OneflowUnauthorized,
        ),
        (
            "nobody of this account",
            &right.oneflow_address,
            &right.oneflow_token,
            "nobody@nordkonsult.example",
            ErrorCode::OneflowUserUnknown,
        ),
        (
            "somebody who left",
            &right.oneflow_address,
            &right.oneflow_token,
            "eva.strom@nordkonsult.example",
            ErrorCode::OneflowUserUnknown,
        ),
        (
            "another service's address",
            "https://example.com/v1",
            &right.oneflow_token,
            &right.oneflow_email,
            ErrorCode::AddressInvalid,
        ),
        (
            "nobody listens there",
            "http://127.0.0.1:9/v1",
            &right.oneflow_token,
            &right.oneflow_email,
            ErrorCode::AddressUnknown,
        ),
    ] {
        let typed = Typed {
            oneflow_address: address.to_owned(),
            oneflow_token: token.to_owned(),
            oneflow_email: email.to_owned(),
            ..right.clone()
        };
        let found = seat.test_oneflow(&typed).await.map(|_| ()).map_err(|error| error.code);
        assert_eq!(found, Err(wanted), "{why}");
    }
    seat.test_oneflow(&right).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_is_told_with_its_minutes() -> anyhow::Result<()> {
    // At the speed of real time: the answer is a little younger than the question.
    let world = World::start_at(Config::default(), 1.0).await?;
    let mut seat = world.new_computer()?;
    // Of this computer only.
    world.clock.advance(Duration::from_secs(42 * 60 + 30));
    seat.start().await?;
    let typed = Typed::for_sandbox(&world.sandbox);
    for found in [seat.test_kommo(&typed).await.map(|_| ()), seat.test_oneflow(&typed).await.map(|_| ())] {
        let error = found.expect_err("the clock is wrong");
        assert_eq!(error.code, ErrorCode::ClockWrong);
        assert_eq!(error.params.get("minutes").map(String::as_str), Some("42"));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_gone_or_slow_is_told_as_such() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.new_computer()?;
    seat.set_time_out(Duration::from_millis(300));
    seat.start().await?;
    let typed = Typed::for_sandbox(&world.sandbox);
    for _ in 0..10 {
        world.fault(&Call::KOMMO_ACCOUNT, FaultKind::Delay { ms: 2_000 });
    }
    let slow = seat.test_kommo(&typed).await.map(|_| ()).map_err(|error| error.code);
    assert_eq!(slow, Err(ErrorCode::TimedOut));
    Ok(())
}
