//! Texts with slots: "Agreement with {company} - {plan}".

/// Puts words into the slots of `pattern`, once: what a word brings along is text, even if it looks like a slot.
/// Braces that hold no known slot are left as they are.
pub(super) fn compose<'a>(pattern: &str, word: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let slot = after.split_once('}').and_then(|(name, behind)| Some((word(name)?, behind)));
        if let Some((word, behind)) = slot {
            text.push_str(word);
            rest = behind;
        } else {
            text.push('{');
            rest = after;
        }
    }
    text.push_str(rest);
    text
}

/// The slots that a text may have.
pub(super) const SLOTS: [&str; 6] = ["company", "plan", "deal", "contact", "amount", "date"];

/// Whether `pattern` has this slot.
pub(super) fn has_slot(pattern: &str, slot: &str) -> bool {
    pattern.contains(&format!("{{{slot}}}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_slots_are_filled_and_only_once() {
        let word = |name: &str| match name {
            "company" => Some("{plan} AB"),
            "plan" => Some("Growth"),
            _ => None,
        };
        let check = |pattern: &str, wanted: &str| assert_eq!(compose(pattern, word), wanted, "{pattern}");
        check("Agreement with {company} - {plan}", "Agreement with {plan} AB - Growth");
        check("{unknown} {plan", "{unknown} {plan");
        check("{{plan}}", "{Growth}");
        check("{ {plan} }", "{ Growth }");
        check("{}}{", "{}}{");
        check("", "");
    }
}
