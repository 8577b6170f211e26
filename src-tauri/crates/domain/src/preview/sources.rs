//! Reads the sources of a rule from a deal.

use jiff::tz::TimeZone;

use super::{Edits, Origin, Slot};
use crate::{
    clock::Timestamp,
    deal::{Contact, FieldValue, FieldValues, FullDeal, values_of},
    format::Format,
    id::FieldId,
    mapping::{Rule, Source},
    text::several_lines,
};

/// A text and where it came from.
#[derive(Debug, Clone)]
pub(super) struct Reading<'a> {
    pub(super) text: String,
    pub(super) origin: Origin,
    /// The source that gave it.
    pub(super) source: Option<&'a Source>,
}

impl Reading<'_> {
    pub(super) fn new(text: String, origin: Origin) -> Self {
        Self { text, origin, source: None }
    }
}

/// Everything a rule can take a text from.
#[derive(Debug)]
pub(super) struct Sources<'a> {
    pub(super) deal: &'a FullDeal,
    pub(super) signatory: Option<&'a Contact>,
    pub(super) edits: &'a Edits,
    pub(super) now: Timestamp,
    pub(super) zone: &'a TimeZone,
}

/// The main contact, else the first one in Kommo's order. `None` also if that very person could not be read: the next
/// contact in line is not the one who was chosen to sign.
pub(super) fn signatory(deal: &FullDeal) -> Option<&Contact> {
    let links = &deal.deal.contacts;
    let chosen = links.iter().find(|link| link.is_main).or(links.first())?;
    deal.contacts.iter().find(|contact| contact.id == chosen.id)
}

/// The e-mails of a contact without the empty ones.
pub(super) fn emails(contact: &Contact) -> impl Iterator<Item = &str> {
    contact.emails.iter().map(|email| email.trim()).filter(|email| !email.is_empty())
}

impl<'a> Sources<'a> {
    /// The first source that gives a text, else the default, else nothing.
    pub(super) fn read(&self, rule: &'a Rule) -> Reading<'a> {
        for source in &rule.sources {
            let typed = self.typed(source);
            let text = typed.map_or_else(|| self.text_of(source, rule.format), str::to_owned);
            let text = several_lines(&text);
            if !text.is_empty() {
                let origin = if typed.is_some() { Origin::Edited } else { origin_of(source) };
                return Reading { text, origin, source: Some(source) };
            }
        }
        let default = rule.default.as_deref().map(several_lines).filter(|text| !text.is_empty());
        default.map_or_else(
            || Reading::new(String::new(), Origin::Empty),
            |text| Reading::new(text, Origin::Default),
        )
    }

    /// What a person typed in the place of a party stands for its source, so that data fields which repeat it follow:
    /// a corrected e-mail is corrected everywhere.
    fn typed(&self, source: &Source) -> Option<&'a str> {
        let slot = match source {
            Source::CompanyName => Slot::Company,
            Source::ContactName => Slot::ClientName,
            Source::ContactEmail => Slot::ClientEmail,
            Source::DealName
            | Source::DealId
            | Source::DealPrice
            | Source::DealWonOn
            | Source::DealOwner
            | Source::DealField(_)
            | Source::CompanyField(_)
            | Source::ContactPhone
            | Source::ContactField(_)
            | Source::Today
            | Source::Fixed(_) => return None,
        };
        self.edits.get(&slot).map(String::as_str)
    }

    fn text_of(&self, source: &Source, format: Format) -> String {
        let deal = &self.deal.deal;
        let company = self.deal.company.as_ref();
        let text = match source {
            Source::DealName => Some(deal.name.clone()),
            Source::DealId => Some(deal.id.to_string()),
            Source::DealPrice => deal.price.map(|price| format.number(price)),
            Source::DealWonOn => deal.closed_at.map(|won| format.day(won, self.zone)),
            Source::DealOwner => self.deal.owner.clone(),
            Source::DealField(field) => Some(self.field(&deal.fields, *field, format)),
            Source::CompanyName => company.map(|company| company.name.clone()),
            Source::CompanyField(field) => company.map(|company| self.field(&company.fields, *field, format)),
            Source::ContactName => self.signatory.map(|contact| contact.name.clone()),
            Source::ContactEmail => {
                self.signatory.and_then(|contact| emails(contact).next()).map(str::to_owned)
            }
            Source::ContactPhone => self.signatory.and_then(|contact| contact.phones.first()).cloned(),
            Source::ContactField(field) => {
                self.signatory.map(|contact| self.field(&contact.fields, *field, format))
            }
            Source::Today => Some(format.day(self.now, self.zone)),
            Source::Fixed(text) => Some(text.clone()),
        };
        text.unwrap_or_default()
    }

    /// All values of a custom field, with commas between them.
    fn field(&self, fields: &[FieldValues], field: FieldId, format: Format) -> String {
        let texts = values_of(fields, field).iter().map(|value| match value {
            FieldValue::Text(text) => text.trim().to_owned(),
            FieldValue::Number(number) => format.number(*number),
            // Guess: contracts in other languages want other words; the preview shows these and they can be edited.
            FieldValue::Flag(is_set) => if *is_set { "Yes" } else { "No" }.to_owned(),
            // Moments are written as days too: a contract tells no time of day, and the values do not tell the two
            // kinds of field apart. A day slips unless the account's zone is taken (`api/kommo.md §10.4`).
            FieldValue::Instant(instant) => format.day(*instant, self.zone),
        });
        texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

fn origin_of(source: &Source) -> Origin {
    match source {
        Source::Today => Origin::Today,
        Source::Fixed(_) => Origin::Setup,
        Source::DealName
        | Source::DealId
        | Source::DealPrice
        | Source::DealWonOn
        | Source::DealOwner
        | Source::DealField(_)
        | Source::CompanyName
        | Source::CompanyField(_)
        | Source::ContactName
        | Source::ContactEmail
        | Source::ContactPhone
        | Source::ContactField(_) => Origin::Kommo(source.clone()),
    }
}
