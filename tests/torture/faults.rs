//! What goes wrong with one request in five.

use sandbox::{Fault, FaultBody, FaultKind, Matcher, Sandbox};

/// The share of requests that meet a fault.
const SHARE: f64 = 0.2;

/// How long a request of a host may take, in real time. Injected delays are scaled to it.
pub(crate) const SOCKETS_MS: u64 = 300;

/// Late effects come within 60 s of the run's clock, or never (design.md §3). Shorter by what a busy machine may add.
const LATEST_EFFECT_MS: u64 = 45_000;

/// A name for the table, and what happens. Each is as likely as every other.
fn kinds() -> Vec<FaultKind> {
    let status = |code, retry_after, after_effect| FaultKind::Status {
        code,
        body: if code == 429 { FaultBody::Json } else { FaultBody::Html },
        retry_after,
        after_effect,
    };
    vec![
        FaultKind::CutBefore,
        FaultKind::CutAfter,
        FaultKind::EffectLater { ms: 6_000 },
        FaultKind::EffectLater { ms: LATEST_EFFECT_MS },
        FaultKind::Delay { ms: SOCKETS_MS + 60 },
        status(429, None, false),
        status(429, Some(3), false),
        status(500, None, true),
        status(502, None, false),
        status(504, None, true),
        FaultKind::Truncated,
        FaultKind::SlowDrip { ms_per_chunk: SOCKETS_MS / 7 },
    ]
}

/// What a fault is called in the table.
pub(crate) fn name(kind: &FaultKind) -> String {
    match kind {
        FaultKind::CutBefore => "cut before the effect".to_owned(),
        FaultKind::CutAfter => "cut after the effect".to_owned(),
        FaultKind::EffectLater { .. } => "effect after the cut".to_owned(),
        FaultKind::Delay { .. } => "delay past the time-out".to_owned(),
        FaultKind::Status { code: 429, retry_after: Some(_), .. } => "429 with Retry-After".to_owned(),
        FaultKind::Status { code, .. } => code.to_string(),
        FaultKind::Truncated => "truncated body".to_owned(),
        FaultKind::SlowDrip { .. } => "slow drip".to_owned(),
        other => format!("{other:?}"),
    }
}

/// From here on one request in five meets a fault.
pub(crate) fn begin(sandbox: &Sandbox) {
    let kinds = kinds();
    let count = u32::try_from(kinds.len()).unwrap_or(u32::MAX);
    for (place, what) in (0_u32..).zip(kinds) {
        // The first that matches wins, so each later one is asked only where those before it were not drawn.
        let each = SHARE / f64::from(count);
        let left = 1.0 - each * f64::from(place);
        let when = Matcher { probability: Some(each / left), ..Matcher::default() };
        sandbox.order(Fault { when, what, times: None });
    }
}

/// From here on nothing goes wrong.
pub(crate) fn end(sandbox: &Sandbox) {
    sandbox.clear_faults();
}
