//! The first look of a ledger at everything that is out (design.md §5, §7): a new computer, a ledger that was lost.
//!
//! Contracts are known again by their markers, whoever sent them. No send leaves before this look has ended
//! ([`Watch::all_known`](super::Watch::all_known)): a deal whose contract is out must not be sent again because the
//! ledger that knew it is gone.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Contract, ContractId, ContractState, DealId, Marker, Timestamp, marker};
use http::{Call, Error};
use oneflow::{ContractFilter, Listing};
use store::{contracts, drafts_read, facts};

use super::observe::observe_found;
use crate::{EngineError, Event, Profile, deals, health::Service};

/// So many contracts in a row that a filter on our account gave and that are not ours say that it is not obeyed.
const MISSES: u32 = 5;

/// Looks at everything that is out, if this ledger never has.
pub(super) async fn look_at_everything(profile: &Profile) -> Result<(), EngineError> {
    if profile.ledger.read(|reading| facts::get(reading, &facts::CONTRACTS_SINCE)).await?.is_none() {
        let unnamed = look(profile).await?;
        profile.watch.set_all_known();
        name_after_deals(profile, unnamed).await;
    }
    profile.watch.set_all_known();
    Ok(())
}

/// Returns the contracts that were found and whose deal the cache does not know.
async fn look(profile: &Profile) -> Result<BTreeMap<ContractId, DealId>, EngineError> {
    let started = now_by_oneflow(profile).await?;
    let Lists { marked, all } = read_lists(profile).await?;
    let mut shown: BTreeMap<ContractId, Contract> = BTreeMap::new();
    for contract in all.contracts.into_iter().chain(marked.contracts.iter().cloned()) {
        shown.insert(contract.id, contract);
    }
    let mark = shown.values().filter_map(|contract| contract.state_updated_time).max();
    for contract in hidden_markers(profile, &marked, all.unread).await? {
        shown.insert(contract.id, contract);
    }
    let mut unnamed = BTreeMap::new();
    let mut found = 0_u32;
    for contract in shown.values() {
        let Some(marker) = contract.marker() else { continue };
        let deal = deals::cached(profile, marker.deal).await?;
        if observe_found(profile, contract, deal.as_ref()).await? {
            found += 1;
            if deal.is_none() {
                unnamed.insert(contract.id, marker.deal);
            }
        }
    }
    let now = profile.clock.now();
    let stored = profile.ledger.write(move |writing| {
        if let Some(mark) = mark {
            facts::set(writing, &facts::WATCH_MARK, &mark, now)?;
        }
        facts::set(writing, &facts::CONTRACTS_SINCE, &started, now)
    });
    stored.await?;
    tracing::info!(contracts.found = found, "everything that is out was looked at");
    Ok(unnamed)
}

/// The times of changes are compared with it, and those are Oneflow's: by a clock of ours that is ahead, what is sent in
/// the next minutes would have been there before.
async fn now_by_oneflow(profile: &Profile) -> Result<Timestamp, EngineError> {
    let told = profile.heard_oneflow(profile.oneflow_unfiltered().ping(Call::person()).await)?;
    Ok(told.unwrap_or_else(|| profile.clock.now()))
}

/// What is out, from two sides.
struct Lists {
    /// By the filter on our account.
    marked: Listing,
    /// By state alone: contracts of a template without our data fields are found by their participants' ids.
    all: Listing,
}

async fn read_lists(profile: &Profile) -> Result<Lists, EngineError> {
    let out = ContractFilter::states([
        ContractState::Pending,
        ContractState::Overdue,
        ContractState::Signed,
        ContractState::Declined,
    ]);
    let account = Marker::account_text(profile.account());
    let ours =
        ContractFilter { data_field: Some((marker::ACCOUNT_FIELD.to_owned(), account)), ..out.clone() };
    let oneflow = profile.oneflow_unfiltered();
    // A send may wait for this.
    let (marked, all) =
        futures::join!(oneflow.contracts(&ours, Call::person()), oneflow.contracts(&out, Call::person()));
    // Guess: an account that has no such data field may refuse the filter (`api/oneflow.md §1.3` tells nothing).
    let marked = match profile.heard(Service::Oneflow, marked) {
        Err(Error::Refused(refusal)) if matches!(refusal.status, 400 | 404 | 422) => {
            Listing { contracts: Vec::new(), unread: Vec::new(), is_complete: true }
        }
        other => other.map_err(EngineError::oneflow)?,
    };
    let all = profile.heard_oneflow(all)?;
    if !(all.is_complete && marked.is_complete) {
        // The election's look asks for one deal alone, and the deal's field names its contract.
        tracing::warn!("Oneflow holds more contracts than its lists show");
    }
    Ok(Lists { marked, all })
}

/// Contracts of ours whose row does not show the marker, and rows that could not be read: read alone.
async fn hidden_markers(
    profile: &Profile,
    marked: &Listing,
    unread: Vec<Option<ContractId>>,
) -> Result<Vec<Contract>, EngineError> {
    let mut found = Vec::new();
    let mut misses = 0;
    for row in marked.contracts.iter().filter(|row| row.marker().is_none()) {
        let contract = read_alone(profile, row.id).await?;
        misses = if contract.as_ref().is_some_and(|contract| contract.marker().is_some()) {
            0
        } else {
            misses + 1
        };
        found.extend(contract);
        if misses == MISSES {
            tracing::warn!("Oneflow does not filter by data fields");
            break;
        }
    }
    let odd: BTreeSet<ContractId> = marked.unread.iter().copied().chain(unread).flatten().collect();
    for id in odd {
        found.extend(read_alone(profile, id).await?);
    }
    Ok(found)
}

/// Reads one contract and remembers its marker, so that no later look reads it again for that.
async fn read_alone(profile: &Profile, id: ContractId) -> Result<Option<Contract>, EngineError> {
    let answer = profile.oneflow_unfiltered().contract(id, Call::person()).await;
    let contract = profile.heard_oneflow(answer)?;
    if let Some(contract) = &contract {
        let (marker, updated, now) = (contract.marker(), contract.updated_time, profile.clock.now());
        let remembered = profile
            .ledger
            .write(move |writing| drafts_read::remember(writing, id, updated, marker.as_ref(), now));
        remembered.await?;
    }
    Ok(contract)
}

/// Gives contracts the names of their deals, which Kommo must be asked for where the deal left the ready stages. Nothing
/// waits for it; what it cannot name keeps the name of the contract.
async fn name_after_deals(profile: &Profile, unnamed: BTreeMap<ContractId, DealId>) {
    for (contract, deal) in unnamed {
        let name = match deals::full(profile, deal).await {
            Ok(Some(deal)) => deal.deal.name,
            Ok(None) => continue,
            Err(error) => {
                tracing::info!(%error, "contracts that were found keep their own names");
                return;
            }
        };
        let stored =
            profile.ledger.write(move |writing| contracts::set_deal_name(writing, contract, &name)).await;
        if stored.is_ok() {
            profile.tell(Event::ContractsChanged(vec![contract]));
        }
    }
}
