//! What an API token looks like, to find a wrong paste before the service does.

use secrecy::SecretString;

/// Exactly this many characters (`api/oneflow.md §1`).
const LENGTH: usize = 40;

/// Why a text cannot be an API token. Never quotes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// Nothing was entered.
    #[error("no token")]
    Empty,
    /// A token has 40 characters.
    #[error("a token has 40 characters, this has {0}")]
    Length(usize),
    /// A token has only letters, digits and hyphens.
    #[error("a token has only letters, digits and hyphens")]
    Character,
}

/// Checks a pasted token; spaces around it are dropped.
pub fn parse_token(text: &str) -> Result<SecretString, TokenFault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TokenFault::Empty);
    }
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(TokenFault::Character);
    }
    if text.len() != LENGTH {
        return Err(TokenFault::Length(text.len()));
    }
    Ok(SecretString::from(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_paste_is_told_apart() {
        let good = "a1B2-".repeat(8);
        for (text, expected) in [
            (good.clone(), None),
            (format!(" {good}\n"), None),
            (String::new(), Some(TokenFault::Empty)),
            (good[1..].to_owned(), Some(TokenFault::Length(39))),
            (format!("{good}x"), Some(TokenFault::Length(41))),
            (good.replace('-', "_"), Some(TokenFault::Character)),
            (format!("{} {}", &good[..20], &good[20..]), Some(TokenFault::Character)),
        ] {
            assert_eq!(parse_token(&text).err(), expected, "{text}");
        }
    }
}
