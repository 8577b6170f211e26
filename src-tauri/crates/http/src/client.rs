//! The client of one address.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::address::Address;
use crate::answer::{self, Reply};
use crate::body::Body;
use crate::classify::refusal_of;
use crate::endpoint::{Call, Endpoint, Lane};
use crate::error::{Error, SetupError};
use crate::limiter::Limiter;
use crate::redact::SafeUrl;
use crate::request::{Received, Request, header_value, headers};
use crate::retry::{self, Retries};
use crate::transport::Transport;

/// A header that proves who we are. Sent to the client's address and nowhere else.
#[derive(Debug, Clone)]
pub struct Credential {
    pub(crate) name: &'static str,
    pub(crate) value: SecretString,
}

impl Credential {
    /// `name` in lower case, as in `authorization` with the value `Bearer …`.
    pub fn new(name: &'static str, value: SecretString) -> Self {
        Self { name, value }
    }
}

/// What can be set for a client. [`Settings::default`] is what the app uses.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The `User-Agent`.
    pub user_agent: String,
    /// How repeatable calls are repeated.
    pub retries: Retries,
    /// How long a call that a person waits for may wait for its start.
    pub patience: Duration,
    /// Bytes of an answer beyond which it is not read on.
    pub answer_limit: usize,
    /// Whether a 403 without a JSON problem is a block of our address, which stops all traffic (Kommo).
    pub plain_403_blocks: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            user_agent: concat!("Countersign/", env!("CARGO_PKG_VERSION")).to_owned(),
            retries: Retries::default(),
            patience: Duration::from_secs(30),
            answer_limit: 32 << 20,
            plain_403_blocks: false,
        }
    }
}

/// Makes the calls to one address. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct ApiClient {
    pub(crate) transport: Arc<Transport>,
    pub(crate) address: Address,
    pub(crate) credentials: Arc<[Credential]>,
    pub(crate) limiter: Arc<Limiter>,
    pub(crate) settings: Arc<Settings>,
}

impl ApiClient {
    /// A client of `address` that shows `credentials` with every request.
    pub fn new(
        transport: Arc<Transport>,
        address: Address,
        credentials: Vec<Credential>,
        limiter: Arc<Limiter>,
        settings: Settings,
    ) -> Result<Self, SetupError> {
        for credential in &credentials {
            header_value(credential.value.expose_secret()).ok_or(SetupError::BadCredential)?;
        }
        Ok(Self {
            transport,
            address,
            credentials: credentials.into(),
            limiter,
            settings: Arc::new(settings),
        })
    }

    /// The same client at another address of the same service, such as Kommo's drive host. Whoever calls this has
    /// checked by parsing the address that the host may see the credentials.
    #[must_use]
    pub fn at(&self, address: Address) -> Self {
        // What another host refuses, or a filter on the way to it, says nothing about the service's own.
        let settings = Arc::new(Settings { plain_403_blocks: false, ..Settings::clone(&self.settings) });
        Self { address, settings, ..self.clone() }
    }

    /// The base of every request.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The pace of this address.
    pub fn limiter(&self) -> &Arc<Limiter> {
        &self.limiter
    }

    /// Makes one call: waits for its place, sends it, repeats it where its effect allows that, reads the answer.
    pub async fn call<E: Endpoint>(&self, endpoint: &E, call: Call) -> Result<Reply<E::Answer>, Error> {
        let request = self.request(endpoint)?;
        self.repeated(E::NAME, &request, call, |received| answer::read(&received.facts, received.body)).await
    }

    fn request<E: Endpoint>(&self, endpoint: &E) -> Result<Request, Error> {
        let mut url = self.address.join(&endpoint.path())?;
        let query = endpoint.query();
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let body = endpoint.body();
        let headers = headers(&self.settings, &self.credentials, body.content_type(), endpoint.headers())
            .map_err(Error::NotSent)?;
        let timeouts = self.transport.timeouts();
        Ok(Request {
            method: E::METHOD,
            url,
            headers,
            timeout: match body {
                Body::Raw { .. } => timeouts.transfer,
                Body::Empty | Body::Json(_) => timeouts.request,
            },
            body: match body {
                Body::Empty => None,
                Body::Json(_) | Body::Raw { .. } => Some(body.into_bytes()),
            },
            effect: E::EFFECT,
            redirect_wanted: false,
            answer_limit: self.settings.answer_limit,
        })
    }

    /// Sends `request` until it is answered, may not be repeated, or its deadline passed.
    pub(crate) async fn repeated<T>(
        &self,
        name: &'static str,
        request: &Request,
        call: Call,
        read: impl Fn(Received) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let time = self.limiter.time();
        let last_start = call.last_start(request.effect, time.now(), self.settings.patience);
        let mut attempt = 1;
        loop {
            let result = self.attempt(name, request, call.lane, last_start, attempt).await;
            let error = match result.and_then(&read) {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let fraction = self.limiter.chance().fraction();
            let Some(delay) = retry::delay(request.effect, &error, attempt, &self.settings.retries, fraction)
            else {
                return Err(error);
            };
            if time.now().saturating_add(delay) > last_start {
                return Err(error);
            }
            time.sleep(delay).await;
            attempt += 1;
        }
    }

    async fn attempt(
        &self,
        name: &'static str,
        request: &Request,
        lane: Lane,
        last_start: Duration,
        attempt: u32,
    ) -> Result<Received, Error> {
        let permit = self.limiter.admit(lane, last_start).await.map_err(Error::NotSent)?;
        let time = self.limiter.time();
        let started = time.now();
        let sent = request.send(&self.transport, time, last_start).await;
        let result = sent.and_then(|received| self.accept(request, received));
        permit.hear(&result);
        let duration_ms = time.now().saturating_sub(started).as_millis();
        log(name, request, attempt, duration_ms, &result);
        result
    }

    /// Sorts refusals out.
    fn accept(&self, request: &Request, received: Received) -> Result<Received, Error> {
        let facts = &received.facts;
        if facts.is_success() || (facts.is_redirect() && request.redirect_wanted) {
            return Ok(received);
        }
        Err(refusal_of(&received.facts, received.body, self.settings.plain_403_blocks))
    }
}

/// Quietly: whoever handles a failure logs it, and a machine without a network would fill the log with its polls.
fn log<T>(name: &'static str, request: &Request, attempt: u32, duration_ms: u128, result: &Result<T, Error>) {
    let Request { method, url, .. } = request;
    let url = SafeUrl(url);
    match result {
        Ok(_) => tracing::debug!(request.name = name, %method, %url, attempt, duration_ms, "answered"),
        Err(error) => {
            tracing::debug!(request.name = name, %method, %url, attempt, duration_ms, %error, "not answered");
        }
    }
}

impl fmt::Debug for ApiClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiClient({})", self.address)
    }
}

#[cfg(test)]
mod tests;
