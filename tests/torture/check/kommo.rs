//! What was written back to Kommo: each note, task and file once.

use std::collections::{BTreeMap, BTreeSet};

use domain::{observation::Change, write_back::key};

use super::{Rule, Wrong};
use crate::evidence::{Evidence, Written, marker};

/// Where the key of a text begins.
const KEY: &str = " [cs:";

/// Notes, tasks and files that are there twice.
pub(super) fn doubled(evidence: &Evidence) -> Vec<Wrong> {
    let mut written: BTreeMap<(&str, &str), Vec<&Written>> = BTreeMap::new();
    for text in &evidence.written {
        if let Some((_, key)) = text.text.split_once(KEY) {
            written.entry((text.kind, key)).or_default().push(text);
        }
    }
    let mut wrongs = Vec::new();
    for ((kind, key), texts) in written {
        if texts.len() > 1 && !is_excused(evidence, key) {
            let rule = if kind == "note" { Rule::DoubledNote } else { Rule::DoubledTask };
            let times: Vec<String> = texts.iter().map(|text| text.at.to_string()).collect();
            wrongs.push(Wrong::new(rule, format!("{:?} was written at {times:?}", texts[0].text)));
        }
    }
    wrongs.extend(doubled_files(evidence));
    wrongs
}

/// What is called written was written: each occurrence of a change has a text of its own.
pub(super) fn never_written(evidence: &Evidence) -> Vec<Wrong> {
    let stands: BTreeSet<(&str, &str)> = evidence
        .written
        .iter()
        .filter_map(|text| Some((text.kind, &text.text[text.text.find(KEY)? + 1..])))
        .collect();
    let called = evidence.seats.iter().flat_map(|seat| &seat.ledger.written);
    let missing = called.filter(|work| !stands.contains(&(work.part.as_str(), key(&work.change).as_str())));
    let missing = missing.filter(|work| !was_deal_gone(evidence, &work.change));
    missing
        .map(|work| {
            let Change { contract, kind, at, .. } = &work.change;
            let what = format!("the {} for {kind:?} of contract {contract} at {at} never was", work.part);
            Wrong::new(Rule::Untrue, what)
        })
        .collect()
}

/// The deal was in the trash: a seat that did not send has nothing to do there, and says so by calling it done.
fn was_deal_gone(evidence: &Evidence, change: &Change) -> bool {
    let marker = evidence.contract(change.contract.0).and_then(marker);
    marker.is_some_and(|marker| evidence.notes.touched.gone_deals.contains(&marker.deal.0))
}

/// A person took the key out of the note: whether it is there cannot be seen any more.
fn is_excused(evidence: &Evidence, key: &str) -> bool {
    evidence.notes.touched.stripped_notes.iter().any(|(_, text)| text.ends_with(key))
}

fn doubled_files(evidence: &Evidence) -> Vec<Wrong> {
    let mut wrongs = Vec::new();
    for deal in &evidence.deals {
        let mut names = BTreeSet::new();
        for file in &deal.files {
            if !names.insert(&file.name) {
                wrongs.push(Wrong::new(Rule::DoubledFile, format!("{} at deal {}", file.name, deal.id)));
            }
        }
    }
    wrongs
}
