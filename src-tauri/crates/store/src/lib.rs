//! `SQLite`: the ledger and the cache of one profile, migrations, one writer and a few readers for each file.
//!
//! `ledger.db` holds what may never be lost: sends, contracts, observations, notices, write-backs. `cache.db` holds
//! what the services showed last and may be thrown away. Callers run closures over the table modules:
//!
//! ```ignore
//! let taken = ledger.write(move |tx| sends::take(tx, id, Step::Undo, now)).await?;
//! ```
//!
//! so that everything that belongs together is one transaction, and no transaction is open while something else is
//! waited for. To add a table: a new file in `migrations/`, a line in `migrate.rs`, a module named after the table.

pub mod cache;
mod connection;
mod database;
mod error;
pub mod facts;
pub mod ledger;
mod migrate;
mod pool;
mod row;
#[cfg(test)]
mod testing;

pub use cache::{
    Cache, CacheFile, CacheReading, CacheWriting, DealColumns, ReadyStages, deal_page, deals, people,
    pipelines, users,
};
pub use connection::{Durability, Pragmas};
pub use database::{DatabaseFile, Reading, Writing};
pub use error::StoreError;
pub use ledger::{
    Ledger, LedgerFile, LedgerReading, LedgerWriting, OpenNews, Opened, activity, changes, contract_page,
    contracts, drafts_read, left_drafts, mappings, needs_you, notices, sends, set_aside, write_backs,
};
