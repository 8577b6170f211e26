//! Types whose `Debug` and `Display` are safe to log (style.md, rule 10).

use std::fmt;

use reqwest::Url;

/// Longer path segments are hidden: Kommo's upload addresses carry a session token there (api/kommo.md §14).
const LONGEST_SHOWN_SEGMENT: usize = 40;

/// An address as it may stand in a log: host and path; the values of the query and long path segments hidden.
pub struct SafeUrl<'a>(pub &'a Url);

impl fmt::Display for SafeUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.0.scheme(), self.0.host_str().unwrap_or("-"))?;
        if let Some(port) = self.0.port() {
            write!(f, ":{port}")?;
        }
        for segment in self.0.path_segments().into_iter().flatten() {
            let shown = if segment.len() > LONGEST_SHOWN_SEGMENT { "…" } else { segment };
            write!(f, "/{shown}")?;
        }
        for (index, (key, _)) in self.0.query_pairs().enumerate() {
            write!(f, "{}{key}=…", if index == 0 { '?' } else { '&' })?;
        }
        Ok(())
    }
}

impl fmt::Debug for SafeUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Bytes of a body. They hold names, e-mails and amounts, so only their number is ever shown.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Redacted(Vec<u8>);

impl Redacted {
    /// Wraps `bytes`.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes themselves: for parsing, never for a log.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logged_address_shows_neither_values_nor_tokens() {
        let cases = [
            (
                "https://api.oneflow.com/v1/contracts/5?filter[x]=secret&limit=100",
                "https://api.oneflow.com/v1/contracts/5?filter[x]=…&limit=…",
            ),
            ("https://me:pw@acme.kommo.com:8443/leads", "https://acme.kommo.com:8443/leads"),
            (
                "https://drive-c.kommo.com/v1.0/sessions/upload/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                "https://drive-c.kommo.com/v1.0/sessions/upload/…",
            ),
        ];
        for (url, shown) in cases {
            assert_eq!(SafeUrl(&Url::parse(url).unwrap()).to_string(), shown);
        }
        assert_eq!(format!("{:?}", Redacted::new(b"Ada Lovelace".to_vec())), "<12 bytes>");
    }
}
