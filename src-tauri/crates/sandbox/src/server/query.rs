//! Query strings with PHP-style brackets, raw or percent-encoded.

use std::fmt::Write as _;

/// The parameters of a request, decoded, in the order sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    pub(crate) fn parse(text: &str) -> Self {
        let pairs = text
            .split('&')
            .filter(|part| !part.is_empty())
            .map(|part| part.split_once('=').unwrap_or((part, "")))
            .map(|(key, value)| (decode(key), decode(value)))
            .collect();
        Self { pairs }
    }

    /// The first value of exactly this key.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.pairs.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str())
    }

    /// All values of `key`, `key[]` and `key[0]`, `key[1]`, …
    pub(crate) fn all(&self, key: &str) -> Vec<&str> {
        self.pairs
            .iter()
            .filter(|(k, _)| k.strip_prefix(key).is_some_and(|rest| rest.is_empty() || is_index(rest)))
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// Whether any parameter is `key` or lies under it.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.pairs
            .iter()
            .any(|(k, _)| k.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('[')))
    }

    /// Numbers among [`Query::all`].
    pub(crate) fn numbers(&self, key: &str) -> Vec<i64> {
        self.all(key).into_iter().filter_map(|value| value.trim().parse().ok()).collect()
    }

    /// The parts after `key[`, with their values: `filter[statuses][0][status_id]=142` under `filter[statuses]`
    /// gives `(["0", "status_id"], "142")`.
    pub(crate) fn under<'a>(&'a self, key: &'a str) -> impl Iterator<Item = (Vec<&'a str>, &'a str)> {
        self.pairs.iter().filter_map(move |(k, value)| {
            let rest = k.strip_prefix(key)?.strip_prefix('[')?.strip_suffix(']')?;
            Some((rest.split("][").collect(), value.as_str()))
        })
    }

    /// Members of a comma list, `with=contacts,loss_reason`.
    pub(crate) fn lists(&self, key: &str, member: &str) -> bool {
        self.get(key).is_some_and(|list| list.split(',').any(|given| given.trim() == member))
    }

    /// The query again, percent-encoded, with `changes` in place of what was given for their keys.
    pub(crate) fn with(&self, changes: &[(&str, String)]) -> String {
        let kept = self
            .pairs
            .iter()
            .filter(|(key, _)| changes.iter().all(|(changed, _)| changed != key))
            .map(|(key, value)| (key.as_str(), value.as_str()));
        let new = changes.iter().map(|(key, value)| (*key, value.as_str()));
        kept.chain(new)
            .map(|(key, value)| format!("{}={}", encode(key), encode(value)))
            .collect::<Vec<_>>()
            .join("&")
    }
}

fn is_index(rest: &str) -> bool {
    rest.strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .is_some_and(|index| index.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Percent-decodes; `+` is a space. What is not UTF-8 is replaced.
pub(crate) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes
            .get(at + 1..at + 3)
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match (bytes[at], hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Percent-encodes everything but unreserved characters.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_read_raw_and_encoded_with_and_without_index() {
        for text in ["filter[id][]=7&filter[id][]=8", "filter%5Bid%5D%5B0%5D=7&filter%5Bid%5D%5B1%5D=8"] {
            assert_eq!(Query::parse(text).numbers("filter[id]"), [7, 8], "{text}");
        }
    }

    #[test]
    fn nested_keys_come_apart() {
        let query = Query::parse("filter[statuses][0][pipeline_id]=5&filter[statuses][0][status_id]=142");
        let under: Vec<_> = query.under("filter[statuses]").collect();
        assert_eq!(under, [(vec!["0", "pipeline_id"], "5"), (vec!["0", "status_id"], "142")]);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let query = Query::parse("name=%C3%85sa+%26+co&page=1").with(&[("page", "2".to_owned())]);
        assert_eq!(query, "name=%C3%85sa%20%26%20co&page=2");
        assert_eq!(Query::parse(&query).get("name"), Some("Åsa & co"));
    }
}
