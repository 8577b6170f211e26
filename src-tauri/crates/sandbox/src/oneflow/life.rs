//! The life of a contract: draft → pending → signed, declined or overdue (api/oneflow.md §4.2).

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde_json::{Value, json};

use super::state::{
    Actor, Contract, ContractState, Event, Oneflow, Participant, Party, SignState, SigningPeriod,
};

/// A move that the contract's state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Illegal {
    /// There is no such contract.
    NoContract,
    /// There is no such participant, or it has nothing to decide.
    NoParticipant,
    /// The contract is in this state.
    InState(ContractState),
}

impl Oneflow {
    /// Lets deadlines that have passed take effect.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        let passed: Vec<(i64, Timestamp)> = self
            .contracts
            .values()
            .filter(|contract| contract.state == ContractState::Pending)
            .filter_map(|contract| Some((contract.id, contract.expires.filter(|&expires| expires <= now)?)))
            .collect();
        for (id, at) in passed {
            self.enter(id, ContractState::Overdue, at, "contract:signing_period_expire", None);
        }
    }

    /// Draft → pending. Invitations go out through the participants' channels.
    pub(crate) fn publish(&mut self, id: i64, at: Timestamp, by: Option<Actor>) -> Result<(), Illegal> {
        let contract = self.contracts.get_mut(&id).ok_or(Illegal::NoContract)?;
        if contract.state != ContractState::Draft {
            return Err(Illegal::InState(contract.state));
        }
        contract.published = Some(at);
        contract.expires = Some(expiry(contract.signing_period, at));
        for participant in contract.participants_mut() {
            participant.delivery_status = delivery(participant);
        }
        let failed: Vec<Value> = contract
            .participants()
            .filter(|(_, participant)| participant.delivery_status == "bounce")
            .map(|(_, participant)| subject(participant))
            .collect();
        self.enter(id, ContractState::Pending, at, "contract:publish", by);
        for subject in failed {
            self.record(id, "participant:delivery_failure", at, None, subject, Value::Null);
        }
        Ok(())
    }

    /// A participant opens a published contract.
    pub(crate) fn visit(&mut self, id: i64, participant: i64, at: Timestamp) -> Result<(), Illegal> {
        let contract = self.contracts.get_mut(&id).ok_or(Illegal::NoContract)?;
        if contract.state == ContractState::Draft {
            return Err(Illegal::InState(contract.state));
        }
        let found = contract.participants_mut().find(|known| known.id == participant);
        let found = found.ok_or(Illegal::NoParticipant)?;
        let first = found.first_visit.is_none();
        found.first_visit = found.first_visit.or(Some(at));
        found.last_visit = Some(at);
        found.visits += 1;
        if found.delivery_channel == "email" {
            found.delivery_status = "opened";
        }
        let subject = subject(found);
        let actor = actor(contract, participant);
        if first {
            self.record(id, "participant:first_visit", at, actor, subject, Value::Null);
        }
        Ok(())
    }

    /// A signatory signs; the last one makes the contract signed.
    pub(crate) fn sign(&mut self, id: i64, participant: i64, at: Timestamp) -> Result<(), Illegal> {
        self.decide(id, participant, SignState::Signed, at)?;
        let contract = &self.contracts[&id];
        let done = contract
            .participants()
            .filter(|(_, participant)| participant.signatory)
            .all(|(_, participant)| participant.sign_state == SignState::Signed);
        if done {
            let by = actor(contract, participant);
            self.enter(id, ContractState::Signed, at, "contract:sign", by);
        }
        Ok(())
    }

    /// A signatory declines. Guess: one is enough, and there is no way back (api/oneflow.md §4.2).
    pub(crate) fn decline(&mut self, id: i64, participant: i64, at: Timestamp) -> Result<(), Illegal> {
        self.decide(id, participant, SignState::Declined, at)?;
        let by = actor(&self.contracts[&id], participant);
        self.enter(id, ContractState::Declined, at, "contract:decline", by);
        Ok(())
    }

    fn decide(
        &mut self,
        id: i64,
        participant: i64,
        decision: SignState,
        at: Timestamp,
    ) -> Result<(), Illegal> {
        let contract = self.contracts.get(&id).ok_or(Illegal::NoContract)?;
        if contract.state != ContractState::Pending {
            return Err(Illegal::InState(contract.state));
        }
        let open = contract.participants().any(|(_, known)| {
            known.id == participant && known.signatory && known.sign_state == SignState::Undecided
        });
        if !open {
            return Err(Illegal::NoParticipant);
        }
        self.visit(id, participant, at)?;
        let contract = self.contracts.get_mut(&id).ok_or(Illegal::NoContract)?;
        let by = actor(contract, participant);
        let found = contract.participants_mut().find(|known| known.id == participant);
        let found = found.ok_or(Illegal::NoParticipant)?;
        found.sign_state = decision;
        found.sign_time = Some(at);
        found.updated = at;
        let subject = subject(found);
        let event = if decision == SignState::Signed { "participant:sign" } else { "participant:decline" };
        self.record(id, event, at, by, subject, Value::Null);
        Ok(())
    }

    /// The signing period ends now.
    pub(crate) fn expire(&mut self, id: i64, at: Timestamp) -> Result<(), Illegal> {
        let contract = self.contracts.get_mut(&id).ok_or(Illegal::NoContract)?;
        if contract.state != ContractState::Pending {
            return Err(Illegal::InState(contract.state));
        }
        contract.expires = Some(at);
        self.enter(id, ContractState::Overdue, at, "contract:signing_period_expire", None);
        Ok(())
    }

    /// A new signing period; an overdue contract comes back (api/oneflow.md §4.2).
    pub(crate) fn set_signing_period(
        &mut self,
        id: i64,
        period: SigningPeriod,
        at: Timestamp,
    ) -> Result<(), Illegal> {
        let contract = self.contracts.get_mut(&id).ok_or(Illegal::NoContract)?;
        contract.signing_period = period;
        contract.updated = at;
        let Some(published) = contract.published else { return Ok(()) };
        match contract.state {
            ContractState::Signed | ContractState::Declined => Err(Illegal::InState(contract.state)),
            ContractState::Draft | ContractState::Pending => {
                contract.expires = Some(expiry(period, published));
                Ok(())
            }
            ContractState::Overdue => {
                // Guess: days count again from the day of the revival.
                contract.expires = Some(expiry(period, at));
                self.enter(id, ContractState::Pending, at, "contract:signing_period_revive", None);
                Ok(())
            }
        }
    }

    /// Signatures are void after the content has changed; the state stays (api/oneflow.md §4.2).
    pub(crate) fn reset_signatures(&mut self, id: i64, at: Timestamp) {
        let Some(contract) = self.contracts.get_mut(&id) else { return };
        let mut any = false;
        for participant in contract.participants_mut().filter(|known| known.sign_state == SignState::Signed) {
            participant.sign_state = SignState::Undecided;
            participant.sign_time = Some(at);
            any = true;
        }
        if any {
            self.record(
                id,
                "contract:signature_reset",
                at,
                None,
                json!({ "id": id, "type": "contract" }),
                Value::Null,
            );
        }
    }

    fn enter(
        &mut self,
        id: i64,
        state: ContractState,
        at: Timestamp,
        event: &'static str,
        by: Option<Actor>,
    ) {
        if let Some(contract) = self.contracts.get_mut(&id) {
            contract.state = state;
            contract.state_updated = at;
            contract.pdf_changed = at;
        }
        self.record(id, event, at, by, json!({ "id": id, "type": "contract" }), Value::Null);
    }

    /// Writes one line of a contract's history.
    pub(crate) fn record(
        &mut self,
        contract: i64,
        event_type: &'static str,
        at: Timestamp,
        actor: Option<Actor>,
        subject: Value,
        changes: Value,
    ) {
        let id = self.fresh_id();
        if let Some(contract) = self.contracts.get_mut(&contract) {
            contract.updated = contract.updated.max(at);
            contract.events.push(Event { id, event_type, at, actor, subject, changes });
        }
    }

    /// A user as the actor of an event: its participant on the own side, or the user itself.
    pub(crate) fn user_as_actor(&self, contract: i64, user: Option<i64>) -> Option<Actor> {
        let user = self.user(user?)?;
        let contract = self.contracts.get(&contract)?;
        let own = contract.participants().find(|(party, known)| party.is_mine && known.email == user.email);
        if let Some((_, participant)) = own {
            return actor(contract, participant.id);
        }
        let party = contract.parties.iter().find(|party| party.is_mine)?;
        Some(Actor {
            id: user.id,
            name: user.name.clone(),
            party_id: party.id,
            party_name: party.name.clone(),
        })
    }
}

/// A participant as the actor of an event.
pub(crate) fn actor(contract: &Contract, participant: i64) -> Option<Actor> {
    contract.participants().find(|(_, known)| known.id == participant).map(|(party, known)| Actor {
        id: known.id,
        name: known.name.clone(),
        party_id: party.id,
        party_name: party.shown_name().to_owned(),
    })
}

/// A participant as the subject of an event.
fn subject(participant: &Participant) -> Value {
    json!({ "id": participant.id, "type": "participant", "name": participant.name })
}

impl Party {
    /// The party's name; an individual's is the person's.
    pub(crate) fn shown_name(&self) -> &str {
        match self.participants.first() {
            Some(person) if self.is_individual => &person.name,
            _ => &self.name,
        }
    }
}

/// Guess: mail to a domain called `bounce.…` comes back, so that a failed delivery can be seen.
fn delivery(participant: &Participant) -> &'static str {
    match participant.delivery_channel.as_str() {
        "none" => "not_sent",
        _ if participant.email.contains("@bounce.") => "bounce",
        _ => "success",
    }
}

/// Midnight (UTC) at the start of the last day, as in the recorded example (api/oneflow.md §4).
fn expiry(period: SigningPeriod, published: Timestamp) -> Timestamp {
    let last_day = match period {
        SigningPeriod::FixedDate(date) => date,
        SigningPeriod::DaysAfterPublish(days) => {
            published.to_zoned(TimeZone::UTC).date().saturating_add(days.days())
        }
    };
    let midnight = last_day.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
    midnight.unwrap_or(published + SignedDuration::from_hours(24))
}
