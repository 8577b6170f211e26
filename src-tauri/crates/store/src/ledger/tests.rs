//! Tests of the ledger: its tables in memory, its opening on real files.

mod contracts;
mod opening;
mod sends;
mod write_backs;
