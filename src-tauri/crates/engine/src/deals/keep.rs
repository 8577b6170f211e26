//! Puts what Kommo said into the cache.

use std::collections::HashSet;

use domain::{Company, Contact, Deal, DealId};
use store::{CacheWriting, StoreError, deals, people};

use super::columns::columns;
use crate::{EngineError, Profile};

/// Stores deals, and tells which of them are not what was known. What is known newer stays: a page may have been read
/// before a deal that was read alone meanwhile.
pub(super) async fn keep_deals(profile: &Profile, rows: Vec<Deal>) -> Result<Vec<DealId>, EngineError> {
    let now = profile.clock.now();
    let write = profile.cache.write(move |writing| {
        let Some(columns) = columns(writing)? else { return Ok(None) };
        let (mut fresh, mut changed) = (Vec::with_capacity(rows.len()), Vec::new());
        for row in rows {
            let known = deals::by_id(writing, row.id)?;
            if known.as_ref().is_some_and(|known| known.updated_at > row.updated_at) {
                continue;
            }
            if known.as_ref() != Some(&row) {
                changed.push(row.id);
            }
            fresh.push(row);
        }
        deals::upsert(writing, &fresh, &columns, now)?;
        Ok(Some(changed))
    });
    write.await?.ok_or(EngineError::NotConnected)
}

/// Stores contacts, and tells which deals they changed. Contacts that no deal names are left out.
pub(super) async fn keep_contacts(profile: &Profile, rows: Vec<Contact>) -> Result<Vec<DealId>, EngineError> {
    let write = profile.cache.write(move |writing| {
        let kept = Kept::of(rows, |row| {
            let deals = people::deals_of_contact(writing, row.id)?;
            let is_same = people::contact(writing, row.id)?.as_ref() == Some(row);
            Ok((deals, is_same))
        })?;
        people::upsert_contacts(writing, &kept.rows)?;
        Ok(kept.deals)
    });
    Ok(write.await?)
}

/// Stores companies, and tells which deals they changed. Companies that no deal names are left out.
pub(super) async fn keep_companies(
    profile: &Profile,
    rows: Vec<Company>,
) -> Result<Vec<DealId>, EngineError> {
    let write = profile.cache.write(move |writing| {
        let kept = Kept::of(rows, |row| {
            let deals = people::deals_of_company(writing, row.id)?;
            let is_same = people::company(writing, row.id)?.as_ref() == Some(row);
            Ok((deals, is_same))
        })?;
        people::upsert_companies(writing, &kept.rows)?;
        Ok(kept.deals)
    });
    Ok(write.await?)
}

/// Rows that are news, with the deals that name them.
struct Kept<T> {
    rows: Vec<T>,
    deals: Vec<DealId>,
}

impl<T> Kept<T> {
    fn of(
        rows: Vec<T>,
        know: impl Fn(&T) -> Result<(Vec<DealId>, bool), StoreError>,
    ) -> Result<Self, StoreError> {
        let mut kept = Self { rows: Vec::new(), deals: Vec::new() };
        for row in rows {
            let (deals, is_same) = know(&row)?;
            if !deals.is_empty() && !is_same {
                kept.deals.extend(deals);
                kept.rows.push(row);
            }
        }
        Ok(kept)
    }
}

/// Takes deals off the lists that Kommo no longer has, unless a contract of them exists; those stay, marked as gone.
pub(super) async fn bury(profile: &Profile, gone: Vec<DealId>) -> Result<(), EngineError> {
    let now = profile.clock.now();
    let marked = gone.clone();
    let write = profile.cache.write(move |writing| mark_deleted(writing, &marked, now));
    write.await?;
    profile.cache.forget_deals(gone).await?;
    Ok(())
}

fn mark_deleted(
    writing: &CacheWriting<'_>,
    gone: &[DealId],
    now: domain::Timestamp,
) -> Result<(), StoreError> {
    let Some(columns) = columns(writing)? else { return Ok(()) };
    let unique: HashSet<&DealId> = gone.iter().collect();
    for id in unique {
        if let Some(deal) = deals::by_id(writing, *id)? {
            deals::upsert(writing, &[Deal { is_deleted: true, ..deal }], &columns, now)?;
        }
    }
    Ok(())
}
