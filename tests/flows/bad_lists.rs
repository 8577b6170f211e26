//! Reading goes wrong in every way that a list can: nothing that was read is lost, the trouble is told, and it passes.

use std::time::Duration;

use countersign_tests::{
    manager::Manager as _,
    seat::Seat,
    wait,
    world::{Call, DEAL, World},
};
use ipc::ErrorCode;
use sandbox::{
    Act, Config, Fault, FaultBody, FaultKind,
    switches::{
        AccountPlan, EmptyFields, KommoSwitches, PlainList, Price, SelfLinks, StatusFilter, Switches,
        TooManyRequests,
    },
};
use serde_json::json;

fn status(code: u16, body: FaultBody) -> FaultKind {
    FaultKind::Status { code, body, retry_after: None, after_effect: false }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sync_that_is_interrupted_goes_on_and_ends_complete() -> anyhow::Result<()> {
    for fault in [
        status(500, FaultBody::Json),
        status(504, FaultBody::Html),
        status(429, FaultBody::Json),
        status(429, FaultBody::Html),
        FaultKind::CutBefore,
        FaultKind::Truncated,
        FaultKind::Garbage,
        FaultKind::HtmlPage,
    ] {
        let world =
            World::start_with(Config { deals: 300, contract_field: true, ..Config::default() }).await?;
        // The second page, so that the sync is in the middle.
        world.sandbox.order(Fault {
            when: sandbox::Matcher { nth: Some(8), ..Call::DEALS.matcher() },
            what: fault.clone(),
            times: Some(3),
        });
        let seat = world.seat().await.map_err(|error| error.context(format!("{fault:?}")))?;
        assert_eq!(seat.deals(json!({})).await?.won, 300, "{fault:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_or_of_another_type_in_a_deal_hides_no_deal() -> anyhow::Result<()> {
    for (field, value) in [
        ("price", json!(null)),
        ("name", json!(null)),
        ("name", json!(7)),
        ("responsible_user_id", json!(null)),
    ] {
        let world = World::start().await?;
        world.sandbox.order(every_deal(field, &value));
        let seat = world.seat().await.map_err(|error| error.context(format!("{field} is {value}")))?;
        assert_eq!(seat.deals(json!({})).await?.won, 120, "{field} is {value}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_cannot_be_read_is_told_and_leaves_what_is_known() -> anyhow::Result<()> {
    for (field, value) in [
        ("price", json!("a lot")),
        ("id", json!({})),
        ("updated_at", json!("yesterday")),
        ("closed_at", json!("yesterday")),
        ("custom_fields_values", json!({})),
    ] {
        let world = World::start().await?;
        let seat = world.seat().await?;
        world.sandbox.order(every_deal(field, &value));
        world.advance(Duration::from_mins(20));
        let rename = |name: &str| Act::EditDeal {
            deal: DEAL,
            name: Some(name.to_owned()),
            price: None,
            responsible_user_id: None,
            fields: Vec::new(),
        };
        world.sandbox.act(rename("Uppdrag 042 b"))?;
        seat.refresh().await?;
        wait::until(format!("the trouble to be told ({field} is {value})"), async || {
            // A page of many such rows is another form of answer; one of a few hides no other.
            let state = seat.state().await?;
            let is_told = state.kommo.trouble == Some(ErrorCode::ServiceTrouble) || state.unreadable > 0;
            Ok(is_told.then_some(()))
        })
        .await?;
        assert_eq!(seat.deals(json!({})).await?.won, 120);
        world.sandbox.clear_faults();
        seat.refresh().await?;
        wait::until("the change, read later", async || {
            Ok((seat.deal(DEAL).await?.row.name == "Uppdrag 042 b").then_some(()))
        })
        .await?;
    }
    Ok(())
}

fn every_deal(field: &str, value: &serde_json::Value) -> Fault {
    Fault {
        when: Call::DEALS.matcher(),
        what: FaultKind::WrongType { field: field.to_owned(), value: Some(value.clone()) },
        times: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_in_which_kommo_may_answer_lists_gives_the_same_deals() -> anyhow::Result<()> {
    let plain = KommoSwitches::default;
    for (why, kommo) in [
        ("empty fields are a list", KommoSwitches { empty_fields: EmptyFields::List, ..plain() }),
        ("all pairs of stages count", KommoSwitches { status_filter: StatusFilter::AllPairs, ..plain() }),
        ("prices have minor units", KommoSwitches { price: Price::WithMinorUnits, ..plain() }),
        ("links are plain", KommoSwitches { self_links: SelfLinks::Plain, ..plain() }),
        ("a plain list shows open deals only", KommoSwitches { plain_list: PlainList::OpenOnly, ..plain() }),
        ("a 429 is a page", KommoSwitches { too_many_requests: TooManyRequests::Html, ..plain() }),
    ] {
        let switches = Switches { kommo, ..Switches::default() };
        let world = World::start_with(Config { contract_field: true, switches, ..Config::default() }).await?;
        let seat = world.seat().await.map_err(|error| error.context(why))?;
        let found = seat.deal(DEAL).await?.row;
        assert_eq!(seat.deals(json!({})).await?.won, 120, "{why}");
        assert_eq!(found.amount.map(|money| money.amount), Some("43037.00".to_owned()), "{why}");
    }
    Ok(())
}

/// Every call of Kommo goes wrong from now on; what is told of it, and that the list stays.
async fn told(fault: FaultKind) -> anyhow::Result<(World, Seat, ErrorCode)> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    world.sandbox.order(Fault { when: Call::ANY_KOMMO.matcher(), what: fault, times: None });
    world.advance(Duration::from_mins(20));
    seat.refresh().await?;
    let trouble =
        wait::until("the trouble to be told", async || Ok(seat.state().await?.kommo.trouble)).await?;
    assert_eq!(seat.deals(json!({})).await?.won, 120);
    Ok((world, seat, trouble))
}

async fn passes(world: &World, seat: &Seat) -> anyhow::Result<()> {
    world.sandbox.clear_faults();
    world.advance(Duration::from_hours(2));
    seat.refresh().await?;
    wait::until_within(wait::PATIENCE * 2, "Kommo to be well again", async || {
        Ok(seat.state().await?.kommo.ok.then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kommo_that_fails_is_told_and_passes() -> anyhow::Result<()> {
    for fault in [status(500, FaultBody::Html), FaultKind::CutBefore, FaultKind::HtmlPage] {
        let (world, seat, trouble) = told(fault).await?;
        assert_eq!(trouble, ErrorCode::ServiceTrouble);
        passes(&world, &seat).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_of_kommo_is_told_and_passes_with_the_hourly_probe() -> anyhow::Result<()> {
    let (world, seat, trouble) = told(status(403, FaultBody::Html)).await?;
    assert_eq!(trouble, ErrorCode::KommoBlocked);
    let asked = world.asked(&Call::ANY_KOMMO).len();
    seat.refresh().await?;
    world.advance(Duration::from_mins(20));
    assert_eq!(world.asked(&Call::ANY_KOMMO).len(), asked, "a blocked address asks nothing");
    passes(&world, &seat).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_not_paid_is_told_and_passes_when_it_is() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let set_plan = |account| {
        let mut switches = world.sandbox.switches();
        switches.kommo.account = account;
        world.sandbox.set_switches(switches);
    };
    set_plan(AccountPlan::Unpaid);
    world.advance(Duration::from_mins(20));
    seat.refresh().await?;
    wait::until("it to be told", async || {
        Ok((seat.state().await?.kommo.trouble == Some(ErrorCode::KommoPlan)).then_some(()))
    })
    .await?;
    set_plan(AccountPlan::Paid);
    world.advance(Duration::from_mins(20));
    seat.refresh().await?;
    wait::until("it to pass", async || Ok(seat.state().await?.kommo.ok.then_some(()))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merged_deal_disappears_and_the_other_stays() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let loser = countersign_tests::world::nth_deal(0);
    world.sandbox.act(Act::MergeDeals { deal: DEAL, loser })?;
    // No list tells of it: it is missed by the daily look at everything.
    world.advance(Duration::from_hours(25));
    seat.refresh().await?;
    wait::until("the merged deal to disappear", async || Ok(seat.deal(loser).await.is_err().then_some(())))
        .await?;
    assert_eq!(seat.deals(json!({})).await?.won, 119);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_deal_that_cannot_be_read_hides_no_other_and_is_counted() -> anyhow::Result<()> {
    for (field, value) in
        [("status_id", json!({})), ("updated_at", json!("yesterday")), ("price", json!("a lot"))]
    {
        let world = World::start().await?;
        world.sandbox.order(Fault {
            when: Call::ANY_KOMMO.matcher(),
            what: FaultKind::OddRow { id: DEAL, field: field.to_owned(), value: value.clone() },
            times: None,
        });
        let seat = world.seat().await?;
        assert_eq!(seat.deals(json!({})).await?.won, 119, "{field} is {value}");
        let state = seat.state().await?;
        assert_eq!((state.unreadable, state.kommo.trouble), (1, None), "{field} is {value}");

        world.sandbox.clear_faults();
        world.advance(Duration::from_hours(25));
        seat.refresh().await?;
        wait::until("the deal to be there", async || {
            Ok((seat.deals(json!({})).await?.won == 120).then_some(()))
        })
        .await?;
        assert_eq!(seat.state().await?.unreadable, 0);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_deal_that_cannot_be_read_any_more_stays_as_it_was() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    world.sandbox.order(Fault {
        when: Call::ANY_KOMMO.matcher(),
        what: FaultKind::OddRow { id: DEAL, field: "pipeline_id".to_owned(), value: json!([]) },
        times: None,
    });
    // The daily look at everything.
    world.advance(Duration::from_hours(25));
    seat.refresh().await?;
    wait::until("it to be told", async || Ok((seat.state().await?.unreadable == 1).then_some(()))).await?;
    seat.refresh().await?;
    assert_eq!(seat.deal(DEAL).await?.row.name, "Uppdrag 042");
    assert_eq!(seat.deals(json!({})).await?.won, 120);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_pause_that_kommo_asks_for_is_told_while_it_lasts() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    world.advance(Duration::from_mins(20));
    let asks =
        FaultKind::Status { code: 429, body: FaultBody::Json, retry_after: Some(120), after_effect: false };
    world.fault(&Call::DEALS, asks);
    let before = world.now();
    seat.refresh().await?;
    let told = wait::until("it to be told", async || {
        let kommo = seat.state().await?.kommo;
        Ok(kommo.until.is_some().then_some(kommo))
    })
    .await?;
    assert_eq!(told.trouble, Some(ErrorCode::RateLimited));
    let until: domain::Timestamp = told.until.unwrap_or_default().parse()?;
    let pause = until.duration_since(before);
    assert!((60..300).contains(&pause.as_secs()), "{pause}");
    world.advance(Duration::from_mins(3));
    wait::until("it to pass", async || {
        let kommo = seat.state().await?.kommo;
        Ok((kommo.ok && kommo.until.is_none()).then_some(()))
    })
    .await
}
