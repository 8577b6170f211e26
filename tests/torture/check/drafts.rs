//! What is left in Oneflow that nobody sends any more.

use sandbox::{ContractState, ContractView};

use super::{Rule, Wrong};
use crate::evidence::{Evidence, marker};

/// No draft of an ended send, except those that a seat lists under "Needs you".
pub(super) fn orphans(evidence: &Evidence) -> Vec<Wrong> {
    let (contracts, deals) = evidence.listed();
    let drafts = evidence.contracts.values().filter(|held| held.state == ContractState::Draft);
    let orphans = drafts.filter_map(|held| {
        let marker = marker(held)?;
        let is_listed = contracts.contains(&held.id) || deals.contains(&marker.deal.0);
        (!is_listed && !is_a_persons(evidence, held)).then(|| {
            let click = evidence.notes.clicks.get(&marker.send.0);
            let state = click.and_then(|click| evidence.send(click.seat, marker.send.0));
            let state = state.map_or("unknown", |send| send.state.as_str());
            format!("draft {} of deal {}, whose send {} is {state}", held.id, marker.deal, marker.send)
        })
    });
    orphans.map(|what| Wrong::new(Rule::OrphanDraft, what)).collect()
}

/// The app never deletes what a person made or changed.
fn is_a_persons(evidence: &Evidence, held: &ContractView) -> bool {
    let touched = &evidence.notes.touched;
    touched.edited_drafts.contains(&held.id) || touched.copies.contains_key(&held.id)
}
