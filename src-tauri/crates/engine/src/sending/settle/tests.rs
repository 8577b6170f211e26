//! Every question that a person can be asked, with every button and where it leads.

use std::time::Duration;

use domain::{
    AccountId, DealId, Generation, SeatId, Timestamp,
    payload::PayloadHash,
    preview::{Edits, PreviewId},
    send::{Refusal, RefusalReason, SendTitle},
};

use super::*;

const OWN: ContractId = ContractId(10);
const THEIRS: ContractId = ContractId(5);

fn send(state: SendState) -> Send {
    Send {
        id: "0198c0de-0000-7000-8000-000000000001".parse().unwrap(),
        account: AccountId(1),
        deal: DealId(2),
        generation: Generation::FIRST,
        seat: SeatId::from_random(3),
        batch: None,
        preview: PreviewId(String::new()),
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
        attempt: 1,
        state,
        since: Timestamp::UNIX_EPOCH,
        tries: 0,
        cause: None,
    }
}

/// The step of a choice whose questions to the services were answered as the person hoped.
fn hoped_for(choice: Choice) -> Step {
    match choice {
        Choice::LookAgain | Choice::SendNow => Step::Resume,
        Choice::TryAgain => Step::Retry,
        Choice::Adopt => Step::Out(OWN),
        Choice::PublishTheirs => Step::ChooseTheirs(THEIRS),
        Choice::DiscardTheirs => Step::DiscardTheirs(THEIRS),
        Choice::Accept => Step::Accept,
        Choice::GiveUp | Choice::Leave => Step::GiveUp,
    }
}

fn refused(contract: Option<ContractId>) -> SendState {
    let refusal =
        Refusal { reason: RefusalReason::Plan, status: 402, problems: Vec::new(), request_id: None };
    SendState::Rejected { refusal, contract }
}

/// Why a person is asked, from where, and where each button leads.
type Row<'a> = (NeedsReason, &'a SendState, &'a [(Choice, &'static str)]);

#[test]
fn every_question_has_buttons_and_every_button_leads_on() {
    use Choice as C;
    use NeedsReason as R;
    use SendState as S;
    let (created, completing) = (S::Created { contract: OWN }, S::Completing { contract: OWN });
    let theirs = R::colleagues_draft(THEIRS);
    let two = R::TwoContractsOut { contract: THEIRS };
    let other = R::FieldNamesOther { text: "99".to_owned() };
    let newer = R::NewerContract { contract: THEIRS };
    let chosen = S::TheirsChosen { theirs: THEIRS, own: None };
    let unknown = S::PublishUnknown { contract: OWN };
    let (look, give_up) = ((C::LookAgain, "completing"), (C::GiveUp, "given_up"));
    let look_at_theirs = (C::LookAgain, "theirs_chosen");
    let table: &[Row<'_>] = &[
        (R::LongClosed, &S::Held, &[(C::SendNow, "held"), give_up]),
        (R::LongClosed, &S::Queued, &[(C::SendNow, "queued"), give_up]),
        (R::Restored, &S::Queued, &[(C::SendNow, "queued"), give_up]),
        (R::Restored, &S::CreateUnknown, &[(C::SendNow, "create_unknown"), give_up]),
        (R::Restored, &completing, &[(C::SendNow, "completing"), give_up]),
        // What may be out is never given up: the looks after it say what became of it.
        (R::Restored, &unknown, &[(C::SendNow, "publish_unknown")]),
        (R::Restored, &chosen, &[(C::SendNow, "theirs_chosen"), give_up]),
        (R::Restored, &refused(Some(OWN)), &[(C::SendNow, "rejected"), give_up]),
        (
            theirs,
            &completing,
            &[look, (C::PublishTheirs, "theirs_chosen"), (C::DiscardTheirs, "discarding"), give_up],
        ),
        (R::TheirsGone, &completing, &[(C::SendNow, "completing"), give_up]),
        (R::TheirsGone, &chosen, &[look_at_theirs, give_up]),
        (R::MarkerMissing, &created, &[(C::LookAgain, "created"), give_up]),
        (R::OwnNotVisible, &completing, &[look, give_up]),
        (two, &S::Published { contract: OWN }, &[(C::LookAgain, "published"), (C::Accept, "published")]),
        (
            R::CannotTell,
            &S::CreateUnknown,
            &[(C::LookAgain, "create_unknown"), (C::Adopt, "published"), (C::TryAgain, "queued"), give_up],
        ),
        (R::CannotTell, &completing, &[look, (C::Adopt, "published"), give_up]),
        (R::DraftRemoved, &created, &[(C::TryAgain, "queued"), (C::LookAgain, "created"), give_up]),
        (
            R::DraftRemoved,
            &S::Publishing { contract: OWN },
            &[(C::TryAgain, "queued"), (C::LookAgain, "publishing"), give_up],
        ),
        (R::DraftRemoved, &unknown, &[(C::TryAgain, "queued"), (C::LookAgain, "publish_unknown"), give_up]),
        (R::DealGone, &completing, &[look, give_up]),
        (R::DraftChanged, &created, &[(C::LookAgain, "created"), give_up]),
        (R::DraftChanged, &completing, &[look, give_up]),
        (other, &completing, &[look, (C::SendNow, "completing"), give_up]),
        (newer, &completing, &[look, give_up]),
    ];
    for (reason, from, wanted) in table {
        let asked = send(S::NeedsYou { reason: reason.clone(), from: Box::new((*from).clone()) });
        leads(&asked, wanted);
    }
    leads(&send(refused(Some(OWN))), &[(C::TryAgain, "created"), give_up]);
    for ended in [refused(None), S::Stopped { differences: Vec::new() }] {
        leads(&send(ended), &[(C::Leave, "given_up")]);
    }
}

fn leads(asked: &Send, wanted: &[(Choice, &str)]) {
    let state = &asked.state;
    let found: Vec<(Choice, &str)> = choices(asked)
        .into_iter()
        .map(|choice| {
            let after = state.clone().after(hoped_for(choice));
            (choice, after.map_or("refused", |after| after.code()))
        })
        .collect();
    assert_eq!(found, wanted, "{state:?}");
    let ends = |code: &str| ["given_up", "published"].contains(&code);
    let may_be_out = matches!(state, SendState::NeedsYou { from, .. } if from.code() == "publish_unknown");
    assert!(may_be_out || found.iter().any(|(_, code)| ends(code)), "{state:?} has a button that ends it");
}

#[test]
fn what_nobody_is_asked_about_has_no_buttons() {
    for state in [SendState::Held, SendState::Queued, SendState::Completing { contract: OWN }] {
        assert_eq!(choices(&send(state.clone())), [], "{state:?}");
    }
}
