//! Creates and publishes, by the journal of the services.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use domain::SendId;
use sandbox::{Effect, FaultKind};

use super::{Rule, Wrong};
use crate::evidence::{Create, Evidence, marker};

/// The last look after a loss comes 70 s after it. A little less here: the request ended after it arrived.
const LOOKED_FOR: Duration = Duration::from_secs(65);

/// At most one published contract for a deal and generation, and each published at most once.
pub(super) fn published_twice(evidence: &Evidence) -> Vec<Wrong> {
    let mut wrongs = Vec::new();
    let mut out: BTreeMap<(i64, i64), BTreeSet<i64>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for &id in &evidence.publishes {
        if !seen.insert(id) {
            wrongs.push(Wrong::new(Rule::SecondPublish, format!("contract {id} was published again")));
        }
        match evidence.contract(id).and_then(marker) {
            Some(marker) => drop(out.entry((marker.deal.0, marker.generation.0)).or_default().insert(id)),
            None => wrongs.push(Wrong::new(Rule::Duplicate, format!("contract {id} went out unmarked"))),
        }
    }
    let doubled = out.into_iter().filter(|(_, contracts)| contracts.len() > 1);
    wrongs.extend(doubled.map(|((deal, generation), contracts)| {
        let what = format!("deal {deal}, generation {generation}: contracts {contracts:?} are out");
        Wrong::new(Rule::Duplicate, what)
    }));
    wrongs
}

/// No create for a send while an earlier one is unknown, and none beside a draft of it.
pub(super) fn created_hastily(evidence: &Evidence) -> Vec<Wrong> {
    let mut by_send: BTreeMap<SendId, Vec<&Create>> = BTreeMap::new();
    for create in &evidence.creates {
        by_send.entry(create.marker.send).or_default().push(create);
    }
    let pairs = by_send.values().flat_map(|creates| creates.windows(2));
    pairs
        .filter_map(|pair| {
            let [before, after] = pair else { return None };
            let why = hasty(evidence, before, after)?;
            let what =
                format!("{}: {why}, and {} s later created again", before.marker, apart(before, after));
            Some(Wrong::new(Rule::HastyCreate, what))
        })
        .collect()
}

fn hasty(evidence: &Evidence, before: &Create, after: &Create) -> Option<&'static str> {
    let seat = evidence.notes.clicks.get(&before.marker.send.0)?.seat;
    if evidence.is_forgotten(seat, before.at) {
        // The seat's ledger went back to a moment before this create.
        return None;
    }
    if before.effect != Effect::None {
        let is_deleted = evidence.notes.touched.deleted_drafts.values().filter_map(marker);
        let is_deleted = is_deleted.into_iter().any(|marker| marker == before.marker);
        return (!is_deleted).then_some("made a draft");
    }
    let is_known = match &before.fault {
        // Refused before anything was done: the app is told so.
        Some(FaultKind::Status { code, .. }) => *code == 429,
        Some(_) => false,
        None => before.status.is_some(),
    };
    (!is_known && apart(before, after) < LOOKED_FOR.as_secs()).then_some("had an unknown outcome")
}

fn apart(before: &Create, after: &Create) -> u64 {
    after.at.duration_since(before.at).as_secs().unsigned_abs()
}
