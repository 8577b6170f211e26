//! The stage "when signed": moved only while nobody else has moved the deal.

use domain::{Deal, DealId, PipelineId, StageId, write_back::ParkReason};
use http::Call;
use jiff::SignedDuration;
use kommo::DealPatch;

use super::{
    piece::Piece,
    turn::{Pause, Turn},
};
use crate::{EngineError, Event, deals};

/// How long after the change the deal is still moved.
const MOVED_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// What a deal's place means for its move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    /// It stands there.
    Made,
    /// Nobody moved it.
    Open,
    /// Somebody moved it, or it is too late to know.
    Closed,
}

/// Moves the deal to `target`, if it still stands where it stood when the change was stored.
pub(super) async fn move_deal(
    piece: &mut Piece<'_>,
    target: (PipelineId, StageId),
    seen: StageId,
) -> Result<Turn, EngineError> {
    let _place = piece.place().await;
    let Some(deal) = read(piece, piece.owed.deal).await? else {
        return Ok(Turn::Parked(ParkReason::DealGone));
    };
    let is_asked = piece.progress.chosen.is_some();
    match judge(
        (deal.pipeline, deal.stage),
        target,
        deal.stage == seen || deals::is_ready(&deal),
        piece.age(),
        is_asked,
    ) {
        Move::Made => return Ok(Turn::Done),
        Move::Closed => return Ok(Turn::Parked(ParkReason::DealMoved)),
        Move::Open => {}
    }
    if !piece.intend().await? {
        return Ok(Turn::Settled);
    }
    // Whatever becomes of it, the next turn reads first where the deal stands.
    piece.had_no_effect();
    let patch = DealPatch { stage: Some(target), fields: Vec::new() };
    let answer = piece.profile.kommo().patch_deal(deal.id, &patch, Call::background()).await;
    piece.profile.heard_kommo(answer)?;
    let moved = read(piece, deal.id).await?;
    if moved.is_some_and(|deal| (deal.pipeline, deal.stage) == target) {
        piece.profile.tell(Event::DealsChanged(vec![deal.id]));
        return Ok(Turn::Done);
    }
    Ok(Turn::Again(Pause::Growing))
}

async fn read(piece: &Piece<'_>, id: DealId) -> Result<Option<Deal>, EngineError> {
    piece.profile.heard_kommo(piece.profile.kommo().deal(id, Call::background()).await)
}

fn judge(
    stands: (PipelineId, StageId),
    target: (PipelineId, StageId),
    is_untouched: bool,
    age: SignedDuration,
    is_asked: bool,
) -> Move {
    if stands == target {
        Move::Made
    } else if is_asked || is_untouched && age <= MOVED_WITHIN {
        Move::Open
    } else {
        Move::Closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deal_is_moved_only_while_nobody_else_moved_it() {
        let (target, elsewhere) = ((PipelineId(1), StageId(9)), (PipelineId(2), StageId(9)));
        let check = |why: &str, stands, is_untouched, hours, is_asked, wanted| {
            let age = SignedDuration::from_hours(hours);
            assert_eq!(judge(stands, target, is_untouched, age, is_asked), wanted, "{why}");
        };
        let won = (PipelineId(1), StageId(142));
        check("it stands there already", target, false, 100, false, Move::Made);
        check("where it was seen", won, true, 0, false, Move::Open);
        check("a day later", won, true, 24, false, Move::Open);
        check("too late to know", won, true, 25, false, Move::Closed);
        check("somebody moved it", won, false, 0, false, Move::Closed);
        check("the same stage of another pipeline", elsewhere, false, 0, false, Move::Closed);
        check("a person asked for it", won, false, 100, true, Move::Open);
    }
}
