//! Fills the slots of a contract from a deal.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::{
    Edits, Origin, Preview, PreviewId, PreviewValue, Severity, Slot,
    compose::{SLOTS, compose, has_slot},
    inspect,
    sources::{Reading, Sources, signatory},
};
use crate::{
    clock::Timestamp,
    deal::FullDeal,
    mapping::{FieldRule, Mapping, Rule, Source},
    payload::{Client, Payload, PayloadField, Signatory},
    send::Generation,
    template::{OneflowUser, Template},
    text::{one_line, several_lines, shorten},
};

/// Characters in the name of a contract (`api/oneflow.md §3.6`).
pub(super) const NAME_LIMIT: usize = 130;
/// Guess: no limit of a subject is known. What is put together is cut here, what a person typed is sent as it is.
const SUBJECT_LIMIT: usize = 250;
/// The only way in which Countersign sends (`api/oneflow.md §3.6`).
pub(super) const EMAIL_CHANNEL: &str = "email";

/// Everything a preview looks at besides the deal and the mapping.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// For "today".
    pub now: Timestamp,
    /// The Kommo account's zone.
    pub zone: TimeZone,
    /// The mapping's template as last seen; `None` if it is gone.
    pub template: Option<&'a Template>,
    /// Whether the template type has the three marker fields.
    pub has_marker_fields: bool,
    /// Oneflow's users, where they are known.
    pub oneflow_users: Option<&'a [OneflowUser]>,
    /// What the deal's contract field holds, if that is no contract of this deal.
    pub foreign_contract: Option<&'a str>,
}

/// Applies `mapping` to `deal`.
///
/// An edit replaces the text of its slot, and the texts put together from that slot follow, unless they are edited
/// too. Edits of slots that this contract does not have are ignored.
///
/// Where neither a mapped field nor the company gives a name, the recipe takes the contact's. A person is no company,
/// so the client then signs as an individual, and `{company}` in the texts is the person's name; so it is when a
/// person empties the company. Typing a company makes it a company again.
pub fn preview(
    mapping: &Mapping,
    deal: &FullDeal,
    generation: Generation,
    edits: &Edits,
    facts: &Facts<'_>,
) -> Preview {
    let filled = Filled::new(mapping, deal, edits, facts);
    let problems = inspect::problems(mapping, deal, edits, facts, &filled);
    let is_blocked = problems.iter().any(|problem| problem.severity == Severity::Blocking);
    let payload = (!is_blocked).then(|| filled.payload(mapping, facts));
    let outcome = payload.as_ref().ok_or(problems.as_slice());
    let id = PreviewId::of(deal.deal.id, generation, &filled.values, outcome);
    let Filled { values, is_individual, .. } = filled;
    Preview { id, deal: deal.deal.id, generation, values, is_individual, problems, payload }
}

/// The places of one contract with their texts.
#[derive(Debug)]
pub(super) struct Filled {
    pub(super) values: Vec<PreviewValue>,
    pub(super) is_individual: bool,
    /// Where the plan came from, if no data field shows it.
    pub(super) hidden_plan: Option<Origin>,
}

impl Filled {
    fn new(mapping: &Mapping, deal: &FullDeal, edits: &Edits, facts: &Facts<'_>) -> Self {
        let sources = Sources { deal, signatory: signatory(deal), edits, now: facts.now, zone: &facts.zone };
        let filling = Filling { mapping, edits, sources };
        let (name, email) = (Rule::from([Source::ContactName]), Rule::from([Source::ContactEmail]));
        let client_name = filling.line(Slot::ClientName, &filling.sources.read(&name));
        let client_email = filling.line(Slot::ClientEmail, &filling.sources.read(&email));
        let (company, is_individual) = filling.company();
        let company = filling.line(Slot::Company, &company);
        let party = if company.text.is_empty() { &client_name } else { &company };
        let fields: Vec<_> = mapping.fields.iter().map(|field| filling.field(field, party)).collect();
        let (words, hidden_plan) = filling.words(party, &client_name, &fields);
        let texts = filling.texts(&words);
        let mut values = vec![company, client_name, client_email];
        values.extend(fields);
        values.extend(filling.internal());
        values.extend(texts);
        Self { values, is_individual, hidden_plan }
    }

    /// The text in `slot`; empty where the contract has no such place.
    pub(super) fn text(&self, slot: &Slot) -> &str {
        self.values.iter().find(|value| value.slot == *slot).map_or("", |value| &value.text)
    }

    /// Only what the values show goes in, so that what was seen is what is sent.
    fn payload(&self, mapping: &Mapping, facts: &Facts<'_>) -> Payload {
        let text = |slot: Slot| self.text(&slot).to_owned();
        let sent = mapping.fields.iter().filter_map(|field| {
            let slot = Slot::Field(field.custom_id.clone());
            let value = self.values.iter().find(|value| value.slot == slot)?;
            // An empty text is sent only where it wipes the template's own.
            let is_sent =
                value.origin != Origin::Template && !(value.text.is_empty() && field.own.is_empty());
            is_sent.then(|| PayloadField { custom_id: field.custom_id.clone(), value: value.text.clone() })
        });
        Payload {
            mapping: mapping.version,
            workspace: mapping.workspace,
            template: mapping.template,
            name: text(Slot::Name),
            subject: text(Slot::Subject),
            message: text(Slot::Message),
            fields: sent.collect(),
            has_marker_fields: facts.has_marker_fields,
            client: Client {
                company: (!self.is_individual).then(|| text(Slot::Company)),
                signatory: Signatory { name: text(Slot::ClientName), email: text(Slot::ClientEmail) },
                delivery_channel: EMAIL_CHANNEL.to_owned(),
            },
            internal: mapping
                .internal
                .as_ref()
                .map(|_| Signatory { name: text(Slot::InternalName), email: text(Slot::InternalEmail) }),
        }
    }
}

/// One mapping at work on one deal.
struct Filling<'a> {
    mapping: &'a Mapping,
    edits: &'a Edits,
    sources: Sources<'a>,
}

impl Filling<'_> {
    /// The company's name as the rules give it, and whether the client signs as an individual.
    fn company(&self) -> (Reading<'_>, bool) {
        if let Some(typed) = self.edits.get(&Slot::Company) {
            let is_individual = one_line(typed).is_empty();
            return (Reading::new(typed.clone(), Origin::Edited), is_individual);
        }
        let found = self.sources.read(&self.mapping.company);
        let is_person = found.source == Some(&Source::ContactName);
        // A company that is linked but could not be read is not "no company"; the inspection stops this.
        if is_person && self.sources.deal.deal.company.is_some() && self.sources.deal.company.is_none() {
            return (Reading::new(String::new(), Origin::Empty), false);
        }
        let is_individual = is_person || found.text.is_empty();
        (found, is_individual)
    }

    /// A place that holds one line.
    fn line(&self, slot: Slot, found: &Reading<'_>) -> PreviewValue {
        let typed = self.edits.get(&slot);
        let text = one_line(typed.map_or(&found.text, |typed| typed));
        let origin = if typed.is_some() { Origin::Edited } else { found.origin.clone() };
        PreviewValue { slot, label: String::new(), text, origin }
    }

    fn field(&self, field: &FieldRule, party: &PreviewValue) -> PreviewValue {
        let slot = Slot::Field(field.custom_id.clone());
        let is_company = !field.rule.sources.is_empty() && field.rule.sources == self.mapping.company.sources;
        let (text, origin) = match self.edits.get(&slot) {
            Some(typed) => (several_lines(typed), Origin::Edited),
            None if is_company && !party.text.is_empty() => (party.text.clone(), party.origin.clone()),
            None => {
                let found = self.sources.read(&field.rule);
                if found.text.is_empty() && !field.own.is_empty() {
                    (field.own.clone(), Origin::Template)
                } else {
                    (found.text, found.origin)
                }
            }
        };
        PreviewValue { slot, label: field.label.clone(), text, origin }
    }

    /// What the slots of texts stand for: the same as the data field with that rule, so that a contract never says
    /// two amounts; and the plan's origin where no data field has it.
    fn words(
        &self,
        party: &PreviewValue,
        client: &PreviewValue,
        fields: &[PreviewValue],
    ) -> (BTreeMap<&'static str, String>, Option<Origin>) {
        let shown = |is_it: &dyn Fn(&Rule) -> bool| {
            let at = self.mapping.fields.iter().position(|field| is_it(&field.rule));
            at.and_then(|at| fields.get(at)).map(|value| value.text.clone())
        };
        let of = |source: Source| {
            let text = shown(&|rule| rule.sources.first() == Some(&source));
            text.unwrap_or_else(|| self.sources.read(&Rule::from([source.clone()])).text)
        };
        let plan_field = shown(&|rule| *rule == self.mapping.plan);
        let plan = self.sources.read(&self.mapping.plan);
        let hidden_plan = plan_field.is_none().then_some(plan.origin);
        let word = |slot: &str| match slot {
            "company" => party.text.clone(),
            "plan" => plan_field.clone().unwrap_or_else(|| plan.text.clone()),
            "deal" => of(Source::DealName),
            "contact" => client.text.clone(),
            "amount" => of(Source::DealPrice),
            _ => of(Source::Today),
        };
        (SLOTS.into_iter().map(|slot| (slot, one_line(&word(slot)))).collect(), hidden_plan)
    }

    /// Name, subject and message.
    fn texts(&self, words: &BTreeMap<&'static str, String>) -> [PreviewValue; 3] {
        let composed = |pattern: &str| compose(pattern, |slot| words.get(slot).map(String::as_str));
        let value = |slot: Slot, pattern: &str, clean: &dyn Fn(&str) -> String, limit: usize| {
            let (text, origin) = if let Some(typed) = self.edits.get(&slot) {
                (clean(typed), Origin::Edited)
            } else {
                let has_slots = SLOTS.iter().any(|slot| has_slot(pattern, slot));
                let origin = if has_slots { Origin::Composed } else { Origin::Setup };
                (shorten(&clean(&composed(pattern)), limit), origin)
            };
            PreviewValue { slot, label: String::new(), text, origin }
        };
        [
            value(Slot::Name, &self.mapping.name, &one_line, NAME_LIMIT),
            value(Slot::Subject, &self.mapping.subject, &one_line, SUBJECT_LIMIT),
            value(Slot::Message, &self.mapping.message, &several_lines, usize::MAX),
        ]
    }

    /// Our signatory's places; none where the template's own signatory is left.
    fn internal(&self) -> Vec<PreviewValue> {
        let Some(internal) = &self.mapping.internal else { return Vec::new() };
        let value = |slot, text: &str| self.line(slot, &Reading::new(text.to_owned(), Origin::Setup));
        vec![value(Slot::InternalName, &internal.name), value(Slot::InternalEmail, &internal.email)]
    }
}
