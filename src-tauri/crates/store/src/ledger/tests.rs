//! Tests of the ledger: its tables in memory, its opening on real files.

mod contracts;
mod left_drafts;
mod opening;
mod sends;
mod write_backs;
