//! What a Oneflow account holds.

use std::collections::{BTreeMap, HashMap, VecDeque};

use jiff::Timestamp;
use rand::{Rng, RngCore};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::storage::Storage;
use crate::switches::ContractIds;

/// One Oneflow account, its file storage included.
#[derive(Debug)]
pub(crate) struct Oneflow {
    pub(crate) account: Account,
    pub(crate) users: Vec<User>,
    pub(crate) workspaces: Vec<Workspace>,
    pub(crate) template_types: Vec<TemplateType>,
    pub(crate) templates: Vec<Template>,
    pub(crate) contracts: BTreeMap<i64, Contract>,
    pub(crate) tokens: Vec<Token>,
    /// Times of the requests of each token in the last five minutes.
    pub(crate) requests: HashMap<String, VecDeque<Timestamp>>,
    pub(crate) storage: Storage,
    pub(crate) next_id: i64,
    /// Of a contract that may be deleted by now: no id is given twice.
    pub(crate) last_contract_id: i64,
}

#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) country_code: &'static str,
    pub(crate) registration_number: &'static str,
    pub(crate) created: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) secret: String,
    pub(crate) revoked: bool,
}

impl Token {
    /// Forty characters, as Oneflow's (api/oneflow.md §1).
    pub(crate) fn issue(random: &mut impl RngCore) -> Self {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
        let secret = (0..40).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect();
        Self { secret, revoked: false }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) title: &'static str,
    pub(crate) is_admin: bool,
    pub(crate) active: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) description: &'static str,
    pub(crate) created: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct TemplateType {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) extension_type: Option<String>,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) data_fields: Vec<TypeField>,
}

/// A data field as a template type defines it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TypeField {
    pub(crate) id: i64,
    pub(crate) custom_id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) placeholder: String,
    /// The value that a new contract starts with.
    pub(crate) value: String,
    pub(crate) source: Source,
    /// Whether the template's text asks for a value. No call shows it (api/oneflow.md §3.4).
    pub(crate) required: bool,
}

/// Who keeps a data field (api/oneflow.md §3.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Source {
    System,
    User,
}

#[derive(Debug, Clone)]
#[expect(clippy::struct_field_names, reason = "named as on the wire")]
pub(crate) struct Template {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) active: bool,
    pub(crate) template_type: Option<i64>,
    pub(crate) workspaces: Vec<i64>,
    pub(crate) has_product_tables: bool,
    pub(crate) has_pdf_section: bool,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
}

/// Where a contract stands (api/oneflow.md §4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContractState {
    /// Not sent.
    Draft,
    /// Sent, and not all have signed.
    Pending,
    /// Its signing period is over.
    Overdue,
    /// All signatories have signed.
    Signed,
    /// A signatory has declined.
    Declined,
}

#[derive(Debug, Clone)]
pub(crate) struct Contract {
    pub(crate) id: i64,
    pub(crate) state: ContractState,
    pub(crate) name: String,
    pub(crate) workspace_id: i64,
    pub(crate) template_id: i64,
    pub(crate) template_type_id: Option<i64>,
    pub(crate) value: Value,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) state_updated: Timestamp,
    pub(crate) published: Option<Timestamp>,
    pub(crate) expires: Option<Timestamp>,
    pub(crate) signing_period: SigningPeriod,
    pub(crate) parties: Vec<Party>,
    pub(crate) data_fields: Vec<DataField>,
    pub(crate) product_groups: Value,
    pub(crate) tags: Vec<i64>,
    /// (participant, order)
    pub(crate) sign_order: Option<Vec<(i64, i64)>>,
    pub(crate) events: Vec<Event>,
    pub(crate) comments: Vec<Comment>,
    /// From when on lists show it.
    pub(crate) shown_from: Timestamp,
    /// Whether the API made it, not a person in the web app.
    pub(crate) by_api: bool,
    pub(crate) invitation: Option<(String, String)>,
    /// When its PDF last changed.
    pub(crate) pdf_changed: Timestamp,
}

/// How long a published contract can be signed (api/oneflow.md §3.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SigningPeriod {
    DaysAfterPublish(i64),
    FixedDate(jiff::civil::Date),
}

#[derive(Debug, Clone)]
pub(crate) struct Party {
    pub(crate) id: i64,
    pub(crate) is_individual: bool,
    pub(crate) is_mine: bool,
    pub(crate) name: String,
    pub(crate) country_code: String,
    pub(crate) identification_number: String,
    pub(crate) custom_id: Option<String>,
    pub(crate) created: Timestamp,
    pub(crate) participants: Vec<Participant>,
}

#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "a participant's roles are flags (api/oneflow.md §4.1)")]
pub(crate) struct Participant {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) title: String,
    pub(crate) phone_number: String,
    pub(crate) identification_number: String,
    pub(crate) is_caller: bool,
    pub(crate) organizer: bool,
    pub(crate) signatory: bool,
    pub(crate) can_update: bool,
    pub(crate) sign_method: String,
    pub(crate) two_step: String,
    pub(crate) delivery_channel: String,
    pub(crate) delivery_status: &'static str,
    pub(crate) sign_state: SignState,
    pub(crate) sign_time: Option<Timestamp>,
    pub(crate) first_visit: Option<Timestamp>,
    pub(crate) last_visit: Option<Timestamp>,
    pub(crate) visits: u32,
    pub(crate) custom_id: Option<String>,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
}

/// Where a participant stands (api/oneflow.md §4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignState {
    /// Has not signed or declined.
    Undecided,
    /// Has signed.
    Signed,
    /// Has declined.
    Declined,
}

/// A data field of one contract.
#[derive(Debug, Clone)]
pub(crate) struct DataField {
    pub(crate) id: i64,
    pub(crate) custom_id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) placeholder: String,
    pub(crate) value: String,
    pub(crate) source: Source,
    pub(crate) required: bool,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
}

/// One line of a contract's history (api/oneflow.md §3.14).
#[derive(Debug, Clone)]
#[expect(clippy::struct_field_names, reason = "named as on the wire")]
pub(crate) struct Event {
    pub(crate) id: i64,
    pub(crate) event_type: &'static str,
    pub(crate) at: Timestamp,
    /// (participant, its name, party, its name)
    pub(crate) actor: Option<Actor>,
    pub(crate) subject: Value,
    pub(crate) changes: Value,
}

/// Who did what an event tells.
#[derive(Debug, Clone)]
pub(crate) struct Actor {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) party_id: i64,
    pub(crate) party_name: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Comment {
    pub(crate) id: i64,
    pub(crate) body: String,
    pub(crate) private: bool,
    pub(crate) parent_id: Option<i64>,
    pub(crate) at: Timestamp,
    pub(crate) participant_name: String,
    pub(crate) party_name: String,
}

impl Oneflow {
    /// A fresh id of anything but a contract.
    pub(crate) fn fresh_id(&mut self) -> i64 {
        self.next_id += 3;
        self.next_id
    }

    /// A fresh id of a contract.
    pub(crate) fn fresh_contract_id(&mut self, order: ContractIds, random: &mut impl RngCore) -> i64 {
        match order {
            ContractIds::Rising => {
                self.last_contract_id += 13;
                self.last_contract_id
            }
            ContractIds::Scattered => loop {
                let id = random.random_range(1_000_000..9_000_000);
                if !self.contracts.contains_key(&id) {
                    break id;
                }
            },
        }
    }

    pub(crate) fn user(&self, id: i64) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    pub(crate) fn template(&self, id: i64) -> Option<&Template> {
        self.templates.iter().find(|template| template.id == id)
    }

    pub(crate) fn template_type(&self, id: i64) -> Option<&TemplateType> {
        self.template_types.iter().find(|known| known.id == id)
    }
}

impl Contract {
    pub(crate) fn participants(&self) -> impl Iterator<Item = (&Party, &Participant)> {
        self.parties
            .iter()
            .flat_map(|party| party.participants.iter().map(move |participant| (party, participant)))
    }

    pub(crate) fn participants_mut(&mut self) -> impl Iterator<Item = &mut Participant> {
        self.parties.iter_mut().flat_map(|party| party.participants.iter_mut())
    }

    /// The value of a data field.
    pub(crate) fn data_field(&self, custom_id: &str) -> Option<&DataField> {
        self.data_fields.iter().find(|field| field.custom_id == custom_id)
    }
}
