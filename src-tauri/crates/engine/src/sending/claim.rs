//! Reads everything again, then claims the send and creates the draft.

use std::sync::Arc;

use domain::{
    Payload, Send, drift,
    schedule::START_WITHIN,
    send::{Difference, NeedsReason, Step},
};
use http::Call;
use store::contracts;

use super::{drive::Driver, loss::lowest_of};
use crate::{EngineError, deals, health::Service, previews};

impl Driver {
    /// Queued: re-read, claim, create.
    pub(super) async fn claim_and_create(&mut self, send: &Send) -> Result<(), EngineError> {
        self.profile.health.token_accepted(Service::Kommo).await;
        self.profile.health.token_accepted(Service::Oneflow).await;
        self.profile.watch.all_known().await;
        if let Some(step) = self.overtaken(send).await? {
            return self.take(step).await;
        }
        let profile = Arc::clone(&self.profile);
        let _turn = profile.holds.turns.acquire().await.expect("BUG: the turns are never closed");
        if send.attempt > 0 && self.found_earlier(send).await? {
            return Ok(());
        }
        let payload = Payload::from_bytes(&send.payload).map_err(|_| EngineError::BadRequest)?;
        let differences = self.differences(send, &payload).await?;
        if !differences.is_empty() {
            return self.take(Step::Differs(differences)).await;
        }
        let start_before = profile.clock.elapsed() + START_WITHIN;
        // An undo during the re-read wins here: the claim then changes no row.
        let Some(claimed) = self.take_and_see(Step::Claim).await? else { return Ok(()) };
        let draft = oneflow::Draft { payload: &payload, marker: &claimed.marker() };
        let answer = profile.oneflow().create_contract(&draft, Call::person().before(start_before)).await;
        match profile.heard(Service::Oneflow, answer) {
            Ok(contract) => {
                self.failures = 0;
                self.store_draft(&claimed, &contract).await?;
                self.mark(&claimed, &payload, contract).await
            }
            Err(error) => self.after_call_error(&error).await,
        }
    }

    /// What became known since the click: a ledger that began anew takes clicks before it has seen what is out.
    async fn overtaken(&self, send: &Send) -> Result<Option<Step>, EngineError> {
        let deal = send.deal;
        let newest = self.profile.ledger.read(move |reading| contracts::newest_out(reading, deal)).await?;
        let newest = newest.filter(|newest| newest.send != Some(send.id)).map(|newest| newest.id);
        Ok(match (newest, send.generation.replaces()) {
            (Some(newest), None) => Some(Step::Superseded(newest)),
            (Some(newest), Some(replaced)) if newest != replaced => {
                Some(Step::Ask(NeedsReason::NewerContract { contract: newest }))
            }
            (Some(_) | None, _) => None,
        })
    }

    /// Never creates beside a draft of the same click: an earlier attempt may have made one after all, whatever the
    /// looks or a person said.
    async fn found_earlier(&mut self, send: &Send) -> Result<bool, EngineError> {
        let seen = self.look_at_all(send).await?;
        let Some(ours) = lowest_of(&seen, send).cloned() else { return Ok(false) };
        if ours.state.is_out() {
            self.is_out(send, ours.id, Some(ours)).await?;
        } else {
            self.store_draft(send, &ours).await?;
        }
        Ok(true)
    }

    /// What is different now from what was seen. Empty: what was seen is what is sent.
    pub(super) async fn differences(
        &self,
        send: &Send,
        seen: &Payload,
    ) -> Result<Vec<Difference>, EngineError> {
        let profile = &self.profile;
        let oneflow = profile.oneflow();
        let (deal, template) = futures::join!(deals::read_again(profile, send.deal), async {
            profile.heard_oneflow(oneflow.template(seen.template, Call::person()).await)
        },);
        let Some(deal) = deal? else { return Ok(vec![Difference::DealGone]) };
        match template? {
            None => return Ok(vec![Difference::TemplateGone]),
            Some(template) if !template.is_active => return Ok(vec![Difference::TemplateInactive]),
            Some(_) => {}
        }
        if !deals::is_ready(&deal.deal) {
            return Ok(vec![Difference::DealNotReady]);
        }
        let now = previews::again(profile, send, seen, &deal).await?;
        Ok(drift::differences(seen, &now))
    }
}
