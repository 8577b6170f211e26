//! Contacts and companies of the deals. A changed contact does not touch its deal (`api/kommo.md §7`), so they are
//! asked for their own changes.

use domain::{CompanyId, ContactId, DealId, Timestamp};
use http::Call;
use kommo::Walk;
use store::{CacheReading, StoreError, people};

use super::{
    interruption::Interruption,
    keep::{keep_companies, keep_contacts},
};
use crate::Profile;

/// How many are asked for in one call (`api/kommo.md §7.1`).
const IDS: usize = 50;

/// Reads the contacts and companies that deals name and that are not cached. Those that Kommo does not show are asked
/// for once a run, not with every pass.
pub(super) async fn read_missing(profile: &Profile, call: Call) -> Result<(), Interruption> {
    let contacts = missing(profile, people::missing_contacts).await?;
    for chunk in profile.sync.not_asked(contacts).chunks(IDS) {
        profile.sync.check()?;
        let found = profile.heard_kommo(profile.kommo().contacts_by_ids(chunk, call).await)?;
        profile.sync.asked(chunk);
        keep_contacts(profile, found).await?;
    }
    let companies = missing(profile, people::missing_companies).await?;
    for chunk in profile.sync.not_asked(companies).chunks(IDS) {
        profile.sync.check()?;
        let found = profile.heard_kommo(profile.kommo().companies_by_ids(chunk, call).await)?;
        profile.sync.asked(chunk);
        keep_companies(profile, found).await?;
    }
    Ok(())
}

async fn missing<T: Send + 'static>(
    profile: &Profile,
    read: fn(&CacheReading<'_>) -> Result<Vec<T>, StoreError>,
) -> Result<Vec<T>, Interruption> {
    Ok(profile.cache.read(read).await?)
}

/// What changed in contacts and companies since the marks.
#[derive(Debug, Default)]
pub(super) struct Changed {
    /// Deals that show other names now.
    pub(super) deals: Vec<DealId>,
    /// The newest change seen, by Kommo's clock.
    pub(super) contacts: Option<Timestamp>,
    /// The newest change seen, by Kommo's clock.
    pub(super) companies: Option<Timestamp>,
}

/// Reads what changed since the two moments.
pub(super) async fn read_changed(
    profile: &Profile,
    contacts_since: Timestamp,
    companies_since: Timestamp,
    call: Call,
) -> Result<Changed, Interruption> {
    let mut changed = Changed::default();
    let mut contacts = profile.kommo().contacts_changed(contacts_since);
    while let Some(rows) = next(profile, &mut contacts, call).await? {
        changed.contacts = changed.contacts.max(rows.iter().map(|row| row.updated_at).max());
        changed.deals.extend(keep_contacts(profile, rows).await?);
    }
    let mut companies = profile.kommo().companies_changed(companies_since);
    while let Some(rows) = next(profile, &mut companies, call).await? {
        changed.companies = changed.companies.max(rows.iter().map(|row| row.updated_at).max());
        changed.deals.extend(keep_companies(profile, rows).await?);
    }
    Ok(changed)
}

/// The next page of a walk, unless a person stopped the work.
pub(super) async fn next<T: 'static>(
    profile: &Profile,
    walk: &mut Walk<T>,
    call: Call,
) -> Result<Option<Vec<T>>, Interruption> {
    profile.sync.check()?;
    Ok(profile.heard_kommo(walk.next(call).await)?)
}

/// Ids of people, so that one memory serves both kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Person {
    Contact(ContactId),
    Company(CompanyId),
}

impl From<ContactId> for Person {
    fn from(id: ContactId) -> Self {
        Self::Contact(id)
    }
}

impl From<CompanyId> for Person {
    fn from(id: CompanyId) -> Self {
        Self::Company(id)
    }
}
