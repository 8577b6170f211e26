//! The control surface over HTTP, for tests and tools in other processes. It mirrors [`crate::Sandbox`].

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::faults::{Fault, Host, Matcher};
use crate::people::{self, Act};
use crate::sandbox::{ClockView, HOSTS, contracts, deal, deals};
use crate::server::Site;
use crate::switches::Switches;

pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/", get(overview))
        .route("/journal", get(journal).delete(forget_journal))
        .route("/faults", get(faults).post(order).delete(forget_faults))
        .route("/switches", get(switches).put(set_switches).patch(merge_switches))
        .route("/clock", get(clock).post(advance))
        .route("/clock/moved", get(clock_moved))
        .route("/network", post(set_online))
        .route("/act", post(act))
        .route("/contracts", get(all_contracts))
        .route("/contracts/{id}", get(one_contract))
        .route("/deals", get(all_deals))
        .route("/deals/{id}", get(one_deal))
}

async fn overview(State(site): State<Site>) -> Json<Value> {
    Json(json!({ "addresses": site.addresses, "tokens": site.tokens, "clock": clock_view(&site) }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct JournalQuery {
    host: Option<Host>,
    method: Option<String>,
    path: Option<String>,
    query_contains: Option<String>,
    body_contains: Option<String>,
    after: u64,
}

async fn journal(State(site): State<Site>, Query(query): Query<JournalQuery>) -> Json<Value> {
    let JournalQuery { host, method, path, query_contains, body_contains, after } = query;
    let matcher = Matcher { host, method, path, query_contains, body_contains, ..Matcher::default() };
    Json(json!({ "entries": site.journal.find(&matcher, after) }))
}

async fn forget_journal(State(site): State<Site>) -> StatusCode {
    site.journal.clear();
    StatusCode::NO_CONTENT
}

async fn faults(State(site): State<Site>) -> Json<Vec<Fault>> {
    Json(site.faults.list())
}

async fn order(State(site): State<Site>, Json(fault): Json<Fault>) -> StatusCode {
    site.faults.order(fault);
    StatusCode::NO_CONTENT
}

async fn forget_faults(State(site): State<Site>) -> StatusCode {
    site.faults.clear();
    StatusCode::NO_CONTENT
}

async fn switches(State(site): State<Site>) -> Json<Switches> {
    Json(site.world().switches.clone())
}

async fn set_switches(State(site): State<Site>, Json(switches): Json<Switches>) -> Json<Switches> {
    site.world().switches = switches.clone();
    Json(switches)
}

/// Only what is sent changes: `{"oneflow": {"second_publish": "answered"}}`.
async fn merge_switches(State(site): State<Site>, Json(changes): Json<Value>) -> Response {
    let mut world = site.world();
    let mut all = json!(world.switches);
    merge(&mut all, changes);
    match serde_json::from_value::<Switches>(all) {
        Ok(switches) => {
            world.switches = switches.clone();
            Json(switches).into_response()
        }
        Err(error) => refused(StatusCode::UNPROCESSABLE_ENTITY, &error),
    }
}

fn merge(into: &mut Value, changes: Value) {
    match (into, changes) {
        (Value::Object(into), Value::Object(changes)) => {
            for (key, change) in changes {
                merge(into.entry(key).or_insert(Value::Null), change);
            }
        }
        (into, change) => *into = change,
    }
}

fn clock_view(site: &Site) -> ClockView {
    let (now, moved_on) = site.clock.view();
    let moved_on_ms = u64::try_from(moved_on.as_millis()).unwrap_or(u64::MAX);
    ClockView { now, scale: site.clock.scale(), moved_on_ms }
}

async fn clock(State(site): State<Site>) -> Json<ClockView> {
    Json(clock_view(&site))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_ms: u64,
}

async fn advance(State(site): State<Site>, Json(Advance { advance_ms }): Json<Advance>) -> Json<ClockView> {
    site.clock.advance(std::time::Duration::from_millis(advance_ms));
    Json(clock_view(&site))
}

#[derive(Debug, Deserialize)]
struct Known {
    ms: u64,
}

/// Answers once the clock was moved on by something else than `?ms=`: how a clock in another process follows it.
async fn clock_moved(State(site): State<Site>, Query(Known { ms }): Query<Known>) -> Json<ClockView> {
    site.clock.moved_past(std::time::Duration::from_millis(ms)).await;
    clock(State(site)).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reachable {
    online: bool,
}

async fn set_online(State(site): State<Site>, Json(Reachable { online }): Json<Reachable>) -> StatusCode {
    site.network.set_online(online, HOSTS).await;
    StatusCode::NO_CONTENT
}

async fn act(State(site): State<Site>, Json(act): Json<Act>) -> Response {
    match people::act(&site, act) {
        Ok(acted) => Json(acted).into_response(),
        Err(error) => refused(StatusCode::CONFLICT, &error),
    }
}

async fn all_contracts(State(site): State<Site>) -> Json<Value> {
    Json(json!(contracts(&site)))
}

async fn one_contract(State(site): State<Site>, Path(id): Path<i64>) -> Response {
    match contracts(&site).into_iter().find(|contract| contract.id == id) {
        Some(contract) => Json(contract).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct DealsQuery {
    status: Option<i64>,
}

async fn all_deals(State(site): State<Site>, Query(query): Query<DealsQuery>) -> Json<Value> {
    Json(json!(deals(&site, |status| query.status.is_none_or(|wanted| wanted == status))))
}

async fn one_deal(State(site): State<Site>, Path(id): Path<i64>) -> Response {
    match deal(&site, id) {
        Some(deal) => Json(deal).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn refused(status: StatusCode, error: &dyn std::error::Error) -> Response {
    (status, Json(json!({ "error": error.to_string() }))).into_response()
}
