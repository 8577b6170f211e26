//! What can happen in a run. A plan is a list of these; each makes sense whatever else is left out, so that a list
//! can be shortened.

use std::{fmt, time::Duration};

use sandbox::Service;
use uuid::Uuid;

/// One thing that happens, and when.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Planned {
    /// On the clock of the run, since it began. Jumps of that clock do not count.
    pub(crate) at: Duration,
    pub(crate) what: Event,
}

/// One thing that happens. `pick` chooses among what is there at that moment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Event {
    /// "Send contract" on the n-th deal; a new version where a contract is out. The same click may come twice.
    Click { seat: usize, deal: usize, send: Uuid },
    /// "Undo".
    Undo { seat: usize, send: Uuid },
    /// "Send now".
    SendNow { seat: usize, send: Uuid },
    /// A person works off one thing under "Needs you".
    Decide { seat: usize, pick: u64 },
    /// SIGKILL, and a new start.
    Kill { seat: usize, down: Duration },
    /// SIGKILL, and never again.
    Leave { seat: usize },
    /// The computer sleeps with the app open (SIGSTOP, SIGCONT).
    Sleep { seat: usize, asleep: Duration },
    /// SIGKILL; what the profile's folder holds then is kept; a new start.
    Copy { seat: usize },
    /// SIGKILL; the kept ledger is put back; a new start.
    Restore { seat: usize, down: Duration },
    /// All clocks jump, as after a night.
    Jump { by: Duration },
    /// Nobody reaches either service.
    Offline { lasts: Duration },
    /// All tokens of a service end; each seat is given a new one.
    TokenEnds { service: Service, lasts: Duration },
    /// Somebody acts in Kommo or Oneflow.
    Deed { deed: Deed, pick: u64 },
}

/// What people do in the services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    EditDeal,
    MoveDeal,
    MoveDealBack,
    DeleteDeal,
    RestoreDeal,
    CopyDeal,
    MergeDeals,
    EditDraft,
    DeleteDraft,
    CopyDraft,
    Visit,
    SignOne,
    Sign,
    Decline,
    Expire,
    Extend,
    StripNote,
}

impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>9.1} s  {:?}", self.at.as_secs_f64(), self.what)
    }
}
