//! What stands in a contract and would stand there otherwise if its preview were made now.
//!
//! Asked twice: before the create, where any difference stops the send; and for a contract that is out, where the deal
//! may have moved on and a new version is offered.

use crate::{
    mapping::Source,
    money::Money,
    payload::Payload,
    preview::{Origin, Preview, Slot},
    send::Difference,
};

/// Texts of `seen` that would be others now, in the order in which a preview shows them.
pub fn differences(seen: &Payload, now: &Preview) -> Vec<Difference> {
    if now.payload.as_ref() == Some(seen) {
        return Vec::new();
    }
    let values = now.values.iter().filter_map(|value| {
        let text = seen_text(seen, &value.slot)?;
        let is_same = text == value.text;
        (!is_same).then(|| Difference::Value {
            slot: value.slot.clone(),
            seen: text.to_owned(),
            now: value.text.clone(),
        })
    });
    let values: Vec<_> = values.collect();
    if values.is_empty() { vec![Difference::Contents] } else { values }
}

/// In what a deal moved on after its contract was sent. Empty: the contract says what the deal says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drift {
    /// Values of the contract that would be others now.
    pub values: Vec<Difference>,
    /// The price of the deal, where none of those values shows it already.
    pub price: Option<PriceDrift>,
}

/// The price of the deal at the click, and now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceDrift {
    /// At the click.
    pub sent: Option<Money>,
    /// Now.
    pub now: Option<Money>,
}

impl Drift {
    /// Compares what was sent with the preview of the same mapping, edits and day on the deal as it is known now.
    pub fn between(sent: &Payload, sent_price: Option<&Money>, now: &Preview, price: Option<&Money>) -> Self {
        // The invitation was read and is gone; whether a template still takes a create is no matter of this contract.
        let is_of_contract = |difference: &Difference| match difference {
            Difference::Value { slot, .. } => !matches!(slot, Slot::Subject | Slot::Message),
            Difference::DealGone
            | Difference::DealNotReady
            | Difference::TemplateGone
            | Difference::TemplateInactive
            | Difference::Contents => false,
        };
        let values: Vec<Difference> = differences(sent, now).into_iter().filter(is_of_contract).collect();
        let shows_price = |difference: &Difference| {
            let Difference::Value { slot, .. } = difference else { return false };
            now.value(slot).is_some_and(|value| value.origin == Origin::Kommo(Source::DealPrice))
        };
        let units = |money: Option<&Money>| money.map(|money| (money.minor_units(), money.currency.clone()));
        let has_moved = units(sent_price) != units(price) && !values.iter().any(shows_price);
        let price = has_moved.then(|| PriceDrift { sent: sent_price.cloned(), now: price.cloned() });
        Self { values, price }
    }

    /// Whether the contract says what the deal says.
    pub fn is_none(&self) -> bool {
        self.values.is_empty() && self.price.is_none()
    }
}

/// The text of a slot as it was seen; `None` for what the payload leaves to the template.
fn seen_text<'a>(seen: &'a Payload, slot: &Slot) -> Option<&'a str> {
    let internal = seen.internal.as_ref();
    match slot {
        Slot::Name => Some(&seen.name),
        Slot::Subject => Some(&seen.subject),
        Slot::Message => Some(&seen.message),
        Slot::Company => seen.client.company.as_deref(),
        Slot::ClientName => Some(&seen.client.signatory.name),
        Slot::ClientEmail => Some(&seen.client.signatory.email),
        Slot::InternalName => internal.map(|person| person.name.as_str()),
        Slot::InternalEmail => internal.map(|person| person.email.as_str()),
        Slot::Field(custom_id) => {
            seen.fields.iter().find(|field| field.custom_id == *custom_id).map(|field| field.value.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::{DealId, TemplateId, WorkspaceId},
        payload::{Client, PayloadField, Signatory},
        preview::{PreviewId, PreviewValue},
        send::Generation,
    };

    fn sent() -> Payload {
        Payload {
            mapping: 1,
            workspace: WorkspaceId(1),
            template: TemplateId(2),
            name: "Agreement with Kraft".to_owned(),
            subject: "Hello".to_owned(),
            message: "Please sign".to_owned(),
            fields: vec![PayloadField { custom_id: "amount".to_owned(), value: "43037".to_owned() }],
            has_marker_fields: true,
            client: Client {
                company: Some("Kraft".to_owned()),
                signatory: Signatory { name: "Ada".to_owned(), email: "ada@kraft.se".to_owned() },
                delivery_channel: "email".to_owned(),
            },
            internal: None,
        }
    }

    /// The preview that made [`sent`], with other texts in some slots.
    fn preview(changed: &[(&str, &str)]) -> Preview {
        let texts = [
            ("name", "Agreement with Kraft", Origin::Composed),
            ("subject", "Hello", Origin::Setup),
            ("message", "Please sign", Origin::Setup),
            ("company", "Kraft", Origin::Kommo(Source::CompanyName)),
            ("client.name", "Ada", Origin::Kommo(Source::ContactName)),
            ("client.email", "ada@kraft.se", Origin::Kommo(Source::ContactEmail)),
            ("internal.name", "", Origin::Template),
            ("field:amount", "43037", Origin::Kommo(Source::DealPrice)),
        ];
        let values = texts.into_iter().map(|(slot, text, origin)| {
            let text = changed.iter().find(|(of, _)| *of == slot).map_or(text, |(_, text)| text);
            PreviewValue { slot: slot.parse().unwrap(), label: String::new(), text: text.to_owned(), origin }
        });
        Preview {
            id: PreviewId(String::new()),
            deal: DealId(5),
            generation: Generation::FIRST,
            values: values.collect(),
            is_individual: false,
            problems: Vec::new(),
            payload: changed.is_empty().then(sent),
        }
    }

    fn slots(drift: &Drift) -> Vec<String> {
        let slot = |difference: &Difference| match difference {
            Difference::Value { slot, seen, now } => {
                assert_ne!(seen, now);
                slot.to_string()
            }
            other => panic!("{other:?} is no value"),
        };
        drift.values.iter().map(slot).collect()
    }

    #[test]
    fn a_contract_says_what_its_deal_does_not_say_any_more() {
        let money = |units: i64| Some(Money::new(units.into(), "EUR"));
        let check = |why: &str,
                     changed: &[(&str, &str)],
                     price: Option<Money>,
                     wanted: &[&str],
                     tells_price: bool| {
            let drift = Drift::between(&sent(), money(43037).as_ref(), &preview(changed), price.as_ref());
            assert_eq!(slots(&drift), wanted, "{why}");
            assert_eq!(drift.price.is_some(), tells_price, "{why}");
            assert_eq!(drift.is_none(), wanted.is_empty() && !tells_price, "{why}");
        };
        check("nothing moved", &[], money(43037), &[], false);
        check("another contact", &[("client.email", "bo@kraft.se")], money(43037), &["client.email"], false);
        check(
            "the contact lost its address",
            &[("client.email", "")],
            money(43037),
            &["client.email"],
            false,
        );
        check("only the invitation", &[("subject", "Hi"), ("message", "!")], money(43037), &[], false);
        check("a price that the contract does not show", &[], money(50000), &[], true);
        check("the price was taken away", &[], None, &[], true);
        check("a price that it shows", &[("field:amount", "50000")], money(50000), &["field:amount"], false);
        check(
            "the company was renamed",
            &[("company", "Kraft AB"), ("name", "Agreement with Kraft AB")],
            money(43037),
            &["name", "company"],
            false,
        );
    }

    #[test]
    fn a_difference_without_a_text_is_one_of_the_contents() {
        let mut other = preview(&[]);
        other.payload = Some(Payload { template: TemplateId(3), ..sent() });
        assert_eq!(differences(&sent(), &other), [Difference::Contents]);
        assert_eq!(differences(&sent(), &preview(&[])), []);
    }
}
