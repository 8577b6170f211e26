//! A Kommo for tests: a mock server, with answers composed from `api/kommo.md`.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::Timestamp;
use http::{Chance, Limiter, Time, Timeouts, Transport};
use secrecy::SecretString;
use serde_json::Value;
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers};

use crate::{Kommo, KommoAddress, PACE};

/// The API of the mock server, as [`Request`] paths show it.
const API: &str = "/api/v4";

pub(crate) struct Stand {
    pub(crate) server: MockServer,
    pub(crate) kommo: Kommo,
}

impl Stand {
    pub(crate) async fn start() -> Self {
        let server = MockServer::start().await;
        let address = KommoAddress::parse(&server.uri()).expect("BUG: the mock server is on this machine");
        let limiter = Arc::new(Limiter::new(PACE, Arc::new(JumpingTime::default()), Arc::new(NoChance)));
        let token = SecretString::from(" Bearer planted-token\n");
        let transport = Transport::new(Timeouts::default()).expect("BUG: TLS can be set up");
        let kommo =
            Kommo::new(transport, address, &token, limiter).expect("BUG: the token has no odd characters");
        Self { server, kommo }
    }

    /// Answers a call below `/api/v4` from now on.
    pub(crate) async fn answer(&self, method: &str, path: &str, status: u16, body: &str) {
        self.answer_with(method, &format!("{API}/{path}"), template(status, body)).await;
    }

    /// As [`Self::answer`], for one page only.
    pub(crate) async fn answer_page(&self, path: &str, page: u32, status: u16, body: &str) {
        Mock::given(matchers::method("GET"))
            .and(matchers::path(format!("{API}/{path}")))
            .and(matchers::query_param("page", page.to_string()))
            .respond_with(template(status, body))
            .mount(&self.server)
            .await;
    }

    /// Answers a call at any path of the server, the drive's included.
    pub(crate) async fn answer_with(&self, method: &str, path: &str, template: ResponseTemplate) {
        Mock::given(matchers::method(method))
            .and(matchers::path(path))
            .respond_with(template)
            .mount(&self.server)
            .await;
    }

    pub(crate) async fn requests(&self) -> Vec<Request> {
        self.server.received_requests().await.expect("BUG: the mock server records")
    }

    /// The only request there was.
    pub(crate) async fn only_request(&self) -> Request {
        let mut requests = self.requests().await;
        assert_eq!(requests.len(), 1, "exactly one request");
        requests.remove(0)
    }
}

pub(crate) fn template(status: u16, body: &str) -> ResponseTemplate {
    let content_type = if status < 400 { "application/hal+json" } else { "application/problem+json" };
    let template = ResponseTemplate::new(status);
    if body.is_empty() { template } else { template.set_body_raw(body.to_owned(), content_type) }
}

/// `key=value` of a request, decoded, in order.
pub(crate) fn query(request: &Request) -> Vec<String> {
    request.url.query_pairs().map(|(key, value)| format!("{key}={value}")).collect()
}

pub(crate) fn body(request: &Request) -> Value {
    serde_json::from_slice(&request.body).expect("BUG: the request has a JSON body")
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("BUG: a second of this century")
}

/// Waiting moves the clock and ends at once.
#[derive(Default)]
struct JumpingTime(AtomicU64);

impl Time for JumpingTime {
    fn now(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::SeqCst))
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        self.0.fetch_add(millis.max(1), Ordering::SeqCst);
        Box::pin(std::future::ready(()))
    }
}

struct NoChance;

impl Chance for NoChance {
    fn fraction(&self) -> f64 {
        0.0
    }
}
