//! Something changed between the click and the create: nothing is created, and both values are shown.

use countersign_tests::{
    manager::{Line as _, Manager as _},
    seat::Seat,
    world::{Call, DEAL, World},
};
use ipc::dto::{DifferenceDto, NeedCode, SendDto, SendStateCode, SettleChoice};
use sandbox::{Act, FaultBody, FaultKind};
use serde_json::{Value, json};

use crate::evidence::{nothing_was_created, one_create_one_publish};

fn edit_deal(price: Option<i64>, name: Option<&str>) -> Act {
    Act::EditDeal {
        deal: DEAL,
        name: name.map(str::to_owned),
        price: price.map(Into::into),
        responsible_user_id: None,
        fields: Vec::new(),
    }
}

/// Clicks, lets `acts` happen while the undo time runs, and lets it leave.
async fn after(acts: Vec<Act>) -> anyhow::Result<(World, SendDto)> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    seat.set_hold(60).await?;
    let held = seat.send(DEAL).await?;
    for act in acts {
        world.sandbox.act(act)?;
    }
    seat.ask::<SendDto>("send_now", json!({ "send": held.id })).await?;
    let ended = seat.send_ends(DEAL).await?;
    Ok((world, ended))
}

fn value(slot: &str, label: &str, seen: &str, now: &str) -> DifferenceDto {
    DifferenceDto::Value {
        slot: slot.to_owned(),
        label: label.to_owned(),
        seen: seen.to_owned(),
        now: now.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_price_stops_the_send_and_both_values_are_shown() -> anyhow::Result<()> {
    let (world, ended) = after(vec![edit_deal(Some(50_000), None)]).await?;
    assert_eq!(ended.state, SendStateCode::Stopped);
    let amount = ended.differences.iter().find_map(|one| match one {
        DifferenceDto::Value { slot, seen, now, .. } if slot == "field:amount" => {
            Some((seen.as_str(), now.as_str()))
        }
        _ => None,
    });
    assert_eq!(amount, Some(("43037", "50000")), "{:?}", ended.differences);
    nothing_was_created(&world, DEAL)
}

#[tokio::test(flavor = "multi_thread")]
async fn another_signatory_stops_the_send() -> anyhow::Result<()> {
    let world = World::start().await?;
    let contact = world.deal(DEAL).contacts[0];
    drop(world);
    let act = Act::EditContact { contact, name: None, email: Some("asa@annan.example".to_owned()) };
    let (world, ended) = after(vec![act]).await?;
    assert_eq!(ended.state, SendStateCode::Stopped);
    let is_named = |one: &DifferenceDto| matches!(one, DifferenceDto::Value { slot, now, .. } if slot == "client.email" && now == "asa@annan.example");
    assert!(ended.differences.iter().any(is_named), "{:?}", ended.differences);
    nothing_was_created(&world, DEAL)
}

#[tokio::test(flavor = "multi_thread")]
async fn another_company_stops_the_send_wherever_it_stands_in_the_contract() -> anyhow::Result<()> {
    let world = World::start().await?;
    let company = world.deal(DEAL).company.expect("the deal has a company");
    drop(world);
    let act = Act::EditCompany { company, name: "Öresund Vind AB".to_owned() };
    let (world, ended) = after(vec![act]).await?;
    assert_eq!(ended.state, SendStateCode::Stopped);
    let company = value("company", "", "Öresund Kraft AB", "Öresund Vind AB");
    assert!(ended.differences.contains(&company), "{:?}", ended.differences);
    nothing_was_created(&world, DEAL)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_or_template_that_is_gone_stops_the_send() -> anyhow::Result<()> {
    for (why, act, wanted) in [
        ("deleted", Act::DeleteDeal { deal: DEAL }, DifferenceDto::DealGone),
        (
            "moved back",
            Act::MoveDeal { deal: DEAL, status_id: 78_110_203, pipeline_id: Some(9_100_441) },
            DifferenceDto::DealNotReady,
        ),
        (
            "the template is switched off",
            Act::SetTemplateActive { template: 17_001, active: false },
            DifferenceDto::TemplateInactive,
        ),
    ] {
        let (world, ended) = after(vec![act]).await?;
        assert_eq!(ended.state, SendStateCode::Stopped, "{why}");
        assert_eq!(ended.differences, [wanted], "{why}");
        nothing_was_created(&world, DEAL)?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_does_not_go_into_the_contract_stops_nothing() -> anyhow::Result<()> {
    let (world, ended) = after(vec![edit_deal(None, Some("Uppdrag 042 igen"))]).await?;
    assert_eq!(ended.state, SendStateCode::Published, "{:?}", ended.differences);
    one_create_one_publish(&world, DEAL)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_deal_can_be_looked_at_again_and_sent() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let seen = seat.preview(DEAL).await?;
    world.sandbox.act(edit_deal(Some(50_000), None))?;
    seat.click(&seen, &countersign_tests::manager::new_send()).await?;
    seat.send_is(DEAL, SendStateCode::Stopped).await?;
    assert_eq!(needs(&seat).await?, [NeedCode::Differences]);
    let again = seat.preview(DEAL).await?;
    let amount = again.values.iter().find(|value| value.slot == "field:amount").expect("an amount");
    assert_eq!(amount.text, "50000", "the re-read is kept");
    seat.click(&again, &countersign_tests::manager::new_send()).await?;
    assert_eq!(needs(&seat).await?, [], "the new click is the last word");
    seat.send_is(DEAL, SendStateCode::Published).await?;
    one_create_one_publish(&world, DEAL)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ended_with_nothing_waits_until_a_person_lets_it_be_or_sets_the_deal_aside() -> anyhow::Result<()>
{
    let refused =
        FaultKind::Status { code: 402, body: FaultBody::Json, retry_after: None, after_effect: false };
    for (why, is_refused, is_left) in
        [("stopped", false, true), ("refused", true, true), ("stopped, set aside", false, false)]
    {
        let world = World::start().await?;
        let seat = world.seat().await?;
        let seen = seat.preview(DEAL).await?;
        if is_refused {
            world.fault(&Call::CREATE, refused.clone());
        } else {
            world.sandbox.act(edit_deal(Some(50_000), None))?;
        }
        seat.click(&seen, &countersign_tests::manager::new_send()).await?;
        let ended = seat.send_ends(DEAL).await?;
        let code = if is_refused { NeedCode::Plan } else { NeedCode::Differences };
        assert_eq!(needs(&seat).await?, [code], "{why}");
        if is_left {
            seat.settle(&ended.id, SettleChoice::Leave).await?;
        } else {
            seat.ask::<Value>("set_aside", json!({ "deals": [DEAL.to_string()], "aside": true })).await?;
        }
        assert_eq!(needs(&seat).await?, [], "{why}");
        assert!(world.contracts_of(DEAL).is_empty(), "{why}");
    }
    Ok(())
}

/// What waits for a person, as the list and the number beside its link have it.
async fn needs(seat: &Seat) -> anyhow::Result<Vec<NeedCode>> {
    let needs = seat.needs().await?;
    assert_eq!(seat.state().await?.counts.needs_you as usize, needs.len());
    Ok(needs.into_iter().map(|need| need.why.code).collect())
}
