//! The gate in front of every server: journal, faults, limits and tokens, before a request is routed.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::Value;

use super::call::{Caller, Passed, Reply};
use super::line::Line;
use super::spoil;
use crate::clock::real_sleep;
use crate::faults::{FaultKind, Host};
use crate::journal::{Effect, Entry, TokenSeen};
use crate::shared::Shared;
use crate::switches::AfterTimeOut;
use crate::{kommo, oneflow};

/// Larger bodies are refused; the drive takes its files in parts far smaller than this.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// One server of the sandbox.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) host: Host,
    pub(super) base: String,
    pub(super) shared: Arc<Shared>,
}

/// What a service sees of a request before it knows who asks.
pub(crate) struct Arrival<'a> {
    pub(crate) now: Timestamp,
    pub(crate) from: IpAddr,
    pub(crate) path: &'a str,
    pub(crate) headers: &'a HeaderMap,
}

/// A service's word on a request: whether its token is good, and who asks or why nobody may.
pub(crate) struct Admission {
    pub(crate) token: TokenSeen,
    pub(crate) caller: Result<Caller, Reply>,
}

pub(super) async fn gate(
    State(door): State<Door>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    parts.uri = without_trailing_slash(&parts.uri);
    let Ok(body) = axum::body::to_bytes(body, LARGEST_BODY).await else {
        line.cut();
        return Response::new(Body::empty());
    };
    let fault = door.shared.faults.pick(
        door.host,
        parts.method.as_str(),
        parts.uri.path(),
        parts.uri.query().unwrap_or_default(),
        &String::from_utf8_lossy(&body),
    );
    let seq = door.shared.journal.open(entry(&door, &parts, &body, fault.clone()));
    let visit = Visit { door, from: line.from(), seq, parts, body, next };
    match fault {
        None => visit.work().await,
        Some(fault) => meet(fault, visit, &line).await,
    }
}

/// Lets a request meet its fault.
async fn meet(fault: FaultKind, visit: Visit, line: &Line) -> Response {
    match fault {
        FaultKind::CutBefore => line.cut(),
        FaultKind::CutAfter => {
            let shared = visit.door.shared.clone();
            let seq = visit.seq;
            visit.work().await;
            shared.journal.amend(seq, |entry| entry.status = None);
            line.cut();
        }
        FaultKind::NoAnswer { after_effect } => {
            let shared = visit.door.shared.clone();
            let seq = visit.seq;
            if after_effect {
                visit.work().await;
                shared.journal.amend(seq, |entry| entry.status = None);
            }
            // Dropped with its connection.
            return std::future::pending().await;
        }
        FaultKind::EffectLater { ms } => {
            visit.door.shared.journal.amend(visit.seq, |entry| entry.effect = Effect::Later);
            super::detached(async move {
                visit.door.shared.clock.sleep(Duration::from_millis(ms)).await;
                let shared = visit.door.shared.clone();
                let seq = visit.seq;
                visit.work().await;
                shared.journal.amend(seq, |entry| entry.status = None);
            });
            line.cut();
        }
        FaultKind::Delay { ms } => return visit.work_late(Duration::from_millis(ms)).await,
        FaultKind::Status { code, body, retry_after, after_effect } => {
            let host = visit.door.host;
            let shared = visit.door.shared.clone();
            let seq = visit.seq;
            if after_effect {
                visit.work().await;
            }
            shared.journal.amend(seq, |entry| entry.status = Some(code));
            return spoil::status(host, code, body, retry_after);
        }
        FaultKind::HtmlPage => {
            visit.door.shared.journal.amend(visit.seq, |entry| entry.status = Some(200));
            return spoil::html_page();
        }
        FaultKind::Truncated => return spoil::truncated(visit.work().await).await,
        FaultKind::Garbage => return spoil::garbage(visit.work().await).await,
        FaultKind::SlowDrip { ms_per_chunk } => {
            return spoil::slow_drip(visit.work().await, Duration::from_millis(ms_per_chunk)).await;
        }
        FaultKind::WrongType { field, value } => {
            return spoil::wrong_type(visit.work().await, &field, value).await;
        }
        FaultKind::OddRow { id, field, value } => {
            return spoil::odd_row(visit.work().await, id, &field, &value).await;
        }
    }
    Response::new(Body::empty())
}

/// A request on its way through one server.
struct Visit {
    door: Door,
    from: IpAddr,
    seq: u64,
    parts: Parts,
    body: Bytes,
    next: Next,
}

impl Visit {
    /// Asks who it is, routes it, and writes down what came of it.
    async fn work(mut self) -> Response {
        let now = self.door.shared.clock.now();
        let admission = self.admit(now);
        let changes = !matches!(self.parts.method, Method::GET | Method::HEAD);
        let shared = self.door.shared.clone();
        let seq = self.seq;
        let mut response = match admission.caller {
            Err(reply) => reply.into_response(),
            Ok(caller) => {
                self.parts.extensions.insert(Passed { now, base: self.door.base, caller });
                self.next.run(Request::from_parts(self.parts, Body::from(self.body))).await
            }
        };
        let status = response.status();
        shared.journal.amend(seq, |entry| {
            entry.token = admission.token;
            entry.status = Some(status.as_u16());
            entry.effect = if changes && status.is_success() { Effect::Done } else { Effect::None };
        });
        // The services' own time: a client compares its clock with it.
        let date = now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        for (name, value) in [("x-request-id", format!("sandbox-{seq}")), ("date", date)] {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }

    /// Works after a real delay. By default the work is done even when the client has gone by then: dropping the
    /// connection does not reach a task of its own.
    async fn work_late(self, delay: Duration) -> Response {
        let after_time_out = self.door.shared.world().switches.kommo.after_time_out;
        let kept = self.door.host != Host::Kommo || after_time_out == AfterTimeOut::Stored;
        let work = async move {
            real_sleep(delay).await;
            self.work().await
        };
        if kept {
            super::detached(work).await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
        } else {
            work.await
        }
    }

    fn admit(&self, now: Timestamp) -> Admission {
        let arrival =
            Arrival { now, from: self.from, path: self.parts.uri.path(), headers: &self.parts.headers };
        let mut world = self.door.shared.world();
        match self.door.host {
            Host::Kommo => kommo::admit(&mut world, &arrival),
            Host::Drive => kommo::admit_to_drive(&mut world, &arrival),
            Host::Oneflow => oneflow::admit(&mut world, &arrival),
            Host::Storage => Admission { token: TokenSeen::Absent, caller: Ok(Caller::Anyone) },
        }
    }
}

fn entry(door: &Door, parts: &Parts, body: &Bytes, fault: Option<FaultKind>) -> Entry {
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Entry {
        seq: 0,
        at: door.shared.clock.now(),
        host: door.host,
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        token: TokenSeen::Absent,
        user_email: text("x-oneflow-user-email"),
        stray_headers: stray_headers(door.host, &parts.headers),
        body: if is_json(&parts.headers) {
            serde_json::from_slice(body).unwrap_or_default()
        } else {
            Value::Null
        },
        body_bytes: body.len(),
        status: None,
        fault,
        effect: Effect::None,
    }
}

/// Headers that carry a secret of another host.
fn stray_headers(host: Host, headers: &HeaderMap) -> Vec<String> {
    headers
        .keys()
        .map(header::HeaderName::as_str)
        .filter(|name| match host {
            Host::Kommo | Host::Drive => name.starts_with("x-oneflow-"),
            Host::Oneflow => *name == "authorization",
            Host::Storage => name.starts_with("x-oneflow-") || *name == "authorization",
        })
        .map(str::to_owned)
        .collect()
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("json"))
}

/// Oneflow tolerates trailing slashes (api/oneflow.md §1); for Kommo it does no harm.
fn without_trailing_slash(uri: &Uri) -> Uri {
    let path = uri.path();
    let trimmed = path.trim_end_matches('/');
    if trimmed.len() == path.len() || trimmed.is_empty() {
        return uri.clone();
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{trimmed}{query}").parse().unwrap_or_else(|_| uri.clone())
}
