use domain::{
    ContractId, DealId, PipelineId, StageId,
    observation::{Change, ChangeKind},
    write_back::{ParkReason, Part, Work, WriteBack, WriteBackState},
};

use crate::{
    ledger::LedgerWriting,
    needs_you,
    testing::{at, change, ledger},
    write_backs::{self, WriteBackId},
};

fn note() -> Work {
    Work::Note { text: "Oneflow: all parties have signed the contract".to_owned() }
}

fn stage() -> Work {
    Work::Stage { pipeline: PipelineId(1), stage: StageId(2), seen: StageId::WON }
}

fn owe(writing: &LedgerWriting<'_>, change: Change, work: Work, next_try: i64) -> Option<WriteBackId> {
    let write_back = WriteBack {
        deal: DealId(42),
        change,
        work,
        state: WriteBackState::Owed,
        tries: 0,
        created_at: at(0),
        next_try: at(next_try),
    };
    write_backs::insert(writing, &write_back).unwrap()
}

fn due_parts(writing: &LedgerWriting<'_>, now: i64) -> Vec<(i64, Part)> {
    let due = write_backs::due(writing, at(now), 100).unwrap();
    due.into_iter()
        .map(|stored| (stored.write_back.change.contract.0, stored.write_back.work.part()))
        .collect()
}

fn settle(writing: &LedgerWriting<'_>, id: WriteBackId, state: &WriteBackState) {
    assert!(write_backs::update(writing, id, state, at(0), at(50)).unwrap());
}

#[test]
fn the_same_part_of_the_same_change_is_owed_once() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    let signed = change(5, ChangeKind::AllSigned, 1);
    let id = owe(&writing, signed.clone(), note(), 0).unwrap();
    assert_eq!(owe(&writing, signed.clone(), note(), 0), None);
    settle(&writing, id, &WriteBackState::Done);
    assert_eq!(owe(&writing, signed.clone(), note(), 0), None, "done is done");
    assert!(owe(&writing, change(5, ChangeKind::AllSigned, 2), note(), 0).is_some(), "another occurrence");
    assert!(owe(&writing, signed, Work::File, 0).is_some(), "another part");
}

#[test]
fn parts_come_in_their_order_and_the_file_beside_them() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    let signed = change(5, ChangeKind::AllSigned, 10);
    let file = owe(&writing, signed.clone(), Work::File, 0).unwrap();
    let last = owe(&writing, signed.clone(), note(), 0).unwrap();
    let middle = owe(&writing, signed, stage(), 0).unwrap();
    let first = owe(&writing, change(5, ChangeKind::Sent, 5), Work::Field { replaces: None }, 0).unwrap();

    assert_eq!(due_parts(&writing, 20), [(5, Part::Field), (5, Part::File)]);
    settle(&writing, first, &WriteBackState::Done);
    settle(&writing, file, &WriteBackState::Done);
    assert_eq!(due_parts(&writing, 20), [(5, Part::Stage)]);
    settle(&writing, middle, &WriteBackState::Parked { reason: ParkReason::DealMoved });
    assert_eq!(due_parts(&writing, 20), [(5, Part::Note)], "a parked part holds nothing back");
    settle(&writing, last, &WriteBackState::Done);
    assert!(due_parts(&writing, 20).is_empty());
    let order: Vec<_> = write_backs::of_contract(&writing, ContractId(5))
        .unwrap()
        .into_iter()
        .map(|stored| stored.id)
        .collect();
    assert_eq!(order, [first, middle, last, file]);
}

#[test]
fn a_part_that_waits_for_its_time_holds_back_later_ones_of_its_contract_only() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    assert_eq!(write_backs::next_due(&writing).unwrap(), None);
    owe(&writing, change(5, ChangeKind::Sent, 1), note(), 100).unwrap();
    owe(&writing, change(5, ChangeKind::AllSigned, 2), note(), 0).unwrap();
    owe(&writing, change(6, ChangeKind::Sent, 3), note(), 10).unwrap();
    assert_eq!(due_parts(&writing, 20), [(6, Part::Note)]);
    assert_eq!(write_backs::next_due(&writing).unwrap(), Some(at(10)));
    assert_eq!(due_parts(&writing, 100), [(6, Part::Note), (5, Part::Note)]);
}

#[test]
fn what_a_clock_that_was_ahead_put_off_is_due_once_the_clock_is_right() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    let (hour, day) = (3_600, 86_400);
    let id = owe(&writing, change(5, ChangeKind::Sent, 1), note(), 0).unwrap();
    let put_off = |until, now| write_backs::update(&writing, id, &WriteBackState::Owed, at(until), at(now));
    assert!(put_off(30 * day + hour, 30 * day).unwrap(), "by a clock a month ahead");
    assert_eq!(due_parts(&writing, 20), [(5, Part::Note)]);
    assert!(put_off(20 + 7 * hour, 20).unwrap(), "by a clock that is right");
    assert!(due_parts(&writing, 20).is_empty());
    assert!(put_off(20 + 30 * day, 20).unwrap(), "longer than anything may wait");
    assert!(due_parts(&writing, 20).is_empty(), "it is not tried again and again");
    assert_eq!(due_parts(&writing, 20 + 12 * hour), [(5, Part::Note)]);
}

#[test]
fn tries_are_counted_results_are_kept_and_done_is_never_taken_back() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    let id = owe(&writing, change(5, ChangeKind::Sent, 1), note(), 0).unwrap();
    settle(&writing, id, &WriteBackState::Trying);
    settle(&writing, id, &WriteBackState::Owed);
    settle(&writing, id, &WriteBackState::Trying);
    write_backs::set_result(&writing, id, &serde_json::json!({ "note": 77 })).unwrap();
    settle(&writing, id, &WriteBackState::Done);
    assert!(!write_backs::update(&writing, id, &WriteBackState::Owed, at(0), at(60)).unwrap());
    let stored = write_backs::by_id(&writing, id).unwrap().unwrap();
    assert_eq!((stored.write_back.tries, stored.done_at), (2, Some(at(50))));
    assert_eq!(stored.result, Some(serde_json::json!({ "note": 77 })));
    assert_eq!(stored.write_back.work, note());
}

#[test]
fn parked_work_waits_for_a_person() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    let id = owe(&writing, change(5, ChangeKind::Sent, 1), Work::Field { replaces: Some(ContractId(4)) }, 0)
        .unwrap();
    let reason = ParkReason::FieldTaken { text: "elsewhere".to_owned() };
    settle(&writing, id, &WriteBackState::Parked { reason: reason.clone() });
    let parked = write_backs::parked(&writing).unwrap();
    assert_eq!(parked[0].write_back.state, WriteBackState::Parked { reason });
    assert_eq!(
        (needs_you::count(&writing).unwrap(), write_backs::of_deal(&writing, DealId(42)).unwrap().len()),
        (1, 1)
    );
    settle(&writing, id, &WriteBackState::Owed);
    assert_eq!(needs_you::count(&writing).unwrap(), 0);
}
