//! What the tests of this crate share: a client of a mock server, and bodies composed from `api/oneflow.md`.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Chance, Limiter, Settings, Time, Timeouts, Transport};
use secrecy::SecretString;
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::{Oneflow, pace, parse_address};

/// A clock that does not wait: each sleep moves it at once.
#[derive(Default)]
struct LeapingTime(Mutex<Duration>);

impl Time for LeapingTime {
    fn now(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        *self.0.lock().unwrap() += duration;
        Box::pin(std::future::ready(()))
    }
}

struct NoChance;

impl Chance for NoChance {
    fn fraction(&self) -> f64 {
        0.0
    }
}

pub(crate) const USER: &str = "ada@our.example";

/// A client of `server` that speaks for [`USER`].
pub(crate) fn client_of(server: &MockServer) -> Oneflow {
    let time: Arc<dyn Time> = Arc::new(LeapingTime::default());
    let limiter = Arc::new(Limiter::new(pace(), time, Arc::new(NoChance)));
    let transport = Transport::new(Timeouts::default()).unwrap();
    let address = parse_address(&format!("{}/v1", server.uri())).unwrap();
    let token = SecretString::from("a".repeat(40));
    Oneflow::new(transport, address, token, limiter, Settings::default()).unwrap().as_user(USER)
}

/// A server that answers `verb` on `route` (below `/v1/`) with `body`.
pub(crate) async fn server_with(verb: &str, route: &str, answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    add(&server, verb, route, answer).await;
    server
}

/// One more answer of `server`.
pub(crate) async fn add(server: &MockServer, verb: &str, route: &str, answer: ResponseTemplate) {
    Mock::given(method(verb)).and(path(format!("/v1/{route}"))).respond_with(answer).mount(server).await;
}

pub(crate) fn ok(body: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

/// The requests that came, in order.
pub(crate) async fn requests(server: &MockServer) -> Vec<Request> {
    server.received_requests().await.unwrap_or_default()
}

/// The value of a parameter of a request's query.
pub(crate) fn parameter(request: &Request, name: &str) -> Option<String> {
    request.url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

pub(crate) fn body_of(request: &Request) -> Value {
    serde_json::from_slice(&request.body).expect("a JSON body")
}

/// A list answer.
pub(crate) fn list(rows: &[Value]) -> Value {
    json!({"_links": {"self": {"href": "x"}, "next": {"href": null}}, "count": rows.len(), "data": rows})
}

/// The contract of `api/oneflow.md §4`, with a company and an individual.
pub(crate) fn contract_body() -> Value {
    json!({
        "id": 51874, "state": "pending", "state_updated_time": "2026-01-02T09:00:00+00:00",
        "updated_time": "2026-01-02T09:00:05+0000", "published_time": "2026-01-02T09:00:00+00:00",
        "signing_period_expiry_time": "2026-01-16T00:00:00+00:00",
        "_links": {"self": {"href": "https://api.oneflow.com/v1/contracts/51874"}},
        "_permissions": {"contract:delete": true},
        "_private": {"name": "Consultant agreement – Ada", "workspace_id": 13001,
                     "value": {"amount": "500.10", "currency": "SEK"}},
        "_private_ownerside": {"created_time": "2026-01-02T08:59:00+00:00", "template_id": 17001},
        "parties": [
            {"id": 353_218, "type": "company", "my_party": true, "name": "Our AB", "participants": [
                {"id": 113_703, "name": "Bo", "email": "bo@our.se", "signatory": true, "sign_state": "undecided",
                 "sign_state_updated_time": null, "delivery_status": "success",
                 "_private_ownerside": {"first_visited_time": null, "custom_id": null}}]},
            {"id": 353_219, "type": "individual", "my_party": false, "country_code": "SE", "participant":
                {"id": 113_704, "name": "Ada", "email": "ada@example.com", "signatory": true, "sign_state": "signed",
                 "sign_state_updated_time": "2026-01-03T10:00:00+00:00", "delivery_status": "opened",
                 "_private_ownerside": {"first_visited_time": "2026-01-03T09:59:00+00:00", "custom_id": "p-1"}}}],
        "data_fields": [
            {"id": 55501, "name": "Start date", "value": "2026-01-01",
             "_private_ownerside": {"custom_id": "start_date"}},
            {"id": 55502, "name": "Plan", "value": null, "custom_id": "plan"}],
        "product_groups": [], "tags": [], "sign_order": null
    })
}
