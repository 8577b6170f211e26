//! Contacts and companies, and their names in the list of deals: a changed contact does not touch its deal in Kommo,
//! so its deals' columns follow here.

use domain::{Company, CompanyId, Contact, ContactId, DealId, text::fold};
use rusqlite::params;

use super::{CacheReading, CacheWriting};
use crate::{
    error::StoreError,
    row::{self, Columns, Json},
};

/// Stores contacts and brings their deals' names and search texts up to date.
pub fn upsert_contacts(writing: &CacheWriting<'_>, contacts: &[Contact]) -> Result<(), StoreError> {
    let mut touched = Vec::new();
    for contact in contacts {
        let sql = "INSERT INTO contacts (id, name, sort_name, search, body) VALUES (?1, ?2, ?3, ?4, ?5)
                   ON CONFLICT (id) DO UPDATE SET name = excluded.name, sort_name = excluded.sort_name,
                       search = excluded.search, body = excluded.body";
        let search = std::iter::once(&contact.name).chain(&contact.emails).map(|text| fold(text));
        let search = search.collect::<Vec<_>>().join("\n");
        let params = params![contact.id.0, contact.name, fold(&contact.name), search, Json(contact)];
        row::change(writing.connection(), sql, params)?;
        touched.extend(deals_of_contact(writing, contact.id)?);
    }
    refresh_all(writing, touched)
}

/// Stores companies and brings their deals' names and search texts up to date.
pub fn upsert_companies(writing: &CacheWriting<'_>, companies: &[Company]) -> Result<(), StoreError> {
    let mut touched = Vec::new();
    for company in companies {
        let sql = "INSERT INTO companies (id, name, sort_name, body) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (id) DO UPDATE SET name = excluded.name, sort_name = excluded.sort_name,
                       body = excluded.body";
        let params = params![company.id.0, company.name, fold(&company.name), Json(company)];
        row::change(writing.connection(), sql, params)?;
        touched.extend(deals_of_company(writing, company.id)?);
    }
    refresh_all(writing, touched)
}

/// One contact.
pub fn contact(reading: &CacheReading<'_>, id: ContactId) -> Result<Option<Contact>, StoreError> {
    let sql = "SELECT id, body FROM contacts WHERE id = ?1";
    row::first(reading.connection(), "contacts", sql, [id.0], |row| row.json("body"))
}

/// One company.
pub fn company(reading: &CacheReading<'_>, id: CompanyId) -> Result<Option<Company>, StoreError> {
    let sql = "SELECT id, body FROM companies WHERE id = ?1";
    row::first(reading.connection(), "companies", sql, [id.0], |row| row.json("body"))
}

/// Contacts that a deal names and that are not cached.
pub fn missing_contacts(reading: &CacheReading<'_>) -> Result<Vec<ContactId>, StoreError> {
    let sql = "SELECT DISTINCT contact FROM deal_contacts
               WHERE NOT EXISTS (SELECT 1 FROM contacts WHERE contacts.id = contact) ORDER BY contact";
    row::all(reading.connection(), "deal_contacts", sql, [], |row| Ok(ContactId(row.read("contact")?)))
}

/// Companies that a deal names and that are not cached.
pub fn missing_companies(reading: &CacheReading<'_>) -> Result<Vec<CompanyId>, StoreError> {
    let sql = "SELECT DISTINCT company FROM deals
               WHERE company IS NOT NULL AND NOT EXISTS (SELECT 1 FROM companies WHERE companies.id = company)
               ORDER BY company";
    row::all(reading.connection(), "deals", sql, [], |row| Ok(CompanyId(row.read("company")?)))
}

/// The deals that name a contact.
pub fn deals_of_contact(reading: &CacheReading<'_>, contact: ContactId) -> Result<Vec<DealId>, StoreError> {
    let sql = "SELECT deal FROM deal_contacts WHERE contact = ?1 ORDER BY deal";
    row::all(reading.connection(), "deal_contacts", sql, [contact.0], |row| Ok(DealId(row.read("deal")?)))
}

/// The deals that name a company.
pub fn deals_of_company(reading: &CacheReading<'_>, company: CompanyId) -> Result<Vec<DealId>, StoreError> {
    let sql = "SELECT id FROM deals WHERE company = ?1 ORDER BY id";
    row::all(reading.connection(), "deals", sql, [company.0], |row| Ok(DealId(row.read("id")?)))
}

/// Writes the names of company and main contact into the list, and the deal's search text.
pub(super) fn refresh_names(writing: &CacheWriting<'_>, deal: DealId) -> Result<(), StoreError> {
    // As `FullDeal::new` has it: the first linked contact that is known, the main one before all others.
    let names = "UPDATE deals
        SET (company_name, sort_company) = (
                SELECT COALESCE(MAX(name), ''), COALESCE(MAX(sort_name), '') FROM companies
                WHERE companies.id = deals.company
            ),
            (contact_name, sort_contact) = (
                SELECT COALESCE(MAX(name), ''), COALESCE(MAX(sort_name), '') FROM contacts
                WHERE contacts.id = (
                    SELECT contact FROM deal_contacts JOIN contacts AS known ON known.id = contact
                    WHERE deal = deals.id ORDER BY place LIMIT 1
                )
            )
        WHERE id = ?1";
    row::change(writing.connection(), names, [deal.0])?;
    let search = "INSERT INTO deal_search (deal, text)
        SELECT id, sort_name || char(10) || id || char(10) || sort_company || COALESCE((
            SELECT char(10) || group_concat(contacts.search, char(10)) FROM deal_contacts
            JOIN contacts ON contacts.id = contact WHERE deal = deals.id
        ), '') FROM deals WHERE id = ?1
        ON CONFLICT (deal) DO UPDATE SET text = excluded.text";
    row::change(writing.connection(), search, [deal.0])?;
    Ok(())
}

fn refresh_all(writing: &CacheWriting<'_>, mut deals: Vec<DealId>) -> Result<(), StoreError> {
    deals.sort_unstable();
    deals.dedup();
    deals.into_iter().try_for_each(|deal| refresh_names(writing, deal))
}
