//! Who may ask Kommo, and how often.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use rand::RngCore;
use serde_json::json;

use super::Refusal;
use super::state::Kommo;
use crate::journal::TokenSeen;
use crate::server::{Admission, Arrival, Caller, Reply};
use crate::shared::World;
use crate::switches::{AccountPlan, ApiDomain, RateLimit, TooManyRequests};

/// Requests that one address may make in a sliding second (api/kommo.md §18.1).
const PER_SECOND: usize = 7;
/// 429s within a minute after which an address is blocked.
///
/// Guess: the sources speak of repeated violations without a number (api/kommo.md §21.1).
const STRIKES: usize = 10;

/// A long-lived token of this account.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) secret: String,
    pub(crate) user: i64,
    pub(crate) expires: Timestamp,
    pub(crate) files: bool,
    pub(crate) revoked: bool,
}

impl Token {
    /// A token that looks like Kommo's: a JWT whose signature nobody can check (api/kommo.md §3.1).
    pub(crate) fn issue(kommo: &Kommo, for_whom: &NewToken, random: &mut impl RngCore) -> Self {
        let header = json!({ "typ": "JWT", "alg": "RS256" });
        let mut scopes = vec!["push_notifications", "crm", "notifications"];
        if for_whom.files {
            scopes.extend(["files", "files_delete"]);
        }
        let mut id = [0_u8; 16];
        random.fill_bytes(&mut id);
        let claims = json!({
            "aud": "7c2f5c1e-0000-4000-8000-1b1f6f3b2a10",
            "jti": crate::hex::lower(&id),
            "iat": for_whom.issued.as_second(),
            "nbf": for_whom.issued.as_second(),
            "exp": for_whom.expires.as_second(),
            "sub": for_whom.user.to_string(),
            "account_id": kommo.account.id,
            "base_domain": "kommo.com",
            "api_domain": for_whom.api_domain,
            "scopes": scopes,
        });
        let mut signature = [0_u8; 256];
        random.fill_bytes(&mut signature);
        let secret = [header.to_string().as_bytes(), claims.to_string().as_bytes(), &signature]
            .map(|part| URL_SAFE_NO_PAD.encode(part))
            .join(".");
        Self { secret, user: for_whom.user, expires: for_whom.expires, files: for_whom.files, revoked: false }
    }
}

/// What a token is made for.
#[derive(Debug)]
pub(crate) struct NewToken {
    pub(crate) user: i64,
    pub(crate) issued: Timestamp,
    pub(crate) expires: Timestamp,
    pub(crate) files: bool,
    pub(crate) api_domain: String,
}

/// Counts requests of each address.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    addresses: HashMap<IpAddr, Address>,
}

#[derive(Debug, Default)]
struct Address {
    recent: VecDeque<Timestamp>,
    strikes: VecDeque<Timestamp>,
    blocked: bool,
}

enum Verdict {
    Allowed,
    TooFast,
    Blocked,
}

impl Limiter {
    fn count(&mut self, from: IpAddr, now: Timestamp) -> Verdict {
        let address = self.addresses.entry(from).or_default();
        if address.blocked {
            return Verdict::Blocked;
        }
        forget(&mut address.recent, now, SignedDuration::from_secs(1));
        if address.recent.len() < PER_SECOND {
            address.recent.push_back(now);
            return Verdict::Allowed;
        }
        forget(&mut address.strikes, now, SignedDuration::from_mins(1));
        address.strikes.push_back(now);
        address.blocked = address.strikes.len() >= STRIKES;
        Verdict::TooFast
    }

    /// Lifts every block, as Kommo's support would.
    pub(crate) fn unblock(&mut self) {
        self.addresses.clear();
    }
}

fn forget(times: &mut VecDeque<Timestamp>, now: Timestamp, window: SignedDuration) {
    while times.front().is_some_and(|&time| now.duration_since(time) >= window) {
        times.pop_front();
    }
}

/// The account host: rate, token, plan.
pub(crate) fn admit(world: &mut World, arrival: &Arrival<'_>) -> Admission {
    let verdict = match world.switches.kommo.rate_limit {
        RateLimit::Enforced => world.kommo.limiter.count(arrival.from, arrival.now),
        RateLimit::Off => Verdict::Allowed,
    };
    let (token, caller) = identify(world, arrival);
    let html = world.switches.kommo.too_many_requests == TooManyRequests::Html;
    let caller: Result<Caller, Reply> = match verdict {
        Verdict::Blocked => Err(Refusal::Blocked.into()),
        Verdict::TooFast => Err(Refusal::TooManyRequests { html }.into()),
        Verdict::Allowed if arrival.path == super::oauth::PATH => Ok(Caller::Anyone),
        Verdict::Allowed => caller.map_err(Into::into),
    };
    Admission { token, caller }
}

/// The drive host: token and scope. Guess: its requests do not count against the account host's rate.
pub(crate) fn admit_to_drive(world: &mut World, arrival: &Arrival<'_>) -> Admission {
    let (token, caller) = identify(world, arrival);
    let caller = match caller {
        Ok(Caller::Kommo { files: false, .. }) => Err(super::drive::refused(403)),
        Ok(caller) => Ok(caller),
        Err(Refusal::PaymentRequired) => Err(super::drive::refused(402)),
        Err(_) => Err(super::drive::refused(401)),
    };
    Admission { token, caller }
}

fn identify(world: &World, arrival: &Arrival<'_>) -> (TokenSeen, Result<Caller, Refusal>) {
    let Some(secret) = bearer(arrival.headers) else {
        return (TokenSeen::Absent, Err(Refusal::Unauthorized));
    };
    let known = world
        .kommo
        .tokens
        .iter()
        .find(|token| token.secret == secret && !token.revoked && token.expires > arrival.now);
    let Some(token) = known else {
        return (TokenSeen::Unknown, Err(Refusal::Unauthorized));
    };
    if on_api_domain(arrival.headers) && world.switches.kommo.api_domain == ApiDomain::Unauthorized {
        return (TokenSeen::Known, Err(Refusal::Unauthorized));
    }
    if world.switches.kommo.account == AccountPlan::Unpaid {
        return (TokenSeen::Known, Err(Refusal::PaymentRequired));
    }
    let caller = acting_user(&world.kommo, token, arrival.headers)
        .map(|user| Caller::Kommo { user, files: token.files })
        .ok_or(Refusal::Unauthorized);
    (TokenSeen::Known, caller)
}

/// The token's user, or the one whom an administrator's token acts for (`X-Context-User-ID`, api/kommo.md §2).
fn acting_user(kommo: &Kommo, token: &Token, headers: &HeaderMap) -> Option<i64> {
    let Some(wanted) = headers.get("x-context-user-id") else {
        return Some(token.user);
    };
    let wanted = wanted.to_str().ok()?.parse().ok()?;
    let is_admin = kommo.user(token.user).is_some_and(|user| user.is_admin);
    let user = kommo.user(wanted)?;
    (is_admin && user.is_active).then_some(wanted)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get("authorization")?.to_str().ok()?.strip_prefix("Bearer ").map(str::trim)
}

/// The account host is asked as `127.0.0.1`; the host named in the token's `api_domain` is `localhost`.
fn on_api_domain(headers: &HeaderMap) -> bool {
    headers.get("host").and_then(|host| host.to_str().ok()).is_some_and(|host| host.starts_with("localhost"))
}
