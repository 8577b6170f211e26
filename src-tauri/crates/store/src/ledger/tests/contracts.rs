use domain::{
    ContractId, ContractState, DealId, Send, SendState,
    observation::ChangeKind,
    send::{NeedsReason, Step},
};

use crate::{
    activity,
    changes::{self, Mark},
    contract_page::{self, ContractQuery, ContractSort, ContractStatus},
    contracts, drafts_read,
    ledger::LedgerWriting,
    mappings, needs_you, notices, sends, set_aside,
    testing::{at, change, click, contract, ledger, observation, send_id},
};

#[test]
fn a_deal_may_have_many_contracts_and_the_newest_that_is_out_counts() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    for (id, state) in [(5, ContractState::Declined), (6, ContractState::Pending), (7, ContractState::Draft)]
    {
        assert!(contracts::insert(&writing, &contract(id, 42, state)).unwrap());
    }
    let newest = |writing: &LedgerWriting<'_>| {
        contracts::newest_out(writing, DealId(42)).unwrap().map(|known| known.id.0)
    };
    assert_eq!(newest(&writing), Some(6), "a draft is not out");
    contracts::mark_vanished(&writing, ContractId(6), at(1)).unwrap();
    assert_eq!(newest(&writing), Some(6), "not visible is never free to send again");
    contracts::mark_removed(&writing, ContractId(7), at(1)).unwrap();
    let all: Vec<_> =
        contracts::of_deal(&writing, DealId(42)).unwrap().into_iter().map(|known| known.id.0).collect();
    assert_eq!(all, [6, 5]);
}

#[test]
fn a_contract_that_is_known_gets_only_what_was_missing() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    sends::insert(&writing, &click(1, 42)).unwrap();
    let theirs = contract(5, 42, ContractState::Pending);
    contracts::insert(&writing, &contracts::NewContract { marker: None, ..theirs.clone() }).unwrap();
    let ours =
        contracts::NewContract { send: Some(send_id(1)), state: ContractState::Draft, ..theirs.clone() };
    assert!(!contracts::insert(&writing, &ours).unwrap());
    let known = contracts::by_id(&writing, ContractId(5)).unwrap().unwrap();
    assert_eq!(
        (known.send, known.marker, known.state),
        (Some(send_id(1)), theirs.marker, ContractState::Pending)
    );
}

#[test]
fn looks_are_kept_where_they_differ_and_a_missing_contract_can_come_back() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    contracts::insert(&writing, &contract(5, 42, ContractState::Pending)).unwrap();
    let first = observation(5, ContractState::Pending, 0);
    let second = observation(5, ContractState::Pending, 1);
    assert_eq!(contracts::observe(&writing, &first, at(1)).unwrap(), None);
    assert_eq!(contracts::mark_missing(&writing, ContractId(5), at(2)).unwrap(), Some(at(2)));
    assert_eq!(
        contracts::mark_missing(&writing, ContractId(5), at(3)).unwrap(),
        Some(at(2)),
        "the first time counts"
    );
    assert_eq!(contracts::observe(&writing, &first, at(4)).unwrap(), Some(first.clone()));
    assert_eq!(contracts::observe(&writing, &second, at(5)).unwrap(), Some(first.clone()));
    let known = contracts::by_id(&writing, ContractId(5)).unwrap().unwrap();
    assert_eq!((known.missing_since, known.observed_at), (None, Some(at(5))));
    assert_eq!(contracts::observations(&writing, ContractId(5)).unwrap(), [(at(1), first), (at(5), second)]);
    assert_eq!(contracts::mark_missing(&writing, ContractId(99), at(6)).unwrap(), None);
}

#[test]
fn only_contracts_that_wait_for_signatures_are_watched() {
    use ContractState::{Declined, Draft, Overdue, Pending, Signed};
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    for (id, state) in (1..).zip([Draft, Pending, Overdue, Signed, Declined, Pending]) {
        contracts::insert(&writing, &contract(id, id, state)).unwrap();
    }
    contracts::mark_vanished(&writing, ContractId(6), at(1)).unwrap();
    let watched: Vec<_> =
        contracts::to_watch(&writing).unwrap().into_iter().map(|known| known.id.0).collect();
    assert_eq!(watched, [2, 3]);
    assert_eq!(contracts::markers(&writing).unwrap().len(), 6);
    assert_eq!(contracts::drafts(&writing).unwrap().len(), 1);
}

#[test]
fn a_change_is_stored_once_and_shown_once() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    contracts::insert(&writing, &contract(5, 42, ContractState::Pending)).unwrap();
    let signed = change(5, ChangeKind::AllSigned, 10);
    let id = changes::insert(&writing, &signed, at(11), Mark::Unread).unwrap().unwrap();
    assert_eq!(changes::insert(&writing, &signed, at(12), Mark::Unread).unwrap(), None);
    let again = changes::insert(&writing, &change(5, ChangeKind::AllSigned, 20), at(21), Mark::Read).unwrap();
    assert!(again.is_some(), "the same at another time is another occurrence");

    notices::intend(&writing, id, at(11)).unwrap();
    notices::intend(&writing, id, at(11)).unwrap();
    assert_eq!(notices::due(&writing).unwrap().len(), 1);
    assert!(notices::claim(&writing, id, at(12)).unwrap());
    assert!(!notices::claim(&writing, id, at(12)).unwrap());
    assert!(notices::due(&writing).unwrap().is_empty());
}

#[test]
fn the_activity_list_counts_what_nobody_has_seen() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    contracts::insert(&writing, &contract(5, 42, ContractState::Pending)).unwrap();
    let mut stored = Vec::new();
    for (kind, seconds, mark) in [
        (ChangeKind::Sent, 1, Mark::Read),
        (ChangeKind::Opened, 3, Mark::Unread),
        (ChangeKind::ParticipantSigned, 2, Mark::Unread),
    ] {
        stored.extend(changes::insert(&writing, &change(5, kind, seconds), at(9), mark).unwrap());
    }
    let page = activity::page(&writing, 0, 2).unwrap();
    let kinds: Vec<_> = page.rows.iter().map(|row| row.stored.change.kind).collect();
    assert_eq!(kinds, [ChangeKind::Opened, ChangeKind::ParticipantSigned], "newest first");
    assert_eq!((page.total, page.unread, page.rows[0].deal), (3, 2, DealId(42)));
    activity::mark_read(&writing, stored[1]).unwrap();
    assert_eq!(activity::page(&writing, 2, 2).unwrap().unread, 1, "what was stored later is still new");
}

/// Ten contracts and sends in all standings; contract 5 is ours.
fn fill(writing: &LedgerWriting<'_>) {
    use ContractState::{Declined, Draft, Overdue, Pending, Signed};
    for (id, state) in (1..).zip([Signed, Declined, Overdue, Pending]) {
        contracts::insert(writing, &contract(id, id, state)).unwrap();
    }
    let ours = Send { state: SendState::Published { contract: ContractId(5) }, ..click(5, 5) };
    sends::insert(writing, &ours).unwrap();
    contracts::insert(writing, &contracts::NewContract { send: Some(ours.id), ..contract(5, 5, Pending) })
        .unwrap();
    contracts::observe(writing, &observation(5, Pending, 1), at(60)).unwrap();
    let states = [
        SendState::Held,
        SendState::Queued,
        SendState::Creating,
        SendState::Completing { contract: ContractId(9) },
        SendState::NeedsYou { reason: NeedsReason::CannotTell, from: Box::new(SendState::CreateUnknown) },
        SendState::Undone,
    ];
    for (number, state) in (6..).zip(states) {
        sends::insert(writing, &Send { state, ..click(number, i64::try_from(number).unwrap()) }).unwrap();
    }
    contracts::insert(writing, &contracts::NewContract { send: Some(send_id(9)), ..contract(9, 9, Draft) })
        .unwrap();
}

#[test]
fn the_list_of_contracts_has_those_that_are_out_and_those_on_their_way() {
    use ContractStatus::{Awaiting, Declined, Expired, NeedsAttention, Sending, Signed};
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    fill(&writing);
    let page = |query: ContractQuery| contract_page::page(&writing, &query).unwrap();
    let all = page(ContractQuery { sort: ContractSort::Deal, descending: false, ..ContractQuery::default() });
    let rows: Vec<_> = all.rows.iter().map(|row| (row.deal.0, row.status)).collect();
    let wanted = [
        (1, Signed),
        (10, NeedsAttention),
        (2, Declined),
        (3, Expired),
        (4, Awaiting),
        (5, Awaiting),
        (8, Sending),
        (9, Sending),
    ];
    assert_eq!(rows, wanted);
    assert_eq!((all.total, all.counts.awaiting, all.counts.sending), (8, 2, 2));
    assert_eq!((all.rows[5].signed, all.rows[5].signatories), (1, 2));
    assert_eq!(all.rows[1].why.as_deref(), Some("cannot_tell"));
    assert_eq!(all.rows[7].contract, Some(ContractId(9)), "a draft is named by its send");

    let narrow =
        page(ContractQuery { statuses: vec![Awaiting], limit: 1, offset: 1, ..ContractQuery::default() });
    assert_eq!((narrow.rows.len(), narrow.total, narrow.counts.all()), (1, 2, 8));
    let searched =
        page(ContractQuery { search: "uppdrag ORESUND asa@ 10".to_owned(), ..ContractQuery::default() });
    assert_eq!(searched.rows.iter().map(|row| row.deal.0).collect::<Vec<_>>(), [10]);
    assert_eq!(
        page(ContractQuery { search: "nobody".to_owned(), ..ContractQuery::default() }).counts.all(),
        0
    );
}

#[test]
fn every_order_of_the_list_of_contracts_can_be_read() {
    use ContractSort::{Amount, Company, Deal, Expiry, Moved, Sent, Status};
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    fill(&writing);
    for sort in [Amount, Company, Deal, Expiry, Moved, Sent, Status] {
        for descending in [false, true] {
            let query = ContractQuery { sort, descending, ..ContractQuery::default() };
            assert_eq!(contract_page::page(&writing, &query).unwrap().rows.len(), 8, "{sort:?}");
        }
    }
}

#[test]
fn what_waits_for_a_person_stands_in_one_list() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    fill(&writing);
    contracts::mark_vanished(&writing, ContractId(4), at(1)).unwrap();
    let list = needs_you::list(&writing).unwrap();
    assert_eq!(list.sends.iter().map(|send| send.id).collect::<Vec<_>>(), [send_id(10)]);
    assert_eq!(list.vanished.iter().map(|known| known.id.0).collect::<Vec<_>>(), [4]);
    assert_eq!(needs_you::count(&writing).unwrap(), 2);
    sends::take(&writing, send_id(10), Step::Resume, at(2)).unwrap();
    assert_eq!(needs_you::count(&writing).unwrap(), 1);
}

#[test]
fn what_ended_with_nothing_is_told_until_something_comes_after_it() {
    type Later = fn(&LedgerWriting<'_>) -> Result<(), crate::StoreError>;
    let stopped = SendState::Stopped { differences: Vec::new() };
    let afterwards: [(&str, Later); 4] = [
        ("a person lets it be", |writing| sends::take(writing, send_id(2), Step::GiveUp, at(30)).map(drop)),
        ("a new click", |writing| {
            sends::insert(writing, &Send { clicked_at: at(30), ..click(3, 42) }).map(drop)
        }),
        ("set aside", |writing| set_aside::add(writing, &[DealId(42)], at(30))),
        ("a colleague's contract", |writing| {
            let out = contract(31, 42, ContractState::Pending);
            contracts::insert(writing, &out).map(drop)
        }),
    ];
    for (why, later) in afterwards {
        let connection = ledger();
        let writing = LedgerWriting::new(&connection);
        let status = || -> String {
            connection
                .query_row("SELECT status FROM standings WHERE deal = 42", [], |row| row.get(0))
                .unwrap()
        };
        // A new version of a declined contract, of a deal that was set aside long ago.
        contracts::insert(&writing, &contract(5, 42, ContractState::Declined)).unwrap();
        set_aside::add(&writing, &[DealId(42)], at(6)).unwrap();
        let ended = Send { state: stopped.clone(), clicked_at: at(20), ..click(2, 42) };
        sends::insert(&writing, &ended).unwrap();
        let told = needs_you::list(&writing).unwrap().sends;
        assert_eq!(told.iter().map(|send| send.id).collect::<Vec<_>>(), [send_id(2)]);
        assert_eq!((needs_you::count(&writing).unwrap(), status().as_str()), (1, "needs_attention"));
        later(&writing).unwrap();
        assert_eq!(needs_you::count(&writing).unwrap(), 0, "{why}");
        assert_ne!(status(), "needs_attention", "{why}");
    }
}

#[test]
fn whatever_happens_to_a_contract_reaches_the_standing_of_its_deal() {
    use ContractState::{Draft, Overdue, Pending, Signed};
    type Happening = fn(&LedgerWriting<'_>) -> Result<(), crate::StoreError>;
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    let status = || {
        let sql = "SELECT status, is_to_send FROM standings WHERE deal = 42";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?));
        connection.query_row(sql, [], read).ok()
    };
    let happenings: [(Happening, Option<(&str, bool)>); 8] = [
        (|writing| contracts::insert(writing, &contract(5, 42, Draft)).map(|_| ()), None),
        (
            |writing| contracts::set_state(writing, ContractId(5), Pending, Some(at(9))),
            Some(("awaiting", false)),
        ),
        (
            |writing| contracts::observe(writing, &observation(5, Overdue, 1), at(9)).map(|_| ()),
            Some(("expired", false)),
        ),
        (|writing| contracts::mark_vanished(writing, ContractId(5), at(9)), Some(("needs_attention", false))),
        (|writing| contracts::mark_visible(writing, ContractId(5)), Some(("expired", false))),
        (
            |writing| contracts::insert(writing, &contract(6, 42, Signed)).map(|_| ()),
            Some(("expired", false)),
        ),
        (|writing| contracts::mark_removed(writing, ContractId(5), at(9)), Some(("signed", false))),
        (|writing| contracts::mark_removed(writing, ContractId(6), at(9)), None),
    ];
    for (place, (happening, wanted)) in happenings.into_iter().enumerate() {
        happening(&writing).unwrap();
        assert_eq!(status(), wanted.map(|(status, is_to_send)| (status.to_owned(), is_to_send)), "{place}");
    }
}

#[test]
fn a_contract_opens_with_everything_around_it() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    fill(&writing);
    changes::insert(&writing, &change(5, ChangeKind::Sent, 5), at(6), Mark::Read).unwrap();
    let detail = contracts::detail(&writing, ContractId(5)).unwrap().unwrap();
    assert_eq!(detail.send.map(|send| send.id), Some(send_id(5)));
    assert_eq!((detail.changes.len(), detail.write_backs.len(), detail.versions.len()), (1, 0, 1));
    assert!(contracts::detail(&writing, ContractId(99)).unwrap().is_none());
}

#[test]
fn a_draft_is_read_alone_again_once_it_has_moved() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    let marker = contract(5, 42, ContractState::Draft).marker;
    drafts_read::remember(&writing, ContractId(5), Some(at(1)), marker.as_ref(), at(2)).unwrap();
    drafts_read::remember(&writing, ContractId(6), Some(at(1)), None, at(2)).unwrap();
    drafts_read::remember(&writing, ContractId(7), None, None, at(2)).unwrap();
    let recall = |id, time| drafts_read::recall(&writing, ContractId(id), time).unwrap();
    assert_eq!(recall(5, Some(at(1))), Some(marker));
    assert_eq!(recall(6, Some(at(1))), Some(None), "known to be nobody's");
    assert_eq!(recall(5, Some(at(3))), None, "it moved");
    assert_eq!(recall(7, None), None, "without a time nobody can tell");
    assert_eq!(recall(8, Some(at(1))), None);
    assert_eq!(drafts_read::forget_before(&writing, at(3)).unwrap(), 3);
}

#[test]
fn a_saved_mapping_is_a_new_version_and_old_ones_stay() {
    use domain::{Mapping, TemplateId, WorkspaceId, mapping::Rule};
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    let mapping = |template: i64, name: &str| Mapping {
        version: 0,
        workspace: WorkspaceId(1),
        template: TemplateId(template),
        template_type: None,
        name: name.to_owned(),
        subject: String::new(),
        message: String::new(),
        company: Rule::empty(),
        plan: Rule::empty(),
        fields: Vec::new(),
        internal: None,
    };
    assert_eq!(mappings::latest(&writing).unwrap(), None);
    for (template, name) in [(17, "first"), (18, "other"), (17, "second")] {
        mappings::save(&writing, mapping(template, name), at(1)).unwrap();
    }
    let name = |found: Option<Mapping>| found.map(|mapping| (mapping.version, mapping.name));
    assert_eq!(name(mappings::latest_of(&writing, TemplateId(17)).unwrap()), Some((3, "second".to_owned())));
    assert_eq!(name(mappings::latest_of(&writing, TemplateId(18)).unwrap()), Some((2, "other".to_owned())));
    assert_eq!(name(mappings::by_version(&writing, 1).unwrap()), Some((1, "first".to_owned())));
    assert_eq!(name(mappings::latest(&writing).unwrap()), Some((3, "second".to_owned())));
}
