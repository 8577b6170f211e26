//! Leads, contacts and companies of the sample account.

use jiff::Timestamp;
use rand::Rng;
use rand::rngs::StdRng;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::names::{COMPANIES, FIRST, LAST, POSITIONS, SERVICES};
use super::{awkward, fields};
use crate::config::Config;
use crate::kommo::{
    Card, Choice, Company, Contact, FieldValues, Held, Kind, Kommo, LOST, Lead, NewEvent, Note, Task, WON,
    in_stage, plain,
};

const DAY: i64 = 86_400;
const FIRST_LEAD: i64 = 41_200_017;
const FIRST_CONTACT: i64 = 52_300_311;
const FIRST_COMPANY: i64 = 52_100_105;
/// Up to this many deals have a history; a load test does without.
const WITH_HISTORY: usize = 1_000;
/// The deal of the pictures: "Uppdrag 042" of Öresund Kraft AB.
const STAR: usize = 41;

/// Fills an account: won deals as asked, and open, lost and incoming ones beside them.
pub(super) fn fill(kommo: &mut Kommo, config: &Config, now: Timestamp, random: &mut StdRng) {
    let mut maker = Maker { kommo, now: now.as_second(), start: now, random };
    for index in 0..config.deals {
        maker.won(index);
    }
    for index in 0..config.deals / 3 {
        maker.open(index);
    }
    for index in 0..config.deals / 5 {
        maker.lost(index);
    }
    for index in 0..config.deals.min(120) / 20 {
        maker.incoming(index);
    }
    awkward::plant(&mut maker, config.deals);
    if config.deals > STAR {
        maker.star(nth_lead(STAR));
    }
    if config.deals <= WITH_HISTORY {
        maker.history(config.deals);
    }
}

/// Id of the n-th won deal, from 0.
pub(super) fn nth_lead(index: usize) -> i64 {
    FIRST_LEAD + 12 * place(index)
}

pub(super) fn place(index: usize) -> i64 {
    i64::try_from(index).expect("BUG: a sample account holds fewer cards than i64 counts")
}

/// Makes cards.
pub(super) struct Maker<'a> {
    pub(super) kommo: &'a mut Kommo,
    /// Unix seconds.
    pub(super) now: i64,
    start: Timestamp,
    random: &'a mut StdRng,
}

impl Maker<'_> {
    fn won(&mut self, index: usize) {
        // Most are recent: the square bends the even draw towards today.
        let age: i64 = self.random.random_range(50..1_000);
        let closed = self.now - age * age * 330 * DAY / 1_000_000;
        let pipeline = self.kommo.pipelines[[0, 0, 0, 1, 1, 2][index % 6]].id;
        let id = self.lead(index, (pipeline, WON), closed);
        if let Some(lead) = self.kommo.leads.get_mut(&id) {
            lead.closed_at = Some(closed);
        }
    }

    fn open(&mut self, index: usize) {
        let pipeline = &self.kommo.pipelines[index % 3];
        let stages: Vec<i64> = pipeline
            .stages
            .iter()
            .filter(|stage| !stage.is_incoming && stage.sort < 10_000)
            .map(|s| s.id)
            .collect();
        let stage = (pipeline.id, stages[index % stages.len()]);
        let updated = self.now - self.random.random_range(0..60 * DAY);
        self.lead(1_000_000 + index, stage, updated);
    }

    fn lost(&mut self, index: usize) {
        let pipeline = self.kommo.pipelines[index % 3].id;
        let closed = self.now - self.random.random_range(DAY..300 * DAY);
        let id = self.lead(2_000_000 + index, (pipeline, LOST), closed);
        let reason = self.kommo.loss_reasons[index % 3].0;
        if let Some(lead) = self.kommo.leads.get_mut(&id) {
            lead.closed_at = Some(closed);
            lead.loss_reason_id = Some(reason);
        }
    }

    fn incoming(&mut self, index: usize) {
        let pipeline = &self.kommo.pipelines[0];
        let stage = (pipeline.id, pipeline.stages[0].id);
        let updated = self.now - self.random.random_range(0..3 * DAY);
        self.lead(3_000_000 + index, stage, updated);
    }

    /// A lead with its contact and company. Every third won deal shares its company with the one before.
    fn lead(&mut self, index: usize, (pipeline_id, status_id): (i64, i64), updated: i64) -> i64 {
        let id = nth_lead(index);
        let company = self.company(index - usize::from(index % 3 == 2));
        let contact = self.contact(index, company);
        let owners: Vec<i64> = self.kommo.users.iter().map(|user| user.id).collect();
        let owner = owners[[0, 1, 1, 2, 3, 0, 4, 5][index % 8]];
        let name = if index % 3 == 1 {
            format!("{}, {}", SERVICES[index / 3 % SERVICES.len()], self.kommo.companies[&company].card.name)
        } else {
            format!("Uppdrag {:03}", index + 1)
        };
        let created = updated - self.random.random_range(5 * DAY..90 * DAY);
        let mut card = self.card(id, name, owner, created, updated);
        card.values = self.lead_values(index, company);
        if index.is_multiple_of(5) {
            card.tags.push((3_301, "consulting".to_owned()));
        }
        let cents = if index % 17 == 5 { 50 } else { 0 };
        let price = Decimal::new(self.random.random_range(1_500..180_000) * 100 + cents, 2);
        let lead = Lead {
            card,
            price: price.normalize(),
            pipeline_id,
            status_id,
            loss_reason_id: None,
            closed_at: None,
            contacts: vec![contact],
            company: Some(company),
        };
        self.kommo.leads.insert(id, lead);
        id
    }

    pub(super) fn company(&mut self, index: usize) -> i64 {
        let id = FIRST_COMPANY + 8 * place(index);
        if self.kommo.companies.contains_key(&id) {
            return id;
        }
        let base = COMPANIES[index % COMPANIES.len()];
        let round = index % 1_000_000 / COMPANIES.len();
        let name = if round == 0 { base.to_owned() } else { format!("{base} {}", round + 1) };
        let created = self.now - self.random.random_range(200 * DAY..800 * DAY);
        let owner = self.kommo.users[index % 4].id;
        let mut card = self.card(id, name, owner, created, created + DAY);
        let number = format!("55{:04}-{:04}", index % 10_000, 1_000 + index % 9_000);
        card.values
            .push(FieldValues { field_id: fields::ORGANISATION_NUMBER, values: vec![plain(json!(number))] });
        if index.is_multiple_of(4) {
            let phone = self.coded(Kind::Companies, fields::COMPANY_PHONE, "WORK", "+46311234567");
            card.values.push(FieldValues { field_id: fields::COMPANY_PHONE, values: vec![phone] });
            let mail = self.coded(Kind::Companies, fields::COMPANY_EMAIL, "WORK", "info@company.example");
            card.values.push(FieldValues { field_id: fields::COMPANY_EMAIL, values: vec![mail] });
            let web = plain(json!("https://company.example"));
            card.values.push(FieldValues { field_id: fields::WEB, values: vec![web] });
            let address = plain(json!("Storgatan 1\n411 01 Göteborg"));
            card.values.push(FieldValues { field_id: fields::ADDRESS, values: vec![address] });
        }
        self.kommo.companies.insert(id, Company { card });
        id
    }

    fn contact(&mut self, index: usize, company: i64) -> i64 {
        let id = FIRST_CONTACT + 8 * place(index);
        let first = FIRST[(index * 7 + index / 24) % FIRST.len()];
        let last = LAST[(index * 3 + index / 20) % LAST.len()];
        let email = format!("{}.{}{index}@client.example", plain_letters(first), plain_letters(last));
        self.new_contact(id, (first, last), &[&email], Some(company));
        id
    }

    /// A contact with these e-mails; the first is the one at work.
    pub(super) fn new_contact(&mut self, id: i64, name: (&str, &str), emails: &[&str], company: Option<i64>) {
        let (first, last) = name;
        let created = self.now - self.random.random_range(30 * DAY..400 * DAY);
        let owner = self.kommo.users[0].id;
        let mut card =
            self.card(id, format!("{first} {last}").trim().to_owned(), owner, created, created + DAY);
        let position = POSITIONS[usize::try_from(id).unwrap_or_default() % POSITIONS.len()];
        card.values.push(FieldValues { field_id: fields::POSITION, values: vec![plain(json!(position))] });
        let phone = self.coded(Kind::Contacts, fields::PHONE, "MOB", &format!("+4670{:07}", id % 10_000_000));
        card.values.push(FieldValues { field_id: fields::PHONE, values: vec![phone] });
        let mails: Vec<Held> = emails
            .iter()
            .zip(["WORK", "PRIV", "OTHER"])
            .map(|(mail, kind)| self.coded(Kind::Contacts, fields::EMAIL, kind, mail))
            .collect();
        if !mails.is_empty() {
            card.values.push(FieldValues { field_id: fields::EMAIL, values: mails });
        }
        let (first_name, last_name) = (first.to_owned(), last.to_owned());
        self.kommo.contacts.insert(id, Contact { card, first_name, last_name, company });
    }

    fn card(&mut self, id: i64, name: String, owner: i64, created_at: i64, updated_at: i64) -> Card {
        Card {
            id,
            name,
            responsible_user_id: owner,
            created_by: owner,
            updated_by: owner,
            created_at,
            updated_at,
            is_deleted: false,
            values: Vec::new(),
            tags: Vec::new(),
            files: Vec::new(),
            searchable_from: self.start,
        }
    }

    /// Some fields filled, in a pattern that leaves each of them out often enough.
    fn lead_values(&mut self, index: usize, company: i64) -> Vec<FieldValues> {
        let mut values = Vec::new();
        let mut put = |field_id, held: Vec<Held>| values.push(FieldValues { field_id, values: held });
        if index % 7 == 3 {
            let name = self.kommo.companies[&company].card.name.clone();
            put(fields::CONTRACT_COMPANY, vec![plain(json!(format!("{name} (contracting)")))]);
        }
        if index % 3 != 2 {
            put(fields::PLAN, vec![self.choice(fields::PLAN, index % 3 + index / 3 % 2)]);
        }
        if index.is_multiple_of(4) {
            put(fields::HOURS, vec![plain(json!((8 + index % 160).to_string()))]);
        }
        if index % 5 == 1 {
            put(fields::MODULES, vec![self.choice(fields::MODULES, 0), self.choice(fields::MODULES, 2)]);
        }
        if index.is_multiple_of(2) {
            // A day of its own in the account's zone: Stockholm's midnight in winter.
            let day = (self.now / DAY + 7 + place(index % 60)) * DAY - 3_600;
            put(fields::START_DATE, vec![plain(json!(day))]);
        }
        if index % 9 == 4 {
            put(fields::PROJECT_PAGE, vec![plain(json!(format!("https://projects.example/{index}")))]);
        }
        if index % 6 == 2 {
            put(fields::NDA, vec![plain(json!(index % 12 == 2))]);
        }
        if index % 8 == 1 {
            put(fields::MONTHLY_FEE, vec![plain(json!(format!("{}.5", 900 + index % 4_000)))]);
        }
        if index % 10 == 6 {
            let scope = "Phase 1: review\nPhase 2: introduction\nPhase 3: hand-over";
            put(fields::SCOPE, vec![plain(json!(scope))]);
        }
        if index % 11 == 7 {
            put(fields::KICK_OFF, vec![plain(json!(self.now + 14 * DAY))]);
        }
        if index % 13 == 9 {
            put(fields::INVOICE_BY, vec![self.choice(fields::INVOICE_BY, 0)]);
        }
        values
    }

    fn choice(&self, field: i64, index: usize) -> Held {
        let field = self.kommo.field(Kind::Leads, field).expect("BUG: sample fields are made before cards");
        field.enums[index % field.enums.len()].held()
    }

    fn coded(&self, kind: Kind, field: i64, code: &str, value: &str) -> Held {
        let field = self.kommo.field(kind, field).expect("BUG: sample fields are made before cards");
        let choice = field.enums.iter().find(|choice| choice.code.as_deref() == Some(code));
        Held { value: Value::from(value), ..choice.map(Choice::held).unwrap_or_default() }
    }

    /// The deal of the pictures (ui.md §1).
    fn star(&mut self, id: i64) {
        let company = FIRST_COMPANY;
        let contact = FIRST_CONTACT + 8 * place(STAR);
        self.new_contact(contact, ("Åsa", "Öberg"), &["asa.oberg@oresundkraft.example"], Some(company));
        let closed = self.now - 2 * DAY;
        let Some(lead) = self.kommo.leads.get_mut(&id) else { return };
        "Uppdrag 042".clone_into(&mut lead.card.name);
        lead.card.values.retain(|values| values.field_id != fields::PLAN);
        lead.card.values.retain(|values| values.field_id != fields::CONTRACT_COMPANY);
        lead.card.updated_at = closed;
        lead.card.created_at = closed - 40 * DAY;
        lead.closed_at = Some(closed);
        lead.price = Decimal::from(43_037);
        lead.company = Some(company);
        lead.contacts = vec![contact];
    }

    /// Notes, tasks and events, as people and Kommo left them.
    fn history(&mut self, deals: usize) {
        for index in 0..deals {
            let id = nth_lead(index);
            let lead = &self.kommo.leads[&id];
            let (by, at, pipeline) = (lead.card.responsible_user_id, lead.card.updated_at, lead.pipeline_id);
            let before =
                self.kommo.pipelines.iter().find(|known| known.id == pipeline).map_or(0, |p| p.stages[1].id);
            self.kommo.remember(NewEvent {
                event_type: "lead_status_changed",
                kind: Kind::Leads,
                entity_id: id,
                by,
                at,
                before: in_stage((pipeline, before)),
                after: in_stage((pipeline, WON)),
            });
            if index.is_multiple_of(6) {
                let text = "Agreed on the phone. They want to start soon.";
                self.note(id, by, at, text);
            }
            if index % 15 == 3 {
                self.task(id, by, at);
            }
        }
        self.kommo.events.sort_by_key(|event| event.created_at);
    }

    fn note(&mut self, lead: i64, by: i64, at: i64, text: &str) {
        let id = self.kommo.fresh_id();
        let note = Note {
            id,
            kind: Kind::Leads,
            entity_id: lead,
            note_type: "common".to_owned(),
            params: json!({ "text": text }),
            created_by: by,
            responsible_user_id: by,
            created_at: at,
            updated_at: at,
            is_pinned: false,
        };
        self.kommo.notes.insert(id, note);
    }

    fn task(&mut self, lead: i64, by: i64, at: i64) {
        let id = self.kommo.fresh_id();
        let task = Task {
            id,
            entity: Some((Kind::Leads, lead)),
            text: "Call about the start date".to_owned(),
            complete_till: at + 3 * DAY,
            task_type_id: 1,
            responsible_user_id: by,
            is_completed: true,
            duration: 0,
            result: Some("Reached the client".to_owned()),
            created_by: by,
            updated_by: by,
            created_at: at,
            updated_at: at,
        };
        self.kommo.tasks.insert(id, task);
    }
}

/// A name as it stands in an e-mail address.
fn plain_letters(name: &str) -> String {
    name.chars()
        .filter_map(|letter| match letter.to_lowercase().next()? {
            'å' | 'ä' | 'á' => Some('a'),
            'ö' | 'ó' => Some('o'),
            'é' => Some('e'),
            letter if letter.is_ascii_alphanumeric() => Some(letter),
            _ => None,
        })
        .collect()
}
