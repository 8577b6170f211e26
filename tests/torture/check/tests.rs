//! Histories made by hand: each rule is broken once, and each excuse is given once.

use std::{collections::BTreeMap, time::Duration};

use domain::{
    ContractId, Marker, ParticipantId,
    observation::{Change, ChangeKind},
    write_back::with_key,
};
use ipc::dto::NeedDto;
use jiff::{SignedDuration, Timestamp};
use sandbox::{ContractState, ContractView, Effect, FaultKind, FileView};
use serde_json::json;
use uuid::Uuid;

use super::{Rule, check};
use crate::{
    evidence::{Create, Evidence, SeatEvidence, Written},
    ledger::{Ledger, OpenWork, Send, Work},
    plan::{BEGINNING, Order, Plan},
    readings::Readings,
    run::{Click, Notes, Restored},
};

const DEAL: i64 = 41_200_017;
const CONTRACT: i64 = 51_000;

fn id() -> Uuid {
    Uuid::from_u128(7)
}

fn at(seconds: i64) -> Timestamp {
    let begin: Timestamp = BEGINNING.parse().unwrap();
    begin + SignedDuration::from_secs(seconds)
}

fn marker(attempt: u32) -> Marker {
    format!("31900001-{DEAL}-0-{}-{attempt}-0123456789ab-0123456789ab", id().simple()).parse().unwrap()
}

fn contract(id: i64, state: ContractState) -> ContractView {
    ContractView {
        id,
        state,
        name: "Agreement".to_owned(),
        workspace_id: 1,
        template_id: 2,
        by_api: true,
        created: at(20),
        published: (state != ContractState::Draft).then(|| at(30)),
        shown_from: at(20),
        data_fields: vec![("kommo_send".to_owned(), marker(1).to_string())],
        participants: Vec::new(),
        events: Vec::new(),
        invitation: None,
    }
}

fn create(seconds: i64, attempt: u32, effect: Effect) -> Create {
    Create { at: at(seconds), marker: marker(attempt), effect, status: Some(200), fault: None }
}

fn sent() -> Change {
    Change {
        contract: ContractId(CONTRACT),
        kind: ChangeKind::Sent,
        participant: None,
        name: None,
        at: at(30),
    }
}

fn note(seconds: i64) -> Written {
    Written { kind: "note", at: at(seconds), text: with_key("Oneflow: sent", &sent()) }
}

/// A click that was sent, and of which Kommo was told.
fn well() -> Evidence {
    let send = Send { state: "published".to_owned(), contract: Some(CONTRACT), why: None, steps: Vec::new() };
    let written = vec![Work { change: sent(), part: "note".to_owned() }];
    let ledger = Ledger { sends: BTreeMap::from([(id(), send)]), open_work: Vec::new(), written };
    let click = Click { seat: 0, deal: DEAL, at: at(5), is_heard: true };
    Evidence {
        plan: Plan {
            order: Order { sends: 1, seats: 1, seed: 1 },
            readings: Readings::new(),
            events: Vec::new(),
        },
        lasted: Duration::ZERO,
        speed: 60.0,
        contracts: BTreeMap::from([(CONTRACT, contract(CONTRACT, ContractState::Pending))]),
        deals: Vec::new(),
        creates: vec![create(20, 1, Effect::Done)],
        publishes: vec![CONTRACT],
        written: vec![note(40)],
        faults: BTreeMap::new(),
        requests: 2,
        endangered: 0,
        seats: vec![SeatEvidence { number: 0, is_gone: false, ledger, needs: Vec::new() }],
        notes: Notes { clicks: BTreeMap::from([(id(), click)]), ..Notes::default() },
    }
}

fn send(evidence: &mut Evidence) -> &mut Send {
    evidence.seats[0].ledger.sends.get_mut(&id()).unwrap()
}

fn restored(evidence: &mut Evidence) {
    evidence.notes.restored.push(Restored { seat: 0, copied: at(1), at: at(100) });
}

/// What is found after `change` to a history in which all is well.
fn found(change: impl FnOnce(&mut Evidence)) -> Vec<Rule> {
    let mut evidence = well();
    change(&mut evidence);
    check(&evidence).into_iter().map(|wrong| wrong.rule).collect()
}

#[test]
fn a_history_in_which_all_is_well_breaks_no_rule() {
    assert_eq!(found(|_| {}), []);
}

#[test]
fn two_contracts_of_one_deal_and_generation_are_a_duplicate() {
    let other = CONTRACT + 1;
    let published = |evidence: &mut Evidence| {
        evidence.contracts.insert(other, contract(other, ContractState::Signed));
        evidence.publishes.push(other);
    };
    assert_eq!(found(published), [Rule::Duplicate]);
}

#[test]
fn a_contract_is_published_at_most_once() {
    assert_eq!(found(|evidence| evidence.publishes.push(CONTRACT)), [Rule::SecondPublish]);
}

#[test]
fn a_create_waits_for_what_became_of_the_one_before() {
    let twice = |apart: i64, fault: Option<FaultKind>, effect: Effect| {
        move |evidence: &mut Evidence| {
            let before = Create { fault, status: None, ..create(20, 1, effect) };
            evidence.creates = vec![before, create(20 + apart, 2, Effect::Done)];
        }
    };
    let limited = FaultKind::Status {
        code: 429,
        body: sandbox::FaultBody::Json,
        retry_after: None,
        after_effect: false,
    };
    let cut = Some(FaultKind::CutBefore);
    assert_eq!(found(twice(20, cut.clone(), Effect::None)), [Rule::HastyCreate], "too early");
    assert_eq!(found(twice(75, cut, Effect::None)), [], "after all looks");
    assert_eq!(found(twice(2, Some(limited), Effect::None)), [], "refused, and told so");
    let after = twice(500, Some(FaultKind::CutAfter), Effect::Done);
    assert_eq!(found(after), [Rule::HastyCreate], "beside a draft");
    let deleted = |evidence: &mut Evidence| {
        twice(500, None, Effect::Done)(evidence);
        let gone = contract(CONTRACT - 1, ContractState::Draft);
        evidence.notes.touched.deleted_drafts.insert(gone.id, gone);
    };
    assert_eq!(found(deleted), [], "a person deleted that draft");
    let forgotten = |evidence: &mut Evidence| {
        twice(3, None, Effect::Done)(evidence);
        restored(evidence);
    };
    assert_eq!(found(forgotten), [], "an old ledger was put back");
}

#[test]
fn every_click_has_an_end_that_its_seat_knows() {
    let lost = |evidence: &mut Evidence| evidence.seats[0].ledger.sends.clear();
    assert_eq!(found(lost), [Rule::Lost, Rule::Untrue]);
    let moving = |evidence: &mut Evidence| send(evidence).state = "completing".to_owned();
    assert_eq!(found(moving), [Rule::Lost, Rule::Untrue]);
    let silent = |evidence: &mut Evidence| send(evidence).state = "needs_you".to_owned();
    assert_eq!(found(silent), [Rule::Lost], "without a reason");
    let owing = |evidence: &mut Evidence| {
        evidence.seats[0].ledger.open_work.push(OpenWork { what: "a note".to_owned(), due: at(50) });
    };
    assert_eq!(found(owing), [Rule::Lost]);
    let forgotten = |evidence: &mut Evidence| {
        lost(evidence);
        restored(evidence);
    };
    assert_eq!(found(forgotten), [], "an old ledger was put back");
    let gone = |evidence: &mut Evidence| {
        moving(evidence);
        evidence.seats[0].is_gone = true;
    };
    assert_eq!(found(gone), [], "the seat never comes back");
}

#[test]
fn what_is_called_sent_is_out() {
    let draft = |evidence: &mut Evidence| {
        evidence.contracts.insert(CONTRACT, contract(CONTRACT, ContractState::Draft));
        evidence.publishes.clear();
    };
    assert_eq!(found(draft), [Rule::Untrue, Rule::OrphanDraft]);
    let given_up = |evidence: &mut Evidence| send(evidence).state = "given_up".to_owned();
    assert_eq!(found(given_up), [Rule::Untrue]);
}

#[test]
fn an_undo_that_was_answered_holds() {
    let undone_at = |evidence: &mut Evidence, seconds| evidence.notes.undone.extend([(id(), at(seconds))]);
    assert_eq!(found(|evidence| undone_at(evidence, 25)), [Rule::SentAfterUndo]);
    let turned_away = |undone| {
        move |evidence: &mut Evidence| {
            undone_at(evidence, undone);
            evidence.creates = vec![create(20, 1, Effect::None)];
        }
    };
    assert_eq!(found(turned_away(15)), [Rule::SentAfterUndo]);
    assert_eq!(found(turned_away(25)), []);
}

#[test]
fn a_draft_that_nobody_sends_is_deleted_or_listed() {
    let spare = CONTRACT + 1;
    let left = |evidence: &mut Evidence| {
        drop(evidence.contracts.insert(spare, contract(spare, ContractState::Draft)));
    };
    assert_eq!(found(left), [Rule::OrphanDraft]);
    let listed = |evidence: &mut Evidence| {
        left(evidence);
        let need: NeedDto = serde_json::from_value(json!({
            "id": "d1", "why": { "code": "colleagues_draft", "params": { "contract": spare.to_string() } },
            "deal": DEAL.to_string(), "dealName": "", "company": "", "contract": spare.to_string(),
            "send": null, "writeBack": null, "draft": null, "choices": [], "since": BEGINNING,
        }))
        .unwrap();
        evidence.seats[0].needs.push(need);
    };
    assert_eq!(found(listed), []);
    let changed = |evidence: &mut Evidence| {
        left(evidence);
        evidence.notes.touched.edited_drafts.insert(spare);
    };
    assert_eq!(found(changed), [], "the app leaves what a person changed");
    let copied = |evidence: &mut Evidence| {
        left(evidence);
        evidence.notes.touched.copies.insert(spare, CONTRACT);
    };
    assert_eq!(found(copied), [], "a person made it");
}

#[test]
fn notes_tasks_and_files_stand_once() {
    let noted = |evidence: &mut Evidence| evidence.written.push(note(900));
    assert_eq!(found(noted), [Rule::DoubledNote]);
    let task = |evidence: &mut Evidence| {
        let task = Written { kind: "task", ..note(50) };
        evidence.written.extend([task.clone(), task]);
    };
    assert_eq!(found(task), [Rule::DoubledTask]);
    let stripped = |evidence: &mut Evidence| {
        noted(evidence);
        evidence.notes.touched.stripped_notes.push((DEAL, note(40).text));
    };
    assert_eq!(found(stripped), [], "a person took the key out");
    let filed = |evidence: &mut Evidence| {
        let file = FileView {
            uuid: String::new(),
            name: "51000-signed-01234567.pdf".to_owned(),
            size: 9,
            is_pdf: true,
            sha256: String::new(),
        };
        evidence.deals.push(serde_json::from_value(json!({
            "id": DEAL, "name": "", "price": "1", "pipeline_id": 1, "status_id": 142, "is_deleted": false,
            "contacts": [], "company": null, "fields": [], "notes": [], "tasks": [], "files": [file, file],
        }))
        .unwrap());
    };
    assert_eq!(found(filed), [Rule::DoubledFile]);
}

#[test]
fn what_is_called_written_was_written_for_that_occurrence() {
    let unwritten = |evidence: &mut Evidence| evidence.written.clear();
    assert_eq!(found(unwritten), [Rule::Untrue]);
    let another = |evidence: &mut Evidence| {
        let change = Change { participant: Some(ParticipantId(3)), at: at(90), ..sent() };
        evidence.seats[0].ledger.written.push(Work { change, part: "note".to_owned() });
    };
    assert_eq!(found(another), [Rule::Untrue], "the note of the first occurrence is not that of the second");
}
