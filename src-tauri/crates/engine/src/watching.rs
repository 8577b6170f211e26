//! Watches what is out until it is signed, declined or expired (design.md §4).

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use domain::schedule::{Situation, next_pass};
use futures::FutureExt;
use tokio::sync::watch;

use crate::Profile;

mod events;
mod everything;
mod notices;
mod observe;
mod pass;

pub use notices::{Notice, claim_notice, due_notices};
pub(crate) use observe::{observe, title_of};
pub(crate) use pass::{found, look_at, narrowed};
pub use store::changes::ChangeId;

/// What the watcher remembers between passes.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    pace: Mutex<Pace>,
    /// Everything that is out has been seen once.
    all_known: watch::Sender<bool>,
    /// Contracts that the lists of the last pass showed in a form that cannot be read.
    odd_rows: AtomicUsize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Pace {
    errors: u32,
    pages: u32,
    last_send: Option<Duration>,
}

impl Watch {
    fn after_pass(&self, pages: Result<u32, ()>) {
        let mut pace = self.pace.lock().expect("BUG: nothing panics while it holds this lock");
        match pages {
            Ok(pages) => (pace.errors, pace.pages) = (0, pages),
            Err(()) => pace.errors = pace.errors.saturating_add(1),
        }
    }

    pub(crate) fn odd_rows(&self) -> usize {
        self.odd_rows.load(Ordering::Relaxed)
    }

    /// True if that is news.
    fn note_odd_rows(&self, count: usize) -> bool {
        self.odd_rows.swap(count, Ordering::Relaxed) != count
    }

    fn set_all_known(&self) {
        self.all_known.send_if_modified(|is_known| !std::mem::replace(is_known, true));
    }

    /// Waits until the ledger knows everything that is out; at once but for a new computer and a ledger that was lost.
    pub(crate) async fn all_known(&self) {
        let mut is_known = self.all_known.subscribe();
        let waited = is_known.wait_for(|is_known| *is_known).await;
        waited.expect("BUG: the sender lives as long as this reference");
    }

    fn note_send(&self, at: Duration) {
        self.pace.lock().expect("BUG: nothing panics while it holds this lock").last_send = Some(at);
    }

    fn pause(&self, now: Duration, is_window_open: bool) -> Duration {
        let pace = *self.pace.lock().expect("BUG: nothing panics while it holds this lock");
        let since_last_send = pace.last_send.map(|at| now.saturating_sub(at));
        next_pass(Situation { since_last_send, is_window_open, errors: pace.errors, pages: pace.pages })
    }
}

/// Whether everything that is out was looked at once; before that no send leaves.
pub fn knows_all_contracts(profile: &Profile) -> bool {
    *profile.watch.all_known.borrow()
}

/// One pass after the other, sooner when a person waits.
pub(crate) async fn work(profile: Arc<Profile>) {
    loop {
        let outcome = pass::pass(&profile).await;
        if let Err(error) = &outcome {
            tracing::warn!(%error, "a watch pass failed");
        }
        profile.watch.after_pass(outcome.map_err(drop));
        let is_window_open = profile.is_window_open.load(Ordering::Relaxed);
        let pause = profile.watch.pause(profile.clock.elapsed(), is_window_open);
        let woken = profile.wake.watching.notified();
        tokio::select! {
            () = profile.clock.sleep(pause) => {}
            () = woken => settle_down(&profile).await,
        }
    }
}

/// After a publish the list needs a moment; several wakes in a row are one.
async fn settle_down(profile: &Profile) {
    profile.watch.note_send(profile.clock.elapsed());
    profile.clock.sleep(Duration::from_millis(500)).await;
    let _ = profile.wake.watching.notified().now_or_never();
}
