//! A typed client of Kommo and of nothing else (`api/kommo.md` says what the service really does).
//!
//! [`Kommo`] is one account seen through one token. Wire shapes stay in `wire`; what comes out are the values of
//! `domain`. Every operation takes a [`http::Call`] that says who waits for it, and fails with [`http::Error`], whose
//! variants are decisions; [`reasons`] reads what Kommo wrote into a refusal.
//!
//! How a call is named tells what it may do twice: reading and `patch`, `attach` are safe to repeat; `create_note`,
//! `create_task` and `create_field` are made at most once, because Kommo has no idempotency keys
//! (`api/kommo.md §19.1`). Whoever repeats one of those looks first.
//!
//! To add an operation: the wire shape with what was seen of it, an `Endpoint`, and a method on [`Kommo`]; then a
//! fixture in the tests that is composed from `api/kommo.md`.

mod account;
mod address;
mod client;
mod contacts;
mod deals;
mod drive;
mod fields;
mod list;
mod notes;
mod odd;
mod problems;
mod tasks;
#[cfg(test)]
mod testing;
mod token;
mod walk;
mod wire;

pub use account::{AccountAnswer, TaskType, Users};
pub use address::{KommoAddress, NotAKommoAddress};
pub use client::{Kommo, PACE};
pub use deals::{DealPatch, DealQuery, DeletedDeal, FieldWrite};
pub use drive::{Drive, DriveFile, FileId, ForeignHost, UploadError, WholeFile};
pub use fields::{FieldOwner, NewField};
pub use notes::{Note, NoteId};
pub use problems::{Reason, reasons};
pub use tasks::{NewTask, Task, TaskId};
pub use token::{Claims, NotAToken, Scopes, claims};
pub use walk::Walk;
