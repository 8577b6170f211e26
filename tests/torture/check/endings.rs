//! How each click ended, by the ledger of its seat.

use jiff::Timestamp;
use sandbox::{ContractState, Effect};
use uuid::Uuid;

use super::{Rule, Wrong};
use crate::{
    evidence::{Evidence, marker},
    ledger::OpenWork,
    run::Click,
};

/// Every click is sent, sent by a colleague, undone, stopped or given up with its reason, or waits for a person.
pub(super) fn lost(evidence: &Evidence) -> Vec<Wrong> {
    let clicks = evidence.notes.clicks.iter().filter_map(|(id, click)| {
        let what = ending(evidence, *id, click).err()?;
        Some(format!("send {id} of seat {} for deal {}: {what}", click.seat, click.deal))
    });
    let live = evidence.seats.iter().filter(|seat| !seat.is_gone);
    let work = live.flat_map(|seat| {
        let owes = move |work: &OpenWork| format!("seat {} still owes {}", seat.number, work.what);
        seat.ledger.open_work.iter().map(owes)
    });
    clicks.chain(work).map(|what| Wrong::new(Rule::Lost, what)).collect()
}

fn ending(evidence: &Evidence, id: Uuid, click: &Click) -> Result<(), String> {
    let Some(send) = evidence.send(click.seat, id) else {
        // A click that was not answered may never have arrived; one that an old ledger does not know was forgotten
        // by whoever put it back.
        let is_excused = !click.is_heard || evidence.is_forgotten(click.seat, click.at);
        return if is_excused { Ok(()) } else { Err("its seat does not know it".to_owned()) };
    };
    // A seat that never comes back ends nothing.
    if send.is_moving() && !evidence.seats[click.seat].is_gone {
        return Err(format!("stands at {} for ever", send.state));
    }
    if ["needs_you", "stopped"].contains(&send.state.as_str()) && send.why.is_none() {
        return Err(format!("{} without a reason", send.state));
    }
    Ok(())
}

/// What is called sent is out, and what is out is called sent.
pub(super) fn untrue(evidence: &Evidence) -> Vec<Wrong> {
    let mut wrongs = Vec::new();
    let untrue = |what: String| Wrong::new(Rule::Untrue, what);
    for seat in &evidence.seats {
        for (id, send) in seat.ledger.sends.iter().filter(|(_, send)| send.state == "published") {
            let held = send.contract.and_then(|contract| evidence.contract(contract));
            if held.is_none_or(|held| held.state == ContractState::Draft) {
                wrongs.push(untrue(format!("send {id} is called sent, but {:?} is not out", send.contract)));
            }
        }
    }
    for &contract in &evidence.publishes {
        let Some(marker) = evidence.contract(contract).and_then(marker) else { continue };
        let Some(click) = evidence.notes.clicks.get(&marker.send.0) else { continue };
        let is_excused = evidence.seats[click.seat].is_gone || evidence.was_restored(click.seat);
        let state = evidence.send(click.seat, marker.send.0).map(|send| send.state.as_str());
        if !is_excused && !matches!(state, Some("published" | "needs_you")) {
            wrongs.push(untrue(format!(
                "contract {contract} is out, but its send {} is {state:?}",
                marker.send
            )));
        }
    }
    wrongs
}

/// An undo that was answered with yes holds. A create that Oneflow turned away before it leaves something to undo.
pub(super) fn sent_after_undo(evidence: &Evidence) -> Vec<Wrong> {
    let made = |(id, undone): (&Uuid, &Timestamp)| {
        let mut creates = evidence.creates.iter().filter(|create| create.marker.send.0 == *id);
        let create = creates.find(|create| create.effect != Effect::None || create.at > *undone)?;
        // A ledger from before the undo does not know of it.
        let seat = evidence.notes.clicks.get(id)?.seat;
        (!evidence.was_restored(seat)).then(|| format!("send {id} was undone, and created at {}", create.at))
    };
    let broken = evidence.notes.undone.iter().filter_map(made);
    broken.map(|what| Wrong::new(Rule::SentAfterUndo, what)).collect()
}
