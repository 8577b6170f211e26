//! What a notification says.

use domain::{Money, format::Format, observation::ChangeKind};
use engine::{app::TokenEnds, watching::Notice};

use crate::{native::Native, outside::Notification};

/// That something happened to a contract.
///
/// Of a contract that was not sent from here the amount is not known, and sometimes not even the company.
pub(crate) fn of_change(native: &Native, notice: &Notice) -> Notification {
    let key = match notice.kind {
        ChangeKind::AllSigned => "signed",
        ChangeKind::Declined => "declined",
        ChangeKind::Expired => "expired",
        _ => "participant_signed",
    };
    let contract = notice.contract.to_string();
    let company = first_of([&notice.company, &notice.deal, &contract]);
    let name = first_of([notice.name.as_deref().unwrap_or_default(), company]);
    let amount = notice.amount.as_ref().map(|money| amount(native, money)).unwrap_or_default();
    let about = match notice.kind {
        ChangeKind::AllSigned | ChangeKind::Declined | ChangeKind::Expired => [&notice.deal, &amount],
        _ => [&notice.company, &notice.deal],
    };
    let about: Vec<&str> = about.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    let about = about.join(" · ");
    let slots = [("company", company), ("name", name), ("about", first_of([&about, &contract]))];
    Notification {
        title: native.text(&format!("{key}.title"), &slots),
        body: native.text(&format!("{key}.body"), &slots),
        contract: Some(contract),
    }
}

/// That the Kommo token ends soon.
pub(crate) fn of_token_end(native: &Native, ends: TokenEnds) -> Notification {
    let key = if ends.days > 1 { "token_ends" } else { "token_ends_soon" };
    let (days, day) = (ends.days.to_string(), ends.at.strftime("%Y-%m-%d").to_string());
    let slots = [("days", days.as_str()), ("day", &day)];
    Notification {
        title: native.text(&format!("{key}.title"), &slots),
        body: native.text(&format!("{key}.body"), &slots),
        contract: None,
    }
}

/// The first that says anything.
fn first_of<const N: usize>(texts: [&str; N]) -> &str {
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
}

/// With the signs of the number that the language gives as its example.
fn amount(native: &Native, money: &Money) -> String {
    let example = native.text("number", &[]);
    let mut signs = example.matches(|sign: char| !sign.is_ascii_digit());
    let (group, decimal) = (signs.next().unwrap_or_default(), signs.next().unwrap_or_default());
    let number = Format::SpacedComma.number(money.amount).replace(',', decimal).replace('\u{202f}', group);
    format!("{number} {}", money.currency)
}

#[cfg(test)]
mod tests {
    use domain::ContractId;
    use engine::watching::ChangeId;

    use super::*;

    fn notice(kind: ChangeKind) -> Notice {
        Notice {
            change: ChangeId(1),
            kind,
            name: None,
            contract: ContractId(8_812_004),
            deal: "Annual licence".to_owned(),
            company: "Öresund Kraft AB".to_owned(),
            amount: Some(Money::new("55601.5".parse().unwrap(), "EUR")),
        }
    }

    #[track_caller]
    fn says(language: &str, notice: &Notice, title: &str, body: &str) {
        let said = of_change(&Native::of(language), notice);
        assert_eq!((said.title.as_str(), said.body.as_str()), (title, body));
        assert_eq!(said.contract.as_deref(), Some("8812004"));
    }

    #[test]
    fn an_amount_is_written_as_the_language_writes_numbers() {
        let signed = notice(ChangeKind::AllSigned);
        let body = "Annual licence · 55,601.50 EUR. All parties have signed.";
        says("en", &signed, "Öresund Kraft AB signed", body);
        let body = "Annual licence · 55\u{202f}601,50 EUR. Alla parter har signerat.";
        says("sv", &signed, "Öresund Kraft AB har signerat", body);
    }

    #[test]
    fn what_is_not_known_of_a_contract_leaves_no_gap() {
        let mut declined = Notice { amount: None, ..notice(ChangeKind::Declined) };
        let body = "Annual licence. Open the contract to see who declined.";
        says("en", &declined, "Öresund Kraft AB declined", body);
        declined.company.clear();
        says("en", &declined, "Annual licence declined", body);
        declined.deal.clear();
        says("en", &declined, "8812004 declined", "8812004. Open the contract to see who declined.");
    }

    #[test]
    fn who_signed_is_named_where_others_have_still_to() {
        let name = Some("Åsa Lindqvist".to_owned());
        let signed = Notice { name, ..notice(ChangeKind::ParticipantSigned) };
        let body = "Öresund Kraft AB · Annual licence. Others have still to sign.";
        says("en", &signed, "Åsa Lindqvist signed", body);
    }
}
