//! The columns: what goes wrong with a call.

use std::time::Duration;

use sandbox::{FaultBody, FaultKind};

/// Requests of cells that need it give up after this long, in real time.
pub(crate) const TIME_OUT: Duration = Duration::from_secs(4);

/// Past that, and within the minute in which an effect may come late.
const TOO_SLOW: FaultKind = FaultKind::Delay { ms: 5_000 };

/// Long enough to kill the app before the effect.
const A_MOMENT: FaultKind = FaultKind::Delay { ms: 1_500 };

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fault {
    /// As in the table.
    pub(crate) name: &'static str,
    /// What the sandbox does to the request.
    pub(crate) kind: FaultKind,
    /// What happens once the request has met it.
    pub(crate) then: Then,
    /// Whether the app's requests give up after [`TIME_OUT`].
    pub(crate) is_timed: bool,
}

/// What happens beside the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    Nothing,
    /// The token is refused from now on, until there is a new one.
    TokenRevoked,
    /// No host can be reached, for a while.
    Offline,
    /// The app is killed, and started again.
    Killed,
}

/// The column of that name.
pub(crate) fn named(name: &str) -> Option<Fault> {
    all().into_iter().find(|fault| fault.name == name)
}

/// All columns of both tables.
pub(crate) fn all() -> Vec<Fault> {
    let silent = |after_effect| FaultKind::NoAnswer { after_effect };
    vec![
        // The line is cut: before the effect, after it, and with an effect that comes after the cut.
        fault("cut", FaultKind::CutBefore),
        fault("cut-", FaultKind::CutBefore),
        fault("cut+", FaultKind::CutAfter),
        fault("10s~", FaultKind::EffectLater { ms: 10_000 }),
        fault("55s~", FaultKind::EffectLater { ms: 55_000 }),
        // No answer within the time-out.
        Fault { is_timed: true, ..fault("slow", TOO_SLOW) },
        Fault { is_timed: true, ..fault("slow~", TOO_SLOW) },
        Fault { is_timed: true, ..fault("slow-", silent(false)) },
        // Too many requests, without and with Retry-After.
        fault("429", status(429, FaultBody::Empty, None, false)),
        fault("429s", status(429, FaultBody::Json, Some(20), false)),
        // A web server's page instead of an answer, without and with the effect.
        fault("500", page(500, false)),
        fault("502", page(502, false)),
        fault("504", page(504, false)),
        fault("500-", page(500, false)),
        fault("500+", page(500, true)),
        fault("502-", page(502, false)),
        fault("502+", page(502, true)),
        fault("504-", page(504, false)),
        fault("504+", page(504, true)),
        // An answer that cannot be read, or only slowly; it took effect.
        fault("trunc", FaultKind::Truncated),
        fault("garb", FaultKind::Garbage),
        fault("drip", FaultKind::SlowDrip { ms_per_chunk: 30 }),
        // The token is refused, from this call on; the address is.
        Fault { then: Then::TokenRevoked, ..fault("401", status(401, FaultBody::Json, None, false)) },
        fault("403", page(403, false)),
        // The network goes while the request is on its way.
        Fault { then: Then::Offline, ..fault("off", silent(false)) },
        Fault { then: Then::Offline, ..fault("off-", silent(false)) },
        Fault { then: Then::Offline, ..fault("off+", silent(true)) },
        // The app is killed while the request is on its way.
        Fault { then: Then::Killed, ..fault("kill", silent(false)) },
        Fault { then: Then::Killed, ..fault("kill-", silent(false)) },
        Fault { then: Then::Killed, ..fault("kill~", A_MOMENT) },
        Fault { then: Then::Killed, ..fault("kill+", silent(true)) },
    ]
}

fn fault(name: &'static str, kind: FaultKind) -> Fault {
    Fault { name, kind, then: Then::Nothing, is_timed: false }
}

fn page(code: u16, after_effect: bool) -> FaultKind {
    status(code, FaultBody::Html, None, after_effect)
}

fn status(code: u16, body: FaultBody, retry_after: Option<u64>, after_effect: bool) -> FaultKind {
    FaultKind::Status { code, body, retry_after, after_effect }
}

impl Fault {
    /// How often in a row it happens. A call that may be repeated is repeated twice by the client, and shall fail all
    /// the same.
    pub(crate) fn times(&self, may_be_repeated: bool) -> u32 {
        let passes_by_a_repeat = self.then == Then::Nothing && self.name != "403" && self.name != "drip";
        if may_be_repeated && passes_by_a_repeat { 3 } else { 1 }
    }

    /// Whether the request takes effect before anybody hears of it.
    pub(crate) fn is_after_effect(&self) -> bool {
        self.kind == FaultKind::NoAnswer { after_effect: true }
    }
}
