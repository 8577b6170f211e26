//! What a person types as the address of their Kommo account (`api/kommo.md §3.4`).

use std::fmt;

use domain::{ContactId, DealId};
use http::{Address, AllowedHosts, Url};

/// Hosts of Kommo that are no account.
const NOT_ACCOUNTS: [&str; 4] = ["www", "developers", "api", "support"];
/// Hosts that serve the API or the files of many accounts end in a shard letter: `api-c`, `drive-c`.
const SHARDS: [&str; 2] = ["api-", "drive-"];
const API: &str = "/api/v4";

/// The address of one account, checked. On screen and in the settings it is what [`fmt::Display`] writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KommoAddress {
    api: Address,
    /// Origin of the pages people see.
    web: String,
    subdomain: Option<String>,
}

/// Why a text is no address of a Kommo account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAKommoAddress {
    /// Nothing was typed.
    #[error("the address is empty")]
    Empty,
    /// It cannot be read as a subdomain or as a web address.
    #[error("this is not an address")]
    Unreadable,
    /// It has a user name or a password in it.
    #[error("the address must not contain a user name or a password")]
    HasCredentials,
    /// It belongs to Kommo, but to no account: `www.kommo.com`.
    #[error("this is Kommo's own site, not the address of an account")]
    NoAccount,
    /// It belongs to amoCRM, which is another service with other accounts.
    #[error("this is an amoCRM address")]
    AmoCrm,
    /// It belongs to somebody else.
    #[error("{host} does not belong to Kommo")]
    OtherHost {
        /// The host as typed.
        host: String,
    },
}

/// Hosts of Kommo; loopback is always allowed by [`AllowedHosts`].
pub(crate) fn hosts() -> AllowedHosts {
    AllowedHosts::new(["*.kommo.com"])
}

impl KommoAddress {
    /// Reads `acme`, `acme.kommo.com`, any page address of the account, or `http://` on this machine (the sandbox).
    pub fn parse(text: &str) -> Result<Self, NotAKommoAddress> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NotAKommoAddress::Empty);
        }
        if is_label(text) && text != "localhost" {
            return Self::of_account(&text.to_ascii_lowercase());
        }
        let url = Url::parse(&http::with_scheme(text)).map_err(|_| NotAKommoAddress::Unreadable)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(NotAKommoAddress::HasCredentials);
        }
        let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_owned();
        match (url.scheme(), host.strip_suffix(".kommo.com")) {
            // Somebody who copies `http://acme.kommo.com` means the account; it is called over https only.
            ("http" | "https", Some(subdomain)) if url.port().is_none() => Self::of_account(subdomain),
            ("http", None) => Self::of_this_machine(&url, &host),
            ("https", None) => Err(foreign(&host)),
            _ => Err(NotAKommoAddress::Unreadable),
        }
    }

    fn of_account(subdomain: &str) -> Result<Self, NotAKommoAddress> {
        let is_shared =
            SHARDS.iter().any(|shard| subdomain.strip_prefix(shard).is_some_and(|rest| rest.len() <= 1));
        if NOT_ACCOUNTS.contains(&subdomain) || is_shared {
            return Err(NotAKommoAddress::NoAccount);
        }
        if !is_label(subdomain) {
            return Err(NotAKommoAddress::Unreadable);
        }
        let web = format!("https://{subdomain}.kommo.com");
        let api =
            Address::parse(&format!("{web}{API}"), &hosts()).map_err(|_| NotAKommoAddress::Unreadable)?;
        Ok(Self { api, web, subdomain: Some(subdomain.to_owned()) })
    }

    /// On this machine the path is kept: a stand-in may be mounted below one.
    fn of_this_machine(url: &Url, host: &str) -> Result<Self, NotAKommoAddress> {
        let path = url.path().trim_end_matches('/');
        let path = path.strip_suffix(API).unwrap_or(path);
        let web = format!("{}{path}", url.origin().ascii_serialization());
        let api = Address::parse(&format!("{web}{API}"), &hosts()).map_err(|_| foreign(host))?;
        Ok(Self { api, web, subdomain: None })
    }

    /// The base of all calls.
    pub fn api(&self) -> &Address {
        &self.api
    }

    /// `acme` of `acme.kommo.com`; nothing for a stand-in on this machine.
    pub fn subdomain(&self) -> Option<&str> {
        self.subdomain.as_deref()
    }

    /// The page of a deal, built from the checked host and a number, never from a link of an answer
    /// (`api/kommo.md §20`).
    pub fn deal_page(&self, deal: DealId) -> String {
        format!("{}/leads/detail/{deal}", self.web)
    }

    /// The page of a contact.
    pub fn contact_page(&self, contact: ContactId) -> String {
        format!("{}/contacts/detail/{contact}", self.web)
    }

    /// Whether a link that Kommo names may be called with the token: Kommo's own hosts, and this machine only if the
    /// account is on it.
    pub(crate) fn may_call(&self, url: &Url) -> bool {
        let Ok(target) = Address::parse(url.as_str(), &hosts()) else { return false };
        target.is_loopback() == self.api.is_loopback()
    }
}

impl fmt::Display for KommoAddress {
    /// `acme.kommo.com`, or the whole address on this machine.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.web.strip_prefix("https://").unwrap_or(&self.web))
    }
}

fn foreign(host: &str) -> NotAKommoAddress {
    let is_within = |domain: &str| host == domain || host.ends_with(&format!(".{domain}"));
    if host == "kommo.com" {
        NotAKommoAddress::NoAccount
    } else if is_within("amocrm.ru") || is_within("amocrm.com") {
        NotAKommoAddress::AmoCrm
    } else if !host.contains(['.', ':']) {
        NotAKommoAddress::Unreadable
    } else {
        NotAKommoAddress::OtherHost { host: host.to_owned() }
    }
}

/// One label of a host name.
fn is_label(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(is_allowed)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_people_write_an_address_lead_to_the_same_account() {
        for text in [
            "acme",
            " ACME ",
            "acme.kommo.com",
            "acme.kommo.com/leads/pipeline/9100441",
            "https://acme.kommo.com",
            "https://Acme.Kommo.com/leads/detail/41200017?tab=1#x",
            "http://acme.kommo.com/",
            "https://acme.kommo.com./",
        ] {
            let address = KommoAddress::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
            assert_eq!(address.api().to_string(), "https://acme.kommo.com/api/v4", "{text:?}");
            assert_eq!(address.subdomain(), Some("acme"));
            assert_eq!(address.to_string(), "acme.kommo.com");
            assert_eq!(address.deal_page(DealId(5)), "https://acme.kommo.com/leads/detail/5");
        }
    }

    #[test]
    fn a_stand_in_on_this_machine_is_an_address_over_plain_http() {
        for (text, api) in [
            ("http://127.0.0.1:4010", "http://127.0.0.1:4010/api/v4"),
            ("http://127.0.0.1:4010/", "http://127.0.0.1:4010/api/v4"),
            ("127.0.0.1:4010", "http://127.0.0.1:4010/api/v4"),
            ("localhost:4010", "http://localhost:4010/api/v4"),
            ("http://localhost:4010/api/v4", "http://localhost:4010/api/v4"),
            ("http://[::1]:4010/kommo/", "http://[::1]:4010/kommo/api/v4"),
        ] {
            let address = KommoAddress::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
            assert_eq!(address.api().to_string(), api);
            assert_eq!(address.subdomain(), None);
            let again = KommoAddress::parse(&address.to_string()).unwrap();
            assert_eq!(again, address, "what is stored reads back");
        }
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        let other = |host: &str| NotAKommoAddress::OtherHost { host: host.to_owned() };
        for (text, reason) in [
            ("", NotAKommoAddress::Empty),
            ("  ", NotAKommoAddress::Empty),
            ("acme corp", NotAKommoAddress::Unreadable),
            ("-acme", NotAKommoAddress::Unreadable),
            ("ftp://acme.kommo.com", NotAKommoAddress::Unreadable),
            ("acme.kommo.com:8443", NotAKommoAddress::Unreadable),
            ("https://a.b.kommo.com", NotAKommoAddress::Unreadable),
            ("https://me:pw@acme.kommo.com", NotAKommoAddress::HasCredentials),
            ("www.kommo.com", NotAKommoAddress::NoAccount),
            ("kommo.com", NotAKommoAddress::NoAccount),
            ("api-c.kommo.com", NotAKommoAddress::NoAccount),
            ("https://drive-c.kommo.com", NotAKommoAddress::NoAccount),
            ("acme.amocrm.ru", NotAKommoAddress::AmoCrm),
            ("https://acme.amocrm.com/leads", NotAKommoAddress::AmoCrm),
            ("https://evilkommo.com", other("evilkommo.com")),
            ("https://acme.kommo.com.evil.example", other("acme.kommo.com.evil.example")),
            ("http://192.168.0.5:4010", other("192.168.0.5")),
            ("app.oneflow.com", other("app.oneflow.com")),
        ] {
            assert_eq!(KommoAddress::parse(text), Err(reason), "{text:?}");
        }
    }

    #[test]
    fn links_may_lead_to_kommos_hosts_and_to_this_machine_only_from_this_machine() {
        let real = KommoAddress::parse("acme").unwrap();
        let local = KommoAddress::parse("http://127.0.0.1:4010").unwrap();
        for (url, from_real, from_local) in [
            ("https://drive-c.kommo.com/v1.0/sessions", true, false),
            ("http://127.0.0.1:4011/v1.0", false, true),
            ("http://drive-c.kommo.com/", false, false),
            ("https://drive.example/", false, false),
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!((real.may_call(&url), local.may_call(&url)), (from_real, from_local), "{url}");
        }
    }
}
