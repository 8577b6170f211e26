//! Whether a piece of work was done by somebody else, as far as Kommo shows it.
//!
//! The note of a change is the last of its parts but the file: where it stands, whoever wrote it has settled the others
//! before, and a person may have changed their outcome since.

use domain::{ContractId, Deal, write_back::Work};
use http::Call;
use store::contracts;

use super::{claim, file, piece::Piece, text};
use crate::{EngineError, deals};

/// True where nothing is left to do. `is_answerable`: this seat owes the piece, and says so itself where somebody's
/// doing stands against it.
pub(super) async fn is_done(piece: &Piece<'_>, is_answerable: bool) -> Result<bool, EngineError> {
    let Some(deal) = read_deal(piece).await? else {
        // A deal that is gone is told by the seat that owes it something.
        return Ok(!is_answerable);
    };
    let is_settled = match &piece.owed.work {
        Work::Field { .. } => is_field_settled(piece, &deal, is_answerable).await?,
        Work::Stage { pipeline, stage, seen } => {
            let was_moved = deal.stage != *seen && !deals::is_ready(&deal);
            (deal.pipeline, deal.stage) == (*pipeline, *stage) || was_moved && !is_answerable
        }
        Work::Task { responsible, .. } => {
            text::find(piece, text::Kind::Task { responsible: *responsible }).await?.is_some()
        }
        Work::Note { .. } => false,
        Work::File => return file::is_attached(piece).await,
    };
    Ok(is_settled || text::find(piece, text::Kind::Note).await?.is_some())
}

async fn read_deal(piece: &Piece<'_>) -> Result<Option<Deal>, EngineError> {
    let _place = piece.place().await;
    piece.profile.heard_kommo(piece.profile.kommo().deal(piece.owed.deal, Call::background()).await)
}

/// The field names the contract or a newer one of the deal; without a field there is no place to write to.
async fn is_field_settled(piece: &Piece<'_>, deal: &Deal, is_answerable: bool) -> Result<bool, EngineError> {
    let Some(field) = deals::contract_field(piece.profile).await? else { return Ok(!is_answerable) };
    let text = claim::text_of(deal, field);
    let contract = piece.owed.change.contract;
    if text == contract.to_string() {
        return Ok(true);
    }
    let Ok(named) = text.parse::<ContractId>() else { return Ok(false) };
    let id = piece.owed.deal;
    let versions = piece.profile.ledger.read(move |reading| contracts::of_deal(reading, id)).await?;
    let place = |wanted: ContractId| versions.iter().position(|version| version.id == wanted);
    // Newest first.
    Ok(place(named).zip(place(contract)).is_some_and(|(named, own)| named < own))
}
