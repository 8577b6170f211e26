//! What Kommo writes into a refusal (`api/kommo.md §18.2`).

use std::{collections::BTreeMap, fmt};

use http::{Error, Refusal};
use serde::Deserialize;

/// One thing that Kommo did not like. May quote what was sent: for the screen, not for a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Reason {
    /// `NotSupportedChoice`, `TooFew`, …; there is no list of them.
    pub code: Option<String>,
    /// Where in the request, such as `custom_fields_values.0.field_id`.
    pub path: Option<String>,
    /// In Kommo's words.
    pub detail: String,
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reason").field("code", &self.code).field("path", &self.path).finish_non_exhaustive()
    }
}

/// Why Kommo refused, as far as it says so; empty for errors that are no refusal, and for bodies that say nothing.
pub fn reasons(error: &Error) -> Vec<Reason> {
    match error {
        Error::Refused(refusal) | Error::Conflict(refusal) | Error::Failed(refusal) => reasons_of(refusal),
        Error::NotSent(_)
        | Error::Lost(_)
        | Error::Unreadable(_)
        | Error::Redirected { .. }
        | Error::Limited { .. }
        | Error::Blocked
        | Error::Storage { .. } => Vec::new(),
    }
}

/// Validation errors, the older `errors` by entity, or just the detail.
fn reasons_of(refusal: &Refusal) -> Vec<Reason> {
    if let Some(validation) = refusal.json::<WireValidation>() {
        let errors = validation.items.into_iter().flat_map(|item| item.errors);
        return errors
            .map(|error| Reason { code: error.code, path: error.path, detail: error.detail })
            .collect();
    }
    if let Some(legacy) = refusal.json::<WireLegacy>() {
        return legacy.errors.into_values().map(plain).collect();
    }
    let detail =
        refusal.problem.as_ref().and_then(|problem| problem.detail.clone().or(problem.title.clone()));
    detail.into_iter().map(plain).collect()
}

fn plain(detail: String) -> Reason {
    Reason { code: None, path: None, detail }
}

#[derive(Deserialize)]
struct WireValidation {
    #[serde(rename = "validation-errors")]
    items: Vec<WireItem>,
}

#[derive(Deserialize)]
struct WireItem {
    #[serde(default)]
    errors: Vec<WireReason>,
}

#[derive(Deserialize)]
struct WireReason {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    detail: String,
}

#[derive(Deserialize)]
struct WireLegacy {
    errors: BTreeMap<String, String>,
}

#[cfg(test)]
mod tests {
    use http::{Problem, Redacted};

    use super::*;

    #[test]
    fn reasons_are_read_from_every_body_that_kommo_writes() {
        let validation = r#"{"validation-errors":[{"request_id":"0","errors":[{"code":"NotSupportedChoice",
            "path":"custom_fields_values.0.field_id","detail":"Not a valid choice."}]}],"title":"Bad Request"}"#;
        let legacy =
            r#"{"errors":{"41200017":"Loss reason can be specified only for lost lead"},"status":400}"#;
        let valid = Reason {
            code: Some("NotSupportedChoice".to_owned()),
            path: Some("custom_fields_values.0.field_id".to_owned()),
            detail: "Not a valid choice.".to_owned(),
        };
        for (body, expected) in [
            (validation, vec![valid]),
            (legacy, vec![plain("Loss reason can be specified only for lost lead".to_owned())]),
            (r#"{"status":403}"#, vec![plain("Forbidden here".to_owned())]),
            ("<html>", vec![plain("Forbidden here".to_owned())]),
        ] {
            let problem = Problem { title: None, detail: Some("Forbidden here".to_owned()) };
            let refusal = Refusal {
                status: 400,
                problem: Some(problem),
                body: Redacted::new(body.as_bytes().to_vec()),
                request_id: None,
                retry_after: None,
            };
            assert_eq!(reasons(&Error::Refused(refusal)), expected, "{body}");
        }
        assert_eq!(reasons(&Error::Blocked), vec![]);
    }
}
