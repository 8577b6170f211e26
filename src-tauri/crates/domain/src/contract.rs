//! A Oneflow contract as one answer showed it (`api/oneflow.md §4`).

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    id::{ContractId, ParticipantId, TemplateId, WorkspaceId},
    marker::{self, Marker},
};

/// The five states (`api/oneflow.md §4.1`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContractState {
    /// Made, not sent.
    Draft,
    /// Sent, awaiting signature.
    Pending,
    /// The signing period has passed; can be revived.
    Overdue,
    /// Signed by all.
    Signed,
    /// Declined by one.
    Declined,
}

impl ContractState {
    /// Whether people outside have been asked to sign.
    pub fn is_out(self) -> bool {
        self != Self::Draft
    }
}

/// A contract; parts that a list leaves out are `None`, never empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// Oneflow's id.
    pub id: ContractId,
    /// Where it stands.
    pub state: ContractState,
    /// At most 130 characters.
    pub name: Option<String>,
    /// Where it lies.
    pub workspace: Option<WorkspaceId>,
    /// From what it was made.
    pub template: Option<TemplateId>,
    /// Null in some answers.
    pub created_time: Option<Timestamp>,
    /// Null in some answers.
    pub updated_time: Option<Timestamp>,
    /// Null in some answers.
    pub state_updated_time: Option<Timestamp>,
    /// When it was sent.
    pub published_time: Option<Timestamp>,
    /// Until when it can be signed.
    pub expiry_time: Option<Timestamp>,
    /// `None` where the list left them out.
    pub parties: Option<Vec<Party>>,
    /// `None` where the list left them out.
    pub data_fields: Option<Vec<ContractField>>,
}

/// One side of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Our side.
    pub is_ours: bool,
    /// Absent for individuals.
    pub name: Option<String>,
    /// A person without a company.
    pub is_individual: bool,
    /// At least one.
    pub participants: Vec<Participant>,
}

/// A person in a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// Oneflow's id.
    pub id: ParticipantId,
    /// Full name.
    pub name: String,
    /// May be missing for other channels than e-mail.
    pub email: Option<String>,
    /// Must sign; others only read.
    pub is_signatory: bool,
    /// What they decided.
    pub sign_state: SignState,
    /// When they decided.
    pub sign_state_time: Option<Timestamp>,
    /// `failure` and `bounce` mean the invitation did not arrive.
    pub delivery_status: Option<String>,
    /// When they first opened it.
    pub first_visited: Option<Timestamp>,
    /// `_private_ownerside.custom_id`, a place of the marker.
    pub custom_id: Option<String>,
}

/// What a signatory decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignState {
    /// Not yet.
    Undecided,
    /// Yes.
    Signed,
    /// No.
    Declined,
}

/// A data field of one contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractField {
    /// Its key; missing in some answers.
    pub custom_id: Option<String>,
    /// As people see it.
    pub name: String,
    /// The text.
    pub value: String,
}

impl Contract {
    /// The marker of this contract, from its data field or from a counterparty's `custom_id`.
    pub fn marker(&self) -> Option<Marker> {
        self.marker_texts().find_map(|text| text.parse().ok())
    }

    /// Whether `marker` stands in at least one of its places.
    pub fn shows(&self, marker: &Marker) -> bool {
        let wanted = marker.to_string();
        self.marker_texts().any(|text| text == wanted)
    }

    /// Whether this answer shows the places where a marker could stand. Where it does not, the contract must be read
    /// alone before anything is said about it.
    ///
    /// A `custom_id` alone does not say "no marker": it may hold the beginning of one, if Oneflow cuts long ones (nobody
    /// knows). The data field then holds all of it.
    pub fn shows_marker_places(&self) -> bool {
        let Some(fields) = &self.data_fields else { return false };
        let is_send_field = |field: &ContractField| field.custom_id.as_deref() == Some(marker::SEND_FIELD);
        fields.iter().any(is_send_field) || self.counterparts().any(|person| person.custom_id.is_some())
    }

    /// Participants of the other side.
    pub fn counterparts(&self) -> impl Iterator<Item = &Participant> {
        self.parties.iter().flatten().filter(|party| !party.is_ours).flat_map(|party| &party.participants)
    }

    /// Participants of all sides.
    pub fn people(&self) -> impl Iterator<Item = &Participant> {
        self.parties.iter().flatten().flat_map(|party| &party.participants)
    }

    fn marker_texts(&self) -> impl Iterator<Item = &str> {
        let field = self.data_fields.iter().flatten();
        let field = field.filter(|field| field.custom_id.as_deref() == Some(marker::SEND_FIELD));
        let people = self.counterparts().filter_map(|person| person.custom_id.as_deref());
        field.map(|field| field.value.as_str()).chain(people)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contract(fields: Option<&[(&str, &str)]>, custom_id: Option<&str>) -> Contract {
        let participant = Participant {
            id: ParticipantId(1),
            name: "Åsa Öberg".to_owned(),
            email: None,
            is_signatory: true,
            sign_state: SignState::Undecided,
            sign_state_time: None,
            delivery_status: None,
            first_visited: None,
            custom_id: custom_id.map(str::to_owned),
        };
        let field = |(id, value): &(&str, &str)| ContractField {
            custom_id: Some((*id).to_owned()),
            name: String::new(),
            value: (*value).to_owned(),
        };
        Contract {
            id: ContractId(1),
            state: ContractState::Draft,
            name: None,
            workspace: None,
            template: None,
            created_time: None,
            updated_time: None,
            state_updated_time: None,
            published_time: None,
            expiry_time: None,
            parties: Some(vec![Party {
                is_ours: false,
                name: None,
                is_individual: true,
                participants: vec![participant],
            }]),
            data_fields: fields.map(|fields| fields.iter().map(field).collect()),
        }
    }

    #[test]
    fn only_an_answer_that_shows_every_place_can_say_that_there_is_no_marker() {
        let check = |why: &str, fields: Option<&[(&str, &str)]>, custom_id: Option<&str>, wanted: bool| {
            assert_eq!(contract(fields, custom_id).shows_marker_places(), wanted, "{why}");
        };
        check("nothing is shown", None, None, false);
        check("a custom id alone may be cut", None, Some("31900001-41200509-0-01a2"), false);
        check("the data field is shown", Some(&[(marker::SEND_FIELD, "")]), None, true);
        check("no such data field, but a custom id", Some(&[]), Some("theirs"), true);
        check("no such data field and no custom id", Some(&[("plan", "Growth")]), None, false);
    }
}
