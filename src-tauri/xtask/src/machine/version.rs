//! Versions as programs print them.

use std::fmt;

/// Major and minor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) u32, pub(crate) u32);

impl Version {
    /// The first version in a line such as `rustc 1.95.0 (…)` or `v20.20.2`.
    pub(crate) fn find(text: &str) -> Option<Self> {
        text.split_whitespace().find_map(|word| {
            let mut parts = word.trim_start_matches('v').split('.');
            let major = parts.next()?.parse().ok()?;
            let minor = parts.next()?.parse().ok()?;
            Some(Self(major, minor))
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_programs_print() {
        for (told, version) in [
            ("rustc 1.95.0 (f8297e351 2026-04-16)", Some(Version(1, 95))),
            ("v20.20.2", Some(Version(20, 20))),
            ("rustc 1.100.0-nightly", Some(Version(1, 100))),
            ("no version here", None),
        ] {
            assert_eq!(Version::find(told), version, "{told}");
        }
        assert!(Version(1, 100) > Version(1, 95), "numbers, not text, are compared");
    }
}
