//! A successful answer, and how its body is read.

use std::time::SystemTime;

use serde::de::DeserializeOwned;

use crate::classify::Facts;
use crate::error::{BodyFault, Error, Unreadable};
use crate::redact::Redacted;

/// A successful answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply<T> {
    /// The value.
    pub answer: T,
    /// The status, a 2xx.
    pub status: u16,
    /// The service's clock (the `Date` header), to see whether ours is wrong.
    pub date: Option<SystemTime>,
    /// The id of the request in the service's logs, from the `X-Request-Id` header.
    pub request_id: Option<String>,
}

impl<T> Reply<T> {
    /// The same reply with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Reply<U> {
        Reply {
            answer: change(self.answer),
            status: self.status,
            date: self.date,
            request_id: self.request_id,
        }
    }
}

/// An answer whose content does not matter: any JSON, or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ignored;

impl<'de> serde::Deserialize<'de> for Ignored {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// A 404 is "not there", not a failure.
pub fn found<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::Refused(refusal)) if refusal.status == 404 => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads the body of a 2xx. Keeps the path of a fault: "`_embedded.leads[3].price`" is a bug report, "invalid type:
/// null" is not (style.md section 2).
pub(crate) fn read<T: DeserializeOwned>(facts: &Facts, body: Vec<u8>) -> Result<Reply<T>, Error> {
    let text: &[u8] = if body.iter().all(u8::is_ascii_whitespace) { b"null" } else { &body };
    match parse(text) {
        Ok(answer) => {
            Ok(Reply { answer, status: facts.status, date: facts.date, request_id: facts.request_id.clone() })
        }
        Err((path, fault)) => {
            let body = Redacted::new(body);
            Err(Error::Unreadable(Unreadable { status: facts.status, path, fault, body }))
        }
    }
}

fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T, (String, BodyFault)> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let fault = match error.inner().classify() {
            serde_json::error::Category::Data => BodyFault::Shape,
            serde_json::error::Category::Syntax
            | serde_json::error::Category::Eof
            | serde_json::error::Category::Io => BodyFault::NotJson,
        };
        (error.path().to_string(), fault)
    })?;
    // Something after the value means that this is not the answer it looks like.
    deserializer.end().map_err(|_| (".".to_owned(), BodyFault::NotJson))?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Eq, serde::Deserialize)]
    struct Row {
        id: u64,
    }
    #[derive(Debug, PartialEq, Eq, serde::Deserialize)]
    struct Rows {
        data: Vec<Row>,
    }

    fn fault<T: DeserializeOwned + std::fmt::Debug>(body: &str) -> (String, BodyFault) {
        let facts = Facts { status: 200, ..Facts::default() };
        match read::<T>(&facts, body.as_bytes().to_vec()) {
            Err(Error::Unreadable(unreadable)) => (unreadable.path, unreadable.fault),
            other => panic!("expected an unreadable body, got {other:?}"),
        }
    }

    #[test]
    fn an_unreadable_body_says_where_and_how() {
        for (body, path, expected) in [
            (r#"{"data":[{"id":1},{"id":null}]}"#, "data[1].id", BodyFault::Shape),
            (r#"{"rows":[]}"#, ".", BodyFault::Shape),
            (r#"{"data":[{"id":1},{"id"#, "data[1]", BodyFault::NotJson),
            (r#"{"data":[]} trailing"#, ".", BodyFault::NotJson),
            ("<html>Log in</html>", ".", BodyFault::NotJson),
        ] {
            let (found_path, found) = fault::<Rows>(body);
            assert_eq!(found, expected, "{body}");
            assert!(found_path.starts_with(path), "{body}: {found_path}");
        }
    }

    #[test]
    fn an_error_never_quotes_the_body() {
        for body in [r#"{"data":[{"id":"Ada Lovelace"}]}"#, "Ada Lovelace"] {
            let facts = Facts { status: 200, ..Facts::default() };
            let error = read::<Rows>(&facts, body.as_bytes().to_vec()).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("Ada"), "{error:?}");
        }
    }

    #[test]
    fn an_empty_body_is_nothing_and_ignored_takes_anything() {
        let facts = Facts { status: 204, ..Facts::default() };
        assert_eq!(read::<Option<Rows>>(&facts, Vec::new()).map(|reply| reply.answer), Ok(None));
        for body in ["", " \n", "{}", "[1,2]", "null", "\"text\""] {
            assert!(read::<Ignored>(&facts, body.as_bytes().to_vec()).is_ok(), "{body:?}");
        }
        assert_eq!(fault::<Rows>(""), (".".to_owned(), BodyFault::Shape));
    }
}
