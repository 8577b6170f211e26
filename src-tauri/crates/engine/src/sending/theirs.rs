//! What a person decided about a colleague's draft, carried out: theirs is published, or deleted so that ours goes to a
//! new election (design.md §3, "Colleagues' drafts").
//!
//! The rules of the election hold here, too: what is published from here is the lowest id among all drafts but our own,
//! which stays behind. Our own is never lower, or nobody would have been asked.

use std::{sync::Arc, time::Duration};

use domain::{
    Contract, ContractId, Payload, Send,
    election::{Candidate, Verdict, elect},
    schedule::{ELECTION_WAIT, LOOKS_AFTER_LOSS, START_WITHIN, THEIRS_LOOK_EVERY},
    send::{NeedsReason, Step},
    sides::proved,
};
use http::Call;
use store::{left_drafts, sends};

use super::{
    drafts::{look_at, read_draft},
    drive::Driver,
    election::LOOK_AGAIN,
    look::Seen,
};
use crate::{
    EngineError,
    health::Service,
    watching,
    write_backs::{self, FieldClaim},
};

/// So often a draft is deleted, 5 s apart, before a person is asked again: an answer may be late.
const DISCARDS: u32 = 6;

impl Driver {
    /// `NeedsYou(colleague's draft)`: a person decides, but the question may answer itself. When their draft is out or
    /// gone, a new election is held for ours.
    pub(super) async fn watch_theirs(&mut self, send: &Send, theirs: ContractId) -> Result<(), EngineError> {
        self.pause(THEIRS_LOOK_EVERY).await;
        if self.has_moved(send).await? {
            return Ok(());
        }
        let shown = self.read_alone_now(theirs).await?;
        if shown.as_ref().is_some_and(|shown| !shown.state.is_out()) {
            look_at(&self.profile, theirs, Some(send), Call::background()).await?;
            return Ok(());
        }
        let payload = Payload::from_bytes(&send.payload).map_err(|_| EngineError::BadRequest)?;
        // Long after the click, so everything is read again as before a create; what differs is for the person.
        if shown.is_none() && !self.differences(send, &payload).await?.is_empty() {
            return Ok(());
        }
        self.rivals_since = None;
        self.take(Step::Resume).await
    }

    /// Whether somebody moved the send meanwhile.
    async fn has_moved(&self, send: &Send) -> Result<bool, EngineError> {
        let id = send.id;
        let now = self.profile.ledger.read(move |reading| sends::by_id(reading, id)).await?;
        Ok(now.is_none_or(|now| now.state != send.state))
    }

    async fn read_alone_now(&self, id: ContractId) -> Result<Option<Contract>, EngineError> {
        let oneflow = self.profile.oneflow_unfiltered();
        self.profile.heard_oneflow(oneflow.contract(id, Call::person()).await)
    }

    /// `TheirsChosen`: one look, and what it means for their draft.
    pub(super) async fn elect_theirs(&mut self, send: &Send, theirs: ContractId) -> Result<(), EngineError> {
        let profile = Arc::clone(&self.profile);
        let turn = profile.holds.turns.acquire().await.expect("BUG: the turns are never closed");
        let Some(seen) = self.look(send).await? else {
            return self.take(Step::Ask(NeedsReason::CannotTell)).await;
        };
        if let Some(contract) = seen.newer_than_replaced(send) {
            return self.take(Step::Ask(NeedsReason::NewerContract { contract })).await;
        }
        let candidates = seen.candidates(send);
        if let Some(out) = candidates.iter().filter(|one| one.state.is_out()).min_by_key(|one| one.contract) {
            let shown = seen.contracts.iter().find(|shown| shown.id == out.contract).cloned();
            return if send.made(&out.marker) {
                self.is_out(send, out.contract, shown).await
            } else {
                self.superseded(out.contract, shown.as_ref()).await
            };
        }
        let Some(chosen) = candidates.iter().find(|one| one.contract == theirs) else {
            drop(turn);
            return self.theirs_not_listed(theirs).await;
        };
        // Ours stays behind. Were it lower than theirs, another seat might have been told to publish ours.
        let is_ours_behind = |one: &&Candidate| send.made(&one.marker) && one.contract > theirs;
        let rivals: Vec<Candidate> = candidates.iter().filter(|one| !is_ours_behind(one)).cloned().collect();
        let now = profile.clock.elapsed();
        let has_waited = self.rivals_since.is_some_and(|since| now.saturating_sub(since) >= ELECTION_WAIT);
        match elect(chosen.marker.send, &chosen.marker.hash, &rivals, has_waited) {
            Verdict::Publish(id) if id == theirs => {
                if self.publish_theirs(send, theirs, &seen).await? {
                    return Ok(());
                }
                drop(turn);
                self.look_too_old().await
            }
            Verdict::Publish(other) | Verdict::Lost(other) => {
                look_at(&profile, other, Some(send), Call::person()).await?;
                self.take(Step::Ask(NeedsReason::colleagues_draft(other))).await
            }
            Verdict::Wait | Verdict::NotVisible | Verdict::Out(_) | Verdict::Superseded(_) => {
                drop(turn);
                let since = *self.rivals_since.get_or_insert(now);
                self.wait_until((since + ELECTION_WAIT).max(now + LOOK_AGAIN)).await;
                Ok(())
            }
        }
    }

    /// No look shows their draft: the list is late, or it is gone. A person chose it, so a person is told.
    async fn theirs_not_listed(&mut self, theirs: ContractId) -> Result<(), EngineError> {
        if read_draft(&self.profile, theirs, Call::person()).await?.is_none() {
            return self.take(Step::Ask(NeedsReason::TheirsGone)).await;
        }
        self.wait_until(self.profile.clock.elapsed() + LOOK_AGAIN).await;
        Ok(())
    }

    /// Elected: the field, and their draft read once more beside it, as before a publish of our own. False when that
    /// took too long for the look to speak for it.
    async fn publish_theirs(
        &mut self,
        send: &Send,
        theirs: ContractId,
        seen: &Seen,
    ) -> Result<bool, EngineError> {
        let (claim, draft) = futures::join!(
            write_backs::claim_field(&self.profile, send.deal, theirs, send.generation.replaces()),
            look_at(&self.profile, theirs, Some(send), Call::person()),
        );
        match claim {
            Ok(FieldClaim::Ours | FieldClaim::NoField | FieldClaim::Foreign) => {}
            Ok(FieldClaim::Other { text }) => {
                return self.ask(NeedsReason::FieldNamesOther { text }).await;
            }
            Err(EngineError::DealGone) => return self.ask(NeedsReason::DealGone).await,
            Err(error) => return Err(error),
        }
        let Some(draft) = draft? else { return self.theirs_not_listed(theirs).await.map(|()| true) };
        let payload = draft.payload.as_deref().and_then(|bytes| Payload::from_bytes(bytes).ok());
        let Some(payload) = payload.and_then(|payload| proved(&payload, &draft.shown, &draft.marker.hash))
        else {
            // Somebody changed it: nobody here has seen what would be sent.
            return self.ask(NeedsReason::colleagues_draft(theirs)).await;
        };
        let Some(start_before) = seen.publish_before(self.profile.clock.elapsed()) else { return Ok(false) };
        let Some(send) = self.take_and_see(Step::Elected(theirs)).await? else { return Ok(true) };
        let call = Call::person().before(start_before);
        let oneflow = self.profile.oneflow();
        let answer = oneflow.publish(theirs, &payload.subject, &payload.message, call).await;
        match self.profile.heard(Service::Oneflow, answer) {
            Ok(contract) => {
                self.failures = 0;
                self.superseded(contract.id, Some(&contract)).await?;
            }
            Err(http::Error::Refused(refusal)) if refusal.status == 404 => {
                let is_there = self.read_alone_now(theirs).await?.is_some();
                tracing::info!(send.id = %send.id, is_there, "the chosen draft is not there for this user");
                self.take(Step::Ask(not_ours_to_change(theirs, is_there))).await?;
            }
            Err(error) => self.after_call_error(&error).await?,
        }
        Ok(true)
    }

    async fn ask(&mut self, reason: NeedsReason) -> Result<bool, EngineError> {
        self.take(Step::Ask(reason)).await.map(|()| true)
    }

    /// `TheirsUnknown`: looks whether their contract is out.
    pub(super) async fn look_whether_theirs_out(&mut self, theirs: ContractId) -> Result<(), EngineError> {
        let lost_at = self.profile.clock.elapsed();
        let mut is_visible = false;
        for after in LOOKS_AFTER_LOSS {
            self.wait_until(lost_at + after).await;
            let shown = self.read_alone_now(theirs).await?;
            is_visible = shown.is_some();
            if let Some(shown) = shown.filter(|shown| shown.state.is_out()) {
                return self.superseded(theirs, Some(&shown)).await;
            }
        }
        self.take(if is_visible { Step::StillDraft } else { Step::Ask(NeedsReason::TheirsGone) }).await
    }

    /// A colleague's contract stands: it is known from now on, and our draft has served.
    pub(super) async fn superseded(
        &mut self,
        by: ContractId,
        shown: Option<&Contract>,
    ) -> Result<(), EngineError> {
        if let Some(shown) = shown {
            watching::found(&self.profile, shown).await?;
        }
        self.take(Step::Superseded(by)).await?;
        let forgotten = self.profile.ledger.write(move |writing| left_drafts::forget(writing, by));
        forgotten.await?;
        // The hourly round does what fails here.
        super::tidy_drafts(&self.profile).await
    }

    /// `Discarding`: their draft is deleted and seen gone, then a new election is held for ours.
    ///
    /// Every part of it may be repeated, so a crash or a lost answer is only another turn. It starts within 5 s of the
    /// read that says "still a draft": what was published meanwhile must not be deleted.
    pub(super) async fn discard(&mut self, send: &Send, theirs: ContractId) -> Result<(), EngineError> {
        let start_before = self.profile.clock.elapsed() + START_WITHIN;
        if let Some(draft) = read_draft(&self.profile, theirs, Call::person()).await? {
            let is_theirs =
                draft.marker().is_some_and(|marker| marker.deal == send.deal && !send.made(&marker));
            if !is_theirs {
                return self.take(Step::Ask(NeedsReason::colleagues_draft(theirs))).await;
            }
            let call = Call::person().before(start_before);
            let answer = self.profile.oneflow().delete_contract(theirs, call).await;
            self.profile.heard_oneflow(answer)?;
            if read_draft(&self.profile, theirs, Call::person()).await?.is_some() {
                self.failures += 1;
                if self.failures >= DISCARDS {
                    return self.take(Step::Ask(not_ours_to_change(theirs, true))).await;
                }
                self.pause(Duration::from_secs(5)).await;
                return Ok(());
            }
            // The field must not go on naming a draft that is gone.
            write_backs::release_field(&self.profile, send.deal, theirs).await?;
        }
        self.profile.ledger.write(move |writing| left_drafts::forget(writing, theirs)).await?;
        self.rivals_since = None;
        self.failures = 0;
        self.take(Step::Discarded).await
    }
}

/// A colleague's draft may lie in a workspace that our user does not see; the looks, asked for nobody, show it.
/// The question stays, and the colleague can answer it.
fn not_ours_to_change(theirs: ContractId, is_there: bool) -> NeedsReason {
    if is_there {
        NeedsReason::ColleaguesDraft { contract: theirs, is_out_of_reach: true }
    } else {
        NeedsReason::TheirsGone
    }
}
