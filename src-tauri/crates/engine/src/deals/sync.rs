//! When the deals are read: every minute while the window is open, at once when asked, slower with errors.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::schedule::{self, Situation};

use super::{interruption::Interruption, pass, people::Person};
use crate::{
    Event, Profile,
    health::{Service, Trouble},
};

/// How often a network is looked for while a person waits for it.
const OFFLINE: Duration = Duration::from_secs(15);

/// How far a pass has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Nothing is known yet; else what is known is checked.
    pub is_first: bool,
    /// Deals read.
    pub done: u32,
    /// About how many there are, where that is known.
    pub total: Option<u32>,
}

/// What the passes of one profile share in memory.
#[derive(Debug, Default)]
pub(crate) struct SyncState {
    progress: Mutex<Option<Progress>>,
    is_stopped: AtomicBool,
    is_asked: AtomicBool,
    is_everything_due: AtomicBool,
    /// People who were asked for since everything was last checked.
    asked_people: Mutex<HashSet<Person>>,
}

/// Reads the deals now.
pub fn refresh(profile: &Profile) {
    profile.sync.is_asked.store(true, Ordering::Relaxed);
    profile.wake.deals.notify_one();
}

/// Stops a long pass after the page it reads. What it read stays; the next pass begins when it is asked for.
pub fn stop_refresh(profile: &Profile) {
    profile.sync.is_stopped.store(true, Ordering::Relaxed);
}

/// How far a long pass has come; `None` while none runs.
pub fn progress(profile: &Profile) -> Option<Progress> {
    *profile.sync.progress.lock().expect("BUG: nothing panics while it holds this lock")
}

impl SyncState {
    /// Everything is checked with the next pass.
    pub(super) fn check_everything(&self) {
        self.is_everything_due.store(true, Ordering::Relaxed);
    }

    /// Whether everything was asked to be checked; forgets it.
    pub(super) fn take_everything_due(&self) -> bool {
        self.is_everything_due.swap(false, Ordering::Relaxed)
    }

    /// Whether a person asked; forgets it, and an earlier wish to stop.
    pub(super) fn begin(&self) -> bool {
        self.is_stopped.store(false, Ordering::Relaxed);
        self.is_asked.swap(false, Ordering::Relaxed)
    }

    /// Ends the pass if a person wants that.
    pub(super) fn check(&self) -> Result<(), Interruption> {
        if self.is_stopped.load(Ordering::Relaxed) { Err(Interruption::Stopped) } else { Ok(()) }
    }

    pub(super) fn set_progress(&self, progress: Option<Progress>) {
        *self.progress.lock().expect("BUG: nothing panics while it holds this lock") = progress;
    }

    /// Of these people, who are not cached, the ones that were not asked for yet.
    pub(super) fn not_asked<T: Into<Person> + Copy>(&self, people: Vec<T>) -> Vec<T> {
        let asked = self.asked_people.lock().expect("BUG: nothing panics while it holds this lock");
        people.into_iter().filter(|person| !asked.contains(&(*person).into())).collect()
    }

    /// Kommo answered about these people, whether or not it showed them.
    pub(super) fn asked<T: Into<Person> + Copy>(&self, people: &[T]) {
        let mut asked = self.asked_people.lock().expect("BUG: nothing panics while it holds this lock");
        asked.extend(people.iter().map(|person| (*person).into()));
    }

    /// Asks for everybody again.
    pub(super) fn forget_asked(&self) {
        self.asked_people.lock().expect("BUG: nothing panics while it holds this lock").clear();
    }
}

/// Reads the deals until the profile is closed.
pub(crate) async fn work(profile: Arc<Profile>) {
    let mut errors = 0;
    loop {
        wait_for_token(&profile).await;
        match pass::run(&profile).await {
            Ok(()) => errors = 0,
            Err(Interruption::Stopped) => {
                profile.wake.deals.notified().await;
                continue;
            }
            Err(Interruption::Failed(error)) => {
                tracing::warn!(%error, "the deals were not read");
                errors += 1;
            }
        }
        pause(&profile, errors).await;
    }
}

/// Asking again and again with a refused token helps nobody; a person still may.
async fn wait_for_token(profile: &Profile) {
    // Who asked during the pause before this woke the pause, and must not have to ask twice.
    let is_asked = profile.sync.is_asked.load(Ordering::Relaxed);
    if !is_asked && profile.health.of(Service::Kommo).trouble == Some(Trouble::TokenRefused) {
        let accepted = profile.health.token_accepted(Service::Kommo);
        tokio::select! { () = accepted => {} () = profile.wake.deals.notified() => {} }
    }
}

/// Until the next pass.
async fn pause(profile: &Profile, errors: u32) {
    let is_window_open = profile.is_window_open.load(Ordering::Relaxed);
    let trouble = profile.health.of(Service::Kommo).trouble;
    let sleep = profile.clock.sleep(next_pass(is_window_open, errors, trouble));
    tokio::select! { () = sleep => {} () = profile.wake.deals.notified() => {} }
}

/// Slower with errors; but asking without a network costs nobody anything, and the first data after it is welcome.
fn next_pass(is_window_open: bool, errors: u32, trouble: Option<Trouble>) -> Duration {
    let situation = Situation { since_last_send: None, is_window_open, errors, pages: 0 };
    match trouble {
        Some(Trouble::Offline) if is_window_open => OFFLINE,
        _ => schedule::next_pass(situation),
    }
}

/// Shows how far a pass has come, until it ends.
pub(super) struct ShownProgress<'a> {
    profile: &'a Profile,
    now: Progress,
}

impl<'a> ShownProgress<'a> {
    pub(super) fn start(profile: &'a Profile, now: Progress) -> Self {
        let shown = Self { profile, now };
        shown.show();
        shown
    }

    pub(super) fn advance(&mut self, deals: usize) {
        let deals = u32::try_from(deals).unwrap_or(u32::MAX);
        self.now.done = self.now.done.saturating_add(deals);
        self.show();
    }

    fn show(&self) {
        self.profile.sync.set_progress(Some(self.now));
        self.profile.tell(Event::ProgressMade);
    }
}

impl Drop for ShownProgress<'_> {
    fn drop(&mut self) {
        self.profile.sync.set_progress(None);
        self.profile.tell(Event::ProgressMade);
    }
}

#[cfg(test)]
mod tests {
    use domain::{CompanyId, ContactId};

    use super::*;

    #[test]
    fn people_who_are_not_shown_are_asked_for_once() {
        let sync = SyncState::default();
        sync.asked(&[ContactId(1), ContactId(2)]);
        assert_eq!(sync.not_asked(vec![ContactId(2), ContactId(3)]), [ContactId(3)]);
        assert_eq!(sync.not_asked(vec![CompanyId(2)]), [CompanyId(2)]);
        sync.forget_asked();
        assert_eq!(sync.not_asked(vec![ContactId(1)]), [ContactId(1)]);
    }

    #[test]
    fn errors_slow_the_passes_down_and_a_missing_network_does_not() {
        for (is_open, errors, trouble, seconds) in [
            (true, 0, None, 60),
            (false, 0, None, 300),
            (true, 2, Some(Trouble::Failing), 240),
            (true, 2, Some(Trouble::Offline), 15),
            (false, 1, Some(Trouble::Offline), 600),
        ] {
            let found = next_pass(is_open, errors, trouble);
            assert_eq!(found, Duration::from_secs(seconds), "{is_open} {errors} {trouble:?}");
        }
    }

    #[test]
    fn a_wish_to_stop_ends_with_the_pass_it_was_for() {
        let sync = SyncState::default();
        sync.is_stopped.store(true, Ordering::Relaxed);
        assert!(sync.check().is_err());
        assert!(!sync.begin());
        assert!(sync.check().is_ok());
    }
}
