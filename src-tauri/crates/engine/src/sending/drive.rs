//! Takes one send from state to state until it is settled or waits for a person.

use std::{sync::Arc, time::Duration};

use domain::{
    ContractId, Send, SendId, SendState,
    schedule::{self, back_off},
    send::{Cause, NeedsReason, Step},
};
use store::sends;

use super::click::announce;
use crate::{EngineError, Profile, health::Service};

/// Drives one send. Whatever it remembers may be forgotten without harm.
pub(super) struct Driver {
    pub(super) profile: Arc<Profile>,
    pub(super) id: SendId,
    /// Tries in a row that had no effect.
    pub(super) failures: u32,
    /// Since when drafts of others are seen.
    pub(super) rivals_since: Option<Duration>,
    /// Since when our own contract is looked for.
    pub(super) looked_since: Option<Duration>,
    /// The deal's field names our contract.
    pub(super) is_field_written: Option<ContractId>,
}

/// A person waits for it: what is in order again is not to be noticed an hour late.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// Longer than any write of the ledger takes: the computer slept.
const LONG_WRITE: Duration = Duration::from_mins(1);

/// A send that no other driver has. Given back when it is dropped.
pub(super) struct Taken(Arc<Profile>, SendId);

impl Taken {
    /// `None` if a driver has it.
    pub(super) fn of(profile: &Arc<Profile>, send: SendId) -> Option<Self> {
        profile.holds.take_over(send).then(|| Self(Arc::clone(profile), send))
    }

    /// A driver that remembers nothing of an earlier one.
    pub(super) fn driver(&self) -> Driver {
        Driver::new(Arc::clone(&self.0), self.1)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.0.holds.release(self.1);
        // A person may have settled it in the very moment in which its driver ended.
        self.0.wake.sending.notify_one();
    }
}

impl Driver {
    pub(super) fn new(profile: Arc<Profile>, id: SendId) -> Self {
        Self { profile, id, failures: 0, rivals_since: None, looked_since: None, is_field_written: None }
    }

    /// Runs until the send is settled or waits for a person.
    pub(super) async fn run(mut self) {
        loop {
            match self.advance().await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    tracing::warn!(send.id = %self.id, %error, "a step of a send failed");
                    self.pause_after_failure().await;
                }
            }
        }
    }

    /// One step; false when there is nothing more to do.
    async fn advance(&mut self) -> Result<bool, EngineError> {
        let id = self.id;
        let Some(send) = self.profile.ledger.read(move |reading| sends::by_id(reading, id)).await? else {
            return Ok(false);
        };
        match &send.state {
            SendState::Held => self.hold(&send).await?,
            SendState::Queued => self.claim_and_create(&send).await?,
            // Only an outcome that could not be stored leaves a send here while the app runs.
            SendState::Creating | SendState::Publishing { .. } | SendState::PublishingTheirs { .. } => {
                self.take(Step::Lost(Cause::NotStored)).await?;
            }
            SendState::CreateUnknown => self.look_for_draft(&send).await?,
            SendState::Created { contract } => self.check_draft(&send, *contract).await?,
            SendState::Completing { .. } => self.elect_and_publish(&send).await?,
            SendState::PublishUnknown { contract } => self.look_whether_out(&send, *contract).await?,
            SendState::Published { contract } => {
                self.look_once_more(&send, *contract).await?;
                return Ok(false);
            }
            SendState::TheirsChosen { theirs, .. } => self.elect_theirs(&send, *theirs).await?,
            SendState::TheirsUnknown { theirs, .. } => self.look_whether_theirs_out(*theirs).await?,
            SendState::Discarding { theirs, .. } => self.discard(&send, *theirs).await?,
            SendState::NeedsYou { reason: NeedsReason::ColleaguesDraft { contract, .. }, .. } => {
                self.watch_theirs(&send, *contract).await?;
            }
            SendState::Undone
            | SendState::Stopped { .. }
            | SendState::Rejected { .. }
            | SendState::Superseded { .. }
            | SendState::NeedsYou { .. }
            | SendState::GivenUp { .. } => return Ok(false),
        }
        Ok(true)
    }

    /// Moves the send; a lost race is no error, the next turn reads where it stands.
    pub(super) async fn take(&mut self, step: Step) -> Result<(), EngineError> {
        self.take_and_see(step).await.map(|_| ())
    }

    /// Moves the send; `None` if somebody else moved it first.
    pub(super) async fn take_and_see(&mut self, step: Step) -> Result<Option<Send>, EngineError> {
        let (id, now) = (self.id, self.profile.clock.now());
        let taken = self.profile.ledger.write(move |writing| sends::take(writing, id, step, now)).await?;
        let moved = taken.moved();
        if let Some(send) = &moved {
            announce(&self.profile, send);
        }
        Ok(moved)
    }

    /// Waits, or until something happens that makes waiting needless.
    pub(super) async fn pause(&self, duration: Duration) {
        let waiting = self.profile.clock.sleep(duration);
        tokio::select! { () = waiting => {} () = self.profile.wake.drivers.notified() => {} }
    }

    /// Waits without being woken: a look that comes earlier than its time says nothing.
    pub(super) async fn wait_until(&self, at: Duration) {
        self.profile.clock.sleep_until(at).await;
    }

    /// After a call without effect: counts it and waits for what it says.
    pub(super) async fn after_no_effect(&mut self, cause: &Cause) {
        if *cause == Cause::Unauthorized {
            self.profile.health.token_accepted(Service::Oneflow).await;
        } else {
            self.pause_after_failure().await;
        }
    }

    /// Waits longer after each try in a row that had no effect.
    pub(super) async fn pause_after_failure(&mut self) {
        let pause = back_off(self.failures).min(LONGEST_PAUSE);
        self.failures += 1;
        self.pause(pause).await;
    }

    /// The undo time, counted on the monotonic clock; the row stores what is left.
    async fn hold(&mut self, send: &Send) -> Result<(), EngineError> {
        let clock = Arc::clone(&self.profile.clock);
        let mut deadline = clock.elapsed() + send.hold_left;
        self.profile.holds.set_deadline(self.id, deadline);
        loop {
            let counted_at = clock.elapsed();
            let left = deadline.saturating_sub(counted_at);
            if left.is_zero() {
                return self.take(Step::TimeUp).await;
            }
            let (id, stored) = (self.id, left);
            if !self.profile.ledger.write(move |writing| sends::store_hold(writing, id, stored)).await? {
                return Ok(());
            }
            let slept_from = clock.elapsed();
            let has_slept_in_write = slept_from.saturating_sub(counted_at) > LONG_WRITE;
            let nap = left.min(Duration::from_secs(1));
            self.pause(nap).await;
            let has_slept_in_nap =
                clock.elapsed().saturating_sub(slept_from) > nap + schedule::HOLD_AFTER_START;
            // The computer slept: what was in sight before is shown again before it leaves.
            if has_slept_in_write || has_slept_in_nap {
                deadline = deadline.max(clock.elapsed() + schedule::HOLD_AFTER_START);
                self.profile.holds.set_deadline(self.id, deadline);
            }
        }
    }
}
