//! Stores what one look saw of a contract, with its changes and everything they cause, in one transaction.

use domain::{
    Contract, ContractState, FullDeal, Marker, StageId, Timestamp,
    observation::{Change, ChangeKind, Observation, changes},
    send::SendTitle,
    write_back::{Wishes, WriteBack, owed},
};
use http::Call;
use jiff::SignedDuration;
use store::{
    StoreError,
    changes::{self as change_rows, Mark},
    contracts::{self, KnownContract, NewContract},
    facts,
    ledger::LedgerWriting,
    notices, sends, write_backs,
};

use super::events::History;
use crate::{
    EngineError, Event, Profile,
    settings::Settings,
    write_backs::{first_turn, is_sent_by},
};

/// Stores what `contract` shows. Contracts that the ledger does not know are left alone.
pub(crate) async fn observe(profile: &Profile, contract: &Contract) -> Result<(), EngineError> {
    let observation = match Observation::of(contract) {
        Some(observation) => observation,
        None => match read_whole(profile, contract).await? {
            Some(observation) => observation,
            None => return Ok(()),
        },
    };
    let id = observation.contract;
    let Some(known) = profile.ledger.read(move |reading| contracts::by_id(reading, id)).await? else {
        return Ok(());
    };
    if known.observation.as_ref() == Some(&observation) {
        return Ok(());
    }
    let context = Context::read(profile, &known, &observation).await?;
    let stored = profile.ledger.write(move |writing| store(writing, &observation, &context)).await?;
    if !stored.is_empty() {
        tell(profile, &known, &stored);
    }
    profile.tell(Event::ContractsChanged(vec![id]));
    Ok(())
}

async fn read_whole(profile: &Profile, contract: &Contract) -> Result<Option<Observation>, EngineError> {
    let answer = profile.oneflow_unfiltered().contract(contract.id, Call::background()).await;
    Ok(profile.heard_oneflow(answer)?.as_ref().and_then(Observation::of))
}

/// A contract that this ledger does not know, told by its marker; true if it is of this account. A baseline: what
/// happened to it so far is kept, but not told on the desktop.
pub(super) async fn observe_found(
    profile: &Profile,
    contract: &Contract,
    deal: Option<&FullDeal>,
) -> Result<bool, EngineError> {
    let Some(marker) = contract.marker() else { return Ok(false) };
    if marker.account != profile.account() || !contract.state.is_out() {
        return Ok(false);
    }
    let (deal_id, send) = (marker.deal, marker.send);
    let mut found = new_contract(contract, &marker, deal, profile.clock.now());
    let stored = profile.ledger.write(move |writing| {
        // A send of ours whose ledger was lost, and that was carried over from a copy of it.
        found.send = sends::by_id(writing, send)?.map(|send| send.id);
        contracts::insert(writing, &found)
    });
    if stored.await? {
        profile.tell(Event::DealsChanged(vec![deal_id]));
    }
    observe(profile, contract).await?;
    Ok(true)
}

fn new_contract(
    contract: &Contract,
    marker: &Marker,
    deal: Option<&FullDeal>,
    now: Timestamp,
) -> NewContract {
    NewContract {
        id: contract.id,
        deal: marker.deal,
        generation: marker.generation,
        send: None,
        marker: Some(marker.clone()),
        name: contract.name.clone(),
        title: title_of(contract, deal),
        workspace: contract.workspace,
        template: contract.template,
        state: contract.state,
        is_baseline: true,
        first_seen: now,
    }
}

/// What lists show of a contract that no click of this seat made.
pub(crate) fn title_of(contract: &Contract, deal: Option<&FullDeal>) -> SendTitle {
    let client = contract.counterparts().find(|person| person.is_signatory);
    let party = contract.parties.iter().flatten().find(|party| !party.is_ours);
    let recipient = client.map(|person| person.name.clone()).unwrap_or_default();
    let name = deal.map(|deal| deal.deal.name.clone()).or_else(|| contract.name.clone());
    SendTitle {
        deal: name.unwrap_or_default(),
        company: party.and_then(|party| party.name.clone()).unwrap_or_else(|| recipient.clone()),
        recipient,
        email: client.and_then(|person| person.email.clone()).unwrap_or_default(),
        amount: None,
    }
}

/// What the transaction needs to know besides the ledger.
struct Context {
    known: KnownContract,
    settings: std::sync::Arc<Settings>,
    deal_stage: Option<StageId>,
    responsible: Option<domain::UserId>,
    history: History,
    /// This seat sent it.
    is_ours: bool,
    seen_from: Timestamp,
    now: Timestamp,
}

impl Context {
    async fn read(
        profile: &Profile,
        known: &KnownContract,
        observation: &Observation,
    ) -> Result<Self, EngineError> {
        let deal = known.deal;
        let cached = profile.cache.read(move |reading| store::deals::by_id(reading, deal)).await?;
        let seen_from = profile.ledger.read(|reading| facts::get(reading, &facts::CONTRACTS_SINCE)).await?;
        let (settings, now) = (profile.settings(), profile.clock.now());
        let is_ours = is_sent_by(known, &profile.seat);
        Ok(Self {
            known: known.clone(),
            deal_stage: cached.as_ref().map(|deal| deal.stage),
            // A task of a colleague's contract is none of mine.
            responsible: settings.me.filter(|_| is_ours).or(cached.map(|deal| deal.responsible)),
            settings,
            history: History::read(profile, known, observation).await,
            is_ours,
            seen_from: seen_from.unwrap_or(now),
            now,
        })
    }
}

fn store(
    writing: &LedgerWriting<'_>,
    seen: &Observation,
    context: &Context,
) -> Result<Vec<Change>, StoreError> {
    let is_baseline = context.known.is_baseline && context.known.observation.is_none();
    // Before anybody looked it was a draft.
    let before = contracts::observe(writing, seen, context.now)?.unwrap_or_else(|| as_draft(seen));
    let told = change_rows::of_contract(writing, seen.contract)?;
    let told: Vec<Change> = told.into_iter().map(|stored| stored.change).collect();
    let shown = changes(&before, seen, context.now);
    let untold = context.history.untold(seen, &shown, &told);
    if let Some(event) = context.history.newest() {
        contracts::set_last_event(writing, seen.contract, event)?;
    }
    let mut found: Vec<(Change, Trace)> = shown.into_iter().map(|change| (change, Trace::Look)).collect();
    found.extend(untold.into_iter().map(|change| (change, Trace::Event)));
    found.sort_by_key(|(change, _)| (change.at, change.kind));
    let mut stored = Vec::new();
    for (change, trace) in found {
        let mark = if is_baseline { Mark::Read } else { mark(change.kind) };
        let Some(id) = change_rows::insert(writing, &change, context.now, mark)? else {
            continue;
        };
        if is_told(change.kind) && !is_baseline {
            notices::intend(writing, id, context.now)?;
        }
        if owes(&change, trace, is_baseline, context) {
            owe(writing, &change, context)?;
        }
        stored.push(change);
    }
    Ok(stored)
}

/// Where a change left its trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trace {
    /// Two looks differ in it.
    Look,
    /// Only an event tells it.
    Event,
}

/// What was missing that long is not looked for any more when a ledger begins: nobody would write it now.
const LOOKED_FOR_BACK: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Whether this seat has to see to it that Kommo hears of a change. The time of an event may differ from the time that
/// the seat that sent saw in its look, and with it the key by which the note is found: then a colleague does not write.
fn owes(change: &Change, trace: Trace, is_baseline: bool, context: &Context) -> bool {
    let is_found_again = context.is_ours || trace == Trace::Look;
    is_found_again && (!is_baseline || context.now.duration_since(change.at) <= LOOKED_FOR_BACK)
}

/// What a contract looked like before anybody was asked to sign.
fn as_draft(seen: &Observation) -> Observation {
    let mut draft =
        Observation { state: ContractState::Draft, state_time: None, people: Vec::new(), ..seen.clone() };
    draft.published_time = None;
    draft
}

/// A person's own click needs no reading.
fn mark(kind: ChangeKind) -> Mark {
    if kind == ChangeKind::Sent { Mark::Read } else { Mark::Unread }
}

/// Whether a change may be told on the desktop; a person can switch single signatures off.
fn is_told(kind: ChangeKind) -> bool {
    match kind {
        ChangeKind::AllSigned
        | ChangeKind::Declined
        | ChangeKind::Expired
        | ChangeKind::ParticipantSigned => true,
        ChangeKind::Sent | ChangeKind::Opened | ChangeKind::DeliveryFailed | ChangeKind::Revived => false,
    }
}

fn owe(writing: &LedgerWriting<'_>, change: &Change, context: &Context) -> Result<(), StoreError> {
    let wishes = Wishes {
        texts: &context.settings.texts,
        stage_when_signed: context.settings.stage_when_signed.map(|chosen| (chosen.pipeline, chosen.stage)),
        deal_stage: context.deal_stage,
        responsible: context.responsible,
        email: &context.known.title.email,
        replaces: context.known.generation.replaces(),
    };
    let (state, next_try) = first_turn(context.is_ours, change.at, context.seen_from, context.now);
    for work in owed(change, &wishes) {
        let owed = WriteBack {
            deal: context.known.deal,
            change: change.clone(),
            work,
            state: state.clone(),
            tries: 0,
            created_at: context.now,
            next_try,
        };
        write_backs::insert(writing, &owed)?;
    }
    Ok(())
}

fn tell(profile: &Profile, known: &KnownContract, stored: &[Change]) {
    profile.tell(Event::ActivityGrew);
    profile.tell(Event::NoticesDue);
    profile.tell(Event::DealsChanged(vec![known.deal]));
    profile.wake.write_backs.notify_one();
    for change in stored {
        tracing::info!(contract.id = %change.contract, change.kind = ?change.kind, "a contract changed");
    }
}
