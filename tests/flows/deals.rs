//! Reading the won deals: all of them once, then only what changed.

use std::time::Duration;

use countersign_tests::{
    manager::{Line as _, Manager as _},
    wait,
    world::{COMPANY, Call, DEAL, World, nth_deal},
};
use ipc::dto::{DealStatus, SetAsideAnswer};
use sandbox::{Act, Config};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_first_sync_reads_every_won_deal_of_all_pipelines() -> anyhow::Result<()> {
    for (won, why) in
        [(0, "a new account, whose lists answer 204"), (7, "a small account"), (300, "several pages")]
    {
        let world =
            World::start_with(Config { deals: won, contract_field: true, ..Config::default() }).await?;
        let seat = world.seat().await?;
        let page = seat.deals(json!({})).await?;
        assert_eq!(page.won as usize, won, "{why}");
        assert_eq!(page.rows.len(), won.min(100), "{why}: a page holds 100");
        let stray: Vec<_> =
            world.sandbox.journal().into_iter().filter(|entry| !entry.stray_headers.is_empty()).collect();
        assert!(stray.is_empty(), "secrets were sent to the wrong host: {stray:#?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_is_found_by_parts_of_its_names_whatever_the_accents() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    for search in ["oresund", "ÖRESUND", "uppdrag 042", "asa oberg"] {
        let page = seat.deals(json!({ "search": search })).await?;
        let is_there = page.rows.iter().any(|row| row.id == DEAL.to_string() && row.company == COMPANY);
        assert!(is_there, "{search:?} finds {:?}", page.rows.iter().map(|row| &row.name).collect::<Vec<_>>());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_sync_asks_only_for_what_changed() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    world.sandbox.clear_journal();
    world.advance(Duration::from_mins(30));
    world.sandbox.act(Act::EditDeal {
        deal: DEAL,
        name: Some("Uppdrag 042 b".to_owned()),
        price: None,
        responsible_user_id: None,
        fields: Vec::new(),
    })?;
    seat.refresh().await?;
    wait::until("the new name", async || {
        Ok((seat.deal(DEAL).await?.row.name == "Uppdrag 042 b").then_some(()))
    })
    .await?;
    let lists = world.asked(&Call::DEALS);
    let all_narrowed = lists
        .iter()
        .all(|entry| entry.query.contains("updated_at") || entry.query.contains("filter%5Bid%5D"));
    assert!(all_narrowed, "{:#?}", lists.iter().map(|entry| &entry.query).collect::<Vec<_>>());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_contact_or_company_is_seen_although_its_deal_is_not_touched() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let deal = world.deal(DEAL);
    world.advance(Duration::from_mins(30));
    world.sandbox.act(Act::EditContact {
        contact: deal.contacts[0],
        name: Some("Åsa Ny".to_owned()),
        email: None,
    })?;
    let company = deal.company.expect("the deal has a company");
    world.sandbox.act(Act::EditCompany { company, name: "Öresund Vind AB".to_owned() })?;
    seat.refresh().await?;
    wait::until("both new names", async || {
        let row = seat.deal(DEAL).await?.row;
        Ok((row.contact == "Åsa Ny" && row.company == "Öresund Vind AB").then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_that_is_no_longer_won_disappears_unless_it_has_a_contract() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    seat.send_and_wait(DEAL).await?;
    world.advance(Duration::from_mins(30));
    let (moved, deleted) = (nth_deal(0), nth_deal(1));
    world.sandbox.act(Act::MoveDeal { deal: moved, status_id: 78_110_203, pipeline_id: Some(9_100_441) })?;
    world.sandbox.act(Act::DeleteDeal { deal: deleted })?;
    world.sandbox.act(Act::MoveDeal { deal: DEAL, status_id: 78_110_203, pipeline_id: Some(9_100_441) })?;
    seat.refresh().await?;
    wait::until("both to disappear", async || {
        let gone = [moved, deleted].map(|id| seat.deal(id));
        let [moved, deleted] = gone;
        Ok((moved.await.is_err() && deleted.await.is_err()).then_some(()))
    })
    .await?;
    let kept = seat.deal(DEAL).await?.row;
    assert!(matches!(kept.status, DealStatus::Awaiting { .. }), "{:?}", kept.status);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_set_aside_leaves_the_list_and_comes_back() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let before = seat.state().await?.counts.to_send;
    let set_aside = async |aside: bool| {
        seat.ask::<SetAsideAnswer>("set_aside", json!({ "deals": [DEAL.to_string()], "aside": aside })).await
    };
    set_aside(true).await?;
    assert_eq!(seat.state().await?.counts.to_send, before - 1);
    assert_eq!(seat.deal(DEAL).await?.row.status, DealStatus::SetAside);
    set_aside(false).await?;
    assert_eq!(seat.state().await?.counts.to_send, before);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_connection_the_deals_can_be_read_and_their_age_is_shown() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.seat().await?;
    seat.quit().await?;
    let clock = world.clock.clone();
    drop(world.sandbox);
    clock.advance(Duration::from_hours(3));
    seat.start().await?;
    let page = seat.deals(json!({})).await?;
    assert_eq!(page.won, 120);
    assert!(page.as_of.is_some(), "the age of the data is known");
    wait::until("the trouble to be told", async || {
        let state = seat.state().await?;
        Ok((!state.kommo.ok).then_some(()))
    })
    .await
}
