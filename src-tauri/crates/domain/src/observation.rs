//! What one look at a contract saw, and what changed between two looks.

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    contract::{Contract, ContractState, SignState},
    id::{ContractId, ParticipantId},
};

/// What one look saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// Of which contract.
    pub contract: ContractId,
    /// Where it stood.
    pub state: ContractState,
    /// Oneflow's time of the last change of state.
    pub state_time: Option<Timestamp>,
    /// Oneflow's time of the last change of anything.
    pub updated_time: Option<Timestamp>,
    /// When it was sent.
    pub published_time: Option<Timestamp>,
    /// Until when it can be signed.
    pub expiry_time: Option<Timestamp>,
    /// All participants.
    pub people: Vec<SeenPerson>,
}

/// A participant as one look saw them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenPerson {
    /// Oneflow's id.
    pub id: ParticipantId,
    /// Full name.
    pub name: String,
    /// Where invitations go.
    pub email: Option<String>,
    /// Stands on our side.
    pub is_ours: bool,
    /// Must sign.
    pub is_signatory: bool,
    /// What they decided.
    pub sign_state: SignState,
    /// When they decided.
    pub sign_time: Option<Timestamp>,
    /// When they first opened it.
    pub first_visited: Option<Timestamp>,
    /// Whether the invitation failed to arrive.
    pub delivery_failed: bool,
}

/// What happened to a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It was published.
    Sent,
    /// A participant opened it for the first time.
    Opened,
    /// An invitation did not arrive.
    DeliveryFailed,
    /// A participant signed.
    ParticipantSigned,
    /// All have signed.
    AllSigned,
    /// A participant declined.
    Declined,
    /// The signing period has passed.
    Expired,
    /// An expired contract can be signed again.
    Revived,
}

/// One change of one contract, at Oneflow's time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Of which contract.
    pub contract: ContractId,
    /// What happened.
    pub kind: ChangeKind,
    /// Who did it, where it was a participant.
    pub participant: Option<ParticipantId>,
    /// Their name.
    pub name: Option<String>,
    /// Oneflow's time; equal on every seat.
    pub at: Timestamp,
}

impl Observation {
    /// What `contract` shows; `None` while the answer leaves the participants out.
    pub fn of(contract: &Contract) -> Option<Self> {
        let parties = contract.parties.as_ref()?;
        let people =
            parties.iter().flat_map(|party| party.participants.iter().map(|person| (party.is_ours, person)));
        let people = people.map(|(is_ours, person)| SeenPerson {
            id: person.id,
            name: person.name.clone(),
            email: person.email.clone(),
            is_ours,
            is_signatory: person.is_signatory,
            sign_state: person.sign_state,
            sign_time: person.sign_state_time,
            first_visited: person.first_visited,
            delivery_failed: matches!(person.delivery_status.as_deref(), Some("failure" | "bounce")),
        });
        Some(Self {
            contract: contract.id,
            state: contract.state,
            state_time: contract.state_updated_time,
            updated_time: contract.updated_time,
            published_time: contract.published_time,
            expiry_time: contract.expiry_time,
            people: people.collect(),
        })
    }

    /// How many signatories have signed, and how many there are.
    pub fn signed_of(&self) -> (usize, usize) {
        let signatories = || self.people.iter().filter(|person| person.is_signatory);
        (signatories().filter(|person| person.sign_state == SignState::Signed).count(), signatories().count())
    }

    /// Whether anything that matters may have moved since `before`.
    pub fn has_moved_since(&self, before: &Self) -> bool {
        self != before
    }
}

/// What happened between two looks, in the order of time. `seen_at` stands in where Oneflow tells no time.
///
/// A step that lies between the two looks is told as well: a contract that was a draft and is signed now was sent,
/// and signed by each of its signatories.
pub fn changes(before: &Observation, after: &Observation, seen_at: Timestamp) -> Vec<Change> {
    let mut found = people_changes(before, after, seen_at);
    found.extend(state_changes(before, after, seen_at));
    found.sort_by_key(|change| (change.at, change.kind));
    found
}

fn people_changes(before: &Observation, after: &Observation, seen_at: Timestamp) -> Vec<Change> {
    let mut found = Vec::new();
    for person in &after.people {
        let earlier = before.people.iter().find(|earlier| earlier.id == person.id);
        let mut tell = |kind, at: Option<Timestamp>| {
            let at = at.or(after.updated_time).unwrap_or(seen_at);
            let (participant, name) = (Some(person.id), Some(person.name.clone()));
            found.push(Change { contract: after.contract, kind, participant, name, at });
        };
        if person.first_visited.is_some()
            && earlier.is_none_or(|earlier| earlier.first_visited.is_none())
            && !person.is_ours
        {
            tell(ChangeKind::Opened, person.first_visited);
        }
        if person.delivery_failed && !earlier.is_some_and(|earlier| earlier.delivery_failed) {
            tell(ChangeKind::DeliveryFailed, None);
        }
        let is_new_decision = earlier.is_none_or(|earlier| {
            earlier.sign_state != person.sign_state || earlier.sign_time != person.sign_time
        });
        if person.is_signatory && person.sign_state == SignState::Signed && is_new_decision {
            tell(ChangeKind::ParticipantSigned, person.sign_time);
        }
    }
    found
}

fn state_changes(before: &Observation, after: &Observation, seen_at: Timestamp) -> Vec<Change> {
    use ContractState::{Declined, Draft, Overdue, Pending, Signed};
    let at = after.state_time.or(after.updated_time).unwrap_or(seen_at);
    let mut found = Vec::new();
    let mut tell = |kind, at, person: Option<&SeenPerson>| {
        let (participant, name) = (person.map(|person| person.id), person.map(|person| person.name.clone()));
        found.push(Change { contract: after.contract, kind, participant, name, at });
    };
    if before.state == Draft && after.state != Draft {
        tell(ChangeKind::Sent, after.published_time.unwrap_or(at), None);
    }
    let is_again = before.state_time != after.state_time;
    match (before.state, after.state) {
        (Signed, Signed) | (Declined, Declined) => {}
        (Overdue, Overdue) if !is_again => {}
        (_, Signed) => tell(ChangeKind::AllSigned, at, None),
        (_, Declined) => {
            let who = after.people.iter().find(|person| person.sign_state == SignState::Declined);
            tell(ChangeKind::Declined, who.and_then(|person| person.sign_time).unwrap_or(at), who);
        }
        (_, Overdue) => tell(ChangeKind::Expired, at, None),
        (Overdue, Pending) => tell(ChangeKind::Revived, at, None),
        (_, Pending | Draft) => {}
    }
    found
}
