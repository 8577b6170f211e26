//! A pass over everything that is open.

use std::time::Duration;

use anyhow::Context as _;
use countersign_tests::{
    manager::{Line as _, Manager as _},
    measure::{PlainClient, Times, timed},
    seat::Seat,
    wait,
    world::{Call, SCALE, World, nth_deal},
};
use engine::{Event, app::AppEvent};
use ipc::dto::ContractsPage;
use sandbox::{
    Act, Config,
    switches::{OneflowSwitches, Switches},
};
use serde_json::json;

use crate::report::Figure;

/// How many contracts are open.
const OPEN: i64 = 1_000;

/// How many passes are measured.
const PASSES: usize = 9;

pub(crate) async fn figures() -> anyhow::Result<Vec<Figure>> {
    let oneflow = OneflowSwitches { requests_per_window: 1_000_000, ..OneflowSwitches::default() };
    let switches = Switches { oneflow, ..Switches::default() };
    let config = Config { deals: 1_000, contract_field: true, switches, ..Config::default() };
    let world = World::start_with(config).await?;
    let seat = world.seat().await?;
    seat.send_and_wait(nth_deal(0)).await?;
    let client = PlainClient::new(&world.sandbox);
    let contracts = colleagues_send(&world, &client).await?;
    world.advance(Duration::from_mins(10));
    wait::until_within(wait::PATIENCE * 8, "all contracts to be known", async || {
        let query = json!({ "statuses": [], "search": "", "offset": 0, "limit": 1 });
        let page: ContractsPage = seat.ask("contracts_page", query).await?;
        Ok((i64::from(page.total) >= OPEN).then_some(()))
    })
    .await?;

    let mut passes = Times::default();
    let mut pages = Vec::new();
    for &contract in &contracts {
        let before = world.sandbox.journal().last().map_or(0, |entry| entry.seq);
        let Some(taken) = one_change_is_seen(&world, &seat, contract).await? else { continue };
        passes.add(taken);
        pages = world.asked(&Call::CONTRACTS);
        pages.retain(|entry| entry.seq > before);
        if passes.count() == PASSES {
            break;
        }
    }
    let plain = timed(5, async || {
        for page in &pages {
            client.read_again(page).await?;
        }
        Ok(())
    });
    let plain = plain.await?;
    Ok(vec![Figure::beside(
        "a pass that finds one signature",
        passes,
        "the same pages, read and dropped",
        plain,
    )])
}

/// Colleagues send a contract for each of the other deals: the first one's requests with other marks.
async fn colleagues_send(world: &World, client: &PlainClient) -> anyhow::Result<Vec<i64>> {
    let first = nth_deal(0).to_string();
    let body_of = |call: &Call| world.asked(call).first().map(|entry| entry.body.to_string());
    let create = body_of(&Call::CREATE).context("a create")?;
    let publish = body_of(&Call::PUBLISH).context("a publish")?;
    let mark = world.contracts_of(nth_deal(0)).into_iter().flat_map(|contract| contract.data_fields);
    let mark = mark.into_iter().find(|(id, _)| id == "kommo_send").context("a mark")?.1;
    let send = mark.split('-').nth(3).context("the mark names its send")?;
    let mut contracts = Vec::new();
    for n in 1..OPEN {
        let body = create.replace(&first, &nth_deal(n).to_string()).replace(send, &format!("{n:032x}"));
        let made = client.post_to_oneflow("/v1/contracts/create", body).await?;
        let id = made["id"].as_i64().context("an id")?;
        client.post_to_oneflow(&format!("/v1/contracts/{id}/publish"), publish.clone()).await?;
        contracts.push(id);
    }
    Ok(contracts)
}

/// From the first request of a pass until the signature that it finds is told; `None` where a pass that had begun
/// before found it.
async fn one_change_is_seen(world: &World, seat: &Seat, contract: i64) -> anyhow::Result<Option<Duration>> {
    let before = world.sandbox.journal().last().map_or(0, |entry| entry.seq);
    let mut told = seat.app().listen();
    world.sandbox.act(Act::Sign { contract: Some(contract), participant: None })?;
    seat.app().profile()?.look_now();
    let seen = wait::at_most(wait::PATIENCE, "the signature to be seen", async {
        loop {
            if let AppEvent::Profile(Event::ContractsChanged(changed)) = told.recv().await?
                && changed.iter().any(|id| id.0 == contract)
            {
                return anyhow::Ok(world.sandbox.now());
            }
        }
    })
    .await??;
    let Some(began) = world.asked(&Call::CONTRACTS).into_iter().find(|entry| entry.seq > before) else {
        return Ok(None);
    };
    Ok(Some(Duration::try_from(seen.duration_since(began.at))?.div_f64(SCALE)))
}
