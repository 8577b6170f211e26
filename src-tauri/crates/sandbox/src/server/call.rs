//! What a handler sees of a request, and what it gives back.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts as _, RawPathParams, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::Value;

use super::query::Query;

/// A request that passed the gate.
#[derive(Debug)]
pub(crate) struct Call {
    /// When it is worked on, on the sandbox's clock.
    pub(crate) now: Timestamp,
    /// `http://127.0.0.1:PORT` of the server asked.
    pub(crate) base: String,
    pub(crate) path: String,
    pub(crate) query: Query,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) caller: Caller,
    params: Vec<(String, String)>,
}

/// Who asks, as the gate found from the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Caller {
    /// Nobody in particular.
    #[default]
    Anyone,
    /// A Kommo user.
    Kommo {
        /// The token's user, or the one of `X-Context-User-ID`.
        user: i64,
        /// Whether the token has the scope `files`.
        files: bool,
    },
    /// A Oneflow user; `None` is the anonymous admin.
    Oneflow {
        /// The user of `x-oneflow-user-email`.
        user: Option<i64>,
    },
}

/// What the gate adds to a request before it is routed.
#[derive(Debug, Clone)]
pub(super) struct Passed {
    pub(super) now: Timestamp,
    pub(super) base: String,
    pub(super) caller: Caller,
}

impl Call {
    /// A number in the path.
    pub(crate) fn id(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// A segment of the path.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null when it is empty or not JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Unix seconds, the grain of Kommo's times.
    pub(crate) fn seconds(&self) -> i64 {
        self.now.as_second()
    }
}

impl<S: Send + Sync> FromRequest<S> for Call {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let params = match RawPathParams::from_request_parts(&mut parts, state).await {
            Ok(params) => names_and_values(&params),
            Err(rejection) => return Err(rejection.into_response()),
        };
        let passed =
            parts.extensions.get::<Passed>().expect("BUG: a request was routed without passing the gate");
        // The gate read the whole body already; what is here is in memory.
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
        Ok(Self {
            now: passed.now,
            base: passed.base.clone(),
            caller: passed.caller,
            query: Query::parse(parts.uri.query().unwrap_or_default()),
            path: parts.uri.path().to_owned(),
            headers: parts.headers,
            body,
            params,
        })
    }
}

fn names_and_values(params: &RawPathParams) -> Vec<(String, String)> {
    params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// An answer in the making.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reply {
    status: StatusCode,
    content_type: &'static str,
    headers: Vec<(header::HeaderName, String)>,
    body: Vec<u8>,
}

impl Reply {
    /// JSON under a media type of the service.
    pub(crate) fn json(status: u16, content_type: &'static str, body: &Value) -> Self {
        Self::bytes(status, content_type, body.to_string().into_bytes())
    }

    pub(crate) fn bytes(status: u16, content_type: &'static str, body: Vec<u8>) -> Self {
        let status = StatusCode::from_u16(status).expect("BUG: handlers answer with real statuses");
        Self { status, content_type, headers: Vec::new(), body }
    }

    /// No body at all.
    pub(crate) fn empty(status: u16) -> Self {
        Self::bytes(status, "", Vec::new())
    }

    pub(crate) fn header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((header::HeaderName::from_static(name), value));
        self
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if !self.content_type.is_empty() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
        response
    }
}
