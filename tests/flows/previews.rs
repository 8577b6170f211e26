//! What a manager sees before it leaves, for tidy and awkward deals.

use std::collections::BTreeMap;

use countersign_tests::{
    manager::{Edits, Manager as _},
    world::{DEAL, World, nth_deal},
};
use domain::Timestamp;
use ipc::dto::{OriginDto, PreviewDto, ProblemCode};
use jiff::tz::TimeZone;

fn texts(preview: &PreviewDto) -> BTreeMap<&str, &str> {
    preview.values.iter().map(|value| (value.slot.as_str(), value.text.as_str())).collect()
}

fn today_in_stockholm(now: Timestamp) -> anyhow::Result<String> {
    Ok(now.to_zoned(TimeZone::get("Europe/Stockholm")?).strftime("%d.%m.%Y").to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tidy_deal_fills_the_contract_as_the_recipe_says() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let preview = seat.preview(DEAL).await?;
    assert!(preview.sendable, "{:?}", preview.problems);
    let found = texts(&preview);
    let plan = found["field:plan"];
    assert_eq!(found["company"], "Öresund Kraft AB");
    assert_eq!(found["client.name"], "Åsa Öberg");
    assert_eq!(found["field:amount"], "43037");
    assert_eq!(found["field:date"], today_in_stockholm(world.now())?);
    assert_eq!(found["name"], format!("Agreement with Öresund Kraft AB - {plan}"));
    assert_eq!(found["internal.email"], "karin.lind@nordkonsult.example");
    assert_eq!(preview.template, "Konsultavtal 2026");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_awkward_deal_says_what_is_wrong_and_whether_that_stops_it() -> anyhow::Result<()> {
    use ProblemCode as P;
    let world = World::start().await?;
    let seat = world.seat().await?;
    for (n, why, wanted, is_sendable) in [
        (3, "no e-mail", Some(P::EmailMissing), false),
        (7, "two e-mails", Some(P::TwoEmails), true),
        (11, "no company", None, true),
        (15, "no contact", Some(P::SignatoryMissing), false),
        (19, "price 0", Some(P::AmountZero), true),
        (23, "Turkish", None, true),
        (27, "Cyrillic", None, true),
        (31, "an emoji", None, true),
        (35, "a company of 200 characters", None, true),
        (39, "a contact of two deals", None, true),
        (43, "a malformed e-mail", Some(P::EmailMalformed), false),
        (47, "two contacts", Some(P::TwoContactsWithEmail), true),
        (51, "the same person on both sides", Some(P::SamePersonOnBothSides), true),
        (55, "from right to left", None, true),
        (59, "a very long name", None, true),
        (63, "a contact without a name", Some(P::NameMissing), false),
        (67, "markup in names", None, true),
    ] {
        let preview = seat.preview(nth_deal(n)).await?;
        let codes: Vec<ProblemCode> = preview.problems.iter().map(|problem| problem.code).collect();
        if let Some(wanted) = wanted {
            assert!(codes.contains(&wanted), "{why}: {codes:?}");
        }
        assert_eq!(preview.sendable, is_sendable, "{why}: {codes:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fix_edits_the_value_for_this_contract_only() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let deal = nth_deal(3);
    let blocked = seat.preview(deal).await?;
    let missing = blocked.problems.iter().find(|problem| problem.code == ProblemCode::EmailMissing);
    let slot = missing.and_then(|problem| problem.slot.clone()).expect("the problem names the value to fix");
    let edits = Edits::from([(slot.clone(), "vera@client.example".to_owned())]);
    let fixed = seat.preview_with(deal, None, &edits).await?;
    assert!(fixed.sendable, "{:?}", fixed.problems);
    let value = fixed.values.iter().find(|value| value.slot == slot).expect("the value is shown");
    assert_eq!((value.text.as_str(), &value.origin), ("vera@client.example", &OriginDto::Edited));
    assert_ne!(fixed.id, blocked.id, "another preview has another id");
    assert!(!seat.preview(deal).await?.sendable, "the deal itself is as it was");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_won_deal_has_a_preview() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    for n in 0..120 {
        let preview = seat.preview(nth_deal(n)).await?;
        assert!(
            preview.sendable || !preview.problems.is_empty(),
            "deal {n} is stopped by nothing that is told"
        );
    }
    Ok(())
}
