//! One turn at one piece of work: the rules before it, the part itself, and what is stored after it.

use std::time::Duration;

use domain::{
    DealId, Timestamp,
    take_over::SHARED_AFTER,
    write_back::{ParkReason, Work, WriteBack, WriteBackState},
};
use http::Call;
use jiff::SignedDuration;
use store::{
    StoreError,
    write_backs::{self, StoredWriteBack, WriteBackId},
};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{
    field, file,
    looks::Caution,
    progress::Progress,
    share::{self, Minutes},
    stage, text,
    turn::{Pause, Turn, turn_after},
};
use crate::{EngineError, Event, Profile, health::Service};

/// Nothing older is written without a person's choice.
const TOO_OLD: SignedDuration = SignedDuration::from_hours(14 * 24);

/// How long to wait after a turn whose outcome could not be stored.
const NOT_STORED: Duration = Duration::from_secs(5);

/// A piece of work in hand.
pub(super) struct Piece<'a> {
    pub(super) profile: &'a Profile,
    pub(super) id: WriteBackId,
    pub(super) owed: WriteBack,
    pub(super) progress: Progress,
    /// As the ledger has it. [`WriteBackState::Trying`]: an effect may be on its way.
    state: WriteBackState,
    turns: &'a Semaphore,
    pub(super) turns_in_minutes: &'a Semaphore,
    /// Where another seat may write, too: it may do so now.
    pub(super) minutes: Option<Minutes<'a>>,
}

/// A turn that has ended.
pub(super) struct Finished {
    pub(super) deal: DealId,
    pub(super) piece: WriteBackId,
    /// Turns in a row that failed; forgotten at a restart, which then tries at once.
    pub(super) failures: u32,
}

/// One turn. `failures`: how many turns in a row failed before it.
pub(super) async fn run(
    profile: &Profile,
    [turns, turns_in_minutes]: [&Semaphore; 2],
    stored: StoredWriteBack,
    failures: u32,
) -> Finished {
    let progress = Progress::of(&stored);
    let state = stored.write_back.state.clone();
    let (id, owed) = (stored.id, stored.write_back);
    let mut piece = Piece { profile, id, owed, progress, state, turns, turns_in_minutes, minutes: None };
    let turn = match piece.turn().await {
        Ok(turn) => turn,
        Err(error) => {
            tracing::warn!(write_back.id = piece.id.0, contract.id = %piece.owed.change.contract, %error, "a write-back failed");
            turn_after(&error)
        }
    };
    let turn = piece.or_deal_gone(turn).await;
    let failures = failures_after(&turn, failures);
    if let Err(error) = piece.end(&turn, failures).await {
        // Its row says where it stood before the turn; the next turn looks for what this one may have done.
        tracing::error!(write_back.id = piece.id.0, %error, "the outcome of a write-back could not be stored");
        profile.clock.sleep(NOT_STORED).await;
    }
    Finished { deal: piece.owed.deal, piece: piece.id, failures }
}

impl<'a> Piece<'a> {
    async fn turn(&mut self) -> Result<Turn, EngineError> {
        if let Some(turn) = share::before(&mut *self).await? {
            return Ok(turn);
        }
        if self.is_too_old() {
            return Ok(Turn::Parked(ParkReason::TooOld));
        }
        match self.owed.work.clone() {
            Work::Field { replaces } => field::write(self, replaces).await,
            Work::Stage { pipeline, stage, seen } => stage::move_deal(self, (pipeline, stage), seen).await,
            Work::Task { text, responsible } => {
                text::write(self, &text, text::Kind::Task { responsible }).await
            }
            Work::Note { text } => text::write(self, &text, text::Kind::Note).await,
            Work::File => file::attach(self).await,
        }
    }

    fn is_too_old(&self) -> bool {
        self.progress.chosen.is_none() && self.age() > TOO_OLD
    }

    /// Since Oneflow's time of the change.
    pub(super) fn age(&self) -> SignedDuration {
        self.profile.clock.now().duration_since(self.owed.change.at)
    }

    /// How careful the piece must be before an effect that cannot be repeated.
    pub(super) fn caution(&self) -> Caution {
        Caution::before(&self.state, self.owed.tries)
    }

    /// Another seat may write, too, and this is not the time for it: the next turn finds the time.
    pub(super) fn must_wait(&self) -> bool {
        self.minutes.is_none() && self.progress.chosen.is_none() && self.age() >= SHARED_AFTER
    }

    /// An earlier effect may be on its way.
    pub(super) fn is_trying(&self) -> bool {
        self.state == WriteBackState::Trying
    }

    /// It is only looked for.
    pub(super) fn is_unchecked(&self) -> bool {
        self.state == WriteBackState::Unchecked
    }

    /// A place among those that talk to Kommo. Not held while a piece only waits.
    pub(super) async fn place(&self) -> SemaphorePermit<'a> {
        self.turns.acquire().await.expect("BUG: the turns are never closed")
    }

    /// Stores the intent; false if a person settled the piece meanwhile: then nothing may be done any more.
    pub(super) async fn intend(&mut self) -> Result<bool, EngineError> {
        let (id, next_try) = (self.id, self.owed.next_try);
        let now = self.profile.clock.now();
        let stored = self
            .profile
            .ledger
            .write(move |writing| write_backs::update(writing, id, &WriteBackState::Trying, next_try, now));
        let may_go_on = stored.await?;
        if may_go_on {
            self.state = WriteBackState::Trying;
        }
        Ok(may_go_on)
    }

    /// What was intended had no effect, or may be repeated without harm.
    pub(super) fn had_no_effect(&mut self) {
        self.state = WriteBackState::Owed;
    }

    /// Stores what was made on the way.
    pub(super) async fn note_progress(&self) -> Result<(), EngineError> {
        let (id, result) = (self.id, self.progress.to_value());
        Ok(self.profile.ledger.write(move |writing| write_backs::set_result(writing, id, &result)).await?)
    }

    /// Kommo refuses what is written to a deal that is gone in several ways; the reason a person reads is one.
    async fn or_deal_gone(&self, turn: Turn) -> Turn {
        if !matches!(turn, Turn::Parked(ParkReason::Refused { .. })) {
            return turn;
        }
        let _place = self.place().await;
        let answer = self.profile.kommo().deal(self.owed.deal, Call::background()).await;
        match self.profile.heard(Service::Kommo, answer) {
            Ok(None) => Turn::Parked(ParkReason::DealGone),
            Ok(Some(_)) | Err(_) => turn,
        }
    }

    /// Stores the outcome, then tells it.
    async fn end(&self, turn: &Turn, failures: u32) -> Result<(), StoreError> {
        match turn {
            Turn::Done => self.settle(WriteBackState::Done).await?,
            Turn::Parked(reason) => self.settle(WriteBackState::Parked { reason: reason.clone() }).await?,
            Turn::Again(pause) => return self.put_off(*pause, failures).await,
            Turn::Settled => {}
        }
        self.profile.tell(Event::ContractsChanged(vec![self.owed.change.contract]));
        if matches!(turn, Turn::Parked(_)) {
            self.profile.tell(Event::NeedsYouChanged);
        }
        tracing::info!(
            write_back.id = self.id.0,
            contract.id = %self.owed.change.contract,
            part = ?self.owed.work.part(),
            outcome = ?turn,
            "a write-back ended"
        );
        Ok(())
    }

    async fn settle(&self, state: WriteBackState) -> Result<(), StoreError> {
        let (id, result, next_try) = (self.id, self.progress.to_value(), self.owed.next_try);
        let now = self.profile.clock.now();
        let stored = self.profile.ledger.write(move |writing| {
            if write_backs::update(writing, id, &state, next_try, now)? {
                write_backs::set_result(writing, id, &result)?;
            }
            Ok(())
        });
        stored.await
    }

    async fn put_off(&self, pause: Pause, failures: u32) -> Result<(), StoreError> {
        let length = pause.length(failures);
        if self.is_trying() {
            // Entering Trying counts a try, so the row stays as it is and the pause is spent here.
            self.profile.clock.sleep(length).await;
            return Ok(());
        }
        let (id, now) = (self.id, self.profile.clock.now());
        let next_try = if let Pause::Until(moment) = pause { moment } else { later(now, length) };
        let state = self.state.clone();
        let stored =
            self.profile.ledger.write(move |writing| write_backs::update(writing, id, &state, next_try, now));
        stored.await.map(drop)
    }
}

fn failures_after(turn: &Turn, before: u32) -> u32 {
    match turn {
        Turn::Again(pause) if pause.is_failure() => before.saturating_add(1),
        Turn::Again(_) => before,
        Turn::Done | Turn::Parked(_) | Turn::Settled => 0,
    }
}

fn later(now: Timestamp, length: Duration) -> Timestamp {
    now.saturating_add(length).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_counted_until_something_else_happens() {
        for (turn, wanted) in [
            (Turn::Again(Pause::Growing), 4),
            (Turn::Again(Pause::For(Duration::from_secs(1))), 3),
            (Turn::Again(Pause::Token(Service::Kommo)), 3),
            (Turn::Done, 0),
            (Turn::Parked(ParkReason::Forbidden), 0),
            (Turn::Settled, 0),
        ] {
            assert_eq!(failures_after(&turn, 3), wanted, "{turn:?}");
        }
    }
}
