//! Account, users and workspaces (api/oneflow.md §3.1 and §3.2).

use serde_json::{Value, json};

use super::Refusal;
use super::admission::user_of;
use super::listing::{list, shown, sort};
use super::state::{User, Workspace};
use crate::server::{Call, Reply};
use crate::shared::World;
use crate::switches::AnonymousAdmin;

/// `GET /v1/ping`
pub(super) fn ping(_: &mut World, _: &Call) -> Reply {
    Reply::json(200, super::JSON, &json!({}))
}

/// `GET /v1/accounts/me`
pub(super) fn me(world: &mut World, call: &Call) -> Reply {
    let account = &world.oneflow.account;
    let body = json!({
        "_links": super::self_link(call, "accounts/me"),
        "id": account.id,
        "name": account.name,
        "country_code": account.country_code,
        "registration_number": account.registration_number,
        "created_time": shown(account.created),
        "updated_time": shown(account.created),
        "token_info": { "integration": { "id": null, "key": "custom" } },
    });
    Reply::json(200, super::JSON, &body)
}

/// `GET /v1/users`
pub(super) fn users(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    list(call, world.oneflow.users.iter().map(|user| user_view(call, user)))
}

/// `GET /v1/users/{id}`
pub(super) fn user(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let user = call.id("id").and_then(|id| world.oneflow.user(id)).ok_or(Refusal::NotFound)?;
    Ok(Reply::json(200, super::JSON, &user_view(call, user)))
}

fn user_view(call: &Call, user: &User) -> Value {
    json!({
        "_links": super::self_link(call, &format!("users/{}", user.id)),
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "title": user.title,
        "phone_number": "",
        "is_admin": user.is_admin,
        "active": user.active,
        "state": "registered",
    })
}

/// Whether the caller sees what is in a workspace (api/oneflow.md §3.2: workspaces are "visible to the user").
///
/// Guess: being an admin of the account (`is_admin`) does not open a workspace to a user.
pub(super) fn sees(world: &World, call: &Call, workspace: i64) -> bool {
    let switches = &world.switches.oneflow;
    let mut hidden = switches.hidden_workspaces.iter().filter(|hidden| hidden.workspace == workspace);
    match user_of(call).and_then(|id| world.oneflow.user(id)) {
        Some(user) => !hidden.any(|hidden| hidden.is_from(&user.email)),
        None => switches.anonymous_admin == AnonymousAdmin::SeesAll || hidden.next().is_none(),
    }
}

/// `GET /v1/workspaces`
pub(super) fn workspaces(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let name = call.query.get("filter[name]");
    let mut found: Vec<&Workspace> = world
        .oneflow
        .workspaces
        .iter()
        .filter(|workspace| sees(world, call, workspace.id) && name.is_none_or(|name| name == workspace.name))
        .collect();
    sort(call, &mut found, &["name"], |_, a, b| a.name.cmp(&b.name))?;
    list(call, found.into_iter().map(|workspace| workspace_view(world, call, workspace)))
}

/// `GET /v1/workspaces/{id}`
pub(super) fn workspace(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let found = world.oneflow.workspaces.iter().find(|workspace| Some(workspace.id) == call.id("id"));
    let found = found.filter(|workspace| sees(world, call, workspace.id)).ok_or(Refusal::NotFound)?;
    Ok(Reply::json(200, super::JSON, &workspace_view(world, call, found)))
}

fn workspace_view(world: &World, call: &Call, workspace: &Workspace) -> Value {
    let account = &world.oneflow.account;
    json!({
        "_links": super::self_link(call, &format!("workspaces/{}", workspace.id)),
        "_permissions": { "contract:create": true },
        "id": workspace.id,
        "name": workspace.name,
        "company_name": account.name,
        "country_code": account.country_code,
        "registration_number": account.registration_number,
        "description": workspace.description,
        "date_format": "YYYY-MM-DD",
        "type": "regular",
        "created_time": shown(workspace.created),
        "updated_time": null,
    })
}
