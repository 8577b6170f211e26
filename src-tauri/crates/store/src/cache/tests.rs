//! Tests of the cache: its tables and its list, beside a real ledger.

mod list;
mod speed;
mod tables;

use std::path::Path;

use domain::{PipelineId, StageId};
use tempfile::TempDir;

use crate::{Cache, DealColumns, Ledger, Opened, ReadyStages, testing::at};

/// A profile's two files.
struct Files {
    ledger: Ledger,
    cache: Cache,
    folder: TempDir,
}

impl Files {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let (ledger, cache) = open(folder.path()).await;
        Self { ledger, cache, folder }
    }
}

async fn open(folder: &Path) -> (Ledger, Cache) {
    let Opened { ledger, .. } = Ledger::open(folder, at(0)).await.unwrap();
    let cache = Cache::open(folder, &ledger).await.unwrap();
    (ledger, cache)
}

/// Euro; ready are Won and the stage 70 of pipeline 7.
fn columns() -> DealColumns {
    let ready = ReadyStages(vec![(None, StageId::WON), (Some(PipelineId(7)), StageId(70))]);
    DealColumns { currency: "EUR".to_owned(), contract_field: None, ready }
}
