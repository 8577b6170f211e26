//! The field after the publish. Mostly it names the contract already, because the send claimed it before.

use domain::{ContractId, write_back::ParkReason};
use http::Call;

use super::{
    claim::{Claim, Outcome},
    piece::Piece,
    turn::Turn,
};
use crate::EngineError;

/// Makes the field name the contract that was sent.
pub(super) async fn write(piece: &mut Piece<'_>, replaces: Option<ContractId>) -> Result<Turn, EngineError> {
    let over = piece.progress.chosen.as_ref().and_then(|chosen| chosen.over.clone());
    let (deal, contract) = (piece.owed.deal, piece.owed.change.contract);
    let claim = Claim { deal, contract, replaces, over, call: Call::background() };
    let _place = piece.place().await;
    if !piece.intend().await? {
        return Ok(Turn::Settled);
    }
    // A claim reads first, so it may be repeated.
    piece.had_no_effect();
    Ok(match claim.make(piece.profile).await? {
        Outcome::Ours => Turn::Done,
        Outcome::NoField => Turn::Parked(ParkReason::FieldMissing),
        Outcome::Foreign { text } | Outcome::Other { text } => Turn::Parked(ParkReason::FieldTaken { text }),
    })
}
