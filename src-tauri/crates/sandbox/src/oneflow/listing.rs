//! The envelope of lists, paging, sorting and time ranges (api/oneflow.md §1.3).

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Refusal;
use super::refusal::Problems;
use crate::server::{Call, Reply};

const LARGEST_LIMIT: usize = 100;
const LARGEST_OFFSET: usize = 19_900;

/// The rows of a list that a call asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slice {
    pub(super) limit: usize,
    pub(super) offset: usize,
}

impl Slice {
    /// Guess: what lies outside the documented bounds is refused with 400.
    pub(super) fn of(call: &Call) -> Result<Self, Refusal> {
        let number = |key: &str, default, smallest, largest| match call.query.get(key) {
            None => Ok(default),
            Some(text) => {
                text.parse().ok().filter(|number| (smallest..=largest).contains(number)).ok_or_else(|| {
                    Refusal::Invalid(Problems::one(key, format!("Must be {smallest} to {largest}.")))
                })
            }
        };
        Ok(Self {
            limit: number("limit", LARGEST_LIMIT, 1, LARGEST_LIMIT)?,
            offset: number("offset", 0, 0, LARGEST_OFFSET)?,
        })
    }
}

/// A page of rows that are cheap to make: all are given, those asked for are shown.
pub(super) fn list(call: &Call, rows: impl Iterator<Item = Value>) -> Result<Reply, Refusal> {
    let rows: Vec<Value> = rows.collect();
    let all = call.query.get("limit") == Some("all");
    let slice = if all { Slice { limit: rows.len().max(1), offset: 0 } } else { Slice::of(call)? };
    let count = rows.len();
    Ok(page(call, slice, count, rows.into_iter().skip(slice.offset).take(slice.limit).collect()))
}

/// The envelope around one page.
pub(super) fn page(call: &Call, slice: Slice, count: usize, rows: Vec<Value>) -> Reply {
    let Slice { limit, offset } = slice;
    let address = |offset: usize| {
        let query = call.query.with(&[("limit", limit.to_string()), ("offset", offset.to_string())]);
        json!({ "href": format!("{}{}?{query}", call.base, call.path) })
    };
    let none = json!({ "href": null });
    let next = if offset + limit < count { address(offset + limit) } else { none.clone() };
    let previous = if offset > 0 { address(offset.saturating_sub(limit)) } else { none };
    let mut body = json!({
        "_links": { "self": address(offset), "next": next, "previous": previous },
        "count": count,
    });
    body["data"] = Value::Array(rows);
    Reply::json(200, super::JSON, &body)
}

/// Sorts by `sort=a,-b`; `compare` knows the allowed keys. Rows without a value of the key come last.
///
/// Guess: an unknown key is refused with 400.
pub(super) fn sort<T>(
    call: &Call,
    rows: &mut [T],
    allowed: &[&str],
    compare: impl Fn(&str, &T, &T) -> Ordering,
) -> Result<(), Refusal> {
    let Some(asked) = call.query.get("sort") else { return Ok(()) };
    let keys: Vec<(&str, bool)> =
        asked.split(',').map(|key| key.strip_prefix('-').map_or((key, false), |key| (key, true))).collect();
    if keys.iter().any(|(key, _)| !allowed.contains(key)) {
        return Err(Refusal::Invalid(Problems::one("sort", format!("Must be of {}.", allowed.join(", ")))));
    }
    rows.sort_by(|a, b| {
        keys.iter()
            .map(|(key, falling)| {
                let order = compare(key, a, b);
                if *falling { order.reverse() } else { order }
            })
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    Ok(())
}

/// `filter[x]=from|to`, either end open.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct TimeRange {
    asked: bool,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

impl TimeRange {
    pub(super) fn of(call: &Call, name: &str) -> Result<Self, Refusal> {
        let key = format!("filter[{name}]");
        let Some(text) = call.query.get(&key) else { return Ok(Self::default()) };
        let wrong = || Refusal::Invalid(Problems::one(&key, "Must be <from>|<to>."));
        let (from, to) = text.split_once('|').ok_or_else(wrong)?;
        let end =
            |text: &str| if text.is_empty() { Ok(None) } else { time(text).map(Some).ok_or_else(wrong) };
        Ok(Self { asked: true, from: end(from)?, to: end(to)? })
    }

    /// Guess: both ends are inclusive.
    pub(super) fn holds(self, time: Option<Timestamp>) -> bool {
        let Self { asked, from, to } = self;
        !asked
            || time.is_some_and(|time| from.is_none_or(|from| time >= from) && to.is_none_or(|to| time <= to))
    }
}

/// Reads `…+00:00`, `…+0000`, `…Z`, and a `+` that a client forgot to encode.
fn time(text: &str) -> Option<Timestamp> {
    let text = text.replace(' ', "+");
    let (head, tail) = text.split_at_checked(text.len().checked_sub(5)?)?;
    let offset = tail.starts_with(['+', '-']) && tail[1..].bytes().all(|byte| byte.is_ascii_digit());
    let text = if offset { format!("{head}{}:{}", &tail[..3], &tail[3..]) } else { text };
    text.parse().ok()
}

/// A time as recorded answers show it: seconds, `+00:00` (api/oneflow.md §1).
pub(super) fn shown(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

/// A time that may be missing.
pub(super) fn shown_or_null(time: Option<Timestamp>) -> Value {
    time.map_or(Value::Null, |time| json!(shown(time)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_documented_form() {
        let expected: Timestamp = "2026-01-02T09:00:00Z".parse().unwrap();
        for text in [
            "2026-01-02T09:00:00+00:00",
            "2026-01-02T09:00:00+0000",
            "2026-01-02T09:00:00Z",
            "2026-01-02T09:00:00 0000",
        ] {
            assert_eq!(time(text), Some(expected), "{text}");
        }
    }
}
