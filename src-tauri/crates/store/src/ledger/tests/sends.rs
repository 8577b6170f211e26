use std::time::Duration;

use domain::{
    BatchId, ContractId, DealId, Send, SendState,
    send::{Cause, Difference, NeedsReason, Refusal, RefusalReason, Step},
};
use proptest::{collection, prelude::*};
use uuid::Uuid;

use crate::{
    ledger::{LedgerReading, LedgerWriting, standings},
    row::{self, Columns},
    sends::{self, Inserted, Taken},
    set_aside,
    testing::{at, click, ledger, send_id},
};

const DEAL: i64 = 42;

fn refusal() -> Refusal {
    Refusal {
        reason: RefusalReason::Plan,
        status: 402,
        problems: Vec::new(),
        request_id: Some("r-1".to_owned()),
    }
}

#[test]
fn a_send_is_read_as_it_was_stored() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    let send = click(1, DEAL);
    assert!(matches!(sends::insert(&writing, &send), Ok(Inserted::New)));
    assert_eq!(sends::by_id(&writing, send.id).unwrap(), Some(send.clone()));
    assert_eq!(sends::of_deal(&writing, send.deal).unwrap(), [send]);
    assert_eq!(sends::by_id(&writing, send_id(2)).unwrap(), None);
}

#[test]
fn the_same_click_twice_is_one_send_and_another_click_is_refused_while_one_is_unsettled() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    let first = click(1, DEAL);
    sends::insert(&writing, &first).unwrap();
    assert!(matches!(sends::insert(&writing, &first), Ok(Inserted::Same(_))));
    assert!(
        matches!(sends::insert(&writing, &click(2, DEAL)), Ok(Inserted::Occupied(by)) if by.id == first.id)
    );
    assert!(
        matches!(sends::insert(&writing, &click(3, DEAL + 1)), Ok(Inserted::New)),
        "another deal is free"
    );

    sends::take(&writing, first.id, Step::Undo, at(1)).unwrap();
    assert!(
        matches!(sends::insert(&writing, &first), Ok(Inserted::Same(_))),
        "an ended click is not made again"
    );
    assert!(matches!(sends::insert(&writing, &click(2, DEAL)), Ok(Inserted::New)));
    assert_eq!(sends::of_deal(&writing, DealId(DEAL)).unwrap().len(), 2);
}

#[test]
fn the_file_itself_refuses_a_second_unsettled_send_of_a_deal() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    sends::insert(&writing, &click(1, DEAL)).unwrap();
    sends::insert(&writing, &Send { state: SendState::Undone, ..click(2, DEAL) }).unwrap();
    let second = connection.execute("UPDATE sends SET is_settled = 0", []);
    assert!(second.unwrap_err().to_string().contains("UNIQUE"));
}

#[test]
fn a_step_that_was_taken_is_refused_to_the_next_one() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    let send = click(1, DEAL);
    sends::insert(&writing, &send).unwrap();
    sends::take(&writing, send.id, Step::TimeUp, at(10)).unwrap();
    assert!(matches!(sends::take(&writing, send.id, Step::Undo, at(11)), Ok(Taken::Moved(_))));
    let late = sends::take(&writing, send.id, Step::Claim, at(11)).unwrap();
    assert!(matches!(late, Taken::Refused(refused) if refused.state == "undone"));
    assert!(matches!(sends::take(&writing, send_id(9), Step::Undo, at(11)), Ok(Taken::Unknown)));
}

#[test]
fn an_ended_send_does_not_wake_up_beside_a_new_one() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    let published = Send { state: SendState::Published { contract: ContractId(5) }, ..click(1, DEAL) };
    sends::insert(&writing, &published).unwrap();
    sends::insert(&writing, &click(2, DEAL)).unwrap();
    let ask = Step::Ask(NeedsReason::TwoContractsOut { contract: ContractId(6) });
    let taken = sends::take(&writing, published.id, ask.clone(), at(1)).unwrap();
    assert!(matches!(taken, Taken::Occupied(by) if by.id == send_id(2)));

    sends::take(&writing, send_id(2), Step::Undo, at(2)).unwrap();
    assert!(sends::take(&writing, published.id, ask, at(3)).unwrap().moved().is_some());
}

#[test]
fn each_step_is_kept_with_when_how_often_and_why() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    let send = click(1, DEAL);
    sends::insert(&writing, &send).unwrap();
    sends::take(&writing, send.id, Step::TimeUp, at(10)).unwrap();
    sends::take(&writing, send.id, Step::Claim, at(11)).unwrap();
    sends::count_try(&writing, send.id).unwrap();
    assert_eq!(sends::count_try(&writing, send.id).unwrap(), 2);
    sends::take(&writing, send.id, Step::NotSent(Cause::RateLimited), at(12)).unwrap();

    let steps = sends::steps(&writing, send.id).unwrap();
    let told: Vec<_> =
        steps.iter().map(|step| (step.step.as_str(), step.after.code(), step.at, step.tries)).collect();
    let wanted = [
        ("click", "held", at(0), 0),
        ("time_up", "queued", at(10), 0),
        ("claim", "creating", at(11), 0),
        ("not_sent", "queued", at(12), 2),
    ];
    assert_eq!(told, wanted);
    assert_eq!(steps[3].cause, Some(Cause::RateLimited));
    assert_eq!(steps[3].before.as_deref(), Some("creating"));
}

#[test]
fn calls_that_were_on_their_way_at_the_end_are_unknown_at_the_start() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    let contract = ContractId(5);
    let states = [
        (SendState::Held, "held"),
        (SendState::Queued, "queued"),
        (SendState::Creating, "create_unknown"),
        (SendState::CreateUnknown, "create_unknown"),
        (SendState::Completing { contract }, "completing"),
        (SendState::Publishing { contract }, "publish_unknown"),
        (SendState::PublishingTheirs { theirs: contract, own: None }, "theirs_unknown"),
        (SendState::Published { contract }, "published"),
    ];
    for (number, (state, _)) in (1..).zip(&states) {
        sends::insert(
            &writing,
            &Send { state: state.clone(), ..click(number, i64::try_from(number).unwrap()) },
        )
        .unwrap();
    }
    let moved = sends::recover(&writing, at(9)).unwrap();
    assert_eq!(moved.len(), 3);
    assert!(moved.iter().all(|send| send.cause == Some(Cause::AppEnded) && send.since == at(9)));
    for (number, (state, wanted)) in (1..).zip(&states) {
        let now = sends::by_id(&writing, send_id(number)).unwrap().unwrap();
        assert_eq!(now.state.code(), *wanted, "from {}", state.code());
    }
    assert!(sends::recover(&writing, at(10)).unwrap().is_empty(), "a second start finds nothing to do");
}

#[test]
fn a_copied_ledger_asks_about_every_unsettled_send() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    let asked =
        SendState::NeedsYou { reason: NeedsReason::CannotTell, from: Box::new(SendState::CreateUnknown) };
    let states = [SendState::Held, SendState::Creating, asked, SendState::Undone];
    for (number, state) in (1..).zip(&states) {
        sends::insert(
            &writing,
            &Send { state: state.clone(), ..click(number, i64::try_from(number).unwrap()) },
        )
        .unwrap();
    }
    let moved = sends::ask_all(&writing, &NeedsReason::Restored, at(9)).unwrap();
    assert_eq!(moved.len(), 2, "what asks already keeps its own reason, what has ended stays ended");
    let creating = sends::by_id(&writing, send_id(2)).unwrap().unwrap();
    let from = Box::new(SendState::CreateUnknown);
    assert_eq!(creating.state, SendState::NeedsYou { reason: NeedsReason::Restored, from });
}

#[test]
fn the_hold_is_stored_only_while_it_runs() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    let send = click(1, DEAL);
    sends::insert(&writing, &send).unwrap();
    assert!(sends::store_hold(&writing, send.id, Duration::from_millis(2500)).unwrap());
    assert_eq!(sends::by_id(&writing, send.id).unwrap().unwrap().hold_left, Duration::from_millis(2500));
    sends::take(&writing, send.id, Step::TimeUp, at(10)).unwrap();
    assert!(!sends::store_hold(&writing, send.id, Duration::ZERO).unwrap());
}

#[test]
fn drafts_of_ended_sends_are_listed_until_they_are_tidied() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    let (own, by) = (ContractId(5), ContractId(6));
    let states = [
        (SendState::Superseded { by, own: Some(own) }, true),
        (SendState::Superseded { by, own: None }, false),
        (SendState::GivenUp { contract: Some(own) }, true),
        (SendState::GivenUp { contract: None }, false),
        (SendState::Published { contract: own }, false),
    ];
    for (number, (state, _)) in (1..).zip(&states) {
        sends::insert(
            &writing,
            &Send { state: state.clone(), ..click(number, i64::try_from(number).unwrap()) },
        )
        .unwrap();
    }
    let listed = |reading: &LedgerReading<'_>| -> Vec<_> {
        sends::to_tidy(reading).unwrap().into_iter().map(|send| send.id).collect()
    };
    let wanted: Vec<_> = (1..)
        .zip(&states)
        .filter(|(_, (_, is_listed))| *is_listed)
        .map(|(number, _)| send_id(number))
        .collect();
    assert_eq!(listed(&writing), wanted);
    assert!(sends::mark_tidied(&writing, send_id(1), at(1)).unwrap());
    assert!(!sends::mark_tidied(&writing, send_id(1), at(2)).unwrap());
    assert_eq!(listed(&writing), [send_id(3)]);
}

/// Status, whether the deal still stands in "To send", and why.
fn standing(reading: &LedgerReading<'_>, deal: DealId) -> Option<(String, bool, Option<String>)> {
    let sql = "SELECT deal, status, is_to_send, why FROM standings WHERE deal = ?1";
    let read = |row: &rusqlite::Row<'_>| Ok((row.read("status")?, row.read("is_to_send")?, row.read("why")?));
    row::first(reading.connection(), "standings", sql, [deal.0], read).unwrap()
}

#[test]
fn a_deal_stands_where_its_send_stands() {
    let contract = ContractId(5);
    let check = |state: SendState, wanted: Option<(&str, bool, Option<&str>)>| {
        let connection = ledger();
        let writing = LedgerWriting::new(&connection);
        let code = state.code();
        sends::insert(&writing, &Send { state, ..click(1, DEAL) }).unwrap();
        let wanted =
            wanted.map(|(status, is_to_send, why)| (status.to_owned(), is_to_send, why.map(str::to_owned)));
        assert_eq!(standing(&writing, DealId(DEAL)), wanted, "{code}");
    };
    check(SendState::Held, Some(("leaving", true, None)));
    check(SendState::Queued, Some(("queued", true, None)));
    check(SendState::Creating, Some(("sending", true, None)));
    check(SendState::PublishUnknown { contract }, Some(("sending", true, None)));
    check(SendState::Published { contract }, Some(("awaiting", false, None)));
    check(SendState::Undone, None);
    check(SendState::GivenUp { contract: None }, None);
    check(
        SendState::Stopped { differences: vec![Difference::DealGone] },
        Some(("needs_attention", true, Some("stopped"))),
    );
    let rejected = SendState::Rejected { refusal: refusal(), contract: Some(contract) };
    check(rejected, Some(("needs_attention", true, Some("rejected_plan"))));
    let asks = SendState::NeedsYou {
        reason: NeedsReason::OwnNotVisible,
        from: Box::new(SendState::Created { contract }),
    };
    check(asks, Some(("needs_attention", true, Some("own_not_visible"))));
}

#[test]
fn a_deal_set_aside_leaves_the_list_but_not_while_it_is_being_sent() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    let deal = DealId(DEAL);
    set_aside::add(&writing, &[deal], at(1)).unwrap();
    assert_eq!(standing(&writing, deal), Some(("set_aside".to_owned(), false, None)));
    sends::insert(&writing, &click(1, DEAL)).unwrap();
    assert_eq!(standing(&writing, deal), Some(("leaving".to_owned(), true, None)));
    sends::take(&writing, send_id(1), Step::Undo, at(2)).unwrap();
    assert_eq!(standing(&writing, deal), Some(("set_aside".to_owned(), false, None)));
    set_aside::add(&writing, &[deal], at(3)).unwrap();
    assert_eq!(set_aside::all(&writing).unwrap(), [(deal, at(1))], "it keeps its date");
    set_aside::remove(&writing, &[deal]).unwrap();
    assert_eq!(standing(&writing, deal), None);
}

fn any_step() -> impl Strategy<Value = Step> {
    let contract = || (1..4_i64).prop_map(ContractId);
    prop_oneof![
        Just(Step::TimeUp),
        Just(Step::Undo),
        Just(Step::Claim),
        Just(Step::Differs(vec![Difference::Contents])),
        contract().prop_map(Step::DraftFound),
        Just(Step::NotSent(Cause::Offline)),
        Just(Step::Lost(Cause::ServerFault { status: 504 })),
        Just(Step::NothingFound),
        Just(Step::Refused(refusal())),
        Just(Step::Marked),
        contract().prop_map(Step::Elected),
        contract().prop_map(Step::Out),
        Just(Step::StillDraft),
        contract().prop_map(Step::Superseded),
        Just(Step::Ask(NeedsReason::CannotTell)),
        Just(Step::Resume),
        Just(Step::Retry),
        Just(Step::GiveUp),
    ]
}

proptest! {
    #[test]
    fn the_ledger_holds_what_the_rules_say_after_any_steps_of_two_clicks(
        steps in collection::vec((1..3_u128, any_step()), 0..60),
    ) {
        let connection = ledger();
        let writing = LedgerWriting::new(&connection);
        let mut rules: Vec<Send> = Vec::new();
        for (second, (number, step)) in (1..).zip(steps) {
            let now = at(second);
            if !rules.iter().any(|send| send.id == send_id(number)) {
                let is_free = rules.iter().all(|send| send.state.is_settled());
                let inserted = sends::insert(&writing, &click(number, DEAL)).unwrap();
                prop_assert_eq!(matches!(inserted, Inserted::New), is_free);
                if is_free { rules.push(click(number, DEAL)) }
                continue;
            }
            let (mut ours, others): (Vec<Send>, Vec<Send>) = rules.into_iter().partition(|send| send.id == send_id(number));
            let before = ours[0].clone();
            let may = ours[0].take(step.clone(), now);
            let is_occupied = may.is_ok() && before.state.is_settled() && !ours[0].state.is_settled()
                && others.iter().any(|other| !other.state.is_settled());
            let taken = sends::take(&writing, send_id(number), step, now).unwrap();
            match taken {
                Taken::Moved(send) => prop_assert_eq!(&*send, &ours[0]),
                Taken::Refused(refused) => prop_assert_eq!(Err(refused), may),
                Taken::Occupied(_) => prop_assert!(is_occupied),
                Taken::Unknown => prop_assert!(false, "the send is there"),
            }
            if is_occupied { ours[0] = before; }
            rules = ours.into_iter().chain(others).collect();
            for send in &rules {
                let stored = sends::by_id(&writing, send.id).unwrap();
                prop_assert_eq!(stored.as_ref(), Some(send));
            }
            let stored = standing(&writing, DealId(DEAL));
            standings::refresh(&writing, DealId(DEAL)).unwrap();
            prop_assert_eq!(stored, standing(&writing, DealId(DEAL)), "the standing was not brought up to date");
        }
    }
}

#[test]
fn a_batch_is_found_again_in_the_order_of_its_clicks() {
    let connection = ledger();
    let writing = LedgerWriting::new(&connection);
    let batch = BatchId(Uuid::from_u128(77));
    for (number, batch) in [(1, Some(batch)), (2, None), (3, Some(batch))] {
        let deal = i64::try_from(number).unwrap();
        sends::insert(&writing, &Send { batch, ..click(number, deal) }).unwrap();
    }
    let found = sends::of_batch(&writing, batch).unwrap();
    assert_eq!(found.iter().map(|send| send.id).collect::<Vec<_>>(), [send_id(1), send_id(3)]);
    assert!(found.iter().all(|send| send.batch == Some(batch)));
}
