//! The life of a send: which steps lead where, and what can never happen.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const OURS: ContractId = ContractId(10);
const THEIRS: ContractId = ContractId(20);

fn refusal() -> Refusal {
    Refusal { reason: RefusalReason::Plan, status: 402, problems: Vec::new(), request_id: None }
}

fn send() -> Send {
    Send {
        id: SendId(Uuid::from_u128(1)),
        account: AccountId(1),
        deal: DealId(2),
        generation: Generation::FIRST,
        seat: SeatId::from_random(3),
        batch: None,
        preview: PreviewId("0".repeat(16)),
        payload: Vec::new(),
        hash: PayloadHash::of(b""),
        edits: Edits::new(),
        title: SendTitle {
            deal: String::new(),
            company: String::new(),
            recipient: String::new(),
            email: String::new(),
            amount: None,
        },
        clicked_at: Timestamp::UNIX_EPOCH,
        hold_left: Duration::ZERO,
        attempt: 0,
        state: SendState::Held,
        since: Timestamp::UNIX_EPOCH,
        tries: 0,
        cause: None,
    }
}

/// Takes the steps one after the other and names the state after each; a refused step is written "refused".
fn walk(steps: &[Step]) -> Vec<&'static str> {
    let mut send = send();
    let take = |step: &Step| match send.take(step.clone(), Timestamp::UNIX_EPOCH) {
        Ok(()) => send.state.code(),
        Err(_) => "refused",
    };
    steps.iter().map(take).collect()
}

#[test]
fn a_send_goes_from_the_click_to_the_contract() {
    use Step as T;
    let check = |why: &str, steps: &[Step], wanted: &[&str]| assert_eq!(walk(steps), wanted, "{why}");
    let to_draft = [T::TimeUp, T::Claim, T::DraftFound(OURS), T::Marked, T::Elected(OURS)];
    check(
        "all goes well",
        &[&to_draft[..], &[T::Out(OURS)]].concat(),
        &["queued", "creating", "created", "completing", "publishing", "published"],
    );
    check("undone in time", &[T::Undo, T::TimeUp], &["undone", "refused"]);
    check("undone while it waits", &[T::TimeUp, T::Undo, T::Claim], &["queued", "undone", "refused"]);
    check("too late", &[T::TimeUp, T::Claim, T::Undo], &["queued", "creating", "refused"]);
    check(
        "a lost create is never repeated blindly",
        &[T::TimeUp, T::Claim, T::Lost(Cause::LineCut), T::Claim, T::NothingFound, T::Claim],
        &["queued", "creating", "create_unknown", "refused", "queued", "creating"],
    );
    check(
        "a lost publish is never repeated blindly",
        &[
            &to_draft[..],
            &[T::Lost(Cause::TimedOut), T::Elected(OURS), T::StillDraft, T::Marked, T::Elected(OURS)],
        ]
        .concat(),
        &[
            "queued",
            "creating",
            "created",
            "completing",
            "publishing",
            "publish_unknown",
            "refused",
            "created",
            "completing",
            "publishing",
        ],
    );
    check(
        "a refused publish keeps the draft for another try",
        &[&to_draft[..], &[T::Refused(refusal()), T::Retry, T::GiveUp]].concat(),
        &["queued", "creating", "created", "completing", "publishing", "rejected", "created", "given_up"],
    );
    check(
        "a refused create ends it",
        &[T::TimeUp, T::Claim, T::Refused(refusal()), T::Retry, T::GiveUp],
        &["queued", "creating", "rejected", "refused", "given_up"],
    );
    check(
        "a difference ends it",
        &[T::TimeUp, T::Differs(Vec::new()), T::Claim, T::Retry, T::GiveUp, T::GiveUp],
        &["queued", "stopped", "refused", "refused", "given_up", "refused"],
    );
    check(
        "not elected",
        &[&to_draft[..4], &[T::Superseded(THEIRS), T::Elected(OURS)]].concat(),
        &["queued", "creating", "created", "completing", "superseded", "refused"],
    );
    check(
        "a publish on its way cannot be given up",
        &[&to_draft[..], &[T::GiveUp, T::Superseded(THEIRS)]].concat(),
        &["queued", "creating", "created", "completing", "publishing", "refused", "refused"],
    );
    check(
        "a person is asked and it goes on from where it stood",
        &[&to_draft[..4], &[T::Ask(NeedsReason::CannotTell), T::Elected(OURS), T::Resume, T::Elected(OURS)]]
            .concat(),
        &["queued", "creating", "created", "completing", "needs_you", "refused", "completing", "publishing"],
    );
}

#[test]
fn what_a_person_chose_about_a_colleagues_draft_survives_every_loss() {
    use Step as T;
    let check = |why: &str, steps: &[Step], wanted: &[&str]| {
        let asked = [
            T::TimeUp,
            T::Claim,
            T::DraftFound(OURS),
            T::Marked,
            T::Ask(NeedsReason::colleagues_draft(THEIRS)),
        ];
        assert_eq!(walk(&[&asked[..], steps].concat())[5..], *wanted, "{why}");
    };
    check(
        "theirs is published",
        &[T::ChooseTheirs(THEIRS), T::Elected(THEIRS), T::Superseded(THEIRS)],
        &["theirs_chosen", "publishing_theirs", "superseded"],
    );
    check(
        "a lost publish of theirs is never repeated blindly",
        &[
            T::ChooseTheirs(THEIRS),
            T::Elected(THEIRS),
            T::Lost(Cause::AppEnded),
            T::Elected(THEIRS),
            T::StillDraft,
            T::Elected(THEIRS),
            T::NotSent(Cause::Offline),
        ],
        &[
            "theirs_chosen",
            "publishing_theirs",
            "theirs_unknown",
            "refused",
            "theirs_chosen",
            "publishing_theirs",
            "theirs_chosen",
        ],
    );
    check(
        "only what was chosen is published",
        &[T::ChooseTheirs(THEIRS), T::Elected(OURS)],
        &["theirs_chosen", "refused"],
    );
    check("only what was asked about is chosen", &[T::ChooseTheirs(OURS)], &["refused"]);
    check(
        "a refusal leaves ours to decide about",
        &[T::ChooseTheirs(THEIRS), T::Elected(THEIRS), T::Refused(refusal()), T::Retry],
        &["theirs_chosen", "publishing_theirs", "rejected", "created"],
    );
    check(
        "theirs is gone: going on is a new election for ours",
        &[T::ChooseTheirs(THEIRS), T::Ask(NeedsReason::TheirsGone), T::Resume, T::Elected(OURS)],
        &["theirs_chosen", "needs_you", "completing", "publishing"],
    );
    check(
        "theirs is deleted, then a new election is held for ours",
        &[T::DiscardTheirs(THEIRS), T::Elected(OURS), T::Discarded, T::Elected(OURS)],
        &["discarding", "refused", "completing", "publishing"],
    );
    check(
        "ours turns out to be out",
        &[T::DiscardTheirs(THEIRS), T::Out(OURS)],
        &["discarding", "published"],
    );
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::TimeUp),
        Just(Step::Undo),
        Just(Step::Claim),
        Just(Step::Differs(vec![Difference::DealGone])),
        Just(Step::DraftFound(OURS)),
        Just(Step::NotSent(Cause::Offline)),
        Just(Step::Lost(Cause::LineCut)),
        Just(Step::NothingFound),
        Just(Step::Refused(refusal())),
        Just(Step::Marked),
        Just(Step::Elected(OURS)),
        Just(Step::Out(OURS)),
        Just(Step::StillDraft),
        Just(Step::Superseded(THEIRS)),
        Just(Step::Ask(NeedsReason::CannotTell)),
        Just(Step::Ask(NeedsReason::colleagues_draft(THEIRS))),
        Just(Step::Elected(THEIRS)),
        Just(Step::ChooseTheirs(THEIRS)),
        Just(Step::DiscardTheirs(THEIRS)),
        Just(Step::Discarded),
        Just(Step::Accept),
        Just(Step::Resume),
        Just(Step::Retry),
        Just(Step::GiveUp),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_a_create_and_a_publish_follow_a_known_outcome_only(
        steps in proptest::collection::vec(any_step(), 0..60),
    ) {
        let mut send = send();
        for step in steps {
            let (before, attempt) = (send.state.clone(), send.attempt);
            if send.take(step.clone(), Timestamp::UNIX_EPOCH).is_err() {
                prop_assert_eq!(&send.state, &before, "a refused step changes nothing");
                continue;
            }
            if step == Step::Claim {
                prop_assert_eq!(&before, &SendState::Queued, "a create starts only from queued");
                prop_assert_eq!(send.attempt, attempt + 1);
            }
            if matches!(step, Step::Elected(_)) {
                let is_elected =
                    matches!(before, SendState::Completing { .. } | SendState::TheirsChosen { .. });
                prop_assert!(is_elected, "a publish starts only after an election");
            }
            if before.is_settled() {
                let is_told = matches!(send.state, SendState::NeedsYou { .. });
                let is_let_be = before.has_ended_with_nothing() && send.state == SendState::GivenUp { contract: None };
                prop_assert!(is_told || is_let_be, "{:?} left {:?} by {:?}", send.state, before, step);
            }
        }
    }

    #[test]
    fn a_state_reads_back_from_the_ledger(steps in proptest::collection::vec(any_step(), 0..30)) {
        let mut send = send();
        for step in steps {
            let _ = send.take(step, Timestamp::UNIX_EPOCH);
        }
        let text = serde_json::to_string(&send.state).unwrap();
        prop_assert_eq!(serde_json::from_str::<SendState>(&text).unwrap(), send.state);
    }
}
