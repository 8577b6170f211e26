//! What a Kommo token says about itself (`api/kommo.md §3.1`).
//!
//! The signature cannot be checked: no public key is documented. So the claims are for the screen (the end date) and
//! for early warnings, never for a decision about rights.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{AccountId, Timestamp, UserId};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::wire::lenient;

/// The claims that were seen in a token; each may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claims {
    /// After this moment Kommo answers 401; nothing can be refreshed.
    pub expires_at: Option<Timestamp>,
    /// The account the token opens.
    pub account: Option<AccountId>,
    /// The user whose rights it has.
    pub user: Option<UserId>,
    /// What it opens.
    pub scopes: Option<Scopes>,
}

/// The scopes that the app asks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scopes {
    /// `crm`: deals, contacts, notes, tasks.
    pub crm: bool,
    /// `files`: the drive, where the signed PDF goes.
    pub files: bool,
}

/// The text is no JWT. It may still be a token that Kommo accepts: only asking tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token cannot be read")]
pub struct NotAToken;

#[derive(Deserialize)]
struct WireClaims {
    #[serde(default, deserialize_with = "lenient::seconds_or_none")]
    exp: Option<Timestamp>,
    #[serde(default, deserialize_with = "lenient::integer_or_none")]
    account_id: Option<i64>,
    #[serde(default, deserialize_with = "lenient::integer_or_none")]
    sub: Option<i64>,
    #[serde(default)]
    scopes: Option<Vec<String>>,
}

/// Reads the claims of a token, without checking its signature.
pub fn claims(token: &SecretString) -> Result<Claims, NotAToken> {
    let mut pieces = bare(token.expose_secret()).split('.');
    let (Some(_), Some(payload), Some(_), None) =
        (pieces.next(), pieces.next(), pieces.next(), pieces.next())
    else {
        return Err(NotAToken);
    };
    let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).map_err(|_| NotAToken)?;
    let wire: WireClaims = serde_json::from_slice(&bytes).map_err(|_| NotAToken)?;
    let has = |scopes: &[String], name: &str| scopes.iter().any(|scope| scope == name);
    Ok(Claims {
        expires_at: wire.exp,
        account: wire.account_id.map(AccountId),
        user: wire.sub.map(UserId),
        scopes: wire.scopes.map(|scopes| Scopes { crm: has(&scopes, "crm"), files: has(&scopes, "files") }),
    })
}

/// The token as pasted, without the white space and the "Bearer" that come along.
pub(crate) fn bare(text: &str) -> &str {
    let text = text.trim();
    match text.split_at_checked("bearer ".len()) {
        Some((start, rest)) if start.eq_ignore_ascii_case("bearer ") => rest.trim(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: &str) -> String {
        format!("eyJ0eXAiOiJKV1QifQ.{}.c2lnbmF0dXJl", URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn claims_are_read_in_every_shape_seen() {
        let full = r#"{"sub":"7700123","account_id":31900001,"base_domain":"kommo.com","api_domain":"api-c.kommo.com",
            "exp":1924905600,"scopes":["push_notifications","files","crm"]}"#;
        let claimed = Claims {
            expires_at: Some(Timestamp::from_second(1_924_905_600).unwrap()),
            account: Some(AccountId(31_900_001)),
            user: Some(UserId(7_700_123)),
            scopes: Some(Scopes { crm: true, files: true }),
        };
        for (text, expected) in [
            (token(full), Ok(claimed.clone())),
            (format!("  Bearer {}\n", token(full)), Ok(claimed.clone())),
            (token("{}"), Ok(Claims::default())),
            (
                token(r#"{"exp":1924905600.5,"account_id":"31900001","scopes":[]}"#),
                Ok(Claims { user: None, scopes: Some(Scopes { crm: false, files: false }), ..claimed }),
            ),
            ("no token".to_owned(), Err(NotAToken)),
            ("a.b".to_owned(), Err(NotAToken)),
            ("a.?.c".to_owned(), Err(NotAToken)),
            (token("not json"), Err(NotAToken)),
        ] {
            assert_eq!(claims(&SecretString::from(text.clone())), expected, "{text}");
        }
    }
}
