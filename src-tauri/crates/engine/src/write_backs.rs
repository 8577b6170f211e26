//! Work owed to Kommo after a change of a contract: field, stage, task, note, file (design.md §5).
//!
//! What is owed, and in which order, stands in the ledger; [`work`] takes it from there piece by piece. Several deals
//! are served at once, one deal never twice at once. An effect that cannot be repeated (a note, a task, an upload) is
//! looked for before it is made again: by its key, or by its name.
//!
//! To add a part: a variant of [`domain::write_back::Work`], a module here with one function that ends in a
//! [`Turn`](turn::Turn), and its arm in `piece`.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use domain::{DealId, Timestamp, schedule::back_off, write_back::Work};
use futures::{StreamExt, stream::FuturesUnordered};
use store::write_backs::{self, StoredWriteBack};
use tokio::sync::Semaphore;

use crate::{
    Profile,
    health::{Service, Trouble},
    supervisor::guarded,
};

mod claim;
mod deadline;
mod done;
mod field;
mod file;
mod looks;
mod piece;
mod progress;
mod settle;
mod share;
mod stage;
mod text;
mod turn;

pub(crate) use claim::{FieldClaim, claim_field, release_field, take_field};
pub use settle::{is_left, settle};
pub(crate) use share::{first_turn, is_sent_by};
pub use store::write_backs::WriteBackId;

/// How many pieces talk to Kommo at once. A note must start within 5 s of its intent, and the background share is two
/// calls a second, so not many may queue.
const TURNS: usize = 4;

/// How many deals are in hand at once, those included that only wait for their next look.
const DEALS: usize = 64;

/// Rows read at once; more than are ever in hand, so that those in hand do not hide the others.
const ROWS: u32 = 256;

/// How often the ledger is asked although nothing was said to have changed.
const IDLE: Duration = Duration::from_mins(5);

/// How soon the ledger is asked again while a piece is due that cannot be started yet.
const SOON: Duration = Duration::from_secs(5);

/// Does whatever is due, now and whenever something is owed.
pub(crate) async fn work(profile: Arc<Profile>) {
    let (turns, turns_in_minutes) = (Semaphore::new(TURNS), Semaphore::new(TURNS));
    let mut failures: HashMap<WriteBackId, u32> = HashMap::new();
    let mut busy: HashSet<DealId> = HashSet::new();
    // All pieces run inside this worker, so that a restart of it never leaves one behind that works beside its twin.
    let mut running = FuturesUnordered::new();
    loop {
        let (rows, next) = due(&profile).await;
        let mut waits_for = None;
        for row in rows {
            let deal = row.write_back.deal;
            if let Some(service) = refused_token(&profile, &row.write_back.work) {
                waits_for = Some(service);
            } else if busy.len() < DEALS && busy.insert(deal) {
                let failed = failures.get(&row.id).copied().unwrap_or_default();
                running.push(turn(&profile, [&turns, &turns_in_minutes], row, failed));
            }
        }
        let pause = pause(next, profile.clock.now());
        tokio::select! {
            Some(finished) = running.next() => {
                busy.remove(&finished.deal);
                failures.remove(&finished.piece);
                if finished.failures > 0 {
                    failures.insert(finished.piece, finished.failures);
                }
            }
            () = profile.wake.write_backs.notified() => {}
            () = token_accepted(&profile, waits_for) => {}
            () = profile.clock.sleep(pause) => {}
        }
    }
}

/// One turn at a piece. One that panics counts as failed, and the other pieces go on.
async fn turn(
    profile: &Profile,
    turns: [&Semaphore; 2],
    row: StoredWriteBack,
    failures: u32,
) -> piece::Finished {
    let (piece, deal) = (row.id, row.write_back.deal);
    if let Some(finished) = guarded("write-back", piece::run(profile, turns, row, failures)).await {
        return finished;
    }
    // Its row says where it stood; nobody takes it meanwhile.
    profile.clock.sleep(back_off(failures)).await;
    piece::Finished { deal, piece, failures: failures.saturating_add(1) }
}

/// What is due, and when the next piece is.
async fn due(profile: &Profile) -> (Vec<StoredWriteBack>, Option<Timestamp>) {
    let now = profile.clock.now();
    let read = profile
        .ledger
        .read(move |reading| Ok((write_backs::due(reading, now, ROWS)?, write_backs::next_due(reading)?)));
    match read.await {
        Ok(found) => found,
        Err(error) => {
            tracing::error!(%error, "the work owed to Kommo cannot be read");
            (Vec::new(), Some(now))
        }
    }
}

/// How long nothing can become due.
fn pause(next: Option<Timestamp>, now: Timestamp) -> Duration {
    let Some(next) = next else { return IDLE };
    // What is overdue is in hand already, or waits for a place or a token.
    Duration::try_from(next.duration_since(now)).unwrap_or(SOON).clamp(Duration::from_millis(1), IDLE)
}

/// The service whose token must be replaced before `work` can be done.
fn refused_token(profile: &Profile, work: &Work) -> Option<Service> {
    let needed: &[Service] = match work {
        Work::File => &[Service::Kommo, Service::Oneflow],
        Work::Field { .. } | Work::Stage { .. } | Work::Task { .. } | Work::Note { .. } => &[Service::Kommo],
    };
    let is_refused = |service: &Service| profile.health.of(*service).trouble == Some(Trouble::TokenRefused);
    needed.iter().copied().find(is_refused)
}

async fn token_accepted(profile: &Profile, waits_for: Option<Service>) {
    match waits_for {
        Some(service) => profile.health.token_accepted(service).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ledger_is_asked_again_when_something_becomes_due() {
        let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        let check = |why: &str, next: Option<&str>, wanted: Duration| {
            assert_eq!(pause(next.map(|next| next.parse().unwrap()), now), wanted, "{why}");
        };
        check("nothing is owed", None, IDLE);
        check("soon", Some("2026-11-22T08:00:20Z"), Duration::from_secs(20));
        check("this moment", Some("2026-11-22T08:00:00Z"), Duration::from_millis(1));
        check("in hand", Some("2026-11-22T07:59:00Z"), SOON);
        check("far away", Some("2027-01-01T00:00:00Z"), IDLE);
    }
}
