//! The few texts that Rust itself shows: notifications, menu, dialogs.
//!
//! They stand in the same files as all others, under `native.`, with plain `{name}` slots.

use std::collections::BTreeMap;

/// Languages, by the name of their file; the first is the reference.
const FILES: [(&str, &str); 2] = [
    ("en", include_str!("../../../../ui/messages/en.json")),
    ("sv", include_str!("../../../../ui/messages/sv.json")),
];

const PREFIX: &str = "native.";

/// The texts of one language.
#[derive(Debug, Clone)]
pub struct Native {
    texts: BTreeMap<String, String>,
}

impl Native {
    /// The texts in `language` (`sv`, `sv-SE`, `sv_SE.UTF-8`), English where there is none.
    pub fn of(language: &str) -> Self {
        let wanted = language.split(['-', '_', '.']).next().unwrap_or_default().to_lowercase();
        let file = FILES.iter().find(|(name, _)| *name == wanted).unwrap_or(&FILES[0]);
        let all: BTreeMap<String, String> =
            serde_json::from_str(file.1).expect("BUG: the messages are read by a test of this crate");
        Self { texts: all.into_iter().filter(|(key, _)| key.starts_with(PREFIX)).collect() }
    }

    /// The text of `native.{key}` with its slots filled; the key itself where there is no text.
    pub fn text(&self, key: &str, slots: &[(&str, &str)]) -> String {
        let text = self.texts.get(&format!("{PREFIX}{key}")).map_or(key, String::as_str);
        slots.iter().fold(text.to_owned(), |text, (slot, value)| text.replace(&format!("{{{slot}}}"), value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_native_text() {
        let reference = Native::of("en");
        assert!(!reference.texts.is_empty(), "the reference has texts");
        for (language, _) in FILES {
            let keys: Vec<String> = Native::of(language).texts.into_keys().collect();
            assert_eq!(keys, reference.texts.keys().cloned().collect::<Vec<_>>(), "{language}");
        }
    }

    #[test]
    fn slots_are_filled_and_unknown_languages_read_english() {
        let check = |language: &str, wanted: &str| {
            let text = Native::of(language).text("signed.title", &[("company", "Öresund Kraft AB")]);
            assert_eq!(text, wanted, "{language}");
        };
        check("en-GB", "Öresund Kraft AB signed");
        check("xx", "Öresund Kraft AB signed");
        check("", "Öresund Kraft AB signed");
    }
}
