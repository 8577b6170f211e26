//! Who may ask Oneflow, and how often.

use axum::http::HeaderMap;
use jiff::{SignedDuration, Timestamp};

use super::Refusal;
use super::state::Oneflow;
use crate::journal::TokenSeen;
use crate::server::{Admission, Arrival, Call, Caller};
use crate::shared::World;
use crate::switches::RetryAfter;

const WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// Rate, token and user (api/oneflow.md §1 and §1.2).
pub(crate) fn admit(world: &mut World, arrival: &Arrival<'_>) -> Admission {
    let token = header(arrival.headers, "x-oneflow-api-token").map(str::to_owned);
    let Some(token) = token else {
        return Admission { token: TokenSeen::Absent, caller: Err(Refusal::Unauthorized.into()) };
    };
    let known = world.oneflow.tokens.iter().any(|known| known.secret == token && !known.revoked);
    if !known {
        return Admission { token: TokenSeen::Unknown, caller: Err(Refusal::Unauthorized.into()) };
    }
    let caller = count(world, &token, arrival.now)
        .and_then(|()| acting_user(&world.oneflow, arrival.headers))
        .map_err(Into::into);
    Admission { token: TokenSeen::Known, caller }
}

/// Guess: a sliding window over all endpoints; the docs name 1,000 an endpoint and 2,000 in all.
fn count(world: &mut World, token: &str, now: Timestamp) -> Result<(), Refusal> {
    let switches = &world.switches.oneflow;
    let recent = world.oneflow.requests.entry(token.to_owned()).or_default();
    while recent.front().is_some_and(|&time| now.duration_since(time) >= WINDOW) {
        recent.pop_front();
    }
    if recent.len() < switches.requests_per_window {
        recent.push_back(now);
        return Ok(());
    }
    let oldest = recent.front().copied().unwrap_or(now);
    let wait = (WINDOW - now.duration_since(oldest)).as_secs().max(1);
    Err(Refusal::TooManyRequests {
        retry_after: (switches.retry_after == RetryAfter::Sent).then_some(wait.unsigned_abs()),
    })
}

/// Without an e-mail the call runs as an anonymous admin; a given one must be an active user's.
fn acting_user(oneflow: &Oneflow, headers: &HeaderMap) -> Result<Caller, Refusal> {
    let Some(email) = header(headers, "x-oneflow-user-email") else {
        return Ok(Caller::Oneflow { user: None });
    };
    let user = oneflow.users.iter().find(|user| user.active && user.email.eq_ignore_ascii_case(email));
    user.map(|user| Caller::Oneflow { user: Some(user.id) }).ok_or(Refusal::Unauthorized)
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The user of a call that needs one: most that create or change (api/oneflow.md §1).
///
/// Guess: without one they are refused with 400; the docs only say "required".
pub(super) fn needs_user(call: &Call) -> Result<i64, Refusal> {
    user_of(call).ok_or_else(|| {
        Refusal::Invalid(super::refusal::Problems::one("x-oneflow-user-email", "Missing required header."))
    })
}

/// The user of a call; `None` is the anonymous admin.
pub(super) fn user_of(call: &Call) -> Option<i64> {
    match call.caller {
        Caller::Oneflow { user } => user,
        Caller::Anyone | Caller::Kommo { .. } => None,
    }
}
