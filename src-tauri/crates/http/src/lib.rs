//! One JSON-over-HTTPS client: plumbing for the clients of Kommo and Oneflow.
//!
//! What it is: [`ApiClient`] makes one call described by an [`Endpoint`], at the pace of a [`Limiter`], and
//! answers with a value or with an [`Error`] whose variants are decisions. [`meaning`] says what an error of a
//! call with an effect means for that effect.
//!
//! What it is not: it knows no service, no product, no database, no keychain and no clock. Time comes in through
//! [`Time`], jitter through [`Chance`], tokens through [`Credential`].
//!
//! Three rules are held here and nowhere else:
//! - A call with [`Effect::Once`] leaves this machine at most once (`body.rs`, `retry.rs`, `transport.rs`).
//! - Our headers go to the one address of the client; redirects are never followed by themselves (`client.rs`,
//!   `download.rs`).
//! - Secrets, query values and bodies never reach `Debug`, `Display` or a log line (`redact.rs`).

mod address;
mod answer;
mod body;
mod classify;
mod client;
mod download;
mod endpoint;
mod error;
mod limiter;
mod meaning;
mod pace;
mod paging;
mod redact;
mod request;
pub mod retry;
#[cfg(test)]
mod testing;
mod time;
mod transport;

pub use address::{Address, AddressError, AllowedHosts, segment, with_scheme};
pub use answer::{Ignored, Reply, found};
pub use body::Body;
pub use client::{ApiClient, Credential, Settings};
pub use download::Download;
pub use endpoint::{Call, Effect, Endpoint, Follow, Lane};
pub use error::{BodyFault, Cause, Error, Loss, Problem, Refusal, SetupError, TlsFault, Unreadable};
pub use limiter::Limiter;
pub use meaning::{Hold, Meaning, meaning};
pub use pace::{Pace, Rate, Standing};
pub use paging::{HalLinks, Href, OffsetPages, Step};
pub use redact::{Redacted, SafeUrl};
pub use reqwest::{Method, Url};
pub use retry::Retries;
pub use time::{Chance, SystemChance, Time};
pub use transport::{Timeouts, Transport};
