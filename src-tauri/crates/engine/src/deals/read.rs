//! One deal with everything around it: from the cache for the screen, from Kommo before it is sent.

use std::collections::HashSet;

use domain::{Company, CompanyId, Contact, ContactId, Deal, DealId, FullDeal};
use futures::future;
use http::Call;
use store::deals;

use super::{
    DealQuery, DealScope,
    columns::is_ready,
    keep::{bury, keep_companies, keep_contacts, keep_deals},
    list,
};
use crate::{EngineError, Event, Profile};

/// A deal as it is known. People who are not cached yet are read from Kommo: a preview that lacks a contact only
/// because it was never read would be wrong.
pub async fn full(profile: &Profile, id: DealId) -> Result<Option<FullDeal>, EngineError> {
    let Some(known) = cached(profile, id).await? else { return read_again(profile, id).await };
    let contacts: Vec<ContactId> = known.deal.contacts.iter().map(|link| link.id).collect();
    let cached_contacts = known.contacts.iter().map(|contact| contact.id).collect();
    let contacts = without(contacts, &cached_contacts);
    let is_cached = known.company.is_some();
    let companies: Vec<CompanyId> = known.deal.company.filter(|_| !is_cached).into_iter().collect();
    let (contacts, companies) = (profile.sync.not_asked(contacts), profile.sync.not_asked(companies));
    if contacts.is_empty() && companies.is_empty() {
        return Ok(Some(known));
    }
    let (found_contacts, found_companies) = read_people(profile, &contacts, &companies).await?;
    profile.sync.asked(&contacts);
    profile.sync.asked(&companies);
    keep_contacts(profile, found_contacts).await?;
    keep_companies(profile, found_companies).await?;
    cached(profile, id).await
}

/// A deal as Kommo has it now, with its contacts and its company; `None` when it is gone. The cache follows.
pub async fn read_again(profile: &Profile, id: DealId) -> Result<Option<FullDeal>, EngineError> {
    let known = cached(profile, id).await?;
    // The people of the cached deal are asked beside the deal: they are nearly always the same.
    let (guessed_contacts, guessed_company) = links(known.as_ref().map(|known| &known.deal));
    let kommo = profile.kommo();
    let (deal, people) = future::try_join(
        async { profile.heard_kommo(kommo.deal(id, Call::person()).await) },
        read_people(profile, &guessed_contacts, &guessed_company),
    )
    .await?;
    let Some(deal) = deal else {
        bury(profile, vec![id]).await?;
        profile.tell(Event::DealsChanged(vec![id]));
        return Ok(None);
    };
    let (mut contacts, mut companies) = people;
    let (wanted_contacts, wanted_company) = links(Some(&deal));
    let more_contacts = without(wanted_contacts.clone(), &guessed_contacts.into_iter().collect());
    let more_companies = without(wanted_company.clone(), &guessed_company.into_iter().collect());
    let more = read_people(profile, &more_contacts, &more_companies).await?;
    contacts.extend(more.0);
    companies.extend(more.1);
    contacts.retain(|contact| wanted_contacts.contains(&contact.id));
    companies.retain(|company| wanted_company.contains(&company.id));
    // A contact that Kommo no longer shows must not come back from the cache in the next preview.
    let mut shown = deal.clone();
    shown.contacts.retain(|link| contacts.iter().any(|contact| contact.id == link.id));
    shown.company = companies.first().map(|company| company.id);
    distrust_sync(profile, known.as_ref().map(|known| &known.deal), &deal).await?;
    store(profile, shown, contacts.clone(), companies.clone()).await?;
    let owner = cached(profile, id).await?.and_then(|cached| cached.owner);
    Ok(Some(FullDeal::new(deal, contacts, companies.into_iter().next(), owner)))
}

/// The newest won deal, with everything around it.
pub(crate) async fn newest(profile: &Profile) -> Result<Option<FullDeal>, EngineError> {
    let query = DealQuery { scope: DealScope::All, limit: 1, ..DealQuery::default() };
    match list::page(profile, query).await?.rows.first() {
        Some(row) => full(profile, row.id).await,
        None => Ok(None),
    }
}

/// A deal as the cache has it, without asking anybody.
pub(crate) async fn cached(profile: &Profile, id: DealId) -> Result<Option<FullDeal>, EngineError> {
    Ok(profile.cache.read(move |reading| deals::full(reading, id)).await?)
}

fn links(deal: Option<&Deal>) -> (Vec<ContactId>, Vec<CompanyId>) {
    let Some(deal) = deal else { return (Vec::new(), Vec::new()) };
    (deal.contacts.iter().map(|link| link.id).collect(), deal.company.into_iter().collect())
}

fn without<T: Eq + std::hash::Hash>(all: Vec<T>, known: &HashSet<T>) -> Vec<T> {
    all.into_iter().filter(|id| !known.contains(id)).collect()
}

async fn read_people(
    profile: &Profile,
    contacts: &[ContactId],
    companies: &[CompanyId],
) -> Result<(Vec<Contact>, Vec<Company>), EngineError> {
    let kommo = profile.kommo();
    let (contacts, companies) = future::join(
        kommo.contacts_by_ids(contacts, Call::person()),
        kommo.companies_by_ids(companies, Call::person()),
    )
    .await;
    Ok((profile.heard_kommo(contacts)?, profile.heard_kommo(companies)?))
}

async fn store(
    profile: &Profile,
    deal: Deal,
    contacts: Vec<Contact>,
    companies: Vec<Company>,
) -> Result<(), EngineError> {
    let (id, is_ready) = (deal.id, is_ready(&deal));
    let mut changed = keep_deals(profile, vec![deal]).await?;
    changed.extend(keep_contacts(profile, contacts).await?);
    changed.extend(keep_companies(profile, companies).await?);
    if !is_ready {
        profile.cache.forget_deals(vec![id]).await?;
    }
    if !changed.is_empty() {
        changed.sort_unstable();
        changed.dedup();
        profile.tell(Event::DealsChanged(changed));
    }
    Ok(())
}

/// A deal that left Won before the last sync, and that no list told of: everything is checked again.
async fn distrust_sync(profile: &Profile, known: Option<&Deal>, deal: &Deal) -> Result<(), EngineError> {
    let was_ready = known.is_some_and(is_ready);
    if was_ready && !is_ready(deal) && super::pass::should_have_seen(profile, deal).await? {
        profile.sync.check_everything();
    }
    Ok(())
}
