//! Drafts that somebody left behind.

use domain::{Contract, ContractId, ContractState, Marker, Send, SendState};

use crate::{
    LedgerWriting,
    left_drafts::{self, LeftDraft},
    needs_you, sends,
    testing::{at, click, ledger, title},
};

const DEAL: i64 = 42;

fn draft(id: i64, seen_at: i64, is_listed: bool) -> LeftDraft {
    let shown = Contract {
        id: ContractId(id),
        state: ContractState::Draft,
        name: Some("Agreement".to_owned()),
        workspace: None,
        template: None,
        created_time: Some(at(0)),
        updated_time: Some(at(seen_at)),
        state_updated_time: None,
        published_time: None,
        expiry_time: None,
        parties: None,
        data_fields: None,
    };
    LeftDraft {
        shown,
        marker: Marker { attempt: 1, ..click(900, DEAL).marker() },
        title: title("Uppdrag 42"),
        payload: Some(b"proved".to_vec()),
        first_seen: at(seen_at),
        seen_at: at(seen_at),
        is_listed,
        discard_at: None,
    }
}

#[test]
fn what_a_later_look_shows_replaces_what_an_earlier_one_did() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    left_drafts::put(&writing, &draft(5, 10, true)).unwrap();
    let later = LeftDraft { payload: None, ..draft(5, 20, false) };
    left_drafts::put(&writing, &later).unwrap();
    let kept = LeftDraft { first_seen: at(10), is_listed: true, ..later };
    assert_eq!(left_drafts::by_id(&writing, ContractId(5)).unwrap(), Some(kept), "once listed it stays");
    assert!(left_drafts::forget(&writing, ContractId(5)).unwrap());
    assert!(!left_drafts::forget(&writing, ContractId(5)).unwrap(), "it is not known any more");
}

#[test]
fn a_draft_waits_for_a_person_unless_a_send_of_its_deal_does() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    left_drafts::put(&writing, &draft(5, 10, true)).unwrap();
    left_drafts::put(&writing, &draft(6, 10, false)).unwrap();
    let listed = |why: &str, wanted: &[i64]| {
        let found = left_drafts::listed(&writing).unwrap();
        assert_eq!(found.iter().map(|draft| draft.id().0).collect::<Vec<_>>(), wanted, "{why}");
        assert_eq!(needs_you::list(&writing).unwrap().drafts.len(), wanted.len(), "{why}");
        assert_eq!(needs_you::count(&writing).unwrap(), wanted.len() as u64, "{why}");
    };
    listed("old enough, or not", &[5]);
    sends::insert(&writing, &Send { state: SendState::Queued, ..click(1, DEAL) }).unwrap();
    listed("a send of this seat is about the deal", &[]);
    sends::take(&writing, click(1, DEAL).id, domain::send::Step::Undo, at(30)).unwrap();
    listed("it has ended", &[5]);
    assert!(left_drafts::want_discarded(&writing, ContractId(5), at(40)).unwrap());
    listed("a person has decided", &[]);
    assert_eq!(left_drafts::every(&writing).unwrap().len(), 2);
}
