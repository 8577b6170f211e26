//! Tables of looks and events: minutes after eight, and what is told besides what the looks show.

use domain::{
    ContractState::{self, Overdue, Pending, Signed},
    SignState,
    observation::changes,
};

use super::*;

fn minute(minutes: i64) -> Timestamp {
    let eight: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
    eight + jiff::SignedDuration::from_mins(minutes)
}

/// A look at a contract with the client Ada (1) and our Bo (2), both signatories.
fn look(state: ContractState, state_minute: i64, updated_minute: i64) -> Observation {
    let person = |id, name: &str, is_ours| SeenPerson {
        id: ParticipantId(id),
        name: name.to_owned(),
        email: None,
        is_ours,
        is_signatory: true,
        sign_state: SignState::Undecided,
        sign_time: None,
        first_visited: None,
        delivery_failed: false,
    };
    Observation {
        contract: ContractId(5),
        state,
        state_time: Some(minute(state_minute)),
        updated_time: Some(minute(updated_minute)),
        published_time: Some(minute(0)),
        expiry_time: None,
        people: vec![person(1, "Ada", false), person(2, "Bo", true)],
    }
}

fn signed_by_ada(mut look: Observation, at_minute: i64) -> Observation {
    look.people[0].sign_state = SignState::Signed;
    look.people[0].sign_time = Some(minute(at_minute));
    look
}

/// Events with rising ids, each some seconds after its minute.
fn events(of: &[(EventKind, Option<i64>, i64)]) -> Vec<ContractEvent> {
    let event = |(place, (kind, participant, at)): (usize, &(EventKind, Option<i64>, i64))| ContractEvent {
        id: 100 + i64::try_from(place).unwrap(),
        kind: kind.clone(),
        time: Some(minute(*at) + jiff::SignedDuration::from_secs(2)),
        actor: None,
        participant: participant.map(ParticipantId),
    };
    of.iter().enumerate().map(event).collect()
}

fn told(kind: ChangeKind, participant: Option<i64>, at: i64) -> Change {
    let name = participant.map(|id| if id == 1 { "Ada" } else { "Bo" }.to_owned());
    Change {
        contract: ContractId(5),
        kind,
        participant: participant.map(ParticipantId),
        name,
        at: minute(at),
    }
}

/// Kinds and minutes of what the events add.
fn check(
    why: &str,
    before: &Observation,
    after: &Observation,
    happened: &[(EventKind, Option<i64>, i64)],
    stored: &[Change],
    wanted: &[(ChangeKind, i64)],
) {
    let shown = changes(before, after, minute(999));
    let history = History { events: events(happened) };
    let untold = history.untold(after, &shown, stored);
    let minutes = |change: &Change| change.at.duration_since(minute(0)).as_secs() / 60;
    let found: Vec<_> = untold.iter().map(|change| (change.kind, minutes(change))).collect();
    assert_eq!(found, wanted, "{why}");
}

#[test]
fn what_the_looks_show_is_not_told_twice() {
    let (before, expired) = (look(Pending, 0, 0), look(Overdue, 7, 7));
    check("expired", &before, &expired, &[(EventKind::Expired, None, 7)], &[], &[]);
    let signed = signed_by_ada(look(Pending, 0, 4), 4);
    check("one signed", &before, &signed, &[(EventKind::ParticipantSigned, Some(1), 4)], &[], &[]);
    let all = signed_by_ada(look(Signed, 4, 4), 4);
    let both = [(EventKind::ParticipantSigned, Some(1), 4), (EventKind::AllSigned, None, 4)];
    check("the last one signed", &before, &all, &both, &[], &[]);
    check("nothing of interest", &before, &look(Pending, 0, 3), &[(EventKind::Commented, None, 3)], &[], &[]);
}

#[test]
fn what_came_and_went_between_two_looks_is_told() {
    let (before, after) = (look(Pending, 0, 0), look(Pending, 9, 9));
    let came_and_went = [(EventKind::Expired, None, 7), (EventKind::Revived, None, 9)];
    let wanted = [(ChangeKind::Expired, 7), (ChangeKind::Revived, 9)];
    check("expired and revived", &before, &after, &came_and_went, &[], &wanted);

    let reset = [(EventKind::ParticipantSigned, Some(1), 3), (EventKind::SignaturesReset, None, 5)];
    check("signed and taken back", &before, &after, &reset, &[], &[(ChangeKind::ParticipantSigned, 3)]);

    let again = [reset[0].clone(), reset[1].clone(), (EventKind::ParticipantSigned, Some(1), 8)];
    let signed = signed_by_ada(look(Pending, 0, 8), 8);
    check("signed again", &before, &signed, &again, &[], &[(ChangeKind::ParticipantSigned, 3)]);

    let twice = [came_and_went[0].clone(), came_and_went[1].clone(), (EventKind::Expired, None, 20)];
    check("expired again", &before, &look(Overdue, 20, 20), &twice, &[], &wanted);
}

#[test]
fn what_the_ledger_knows_is_not_told_again() {
    let (before, after) = (signed_by_ada(look(Pending, 0, 4), 4), signed_by_ada(look(Pending, 0, 6), 4));
    let stored = [told(ChangeKind::ParticipantSigned, Some(1), 4)];
    let signed = [(EventKind::ParticipantSigned, Some(1), 4)];
    check("events that could not be read with the look", &before, &after, &signed, &stored, &[]);
    let by_both = [(EventKind::ParticipantSigned, Some(1), 4), (EventKind::ParticipantSigned, Some(2), 5)];
    check("of somebody else", &before, &after, &by_both, &stored, &[(ChangeKind::ParticipantSigned, 5)]);
    let failed = [told(ChangeKind::DeliveryFailed, Some(1), 1)];
    check("a failed delivery", &before, &after, &[(EventKind::DeliveryFailed, Some(1), 5)], &failed, &[]);
    check(
        "a visit of our own side",
        &before,
        &after,
        &[(EventKind::ParticipantOpened, Some(2), 5)],
        &stored,
        &[],
    );
    check(
        "somebody removed since",
        &before,
        &after,
        &[(EventKind::ParticipantSigned, Some(9), 5)],
        &stored,
        &[],
    );
}

#[test]
fn events_that_the_look_cannot_have_seen_wait_for_the_next() {
    let happened = events(&[
        (EventKind::Published, None, 0),
        (EventKind::Expired, None, 7),
        (EventKind::Revived, None, 9),
    ]);
    let shown = |before: Option<&Observation>, updated| {
        History::shown_by(happened.clone(), before, &look(Pending, 0, updated)).newest()
    };
    assert_eq!(shown(None, 8), Some(101), "the revival comes with the next look");
    assert_eq!(shown(None, 10), Some(102));
    let nothing =
        History::shown_by(happened.clone(), None, &Observation { updated_time: None, ..look(Pending, 0, 0) });
    assert_eq!(nothing.newest(), None, "without a time nothing can be told");
    let late = History::shown_by(happened, Some(&look(Pending, 0, 8)), &look(Pending, 9, 10));
    assert_eq!(late.events.len(), 1, "no event was known, so only those after the look before count");
}

#[test]
fn events_are_read_only_when_something_moved() {
    let before = look(Pending, 0, 0);
    let visited = |mut look: Observation| {
        look.people[0].first_visited = Some(minute(1));
        look
    };
    for (why, after, wanted) in [
        ("nothing", look(Pending, 0, 0), false),
        ("a visit that did not touch the contract", visited(look(Pending, 0, 0)), false),
        ("anything", look(Pending, 0, 1), true),
        ("the state", look(Pending, 1, 0), true),
        ("a signature", signed_by_ada(look(Pending, 0, 0), 1), true),
    ] {
        assert_eq!(has_moved(&before, &after), wanted, "{why}");
    }
}
