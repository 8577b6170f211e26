//! What deals and contracts are made of and what changes rarely: account, users, pipelines, fields, templates.

use std::time::Duration;

use domain::{Deal, Pipeline, TemplateType, Timestamp, User, deal::CustomField};
use futures::future;
use http::Call;
use kommo::{AccountAnswer, FieldOwner, Users};
use oneflow::TemplateFilter;
use store::{CacheWriting, StoreError, deals, facts, facts::Fact, mappings, pipelines, users};

use super::columns::columns;
use crate::{EngineError, Event, Profile, health::Service};

/// Cache: when it was read last, by our clock.
const READ_AT: Fact<Timestamp> = Fact::new("reference.read_at");
/// How old it may get by itself.
const EVERY: Duration = Duration::from_hours(1);
/// How old it may be when a person asks for fresh data.
const EVERY_WHEN_ASKED: Duration = Duration::from_mins(5);

/// Reads everything anew, for somebody who waits for it.
pub(crate) async fn read_reference(profile: &Profile) -> Result<(), EngineError> {
    read(profile, Call::person()).await.map(drop)
}

/// A cache that set-up has just filled: nothing of it has to be read again, and these deals can be shown.
pub(crate) fn begin_with(writing: &CacheWriting<'_>, won: &[Deal], now: Timestamp) -> Result<(), StoreError> {
    facts::set(writing, &READ_AT, &now, now)?;
    match columns(writing)? {
        Some(columns) => deals::upsert(writing, won, &columns, now),
        None => Ok(()),
    }
}

/// Reads everything anew if it is too old, and then returns Kommo's clock.
pub(super) async fn read_if_old(
    profile: &Profile,
    is_asked: bool,
    call: Call,
) -> Result<Option<Timestamp>, EngineError> {
    let read_at = profile.cache.read(|reading| facts::get(reading, &READ_AT)).await?;
    let limit = if is_asked { EVERY_WHEN_ASKED } else { EVERY };
    let age = read_at.map(|at| profile.clock.now().duration_since(at));
    // A clock that was set back counts as old.
    let is_fresh = age.is_some_and(|age| Duration::try_from(age).is_ok_and(|age| age < limit));
    if is_fresh { Ok(None) } else { read(profile, call).await }
}

/// Reads everything anew, and returns Kommo's clock. Oneflow's part may fail without holding up the deals.
pub(super) async fn read(profile: &Profile, call: Call) -> Result<Option<Timestamp>, EngineError> {
    let (kommo, oneflow) = future::join(read_kommo(profile, call), read_oneflow(profile, call)).await;
    if let Err(error) = oneflow {
        tracing::warn!(%error, "templates and users of Oneflow were not read");
    }
    let server_time = kommo?;
    let now = profile.clock.now();
    profile.cache.write(move |writing| facts::set(writing, &READ_AT, &now, now)).await?;
    // Names and previews may read differently now.
    profile.tell(Event::DealsChanged(Vec::new()));
    Ok(server_time)
}

async fn read_kommo(profile: &Profile, call: Call) -> Result<Option<Timestamp>, EngineError> {
    let kommo = profile.kommo();
    let answers = future::try_join4(
        kommo.account(call),
        kommo.pipelines(call),
        kommo.users(call),
        future::try_join3(
            kommo.custom_fields(FieldOwner::Deals, call),
            kommo.custom_fields(FieldOwner::Contacts, call),
            kommo.custom_fields(FieldOwner::Companies, call),
        ),
    )
    .await;
    let (account, pipelines, users, fields) = profile.heard_kommo(answers)?;
    let server_time = account.server_time;
    store_kommo(profile, account, pipelines, users, fields).await?;
    Ok(server_time)
}

async fn store_kommo(
    profile: &Profile,
    answer: AccountAnswer,
    all_pipelines: Vec<Pipeline>,
    all_users: Users,
    fields: (Vec<CustomField>, Vec<CustomField>, Vec<CustomField>),
) -> Result<(), EngineError> {
    let now = profile.clock.now();
    let write = profile.cache.write(move |writing| {
        let before = columns(writing)?;
        facts::set(writing, &facts::KOMMO_ACCOUNT, &answer.account, now)?;
        facts::set(writing, &facts::DEAL_FIELDS, &fields.0, now)?;
        facts::set(writing, &facts::CONTACT_FIELDS, &fields.1, now)?;
        facts::set(writing, &facts::COMPANY_FIELDS, &fields.2, now)?;
        pipelines::replace(writing, &all_pipelines)?;
        let shown: Vec<User> = match all_users {
            Users::Shown(shown) => shown,
            Users::NotAllowed => Vec::new(),
        };
        users::replace(writing, &shown)?;
        match columns(writing)? {
            Some(columns) if before.as_ref() != Some(&columns) => deals::rebuild_columns(writing, &columns),
            _ => Ok(()),
        }
    });
    Ok(write.await?)
}

async fn read_oneflow(profile: &Profile, call: Call) -> Result<(), EngineError> {
    let email = profile.settings().oneflow_email.clone();
    let as_user = profile.oneflow().as_user(email);
    let mapping = profile.ledger.read(mappings::latest).await?;
    let wanted = mapping.and_then(|mapping| mapping.template_type);
    let filter = TemplateFilter { workspace: None, with_inactive: true };
    let owner = async {
        match wanted {
            Some(id) => as_user.template_type(id, call).await,
            None => Ok(None),
        }
    };
    let answers = future::try_join4(
        as_user.account(call),
        as_user.workspaces(call),
        as_user.templates(filter, call),
        owner,
    )
    .await;
    let (account, workspaces, templates, owner) = profile.heard_oneflow(answers)?;
    // Users may be hidden from this token; then nothing is known of them, and nothing is said about the signatory.
    let users =
        profile.heard(Service::Oneflow, profile.oneflow().as_anonymous_admin().users(call).await).ok();
    let now = profile.clock.now();
    let write = profile.cache.write(move |writing| {
        facts::set(writing, &facts::ONEFLOW_ACCOUNT, &account, now)?;
        facts::set(writing, &facts::WORKSPACES, &workspaces, now)?;
        facts::set(writing, &facts::TEMPLATES, &templates, now)?;
        let types: Vec<TemplateType> = owner.into_iter().collect();
        facts::set(writing, &facts::TEMPLATE_TYPES, &types, now)?;
        match users {
            Some(users) => facts::set(writing, &facts::ONEFLOW_USERS, &users, now),
            None => Ok(()),
        }
    });
    Ok(write.await?)
}
