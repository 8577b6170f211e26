//! Kommo's error bodies (api/kommo.md §18.2).

use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::server::Reply;

/// Media type of errors on the account host.
pub(super) const PROBLEM: &str = "application/problem+json";

/// Why Kommo does not do what it was asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Refusal {
    /// A write without a body.
    EmptyBody,
    /// One or more items of a write are wrong; nothing was written.
    Validation(Vec<ItemProblems>),
    /// The older shape of some rules about leads.
    Legacy {
        /// The lead.
        id: i64,
        /// What is wrong.
        message: &'static str,
    },
    /// Token missing, wrong, expired or revoked.
    Unauthorized,
    /// Account not paid.
    PaymentRequired,
    /// No right or no scope.
    Forbidden,
    /// The IP address is blocked.
    Blocked,
    /// Unknown path or entity.
    NotFound(String),
    /// Wrong verb.
    MethodNotAllowed,
    /// More than 250 items.
    TooManyItems,
    /// Over the rate limit.
    TooManyRequests {
        /// Whether the body is a web server's page with a `Retry-After` header.
        html: bool,
    },
    /// What Kommo answers to some mistakes instead of a 400.
    Internal,
}

/// What is wrong with one item of a write.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ItemProblems {
    /// The item's own `request_id`, or its index.
    pub(crate) request_id: String,
    pub(crate) problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Problem {
    pub(crate) code: &'static str,
    /// Dotted, counted from 0: `custom_fields_values.0.field_id`.
    pub(crate) path: String,
    pub(crate) detail: &'static str,
}

impl Problem {
    pub(crate) fn new(code: &'static str, path: impl Into<String>) -> Self {
        let detail = match code {
            "NotSupportedChoice" => "The value you selected is not a valid choice.",
            "InvalidType" => "This value should be of another type.",
            "FieldMissing" => "This field is missing.",
            "NotBlank" => "This value should not be blank.",
            "TooFew" => "This collection should contain 1 element or more.",
            // Guess: the code for a text that is too long is not known (api/kommo.md §18.2).
            "TooLong" => "This value is too long.",
            _ => "This value is not valid.",
        };
        Self { code, path: path.into(), detail }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        Reply::from(self).into_response()
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::EmptyBody => problem(400, "Bad Request", "Request data can not be empty"),
            Refusal::Validation(items) => validation(&items),
            Refusal::Legacy { id, message } => legacy(id, message),
            Refusal::Unauthorized => problem(401, "Unauthorized", "Invalid user name or password"),
            Refusal::PaymentRequired => problem(402, "Payment Required", "Payment required"),
            // Guess: the body of a missing right is not known (api/kommo.md §3.3).
            Refusal::Forbidden => problem(403, "Forbidden", "Forbidden"),
            Refusal::Blocked => Self::bytes(403, "text/html", BLOCKED.as_bytes().to_vec()),
            Refusal::NotFound(detail) => problem(404, "Not Found", &detail),
            Refusal::MethodNotAllowed => problem(405, "Method Not Allowed", "Method Not Allowed"),
            Refusal::TooManyItems => problem(422, "Unprocessable Entity", "Limit 250 per page"),
            Refusal::TooManyRequests { html: true } => {
                Self::bytes(429, "text/html", TOO_MANY.as_bytes().to_vec())
                    .header("retry-after", "1".to_owned())
            }
            Refusal::TooManyRequests { html: false } => too_many_requests(),
            Refusal::Internal => problem(500, "Internal Server Error", "An unknown error occurred."),
        }
    }
}

const BLOCKED: &str = "<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n\
    <center><h1>403 Forbidden</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
const TOO_MANY: &str = "<html>\r\n<head><title>429 Too Many Requests</title></head>\r\n<body>\r\n\
    <center><h1>429 Too Many Requests</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";

fn body(status: u16, title: &str, detail: &str) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("title".to_owned(), json!(title));
    body.insert("type".to_owned(), json!(format!("https://httpstatus.es/{status}")));
    body.insert("status".to_owned(), json!(status));
    body.insert("detail".to_owned(), json!(detail));
    body
}

fn problem(status: u16, title: &str, detail: &str) -> Reply {
    Reply::json(status, PROBLEM, &Value::Object(body(status, title, detail)))
}

fn too_many_requests() -> Reply {
    let detail = "You have sent too many requests in a given amount of time. Please try again later.";
    let mut body = body(429, "Too Many Requests", detail);
    body.insert("retry_after".to_owned(), json!(300));
    Reply::json(429, PROBLEM, &Value::Object(body))
}

fn validation(items: &[ItemProblems]) -> Reply {
    let items: Vec<Value> = items
        .iter()
        .map(|item| {
            let errors: Vec<Value> = item
                .problems
                .iter()
                .map(|p| json!({ "code": p.code, "path": p.path, "detail": p.detail }))
                .collect();
            json!({ "request_id": item.request_id, "errors": errors })
        })
        .collect();
    let mut body = body(400, "Bad Request", "Request validation failed");
    body.insert("validation-errors".to_owned(), json!(items));
    Reply::json(400, PROBLEM, &Value::Object(body))
}

fn legacy(id: i64, message: &str) -> Reply {
    let mut body = body(400, "Bad Request", "Invalid request body");
    body.insert("errors".to_owned(), json!({ id.to_string(): message }));
    Reply::json(400, PROBLEM, &Value::Object(body))
}

/// A status ordered by a fault, in Kommo's words.
pub(crate) fn any_error(status: u16) -> Reply {
    match status {
        401 => Refusal::Unauthorized.into(),
        402 => Refusal::PaymentRequired.into(),
        403 => Refusal::Forbidden.into(),
        404 => Refusal::NotFound("Not found".to_owned()).into(),
        405 => Refusal::MethodNotAllowed.into(),
        429 => Refusal::TooManyRequests { html: false }.into(),
        500 => {
            let body = json!({ "title": "ErrInternalServer", "status": 500, "detail": "internal error", "trace_id": "0" });
            Reply::json(500, PROBLEM, &body)
        }
        _ => problem(status, "Error", "An unknown error occurred."),
    }
}
