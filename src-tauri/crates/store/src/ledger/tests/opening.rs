use std::{fs, path::Path};

use domain::{
    ContractId, DealId, SeatId, Send, SendState,
    send::{NeedsReason, Step},
};
use rusqlite_migration::M;
use tempfile::TempDir;

use crate::{
    Ledger, OpenNews, Opened, StoreError, facts, needs_you,
    sends::{self, Taken},
    set_aside,
    testing::{at, click, send_id},
};

async fn open(folder: &Path) -> Opened {
    Ledger::open(folder, at(1000)).await.unwrap()
}

/// A closed ledger with 300 ended sends and three unsettled ones: 1 held, 2 creating, 3 needs a person.
async fn filled() -> TempDir {
    let folder = TempDir::new().unwrap();
    let Opened { ledger, news } = open(folder.path()).await;
    assert_eq!(news, [OpenNews::Created]);
    let from = Box::new(SendState::CreateUnknown);
    let asks = SendState::NeedsYou { reason: NeedsReason::CannotTell, from };
    ledger
        .write(move |writing| {
            facts::set(writing, &facts::SEAT, &SeatId::from_random(7), at(0))?;
            set_aside::add(writing, &[DealId(77)], at(5))?;
            for (number, state) in [(1, SendState::Held), (2, SendState::Creating), (3, asks)] {
                sends::insert(writing, &Send { state, ..click(number, i64::try_from(number).unwrap_or(0)) })?;
            }
            for number in 10..310 {
                let state = SendState::Published { contract: ContractId(i64::try_from(number).unwrap_or(0)) };
                sends::insert(writing, &Send { state, ..click(number, 5) })?;
            }
            Ok(())
        })
        .await
        .unwrap();
    ledger.close().await;
    folder
}

fn overwrite(file: &Path, from: usize, length: usize) {
    let mut bytes = fs::read(file).unwrap();
    let end = bytes.len().min(from + length);
    bytes[from..end].fill(0xa5);
    fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn an_ordinary_start_has_no_news_and_finds_everything() {
    let folder = filled().await;
    let Opened { ledger, news } = open(folder.path()).await;
    assert!(news.is_empty());
    assert_eq!(ledger.read(sends::unsettled).await.unwrap().len(), 3);
    assert!(folder.path().join("ledger.copy.db").exists(), "a copy is kept");
}

#[tokio::test]
async fn a_ledger_from_a_newer_version_is_refused_and_left_alone() {
    let folder = filled().await;
    let path = folder.path().join("ledger.db");
    let connection = crate::connection::open_plain(&path).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let before = fs::read(&path).unwrap();
    let refused = Ledger::open(folder.path(), at(1000)).await;
    assert!(matches!(refused, Err(StoreError::NewerDatabase { file: "ledger.db", found: 99, known: 1 })));
    assert_eq!(fs::read(&path).unwrap(), before);
}

const NEXT: &[M<'static>] = &[
    M::up(include_str!("../../migrations/ledger/001.sql")),
    M::up("CREATE TABLE of_the_next_version (id INTEGER PRIMARY KEY) STRICT;"),
];

const BROKEN: &[M<'static>] = &[
    M::up(include_str!("../../migrations/ledger/001.sql")),
    M::up("CREATE TABLE of_the_next_version (id INTEGER PRIMARY KEY) STRICT; DROP TABLE nowhere;"),
];

#[tokio::test]
async fn an_older_ledger_is_copied_and_brought_to_this_version() {
    let folder = filled().await;
    let Opened { ledger, news } = super::super::open::open(folder.path(), at(1000), NEXT).unwrap();
    assert_eq!(news, [OpenNews::Migrated { from: 1, to: 2 }]);
    assert_eq!(ledger.read(sends::unsettled).await.unwrap().len(), 3);
    ledger.close().await;
    let other = TempDir::new().unwrap();
    fs::copy(folder.path().join("ledger.db.before-2"), other.path().join("ledger.db")).unwrap();
    let Opened { ledger, news } = open(other.path()).await;
    assert!(news.is_empty(), "the copy has the version before: {news:?}");
    assert_eq!(ledger.read(sends::unsettled).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_migration_that_fails_leaves_the_ledger_as_it_was() {
    let folder = filled().await;
    assert!(super::super::open::open(folder.path(), at(1000), BROKEN).is_err());
    let Opened { ledger, news } = open(folder.path()).await;
    assert!(news.is_empty(), "{news:?}");
    assert_eq!(ledger.read(sends::unsettled).await.unwrap().len(), 3);
}

/// Opens a damaged ledger and tells how many unsettled sends were carried over, and whether all sends were read.
async fn rescued(folder: &Path) -> (usize, bool) {
    let Opened { ledger, news } = open(folder).await;
    let [OpenNews::SetAside { file, carried, is_complete }] = news.as_slice() else {
        panic!("not set aside: {news:?}")
    };
    assert!(file.file_name().unwrap().to_str().unwrap().starts_with("ledger.damaged-2026"), "{file:?}");
    assert!(file.exists());
    let unsettled = ledger.read(sends::unsettled).await.unwrap();
    assert_eq!(unsettled.iter().map(|send| send.id).collect::<Vec<_>>(), *carried);
    for send in &unsettled {
        assert!(matches!(send.state, SendState::NeedsYou { .. }), "{} asks", send.id);
    }
    assert_eq!(ledger.read(needs_you::count).await.unwrap(), carried.len() as u64);
    let seat = ledger.read(|reading| facts::get(reading, &facts::SEAT)).await.unwrap();
    assert_eq!(seat, Some(SeatId::from_random(7)));
    assert_eq!(ledger.read(set_aside::all).await.unwrap(), [(DealId(77), at(5))]);
    let rebuilt = ledger.read(|reading| facts::get(reading, &facts::REBUILT_AT)).await.unwrap();
    assert_eq!(rebuilt, Some(at(1000)));
    (carried.len(), *is_complete)
}

#[tokio::test]
async fn a_ledger_with_a_damaged_header_is_set_aside_and_its_sends_come_from_the_copy() {
    let folder = filled().await;
    open(folder.path()).await.ledger.close().await;
    overwrite(&folder.path().join("ledger.db"), 0, 200);
    assert_eq!(rescued(folder.path()).await, (3, false));
}

#[tokio::test]
async fn sends_that_a_damaged_ledger_still_shows_are_carried_over_without_a_copy() {
    let folder = filled().await;
    fs::remove_file(folder.path().join("ledger.copy.db")).unwrap();
    let path = folder.path().join("ledger.db");
    // Pages in the middle: sends, steps and indices, but neither the header nor the schema.
    let middle = fs::read(&path).unwrap().len() / 2;
    overwrite(&path, middle, 3 * 4096);
    let (carried, _) = rescued(folder.path()).await;
    assert_eq!(carried, 3);
}

#[tokio::test]
async fn a_file_cut_in_half_is_damaged() {
    let folder = filled().await;
    open(folder.path()).await.ledger.close().await;
    let path = folder.path().join("ledger.db");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert_eq!(rescued(folder.path()).await.0, 3);
}

#[tokio::test]
async fn a_ledger_that_is_gone_comes_back_from_its_copy_and_asks() {
    let folder = filled().await;
    open(folder.path()).await.ledger.close().await;
    fs::remove_file(folder.path().join("ledger.db")).unwrap();
    let Opened { ledger, news } = open(folder.path()).await;
    assert_eq!(news, [OpenNews::Lost { carried: vec![send_id(1), send_id(2), send_id(3)] }]);
    assert_eq!(ledger.read(needs_you::count).await.unwrap(), 3);
}

#[tokio::test]
async fn a_write_is_finished_though_its_caller_went_away() {
    let folder = TempDir::new().unwrap();
    let Opened { ledger, .. } = open(folder.path()).await;
    let mut write = Box::pin(ledger.write(|writing| sends::insert(writing, &click(1, 1)).map(|_| ())));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let _ = write.as_mut().poll(&mut context);
    drop(write);
    let found = ledger.write(|writing| sends::by_id(writing, send_id(1))).await.unwrap();
    assert!(found.is_some(), "what was handed to the writer is written");
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_named() {
    let folder = TempDir::new().unwrap();
    let Opened { ledger, .. } = open(folder.path()).await;
    ledger.write(|writing| sends::insert(writing, &click(1, 1)).map(|_| ())).await.unwrap();
    let spoil = |connection: &mut rusqlite::Connection| {
        Ok(connection.execute("UPDATE sends SET state_detail = '{\"state\":\"of a later version\"}'", [])?)
    };
    ledger.database.on_writer(spoil).await.unwrap();
    let refused = ledger.read(sends::unsettled).await;
    let Err(StoreError::Row { table: "sends", id, .. }) = refused else { panic!("{refused:?}") };
    assert_eq!(id, send_id(1).to_string());
}

#[tokio::test]
async fn a_full_disk_is_told_and_leaves_nothing_half_written() {
    let folder = TempDir::new().unwrap();
    let Opened { ledger, .. } = open(folder.path()).await;
    ledger.write(|writing| sends::insert(writing, &click(1, 1)).map(|_| ())).await.unwrap();
    let limit = |pages: i64| {
        ledger.database.on_writer(move |connection| {
            let used: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
            let limit = if pages == 0 { i64::from(u32::MAX) } else { used + pages };
            Ok(connection.pragma_update_and_check(None, "max_page_count", limit, |_| Ok(()))?)
        })
    };
    limit(1).await.unwrap();
    let big = Send { payload: vec![b'x'; 100_000], ..click(2, 2) };
    let full = ledger
        .write(move |writing| {
            sends::take(writing, send_id(1), Step::TimeUp, at(1))?;
            sends::insert(writing, &big).map(|_| ())
        })
        .await;
    assert!(matches!(full, Err(StoreError::Full)), "{full:?}");
    let held = ledger.read(|reading| sends::by_id(reading, send_id(1))).await.unwrap().unwrap();
    assert_eq!(held.state, SendState::Held, "the step of the same transaction is gone, too");
    assert_eq!(ledger.read(|reading| sends::by_id(reading, send_id(2))).await.unwrap(), None);

    limit(0).await.unwrap();
    let moved = ledger.write(|writing| sends::take(writing, send_id(1), Step::TimeUp, at(2))).await;
    assert!(moved.unwrap().moved().is_some(), "with space again the work goes on");
}

#[tokio::test]
async fn every_connection_has_the_settings_that_survive_a_power_failure() {
    let folder = TempDir::new().unwrap();
    let Opened { ledger, .. } = open(folder.path()).await;
    let pragmas = ledger.pragmas();
    assert_eq!(pragmas.len(), 4, "one writer and three readers");
    for (place, read_back) in pragmas.iter().enumerate() {
        assert_eq!((read_back.journal_mode.as_str(), read_back.synchronous), ("wal", 2), "{place}");
        assert!(read_back.foreign_keys && read_back.fullfsync && read_back.checkpoint_fullfsync, "{place}");
        assert_eq!((read_back.busy_timeout_ms, read_back.query_only), (5000, place > 0), "{place}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_steps_at_once_exactly_one_is_taken() {
    let folder = TempDir::new().unwrap();
    let Opened { ledger, .. } = open(folder.path()).await;
    for number in 1..=50 {
        let deal = i64::try_from(number).unwrap();
        let queued = Send { state: SendState::Queued, ..click(number, deal) };
        ledger.write(move |writing| sends::insert(writing, &queued).map(|_| ())).await.unwrap();
        let take =
            |step: Step| ledger.write(move |writing| sends::take(writing, send_id(number), step, at(1)));
        let (claim, undo) = tokio::join!(take(Step::Claim), take(Step::Undo));
        let outcomes = [claim.unwrap(), undo.unwrap()];
        let moved = outcomes.iter().filter(|taken| matches!(taken, Taken::Moved(_))).count();
        let refused = outcomes.iter().filter(|taken| matches!(taken, Taken::Refused(_))).count();
        assert_eq!((moved, refused), (1, 1));
    }
}

#[tokio::test]
async fn a_panic_in_a_transaction_reaches_its_caller_and_writes_nothing() {
    let folder = TempDir::new().unwrap();
    let Opened { ledger, .. } = open(folder.path()).await;
    let failing = ledger.clone();
    let caller = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let write = failing.write::<()>(|writing| {
            sends::insert(writing, &click(1, 1))?;
            panic!("as a bug would");
        });
        runtime.block_on(write)
    });
    assert!(caller.join().is_err(), "the panic is not swallowed");
    assert_eq!(ledger.read(sends::unsettled).await.unwrap(), []);
    assert!(
        ledger.write(|writing| sends::insert(writing, &click(2, 2)).map(|_| ())).await.is_ok(),
        "the writer lives"
    );
}

#[tokio::test]
async fn a_closed_ledger_says_so() {
    let folder = TempDir::new().unwrap();
    let Opened { ledger, .. } = open(folder.path()).await;
    ledger.close().await;
    ledger.close().await;
    assert!(matches!(ledger.read(sends::unsettled).await, Err(StoreError::Closed)));
    assert!(matches!(ledger.write(|_| Ok(())).await, Err(StoreError::Closed)));
    assert!(matches!(ledger.keep_copy().await, Err(StoreError::Closed)));
}

#[tokio::test]
async fn the_rolling_copy_is_a_whole_ledger() {
    let folder = filled().await;
    let Opened { ledger, .. } = open(folder.path()).await;
    ledger.write(|writing| sends::insert(writing, &click(9, 9)).map(|_| ())).await.unwrap();
    ledger.keep_copy().await.unwrap();
    ledger.close().await;
    let other = TempDir::new().unwrap();
    fs::copy(folder.path().join("ledger.copy.db"), other.path().join("ledger.db")).unwrap();
    let Opened { ledger, news } = open(other.path()).await;
    assert!(news.is_empty(), "{news:?}");
    assert_eq!(ledger.read(sends::unsettled).await.unwrap().len(), 4);
}
