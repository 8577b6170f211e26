//! A look for all contracts of a deal (design.md §3, "A look for a deal's contracts").

use std::{collections::BTreeMap, time::Duration};

use domain::{
    Contract, ContractId, Marker, Payload, Send, Timestamp,
    election::Candidate,
    marker,
    schedule::{LOOK_HOLDS_FOR, START_WITHIN},
};
use http::Call;
use jiff::SignedDuration;
use oneflow::{ContractFilter, Listing};
use store::{StoreError, drafts_read};

use super::drive::Driver;
use crate::{EngineError, Profile};

/// What one look showed.
pub(super) struct Seen {
    /// When the look started, on the monotonic clock.
    started: Duration,
    /// What is not in it is not there; otherwise the look can only show what it shows.
    is_whole: bool,
    /// All contracts that carry a marker of this deal.
    pub(super) contracts: Vec<Contract>,
}

impl Seen {
    /// Until when a publish that rests on this look may start, or `None` if it is too late for it (design.md §3).
    pub(super) fn publish_before(&self, now: Duration) -> Option<Duration> {
        let before = (self.started + LOOK_HOLDS_FOR).min(now + START_WITHIN);
        (now < before).then_some(before)
    }

    /// Those of the generation that `send` belongs to.
    pub(super) fn candidates(&self, send: &Send) -> Vec<Candidate> {
        let marked = self.contracts.iter().filter_map(|contract| Some((contract, contract.marker()?)));
        let same = marked.filter(|(_, marker)| marker.generation == send.generation);
        same.map(|(contract, marker)| Candidate { contract: contract.id, state: contract.state, marker })
            .collect()
    }

    /// A contract of the deal that is out and newer than the one that `send` replaces, but not of its generation.
    pub(super) fn newer_than_replaced(&self, send: &Send) -> Option<ContractId> {
        let replaced = send.generation.replaces()?;
        let others =
            self.contracts.iter().filter(|contract| contract.state.is_out() && contract.id > replaced);
        let others = others
            .filter(|contract| contract.marker().is_some_and(|marker| marker.generation != send.generation));
        others.map(|contract| contract.id).max()
    }
}

/// How long before the click a contract may have been published and still belong to the same deal's election.
const SCAN_BACK: SignedDuration = SignedDuration::from_hours(48);

impl Driver {
    /// Looks; `None` if the answer can only be "cannot tell".
    pub(super) async fn look(&self, send: &Send) -> Result<Option<Seen>, EngineError> {
        let seen = self.look_at_all(send).await?;
        Ok(Some(seen).filter(|seen| seen.is_whole))
    }

    /// Looks, whether or not that can tell everything.
    pub(super) async fn look_at_all(&self, send: &Send) -> Result<Seen, EngineError> {
        let profile = &self.profile;
        let started = profile.clock.elapsed();
        // Without a user the call runs as an anonymous admin. Guess: that shows every workspace.
        let oneflow = profile.oneflow_unfiltered();
        let of_deal = Marker::deal_text(send.account, send.deal);
        let by_field = ContractFilter::data_field(marker::DEAL_FIELD, of_deal);
        let has_field = Payload::from_bytes(&send.payload).is_ok_and(|payload| payload.has_marker_fields);
        // Without the fields the filter could not find anything, and might be refused.
        let marked = async {
            if has_field {
                oneflow.contracts(&by_field, Call::person()).await
            } else {
                Ok(Listing { contracts: Vec::new(), unread: Vec::new(), is_complete: true })
            }
        };
        let since = send.clicked_at - SCAN_BACK;
        let (marked, overview) = futures::join!(marked, profile.holds.overviews.read(oneflow.clone(), since));
        let (marked, overview) = (profile.heard_oneflow(marked)?, profile.heard_oneflow(overview)?);
        let listings = [&marked, &overview.drafts, &overview.published];
        // A row without a readable id may be anybody's: the look cannot say "not there".
        let is_whole = listings.iter().all(|listing| listing.is_complete && !listing.unread.contains(&None));
        let of_deal = |marker: &Marker| marker.account == send.account && marker.deal == send.deal;
        let mut found = BTreeMap::new();
        for listing in listings {
            let marked = marked_in(profile, listing, of_deal).await?;
            found.extend(marked.into_iter().map(|contract| (contract.id, contract)));
        }
        Ok(Seen { started, is_whole, contracts: found.into_values().collect() })
    }
}

/// The contracts of a list whose marker is `wanted`. A row that shows no place where a marker could stand, or that cannot
/// be read, might be one: it is read alone, once for each time it changed.
pub(super) async fn marked_in(
    profile: &Profile,
    listing: &Listing,
    wanted: impl Fn(&Marker) -> bool,
) -> Result<Vec<Contract>, EngineError> {
    let mut found = Vec::new();
    let mut hidden: Vec<(ContractId, Option<Timestamp>)> = Vec::new();
    for contract in &listing.contracts {
        match contract.marker() {
            Some(marker) if wanted(&marker) => found.push(contract.clone()),
            None if !contract.shows_marker_places() => hidden.push((contract.id, contract.updated_time)),
            Some(_) | None => {}
        }
    }
    hidden.extend(listing.unread.iter().flatten().map(|id| (*id, None)));
    if hidden.is_empty() {
        return Ok(found);
    }
    let remembered = profile.ledger.read(move |reading| {
        let recall = |(id, updated)| Ok((id, drafts_read::recall(reading, id, updated)?));
        hidden.into_iter().map(recall).collect::<Result<Vec<_>, StoreError>>()
    });
    for (id, known) in remembered.await? {
        let may_be_wanted = known.is_none_or(|marker| marker.is_some_and(|marker| wanted(&marker)));
        if may_be_wanted && let Some(contract) = read_and_remember(profile, id).await? {
            found.extend(Some(contract).filter(|contract| contract.marker().is_some_and(|one| wanted(&one))));
        }
    }
    Ok(found)
}

async fn read_and_remember(profile: &Profile, id: ContractId) -> Result<Option<Contract>, EngineError> {
    let contract = profile.heard_oneflow(profile.oneflow_unfiltered().contract(id, Call::person()).await)?;
    if let Some(contract) = &contract {
        let (marker, updated, now) = (contract.marker(), contract.updated_time, profile.clock.now());
        profile
            .ledger
            .write(move |writing| drafts_read::remember(writing, id, updated, marker.as_ref(), now))
            .await?;
    }
    Ok(contract)
}
