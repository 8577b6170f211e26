//! Faults on demand: an ordered list of what goes wrong with which request.

use std::sync::{Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A server of the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Host {
    /// Kommo's account host.
    Kommo,
    /// Kommo's drive host.
    Drive,
    /// Oneflow.
    Oneflow,
    /// The storage that Oneflow's downloads are redirected to.
    Storage,
}

/// Which requests are meant. What is absent matches everything.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Matcher {
    /// The server asked.
    pub host: Option<Host>,
    /// The method, in capitals.
    pub method: Option<String>,
    /// The path; `*` stands for one segment, a last `**` for the rest.
    pub path: Option<String>,
    /// Text that the query (as sent) must contain.
    pub query_contains: Option<String>,
    /// Text that the body (as sent) must contain.
    pub body_contains: Option<String>,
    /// Only from the n-th match on, counted from 1 since the fault was ordered.
    pub nth: Option<u32>,
    /// Only so many matches of all, 0 to 1, drawn with the sandbox's seed.
    pub probability: Option<f64>,
}

impl Matcher {
    /// Requests with this method on paths like this one.
    pub fn new(host: Host, method: &str, path: &str) -> Self {
        Self {
            host: Some(host),
            method: Some(method.to_owned()),
            path: Some(path.to_owned()),
            ..Self::default()
        }
    }

    /// Whether a request is meant, `nth` and `probability` aside.
    pub fn matches(&self, host: Host, method: &str, path: &str, query: &str, body: &str) -> bool {
        self.host.is_none_or(|wanted| wanted == host)
            && self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self.path.as_deref().is_none_or(|pattern| path_matches(pattern, path))
            && self.query_contains.as_deref().is_none_or(|text| query.contains(text))
            && self.body_contains.as_deref().is_none_or(|text| body.contains(text))
    }
}

fn path_matches(pattern: &str, path: &str) -> bool {
    let mut wanted = pattern.trim_matches('/').split('/');
    let mut given = path.trim_matches('/').split('/');
    loop {
        match (wanted.next(), given.next()) {
            (Some("**"), _) | (None, None) => return true,
            (Some("*"), Some(_)) => {}
            (Some(a), Some(b)) if a == b => {}
            _ => return false,
        }
    }
}

/// One thing that goes wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// With which requests.
    #[serde(default)]
    pub when: Matcher,
    /// What happens.
    pub what: FaultKind,
    /// How often; for ever when absent.
    #[serde(default)]
    pub times: Option<u32>,
}

impl Fault {
    /// Goes wrong once, with the next request that matches.
    pub fn once(when: Matcher, what: FaultKind) -> Self {
        Self { when, what, times: Some(1) }
    }
}

/// What can go wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    /// The request is worked on only after so many real milliseconds, also when its client has gone by then.
    Delay {
        /// Real milliseconds.
        ms: u64,
    },
    /// An answer of this status instead of the real one.
    Status {
        /// HTTP status.
        code: u16,
        /// What the body looks like.
        #[serde(default)]
        body: FaultBody,
        /// Value of a `Retry-After` header, in seconds.
        #[serde(default)]
        retry_after: Option<u64>,
        /// Whether the request takes effect all the same.
        #[serde(default)]
        after_effect: bool,
    },
    /// The connection is cut, and the request has no effect.
    CutBefore,
    /// The request takes effect, then the connection is cut without an answer.
    CutAfter,
    /// No answer ever comes; the connection stays open until its client, or the network, goes.
    NoAnswer {
        /// Whether the request takes effect all the same.
        after_effect: bool,
    },
    /// The connection is cut at once; the request takes effect later.
    EffectLater {
        /// Milliseconds of the sandbox's clock.
        ms: u64,
    },
    /// The request takes effect; the body ends in the middle.
    Truncated,
    /// The request takes effect; the body is not JSON, though it says so.
    Garbage,
    /// The request takes effect; the body comes in small pieces.
    SlowDrip {
        /// Real milliseconds before each of its pieces.
        ms_per_chunk: u64,
    },
    /// The request takes effect; every key of this name in the answer has another value.
    WrongType {
        /// The key.
        field: String,
        /// Its value; `{"unexpected": true}` when absent.
        #[serde(default)]
        value: Option<Value>,
    },
    /// The request takes effect; in the answer, the one entity of this id has another value under this key.
    OddRow {
        /// Whose.
        id: i64,
        /// The key.
        field: String,
        /// Its value.
        value: Value,
    },
    /// The request has no effect; a proxy's HTML page comes with status 200.
    HtmlPage,
}

/// Body of an answer that a fault makes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultBody {
    /// The service's own error shape.
    #[default]
    Json,
    /// A web server's page.
    Html,
    /// None.
    Empty,
}

/// The faults ordered so far, asked by the gate of every server.
#[derive(Debug)]
pub(crate) struct FaultPlan {
    inner: Mutex<Ordered>,
}

#[derive(Debug)]
struct Ordered {
    faults: Vec<Pending>,
    random: StdRng,
}

#[derive(Debug)]
struct Pending {
    fault: Fault,
    matched: u32,
    left: Option<u32>,
}

impl FaultPlan {
    pub(crate) fn new(seed: u64) -> Self {
        Self { inner: Mutex::new(Ordered { faults: Vec::new(), random: StdRng::seed_from_u64(seed) }) }
    }

    pub(crate) fn order(&self, fault: Fault) {
        let left = fault.times;
        self.lock().faults.push(Pending { fault, matched: 0, left });
    }

    pub(crate) fn clear(&self) {
        self.lock().faults.clear();
    }

    pub(crate) fn list(&self) -> Vec<Fault> {
        self.lock()
            .faults
            .iter()
            .map(|pending| Fault { times: pending.left, ..pending.fault.clone() })
            .collect()
    }

    /// The fault that this request meets: the first ordered one that matches and is not used up.
    pub(crate) fn pick(
        &self,
        host: Host,
        method: &str,
        path: &str,
        query: &str,
        body: &str,
    ) -> Option<FaultKind> {
        let mut guard = self.lock();
        let Ordered { faults, random } = &mut *guard;
        for pending in faults.iter_mut() {
            let when = &pending.fault.when;
            if pending.left == Some(0) || !when.matches(host, method, path, query, body) {
                continue;
            }
            pending.matched += 1;
            if when.nth.is_some_and(|nth| pending.matched < nth)
                || when
                    .probability
                    .is_some_and(|probability| !random.random_bool(probability.clamp(0.0, 1.0)))
            {
                continue;
            }
            if let Some(left) = &mut pending.left {
                *left -= 1;
            }
            return Some(pending.fault.what.clone());
        }
        None
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Ordered> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_pattern_matches_segment_by_segment() {
        for (pattern, path, expected) in [
            ("/v1/contracts/*/publish", "/v1/contracts/51874/publish", true),
            ("/v1/contracts/*/publish", "/v1/contracts/publish", false),
            ("/v1/contracts/*", "/v1/contracts/1/publish", false),
            ("/v1/**", "/v1/contracts/1/publish", true),
            ("/v1/ping", "/v1/ping/", true),
            ("**", "/", true),
        ] {
            assert_eq!(path_matches(pattern, path), expected, "{pattern} on {path}");
        }
    }

    #[test]
    fn from_the_nth_match_on_requests_meet_the_fault_and_only_so_many_times() {
        for (times, expected) in [(1, [false, true, false, false]), (2, [false, true, true, false])] {
            let plan = FaultPlan::new(1);
            let when = Matcher { nth: Some(2), ..Matcher::default() };
            plan.order(Fault { when, what: FaultKind::CutBefore, times: Some(times) });
            let met: Vec<bool> =
                (0..4).map(|_| plan.pick(Host::Kommo, "GET", "/api/v4/leads", "", "").is_some()).collect();
            assert_eq!(met, expected, "{times} times");
        }
    }

    #[test]
    fn a_query_is_matched_as_it_was_sent() {
        let drafts = Matcher { query_contains: Some("=draft".to_owned()), ..Matcher::default() };
        let matches = |query| drafts.matches(Host::Oneflow, "GET", "/v1/contracts", query, "");
        assert!(matches("filter%5Bstates%5D=draft&limit=100"));
        assert!(!matches("filter%5Bstates%5D=pending&limit=100"));
    }

    #[test]
    fn the_first_ordered_fault_goes_first() {
        let plan = FaultPlan::new(1);
        plan.order(Fault::once(Matcher::default(), FaultKind::CutBefore));
        plan.order(Fault::once(Matcher::default(), FaultKind::CutAfter));
        let next = || plan.pick(Host::Oneflow, "POST", "/v1/contracts/create", "", "{}");
        assert_eq!([next(), next(), next()], [Some(FaultKind::CutBefore), Some(FaultKind::CutAfter), None]);
    }
}
