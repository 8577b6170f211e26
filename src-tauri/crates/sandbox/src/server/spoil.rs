//! Answers spoilt by a fault.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, stream};
use serde_json::{Value, json};

use super::call::Reply;
use crate::clock::real_sleep;
use crate::faults::{FaultBody, Host};
use crate::{kommo, oneflow};

/// Pieces of a slow answer.
const CHUNKS: usize = 8;

/// An answer of this status in the shape of that host.
pub(super) fn status(host: Host, code: u16, body: FaultBody, retry_after: Option<u64>) -> Response {
    let reply = match body {
        FaultBody::Empty => Reply::empty(code),
        FaultBody::Html => Reply::bytes(code, "text/html", html(code).into_bytes()),
        FaultBody::Json => match host {
            Host::Kommo | Host::Drive => kommo::any_error(code),
            Host::Oneflow | Host::Storage => oneflow::any_error(code),
        },
    };
    match retry_after {
        Some(seconds) => reply.header("retry-after", seconds.to_string()).into_response(),
        None => reply.into_response(),
    }
}

/// The page of a login form or a company's proxy, with status 200.
pub(super) fn html_page() -> Response {
    let page = "<!doctype html><html><head><title>Sign in</title></head><body><form></form></body></html>";
    Reply::bytes(200, "text/html; charset=UTF-8", page.as_bytes().to_vec()).into_response()
}

fn html(code: u16) -> String {
    let reason =
        StatusCode::from_u16(code).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error");
    format!(
        "<html>\r\n<head><title>{code} {reason}</title></head>\r\n<body>\r\n<center><h1>{code} {reason}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
}

/// Announces the whole length, sends half of it, and breaks off.
pub(super) async fn truncated(response: Response) -> Response {
    let (mut parts, whole) = taken_apart(response).await;
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len().max(2)));
    let half = whole.slice(..whole.len() / 2);
    let pieces = stream::iter([Ok(half), Err(io::Error::from(io::ErrorKind::ConnectionAborted))]);
    Response::from_parts(parts, Body::from_stream(pieces))
}

/// Bytes that are no JSON, under the media type of JSON.
pub(super) async fn garbage(response: Response) -> Response {
    let (mut parts, _) = taken_apart(response).await;
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(&b"\x00\xff{\"_links\":{\"self\":]}} \xfe"[..]))
}

/// The whole answer, in pieces with a wait before each.
pub(super) async fn slow_drip(response: Response, before_each: Duration) -> Response {
    let (mut parts, whole) = taken_apart(response).await;
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
    let size = whole.len().div_ceil(CHUNKS).max(1);
    let pieces: Vec<Bytes> = whole.chunks(size).map(Bytes::copy_from_slice).collect();
    let slowly = stream::iter(pieces).then(move |piece| async move {
        real_sleep(before_each).await;
        Ok::<_, io::Error>(piece)
    });
    Response::from_parts(parts, Body::from_stream(slowly))
}

/// Every key of this name has another value.
pub(super) async fn wrong_type(response: Response, field: &str, value: Option<Value>) -> Response {
    let (mut parts, whole) = taken_apart(response).await;
    let Ok(mut body) = serde_json::from_slice::<Value>(&whole) else {
        return Response::from_parts(parts, Body::from(whole));
    };
    replace(&mut body, field, &value.unwrap_or_else(|| json!({ "unexpected": true })));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(body.to_string()))
}

/// The one entity of this id has another value under this key.
pub(super) async fn odd_row(response: Response, id: i64, field: &str, value: &Value) -> Response {
    let (mut parts, whole) = taken_apart(response).await;
    let Ok(mut body) = serde_json::from_slice::<Value>(&whole) else {
        return Response::from_parts(parts, Body::from(whole));
    };
    spoil_row(&mut body, id, field, value);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(body.to_string()))
}

fn spoil_row(body: &mut Value, id: i64, field: &str, value: &Value) {
    match body {
        Value::Object(keys)
            if keys.get("id").and_then(Value::as_i64) == Some(id) && keys.contains_key(field) =>
        {
            keys.insert(field.to_owned(), value.clone());
        }
        Value::Object(keys) => keys.values_mut().for_each(|held| spoil_row(held, id, field, value)),
        Value::Array(items) => items.iter_mut().for_each(|item| spoil_row(item, id, field, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn replace(body: &mut Value, field: &str, value: &Value) {
    match body {
        Value::Object(keys) => {
            for (key, held) in keys.iter_mut() {
                if key == field {
                    *held = value.clone();
                } else {
                    replace(held, field, value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, field, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

async fn taken_apart(response: Response) -> (axum::http::response::Parts, Bytes) {
    let (parts, body) = response.into_parts();
    (parts, axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default())
}
