//! The list of deals, answered from the cache.

use domain::{DealId, Pipeline, Send, Timestamp, User, format};
use jiff::civil::Date;
use store::{deal_page, facts, pipelines, sends, users};

use super::{DealCounts, DealFilter, DealPage, DealQuery, DealRow};
use crate::{EngineError, Profile};

/// What the list can be narrowed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filters {
    /// With at least one won deal, in the account's order.
    pub pipelines: Vec<Pipeline>,
    /// Owners of at least one won deal, by name; empty where users cannot be read.
    pub owners: Vec<User>,
}

/// A part of the list.
pub async fn page(profile: &Profile, query: DealQuery) -> Result<DealPage, EngineError> {
    Ok(profile.cache.read(move |reading| deal_page::page(reading, &query)).await?)
}

/// One row of the list, whatever narrows it.
pub async fn row(profile: &Profile, deal: DealId) -> Result<Option<DealRow>, EngineError> {
    Ok(profile.cache.read(move |reading| deal_page::row(reading, deal)).await?)
}

/// The two numbers above the list, for all deals.
pub async fn counts(profile: &Profile) -> Result<DealCounts, EngineError> {
    Ok(profile.cache.read(|reading| deal_page::counts(reading, &DealFilter::default())).await?)
}

/// What the list can be narrowed by.
pub async fn filters(profile: &Profile) -> Result<Filters, EngineError> {
    let read = profile.cache.read(|reading| {
        let holds_deals =
            |filter: DealFilter| deal_page::counts(reading, &filter).map(|counts| counts.won > 0);
        let (mut kept, mut owners) = (Vec::new(), Vec::new());
        for pipeline in pipelines::all(reading)? {
            if holds_deals(DealFilter { pipelines: vec![pipeline.id], ..DealFilter::default() })? {
                kept.push(pipeline);
            }
        }
        for user in users::all(reading)? {
            if holds_deals(DealFilter { responsible: vec![user.id], ..DealFilter::default() })? {
                owners.push(user);
            }
        }
        Ok(Filters { pipelines: kept, owners })
    });
    Ok(read.await?)
}

/// The newest send of a deal.
pub async fn newest_send(profile: &Profile, deal: DealId) -> Result<Option<Send>, EngineError> {
    let sends = profile.ledger.read(move |reading| sends::of_deal(reading, deal)).await?;
    Ok(sends.into_iter().next())
}

/// The moment at which a day begins in the Kommo account's time zone.
pub async fn day_start(profile: &Profile, day: Date) -> Result<Timestamp, EngineError> {
    let zone = format::zone(&profile.kommo_account().await?.time_zone);
    let start = day.to_zoned(zone).map_err(|_| EngineError::BadRequest)?;
    Ok(start.timestamp())
}

/// When the deals were last known to be complete.
pub async fn as_of(profile: &Profile) -> Result<Option<Timestamp>, EngineError> {
    Ok(profile.cache.read(|reading| facts::get(reading, &facts::DEALS_AS_OF)).await?)
}

/// The page of a deal in Kommo.
pub fn page_in_kommo(profile: &Profile, deal: DealId) -> String {
    profile.kommo().address().deal_page(deal)
}
