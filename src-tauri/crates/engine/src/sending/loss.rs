//! The looks after a lost answer (design.md §3, "The look after a loss").
//!
//! "Not there" and "still a draft" are believed only after looks at about 5, 20 and 70 s after the request ended.

use domain::{
    Contract, ContractId, Send,
    schedule::LOOKS_AFTER_LOSS,
    send::{NeedsReason, Step},
};
use http::Call;

use super::{drive::Driver, look::Seen};
use crate::EngineError;

impl Driver {
    /// `CreateUnknown`: looks whether a draft of this send is there.
    pub(super) async fn look_for_draft(&mut self, send: &Send) -> Result<(), EngineError> {
        let lost_at = self.profile.clock.elapsed();
        for after in LOOKS_AFTER_LOSS {
            self.wait_until(lost_at + after).await;
            let Some(seen) = self.look(send).await? else {
                return self.take(Step::Ask(NeedsReason::CannotTell)).await;
            };
            if let Some(ours) = lowest_of(&seen, send) {
                return if ours.state.is_out() {
                    let (id, shown) = (ours.id, ours.clone());
                    self.is_out(send, id, Some(shown)).await
                } else {
                    self.store_draft(send, &ours.clone()).await
                };
            }
        }
        self.take(Step::NothingFound).await
    }

    /// `PublishUnknown`: looks whether the contract is out.
    pub(super) async fn look_whether_out(&mut self, send: &Send, id: ContractId) -> Result<(), EngineError> {
        let lost_at = self.profile.clock.elapsed();
        let mut is_visible = false;
        for after in LOOKS_AFTER_LOSS {
            self.wait_until(lost_at + after).await;
            let oneflow = self.profile.oneflow_unfiltered();
            let answer = oneflow.contract(id, Call::person()).await;
            let contract = self.profile.heard_oneflow(answer)?;
            is_visible = contract.is_some();
            if let Some(contract) = contract.filter(|contract| contract.state.is_out()) {
                return self.is_out(send, id, Some(contract)).await;
            }
        }
        let step = if is_visible { Step::StillDraft } else { Step::Ask(NeedsReason::DraftRemoved) };
        self.take(step).await
    }
}

/// The contract of this click; of several drafts the lowest id stands for all.
pub(super) fn lowest_of<'a>(seen: &'a Seen, send: &Send) -> Option<&'a Contract> {
    let ours =
        seen.contracts.iter().filter(|contract| contract.marker().is_some_and(|marker| send.made(&marker)));
    ours.min_by_key(|contract| (!contract.state.is_out(), contract.id))
}
