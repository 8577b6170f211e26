//! One pass: what is open, what changed its state since the last pass, and what is not shown any more.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Contract, ContractId, ContractState, Marker, Timestamp, marker};
use http::Call;
use jiff::SignedDuration;
use oneflow::{ContractFilter, Listing};
use store::{
    contracts::{self, KnownContract},
    facts,
};

use super::{
    everything::look_at_everything,
    observe::{observe, observe_found},
};
use crate::{EngineError, Event, Profile, deals, supervisor::guarded};

/// How far before the greatest time seen a pass reads again: rows may come late into the list.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);

/// How long a contract must answer 404 before it counts as not visible.
const MISSING_FOR: SignedDuration = SignedDuration::from_hours(1);

/// Rows of one page (`api/oneflow.md §1.3`).
const PAGE: usize = 100;

/// Looks once; returns how many pages that took.
pub(super) async fn pass(profile: &Profile) -> Result<u32, EngineError> {
    look_at_everything(profile).await?;
    let watched = profile.ledger.read(contracts::to_watch).await?;
    let mark = profile.ledger.read(|reading| facts::get(reading, &facts::WATCH_MARK)).await?;
    let (open, moved) = read_lists(profile, mark).await?;
    let pages = open.contracts.len().div_ceil(PAGE) + moved.contracts.len().div_ceil(PAGE) + 2;
    let is_complete = open.can_tell();
    note_odd_rows(profile, &open, &moved);

    let mut shown: BTreeMap<ContractId, Contract> = BTreeMap::new();
    let next_mark = greatest_time(&moved).max(mark);
    for contract in open.contracts.into_iter().chain(moved.contracts) {
        shown.insert(contract.id, contract);
    }
    let mut alone = observe_shown(profile, &watched, &shown).await?;
    if is_complete {
        alone.extend(watched.iter().map(|known| known.id).filter(|id| !shown.contains_key(id)));
    }
    let read = u32::try_from(alone.len()).unwrap_or(u32::MAX);
    for id in alone {
        read_alone(profile, id, &watched).await?;
    }
    if let Some(next_mark) = next_mark {
        let now = profile.clock.now();
        profile.ledger.write(move |writing| facts::set(writing, &facts::WATCH_MARK, &next_mark, now)).await?;
    }
    Ok(u32::try_from(pages).unwrap_or(u32::MAX).saturating_add(read))
}

/// Everything open, and everything whose state moved since the mark. Oneflow's times, never ours.
async fn read_lists(profile: &Profile, mark: Option<Timestamp>) -> Result<(Listing, Listing), EngineError> {
    let oneflow = profile.oneflow_unfiltered();
    let open = ContractFilter {
        data_field: narrowed(profile).await?,
        ..ContractFilter::states([ContractState::Pending, ContractState::Overdue])
    };
    let (open, moved) = futures::join!(
        oneflow.contracts(&open, Call::background()),
        oneflow.contracts_changed_since(moved_since(mark), Call::background()),
    );
    Ok((profile.heard_oneflow(open)?, profile.heard_oneflow(moved)?))
}

/// Rows that cannot be read do not hide the others; how many there are is told.
fn note_odd_rows(profile: &Profile, open: &Listing, moved: &Listing) {
    let odd: BTreeSet<Option<ContractId>> = open.unread.iter().chain(&moved.unread).copied().collect();
    if profile.watch.note_odd_rows(odd.len()) {
        profile.tell(Event::HealthChanged);
    }
}

/// Without a mark nothing was out when this ledger began, so that asking for everything is cheap.
fn moved_since(mark: Option<Timestamp>) -> Timestamp {
    mark.and_then(|mark| mark.checked_sub(OVERLAP).ok()).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The filter on our account, where every watched contract carries it in a data field.
pub(crate) async fn narrowed(profile: &Profile) -> Result<Option<(String, String)>, EngineError> {
    let mapping = crate::previews::mapping(profile).await?;
    let types =
        profile.cache.read(|reading| facts::get(reading, &facts::TEMPLATE_TYPES)).await?.unwrap_or_default();
    let owner = types.iter().find(|owner| Some(owner.id) == mapping.template_type);
    let can_narrow = owner.is_some_and(crate::previews::has_marker_fields);
    let text = Marker::account_text(profile.account());
    Ok(can_narrow.then(|| (marker::ACCOUNT_FIELD.to_owned(), text)))
}

fn greatest_time(listing: &Listing) -> Option<Timestamp> {
    listing.contracts.iter().filter_map(|contract| contract.state_updated_time).max()
}

/// Stores what the lists showed of known contracts and of colleagues'; returns what must be read alone because a list
/// left the participants out.
async fn observe_shown(
    profile: &Profile,
    watched: &[KnownContract],
    shown: &BTreeMap<ContractId, Contract>,
) -> Result<BTreeSet<ContractId>, EngineError> {
    let mut alone = BTreeSet::new();
    for contract in shown.values() {
        let id = contract.id;
        let known = match watched.iter().find(|known| known.id == id) {
            Some(known) => Some(known.clone()),
            None => profile.ledger.read(move |reading| contracts::by_id(reading, id)).await?,
        };
        let Some(known) = known else {
            found(profile, contract).await?;
            continue;
        };
        if contract.parties.is_some() {
            // One that cannot be understood must not hide the others.
            guarded("a look at a contract", observe(profile, contract)).await.transpose()?;
        } else if known.updated_time != contract.updated_time || known.observation.is_none() {
            alone.insert(contract.id);
        }
    }
    Ok(alone)
}

/// A contract that this ledger does not know; most are none of ours.
pub(crate) async fn found(profile: &Profile, contract: &Contract) -> Result<(), EngineError> {
    let Some(marker) = contract.marker() else { return Ok(()) };
    // Without its name the contract's own is shown.
    let deal = deals::full(profile, marker.deal).await.ok().flatten();
    observe_found(profile, contract, deal.as_ref()).await.map(drop)
}

/// Looks at one contract now, because a person asks.
pub(crate) async fn look_at(profile: &Profile, id: ContractId) -> Result<(), EngineError> {
    let answer = profile.oneflow_unfiltered().contract(id, Call::person()).await;
    if let Some(contract) = profile.heard_oneflow(answer)? {
        profile.ledger.write(move |writing| contracts::mark_visible(writing, id)).await?;
        observe(profile, &contract).await?;
        profile.tell(Event::NeedsYouChanged);
        profile.tell(Event::ContractsChanged(vec![id]));
    }
    Ok(())
}

/// A watched contract that no list showed: it moved on, or it is not visible.
async fn read_alone(profile: &Profile, id: ContractId, watched: &[KnownContract]) -> Result<(), EngineError> {
    let answer = profile.oneflow_unfiltered().contract(id, Call::background()).await;
    if let Some(contract) = profile.heard_oneflow(answer)? {
        return observe(profile, &contract).await;
    }
    // 404 twice, an hour apart, means "not visible in Oneflow"; never "declined", never free to send again.
    let now = profile.clock.now();
    let was_missing = watched.iter().find(|known| known.id == id).and_then(|known| known.missing_since);
    let is_vanished = was_missing.is_some_and(|since| now.duration_since(since) >= MISSING_FOR);
    let stored = profile.ledger.write(move |writing| {
        contracts::mark_missing(writing, id, now)?;
        if is_vanished {
            contracts::mark_vanished(writing, id, now)?;
        }
        Ok(())
    });
    stored.await?;
    if is_vanished {
        profile.tell(Event::NeedsYouChanged);
        profile.tell(Event::ContractsChanged(vec![id]));
    }
    Ok(())
}
