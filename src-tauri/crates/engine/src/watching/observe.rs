//! Stores what one look saw of a contract, with its changes and everything they cause, in one transaction.

use domain::{
    Contract, ContractState, FullDeal, Marker, StageId, Timestamp,
    observation::{Change, ChangeKind, Observation, changes},
    send::SendTitle,
    write_back::{Wishes, WriteBack, WriteBackState, owed},
};
use http::Call;
use store::{
    StoreError,
    changes::{self as change_rows, Mark},
    contracts::{self, KnownContract, NewContract},
    ledger::LedgerWriting,
    notices, write_backs,
};

use super::events::History;
use crate::{EngineError, Event, Profile, deals, settings::Settings};

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

/// A contract that this seat did not make: known from its marker, as a baseline without notices and write-backs.
pub(super) async fn observe_colleagues(profile: &Profile, contract: &Contract) -> Result<(), EngineError> {
    let Some(marker) = contract.marker() else { return Ok(()) };
    if marker.account != profile.account() || !contract.state.is_out() {
        return Ok(());
    }
    let Some(observation) = Observation::of(contract) else { return Ok(()) };
    let deal = deals::full(profile, marker.deal).await.ok().flatten();
    let now = profile.clock.now();
    let found = new_contract(contract, &marker, deal.as_ref(), now);
    let (id, deal) = (contract.id, marker.deal);
    let stored = profile.ledger.write(move |writing| {
        // A contract of a send of ours whose ledger was lost or copied comes back as a colleague's, too.
        let is_new = contracts::insert(writing, &found)?;
        contracts::observe(writing, &observation, now)?;
        Ok(is_new)
    });
    if stored.await? {
        profile.tell(Event::ContractsChanged(vec![id]));
        profile.tell(Event::DealsChanged(vec![deal]));
    }
    Ok(())
}

fn new_contract(
    contract: &Contract,
    marker: &Marker,
    deal: Option<&FullDeal>,
    now: Timestamp,
) -> NewContract {
    let client = contract.counterparts().find(|person| person.is_signatory);
    let party = contract.parties.iter().flatten().find(|party| !party.is_ours);
    let recipient = client.map(|person| person.name.clone()).unwrap_or_default();
    let company = party.and_then(|party| party.name.clone()).unwrap_or_else(|| recipient.clone());
    let name = deal.map(|deal| deal.deal.name.clone()).or_else(|| contract.name.clone());
    NewContract {
        id: contract.id,
        deal: marker.deal,
        generation: marker.generation,
        send: None,
        marker: Some(marker.clone()),
        name: contract.name.clone(),
        title: SendTitle {
            deal: name.unwrap_or_default(),
            company,
            recipient,
            email: client.and_then(|person| person.email.clone()).unwrap_or_default(),
            amount: None,
        },
        workspace: contract.workspace,
        template: contract.template,
        state: contract.state,
        is_baseline: true,
        first_seen: now,
    }
}

/// What the transaction needs to know besides the ledger.
struct Context {
    known: KnownContract,
    settings: std::sync::Arc<Settings>,
    deal_stage: Option<StageId>,
    responsible: Option<domain::UserId>,
    history: History,
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
        let settings = profile.settings();
        Ok(Self {
            known: known.clone(),
            deal_stage: cached.as_ref().map(|deal| deal.stage),
            responsible: settings.me.or(cached.map(|deal| deal.responsible)),
            settings,
            history: History::read(profile, known, observation).await,
            now: profile.clock.now(),
        })
    }
}

fn store(
    writing: &LedgerWriting<'_>,
    seen: &Observation,
    context: &Context,
) -> Result<Vec<Change>, StoreError> {
    let is_ours = context.known.send.is_some();
    let before = contracts::observe(writing, seen, context.now)?;
    let before = match before {
        Some(before) => before,
        // What this seat sent was a draft before anybody looked; anything else starts with a baseline.
        None if is_ours => as_draft(seen),
        None => return Ok(Vec::new()),
    };
    let told = change_rows::of_contract(writing, seen.contract)?;
    let told: Vec<Change> = told.into_iter().map(|stored| stored.change).collect();
    let mut found = changes(&before, seen, context.now);
    found.extend(context.history.untold(seen, &found, &told));
    found.sort_by_key(|change| (change.at, change.kind));
    if let Some(event) = context.history.newest() {
        contracts::set_last_event(writing, seen.contract, event)?;
    }
    let mut stored = Vec::new();
    for change in found {
        let Some(id) = change_rows::insert(writing, &change, context.now, mark(change.kind))? else {
            continue;
        };
        if is_told(change.kind) {
            notices::intend(writing, id, context.now)?;
        }
        if is_ours {
            owe(writing, &change, context)?;
        }
        stored.push(change);
    }
    Ok(stored)
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
    for work in owed(change, &wishes) {
        let owed = WriteBack {
            deal: context.known.deal,
            change: change.clone(),
            work,
            state: WriteBackState::Owed,
            tries: 0,
            created_at: context.now,
            next_try: context.now,
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
