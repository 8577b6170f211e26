//! The election, the deal's field, and the publish (design.md §3, "The election").

use std::sync::Arc;

use domain::{
    ContractId, Payload, Send,
    election::{Verdict, elect},
    schedule::{COLLEAGUES_DRAFT_STAYS, ELECTION_WAIT, OWN_VISIBLE_WITHIN},
    send::{NeedsReason, Step},
};
use http::Call;

use super::{drafts::look_at, drive::Driver, look::Seen};
use crate::{
    EngineError,
    health::Service,
    write_backs::{self, FieldClaim},
};

/// How soon to look again for what should be there at any moment.
pub(super) const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_secs(3);

/// How old what was read of our draft may be when it is published: what was seen is what is sent.
const READ_SPEAKS_FOR: std::time::Duration = std::time::Duration::from_secs(5);

impl Driver {
    /// Completing: one look, and what it means.
    pub(super) async fn elect_and_publish(&mut self, send: &Send) -> Result<(), EngineError> {
        let profile = Arc::clone(&self.profile);
        let turn = profile.holds.turns.acquire().await.expect("BUG: the turns are never closed");
        let Some(seen) = self.look(send).await? else {
            return self.take(Step::Ask(NeedsReason::CannotTell)).await;
        };
        let now = profile.clock.elapsed();
        let has_waited = self.rivals_since.is_some_and(|since| now.saturating_sub(since) >= ELECTION_WAIT);
        let verdict = elect(send.id, &send.hash, &seen.candidates(send), has_waited);
        let is_decided = matches!(verdict, Verdict::Out(_) | Verdict::Superseded(_));
        if let Some(contract) = seen.newer_than_replaced(send).filter(|_| !is_decided) {
            return self.take(Step::Ask(NeedsReason::NewerContract { contract })).await;
        }
        if let Verdict::Publish(contract) = verdict {
            if self.publish_if_field_allows(send, contract, &seen).await? {
                return Ok(());
            }
            drop(turn);
            return self.look_too_old().await;
        }
        drop(turn);
        self.after_verdict(send, verdict, &seen).await
    }

    async fn after_verdict(&mut self, send: &Send, verdict: Verdict, seen: &Seen) -> Result<(), EngineError> {
        let now = self.profile.clock.elapsed();
        match verdict {
            Verdict::Publish(_) => Ok(()),
            Verdict::NotVisible => {
                let since = *self.looked_since.get_or_insert(now);
                if now.saturating_sub(since) > OWN_VISIBLE_WITHIN {
                    return self.take(Step::Ask(NeedsReason::OwnNotVisible)).await;
                }
                self.wait_until(now + LOOK_AGAIN).await;
                Ok(())
            }
            Verdict::Out(id) => {
                let shown = seen.contracts.iter().find(|contract| contract.id == id).cloned();
                self.is_out(send, id, shown).await
            }
            Verdict::Superseded(by) => {
                let shown = seen.contracts.iter().find(|contract| contract.id == by);
                self.superseded(by, shown).await
            }
            Verdict::Wait => {
                let since = *self.rivals_since.get_or_insert(now);
                self.wait_until(since + ELECTION_WAIT).await;
                Ok(())
            }
            Verdict::Lost(contract) => {
                let since = *self.rivals_since.get_or_insert(now);
                if now.saturating_sub(since) > COLLEAGUES_DRAFT_STAYS {
                    look_at(&self.profile, contract, Some(send), Call::person()).await?;
                    return self.take(Step::Ask(NeedsReason::colleagues_draft(contract))).await;
                }
                self.wait_until(now + ELECTION_WAIT / 2).await;
                Ok(())
            }
        }
    }

    /// Elected. The deal's field is written and read back first: it guards two Oneflow accounts on one Kommo account.
    /// Beside it, so that it takes no time, the draft is read once more: an election is long, and what was seen is
    /// what is sent. False when that took too long for the look to speak for it.
    async fn publish_if_field_allows(
        &mut self,
        send: &Send,
        id: ContractId,
        seen: &Seen,
    ) -> Result<bool, EngineError> {
        self.looked_since = None;
        let payload = Payload::from_bytes(&send.payload).map_err(|_| EngineError::BadRequest)?;
        let oneflow = self.profile.oneflow_unfiltered();
        let asked = self.profile.clock.elapsed();
        let (claim, mut draft) =
            futures::join!(self.claim_field(send, id), oneflow.contract(id, Call::person()));
        if claim.is_ok() && self.profile.clock.elapsed().saturating_sub(asked) > READ_SPEAKS_FOR {
            // Kommo was slow, and somebody may have worked on the draft meanwhile.
            draft = oneflow.contract(id, Call::person()).await;
        }
        let instead = match (claim, self.profile.heard_oneflow(draft)?) {
            (Ok(FieldClaim::Other { text }), _) => NeedsReason::FieldNamesOther { text },
            (Err(EngineError::DealGone), _) => NeedsReason::DealGone,
            (Err(error), _) => return Err(error),
            (Ok(_), None) => NeedsReason::DraftRemoved,
            (Ok(_), Some(draft)) if draft.state.is_out() => {
                return self.is_out(send, id, Some(draft)).await.map(|()| true);
            }
            (Ok(_), Some(draft)) if !payload.is_shown_by(&draft) => {
                look_at(&self.profile, id, Some(send), Call::person()).await?;
                NeedsReason::DraftChanged
            }
            (Ok(FieldClaim::Ours | FieldClaim::NoField | FieldClaim::Foreign), Some(_)) => {
                self.is_field_written = Some(id);
                return self.publish(send, id, seen).await;
            }
        };
        self.take(Step::Ask(instead)).await.map(|()| true)
    }

    /// The next turn looks again. Not at once: where everything is slow, more looks make it slower.
    pub(super) async fn look_too_old(&mut self) -> Result<(), EngineError> {
        self.pause_after_failure().await;
        Ok(())
    }

    /// Written before every publish, a repeated one too: somebody may have emptied or overwritten it.
    async fn claim_field(&self, send: &Send, id: ContractId) -> Result<FieldClaim, EngineError> {
        if self.is_field_written == Some(id) {
            return Ok(FieldClaim::Ours);
        }
        write_backs::claim_field(&self.profile, send.deal, id, send.generation.replaces()).await
    }

    async fn publish(&mut self, send: &Send, id: ContractId, seen: &Seen) -> Result<bool, EngineError> {
        let Some(start_before) = seen.publish_before(self.profile.clock.elapsed()) else { return Ok(false) };
        let payload = Payload::from_bytes(&send.payload).map_err(|_| EngineError::BadRequest)?;
        let Some(send) = self.take_and_see(Step::Elected(id)).await? else { return Ok(true) };
        let call = Call::person().before(start_before);
        let answer = self.profile.oneflow().publish(id, &payload.subject, &payload.message, call).await;
        match self.profile.heard(Service::Oneflow, answer) {
            Ok(contract) => {
                self.failures = 0;
                self.is_out(&send, id, Some(contract)).await?;
            }
            // The draft is gone: trying again cannot help, and nothing was sent.
            Err(http::Error::Refused(refusal)) if refusal.status == 404 => {
                self.take(Step::Ask(NeedsReason::DraftRemoved)).await?;
            }
            Err(error) => self.after_call_error(&error).await?,
        }
        Ok(true)
    }

    /// Published: two contracts of one generation that are out are told on every seat that sees them.
    pub(super) async fn look_once_more(&self, send: &Send, own: ContractId) -> Result<(), EngineError> {
        let Some(seen) = self.look(send).await? else { return Ok(()) };
        for spare in seen.candidates(send) {
            // A create whose answer was lost had made it.
            if spare.contract != own && !spare.state.is_out() && send.made(&spare.marker) {
                super::sweep::tidy_spare(&self.profile, send, spare.contract).await?;
            }
        }
        let others =
            seen.candidates(send).into_iter().filter(|one| one.contract != own && one.state.is_out());
        let Some(other) = others.map(|one| one.contract).min() else { return Ok(()) };
        let (id, now) = (send.id, self.profile.clock.now());
        let step = Step::Ask(NeedsReason::TwoContractsOut { contract: other });
        let taken =
            self.profile.ledger.write(move |writing| store::sends::take(writing, id, step, now)).await?;
        if let Some(send) = taken.moved() {
            super::click::announce(&self.profile, &send);
        }
        Ok(())
    }
}
