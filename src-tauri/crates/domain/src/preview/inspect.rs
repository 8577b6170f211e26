//! Finds what is wrong with filled slots.

use std::collections::BTreeSet;

use super::{
    Edits, Origin, Problem, ProblemKind, Slot,
    compose::has_slot,
    fill::{EMAIL_CHANNEL, Facts, Filled, NAME_LIMIT},
    sources::{emails, signatory},
};
use crate::{
    deal::FullDeal,
    mapping::{FieldRule, Mapping, Source},
    text::{fold, is_email},
};

/// Characters in the name of a participant (`api/oneflow.md §3.6`).
const PERSON_LIMIT: usize = 100;
/// Characters in the text of a data field (`api/oneflow.md §3.4`).
const VALUE_LIMIT: usize = 1024;

/// All problems, blocking ones first.
pub(super) fn problems(
    mapping: &Mapping,
    deal: &FullDeal,
    edits: &Edits,
    facts: &Facts<'_>,
    filled: &Filled,
) -> Vec<Problem> {
    let inspection = Inspection { mapping, deal, edits, facts, filled };
    let mut problems = inspection.template();
    problems.extend(inspection.signatories());
    problems.extend(inspection.empty_values());
    problems.extend(inspection.long_texts());
    problems.extend(inspection.choices());
    problems.extend(inspection.defaults());
    problems.extend(inspection.amount());
    problems.extend(inspection.surroundings());
    problems.sort();
    problems.dedup();
    problems
}

struct Inspection<'a> {
    mapping: &'a Mapping,
    deal: &'a FullDeal,
    edits: &'a Edits,
    facts: &'a Facts<'a>,
    filled: &'a Filled,
}

impl Inspection<'_> {
    fn template(&self) -> Vec<Problem> {
        let Some(template) = self.facts.template else { return vec![ProblemKind::TemplateGone.at(None)] };
        let mut problems = Vec::new();
        // Templates that come inside their workspace name none (`api/oneflow.md §3.5`).
        if !template.workspaces.is_empty() && !template.workspaces.contains(&self.mapping.workspace) {
            problems.push(ProblemKind::TemplateGone.at(None));
        }
        if !template.is_active {
            problems.push(ProblemKind::TemplateInactive.at(None));
        }
        // Guess: a template that names no channel at all did not tell; e-mail is then tried.
        let channels = &template.delivery_channels;
        if !channels.is_empty() && !channels.iter().any(|channel| channel == EMAIL_CHANNEL) {
            problems.push(ProblemKind::NoEmailChannel.at(None));
        }
        problems
    }

    fn signatories(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.filled.text(&Slot::ClientName).is_empty() {
            let is_known = signatory(self.deal).is_some();
            let kind = if is_known { ProblemKind::NameMissing } else { ProblemKind::SignatoryMissing };
            problems.push(kind.at(Slot::ClientName));
        }
        problems.extend(self.email(Slot::ClientEmail));
        if self.mapping.internal.is_some() {
            if self.filled.text(&Slot::InternalName).is_empty() {
                problems.push(ProblemKind::NameMissing.at(Slot::InternalName));
            }
            problems.extend(self.email(Slot::InternalEmail).or_else(|| self.internal_user()));
        }
        problems
    }

    fn email(&self, slot: Slot) -> Option<Problem> {
        match self.filled.text(&slot) {
            "" => Some(ProblemKind::EmailMissing.at(slot)),
            text if !is_email(text) => Some(ProblemKind::EmailMalformed.at(slot)),
            _ => None,
        }
    }

    /// The owner side takes only active users of the account (`api/oneflow.md §3.6`).
    fn internal_user(&self) -> Option<Problem> {
        let email = self.filled.text(&Slot::InternalEmail);
        let is_known = self
            .facts
            .oneflow_users?
            .iter()
            .any(|user| user.is_active && is_same_address(&user.email, email));
        (!is_known).then(|| ProblemKind::InternalUnknown.at(Slot::InternalEmail))
    }

    fn empty_values(&self) -> Vec<Problem> {
        let required = self.mapping.fields.iter().filter(|field| field.is_required).map(slot_of);
        // Guess: Oneflow may take an empty subject or message (`api/oneflow.md §3.8`); nobody means to send one.
        let texts = [Slot::Name, Slot::Subject, Slot::Message];
        // Empty without being an individual: the company of the deal could not be read.
        let company = (!self.filled.is_individual).then_some(Slot::Company);
        let wanted = required.chain(texts).chain(company);
        wanted
            .filter(|slot| self.filled.text(slot).is_empty())
            .map(|slot| ProblemKind::ValueMissing.at(slot))
            .collect()
    }

    fn long_texts(&self) -> Vec<Problem> {
        let sent = self.filled.values.iter().filter(|value| value.origin != Origin::Template);
        let long = sent.filter(|value| {
            let limit = match value.slot {
                Slot::Name => NAME_LIMIT,
                Slot::ClientName | Slot::InternalName => PERSON_LIMIT,
                Slot::Field(_) => VALUE_LIMIT,
                // Addresses are checked as such; no limit is known of the others.
                Slot::ClientEmail | Slot::InternalEmail | Slot::Company | Slot::Subject | Slot::Message => {
                    return false;
                }
            };
            value.text.chars().count() > limit
        });
        long.map(|value| ProblemKind::TextTooLong.at(value.slot.clone())).collect()
    }

    /// Where the first of several was taken, and where one person stands on both sides. Typing the e-mail is choosing.
    fn choices(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if !self.edits.contains_key(&Slot::ClientEmail) {
            let with_email = self.deal.contacts.iter().filter(|contact| emails(contact).next().is_some());
            if with_email.count() > 1 {
                problems.push(ProblemKind::TwoContactsWithEmail.at(Slot::ClientEmail));
            }
            let own: BTreeSet<_> =
                signatory(self.deal).into_iter().flat_map(emails).map(str::to_lowercase).collect();
            if own.len() > 1 {
                problems.push(ProblemKind::TwoEmails.at(Slot::ClientEmail));
            }
        }
        let is_same = |client: &Slot, internal: &Slot, same: &dyn Fn(&str, &str) -> bool| {
            let (client, internal) = (self.filled.text(client), self.filled.text(internal));
            !client.is_empty() && same(client, internal)
        };
        if is_same(&Slot::ClientEmail, &Slot::InternalEmail, &is_same_address) {
            problems.push(ProblemKind::SamePersonOnBothSides.at(Slot::ClientEmail));
        } else if is_same(&Slot::ClientName, &Slot::InternalName, &|one, other| fold(one) == fold(other)) {
            problems.push(ProblemKind::SamePersonOnBothSides.at(Slot::ClientName));
        }
        problems
    }

    fn defaults(&self) -> Vec<Problem> {
        let shown = self.filled.values.iter().filter(|value| value.origin == Origin::Default);
        let shown = shown.map(|value| value.slot.clone());
        let is_plan_hidden = self.filled.hidden_plan == Some(Origin::Default);
        let plan =
            is_plan_hidden.then(|| self.texts_with("plan").find(|slot| !self.edits.contains_key(slot)));
        shown.chain(plan.flatten()).map(|slot| ProblemKind::DefaultUsed.at(slot)).collect()
    }

    /// An amount of nothing, in the data fields that show the price, else in the texts that do, else on the deal.
    fn amount(&self) -> Vec<Problem> {
        let is_price = |field: &&FieldRule| field.rule.sources.first() == Some(&Source::DealPrice);
        let fields: Vec<Slot> = self.mapping.fields.iter().filter(is_price).map(slot_of).collect();
        if !fields.is_empty() {
            let zero = fields.into_iter().filter(|slot| is_nothing(self.filled.text(slot)));
            return zero.map(|slot| ProblemKind::AmountZero.at(slot)).collect();
        }
        if self.deal.deal.price.is_some_and(|price| !price.is_zero()) {
            return Vec::new();
        }
        let texts: Vec<Slot> = self.texts_with("amount").collect();
        if texts.is_empty() {
            return vec![ProblemKind::AmountZero.at(None)];
        }
        let unedited = texts.into_iter().find(|slot| !self.edits.contains_key(slot));
        unedited.map(|slot| ProblemKind::AmountZero.at(slot)).into_iter().collect()
    }

    fn surroundings(&self) -> Vec<Problem> {
        let marker_fields = (!self.facts.has_marker_fields).then_some(ProblemKind::MarkerFieldsMissing);
        let contract_field = self
            .facts
            .foreign_contract
            .map(|text| ProblemKind::ContractFieldForeign { text: text.to_owned() });
        marker_fields.into_iter().chain(contract_field).map(|kind| kind.at(None)).collect()
    }

    /// The texts whose pattern has this slot.
    fn texts_with(&self, slot: &'static str) -> impl Iterator<Item = Slot> {
        let Mapping { name, subject, message, .. } = self.mapping;
        let texts = [(Slot::Name, name), (Slot::Subject, subject), (Slot::Message, message)];
        texts.into_iter().filter(move |(_, pattern)| has_slot(pattern, slot)).map(|(text, _)| text)
    }
}

fn slot_of(field: &FieldRule) -> Slot {
    Slot::Field(field.custom_id.clone())
}

/// Mail servers may tell cases apart; address books and Oneflow's users do not.
fn is_same_address(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// Whether a text is no amount: empty, or only zeros and signs. "Free of charge" is one.
fn is_nothing(text: &str) -> bool {
    text.chars().all(|letter| letter == '0' || !letter.is_alphanumeric())
}
