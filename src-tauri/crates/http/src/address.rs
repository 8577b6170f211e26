//! Where requests may go: an allow-list of hosts, and the one address of a client.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

use crate::redact::SafeUrl;

/// Hosts that may be called (design.md §7). Plain `http` is for loopback only, and loopback is always allowed:
/// the sandbox lives there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedHosts {
    patterns: Vec<String>,
}

impl AllowedHosts {
    /// Each pattern is an exact host (`api.oneflow.com`) or `*.` and a suffix (`*.kommo.com`, which does not
    /// include `kommo.com` itself).
    pub fn new<P: Into<String>>(patterns: impl IntoIterator<Item = P>) -> Self {
        Self { patterns: patterns.into_iter().map(|pattern| pattern.into().to_ascii_lowercase()).collect() }
    }

    /// Whether a request may be made to `url`.
    pub fn permits(&self, url: &Url) -> bool {
        match url.scheme() {
            "http" => is_loopback(url),
            "https" => is_loopback(url) || url.host_str().is_some_and(|host| self.permits_host(host)),
            _ => false,
        }
    }

    fn permits_host(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.');
        self.patterns.iter().any(|pattern| match pattern.strip_prefix("*.") {
            Some(suffix) => host
                .strip_suffix(suffix)
                .and_then(|front| front.strip_suffix('.'))
                .is_some_and(|label| !label.is_empty()),
            None => host == pattern,
        })
    }
}

/// Whether `url` names this machine: `localhost`, `127.0.0.0/8` or `::1`.
pub(crate) fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        host == "localhost"
            || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}

/// What a person typed, with the scheme that they left out: `http` on this machine, `https` everywhere else.
pub fn with_scheme(text: &str) -> String {
    let text = text.trim();
    if text.contains("://") {
        return text.to_owned();
    }
    let local = format!("http://{text}");
    match Url::parse(&local) {
        Ok(url) if is_loopback(&url) => local,
        _ => format!("https://{text}"),
    }
}

/// Whether two addresses have the same scheme, host and port.
pub(crate) fn same_origin(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme()
        && one.host_str() == other.host_str()
        && one.port_or_known_default() == other.port_or_known_default()
}

/// The base of every request of one client, such as `https://acme.kommo.com/api/v4`.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(Url);

impl Address {
    /// Checks `text` against the allow-list. A trailing slash makes no difference.
    pub fn parse(text: &str, hosts: &AllowedHosts) -> Result<Self, AddressError> {
        let mut url = Url::parse(text.trim()).map_err(|_| AddressError::NotAnAddress)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::HasCredentials);
        }
        if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(&url)) {
            return Err(AddressError::NotHttps);
        }
        if !hosts.permits(&url) {
            return Err(AddressError::HostNotAllowed);
        }
        url.set_query(None);
        url.set_fragment(None);
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        Ok(Self(url))
    }

    /// The base, always with a trailing slash.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// Whether this is `localhost`, `127.0.0.0/8` or `::1`.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// `path` below this base, or `path` itself if it is an absolute address of the same origin.
    pub(crate) fn join(&self, path: &str) -> Result<Url, JoinError> {
        if path.starts_with("http://") || path.starts_with("https://") {
            let url = Url::parse(path).map_err(|_| JoinError::Malformed)?;
            // A link of an answer is data: it never carries our headers to another host (design.md §7).
            return if same_origin(&self.0, &url) { Ok(url) } else { Err(JoinError::ForeignHost) };
        }
        let url = Url::parse(&format!("{}{}", self.0, path.trim_start_matches('/')))
            .map_err(|_| JoinError::Malformed)?;
        if url.path().starts_with(self.0.path()) { Ok(url) } else { Err(JoinError::Malformed) }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({})", SafeUrl(&self.0))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// Why a path of an endpoint cannot be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JoinError {
    ForeignHost,
    Malformed,
}

/// Why a text is no address for a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It cannot be read as an address.
    #[error("not a web address")]
    NotAnAddress,
    /// It is not `https`, and not `http` on this machine.
    #[error("the address must start with https://")]
    NotHttps,
    /// It has a user name or a password in it.
    #[error("the address must not contain a user name or a password")]
    HasCredentials,
    /// Its host is not one of the service.
    #[error("the host does not belong to the service")]
    HostNotAllowed,
}

/// `text` as one segment of a path: everything that could end or split the segment is percent-encoded.
pub fn segment(text: &str) -> String {
    let mut url = Url::parse("https://segment.invalid/").expect("BUG: a constant address is valid");
    url.path_segments_mut().expect("BUG: an https address has a path").clear().push(text);
    url.path().trim_start_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> AllowedHosts {
        AllowedHosts::new(["*.kommo.com", "api.oneflow.com"])
    }

    #[test]
    fn only_listed_hosts_and_loopback_are_addresses() {
        let cases = [
            ("https://acme.kommo.com/api/v4", Ok("https://acme.kommo.com/api/v4")),
            (" https://ACME.kommo.com/api/v4/ ", Ok("https://acme.kommo.com/api/v4")),
            ("https://api.oneflow.com/v1?x=1#y", Ok("https://api.oneflow.com/v1")),
            ("http://127.0.0.1:4010/v1", Ok("http://127.0.0.1:4010/v1")),
            ("http://localhost:4010", Ok("http://localhost:4010")),
            ("http://[::1]:4010", Ok("http://[::1]:4010")),
            ("https://kommo.com", Err(AddressError::HostNotAllowed)),
            ("https://evilkommo.com", Err(AddressError::HostNotAllowed)),
            ("https://acme.kommo.com.evil.example", Err(AddressError::HostNotAllowed)),
            ("http://acme.kommo.com", Err(AddressError::NotHttps)),
            ("http://127.0.0.1.evil.example", Err(AddressError::NotHttps)),
            ("ftp://acme.kommo.com", Err(AddressError::NotHttps)),
            ("https://me:secret@acme.kommo.com", Err(AddressError::HasCredentials)),
            ("acme", Err(AddressError::NotAnAddress)),
        ];
        for (text, expected) in cases {
            let found = Address::parse(text, &hosts()).map(|address| address.to_string());
            assert_eq!(found, expected.map(str::to_owned), "{text}");
        }
    }

    #[test]
    fn paths_stay_below_the_base_and_links_on_its_origin() {
        let address = Address::parse("https://acme.kommo.com/api/v4", &hosts()).unwrap();
        let cases = [
            ("leads/5?with=contacts", Ok("https://acme.kommo.com/api/v4/leads/5?with=contacts")),
            ("/leads", Ok("https://acme.kommo.com/api/v4/leads")),
            ("https://acme.kommo.com:443/other?page=2", Ok("https://acme.kommo.com/other?page=2")),
            ("https://other.kommo.com/api/v4/leads?page=2", Err(JoinError::ForeignHost)),
            ("http://acme.kommo.com/api/v4/leads", Err(JoinError::ForeignHost)),
            ("https://acme.kommo.com@evil.example/", Err(JoinError::ForeignHost)),
            ("../../oauth2", Err(JoinError::Malformed)),
        ];
        for (path, expected) in cases {
            let found = address.join(path).map(|url| url.to_string());
            assert_eq!(found, expected.map(str::to_owned), "{path}");
        }
    }

    #[test]
    fn a_scheme_that_was_left_out_is_plain_on_this_machine_only() {
        for (text, expected) in [
            (" 127.0.0.1:4010 ", "http://127.0.0.1:4010"),
            ("localhost:4010/v1", "http://localhost:4010/v1"),
            ("[::1]:4010", "http://[::1]:4010"),
            ("localhost.evil.example", "https://localhost.evil.example"),
            ("localhost@evil.example", "https://localhost@evil.example"),
            ("192.168.0.5:4010", "https://192.168.0.5:4010"),
            ("api.oneflow.com/v1", "https://api.oneflow.com/v1"),
            ("ftp://127.0.0.1", "ftp://127.0.0.1"),
        ] {
            assert_eq!(with_scheme(text), expected);
        }
    }

    #[test]
    fn a_segment_cannot_leave_its_place() {
        for (text, expected) in [("c::start date", "c::start%20date"), ("a/b?c#d", "a%2Fb%3Fc%23d")] {
            assert_eq!(segment(text), expected);
        }
    }
}
