//! What a Kommo account holds.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::admission::{Limiter, Token};
use super::drive::Drive;
use super::oauth::RefreshTokens;

/// Won, in every pipeline (api/kommo.md §11).
pub(crate) const WON: i64 = 142;
/// Lost, in every pipeline.
pub(crate) const LOST: i64 = 143;

/// One Kommo account, its drive included.
#[derive(Debug)]
pub(crate) struct Kommo {
    pub(crate) account: Account,
    pub(crate) users: Vec<User>,
    pub(crate) pipelines: Vec<Pipeline>,
    pub(crate) loss_reasons: Vec<(i64, String)>,
    pub(crate) fields: Vec<Field>,
    pub(crate) leads: BTreeMap<i64, Lead>,
    pub(crate) contacts: BTreeMap<i64, Contact>,
    pub(crate) companies: BTreeMap<i64, Company>,
    pub(crate) notes: BTreeMap<i64, Note>,
    pub(crate) tasks: BTreeMap<i64, Task>,
    pub(crate) events: Vec<Event>,
    pub(crate) drive: Drive,
    pub(crate) tokens: Vec<Token>,
    pub(crate) refresh_tokens: RefreshTokens,
    pub(crate) limiter: Limiter,
    /// Claim `api_domain` of its tokens.
    pub(crate) api_domain: String,
    /// The next id of whatever is made; rises by an odd step so that ids look drawn.
    pub(crate) next_id: i64,
}

#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) subdomain: String,
    pub(crate) country: &'static str,
    pub(crate) currency: &'static str,
    pub(crate) currency_symbol: &'static str,
    pub(crate) zone: &'static str,
    pub(crate) created_at: i64,
    pub(crate) drive_url: String,
}

#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) language: &'static str,
    pub(crate) is_admin: bool,
    pub(crate) is_active: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Pipeline {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) is_main: bool,
    pub(crate) stages: Vec<Stage>,
}

#[derive(Debug, Clone)]
pub(crate) struct Stage {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) sort: i64,
    pub(crate) color: &'static str,
    /// The stage of incoming leads (`type` 1).
    pub(crate) is_incoming: bool,
}

/// The three kinds of card that have custom fields, notes, links and files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Leads,
    Contacts,
    Companies,
}

impl Kind {
    /// As paths and `entity_type` of notes and tasks spell it.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Leads => "leads",
            Self::Contacts => "contacts",
            Self::Companies => "companies",
        }
    }

    /// As events spell it.
    pub(crate) fn singular(self) -> &'static str {
        match self {
            Self::Leads => "lead",
            Self::Contacts => "contact",
            Self::Companies => "company",
        }
    }

    pub(crate) fn from_plural(text: &str) -> Option<Self> {
        [Self::Leads, Self::Contacts, Self::Companies].into_iter().find(|kind| kind.plural() == text)
    }
}

/// What leads, contacts and companies have in common. Times are unix seconds.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) responsible_user_id: i64,
    pub(crate) created_by: i64,
    pub(crate) updated_by: i64,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) is_deleted: bool,
    pub(crate) values: Vec<FieldValues>,
    pub(crate) tags: Vec<(i64, String)>,
    /// Attached files, by the drive's uuid, with the id of the attachment.
    pub(crate) files: Vec<(i64, String)>,
    /// From when on `query` finds it.
    pub(crate) searchable_from: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct Lead {
    pub(crate) card: Card,
    pub(crate) price: Decimal,
    pub(crate) pipeline_id: i64,
    pub(crate) status_id: i64,
    pub(crate) loss_reason_id: Option<i64>,
    pub(crate) closed_at: Option<i64>,
    /// Contact ids; the first is the main one.
    pub(crate) contacts: Vec<i64>,
    pub(crate) company: Option<i64>,
}

#[derive(Debug, Clone)]
pub(crate) struct Contact {
    pub(crate) card: Card,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) company: Option<i64>,
}

#[derive(Debug, Clone)]
pub(crate) struct Company {
    pub(crate) card: Card,
}

/// The values of one custom field of one card.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FieldValues {
    pub(crate) field_id: i64,
    pub(crate) values: Vec<Held>,
}

/// One value of a custom field.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Held {
    pub(crate) value: Value,
    pub(crate) enum_id: Option<i64>,
    pub(crate) enum_code: Option<String>,
}

/// A custom field's definition.
#[derive(Debug, Clone)]
#[expect(clippy::struct_field_names, reason = "named as on the wire")]
pub(crate) struct Field {
    pub(crate) id: i64,
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) field_type: FieldType,
    pub(crate) code: Option<String>,
    pub(crate) sort: i64,
    pub(crate) is_api_only: bool,
    pub(crate) is_predefined: bool,
    pub(crate) currency: Option<String>,
    pub(crate) enums: Vec<Choice>,
    /// (pipeline, stage) pairs that ask for a value.
    pub(crate) required_statuses: Vec<(i64, i64)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) id: i64,
    pub(crate) value: String,
    pub(crate) code: Option<String>,
    pub(crate) sort: i64,
}

/// Types of custom fields (api/kommo.md §10.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FieldType {
    Text,
    Numeric,
    Checkbox,
    Select,
    Multiselect,
    Date,
    Url,
    Textarea,
    Radiobutton,
    Streetaddress,
    SmartAddress,
    Birthday,
    LegalEntity,
    DateTime,
    Price,
    Category,
    Items,
    TrackingData,
    LinkedEntity,
    ChainedList,
    Monetary,
    File,
    Multitext,
}

impl FieldType {
    pub(crate) fn has_choices(self) -> bool {
        matches!(self, Self::Select | Self::Multiselect | Self::Radiobutton)
    }

    /// Types that a lead cannot have (api/kommo.md §10.1).
    pub(crate) fn fits(self, kind: Kind) -> bool {
        kind != Kind::Leads
            || !matches!(
                self,
                Self::Multitext | Self::Price | Self::Category | Self::Items | Self::LinkedEntity
            )
    }
}

#[derive(Debug, Clone)]
#[expect(clippy::struct_field_names, reason = "named as on the wire")]
pub(crate) struct Note {
    pub(crate) id: i64,
    pub(crate) kind: Kind,
    pub(crate) entity_id: i64,
    pub(crate) note_type: String,
    pub(crate) params: Value,
    pub(crate) created_by: i64,
    pub(crate) responsible_user_id: i64,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) is_pinned: bool,
}

#[derive(Debug, Clone)]
#[expect(clippy::struct_field_names, reason = "named as on the wire")]
pub(crate) struct Task {
    pub(crate) id: i64,
    pub(crate) entity: Option<(Kind, i64)>,
    pub(crate) text: String,
    pub(crate) complete_till: i64,
    pub(crate) task_type_id: i64,
    pub(crate) responsible_user_id: i64,
    pub(crate) is_completed: bool,
    pub(crate) duration: i64,
    pub(crate) result: Option<String>,
    pub(crate) created_by: i64,
    pub(crate) updated_by: i64,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

/// One line of the account's history (api/kommo.md §16).
#[derive(Debug, Clone)]
#[expect(clippy::struct_field_names, reason = "named as on the wire")]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) event_type: String,
    pub(crate) kind: Kind,
    pub(crate) entity_id: i64,
    pub(crate) created_by: i64,
    pub(crate) created_at: i64,
    pub(crate) value_before: Value,
    pub(crate) value_after: Value,
}

impl Kommo {
    /// A fresh id for whatever is made.
    pub(crate) fn fresh_id(&mut self) -> i64 {
        self.next_id += 7;
        self.next_id
    }

    pub(crate) fn user(&self, id: i64) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    pub(crate) fn field(&self, kind: Kind, id: i64) -> Option<&Field> {
        self.fields.iter().find(|field| field.kind == kind && field.id == id)
    }

    /// Fields of one kind by id, for lists that show many values.
    pub(crate) fn fields_by_id(&self, kind: Kind) -> HashMap<i64, &Field> {
        self.fields.iter().filter(|field| field.kind == kind).map(|field| (field.id, field)).collect()
    }

    pub(crate) fn stage(&self, pipeline: i64, status: i64) -> Option<&Stage> {
        self.pipelines.iter().find(|p| p.id == pipeline)?.stages.iter().find(|stage| stage.id == status)
    }

    /// A card that is not in the trash.
    pub(crate) fn card(&self, kind: Kind, id: i64) -> Option<&Card> {
        let card = match kind {
            Kind::Leads => &self.leads.get(&id)?.card,
            Kind::Contacts => &self.contacts.get(&id)?.card,
            Kind::Companies => &self.companies.get(&id)?.card,
        };
        (!card.is_deleted).then_some(card)
    }

    pub(crate) fn card_mut(&mut self, kind: Kind, id: i64) -> Option<&mut Card> {
        let card = match kind {
            Kind::Leads => &mut self.leads.get_mut(&id)?.card,
            Kind::Contacts => &mut self.contacts.get_mut(&id)?.card,
            Kind::Companies => &mut self.companies.get_mut(&id)?.card,
        };
        (!card.is_deleted).then_some(card)
    }

    /// Writes one line of history.
    pub(crate) fn remember(&mut self, event: NewEvent) {
        let number = self.events.len() + 1;
        self.events.push(Event {
            // Ids look like ULIDs: they sort by time.
            id: format!("01k{:010x}{number:013x}", event.at),
            event_type: event.event_type.to_owned(),
            kind: event.kind,
            entity_id: event.entity_id,
            created_by: event.by,
            created_at: event.at,
            value_before: event.before,
            value_after: event.after,
        });
    }
}

/// A line of history to be written.
#[derive(Debug)]
pub(crate) struct NewEvent {
    pub(crate) event_type: &'static str,
    pub(crate) kind: Kind,
    pub(crate) entity_id: i64,
    pub(crate) by: i64,
    /// Unix seconds.
    pub(crate) at: i64,
    pub(crate) before: Value,
    pub(crate) after: Value,
}
