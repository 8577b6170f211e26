//! A colleague's draft for the same deal that stays a draft: what a person sees, and what each decision leads to.

use std::time::Duration;

use countersign_tests::{
    manager::{Edits, Line as _, Manager as _, new_send},
    seat::Seat,
    wait,
    world::{Call, DEAL, World},
};
use ipc::dto::{
    ContractChoice, DealStatus, NeedCode, NeedDto, Nothing, SendDto, SendStateCode, SettleChoice, TheirsDto,
};
use sandbox::{Act, FaultKind, switches::HiddenWorkspace};
use serde_json::json;

use crate::evidence::one_is_out;

/// Long enough to end the app while a call is on its way.
const HOLD_UP: FaultKind = FaultKind::Delay { ms: 1_200 };

/// The workspace that everybody sends into.
const SALES: i64 = 13_001;

/// A seat that made a draft and has gone since, and another one whose person is asked about it.
struct Asked {
    world: World,
    gone: Seat,
    here: Seat,
    theirs: i64,
    mine: SendDto,
}

/// What is typed on the seat that is asked, where the two contracts are to differ.
fn other_amount() -> Edits {
    Edits::from([("field:amount".to_owned(), "40 000,00 EUR".to_owned())])
}

/// A seat that was clicked, made its draft, and does not answer any more.
async fn gone_with_a_draft(world: &World) -> anyhow::Result<(Seat, i64)> {
    let mut gone = world.seat().await?;
    world.fault(&Call::CONTRACTS, HOLD_UP);
    gone.send(DEAL).await?;
    let draft =
        wait::until("the draft", async || Ok(world.contracts_of(DEAL).first().map(|draft| draft.id))).await?;
    gone.kill().await?;
    Ok((gone, draft))
}

async fn asked_with(edits: &Edits) -> anyhow::Result<Asked> {
    let world = World::start().await?;
    let (gone, theirs) = gone_with_a_draft(&world).await?;
    let here = world.seat().await?;
    let seen = here.preview_with(DEAL, None, edits).await?;
    here.click_with(&seen, &new_send(), edits).await?;
    let mine = is_asked(&world, &here).await?;
    assert!(world.out_for(DEAL).is_empty());
    Ok(Asked { world, gone, here, theirs, mine })
}

/// Lets time pass until the seat's person is asked.
async fn is_asked(world: &World, seat: &Seat) -> anyhow::Result<SendDto> {
    wait::until_within(wait::PATIENCE * 6, "the question", async || {
        let send = seat.deal(DEAL).await?.send.expect("it was clicked");
        if send.state == SendStateCode::Completing {
            world.advance(Duration::from_mins(2));
        }
        Ok((send.state == SendStateCode::NeedsYou).then_some(send))
    })
    .await
}

fn theirs_of(send: &SendDto) -> &TheirsDto {
    send.theirs.as_ref().expect("both sides are shown")
}

#[tokio::test(flavor = "multi_thread")]
async fn both_contracts_are_shown_side_by_side_and_theirs_is_sent_as_they_saw_it() -> anyhow::Result<()> {
    let Asked { world, here, theirs, mine, .. } = asked_with(&other_amount()).await?;
    assert_eq!(mine.why.as_ref().map(|why| why.code), Some(NeedCode::ColleaguesDraft));
    let shown = theirs_of(&mine);
    assert_eq!((shown.contract.clone(), shown.can_publish), (theirs.to_string(), true), "{shown:#?}");
    let differing: Vec<_> = shown.values.iter().filter(|side| side.differs).collect();
    let [amount] = differing.as_slice() else { panic!("one value differs: {differing:#?}") };
    assert_eq!((amount.slot.as_str(), amount.mine.as_deref()), ("field:amount", Some("40 000,00 EUR")));
    let their_amount = amount.theirs.clone().expect("their draft shows it");

    here.settle(&mine.id, SettleChoice::PublishTheirs).await?;
    let ended = here.send_is(DEAL, SendStateCode::Superseded).await?;
    let why = ended.why.expect("a reason");
    assert_eq!(why.params["contract"], theirs.to_string());
    assert!(!why.params["person"].is_empty(), "whose contract stands: {why:?}");
    world.long_after(&here).await?;
    wait::until("my draft to be tidied", async || Ok(one_is_out(&world, DEAL).ok())).await?;
    let out = &world.out_for(DEAL)[0];
    assert_eq!(out.id, theirs);
    assert!(out.data_fields.contains(&("amount".to_owned(), their_amount)));
    assert!(out.invitation.as_ref().is_some_and(|(subject, _)| !subject.is_empty()));
    assert_eq!(here.deal(DEAL).await?.row.status.clone(), awaiting(theirs));
    Ok(())
}

fn awaiting(contract: i64) -> DealStatus {
    DealStatus::Awaiting { contract: contract.to_string(), signed: 0, signatories: 2 }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_of_theirs_that_somebody_changed_cannot_be_sent_from_here() -> anyhow::Result<()> {
    let world = World::start().await?;
    let (_gone, theirs) = gone_with_a_draft(&world).await?;
    let data_fields = vec![("amount".to_owned(), "1".to_owned())];
    world.sandbox.act(Act::EditContract { contract: theirs, name: None, data_fields })?;
    let here = world.seat().await?;
    here.send(DEAL).await?;
    let mine = is_asked(&world, &here).await?;
    assert!(!theirs_of(&mine).can_publish);
    assert!(!mine.choices.contains(&SettleChoice::PublishTheirs), "{:?}", mine.choices);
    assert!(here.settle(&mine.id, SettleChoice::PublishTheirs).await.is_err());
    here.settle(&mine.id, SettleChoice::DiscardTheirs).await?;
    here.send_is(DEAL, SendStateCode::Published).await?;
    world.long_after(&here).await?;
    one_is_out(&world, DEAL)?;
    assert_ne!(world.out_for(DEAL)[0].id, theirs);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_lost_or_killed_while_theirs_is_sent_one_contract_is_out() -> anyhow::Result<()> {
    for fault in [FaultKind::CutBefore, FaultKind::CutAfter, FaultKind::Garbage, HOLD_UP] {
        let Asked { world, mut here, theirs, mine, .. } = asked_with(&Edits::new()).await?;
        world.fault(&Call::PUBLISH, fault.clone());
        here.settle(&mine.id, SettleChoice::PublishTheirs).await?;
        if fault == HOLD_UP {
            kill_during(&world, &mut here, &Call::PUBLISH).await?;
        }
        here.send_is(DEAL, SendStateCode::Superseded).await?;
        world.long_after(&here).await?;
        wait::until("my draft to be tidied", async || Ok(one_is_out(&world, DEAL).ok()))
            .await
            .map_err(|error| error.context(format!("{fault:?}: {:#?}", world.contracts_of(DEAL))))?;
        assert_eq!(world.out_for(DEAL)[0].id, theirs, "{fault:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_lost_or_killed_while_theirs_is_deleted_mine_is_sent_once() -> anyhow::Result<()> {
    for fault in [FaultKind::CutBefore, FaultKind::CutAfter, HOLD_UP] {
        let Asked { world, mut here, theirs, mine, .. } = asked_with(&Edits::new()).await?;
        world.fault(&Call::DELETE, fault.clone());
        here.settle(&mine.id, SettleChoice::DiscardTheirs).await?;
        if fault == HOLD_UP {
            kill_during(&world, &mut here, &Call::DELETE).await?;
        }
        here.send_is(DEAL, SendStateCode::Published).await?;
        world.long_after(&here).await?;
        one_is_out(&world, DEAL).map_err(|error| error.context(format!("{fault:?}")))?;
        assert_ne!(world.out_for(DEAL)[0].id, theirs, "{fault:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_this_user_cannot_see_stays_a_question() -> anyhow::Result<()> {
    for (choice, call) in
        [(SettleChoice::PublishTheirs, Call::PUBLISH), (SettleChoice::DiscardTheirs, Call::DELETE)]
    {
        let Asked { world, here, theirs, mine, .. } = asked_with(&Edits::new()).await?;
        let seen = world.sandbox.switches();
        let mut hidden = seen.clone();
        hidden.oneflow.hidden_workspaces = vec![HiddenWorkspace::from_all(SALES)];
        world.sandbox.set_switches(hidden);
        here.settle(&mine.id, choice).await?;
        wait::until("the call", async || Ok((!world.asked(&call).is_empty()).then_some(()))).await?;
        let asked = is_asked(&world, &here).await?;
        assert_eq!(asked.why.as_ref().map(|why| why.code), Some(NeedCode::TheirsOutOfReach), "{choice:?}");
        assert!(world.contracts_of(DEAL).iter().any(|draft| draft.id == theirs), "{choice:?}");
        world.sandbox.set_switches(seen);
        here.settle(&mine.id, SettleChoice::DiscardTheirs).await?;
        here.send_is(DEAL, SendStateCode::Published).await?;
        one_is_out(&world, DEAL)?;
    }
    Ok(())
}

async fn kill_during(world: &World, seat: &mut Seat, call: &Call) -> anyhow::Result<()> {
    wait::until_within(wait::PATIENCE * 4, format!("{call:?} to be on its way"), async || {
        let met = world.asked(call).iter().any(|entry| entry.fault == Some(HOLD_UP));
        Ok(met.then_some(()))
    })
    .await?;
    seat.kill().await?;
    seat.start().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_that_comes_back_after_the_decision_sends_nothing_of_its_own() -> anyhow::Result<()> {
    for (choice, its_own) in [
        (SettleChoice::PublishTheirs, SendStateCode::Published),
        (SettleChoice::DiscardTheirs, SendStateCode::Superseded),
    ] {
        let Asked { world, mut gone, here, mine, .. } = asked_with(&Edits::new()).await?;
        here.settle(&mine.id, choice).await?;
        wait::until("one to be out", async || Ok((world.out_for(DEAL).len() == 1).then_some(()))).await?;
        gone.start().await?;
        let ended = gone.send_becomes(DEAL, |send| send.state == its_own, its_own).await?;
        let out = world.out_for(DEAL)[0].id.to_string();
        let stands = ended.contract.filter(|_| its_own == SendStateCode::Published);
        let stands = stands.or_else(|| ended.why.map(|why| why.params["contract"].clone()));
        assert_eq!(stands, Some(out), "{choice:?}");
        world.long_after(&gone).await?;
        wait::until("the other draft to be tidied", async || Ok(one_is_out(&world, DEAL).ok())).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_answers_itself_when_their_seat_comes_back_and_sends() -> anyhow::Result<()> {
    let Asked { world, mut gone, here, theirs, .. } = asked_with(&Edits::new()).await?;
    gone.start().await?;
    gone.send_is(DEAL, SendStateCode::Published).await?;
    here.refresh().await?;
    world.advance(Duration::from_mins(11));
    let ended = here.send_is(DEAL, SendStateCode::Superseded).await?;
    assert_eq!(ended.why.map(|why| why.params["contract"].clone()), Some(theirs.to_string()));
    world.long_after(&here).await?;
    wait::until("my draft to be tidied", async || Ok(one_is_out(&world, DEAL).ok())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_winner_is_removed_a_new_election_is_held() -> anyhow::Result<()> {
    // Before a person is asked, and after.
    for is_asked_first in [false, true] {
        let world = World::start().await?;
        let (_gone, theirs) = gone_with_a_draft(&world).await?;
        let here = world.seat().await?;
        here.send(DEAL).await?;
        if is_asked_first {
            is_asked(&world, &here).await?;
        } else {
            here.send_is(DEAL, SendStateCode::Completing).await?;
        }
        world.sandbox.act(Act::DeleteContract { contract: theirs })?;
        world.advance(Duration::from_mins(11));
        here.send_is(DEAL, SendStateCode::Published).await?;
        one_is_out(&world, DEAL)?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_winner_that_is_removed_long_after_leaves_changed_values_to_a_person() -> anyhow::Result<()> {
    let Asked { world, here, theirs, mine, .. } = asked_with(&Edits::new()).await?;
    world.sandbox.act(Act::EditDeal {
        deal: DEAL,
        name: None,
        price: Some("1".parse()?),
        responsible_user_id: None,
        fields: Vec::new(),
    })?;
    world.sandbox.act(Act::DeleteContract { contract: theirs })?;
    world.long_after(&here).await?;
    assert_eq!(here.deal(DEAL).await?.send.map(|send| send.state), Some(SendStateCode::NeedsYou));
    assert!(world.out_for(DEAL).is_empty());
    here.settle(&mine.id, SettleChoice::GiveUp).await?;
    wait::until("my draft to be gone", async || Ok(world.contracts_of(DEAL).is_empty().then_some(()))).await
}

/// The draft that waits on its own in "Needs you".
async fn left_draft(world: &World, seat: &Seat) -> anyhow::Result<NeedDto> {
    wait::until_within(wait::PATIENCE * 6, "the draft to be listed", async || {
        world.advance(Duration::from_hours(2));
        let needs = seat.needs().await?;
        Ok(needs.into_iter().find(|need| need.why.code == NeedCode::DraftLeft))
    })
    .await
}

async fn settle_draft(seat: &Seat, need: &NeedDto, choice: ContractChoice) -> anyhow::Result<()> {
    let asked = json!({ "contract": need.contract, "choice": choice, "send": new_send() });
    seat.ask::<Nothing>("settle_contract", asked).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_of_a_seat_that_never_comes_back_is_listed_after_a_day_and_sent_or_deleted()
-> anyhow::Result<()> {
    for choice in [ContractChoice::PublishTheirs, ContractChoice::DiscardTheirs] {
        let world = World::start().await?;
        let (_gone, theirs) = gone_with_a_draft(&world).await?;
        let here = world.seat().await?;
        world.advance(Duration::from_hours(3));
        here.refresh().await?;
        assert!(here.needs().await?.is_empty(), "it is no day old");
        let need = left_draft(&world, &here).await?;
        let shown = need.draft.clone().expect("both sides are shown");
        assert_eq!((shown.contract.as_str(), shown.can_publish), (theirs.to_string().as_str(), true));
        let differing = shown.values.iter().filter(|side| side.differs).map(|side| side.slot.as_str());
        assert_eq!(differing.collect::<Vec<_>>(), ["field:date"], "a day has passed: {:#?}", shown.values);
        assert!(need.choices.contains(&choice), "{:?}", need.choices);
        settle_draft(&here, &need, ContractChoice::LookAgain).await?;
        settle_draft(&here, &need, choice).await?;
        if choice == ContractChoice::PublishTheirs {
            here.send_is(DEAL, SendStateCode::Superseded).await?;
            one_is_out(&world, DEAL)?;
            assert_eq!(world.out_for(DEAL)[0].id, theirs);
        } else {
            assert_eq!(world.contracts_of(DEAL), []);
            assert_eq!(here.deal(DEAL).await?.row.status, DealStatus::Ready);
        }
        wait::until("nothing to wait", async || Ok(here.needs().await?.is_empty().then_some(()))).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_of_ours_that_somebody_changed_is_left_to_a_person_who_deletes_it() -> anyhow::Result<()> {
    let world = World::start().await?;
    let here = world.seat().await?;
    world.fault(&Call::CONTRACTS, HOLD_UP);
    here.send(DEAL).await?;
    let draft =
        wait::until("the draft", async || Ok(world.contracts_of(DEAL).first().map(|draft| draft.id))).await?;
    let data_fields = vec![("amount".to_owned(), "1".to_owned())];
    world.sandbox.act(Act::EditContract { contract: draft, name: None, data_fields })?;
    let asked = here.send_is(DEAL, SendStateCode::NeedsYou).await?;
    let changed: Vec<_> = theirs_of(&asked).values.iter().filter(|side| side.differs).collect();
    assert_eq!(changed.iter().map(|side| side.theirs.as_deref()).collect::<Vec<_>>(), [Some("1")]);
    here.settle(&asked.id, SettleChoice::GiveUp).await?;
    let needs = here.needs().await?;
    let [need] = needs.as_slice() else { panic!("the changed draft is listed: {needs:#?}") };
    assert_eq!(need.why.code, NeedCode::DraftLeft);
    assert!(need.draft.as_ref().is_some_and(|draft| draft.is_own && !draft.can_publish));
    settle_draft(&here, need, ContractChoice::DiscardTheirs).await?;
    assert_eq!(world.contracts_of(DEAL), []);
    assert!(here.needs().await?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_contracts_that_are_out_are_told_until_a_person_has_dealt_with_them() -> anyhow::Result<()> {
    let Asked { world, here, theirs, mine, .. } = asked_with(&Edits::new()).await?;
    // Somebody publishes both by hand.
    let own: i64 = mine.contract.as_deref().unwrap_or_default().parse()?;
    world.sandbox.act(Act::PublishContract { contract: theirs })?;
    world.sandbox.act(Act::PublishContract { contract: own })?;
    // A look of its own may have come first.
    let _ = here.settle(&mine.id, SettleChoice::LookAgain).await;
    let is_told = |send: &SendDto| send.why.as_ref().is_some_and(|why| why.code == NeedCode::TwoContractsOut);
    let told = here.send_becomes(DEAL, is_told, NeedCode::TwoContractsOut).await?;
    here.settle(&told.id, SettleChoice::LookAgain).await?;
    let told = here.send_is(DEAL, SendStateCode::NeedsYou).await?;
    let ended = here.settle(&told.id, SettleChoice::Accept).await?;
    assert_eq!((ended.state, ended.contract), (SendStateCode::Published, Some(own.to_string())));
    world.long_after(&here).await?;
    assert_eq!(here.deal(DEAL).await?.send.map(|send| send.state), Some(SendStateCode::Published));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vanished_contract_is_forgotten_when_a_person_says_that_it_was_removed() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let contract = seat.send_and_wait(DEAL).await?;
    world.sandbox.act(Act::DeleteContract { contract: contract.parse()? })?;
    let need = wait::until_within(wait::PATIENCE * 6, "the contract to have vanished", async || {
        world.advance(Duration::from_hours(2));
        seat.refresh().await?;
        let needs = seat.needs().await?;
        Ok(needs.into_iter().find(|need| need.why.code == NeedCode::ContractVanished))
    })
    .await?;
    settle_draft(&seat, &need, ContractChoice::LookAgain).await?;
    assert_eq!(seat.needs().await?.len(), 1, "it is still not there");
    settle_draft(&seat, &need, ContractChoice::Removed).await?;
    assert!(seat.needs().await?.is_empty());
    Ok(())
}
