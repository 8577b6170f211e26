//! The account and its users (api/kommo.md §4 and §15).

use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::paging::{self, Counts, Page, list, self_link};
use super::state::{Account, Kommo, User};
use super::{Refusal, user_of};
use crate::server::{Call, Reply};
use crate::shared::World;
use crate::switches::UsersAnswer;

/// `GET /api/v4/account`
pub(super) fn read(world: &mut World, call: &Call) -> Reply {
    let account = &world.kommo.account;
    let mut body = json!({
        "id": account.id,
        "name": account.name,
        "subdomain": account.subdomain,
        "current_user_id": user_of(call),
        "country": account.country,
        "currency": account.currency,
        "currency_symbol": account.currency_symbol,
        "customers_mode": "unavailable",
        "is_unsorted_on": true,
        "is_loss_reason_enabled": true,
        "is_helpbot_enabled": false,
        "is_technical_account": false,
        "mobile_feature_version": 0,
        "contact_name_display_order": 1,
        "created_at": account.created_at,
        "created_by": 0,
        "updated_at": account.created_at,
        "updated_by": 0,
        "_links": self_link(&format!("{}/api/v4/account", call.base)),
    });
    let with = |what| call.query.lists("with", what);
    if with("drive_url") {
        body["drive_url"] = json!(account.drive_url);
    }
    if with("version") {
        body["version"] = json!(13);
    }
    if with("amojo_id") {
        body["amojo_id"] = json!("5f4b1c52-0000-4000-8000-6a2f1d3b9c10");
    }
    let mut embedded = Map::new();
    if with("task_types") {
        embedded.insert("task_types".to_owned(), task_types());
    }
    if with("datetime_settings") {
        embedded.insert("datetime_settings".to_owned(), datetime_settings(account, call));
    }
    if with("users_groups") {
        embedded.insert("users_groups".to_owned(), json!([{ "id": 0, "name": "Sales", "uuid": null }]));
    }
    // Without any of these there is no `_embedded` at all (api/kommo.md §4).
    if !embedded.is_empty() {
        body["_embedded"] = Value::Object(embedded);
    }
    Reply::json(200, paging::HAL, &body)
}

fn task_types() -> Value {
    json!([
        { "id": 1, "name": "Follow-up", "color": null, "icon_id": null, "code": "FOLLOW_UP" },
        { "id": 2, "name": "Meeting", "color": null, "icon_id": null, "code": "MEETING" },
    ])
}

fn datetime_settings(account: &Account, call: &Call) -> Value {
    let zone = TimeZone::get(account.zone).unwrap_or(TimeZone::UTC);
    json!({
        "date_pattern": "d.m.Y H:i",
        "short_date_pattern": "d.m.Y",
        "short_time_pattern": "H:i",
        "date_formant": "d.m.Y",
        "time_format": "H:i:s",
        "timezone": account.zone,
        "timezone_offset": call.now.to_zoned(zone).strftime("%:z").to_string(),
    })
}

/// `GET /api/v4/users`
pub(super) fn users(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    only_admin(world, call)?;
    let users: Vec<&User> = world.kommo.users.iter().collect();
    let total = users.len();
    let (users, more) = Page::of(&call.query).cut(users);
    let rows: Vec<Value> = users.into_iter().map(|user| view(call, user)).collect();
    Ok(list(call, "users", &rows, more, Counts::Totals(total)))
}

/// `GET /api/v4/users/{id}`
pub(super) fn user(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    only_admin(world, call)?;
    match call.id("id").and_then(|id| world.kommo.user(id)) {
        Some(user) => Ok(Reply::json(200, paging::HAL, &view(call, user))),
        // Guess: an unknown user is an unknown path, unlike an unknown card.
        None => Err(Refusal::NotFound("User not found".to_owned())),
    }
}

fn only_admin(world: &World, call: &Call) -> Result<(), Refusal> {
    if is_admin(&world.kommo, call) && world.switches.kommo.users == UsersAnswer::Listed {
        return Ok(());
    }
    Err(Refusal::Forbidden)
}

/// Whether the caller is an administrator.
pub(super) fn is_admin(kommo: &Kommo, call: &Call) -> bool {
    kommo.user(user_of(call)).is_some_and(|user| user.is_admin)
}

fn view(call: &Call, user: &User) -> Value {
    let letter = if user.is_admin { "A" } else { "M" };
    let cards = json!({ "view": "A", "edit": letter, "add": "A", "delete": letter, "export": letter });
    json!({
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "lang": user.language,
        "rights": {
            "leads": cards,
            "contacts": cards,
            "companies": cards,
            "tasks": { "edit": letter, "delete": letter },
            "mail_access": true,
            "catalog_access": true,
            "status_rights": [],
            "is_admin": user.is_admin,
            "is_free": false,
            "is_active": user.is_active,
            "group_id": null,
            "role_id": null,
        },
        "_links": self_link(&format!("{}/api/v4/users/{}", call.base, user.id)),
    })
}
