//! What can come back instead of an answer. Each variant is a decision for the caller.

use std::fmt;
use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::redact::Redacted;

/// Why a call has no answer. Holds nothing secret in `Debug` and `Display`.
///
/// For a call with an effect, [`meaning`](crate::meaning) says what each variant means for that effect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The request did not leave this machine: no effect is possible.
    #[error("not sent: {0}")]
    NotSent(Cause),
    /// The request left and no whole answer came: the effect is unknown.
    #[error("no answer: {0}")]
    Lost(Loss),
    /// A success whose body is not what was expected.
    #[error("{0}")]
    Unreadable(Unreadable),
    /// A 4xx other than 408, 409 and 429.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// A 409: in conflict with the present state of the thing.
    #[error("conflict: {0}")]
    Conflict(Refusal),
    /// A 5xx or a 408.
    #[error("failed: {0}")]
    Failed(Refusal),
    /// A 3xx. Redirects are never followed by themselves, so that no header of ours reaches another host.
    #[error("redirected with status {status}")]
    Redirected {
        /// The status.
        status: u16,
        /// The host of the `Location`, if it can be read.
        host: Option<String>,
    },
    /// A 429. All traffic to this address is already paused.
    #[error("too many requests")]
    Limited {
        /// How long the service asked to wait, if it said so.
        retry_after: Option<Duration>,
    },
    /// A 403 without a JSON problem, where that means a block of our IP address (api/kommo.md §18.1).
    #[error("blocked by the service")]
    Blocked,
    /// The storage host that a download was redirected to refused it.
    #[error("the storage host answered {status}")]
    Storage {
        /// The status of the storage host.
        status: u16,
    },
}

impl Error {
    /// The status of the service's answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(refusal) | Self::Conflict(refusal) | Self::Failed(refusal) => Some(refusal.status),
            Self::Unreadable(unreadable) => Some(unreadable.status),
            Self::Redirected { status, .. } => Some(*status),
            Self::Limited { .. } => Some(429),
            Self::Blocked => Some(403),
            Self::NotSent(_) | Self::Lost(_) | Self::Storage { .. } => None,
        }
    }

    /// Whether this machine, not the service, seems to be without a network. Such a failure is not an attempt.
    pub fn is_offline(&self) -> bool {
        matches!(self, Self::NotSent(Cause::Offline | Cause::Dns))
    }
}

/// Why a request did not leave this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// There is no network.
    #[error("there is no network")]
    Offline,
    /// The name of the host was not found; mostly the same as [`Cause::Offline`].
    #[error("the host name was not found")]
    Dns,
    /// The host refused the connection, or a proxy did.
    #[error("the connection was refused")]
    Connect,
    /// The host did not answer the connection in time.
    #[error("the connection took too long")]
    ConnectTimedOut,
    /// The secure connection failed.
    #[error("the secure connection failed: {0}")]
    Tls(TlsFault),
    /// The moment passed after which the call was not to be made.
    #[error("it was too late to start")]
    Deadline,
    /// All traffic is paused after a 429, for longer than the call may wait.
    #[error("traffic is paused")]
    Paused {
        /// The moment of [`Time`](crate::Time) at which the pause ends.
        until: Duration,
    },
    /// All traffic is stopped after a 403 that is no problem report.
    #[error("traffic is stopped, the service blocks this address")]
    Blocked {
        /// The moment of [`Time`](crate::Time) at which one call is let through to see.
        probe_at: Duration,
    },
    /// A link of an answer points to another host than the client's.
    #[error("a link points to another host")]
    ForeignHost,
    /// The path or a header cannot be made into a request.
    #[error("the request cannot be formed")]
    Malformed,
    /// The system's trust roots could not be read.
    #[error("the system has no trust roots")]
    NoTrustRoots,
}

/// What is wrong with a secure connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TlsFault {
    /// The issuer is not among the system's trust roots: mostly a company proxy that inspects TLS.
    #[error("the certificate's issuer is unknown")]
    UnknownIssuer,
    /// The certificate is not valid yet or no longer: mostly this machine's clock is wrong.
    #[error("the certificate is not valid at this time")]
    Clock,
    /// The certificate is for another host.
    #[error("the certificate is for another host")]
    WrongHost,
    /// Anything else.
    #[error("the handshake failed")]
    Other,
}

/// How the answer to a request that left was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Loss {
    /// It did not come in time.
    #[error("timed out")]
    TimedOut,
    /// The line was cut before the whole answer was there.
    #[error("the line was cut")]
    Cut,
}

/// A success whose body is not what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("status {status}, but the body cannot be read at {path}: {fault}")]
pub struct Unreadable {
    /// The status, a 2xx.
    pub status: u16,
    /// Where in the JSON, such as `_embedded.leads[3].price`; `.` for the whole body.
    pub path: String,
    /// What is wrong with it.
    pub fault: BodyFault,
    /// What came, for a bug report that a person looks through first.
    pub body: Redacted,
}

/// What is wrong with a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyFault {
    /// No JSON, or JSON that ends too early: an HTML page, a cut text.
    #[error("it is not JSON")]
    NotJson,
    /// JSON of another shape.
    #[error("it has another shape")]
    Shape,
    /// More bytes than the limit.
    #[error("it is too large")]
    TooLarge,
}

/// A refusal as the service wrote it.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The status.
    pub status: u16,
    /// Title and detail, if the body is a JSON object.
    pub problem: Option<Problem>,
    /// The whole body; [`json`](Self::json) reads it.
    pub body: Redacted,
    /// The id of the request in the service's logs, from the `X-Request-Id` header.
    pub request_id: Option<String>,
    /// How long the service asked to wait (a 503 may), if it said so.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    /// The body in the shape that one service gives its problems; `None` if it has another.
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(self.body.expose()).ok()
    }
}

// The problem may quote what was sent (an e-mail address), so only its presence is shown.
impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("status", &self.status)
            .field("is_problem", &self.problem.is_some())
            .field("body", &self.body)
            .field("request_id", &self.request_id)
            .field("retry_after", &self.retry_after)
            .finish()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.status)
    }
}

/// The two members of RFC 7807 that both services use. May quote what was sent: for the screen, not for a log.
#[derive(Clone, PartialEq, Eq, Default, serde::Deserialize)]
pub struct Problem {
    /// The kind of problem, such as `Bad Request`.
    #[serde(default, deserialize_with = "text_or_nothing")]
    pub title: Option<String>,
    /// This occurrence of it.
    #[serde(default, deserialize_with = "text_or_nothing")]
    pub detail: Option<String>,
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Problem(…)")
    }
}

/// A `detail` that is no text (seen as a list) must not hide that there is a problem report.
fn text_or_nothing<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let value: serde_json::Value = serde::Deserialize::deserialize(deserializer)?;
    Ok(value.as_str().map(str::to_owned))
}

/// Why a client cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// A credential has characters that no header can carry: a line break pasted along, for example.
    #[error("a credential contains characters that cannot be sent")]
    BadCredential,
    /// The TLS library could not be set up.
    #[error("the secure connection could not be set up")]
    Tls,
}
