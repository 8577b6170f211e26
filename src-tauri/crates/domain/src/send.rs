//! The durable record of one click on "Send contract", and the steps it may take.
//!
//! ```text
//!  Held ─time up→ Queued ─claim→ Creating ─200→ Created → Completing ─elected→ Publishing ─200→ Published
//!   │undo   undo───┘ │              │ └lost→ CreateUnknown ─look→ Created | Queued  └lost→ PublishUnknown ─look→ Published | Created
//!   ▼                └differs→ Stopped     └not elected→ Superseded
//!  Undone       refused → Rejected      NeedsYou{reason, from}      GivenUp (from any state before Publishing)
//! ```
//!
//! A colleague's draft that stays a draft is decided by a person, and each decision is a state of its own, so that a
//! crash in the middle of it is no question:
//!
//! ```text
//!  NeedsYou{colleague's draft} ─publish theirs→ TheirsChosen ─elected→ PublishingTheirs ─200→ Superseded{by: theirs}
//!        │                                        ▲   └not sent──┘  └lost→ TheirsUnknown ─look→ Superseded | TheirsChosen
//!        └─discard theirs→ Discarding ─404→ Completing: a new election
//! ```
//!
//! Whoever wants to move a send names a [`Step`]; [`SendState::after`] says where it leads or refuses. No state is
//! ever left by writing a column.

use std::{fmt, num::ParseIntError, str::FromStr, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    id::{AccountId, BatchId, ContractId, DealId, SeatId, SendId},
    marker::Marker,
    money::Money,
    payload::PayloadHash,
    preview::{Edits, PreviewId},
};

mod reason;
mod state;
#[cfg(test)]
mod tests;

pub use reason::{Cause, Difference, FieldProblem, NeedsReason, Refusal, RefusalReason};
pub use state::{IllegalStep, SendState, Step};

/// Which contract of a deal a send replaces: 0 for a plain click, else the id of the deal's newest contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Generation(pub i64);

impl Generation {
    /// A plain click: the deal has no contract yet.
    pub const FIRST: Self = Self(0);

    /// A new version of `newest`.
    pub fn replacing(newest: ContractId) -> Self {
        Self(newest.0)
    }

    /// The contract that is replaced, if any.
    pub fn replaces(self) -> Option<ContractId> {
        (self != Self::FIRST).then_some(ContractId(self.0))
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Generation {
    type Err = ParseIntError;
    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

/// One click on "Send contract".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Send {
    /// Made by the web view before the call.
    pub id: SendId,
    /// Kommo's account.
    pub account: AccountId,
    /// Whose contract.
    pub deal: DealId,
    /// Which contract of the deal it replaces.
    pub generation: Generation,
    /// The installation that was clicked.
    pub seat: SeatId,
    /// The clicks it was made with, where several deals were sent at once.
    pub batch: Option<BatchId>,
    /// What was seen at the click.
    pub preview: PreviewId,
    /// Bytes of the [`crate::Payload`], stored at the click; what is sent is read from them.
    pub payload: Vec<u8>,
    /// Of those bytes.
    pub hash: PayloadHash,
    /// What was typed over values, so that the re-read before the create compares like with like.
    pub edits: Edits,
    /// What lists show, as it was at the click.
    pub title: SendTitle,
    /// When it was clicked.
    pub clicked_at: Timestamp,
    /// What is left of the hold, stored while it runs.
    pub hold_left: Duration,
    /// How many creates have been started.
    pub attempt: u32,
    /// Where it stands.
    pub state: SendState,
    /// Since when it stands there.
    pub since: Timestamp,
    /// How often work in this state was tried.
    pub tries: u32,
    /// Why it last moved, where something went wrong.
    pub cause: Option<Cause>,
}

/// What lists and notifications show of a send, frozen at the click.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendTitle {
    /// Name of the deal.
    pub deal: String,
    /// The company on the contract, or the person's name.
    pub company: String,
    /// Name of the client's signatory.
    pub recipient: String,
    /// Where the invitation goes.
    pub email: String,
    /// Price of the deal.
    pub amount: Option<Money>,
}

impl Send {
    /// The marker of the draft that the current attempt makes.
    pub fn marker(&self) -> Marker {
        Marker {
            account: self.account,
            deal: self.deal,
            generation: self.generation,
            send: self.id,
            attempt: self.attempt,
            seat: self.seat.clone(),
            hash: self.hash.clone(),
        }
    }

    /// Whether a marker was made by this click, by whatever attempt.
    pub fn made(&self, marker: &Marker) -> bool {
        marker.send == self.id && marker.seat == self.seat
    }

    /// Moves to the state that `step` leads to.
    pub fn take(&mut self, step: Step, now: Timestamp) -> Result<(), IllegalStep> {
        let raises_attempt = matches!(step, Step::Claim);
        let cause = step.cause();
        let next = self.state.clone().after(step)?;
        self.tries = if next.code() == self.state.code() { self.tries + 1 } else { 0 };
        self.attempt += u32::from(raises_attempt);
        self.state = next;
        self.since = now;
        self.cause = cause;
        Ok(())
    }
}
