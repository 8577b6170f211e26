//! What Oneflow says when it refuses (`api/oneflow.md §1.1`). The texts may quote what was sent: they are for the
//! screen, never for a log.

use std::collections::BTreeMap;

use domain::send::FieldProblem;
use http::Refusal;
use serde::Deserialize;
use serde_json::Value;

/// The members in use. Their types are not relied on: a refusal of any shape is still a refusal.
#[derive(Default, Deserialize)]
struct Problem {
    #[serde(default)]
    detail: Value,
    #[serde(default)]
    parameter_problems: Value,
    #[serde(default)]
    request_id: Value,
}

/// Which parameters are wrong and why, sorted by path. Where no parameter is named, the `detail` stands alone with an
/// empty path, so that a person is told something.
pub fn parameter_problems(refusal: &Refusal) -> Vec<FieldProblem> {
    let problem = refusal.json::<Problem>().unwrap_or_default();
    let problems = by_path(problem.parameter_problems);
    match problem.detail.as_str() {
        Some(detail) if problems.is_empty() => {
            vec![FieldProblem { path: String::new(), text: detail.to_owned() }]
        }
        _ => problems,
    }
}

/// The id to quote to Oneflow's support. It stands in the body; a header is taken where the body has none.
pub fn request_id(refusal: &Refusal) -> Option<String> {
    let problem = refusal.json::<Problem>().unwrap_or_default();
    problem.request_id.as_str().map(str::to_owned).or_else(|| refusal.request_id.clone())
}

/// Reads `{path: [text, …]}`; a single text instead of the list is read too.
fn by_path(value: Value) -> Vec<FieldProblem> {
    let by_path: BTreeMap<String, Value> = serde_json::from_value(value).unwrap_or_default();
    let mut problems = Vec::new();
    for (path, texts) in by_path {
        let texts = match texts {
            Value::Array(texts) => texts,
            text => vec![text],
        };
        let texts = texts.iter().filter_map(Value::as_str);
        problems.extend(texts.map(|text| FieldProblem { path: path.clone(), text: text.to_owned() }));
    }
    problems
}

#[cfg(test)]
mod tests {
    use http::Redacted;

    use super::*;

    fn refusal(body: &str) -> Refusal {
        let body = Redacted::new(body.as_bytes().to_vec());
        Refusal { status: 400, problem: None, body, request_id: Some("header".to_owned()), retry_after: None }
    }

    #[test]
    fn every_path_keeps_its_words_and_a_refusal_of_any_shape_is_read() {
        let duplicate = r#"{"status":400,"title":"Bad Request","error_code":4000003,
            "detail":"The same participant was added twice.",
            "parameter_problems":{"parties[0].participants[1].email":["Duplicate participant."],"name":"Too long."},
            "request_id":"eLT8==","type":"https://api.oneflow.com/v1/error_codes/4000003"}"#;
        let cases = [
            (
                duplicate,
                vec![("name", "Too long."), ("parties[0].participants[1].email", "Duplicate participant.")],
                "eLT8==",
            ),
            (r#"{"detail":"Not allowed.","parameter_problems":{}}"#, vec![("", "Not allowed.")], "header"),
            (r#"{"detail":["x"],"parameter_problems":[1],"request_id":7}"#, vec![], "header"),
            ("<html>no</html>", vec![], "header"),
            ("", vec![], "header"),
        ];
        for (body, problems, id) in cases {
            let found = parameter_problems(&refusal(body));
            let found: Vec<(&str, &str)> =
                found.iter().map(|problem| (problem.path.as_str(), problem.text.as_str())).collect();
            assert_eq!(found, problems, "{body}");
            assert_eq!(request_id(&refusal(body)).as_deref(), Some(id), "{body}");
        }
    }
}
