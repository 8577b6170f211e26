//! Pages, HAL links and the filters that several lists share (api/kommo.md §2, §5.3).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::Refusal;
use crate::server::{Call, Query, Reply};

/// Media type of answers on the account host.
pub(super) const HAL: &str = "application/hal+json";

/// Guess: the default is not stated; 50 is seen in self links (api/kommo.md §2).
const DEFAULT_LIMIT: usize = 50;
const LARGEST_LIMIT: usize = 250;

/// The page asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    pub(super) number: usize,
    pub(super) limit: usize,
}

impl Page {
    pub(super) fn of(query: &Query) -> Self {
        let number = |key| query.get(key).and_then(|value| value.parse::<usize>().ok()).filter(|&n| n > 0);
        Self {
            number: number("page").unwrap_or(1),
            // Guess: a larger limit is capped, not refused, on reads.
            limit: number("limit").unwrap_or(DEFAULT_LIMIT).min(LARGEST_LIMIT),
        }
    }

    /// The rows of this page, and whether there are more.
    pub(super) fn cut<T>(self, rows: Vec<T>) -> (Vec<T>, bool) {
        let start = (self.number - 1).saturating_mul(self.limit);
        let more = rows.len() > start.saturating_add(self.limit);
        (rows.into_iter().skip(start).take(self.limit).collect(), more)
    }
}

/// Which counts a list carries beside its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counts {
    /// None, as lists of leads.
    None,
    /// `_total_items` and `_page_count`.
    Totals(usize),
}

/// One page of a list; 204 when it is empty.
pub(super) fn list(call: &Call, name: &str, rows: &[Value], more: bool, counts: Counts) -> Reply {
    if rows.is_empty() {
        return Reply::empty(204);
    }
    let page = Page::of(&call.query);
    let mut links = Map::new();
    links.insert("self".to_owned(), json!({ "href": page_address(call, page, page.number) }));
    if more {
        links.insert("next".to_owned(), json!({ "href": page_address(call, page, page.number + 1) }));
    }
    let mut body = Map::new();
    if let Counts::Totals(total) = counts {
        body.insert("_total_items".to_owned(), json!(total));
        body.insert("_page_count".to_owned(), json!(total.div_ceil(page.limit)));
    }
    body.insert("_page".to_owned(), json!(page.number));
    body.insert("_links".to_owned(), Value::Object(links));
    body.insert("_embedded".to_owned(), json!({ name: rows }));
    Reply::json(200, HAL, &Value::Object(body))
}

fn page_address(call: &Call, page: Page, number: usize) -> String {
    let query = call.query.with(&[("page", number.to_string()), ("limit", page.limit.to_string())]);
    format!("{}{}?{query}", call.base, call.path)
}

/// What a write answers: `{_links, _embedded: {name: items}}`.
pub(super) fn written(call: &Call, name: &str, items: &[Value]) -> Reply {
    let body =
        json!({ "_links": self_link(&format!("{}{}", call.base, call.path)), "_embedded": { name: items } });
    Reply::json(200, HAL, &body)
}

/// `{self: {href}}`.
pub(super) fn self_link(address: &str) -> Value {
    json!({ "self": { "href": address } })
}

/// Reads a batch: a JSON array of at most 250 objects.
pub(super) fn batch(call: &Call) -> Result<Vec<Value>, Refusal> {
    // Guess: a single object where an array is documented is refused like an empty body; only custom fields
    // show a single form (api/kommo.md §10.2).
    let Value::Array(items) = call.json() else {
        return Err(Refusal::EmptyBody);
    };
    if items.is_empty() {
        return Err(Refusal::EmptyBody);
    }
    if items.len() > LARGEST_LIMIT {
        return Err(Refusal::TooManyItems);
    }
    Ok(items)
}

/// The `request_id` that an item's answer carries: its own, or its index.
pub(super) fn request_id(item: &Value, index: usize) -> String {
    match &item["request_id"] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => index.to_string(),
    }
}

/// `filter[x][from]` and `filter[x][to]`, unix seconds.
///
/// Guess: both ends are inclusive (api/kommo.md §5.3).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Range {
    from: Option<i64>,
    to: Option<i64>,
}

impl Range {
    pub(super) fn of(query: &Query, name: &str) -> Self {
        let end = |end| query.get(&format!("filter[{name}][{end}]")).and_then(|text| text.parse().ok());
        Self { from: end("from"), to: end("to") }
    }

    /// The same, where a bare number means "since" (tasks and events; api/kommo.md §13.1, §16).
    pub(super) fn or_since(query: &Query, name: &str) -> Self {
        let bare = query.get(&format!("filter[{name}]")).and_then(|text| text.parse().ok());
        let range = Self::of(query, name);
        Self { from: range.from.or(bare), ..range }
    }

    pub(super) fn holds(self, time: Option<i64>) -> bool {
        match (self, time) {
            (Self { from: None, to: None }, _) => true,
            (_, None) => false,
            (Self { from, to }, Some(time)) => {
                from.is_none_or(|from| time >= from) && to.is_none_or(|to| time <= to)
            }
        }
    }
}

/// `filter[x][]=…`: numbers, or nothing when the filter was not given.
#[derive(Debug, Clone)]
pub(super) struct Among(Option<BTreeSet<i64>>);

impl Among {
    pub(super) fn of(query: &Query, filter: &str) -> Self {
        Self(query.has(filter).then(|| query.numbers(filter).into_iter().collect()))
    }

    pub(super) fn holds(&self, number: i64) -> bool {
        self.0.as_ref().is_none_or(|numbers| numbers.contains(&number))
    }

    /// The numbers, rising.
    pub(super) fn numbers(&self) -> Option<&BTreeSet<i64>> {
        self.0.as_ref()
    }
}

/// `order[x]=asc|desc`: the first of the allowed keys that was given, and whether it falls.
pub(super) fn order<'a>(query: &Query, allowed: &[&'a str]) -> Option<(&'a str, bool)> {
    allowed.iter().find_map(|key| {
        let direction = query.get(&format!("order[{key}]"))?;
        Some((*key, direction.eq_ignore_ascii_case("desc")))
    })
}
