//! The contract object (`api/oneflow.md §4`). Lists leave parts of it out.

use domain::contract as domain_contract;
use domain::{ContractId, ContractState, ParticipantId, SignState, TemplateId, Timestamp, WorkspaceId};
use serde::Deserialize;

use super::{filled, null_is_default, optional_time};

#[derive(Debug, Deserialize)]
pub(crate) struct Contract {
    id: i64,
    state: ContractState,
    #[serde(default, deserialize_with = "optional_time")]
    state_updated_time: Option<Timestamp>,
    #[serde(default, deserialize_with = "optional_time")]
    updated_time: Option<Timestamp>,
    #[serde(default, deserialize_with = "optional_time")]
    published_time: Option<Timestamp>,
    #[serde(default, deserialize_with = "optional_time")]
    signing_period_expiry_time: Option<Timestamp>,
    #[serde(default, rename = "_private", deserialize_with = "null_is_default")]
    private: Private,
    #[serde(default, rename = "_private_ownerside", deserialize_with = "null_is_default")]
    ownerside: Ownerside,
    #[serde(default)]
    parties: Option<Vec<Party>>,
    #[serde(default)]
    data_fields: Option<Vec<ContractField>>,
}

/// Name and workspace are here, not at the top (`api/oneflow.md §4`).
#[derive(Debug, Default, Deserialize)]
struct Private {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    workspace_id: Option<i64>,
}

/// What only our own side sees, of contracts, participants and data fields alike.
#[derive(Debug, Default, Deserialize)]
struct Ownerside {
    #[serde(default)]
    custom_id: Option<String>,
    #[serde(default)]
    template_id: Option<i64>,
    #[serde(default, deserialize_with = "optional_time")]
    created_time: Option<Timestamp>,
    #[serde(default, deserialize_with = "optional_time")]
    first_visited_time: Option<Timestamp>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Party {
    #[serde(default)]
    pub(crate) id: Option<i64>,
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default, rename = "my_party", deserialize_with = "null_is_default")]
    is_ours: bool,
    #[serde(default)]
    name: Option<String>,
    #[serde(default, deserialize_with = "null_is_default")]
    participants: Vec<Participant>,
    /// Individuals have one participant and no list (`api/oneflow.md §3.6`).
    #[serde(default)]
    participant: Option<Participant>,
}

#[derive(Debug, Deserialize)]
struct Participant {
    id: i64,
    #[serde(default, deserialize_with = "null_is_default")]
    name: String,
    #[serde(default)]
    email: Option<String>,
    #[serde(default, deserialize_with = "null_is_default")]
    signatory: bool,
    #[serde(default)]
    sign_state: Option<String>,
    #[serde(default, deserialize_with = "optional_time")]
    sign_state_updated_time: Option<Timestamp>,
    #[serde(default)]
    delivery_status: Option<String>,
    #[serde(default)]
    custom_id: Option<String>,
    #[serde(default, rename = "_private_ownerside", deserialize_with = "null_is_default")]
    ownerside: Ownerside,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ContractField {
    #[serde(default, deserialize_with = "null_is_default")]
    name: String,
    #[serde(default, deserialize_with = "null_is_default")]
    value: String,
    #[serde(default)]
    custom_id: Option<String>,
    #[serde(default, rename = "_private_ownerside", deserialize_with = "null_is_default")]
    ownerside: Ownerside,
}

impl Contract {
    /// The parties as they came, for paths that need their ids.
    pub(crate) fn party_of(&self, participant: ParticipantId) -> Option<i64> {
        self.parties.iter().flatten().find(|party| party.people().any(|one| one.id == participant.0))?.id
    }
}

impl Party {
    fn people(&self) -> impl Iterator<Item = &Participant> {
        self.participants.iter().chain(&self.participant)
    }
}

impl From<Contract> for domain::Contract {
    fn from(wire: Contract) -> Self {
        let parties = wire.parties.map(|parties| parties.into_iter().map(domain::Party::from).collect());
        let data_fields = wire.data_fields.map(|fields| fields.into_iter().map(Into::into).collect());
        Self {
            id: ContractId(wire.id),
            state: wire.state,
            name: filled(wire.private.name),
            workspace: wire.private.workspace_id.map(WorkspaceId),
            template: wire.ownerside.template_id.map(TemplateId),
            created_time: wire.ownerside.created_time,
            updated_time: wire.updated_time,
            state_updated_time: wire.state_updated_time,
            published_time: wire.published_time,
            expiry_time: wire.signing_period_expiry_time,
            parties,
            data_fields,
        }
    }
}

impl From<Party> for domain::Party {
    fn from(wire: Party) -> Self {
        let is_individual =
            wire.kind.as_deref() == Some("individual") || (wire.kind.is_none() && wire.participant.is_some());
        let people = wire.participants.into_iter().chain(wire.participant);
        Self {
            is_ours: wire.is_ours,
            name: filled(wire.name),
            is_individual,
            participants: people.map(domain::Participant::from).collect(),
        }
    }
}

impl From<Participant> for domain::Participant {
    fn from(wire: Participant) -> Self {
        Self {
            id: ParticipantId(wire.id),
            name: wire.name,
            email: filled(wire.email),
            is_signatory: wire.signatory,
            sign_state: sign_state(wire.sign_state.as_deref()),
            sign_state_time: wire.sign_state_updated_time,
            delivery_status: filled(wire.delivery_status),
            first_visited: wire.ownerside.first_visited_time,
            custom_id: filled(wire.custom_id).or_else(|| filled(wire.ownerside.custom_id)),
        }
    }
}

/// Guess: a decision that nobody documented is none yet.
fn sign_state(text: Option<&str>) -> SignState {
    match text {
        Some("signed") => SignState::Signed,
        Some("declined") => SignState::Declined,
        _ => SignState::Undecided,
    }
}

impl From<ContractField> for domain_contract::ContractField {
    fn from(wire: ContractField) -> Self {
        Self {
            // Seen in both places (`api/oneflow.md §3.9`).
            custom_id: filled(wire.custom_id).or_else(|| filled(wire.ownerside.custom_id)),
            name: wire.name,
            value: wire.value,
        }
    }
}
