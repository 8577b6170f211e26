//! Every request that reached the sandbox, for "exactly one publish" assertions.
//!
//! Tokens are never written here: an entry says only whether the token was one of the sandbox's.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::faults::{FaultKind, Host, Matcher};

/// One request and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Order of arrival, from 1.
    pub seq: u64,
    /// When it arrived, on the sandbox's clock.
    pub at: Timestamp,
    /// The server asked.
    pub host: Host,
    /// The method, in capitals.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query, as sent.
    pub query: String,
    /// Whether its token was good.
    pub token: TokenSeen,
    /// `x-oneflow-user-email`.
    pub user_email: Option<String>,
    /// Names of headers that must not reach this host: Oneflow's on the storage host, the other service's token.
    pub stray_headers: Vec<String>,
    /// The body when it was JSON.
    pub body: Value,
    /// Length of the body.
    pub body_bytes: usize,
    /// Status of the answer; `None` when none was given.
    pub status: Option<u16>,
    /// The fault it met.
    pub fault: Option<FaultKind>,
    /// What it changed.
    pub effect: Effect,
}

/// What the journal keeps of a token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenSeen {
    /// None was sent.
    #[default]
    Absent,
    /// One of the sandbox's that is good now.
    Known,
    /// Wrong, expired or revoked.
    Unknown,
}

/// What a request changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing: it only read, or was refused, or never reached the service.
    #[default]
    None,
    /// A changing call that was accepted.
    Done,
    /// Its effect is still to come.
    Later,
}

/// All entries, in order of arrival.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    inner: Mutex<Written>,
}

#[derive(Debug, Default)]
struct Written {
    entries: Vec<Entry>,
    last: u64,
}

impl Journal {
    /// Writes a new entry and gives its number.
    pub(crate) fn open(&self, mut entry: Entry) -> u64 {
        let mut written = self.lock();
        written.last += 1;
        entry.seq = written.last;
        written.entries.push(entry);
        written.last
    }

    /// Changes an entry that is still there.
    pub(crate) fn amend(&self, seq: u64, change: impl FnOnce(&mut Entry)) {
        let entries = &mut self.lock().entries;
        if let Ok(at) = entries.binary_search_by_key(&seq, |entry| entry.seq) {
            change(&mut entries[at]);
        }
    }

    /// Entries that match, later than number `after`. `nth` and `probability` of the matcher do not count.
    pub(crate) fn find(&self, matcher: &Matcher, after: u64) -> Vec<Entry> {
        self.lock()
            .entries
            .iter()
            .filter(|entry| entry.seq > after)
            .filter(|entry| {
                let body = matcher.body_contains.as_ref().map(|_| entry.body.to_string());
                let body = body.as_deref().unwrap_or_default();
                matcher.matches(entry.host, &entry.method, &entry.path, &entry.query, body)
            })
            .cloned()
            .collect()
    }

    /// Whether a request that arrived since then, and met no fault, has no answer yet.
    pub(crate) fn has_unanswered(&self, since: Timestamp) -> bool {
        let written = self.lock();
        let newest = written.entries.iter().rev().take_while(|entry| entry.at > since);
        newest.into_iter().any(|entry| entry.status.is_none() && entry.fault.is_none())
    }

    /// Forgets all entries; numbers go on rising.
    pub(crate) fn clear(&self) {
        self.lock().entries.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Written> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
