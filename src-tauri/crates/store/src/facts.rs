//! Single values under a typed key, in both files: marks of syncs, small lists that are always read whole.

use std::marker::PhantomData;

use domain::{
    SeatId, Template, TemplateType, Timestamp, Workspace,
    deal::{CustomField, KommoAccount},
    template::{OneflowAccount, OneflowUser},
};
use rusqlite::params;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    database::{Reading, Writing},
    error::StoreError,
    row::{self, Columns, Json, Millis},
};

/// The key of one value, with its type. Whoever needs a new one defines it beside its use.
#[derive(Debug)]
pub struct Fact<T> {
    key: &'static str,
    value: PhantomData<fn() -> T>,
}

impl<T> Fact<T> {
    /// Names a fact.
    pub const fn new(key: &'static str) -> Self {
        Self { key, value: PhantomData }
    }
}

/// Ledger: the installation that this ledger belongs to.
pub const SEAT: Fact<SeatId> = Fact::new("seat");
/// Ledger: the greatest `state_updated_time` of a contract that a pass has seen, by Oneflow's clock.
pub const WATCH_MARK: Fact<Timestamp> = Fact::new("watch_mark");

/// Ledger: since when it has seen everything that is out in Oneflow, by this computer's clock. What happened before is
/// known from what is there, and owes nothing by itself. Missing until the first look at everything has ended.
pub const CONTRACTS_SINCE: Fact<Timestamp> = Fact::new("contracts_since");

/// Ledger: when it was filled from a damaged or lost one. What older sends made is found by its marker and looked at for
/// the first time again: a baseline, which owes nothing.
pub const REBUILT_AT: Fact<Timestamp> = Fact::new("rebuilt_at");

/// Cache: the Kommo account behind the token.
pub const KOMMO_ACCOUNT: Fact<KommoAccount> = Fact::new("kommo_account");
/// Cache: the Oneflow account behind the token.
pub const ONEFLOW_ACCOUNT: Fact<OneflowAccount> = Fact::new("oneflow_account");
/// Cache: when the last whole sync of the deals ended.
pub const DEALS_AS_OF: Fact<Timestamp> = Fact::new("deals_as_of");
/// Cache: all templates.
pub const TEMPLATES: Fact<Vec<Template>> = Fact::new("templates");
/// Cache: all template types.
pub const TEMPLATE_TYPES: Fact<Vec<TemplateType>> = Fact::new("template_types");
/// Cache: all workspaces.
pub const WORKSPACES: Fact<Vec<Workspace>> = Fact::new("workspaces");
/// Cache: everyone who may sign for us.
pub const ONEFLOW_USERS: Fact<Vec<OneflowUser>> = Fact::new("oneflow_users");
/// Cache: custom fields of deals.
pub const DEAL_FIELDS: Fact<Vec<CustomField>> = Fact::new("deal_fields");
/// Cache: custom fields of contacts.
pub const CONTACT_FIELDS: Fact<Vec<CustomField>> = Fact::new("contact_fields");
/// Cache: custom fields of companies.
pub const COMPANY_FIELDS: Fact<Vec<CustomField>> = Fact::new("company_fields");

/// The value, if one is stored.
pub fn get<F, T: DeserializeOwned>(
    reading: &Reading<'_, F>,
    fact: &Fact<T>,
) -> Result<Option<T>, StoreError> {
    let sql = "SELECT key, value FROM main.facts WHERE key = ?1";
    row::first(reading.connection(), "facts", sql, [fact.key], |row| row.json("value"))
}

/// When the value was stored.
pub fn stored_at<F, T>(reading: &Reading<'_, F>, fact: &Fact<T>) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT key, stored_at FROM main.facts WHERE key = ?1";
    row::first(reading.connection(), "facts", sql, [fact.key], |row| row.time("stored_at"))
}

/// Stores the value in place of the one before.
pub fn set<F, T: Serialize>(
    writing: &Writing<'_, F>,
    fact: &Fact<T>,
    value: &T,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO facts (key, value, stored_at) VALUES (?1, ?2, ?3)
               ON CONFLICT (key) DO UPDATE SET value = excluded.value, stored_at = excluded.stored_at";
    row::change(writing.connection(), sql, params![fact.key, Json(value), Millis(now)])?;
    Ok(())
}

/// Forgets the value.
pub fn remove<F, T>(writing: &Writing<'_, F>, fact: &Fact<T>) -> Result<(), StoreError> {
    row::change(writing.connection(), "DELETE FROM facts WHERE key = ?1", [fact.key])?;
    Ok(())
}
