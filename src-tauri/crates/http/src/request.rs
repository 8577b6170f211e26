//! One request, made ready once and sent as often as its effect allows.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use reqwest::{Method, Response, Url};
use secrecy::ExposeSecret;

use crate::address::{JoinError, is_loopback};
use crate::body::{Gate, GatedBody};
use crate::classify::{Facts, failure_of};
use crate::client::{Credential, Settings};
use crate::endpoint::Effect;
use crate::error::{BodyFault, Cause, Error, Unreadable};
use crate::redact::Redacted;
use crate::time::Time;
use crate::transport::{Line, Transport};

/// A request, ready to leave.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    pub(crate) effect: Effect,
    pub(crate) timeout: Duration,
    /// A redirect is handed to the caller as an answer. It is never followed here.
    pub(crate) redirect_wanted: bool,
    pub(crate) answer_limit: usize,
}

/// An answer, read to its end.
pub(crate) struct Received {
    pub(crate) facts: Facts,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// Sends this request once, not after `deadline`.
    pub(crate) async fn send(
        &self,
        transport: &Transport,
        time: &Arc<dyn Time>,
        deadline: Duration,
    ) -> Result<Received, Error> {
        let line = match self.effect {
            Effect::Read | Effect::Idempotent => Line::Kept,
            Effect::Once => Line::Fresh,
        };
        let client = transport.client(is_loopback(&self.url), line).map_err(Error::NotSent)?;
        let mut builder = client
            .request(self.method.clone(), self.url.clone())
            .headers(self.headers.clone())
            .timeout(self.timeout);
        let mut gate = None;
        if let Some(bytes) = &self.body {
            let (body, opens) = GatedBody::new(bytes.clone(), deadline, Arc::clone(time));
            builder = builder.body(reqwest::Body::wrap(body));
            gate = Some(opens);
        }
        // Without a body nothing tells whether the request left, so that it counts as gone.
        let left = || gate.as_ref().is_none_or(Gate::was_opened);
        #[expect(clippy::disallowed_methods, reason = "the one place where requests leave")]
        let response = builder.send().await.map_err(|error| failure_of(&error, left()))?;
        self.receive(response).await
    }

    async fn receive(&self, mut response: Response) -> Result<Received, Error> {
        let facts = Facts::of(response.status().as_u16(), response.headers());
        let succeeded = response.status().is_success();
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > self.answer_limit => {
                    if succeeded {
                        return Err(too_large(facts.status));
                    }
                    break;
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) if succeeded => return Err(failure_of(&error, true)),
                // The status alone decides what a refusal means; half of its body is no problem report.
                Err(_) => {
                    body.clear();
                    break;
                }
            }
        }
        Ok(Received { facts, body })
    }
}

fn too_large(status: u16) -> Error {
    Error::Unreadable(Unreadable {
        status,
        path: ".".to_owned(),
        fault: BodyFault::TooLarge,
        body: Redacted::default(),
    })
}

/// The headers of a request to the service itself.
pub(crate) fn headers(
    settings: &Settings,
    credentials: &[Credential],
    content_type: Option<&'static str>,
    more: Vec<(&'static str, String)>,
) -> Result<HeaderMap, Cause> {
    let mut headers = bare_headers(settings)?;
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    if let Some(content_type) = content_type {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    for (name, value) in more {
        headers.insert(HeaderName::from_static(name), header_value(&value).ok_or(Cause::Malformed)?);
    }
    for credential in credentials {
        let value = header_value(credential.value.expose_secret()).ok_or(Cause::Malformed)?;
        headers.insert(HeaderName::from_static(credential.name), value);
    }
    Ok(headers)
}

/// The headers of a request to a host that must learn nothing about us.
pub(crate) fn bare_headers(settings: &Settings) -> Result<HeaderMap, Cause> {
    let mut headers = HeaderMap::new();
    headers.insert(USER_AGENT, HeaderValue::from_str(&settings.user_agent).map_err(|_| Cause::Malformed)?);
    Ok(headers)
}

/// A value that `Debug` never shows, because it may be a token or an e-mail address.
pub(crate) fn header_value(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

impl From<JoinError> for Error {
    fn from(error: JoinError) -> Self {
        Self::NotSent(match error {
            JoinError::ForeignHost => Cause::ForeignHost,
            JoinError::Malformed => Cause::Malformed,
        })
    }
}

#[cfg(test)]
mod tests;
