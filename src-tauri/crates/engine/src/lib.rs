//! Use cases and workers of one profile: accounts, deals, previews, sends, watching, write-backs.
//!
//! Data flows one way: `ipc` calls in, domain [`Event`]s go out. Every effect on a service is written as an intent
//! before it is made and as an outcome after it, each in a transaction of its own; no transaction is open across a
//! network call.
//!
//! To add a use case: a method in the area it belongs to, taking [`Profile`]; its rules belong into `domain`.

pub mod accounts;
pub mod app;
pub mod clock;
pub mod contracts;
pub mod deals;
pub mod error;
pub mod event;
pub mod health;
pub mod needs;
mod pace;
pub mod preferences;
pub mod previews;
pub mod profile;
pub mod sending;
pub mod settings;
pub mod supervisor;
pub mod watching;
pub mod write_backs;

pub use error::EngineError;
pub use event::{Event, Events};
pub use profile::Profile;
