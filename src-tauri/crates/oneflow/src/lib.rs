//! A typed client of Oneflow: wire shapes stay in here, values of `domain` come out.
//!
//! It knows one API and no product: which call to make, and what to do about an answer, is decided elsewhere. A client
//! speaks [as a user](Oneflow::as_user), or as the anonymous admin that a call without a user runs as.
//!
//! Readers are tolerant where the service's answers are known or suspected to differ: parts that a list leaves out,
//! both forms of times, `custom_id` in either of its places, one participant or several (`api/oneflow.md §4`). A row of
//! a list that cannot be read is reported beside the others, never silently dropped: a look that could not read a row
//! must not say "not there".
//!
//! To add a call: a private endpoint beside its relatives (`contract`, `template`, `account`, `file`, `event`), its wire
//! shape under `wire`, and a method of [`Oneflow`].

mod account;
mod address;
mod client;
mod contract;
mod event;
mod file;
mod filter;
mod list;
mod problem;
mod template;
#[cfg(test)]
mod testing;
mod token;
mod wire;

pub use address::{DEFAULT_ADDRESS, parse_address, storage_hosts};
pub use client::{Oneflow, pace};
pub use contract::{Change, Draft, Listing, PersonChange, SigningPeriod};
pub use event::{ContractEvent, EventKind};
pub use file::{ContractFile, FileKind, PdfError};
pub use filter::{ContractFilter, TemplateFilter};
pub use problem::{parameter_problems, request_id};
pub use template::CreateChoices;
pub use token::{TokenFault, parse_token};
