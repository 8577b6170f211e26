//! Who writes (design.md §5): the seat that sent. Others look whether it has, and hours later do what is missing; the
//! seat that sent is as careful as they are from then on. What a seat did not see happen it never writes by itself.

use std::time::Duration;

use domain::{
    SeatId, Timestamp,
    take_over::{FIRST_LOOK_AFTER, SHARED_AFTER, own_minutes, taken_over_at},
    write_back::{ParkReason, WriteBackState},
};
use store::contracts::{self, KnownContract};
use tokio::sync::SemaphorePermit;

use super::{
    done,
    piece::Piece,
    turn::{Pause, Turn},
};
use crate::{EngineError, Profile};

/// Whether the seat `seat` sent `contract`. The marker decides: a copied ledger holds sends of another seat.
pub(crate) fn is_sent_by(contract: &KnownContract, seat: &SeatId) -> bool {
    contract.marker.as_ref().map_or(contract.send.is_some(), |marker| marker.seat == *seat)
}

/// What is known of a piece before its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standing {
    is_unchecked: bool,
    /// Of the change.
    age: jiff::SignedDuration,
    /// For a seat that did not send: when it may take over.
    taken_over_at: Option<Timestamp>,
    now: Timestamp,
}

/// What follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    /// Nobody else can have done it: go on.
    Own,
    /// Look whether somebody has; else this.
    Look(Else),
}

/// What is done with a piece that nobody has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Else {
    Write,
    Wait(Timestamp),
    Ask,
}

fn course(standing: Standing) -> Course {
    let Standing { is_unchecked, age, taken_over_at, now } = standing;
    match taken_over_at.filter(|at| *at > now) {
        Some(at) => Course::Look(Else::Wait(at)),
        None if is_unchecked => Course::Look(Else::Ask),
        None if taken_over_at.is_some() || age >= SHARED_AFTER => Course::Look(Else::Write),
        None => Course::Own,
    }
}

/// The minutes of this seat, in which alone it writes what another seat may write, too. At most a few pieces are in
/// them at once, so that none waits long between its look and its write.
pub(super) struct Minutes<'a> {
    /// On the monotonic clock.
    pub(super) may_begin_before: Duration,
    _turn: SemaphorePermit<'a>,
}

/// The turn of a piece that others may have done, as far as it ends here; `None`: it is this seat's to do now.
pub(super) async fn before(piece: &mut Piece<'_>) -> Result<Option<Turn>, EngineError> {
    // A person's choice, and an effect that may be on its way, are this seat's alone.
    if piece.progress.chosen.is_some() || piece.is_trying() {
        return Ok(None);
    }
    let is_ours = is_ours(piece.profile, piece).await?;
    let standing = Standing {
        is_unchecked: piece.is_unchecked(),
        age: piece.age(),
        taken_over_at: (!is_ours).then(|| taken_over_at(&piece.owed.change, &piece.profile.seat)),
        now: piece.profile.clock.now(),
    };
    let Course::Look(otherwise) = course(standing) else { return Ok(None) };
    let minutes = if otherwise == Else::Write { minutes(piece).await? } else { Err(standing.now) };
    if done::is_done(piece, is_ours && !standing.is_unchecked).await? {
        return Ok(Some(Turn::Done));
    }
    Ok(match (otherwise, minutes) {
        (Else::Write, Ok(minutes)) => {
            piece.minutes = Some(minutes);
            None
        }
        (Else::Write, Err(at)) | (Else::Wait(at), _) => Some(Turn::Again(Pause::Until(at))),
        (Else::Ask, _) => Some(Turn::Parked(ParkReason::Missing)),
    })
}

/// The minutes of this seat, or when they begin.
async fn minutes<'a>(piece: &Piece<'a>) -> Result<Result<Minutes<'a>, Timestamp>, EngineError> {
    let profile = piece.profile;
    let markers = profile.ledger.read(contracts::markers).await?;
    let known = markers.into_iter().map(|(_, marker)| marker.seat).collect();
    let begun = |now| {
        let (begin, end) = own_minutes(now, &profile.seat, &known);
        if begin <= now { Ok(end) } else { Err(begin) }
    };
    if let Err(begin) = begun(profile.clock.now()) {
        return Ok(Err(begin));
    }
    let turn = piece.turns_in_minutes.acquire().await.expect("BUG: the turns are never closed");
    // They may be over by now.
    let now = profile.clock.now();
    Ok(begun(now).map(|end| {
        let left = Duration::try_from(end.duration_since(now)).unwrap_or_default();
        Minutes { may_begin_before: profile.clock.elapsed() + left, _turn: turn }
    }))
}

async fn is_ours(profile: &Profile, piece: &Piece<'_>) -> Result<bool, EngineError> {
    let id = piece.owed.change.contract;
    let known = profile.ledger.read(move |reading| contracts::by_id(reading, id)).await?;
    Ok(known.is_none_or(|known| is_sent_by(&known, &profile.seat)))
}

/// In which state a change leaves its work, and when it gets its first turn. `seen_from`: since when this ledger has
/// seen everything that is out; what happened before is only looked for.
pub(crate) fn first_turn(
    is_ours: bool,
    change_at: Timestamp,
    seen_from: Timestamp,
    now: Timestamp,
) -> (WriteBackState, Timestamp) {
    let state = if change_at < seen_from { WriteBackState::Unchecked } else { WriteBackState::Owed };
    let first_look = change_at.saturating_add(FIRST_LOOK_AFTER).unwrap_or(now);
    (state, if is_ours { now } else { first_look.max(now) })
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn the_seat_that_sent_writes_and_others_hours_later() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let check = |why: &str, is_unchecked, age_minutes, take_over_in: Option<i64>, wanted| {
            let taken_over_at = take_over_in.map(|minutes| now + SignedDuration::from_mins(minutes));
            let age = SignedDuration::from_mins(age_minutes);
            assert_eq!(course(Standing { is_unchecked, age, taken_over_at, now }), wanted, "{why}");
        };
        let minutes = |minutes| now + SignedDuration::from_mins(minutes);
        check("just sent", false, 0, None, Course::Own);
        check("held up for hours", false, 359, None, Course::Own);
        check("back late", false, 360, None, Course::Look(Else::Write));
        check("a colleague's, early", false, 15, Some(380), Course::Look(Else::Wait(minutes(380))));
        check("a colleague's, in time", false, 395, Some(0), Course::Look(Else::Write));
        check("a colleague's, long after", false, 9000, Some(-8600), Course::Look(Else::Write));
        check("own, of a lost ledger", true, 5, None, Course::Look(Else::Ask));
        check(
            "a colleague's, not seen to happen",
            true,
            15,
            Some(380),
            Course::Look(Else::Wait(minutes(380))),
        );
        check("the same, later", true, 400, Some(-5), Course::Look(Else::Ask));
    }

    #[test]
    fn what_happened_before_a_ledger_began_is_only_looked_for() {
        let at = |minutes: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        for (is_ours, change, seen_from, now, state, first) in [
            (true, 100, 50, 101, WriteBackState::Owed, 101),
            (true, 40, 50, 60, WriteBackState::Unchecked, 60),
            (false, 100, 50, 101, WriteBackState::Owed, 115),
            (false, 100, 50, 500, WriteBackState::Owed, 500),
            (false, 40, 50, 50, WriteBackState::Unchecked, 55),
        ] {
            let found = first_turn(is_ours, at(change), at(seen_from), at(now));
            assert_eq!(found, (state, at(first)), "{is_ours} {change} {seen_from} {now}");
        }
    }
}
