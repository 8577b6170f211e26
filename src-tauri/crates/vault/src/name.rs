//! Under which names the secrets stand in the keychain.

use std::fmt;

/// The service name of every entry, as a person sees it in the system's own keychain window.
pub(crate) const SERVICE: &str = "countersign";

/// Whose secrets: the name of a profile's folder. 1 to 64 of `a-z`, `0-9` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProfileName(String);

/// A text that cannot name a profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a profile name has 1 to 64 of a-z, 0-9 and -")]
pub struct NotAProfileName;

impl ProfileName {
    /// Checks the alphabet, so that no name can run into the `/` between the parts of an entry's name.
    pub fn new(name: &str) -> Result<Self, NotAProfileName> {
        let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if (1..=64).contains(&name.len()) && name.bytes().all(is_allowed) {
            Ok(Self(name.to_owned()))
        } else {
            Err(NotAProfileName)
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Which secret of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretName {
    /// The long-lived token of the Kommo account.
    KommoToken,
    /// The API token of the Oneflow account.
    OneflowToken,
    /// No secret in itself; kept here because a copied ledger must not bring it along (`design.md §7`).
    SeatId,
}

impl SecretName {
    /// Every name: what is tidied at start and removed with a profile.
    pub const ALL: [Self; 3] = [Self::KommoToken, Self::OneflowToken, Self::SeatId];

    /// The name as it stands in the keychain. Never changes: a renamed secret is a lost one.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::KommoToken => "kommo-token",
            Self::OneflowToken => "oneflow-token",
            Self::SeatId => "seat-id",
        }
    }
}

/// The user name of the entry that holds a secret's header.
pub(crate) fn header_user(profile: &ProfileName, name: SecretName) -> String {
    format!("{profile}/{}", name.as_str())
}

/// The user name of the entry that holds one part of a secret.
pub(crate) fn part_user(header_user: &str, generation: u32, index: u32) -> String {
    format!("{header_user}/{generation}.{index}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profile_names_hold_no_separator() {
        for (name, is_good) in [
            ("default", true),
            ("acme-31900001", true),
            ("", false),
            ("a/b", false),
            ("Acme", false),
            ("a.b", false),
            ("ö", false),
            (&"a".repeat(64), true),
            (&"a".repeat(65), false),
        ] {
            assert_eq!(ProfileName::new(name).is_ok(), is_good, "{name:?}");
        }
    }

    #[test]
    fn entries_are_named_as_released() {
        let profile = ProfileName::new("default").unwrap();
        let header = header_user(&profile, SecretName::KommoToken);
        assert_eq!(header, "default/kommo-token");
        assert_eq!(part_user(&header, 2, 0), "default/kommo-token/2.0");
    }
}
