//! From what the network and the service did to an [`Error`].

use std::error::Error as StdError;
use std::io;
use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, LOCATION, RETRY_AFTER};
use rustls::CertificateError;

use crate::body::TooLate;
use crate::error::{Cause, Error, Loss, Problem, Refusal, TlsFault};
use crate::redact::Redacted;

/// A service never asks for longer; a larger number is a mistake (milliseconds, an epoch).
const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(1);

/// What the head of an answer says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    pub(crate) status: u16,
    pub(crate) date: Option<SystemTime>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) request_id: Option<String>,
    pub(crate) location: Option<String>,
}

impl Facts {
    pub(crate) fn of(status: u16, headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let date = text(DATE.as_str()).and_then(|value| httpdate::parse_http_date(value).ok());
        Self {
            status,
            date,
            retry_after: text(RETRY_AFTER.as_str()).and_then(|value| retry_after(value, date)),
            request_id: text("x-request-id").map(str::to_owned),
            location: text(LOCATION.as_str()).map(str::to_owned),
        }
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn is_redirect(&self) -> bool {
        (300..400).contains(&self.status)
    }
}

/// Reads `Retry-After`: seconds, or a date that is compared with the server's own clock, never with ours.
fn retry_after(value: &str, date: Option<SystemTime>) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        return seconds_to_wait(seconds);
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let wait = until.duration_since(date?).ok()?;
    Some(wait.min(LONGEST_RETRY_AFTER))
}

/// Kommo writes the delay into the body (api/kommo.md §18.2).
fn retry_after_in(body: &[u8]) -> Option<Duration> {
    #[derive(serde::Deserialize)]
    struct Wait {
        retry_after: f64,
    }
    seconds_to_wait(serde_json::from_slice::<Wait>(body).ok()?.retry_after)
}

fn seconds_to_wait(seconds: f64) -> Option<Duration> {
    let wait = Duration::try_from_secs_f64(seconds).ok()?;
    Some(wait.min(LONGEST_RETRY_AFTER))
}

/// The error that an answer other than a 2xx stands for.
///
/// `plain_403_blocks`: a 403 that is no JSON object is a block of our address, not a missing right.
pub(crate) fn refusal_of(facts: &Facts, body: Vec<u8>, plain_403_blocks: bool) -> Error {
    if facts.status == 429 {
        let retry_after = facts.retry_after.or_else(|| retry_after_in(&body));
        return Error::Limited { retry_after };
    }
    if facts.is_redirect() {
        let host = facts
            .location
            .as_deref()
            .and_then(|location| reqwest::Url::parse(location).ok())
            .and_then(|url| url.host_str().map(str::to_owned));
        return Error::Redirected { status: facts.status, host };
    }
    let problem = serde_json::from_slice::<Problem>(&body).ok().filter(|_| is_json_object(&body));
    if facts.status == 403 && problem.is_none() && plain_403_blocks {
        return Error::Blocked;
    }
    let refusal = Refusal {
        status: facts.status,
        problem,
        body: Redacted::new(body),
        request_id: facts.request_id.clone(),
        retry_after: facts.retry_after,
    };
    match facts.status {
        409 => Error::Conflict(refusal),
        408 => Error::Failed(refusal),
        400..500 => Error::Refused(refusal),
        _ => Error::Failed(refusal),
    }
}

/// serde reads a struct from a list as well; a list is no problem report.
fn is_json_object(body: &[u8]) -> bool {
    body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}

/// The error a failure of the transport stands for. `left`: whether any byte of the request may have left.
pub(crate) fn failure_of(error: &reqwest::Error, left: bool) -> Error {
    if find::<TooLate>(error).is_some() {
        return Error::NotSent(Cause::Deadline);
    }
    if error.is_builder() {
        return Error::NotSent(Cause::Malformed);
    }
    if let Some(tls) = find::<rustls::Error>(error)
        && (error.is_connect() || !left)
    {
        return Error::NotSent(Cause::Tls(tls_fault(tls)));
    }
    if error.is_connect() || !left {
        return Error::NotSent(connect_cause(error));
    }
    Error::Lost(if error.is_timeout() { Loss::TimedOut } else { Loss::Cut })
}

fn connect_cause(error: &reqwest::Error) -> Cause {
    if error.is_dns() {
        return Cause::Dns;
    }
    match find::<io::Error>(error).map(io::Error::kind) {
        Some(
            io::ErrorKind::NetworkUnreachable | io::ErrorKind::NetworkDown | io::ErrorKind::HostUnreachable,
        ) => Cause::Offline,
        _ if error.is_timeout() => Cause::ConnectTimedOut,
        _ => Cause::Connect,
    }
}

fn tls_fault(error: &rustls::Error) -> TlsFault {
    let rustls::Error::InvalidCertificate(certificate) = error else { return TlsFault::Other };
    match certificate {
        CertificateError::UnknownIssuer => TlsFault::UnknownIssuer,
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => TlsFault::Clock,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            TlsFault::WrongHost
        }
        _ => TlsFault::Other,
    }
}

/// The first error of type `T` in the chain of `error`. `io::Error` hides what it wraps from `source`, so that is
/// opened too: rustls errors arrive inside one.
fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(current) = next {
        if let Some(found) = current.downcast_ref::<T>() {
            return Some(found);
        }
        if let Some(wrapped) = current.downcast_ref::<io::Error>().and_then(io::Error::get_ref)
            && let Some(found) = find::<T>(wrapped)
        {
            return Some(found);
        }
        next = current.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(status: u16) -> Facts {
        Facts { status, ..Facts::default() }
    }

    #[test]
    fn a_delay_is_read_from_seconds_dates_and_bodies() {
        let date = httpdate::parse_http_date("Sun, 22 Nov 2026 08:00:00 GMT").ok();
        let cases = [
            ("300", Some(300)),
            (" 7 ", Some(7)),
            ("Sun, 22 Nov 2026 08:01:30 GMT", Some(90)),
            ("Sun, 22 Nov 2026 07:00:00 GMT", None),
            ("1790000000", Some(3_600)),
            ("-5", None),
            ("NaN", None),
            ("soon", None),
        ];
        for (value, expected) in cases {
            assert_eq!(retry_after(value, date).map(|wait| wait.as_secs()), expected, "{value}");
        }
        let limited = refusal_of(&facts(429), br#"{"status":429,"retry_after":300}"#.to_vec(), false);
        assert_eq!(limited, Error::Limited { retry_after: Some(Duration::from_mins(5)) });
        let unknown = refusal_of(&facts(429), b"<html>slow down</html>".to_vec(), false);
        assert_eq!(unknown, Error::Limited { retry_after: None });
    }

    #[test]
    fn only_a_403_without_a_problem_is_a_block_and_only_where_that_is_the_rule() {
        let cases: [(&[u8], bool, bool); 5] = [
            (b"<html>403 Forbidden</html>", true, true),
            (b"", true, true),
            (b"[]", true, true),
            (br#"{"title":"Forbidden","status":403}"#, true, false),
            (b"<html>403 Forbidden</html>", false, false),
        ];
        for (body, rule, blocked) in cases {
            let error = refusal_of(&facts(403), body.to_vec(), rule);
            assert_eq!(error == Error::Blocked, blocked, "{:?} {rule}", str::from_utf8(body));
        }
    }

    #[test]
    fn a_problem_keeps_its_words_and_the_rest_of_its_body() {
        let body = br#"{"title":"Bad Request","detail":["odd"],"error_code":4000003}"#;
        let Error::Refused(refusal) = refusal_of(&facts(400), body.to_vec(), false) else {
            panic!("a 400 is a refusal");
        };
        assert_eq!(
            refusal.problem.as_ref().and_then(|problem| problem.title.as_deref()),
            Some("Bad Request")
        );
        let value: serde_json::Value = refusal.json().expect("the body is JSON");
        assert_eq!(value["error_code"], 4_000_003);
        assert!(!format!("{refusal:?}").contains("Bad Request"), "Debug shows no words of the body");
    }

    #[test]
    fn a_wrapped_tls_error_is_found() {
        let inner = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let outer = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, inner));
        let found = find::<rustls::Error>(&outer).expect("two wrappers deep");
        assert_eq!(tls_fault(found), TlsFault::UnknownIssuer);
        for (certificate, expected) in [
            (CertificateError::Expired, TlsFault::Clock),
            (CertificateError::NotValidYet, TlsFault::Clock),
            (CertificateError::NotValidForName, TlsFault::WrongHost),
            (CertificateError::Revoked, TlsFault::Other),
        ] {
            assert_eq!(tls_fault(&rustls::Error::InvalidCertificate(certificate)), expected);
        }
    }
}
