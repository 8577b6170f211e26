//! From the click to a contract that is out: the life of a send (design.md §3).
//!
//! [`click`] stores a send; a driver of its own then takes it from state to state. What a driver knows only in
//! memory (how long it has waited) may be lost at any moment: the worst that follows is that it waits again.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use domain::{Clock, Send, SendId, schedule};
use tokio::sync::Semaphore;

use crate::{EngineError, Profile};

mod claim;
mod click;
mod drive;
mod election;
mod look;
mod loss;
mod mark;
mod outcome;
mod recover;
mod settle;
mod tidy;

pub use click::{Click, click, send_now, undo};
pub(crate) use recover::recover;
pub use settle::{Choice, choices, settle};
pub(crate) use tidy::tidy_drafts;

/// How many sends talk to Oneflow at once. A publish must start within 5 s of its look, so many sends must not
/// queue between the two.
const TURNS: usize = 3;

/// What drivers share in memory.
#[derive(Debug)]
pub(crate) struct Holds {
    deadlines: Mutex<HashMap<SendId, Duration>>,
    driven: Mutex<HashSet<SendId>>,
    turns: Semaphore,
}

impl Default for Holds {
    fn default() -> Self {
        Self { deadlines: Mutex::default(), driven: Mutex::default(), turns: Semaphore::new(TURNS) }
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
    let unsettled = profile.ledger.read(store::sends::unsettled).await?;
    Ok(unsettled.into_iter().filter(|send| send.state.can_undo()).collect())
}

/// Gives every send that moves by itself a driver, now and whenever one is clicked or settled.
pub(crate) async fn work(profile: Arc<Profile>) {
    loop {
        match profile.ledger.read(store::sends::unsettled).await {
            Ok(sends) => start_drivers(&profile, &sends),
            Err(error) => tracing::error!(%error, "the unsettled sends cannot be read"),
        }
        let pause = profile.clock.sleep(schedule::ELECTION_WAIT);
        tokio::select! { () = profile.wake.sending.notified() => {} () = pause => {} }
    }
}

fn start_drivers(profile: &Arc<Profile>, sends: &[Send]) {
    for send in sends.iter().filter(|send| send.state.is_moving()) {
        if !profile.holds.take_over(send.id) {
            continue;
        }
        let driver = drive::Driver::new(Arc::clone(profile), send.id);
        profile.supervisor.once("send", driver.run());
    }
}
