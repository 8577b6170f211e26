//! The first sync over loopback, on a clock so fast that the pace towards Kommo does not count.

use std::time::Instant;

use countersign_tests::{
    manager::{FirstRun as _, Manager as _},
    measure::{PlainClient, Times},
    world::{Call, World},
};
use sandbox::Config;
use serde_json::json;

use crate::report::Figure;

/// How many deals there are.
const DEALS: usize = 10_000;

/// Half a second of pace is less than a millisecond.
pub(crate) const NO_PACE: f64 = 2_000.0;

pub(crate) async fn figures() -> anyhow::Result<Vec<Figure>> {
    let config = Config { deals: DEALS, contract_field: true, ..Config::default() };
    let world = World::start_at(config, NO_PACE).await?;
    let mut seat = world.new_computer()?;
    seat.start().await?;
    // The first run ends when all deals are read; the handful of calls before that do not weigh.
    let start = Instant::now();
    seat.connect(&world.sandbox).await?;
    let synced = start.elapsed();
    anyhow::ensure!(seat.deals(json!({})).await?.won == u32::try_from(DEALS)?, "all deals are there");
    seat.kill().await?;

    let client = PlainClient::new(&world.sandbox);
    let read = world.asked(&Call::ANY_KOMMO).into_iter().filter(|entry| entry.status == Some(200));
    let start = Instant::now();
    for entry in read {
        client.read_again(&entry).await?;
    }
    let plain: Times = [start.elapsed()].into_iter().collect();
    let synced: Times = [synced].into_iter().collect();
    Ok(vec![Figure::beside(
        "first run until all deals are listed",
        synced,
        "the same pages, read and dropped",
        plain,
    )])
}
