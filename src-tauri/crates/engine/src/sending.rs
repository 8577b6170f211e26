//! From the click to a contract that is out: the life of a send (design.md §3).
//!
//! [`click`] stores a send; a driver of its own then takes it from state to state. What a driver knows only in
//! memory (how long it has waited) may be lost at any moment: the worst that follows is that it waits again.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use domain::{Clock, Send, SendId, SendState, schedule, send::NeedsReason};
use jiff::SignedDuration;
use tokio::sync::Semaphore;

use self::drive::Taken;
use crate::{EngineError, Profile};

mod batch;
mod claim;
mod click;
mod drafts;
mod drive;
mod election;
mod look;
mod loss;
mod mark;
mod outcome;
mod overview;
mod recover;
mod settle;
mod sweep;
mod theirs;
mod tidy;
mod waiting;

pub use batch::{of_batch, send_batch_now, undo_batch};
pub use click::{Click, click, click_several, send_now, undo};
pub use drafts::{Theirs, beside_preview, theirs_of};
pub(crate) use recover::recover;
pub use settle::{Choice, choices, settle};
pub(crate) use sweep::sweep;
pub use sweep::{ContractChoice, contract_choices, settle_contract};
pub(crate) use tidy::tidy_drafts;

/// How many sends talk to Oneflow at once. A publish must start within 5 s of its look, so many sends must not
/// queue between the two.
const TURNS: usize = 3;

/// A publish that is older has been looked at again, or its contract is watched since.
const LOOK_ONCE_MORE_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// What drivers share in memory.
#[derive(Debug)]
pub(crate) struct Holds {
    deadlines: Mutex<HashMap<SendId, Duration>>,
    driven: Mutex<HashSet<SendId>>,
    turns: Semaphore,
    overviews: overview::Overviews,
}

impl Default for Holds {
    fn default() -> Self {
        Self {
            deadlines: Mutex::default(),
            driven: Mutex::default(),
            turns: Semaphore::new(TURNS),
            overviews: overview::Overviews::default(),
        }
    }
}

impl Holds {
    /// What is left of the hold of `send`; what is stored if its driver has not started yet.
    pub(crate) fn left(&self, send: &Send, clock: &dyn Clock) -> Duration {
        let deadlines = self.deadlines.lock().expect("BUG: nothing panics while it holds this lock");
        deadlines.get(&send.id).map_or(send.hold_left, |deadline| deadline.saturating_sub(clock.elapsed()))
    }

    fn set_deadline(&self, send: SendId, deadline: Duration) {
        self.deadlines.lock().expect("BUG: nothing panics while it holds this lock").insert(send, deadline);
    }

    fn forget(&self, send: SendId) {
        self.deadlines.lock().expect("BUG: nothing panics while it holds this lock").remove(&send);
    }

    /// True for exactly one caller until [`Holds::release`].
    fn take_over(&self, send: SendId) -> bool {
        self.driven.lock().expect("BUG: nothing panics while it holds this lock").insert(send)
    }

    fn release(&self, send: SendId) {
        self.driven.lock().expect("BUG: nothing panics while it holds this lock").remove(&send);
    }
}

/// What is left of the undo time of a send.
pub fn hold_left(profile: &Profile, send: &Send) -> Duration {
    profile.holds.left(send, profile.clock.as_ref())
}

/// One send.
pub async fn by_id(profile: &Profile, id: SendId) -> Result<Option<Send>, EngineError> {
    Ok(profile.ledger.read(move |reading| store::sends::by_id(reading, id)).await?)
}

/// Sends that can still be undone, oldest click first.
pub async fn leaving(profile: &Profile) -> Result<Vec<Send>, EngineError> {
    let mut sends = on_their_way(profile).await?;
    sends.retain(|send| send.state.can_undo());
    Ok(sends)
}

/// Sends that will be out without a person, those that can still be undone among them, oldest click first.
pub async fn on_their_way(profile: &Profile) -> Result<Vec<Send>, EngineError> {
    let mut sends = profile.ledger.read(store::sends::unsettled).await?;
    sends.retain(|send| send.state.is_moving());
    Ok(sends)
}

/// Gives every send that moves by itself a driver, now and whenever one is clicked or settled.
pub(crate) async fn work(profile: Arc<Profile>) {
    look_once_more_after_a_start(&profile).await;
    loop {
        if let Err(error) = waiting::settle_known(&profile).await {
            tracing::error!(%error, "what waits for a person cannot be held against what is known");
        }
        match profile.ledger.read(store::sends::unsettled).await {
            Ok(sends) => start_drivers(&profile, &sends),
            Err(error) => tracing::error!(%error, "the unsettled sends cannot be read"),
        }
        let pause = profile.clock.sleep(schedule::ELECTION_WAIT);
        tokio::select! { () = profile.wake.sending.notified() => {} () = pause => {} }
    }
}

/// The look after a publish may have been lost with the last run.
async fn look_once_more_after_a_start(profile: &Arc<Profile>) {
    let since = profile.clock.now() - LOOK_ONCE_MORE_WITHIN;
    match profile.ledger.read(move |reading| store::sends::published_since(reading, since)).await {
        Ok(sends) => profile.supervisor.once("looks after a start", look_in_turn(Arc::clone(profile), sends)),
        Err(error) => tracing::error!(%error, "the last publishes cannot be read"),
    }
}

/// One after the other: after a large batch, all at once would hold up what is to leave now.
async fn look_in_turn(profile: Arc<Profile>, sends: Vec<Send>) {
    for send in sends {
        if let Some(taken) = Taken::of(&profile, send.id) {
            taken.driver().run().await;
        }
    }
}

fn start_drivers(profile: &Arc<Profile>, sends: &[Send]) {
    sends.iter().filter(|send| wants_driver(&send.state)).for_each(|send| start_driver(profile, send.id));
}

/// Whether something is to be done without a person. A question about a colleague's draft may answer itself.
fn wants_driver(state: &SendState) -> bool {
    let is_about_theirs =
        matches!(state, SendState::NeedsYou { reason: NeedsReason::ColleaguesDraft { .. }, .. });
    state.is_moving() || is_about_theirs
}

fn start_driver(profile: &Arc<Profile>, send: SendId) {
    // One that panics begins again after a pause, and stays the only one of its send meanwhile.
    if let Some(taken) = Taken::of(profile, send) {
        profile.supervisor.keep("send", move || taken.driver().run());
    }
}
