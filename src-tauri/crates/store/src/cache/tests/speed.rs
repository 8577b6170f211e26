use std::time::{Duration, Instant};

use super::Files;
use crate::{
    CacheReading, StoreError,
    deal_page::{self, DealQuery, DealScope, DealSort},
    row,
};

type Work = fn(&CacheReading<'_>) -> Result<(), StoreError>;

const DEALS: i64 = 100_000;

async fn filled() -> Files {
    let files = Files::new().await;
    files
        .cache
        .database
        .on_writer(|connection| {
            connection.execute_batch(&format!(
                "BEGIN;
                 WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {DEALS})
                 INSERT INTO deals SELECT n, 'Uppdrag ' || n, 'uppdrag ' || n, n / 2, 'Company ' || (n * 7919 % {DEALS}),
                     'company ' || (n * 7919 % {DEALS}), 'Person ' || (n * 104729 % {DEALS}),
                     'person ' || (n * 104729 % {DEALS}), n * 31 % 977 * 100, 'EUR', n % 3, 142, 'pipeline ' || n % 3, n % 20, 'user ' || n % 20,
                     1795000000000 + n, 1795000000000 + n * 7919 % {DEALS} * 1000, '', 1, 0 FROM number;
                 INSERT INTO deal_bodies SELECT id, '{{\"filling\":\"' || hex(zeroblob(400)) || '\"}}' FROM deals;
                 INSERT INTO deal_search SELECT id, sort_name || char(10) || id || char(10) || sort_company || char(10)
                     || sort_contact || char(10) || 'person' || id || '@company' || (id / 2) || '.example' FROM deals;
                 INSERT INTO pipelines SELECT n, 'Pipeline ' || n, 'pipeline ' || n, n, '{{}}'
                     FROM (SELECT DISTINCT pipeline AS n FROM deals);
                 INSERT INTO users SELECT n, 'User ' || n, 'user ' || n, '{{}}' FROM (SELECT DISTINCT responsible AS n FROM deals);
                 COMMIT;
"
            ))?;
            Ok(())
        })
        .await
        .unwrap();
    // A third of the deals has a contract.
    files
        .ledger
        .database
        .on_writer(|connection| {
            connection.execute_batch(&format!(
                "WITH RECURSIVE number(n) AS (SELECT 3 UNION ALL SELECT n + 3 FROM number WHERE n < {DEALS})
                 INSERT INTO standings SELECT n, 'signed', NULL, NULL, n, 2, 2, NULL, 0, 0, 1 FROM number;"
            ))?;
            Ok(())
        })
        .await
        .unwrap();
    files
}

async fn time(files: &Files, work: Work) -> Duration {
    let timed = files.cache.read(move |reading| {
        let start = Instant::now();
        work(reading)?;
        Ok(start.elapsed())
    });
    timed.await.unwrap()
}

fn whole_list(reading: &CacheReading<'_>) -> Result<(), StoreError> {
    let sql = "SELECT deal, body FROM deal_bodies";
    let all = row::all(reading.connection(), "deal_bodies", sql, [], |row| row.get::<_, String>("body"))?;
    assert_eq!(all.len(), 100_000);
    Ok(())
}

fn full_page(reading: &CacheReading<'_>, query: &DealQuery) -> Result<(), StoreError> {
    assert_eq!(deal_page::page(reading, query)?.rows.len(), 100);
    Ok(())
}

#[tokio::test]
async fn a_page_of_a_very_long_list_costs_less_than_reading_the_list() {
    let files = filled().await;
    let cases: [(&str, Work); 6] = [
        ("the first page", |reading| full_page(reading, &DealQuery::default())),
        ("by company", |reading| {
            full_page(reading, &DealQuery { sort: DealSort::Company, ..DealQuery::default() })
        }),
        ("by owner", |reading| {
            full_page(reading, &DealQuery { sort: DealSort::Owner, ..DealQuery::default() })
        }),
        ("far down", |reading| full_page(reading, &DealQuery { offset: 60_000, ..DealQuery::default() })),
        ("all deals", |reading| {
            full_page(reading, &DealQuery { scope: DealScope::All, ..DealQuery::default() })
        }),
        ("a search", |reading| {
            full_page(reading, &DealQuery { search: "uppdrag 99".to_owned(), ..DealQuery::default() })
        }),
    ];
    for (case, work) in cases {
        // Side by side, and the shortest of some runs: a busy machine slows both.
        let (mut page, mut whole) = (Duration::MAX, Duration::MAX);
        for _ in 0..3 {
            page = page.min(time(&files, work).await);
            whole = whole.min(time(&files, whole_list).await);
        }
        assert!(page < whole, "{case}: {page:?}, the whole list: {whole:?}");
    }
}

#[tokio::test]
async fn each_order_of_the_list_walks_its_own_index() {
    let files = Files::new().await;
    let check = async |column: &'static str, index: &str| {
        let plan = files.cache.read(move |reading| {
            let sql = format!(
                "EXPLAIN QUERY PLAN SELECT id FROM deals WHERE is_ready = 1 AND contract_field = '' AND responsible IN (1, 2)
                 AND pipeline IN (1) AND won_at > 5 ORDER BY {column} DESC, id DESC LIMIT 100"
            );
            row::all(reading.connection(), "deals", &sql, [], |row| row.get::<_, String>("detail"))
        });
        let plan = plan.await.unwrap().join("; ");
        assert!(
            plan.contains(&format!("COVERING INDEX {index}")) && !plan.contains("TEMP B-TREE"),
            "{column}: {plan}"
        );
    };
    check("won_at", "deals_by_won").await;
    check("sort_name", "deals_by_name").await;
    check("sort_company", "deals_by_company").await;
    check("sort_contact", "deals_by_contact").await;
    check("price", "deals_by_amount").await;
    check("sort_pipeline", "deals_by_pipeline").await;
    check("sort_owner", "deals_by_owner").await;
}
