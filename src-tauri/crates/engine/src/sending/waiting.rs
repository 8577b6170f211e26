//! What waits for a person, held against what the ledger has come to know: a question may have answered itself.

use domain::{
    ContractId, Send, SendState,
    send::{NeedsReason, Step},
};
use store::{StoreError, contracts, ledger::LedgerReading, sends};

use super::click::announce;
use crate::{EngineError, Profile};

/// A contract of the same deal and generation that is out stands, whoever sent it: what waits before its own publish
/// needs no answer any more. Where a draft of ours may be out, too, a new election looks first.
pub(super) async fn settle_known(profile: &Profile) -> Result<(), EngineError> {
    let answered = profile.ledger.read(|reading| {
        let waiting = sends::unsettled(reading)?.into_iter().filter(|send| is_asked(&send.state));
        let by =
            waiting.map(|send| Ok(known_out(reading, &send)?.map(|by| (send.id, answer(&send.state, by)))));
        by.filter_map(Result::transpose).collect::<Result<Vec<_>, StoreError>>()
    });
    let answered = answered.await?;
    if answered.is_empty() {
        return Ok(());
    }
    let now = profile.clock.now();
    let settled = profile.ledger.write(move |writing| {
        let mut moved = Vec::new();
        for (send, step) in answered {
            moved.extend(sends::take(writing, send, step, now)?.moved());
        }
        Ok(moved)
    });
    for send in settled.await? {
        announce(profile, &send);
    }
    super::tidy_drafts(profile).await
}

fn answer(state: &SendState, by: ContractId) -> Step {
    match state {
        SendState::NeedsYou { from, .. } if matches!(**from, SendState::Completing { .. }) => Step::Resume,
        _ => Step::Superseded(by),
    }
}

/// Two contracts that are out stay a question, whatever else is known.
fn is_asked(state: &SendState) -> bool {
    match state {
        SendState::NeedsYou { reason, .. } => !matches!(reason, NeedsReason::TwoContractsOut { .. }),
        _ => false,
    }
}

/// A contract of this deal and generation that is out and that another click made, as far as this seat knows.
fn known_out(reading: &LedgerReading<'_>, send: &Send) -> Result<Option<ContractId>, StoreError> {
    let known = contracts::of_deal(reading, send.deal)?.into_iter();
    let out = known.filter(|known| known.state.is_out() && known.vanished_at.is_none());
    let others = out.filter(|known| known.generation == send.generation);
    let others = others.filter(|known| known.marker.as_ref().is_some_and(|marker| marker.send != send.id));
    Ok(others.map(|known| known.id).min())
}
