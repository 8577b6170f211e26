//! Checks that a draft carries its marker and holds what was seen.

use domain::{
    Contract, ContractId, Payload, Send,
    schedule::OWN_VISIBLE_WITHIN,
    send::{NeedsReason, Step},
};
use http::Call;

use super::{drafts::look_at, drive::Driver};
use crate::EngineError;

impl Driver {
    /// Created: reads the draft and checks it.
    pub(super) async fn check_draft(&mut self, send: &Send, id: ContractId) -> Result<(), EngineError> {
        let oneflow = self.profile.oneflow_unfiltered();
        let answer = oneflow.contract(id, Call::person()).await;
        let Some(contract) = self.profile.heard_oneflow(answer)? else { return self.not_shown_yet().await };
        let payload = Payload::from_bytes(&send.payload).map_err(|_| EngineError::BadRequest)?;
        self.mark(send, &payload, contract).await
    }

    /// Right after a create an answer may not show the contract yet; after two minutes it is gone.
    async fn not_shown_yet(&mut self) -> Result<(), EngineError> {
        let now = self.profile.clock.elapsed();
        let since = *self.looked_since.get_or_insert(now);
        if now.saturating_sub(since) > OWN_VISIBLE_WITHIN {
            return self.take(Step::Ask(NeedsReason::DraftRemoved)).await;
        }
        self.failures += 1;
        self.pause(domain::schedule::back_off(self.failures.min(2))).await;
        Ok(())
    }

    /// Goes on only with a draft that can be found again and that holds what was seen.
    pub(super) async fn mark(
        &mut self,
        send: &Send,
        payload: &Payload,
        contract: Contract,
    ) -> Result<(), EngineError> {
        self.looked_since = None;
        if contract.state.is_out() {
            // Somebody published it in Oneflow.
            let id = contract.id;
            return self.is_out(send, id, Some(contract)).await;
        }
        let Some(marker) = contract.marker() else {
            // This answer may leave the places out: only one more read decides.
            return self.read_alone(send, payload, contract.id).await;
        };
        if !send.made(&marker) || marker.hash != send.hash {
            return self.take(Step::Ask(NeedsReason::MarkerMissing)).await;
        }
        if !payload.is_shown_by(&contract) {
            look_at(&self.profile, contract.id, Some(send), Call::person()).await?;
            return self.take(Step::Ask(NeedsReason::DraftChanged)).await;
        }
        self.take(Step::Marked).await
    }

    async fn read_alone(
        &mut self,
        send: &Send,
        payload: &Payload,
        id: ContractId,
    ) -> Result<(), EngineError> {
        let oneflow = self.profile.oneflow_unfiltered();
        let answer = oneflow.contract(id, Call::person()).await;
        match self.profile.heard_oneflow(answer)? {
            None => self.not_shown_yet().await,
            Some(contract) if contract.marker().is_some() => {
                Box::pin(self.mark(send, payload, contract)).await
            }
            Some(_) => self.take(Step::Ask(NeedsReason::MarkerMissing)).await,
        }
    }
}
