//! What happened between two looks and left no trace in either: told by the events of the contract.
//!
//! Two looks show a contract that expired and was revived in between as one that changed nothing. Its events tell, so
//! they are read back to the last one known whenever a look shows that something moved (design.md §4).

use std::time::Duration;

use domain::{
    ContractId, ParticipantId, Timestamp,
    observation::{Change, ChangeKind, Observation, SeenPerson},
};
use http::Call;
use oneflow::{ContractEvent, EventKind};
use store::contracts::KnownContract;

use crate::Profile;

/// The events of a contract since the last look.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct History {
    /// Oldest first.
    events: Vec<ContractEvent>,
}

/// How far the time of an event may lie from the time that a look shows for the same change. Guess: Oneflow writes the
/// two one after the other (`api/oneflow.md §3.14` tells no relation).
const SAME_WITHIN: Duration = Duration::from_mins(1);

impl History {
    /// Reads the events of a contract if something moved since the last look. That they cannot be read holds nothing up:
    /// they are read with the next move, because the last one known stays what it is.
    pub(super) async fn read(profile: &Profile, known: &KnownContract, seen: &Observation) -> Self {
        let before = known.observation.as_ref();
        // What happened before a seat first looked at a colleague's contract is not told.
        let is_baseline = before.is_none() && known.send.is_none();
        if is_baseline || before.is_some_and(|before| !has_moved(before, seen)) {
            return Self::default();
        }
        let answer =
            profile.oneflow_unfiltered().events(known.id, known.last_event, Call::background()).await;
        match profile.heard_oneflow(answer) {
            Ok(events) => Self::shown_by(events, before.filter(|_| known.last_event.is_none()), seen),
            Err(error) => {
                tracing::warn!(contract.id = %known.id, %error, "the events of a contract cannot be read");
                Self::default()
            }
        }
    }

    /// Leaves out what the look cannot have seen yet, and what lies before the look before if no event was known then.
    fn shown_by(events: Vec<ContractEvent>, first_after: Option<&Observation>, seen: &Observation) -> Self {
        let is_seen = |event: &ContractEvent| event.time <= seen.updated_time;
        let is_new =
            |event: &ContractEvent| first_after.is_none_or(|before| event.time > before.updated_time);
        let shown = events.into_iter().take_while(is_seen);
        Self { events: shown.filter(is_new).collect() }
    }

    /// The id of the newest event, to go on from.
    pub(super) fn newest(&self) -> Option<i64> {
        self.events.last().map(|event| event.id)
    }

    /// The changes that neither the look shows (`shown`: what it and the look before differ in) nor the ledger knows
    /// (`stored`: the changes of this contract so far), in the order of time.
    pub(super) fn untold(&self, seen: &Observation, shown: &[Change], stored: &[Change]) -> Vec<Change> {
        let mut told: Vec<Told<'_>> = shown.iter().map(|change| Told { change, is_shown: true }).collect();
        told.extend(stored.iter().map(|change| Told { change, is_shown: false }));
        let mut untold = Vec::new();
        // The newest first: what a look shows is the last of several alike.
        for change in self.events.iter().rev().filter_map(|event| change_of(event, seen)) {
            match told.iter().position(|told| told.is(&change)) {
                Some(place) => drop(told.remove(place)),
                None => untold.push(change),
            }
        }
        untold.sort_by_key(|change| (change.at, change.kind));
        untold
    }
}

/// Whether anything moved that leaves an event.
fn has_moved(before: &Observation, seen: &Observation) -> bool {
    let signs = |look: &Observation| -> Vec<(ParticipantId, Option<Timestamp>)> {
        look.people.iter().map(|person| (person.id, person.sign_time)).collect()
    };
    before.updated_time != seen.updated_time
        || before.state_time != seen.state_time
        || signs(before) != signs(seen)
}

/// A change that is told already; each stands for one event.
struct Told<'a> {
    change: &'a Change,
    /// By the look that is being stored; else it stands in the ledger.
    is_shown: bool,
}

impl Told<'_> {
    fn is(&self, event: &Change) -> bool {
        let is_of_contract = belongs_to_contract(event.kind);
        let is_alike = self.change.kind == event.kind
            && (is_of_contract || self.change.participant == event.participant);
        // A failed delivery has no time of its own in a look, and is told once for each participant.
        is_alike
            && (self.is_shown
                || event.kind == ChangeKind::DeliveryFailed
                || is_close(self.change.at, event.at))
    }
}

/// Changes that are told of the contract as a whole, whoever did them.
fn belongs_to_contract(kind: ChangeKind) -> bool {
    match kind {
        ChangeKind::Sent
        | ChangeKind::AllSigned
        | ChangeKind::Declined
        | ChangeKind::Expired
        | ChangeKind::Revived => true,
        ChangeKind::Opened | ChangeKind::DeliveryFailed | ChangeKind::ParticipantSigned => false,
    }
}

fn is_close(one: Timestamp, other: Timestamp) -> bool {
    one.duration_since(other).unsigned_abs() <= SAME_WITHIN
}

/// The change that an event tells; most events tell none.
fn change_of(event: &ContractEvent, seen: &Observation) -> Option<Change> {
    let kind = kind_of(&event.kind)?;
    let at = event.time?;
    if belongs_to_contract(kind) {
        return Some(change(seen.contract, kind, None, at));
    }
    let person = person_of(event, seen)?;
    // As the looks tell it: a visit of our own side is none.
    let is_told = match kind {
        ChangeKind::Opened => !person.is_ours,
        ChangeKind::ParticipantSigned => person.is_signatory,
        ChangeKind::DeliveryFailed
        | ChangeKind::Sent
        | ChangeKind::AllSigned
        | ChangeKind::Declined
        | ChangeKind::Expired
        | ChangeKind::Revived => true,
    };
    is_told.then(|| change(seen.contract, kind, Some(person), at))
}

/// A decline is told by what the look shows, which names the one who declined; it is an event of the contract here only
/// so that it is found again.
fn kind_of(event: &EventKind) -> Option<ChangeKind> {
    match event {
        EventKind::Published => Some(ChangeKind::Sent),
        EventKind::AllSigned => Some(ChangeKind::AllSigned),
        EventKind::Declined => Some(ChangeKind::Declined),
        EventKind::Expired => Some(ChangeKind::Expired),
        EventKind::Revived => Some(ChangeKind::Revived),
        EventKind::ParticipantSigned => Some(ChangeKind::ParticipantSigned),
        EventKind::ParticipantOpened => Some(ChangeKind::Opened),
        EventKind::DeliveryFailed => Some(ChangeKind::DeliveryFailed),
        EventKind::Created
        | EventKind::Deleted
        | EventKind::ContentUpdated
        | EventKind::SignaturesReset
        | EventKind::ParticipantDeclined
        | EventKind::FieldUpdated
        | EventKind::Commented
        | EventKind::Other(_) => None,
    }
}

/// The participant an event is about; by name where it names no id.
fn person_of<'a>(event: &ContractEvent, seen: &'a Observation) -> Option<&'a SeenPerson> {
    match (event.participant, event.actor.as_deref()) {
        (Some(id), _) => seen.people.iter().find(|person| person.id == id),
        (None, Some(name)) => {
            let mut named = seen.people.iter().filter(|person| person.name == name);
            named.next().filter(|_| named.next().is_none())
        }
        (None, None) => None,
    }
}

fn change(contract: ContractId, kind: ChangeKind, person: Option<&SeenPerson>, at: Timestamp) -> Change {
    let (participant, name) = (person.map(|person| person.id), person.map(|person| person.name.clone()));
    Change { contract, kind, participant, name, at }
}

#[cfg(test)]
mod tests;
