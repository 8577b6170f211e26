//! What an answer means for a send, and how its outcome is stored.

use domain::{
    Contract, ContractId, ContractState, Send,
    send::{Cause, Refusal, RefusalReason, Step},
};
use http::{Effect, Hold, Loss, Meaning};
use store::{contracts, left_drafts, sends};

use super::{click::announce, drive::Driver};
use crate::{EngineError, Event, Profile, watching};

/// The step after a create or publish that brought no answer.
fn after_error(error: &http::Error) -> Step {
    match http::meaning(Effect::Once, error) {
        Meaning::NotSent(http::Cause::Deadline) => Step::NotSent(Cause::TooLate),
        Meaning::NotSent(http::Cause::Paused { .. } | http::Cause::Blocked { .. }) => {
            Step::NotSent(Cause::RateLimited)
        }
        Meaning::NotSent(_) => Step::NotSent(Cause::Offline),
        Meaning::NoEffect(Hold::TokenRefused) => Step::NotSent(Cause::Unauthorized),
        Meaning::NoEffect(Hold::After(_) | Hold::Blocked) => Step::NotSent(Cause::RateLimited),
        Meaning::Refused(refusal) => Step::Refused(refused(&refusal)),
        Meaning::Unknown => Step::Lost(lost(error)),
    }
}

fn lost(error: &http::Error) -> Cause {
    match error {
        http::Error::Lost(Loss::TimedOut) => Cause::TimedOut,
        http::Error::Lost(Loss::Cut) => Cause::LineCut,
        http::Error::Unreadable(_) => Cause::Unreadable,
        other => Cause::ServerFault { status: other.status().unwrap_or_default() },
    }
}

fn refused(refusal: &http::Refusal) -> Refusal {
    let reason = match refusal.status {
        402 => RefusalReason::Plan,
        403 => RefusalReason::Forbidden,
        404 => RefusalReason::NotFound,
        _ => RefusalReason::Invalid,
    };
    let problems = oneflow::parameter_problems(refusal);
    Refusal { reason, status: refusal.status, problems, request_id: oneflow::request_id(refusal) }
}

impl Driver {
    /// Stores what a failed create or publish means, and waits for what it says.
    pub(super) async fn after_call_error(&mut self, error: &http::Error) -> Result<(), EngineError> {
        let step = after_error(error);
        let no_effect = if let Step::NotSent(cause) = &step { Some(cause.clone()) } else { None };
        self.take(step).await?;
        if let Some(cause) = no_effect {
            self.after_no_effect(&cause).await;
        }
        Ok(())
    }

    /// A draft of this send is there: one transaction for the step and for what is known of the contract.
    pub(super) async fn store_draft(&mut self, send: &Send, contract: &Contract) -> Result<(), EngineError> {
        let (id, now, known) =
            (self.id, self.profile.clock.now(), known_contract(send, contract.id, Some(contract)));
        let found = contract.id;
        let taken = self.profile.ledger.write(move |writing| {
            let taken = sends::take(writing, id, Step::DraftFound(found), now)?;
            contracts::insert(writing, &contracts::NewContract { first_seen: now, ..known })?;
            Ok(taken)
        });
        if let Some(send) = taken.await?.moved() {
            announce(&self.profile, &send);
        }
        Ok(())
    }

    /// The contract is out: stores it, then what the answer shows of it.
    pub(super) async fn is_out(
        &mut self,
        send: &Send,
        contract: ContractId,
        shown: Option<Contract>,
    ) -> Result<(), EngineError> {
        if let Some(send) = store_out(&self.profile, send, contract, shown.as_ref()).await? {
            announce(&self.profile, &send);
        }
        if let Some(shown) = shown {
            watching::observe(&self.profile, &shown).await?;
        }
        self.profile.wake.watching.notify_one();
        Ok(())
    }
}

/// One transaction: the send is published, the contract is known as ours. `None` if somebody moved the send first.
async fn store_out(
    profile: &Profile,
    send: &Send,
    contract: ContractId,
    shown: Option<&Contract>,
) -> Result<Option<Send>, EngineError> {
    let (id, now) = (send.id, profile.clock.now());
    let known = known_contract(send, contract, shown);
    let state = shown.map_or(ContractState::Pending, |shown| shown.state);
    let published = shown.and_then(|shown| shown.published_time);
    let taken = profile.ledger.write(move |writing| {
        let taken = sends::take(writing, id, Step::Out(contract), now)?;
        contracts::insert(writing, &contracts::NewContract { first_seen: now, ..known })?;
        contracts::set_state(writing, contract, state, published)?;
        left_drafts::forget(writing, contract)?;
        Ok(taken)
    });
    let moved = taken.await?.moved();
    profile.tell(Event::ContractsChanged(vec![contract]));
    Ok(moved)
}

fn known_contract(send: &Send, id: ContractId, shown: Option<&Contract>) -> contracts::NewContract {
    contracts::NewContract {
        id,
        deal: send.deal,
        generation: send.generation,
        send: Some(send.id),
        marker: shown.and_then(Contract::marker).or_else(|| Some(send.marker())),
        name: shown.and_then(|shown| shown.name.clone()),
        title: send.title.clone(),
        workspace: shown.and_then(|shown| shown.workspace),
        template: shown.and_then(|shown| shown.template),
        state: ContractState::Draft,
        is_baseline: false,
        first_seen: send.clicked_at,
    }
}
