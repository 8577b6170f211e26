//! Times: documented as `…+0000`, recorded as `…+00:00` (`api/oneflow.md §1`).

use domain::Timestamp;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// Reads a time that may be missing, null or empty.
pub(crate) fn optional_time<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Timestamp>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)?.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    // Both forms, and what RFC 3339 allows besides: `Z`, fractions of a second.
    text.parse().map(Some).map_err(|_| D::Error::custom("not a time"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Row {
        #[serde(default, deserialize_with = "optional_time")]
        time: Option<Timestamp>,
    }

    #[test]
    fn both_forms_of_a_time_are_read() {
        let moment: Timestamp = "2026-01-02T09:00:00Z".parse().unwrap();
        for (text, expected) in [
            (r#"{"time":"2026-01-02T09:00:00+00:00"}"#, Some(Some(moment))),
            (r#"{"time":"2026-01-02T09:00:00+0000"}"#, Some(Some(moment))),
            (r#"{"time":"2026-01-02T10:00:00+01:00"}"#, Some(Some(moment))),
            (r#"{"time":"2026-01-02T09:00:00.000000Z"}"#, Some(Some(moment))),
            (r#"{"time":null}"#, Some(None)),
            (r#"{"time":""}"#, Some(None)),
            ("{}", Some(None)),
            (r#"{"time":"soon"}"#, None),
            (r#"{"time":1767344400}"#, None),
        ] {
            let found = serde_json::from_str::<Row>(text).ok().map(|row| row.time);
            assert_eq!(found, expected, "{text}");
        }
    }
}
