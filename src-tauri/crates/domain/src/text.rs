//! Folding of texts for search, checks of addresses, and what a text must lose before it goes into a contract.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Folds case and accents, so that "oresund" finds "Öresund" and "istanbul" finds "İstanbul".
pub fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .map(plain_letter)
        .collect()
}

/// Letters that do not decompose but that people type without their stroke.
fn plain_letter(letter: char) -> char {
    match letter {
        'ı' => 'i',
        'ø' => 'o',
        'ł' => 'l',
        'đ' => 'd',
        _ => letter,
    }
}

/// Whether an address could receive mail: a name, an at sign, and a domain with a dot.
pub fn is_email(text: &str) -> bool {
    use email_address::{EmailAddress, Options};
    let options = Options::default().without_display_text().without_domain_literal().with_required_tld();
    EmailAddress::parse_with_options(text, options).is_ok() && text.is_ascii()
}

/// Cuts to at most `limit` characters, with an ellipsis where something was cut.
pub fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// A text for a place that holds one line, such as a name: line breaks and control characters become spaces, signs
/// that turn the writing direction or cannot be seen are dropped, spaces are not repeated.
///
/// A name with a right-to-left override reads one way in the preview and another in the contract, so those signs
/// never stay.
pub fn one_line(text: &str) -> String {
    let visible = text.chars().filter(|letter| !is_hidden(*letter));
    let spaced = visible.map(|letter| if is_control(letter) { ' ' } else { letter });
    let mut line = String::with_capacity(text.len());
    for letter in spaced {
        if letter != ' ' || !line.ends_with(' ') {
            line.push(letter);
        }
    }
    line.trim().to_owned()
}

/// A text for a place that holds several lines: line breaks become `\n`, other control characters become spaces, signs
/// that turn the writing direction or cannot be seen are dropped.
pub fn several_lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let visible = text.chars().filter(|letter| !is_hidden(*letter));
    let spaced = visible.map(|letter| if is_control(letter) && letter != '\n' { ' ' } else { letter });
    spaced.collect::<String>().trim().to_owned()
}

/// Control characters, and the two line breaks that Unicode does not count among them.
fn is_control(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}')
}

/// Bidirectional controls, zero-width space and byte order mark. The joiners stay: emoji and Persian need them.
fn is_hidden(letter: char) -> bool {
    matches!(
        letter,
        '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_finds_names_without_their_accents() {
        let check = |name: &str, typed: &str| assert!(fold(name).contains(&fold(typed)), "{typed} in {name}");
        check("Öresund Kraft AB", "oresund");
        check("İstanbul Işıklı Ltd. Şti.", "isikli");
        check("ŻÓŁĆ Sp. z o.o.", "zolc");
        check("Компания Ёлка", "елка");
        check("Ångström 🚀", "angstrom 🚀");
    }

    #[test]
    fn addresses_that_cannot_receive_mail_are_found() {
        for good in ["asa@oresund.se", "a.b+c@sub.example.co", "o'neil@example.com"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "kund@",
            "@example.com",
            "kund",
            "kund@localhost",
            "a b@example.com",
            "a@b@example.com",
            "å@example.com",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn texts_are_cut_by_characters_not_bytes() {
        assert_eq!(shorten("åäö", 3), "åäö");
        assert_eq!(shorten("åäöå", 3), "åä…");
    }

    #[test]
    fn names_lose_what_would_break_or_disguise_them() {
        let check = |typed: &str, wanted: &str| assert_eq!(one_line(typed), wanted, "{typed:?}");
        check("  Öresund\r\nKraft\tAB ", "Öresund Kraft AB");
        check("Acme \u{202e}gnp.exe\u{202c}", "Acme gnp.exe");
        check("\u{feff}Anna\u{2028}Berg\u{200b}", "Anna Berg");
        check("👩\u{200d}🚀 Ltd", "👩\u{200d}🚀 Ltd");
        check("43\u{202f}037,50", "43\u{202f}037,50");
        check(" \u{200f} \0 ", "");
    }

    #[test]
    fn messages_keep_their_lines() {
        let check = |typed: &str, wanted: &str| assert_eq!(several_lines(typed), wanted, "{typed:?}");
        check("Hello,\r\n\r\nread it.\r", "Hello,\n\nread it.");
        check("a\tb\u{2029}c\u{202e}d", "a b\ncd");
        check("\n \u{7}\n", "");
    }
}
