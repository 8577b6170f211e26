//! Several clicks that were made as one: one hold, one undo, one summary.
//!
//! A batch is only what its sends have in common; each of them lives its own life, and the events of each tell how it
//! goes on. A batch cut short by a crash is therefore no case of its own.

use std::sync::Arc;

use domain::{BatchId, Send, send::Step};
use store::sends;

use super::click::announce;
use crate::{EngineError, Profile};

/// The sends of a batch, in the order of the clicks.
pub async fn of_batch(profile: &Profile, batch: BatchId) -> Result<Vec<Send>, EngineError> {
    Ok(profile.ledger.read(move |reading| sends::of_batch(reading, batch)).await?)
}

/// Takes back whatever has not left; what has left goes on.
pub async fn undo_batch(profile: &Arc<Profile>, batch: BatchId) -> Result<Vec<Send>, EngineError> {
    take_all(profile, batch, &Step::Undo).await
}

/// Ends the undo time of all.
pub async fn send_batch_now(profile: &Arc<Profile>, batch: BatchId) -> Result<Vec<Send>, EngineError> {
    take_all(profile, batch, &Step::TimeUp).await
}

/// One transaction for all: of an undo and a "time up" that meet, each send has one winner.
async fn take_all(profile: &Arc<Profile>, batch: BatchId, step: &Step) -> Result<Vec<Send>, EngineError> {
    let (step, now) = (step.clone(), profile.clock.now());
    let taken = profile.ledger.write(move |writing| {
        let mut moved = Vec::new();
        for send in sends::of_batch(writing, batch)? {
            if send.state.can_undo() {
                moved.extend(sends::take(writing, send.id, step.clone(), now)?.moved());
            }
        }
        Ok((moved, sends::of_batch(writing, batch)?))
    });
    let (moved, all) = taken.await?;
    for send in &moved {
        announce(profile, send);
    }
    profile.wake.drivers.notify_waiters();
    Ok(all)
}
