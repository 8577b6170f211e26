//! The sandbox over real HTTP: what a client of Kommo and Oneflow would see.
#![expect(clippy::unwrap_used, reason = "a helper that fails, fails its test")]

mod contracts;
mod deals;
mod faults;
mod files;
mod limits;
mod lists;
mod people;
mod program;
mod stand;
mod switched;
mod write_backs;
