//! Oneflow's error bodies (api/oneflow.md §1.1).

use std::collections::BTreeMap;

use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::server::Reply;

/// Why Oneflow does not do what it was asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Refusal {
    /// Something about the request's parameters.
    Invalid(Problems),
    /// The same participant twice.
    DuplicateParticipant(Problems),
    /// Bad token or user.
    Unauthorized,
    /// The plan does not allow it.
    PaymentRequired,
    /// The user may not.
    Forbidden(&'static str),
    /// Not there, or not visible.
    NotFound,
    /// Wrong verb.
    MethodNotAllowed,
    /// The state of the contract does not allow it.
    Conflict(&'static str),
    /// Over the limit of the five-minute window.
    TooManyRequests {
        /// Value of a `Retry-After` header.
        retry_after: Option<u64>,
    },
}

/// What is wrong, by parameter path: `parties[1].participants[2].email`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Problems(BTreeMap<String, Vec<String>>);

impl Problems {
    pub(super) fn one(path: impl Into<String>, text: impl Into<String>) -> Self {
        let mut problems = Self::default();
        problems.add(path, text);
        problems
    }

    pub(super) fn add(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.0.entry(path.into()).or_default().push(text.into());
    }

    /// Fails when anything is wrong.
    pub(super) fn check(self) -> Result<(), Refusal> {
        if self.0.is_empty() {
            return Ok(());
        }
        let duplicate = self.0.values().flatten().all(|text| text == DUPLICATE);
        Err(if duplicate { Refusal::DuplicateParticipant(self) } else { Refusal::Invalid(self) })
    }
}

/// What is said of a participant that is there twice.
pub(super) const DUPLICATE: &str = "Duplicate participant.";

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        Reply::from(self).into_response()
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invalid(problems) => body(400, 4_000_000, "The request is not valid.", &problems),
            Refusal::DuplicateParticipant(problems) => {
                body(400, 4_000_003, "The same participant was added twice.", &problems)
            }
            // Guess: the specific codes are not known beyond those of api/oneflow.md §1.1; generic ones end in 0000.
            Refusal::Unauthorized => {
                body(401, 4_010_000, "The token or the user is not valid.", &Problems::default())
            }
            Refusal::PaymentRequired => {
                body(402, 4_020_000, "Your plan does not include this feature.", &Problems::default())
            }
            Refusal::Forbidden(detail) => body(403, 4_030_000, detail, &Problems::default()),
            Refusal::NotFound => body(404, 4_040_000, "The resource was not found.", &Problems::default()),
            Refusal::MethodNotAllowed => {
                body(405, 4_050_000, "The method is not allowed.", &Problems::default())
            }
            Refusal::Conflict(detail) => body(409, 4_090_000, detail, &Problems::default()),
            Refusal::TooManyRequests { retry_after } => too_many_requests(retry_after),
        }
    }
}

fn title(status: u16) -> &'static str {
    axum::http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Error")
}

fn body(status: u16, code: u32, detail: &str, problems: &Problems) -> Reply {
    let body = json!({
        "status": status,
        "title": title(status),
        "error_code": code,
        "detail": detail,
        "parameter_problems": problems.0,
        "request_id": "c2FuZGJveA==",
        "type": format!("https://api.oneflow.com/v1/error_codes/{code}"),
    });
    Reply::json(status, super::JSON, &body)
}

/// Its own shape: `info`, and neither `request_id` nor `type` (api/oneflow.md §1.2).
fn too_many_requests(retry_after: Option<u64>) -> Reply {
    let body: Value = json!({
        "detail": "You have reached the 5 minute rate limit for requests. Try again in a few minutes.",
        "error_code": 4_290_000,
        "parameter_problems": {},
        "status": 429,
        "title": "Too Many Requests",
        "info": "https://developer.oneflow.com/reference/api-rate-limit",
    });
    let reply = Reply::json(429, super::JSON, &body);
    match retry_after {
        Some(seconds) => reply.header("retry-after", seconds.to_string()),
        None => reply,
    }
}

/// A status ordered by a fault, in Oneflow's words.
pub(crate) fn any_error(status: u16) -> Reply {
    match status {
        429 => too_many_requests(None),
        _ => body(status, u32::from(status) * 10_000, title(status), &Problems::default()),
    }
}
