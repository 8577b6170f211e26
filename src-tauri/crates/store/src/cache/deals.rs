//! Deals with what belongs to them. The list of deals is [`super::deal_page`].

use domain::{Company, Contact, Deal, DealId, FullDeal, PipelineId, Timestamp, UserId, text::fold};
use rusqlite::{Params, named_params, params};

use super::{CacheReading, CacheWriting, DealColumns, people};
use crate::{
    error::StoreError,
    row::{self, Columns, Json, Millis},
};

/// Stores deals as a page of a sync brought them. One transaction a page keeps 100,000 deals quick.
pub fn upsert(
    writing: &CacheWriting<'_>,
    deals: &[Deal],
    columns: &DealColumns,
    synced_at: Timestamp,
) -> Result<(), StoreError> {
    for deal in deals {
        write_columns(writing, deal, columns, synced_at)?;
        let sql = "INSERT INTO deal_bodies (deal, body) VALUES (?1, ?2)
                   ON CONFLICT (deal) DO UPDATE SET body = excluded.body";
        row::change(writing.connection(), sql, params![deal.id.0, Json(deal)])?;
        write_contacts(writing, deal)?;
        people::refresh_names(writing, deal.id)?;
    }
    Ok(())
}

/// Derives the columns of all deals again, after the ready stages, the contract field or the currency changed.
pub fn rebuild_columns(writing: &CacheWriting<'_>, columns: &DealColumns) -> Result<(), StoreError> {
    let sql = "SELECT deal, synced_at, body FROM deal_bodies JOIN deals ON deals.id = deal";
    let read = |row: &rusqlite::Row<'_>| Ok((row.json::<Deal>("body")?, row.time("synced_at")?));
    for (deal, synced_at) in row::all(writing.connection(), "deal_bodies", sql, [], read)? {
        write_columns(writing, &deal, columns, synced_at)?;
    }
    Ok(())
}

/// Stores the text of the contract field right after this app wrote it to Kommo; the next sync brings the same.
pub fn set_contract_field(writing: &CacheWriting<'_>, deal: DealId, text: &str) -> Result<(), StoreError> {
    row::change(
        writing.connection(),
        "UPDATE deals SET contract_field = ?2 WHERE id = ?1",
        params![deal.0, text],
    )?;
    Ok(())
}

/// Removes deals, whatever the ledger knows of them; [`super::Cache::forget_deals`] asks first.
pub fn remove(writing: &CacheWriting<'_>, deals: &[DealId]) -> Result<(), StoreError> {
    for deal in deals {
        row::change(writing.connection(), "DELETE FROM deals WHERE id = ?1", [deal.0])?;
    }
    Ok(())
}

/// One deal.
pub fn by_id(reading: &CacheReading<'_>, id: DealId) -> Result<Option<Deal>, StoreError> {
    let sql = "SELECT deal, body FROM deal_bodies WHERE deal = ?1";
    row::first(reading.connection(), "deal_bodies", sql, [id.0], |row| row.json("body"))
}

/// One deal with the people and the company around it, as far as they are cached.
pub fn full(reading: &CacheReading<'_>, id: DealId) -> Result<Option<FullDeal>, StoreError> {
    let Some(deal) = by_id(reading, id)? else { return Ok(None) };
    let sql = "SELECT contacts.id, contacts.body FROM deal_contacts JOIN contacts ON contacts.id = contact
               WHERE deal = ?1 ORDER BY place";
    let contacts: Vec<Contact> =
        row::all(reading.connection(), "contacts", sql, [id.0], |row| row.json("body"))?;
    let company: Option<Company> = match deal.company {
        Some(company) => people::company(reading, company)?,
        None => None,
    };
    let sql = "SELECT id, name FROM users WHERE id = ?1";
    let owner = row::first(reading.connection(), "users", sql, [deal.responsible.0], |row| row.read("name"))?;
    Ok(Some(FullDeal::new(deal, contacts, company, owner)))
}

/// All cached deals.
pub fn ids(reading: &CacheReading<'_>) -> Result<Vec<DealId>, StoreError> {
    id_list(reading, "SELECT id FROM deals ORDER BY id", [])
}

/// Deals that no sync has brought since then: after a whole sync, those that left the ready stages or were deleted.
pub fn not_synced_since(reading: &CacheReading<'_>, since: Timestamp) -> Result<Vec<DealId>, StoreError> {
    id_list(reading, "SELECT id FROM deals WHERE synced_at < ?1 ORDER BY id", [Millis(since)])
}

/// The newest `updated_at` of all deals, by Kommo's clock.
pub fn newest_update(reading: &CacheReading<'_>) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT MAX(updated_at) AS newest FROM deals";
    Ok(row::first(reading.connection(), "deals", sql, [], |row| row.time_or_none("newest"))?.flatten())
}

/// Ready deals that were won before a moment; those without a date of winning are left out.
pub fn ready_won_before(reading: &CacheReading<'_>, moment: Timestamp) -> Result<Vec<DealId>, StoreError> {
    let sql = "SELECT id FROM deals WHERE is_ready = 1 AND won_at < ?1 ORDER BY id";
    id_list(reading, sql, [Millis(moment)])
}

/// Pipelines and owners that have at least one deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InUse {
    /// In no order.
    pub pipelines: Vec<PipelineId>,
    /// In no order.
    pub owners: Vec<UserId>,
}

/// By what the list can be narrowed.
pub fn in_use(reading: &CacheReading<'_>) -> Result<InUse, StoreError> {
    let pipelines = "SELECT DISTINCT pipeline AS id FROM deals";
    let owners = "SELECT DISTINCT responsible AS id FROM deals";
    let connection = reading.connection();
    Ok(InUse {
        pipelines: row::all(connection, "deals", pipelines, [], |row| Ok(PipelineId(row.read("id")?)))?,
        owners: row::all(connection, "deals", owners, [], |row| Ok(UserId(row.read("id")?)))?,
    })
}

/// Of these deals, those that neither a contract nor an unsettled send keeps in the lists.
pub(super) fn without_contract(
    reading: &CacheReading<'_>,
    deals: &[DealId],
) -> Result<Vec<DealId>, StoreError> {
    let numbers: Vec<i64> = deals.iter().map(|deal| deal.0).collect();
    let sql = "SELECT CAST(value AS INTEGER) AS id FROM json_each(?1)
               WHERE value NOT IN (SELECT deal FROM ledger.standings WHERE is_kept = 1)";
    id_list(reading, sql, [Json(numbers)])
}

/// Empties every table.
pub(super) fn clear_everything(writing: &CacheWriting<'_>) -> Result<(), StoreError> {
    // Deleting deals deletes what hangs on them.
    for table in ["deals", "contacts", "companies", "pipelines", "users", "facts"] {
        row::change(writing.connection(), &format!("DELETE FROM {table}"), [])?;
    }
    Ok(())
}

fn id_list(reading: &CacheReading<'_>, sql: &str, params: impl Params) -> Result<Vec<DealId>, StoreError> {
    row::all(reading.connection(), "deals", sql, params, |row| Ok(DealId(row.read("id")?)))
}

/// Writes everything but the names of company and contact, which lie in other tables.
fn write_columns(
    writing: &CacheWriting<'_>,
    deal: &Deal,
    columns: &DealColumns,
    synced_at: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO deals (id, name, sort_name, company, company_name, sort_company, contact_name, sort_contact,
            price, currency, pipeline, sort_pipeline, stage, responsible, sort_owner, updated_at, won_at, contract_field, is_ready, synced_at)
        VALUES (:id, :name, :sort_name, :company, '', '', '', '', :price, :currency,
            :pipeline, COALESCE((SELECT sort_name FROM pipelines WHERE id = :pipeline), ''), :stage,
            :responsible, COALESCE((SELECT sort_name FROM users WHERE id = :responsible), ''),
            :updated_at, :won_at, :contract_field, :is_ready, :synced_at)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, sort_name = excluded.sort_name,
            company = excluded.company, price = excluded.price, currency = excluded.currency,
            pipeline = excluded.pipeline, sort_pipeline = excluded.sort_pipeline, stage = excluded.stage, responsible = excluded.responsible,
            sort_owner = excluded.sort_owner,
            updated_at = excluded.updated_at, won_at = excluded.won_at, contract_field = excluded.contract_field,
            is_ready = excluded.is_ready, synced_at = excluded.synced_at";
    let params = named_params! {
        ":id": deal.id.0,
        ":name": deal.name,
        ":sort_name": fold(&deal.name),
        ":company": deal.company.map(|company| company.0),
        ":price": columns.price(deal),
        ":currency": columns.currency,
        ":pipeline": deal.pipeline.0,
        ":stage": deal.stage.0,
        ":responsible": deal.responsible.0,
        ":updated_at": Millis(deal.updated_at),
        ":won_at": deal.closed_at.map(Millis),
        ":contract_field": columns.contract_text(deal),
        ":is_ready": columns.is_ready(deal),
        ":synced_at": Millis(synced_at),
    };
    row::change(writing.connection(), sql, params)?;
    Ok(())
}

/// Writes the links to contacts, the main contact first.
fn write_contacts(writing: &CacheWriting<'_>, deal: &Deal) -> Result<(), StoreError> {
    row::change(writing.connection(), "DELETE FROM deal_contacts WHERE deal = ?1", [deal.id.0])?;
    let mut links = deal.contacts.clone();
    links.sort_by_key(|link| !link.is_main);
    for (place, link) in (0_i64..).zip(links) {
        let sql = "INSERT INTO deal_contacts (deal, place, contact) VALUES (?1, ?2, ?3)";
        row::change(writing.connection(), sql, params![deal.id.0, place, link.id.0])?;
    }
    Ok(())
}
