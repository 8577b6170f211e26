//! Answers that are no answer: refusals and shapes that nobody expects, on the two calls that must happen once. (Limits
//! and faults of the services stand in the table of `tests/steps`.)

use countersign_tests::{
    manager::Manager as _,
    world::{Call, DEAL, World},
};
use ipc::dto::{NeedCode, SendStateCode, SettleChoice, WaitCode};
use sandbox::{FaultBody, FaultKind};

use crate::evidence::{one_create_one_publish, one_is_out};

fn status(code: u16, body: FaultBody) -> FaultKind {
    FaultKind::Status { code, body, retry_after: None, after_effect: false }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_create_is_rejected_with_its_reason_and_leaves_nothing() -> anyhow::Result<()> {
    for (code, wanted) in [
        (400, NeedCode::Invalid),
        (402, NeedCode::Plan),
        (403, NeedCode::Forbidden),
        (404, NeedCode::NotFound),
        (422, NeedCode::Invalid),
    ] {
        let world = World::start().await?;
        let seat = world.seat().await?;
        world.fault(&Call::CREATE, status(code, FaultBody::Json));
        seat.send(DEAL).await?;
        let ended = seat.send_ends(DEAL).await?;
        assert_eq!(ended.state, SendStateCode::Rejected, "{code}");
        assert_eq!(ended.why.map(|why| why.code), Some(wanted), "{code}");
        assert_eq!(world.asked(&Call::CREATE).len(), 1, "{code}: it is not tried again by itself");
        assert!(world.contracts_of(DEAL).is_empty(), "{code}");

        // A refused create left nothing: a new click is a new send.
        seat.send(DEAL).await?;
        seat.send_is(DEAL, SendStateCode::Published).await?;
        one_create_one_publish(&world, DEAL)?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_publish_is_rejected_and_can_be_tried_again_with_the_same_draft() -> anyhow::Result<()> {
    for (code, wanted) in [(400, NeedCode::Invalid), (402, NeedCode::Plan), (403, NeedCode::Forbidden)] {
        let world = World::start().await?;
        let seat = world.seat().await?;
        world.fault(&Call::PUBLISH, status(code, FaultBody::Json));
        let send = seat.send(DEAL).await?;
        let ended = seat.send_ends(DEAL).await?;
        assert_eq!(ended.state, SendStateCode::Rejected, "{code}");
        assert_eq!(ended.why.map(|why| why.code), Some(wanted), "{code}");
        assert!(world.out_for(DEAL).is_empty(), "{code}");
        seat.settle(&send.id, SettleChoice::TryAgain).await?;
        seat.send_is(DEAL, SendStateCode::Published).await?;
        one_create_one_publish(&world, DEAL)?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_publish_that_is_given_up_leaves_no_draft() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    world.fault(&Call::PUBLISH, status(402, FaultBody::Json));
    let send = seat.send(DEAL).await?;
    seat.send_is(DEAL, SendStateCode::Rejected).await?;
    assert_eq!(seat.settle(&send.id, SettleChoice::GiveUp).await?.state, SendStateCode::GivenUp);
    assert_eq!(world.contracts_of(DEAL), [], "the draft is deleted");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_says_neither_yes_nor_no_is_looked_after_and_ends_with_one_contract()
-> anyhow::Result<()> {
    for call in [&Call::CREATE, &Call::PUBLISH] {
        for (code, body, after_effect) in [(408, FaultBody::Empty, true), (302, FaultBody::Html, false)] {
            let world = World::start().await?;
            let seat = world.seat().await?;
            world.fault(call, FaultKind::Status { code, body, retry_after: None, after_effect });
            seat.send(DEAL).await?;
            let ended = seat.send_ends(DEAL).await?;
            let case = format!("{call:?} answers {code}, effect: {after_effect}");
            assert_eq!(ended.state, SendStateCode::Published, "{case}: {ended:?}");
            one_is_out(&world, DEAL).map_err(|error| error.context(case))?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_another_shape_to_a_read_is_waited_out() -> anyhow::Result<()> {
    for (why, call, fault) in [
        ("the list of contracts is a page", Call::CONTRACTS, FaultKind::HtmlPage),
        (
            "the contract is of another shape",
            Call::CONTRACT,
            FaultKind::WrongType { field: "id".to_owned(), value: None },
        ),
    ] {
        let world = World::start().await?;
        let seat = world.seat().await?;
        world.fault(&call, fault);
        seat.send(DEAL).await?;
        let ended = seat.send_ends(DEAL).await?;
        assert_eq!(ended.state, SendStateCode::Published, "{why}: {ended:?}");
        one_create_one_publish(&world, DEAL).map_err(|error| error.context(why))?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_connection_a_click_waits_says_so_and_leaves_when_there_is_one() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    // No answer and no effect, for as long as the fault stands.
    world.sandbox.order(sandbox::Fault {
        when: Call::ANY_KOMMO.matcher(),
        what: FaultKind::CutBefore,
        times: None,
    });
    let send = seat.send(DEAL).await?;
    countersign_tests::wait::until("the send to say that it waits", async || {
        let send = seat.deal(DEAL).await?.send;
        Ok(send.filter(|send| matches!(send.waits, Some(WaitCode::Offline | WaitCode::Service))).map(drop))
    })
    .await?;
    let waiting = seat.deal(DEAL).await?.send.expect("the deal has a send");
    assert_eq!((waiting.id, waiting.state, waiting.can_undo), (send.id, SendStateCode::Queued, true));
    assert!(world.asked(&Call::CREATE).is_empty());
    world.sandbox.clear_faults();
    seat.send_is(DEAL, SendStateCode::Published).await?;
    one_create_one_publish(&world, DEAL)
}
