//! A list of 100,000 deals, as the window asks for it.

use std::time::Duration;

use anyhow::Context as _;
use countersign_tests::{
    clock::FastClock,
    manager::{FirstRun as _, Manager as _, new_send},
    measure::{Times, open_plainly, timed},
    recovery::find,
    wait,
    world::{World, nth_deal},
};
use rusqlite::Connection;
use sandbox::Config;
use serde_json::json;

use crate::{report::Figure, sync::NO_PACE};

/// How many deals there are.
const DEALS: usize = 100_000;

const RUNS: u32 = 15;

const NEWEST: &str =
    "SELECT name, company_name, contact_name, price FROM deals ORDER BY won_at DESC LIMIT 100";

pub(crate) async fn figures() -> anyhow::Result<Vec<Figure>> {
    let config = Config { deals: DEALS, contract_field: true, ..Config::default() };
    let fast = World::start_at(config, NO_PACE).await?;
    let mut first = fast.new_computer()?;
    first.start().await?;
    first.set_up(&fast.sandbox).await?;
    wait::until_within(Duration::from_mins(10), "the first sync", async || {
        let state = first.state().await?;
        Ok((state.as_of.is_some() && state.progress.is_none()).then_some(()))
    })
    .await?;
    first.quit().await?;
    // The same computer on a clock on which the undo time of a click does not pass at once.
    let world = World { clock: FastClock::start(fast.now(), 1.0), sandbox: fast.sandbox };
    let mut seat = world.new_computer()?;
    seat.set_data(first.data());
    seat.set_vault(first.vault());
    seat.start().await?;
    let cache = find(seat.data(), "cache.db")?.context("the app has a cache")?;
    let plain = open_plainly(&cache)?;

    let page = timed(RUNS, async || whole_page(seat.deals(json!({ "scope": "to_send" })).await?.rows.len()));
    let page = page.await?;
    let plain_page = timed(RUNS, async || whole_page(read(&plain, NEWEST)?));
    let far = timed(RUNS, async || whole_page(seat.deals(json!({ "offset": 60_000 })).await?.rows.len()));
    let far = far.await?;
    let words = ["uppdrag 99", "öresund", "4120", "anna"];
    let search = timed(RUNS, async || {
        for word in words {
            seat.deals(json!({ "search": word })).await?;
        }
        Ok(())
    });
    let search: Times = search.await?;
    let plain_search = timed(RUNS, async || {
        for word in words {
            read(&plain, &format!("SELECT text FROM deal_search WHERE text LIKE '%{word}%' LIMIT 100"))?;
        }
        Ok(())
    });
    let preview = timed(RUNS, async || Ok(seat.preview(nth_deal(0)).await?)).await?;

    seat.set_hold(60).await?;
    let mut stored = Times::default();
    for n in (0..60).filter(|n| n % 4 != 3).take(RUNS as usize) {
        let seen = seat.preview(nth_deal(n)).await?;
        let send = new_send();
        stored.add(timed(1, async || Ok(seat.click(&seen, &send).await?)).await?.median());
        seat.undo(&send).await?;
    }
    let beside = tempfile::tempdir()?;
    let plain_file = open_plainly(&beside.path().join("plain.db"))?;
    plain_file.execute_batch(
        "PRAGMA journal_mode = wal; PRAGMA synchronous = full; CREATE TABLE rows (id INTEGER PRIMARY KEY, body BLOB);",
    )?;
    let plain_stored =
        timed(RUNS, async || Ok(plain_file.execute("INSERT INTO rows (body) VALUES (zeroblob(2000))", [])?));
    let (plain_page, plain_search, plain_stored) =
        (plain_page.await?, plain_search.await?, plain_stored.await?);
    Ok(vec![
        Figure::beside("first page of the list", page, "SQLite reads 100 deals", plain_page),
        Figure::alone("a page far down (60,000)", far),
        Figure::beside("four searches", search, "SQLite looks for the same text", plain_search),
        Figure::alone("a preview", preview),
        Figure::beside("a click until it is stored", stored, "SQLite stores one row durably", plain_stored),
    ])
}

/// Reads all rows of a plain query; how many there are.
fn read(connection: &Connection, sql: &str) -> anyhow::Result<usize> {
    let mut statement = connection.prepare_cached(sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            row.get_ref(column)?;
        }
        count += 1;
    }
    Ok(count)
}

fn whole_page(rows: usize) -> anyhow::Result<()> {
    anyhow::ensure!(rows == 100, "{rows} rows");
    Ok(())
}
