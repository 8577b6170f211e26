//! Oneflow and the storage of its files. The specification is api/oneflow.md.
//!
//! What the published recipe gets wrong is refused here as it is there: `POST /contracts` and `PATCH` with 405,
//! `/contracts/{id}/pdf` with 404 (api/oneflow.md §9).

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use serde_json::{Value, json};

mod account;
mod admission;
mod contracts;
mod create;
mod data_fields;
mod files;
mod history;
mod life;
mod listing;
mod participants;
mod party_reader;
mod refusal;
mod state;
mod storage;
mod template_types;
mod templates;
mod view;

pub(crate) use admission::admit;
pub(crate) use create::SIGNING_PERIOD;
pub(crate) use life::{Illegal, actor};
pub(crate) use refusal::{Refusal, any_error};
pub(crate) use state::{
    Account, Comment, Contract, DataField, Oneflow, Participant, Party, SigningPeriod, Source, Template,
    TemplateType, Token, TypeField, User, Workspace,
};
pub use state::{ContractState, SignState};
pub(crate) use storage::Storage;

use crate::server::{Call, Reply, Site, on};

const JSON: &str = "application/json";

/// Routes of the API host.
pub(crate) fn routes() -> Router<Site> {
    let v1 = Router::new()
        .route("/ping", get(on(account::ping)))
        .route("/accounts/me", get(on(account::me)))
        .route("/users", get(on(account::users)))
        .route("/users/{id}", get(on(account::user)))
        .route("/workspaces", get(on(account::workspaces)))
        .route("/workspaces/{id}", get(on(account::workspace)))
        .route("/templates", get(on(templates::all)))
        .route("/templates/{id}", get(on(templates::one)))
        .route("/template_types", get(on(template_types::all)).post(on(template_types::create)))
        .route("/template_types/{id}", get(on(template_types::one)))
        .route("/template_types/{id}/data_fields", put(on(template_types::replace_data_fields)))
        .route("/helpers/template_types/{id}/data_fields", get(on(template_types::data_fields)))
        .route("/helpers/contract_create_data", get(on(templates::create_data)))
        .route("/contracts", get(on(contracts::all)))
        .route("/contracts/create", post(on(create::create)))
        .route(
            "/contracts/{id}",
            get(on(contracts::one)).put(on(contracts::change)).delete(on(contracts::delete)),
        )
        .route("/contracts/{id}/publish", post(on(contracts::publish)))
        .route("/contracts/{id}/parties", get(on(participants::parties)).post(on(participants::add_party)))
        .route("/contracts/{id}/parties/{party}/participants", post(on(participants::add_participant)))
        .route(
            "/contracts/{id}/parties/{party}/participants/{participant}",
            put(on(participants::change_participant)),
        )
        .route("/contracts/{id}/participants/{participant}/access_link", post(on(participants::access_link)))
        .route("/contracts/{id}/data_fields", get(on(data_fields::all)).put(on(data_fields::change_many)))
        .route("/contracts/{id}/data_fields/{field}", put(on(data_fields::change_one)))
        .route("/contracts/{id}/files", get(on(files::all)))
        .route("/contracts/{id}/files/{file}", get(on(files::one)))
        .route("/contracts/{id}/events", get(on(history::events)))
        .route("/contracts/{id}/events/{event}", get(on(history::event)))
        .route("/contracts/{id}/comments", get(on(history::comments)).post(on(history::add_comment)));
    Router::new().nest("/v1", v1).fallback(not_found).method_not_allowed_fallback(not_allowed)
}

/// Routes of the storage host.
pub(crate) fn storage_routes() -> Router<Site> {
    Router::new().route("/contracts/{name}", get(on(storage::download)))
}

fn address(call: &Call, path: &str) -> String {
    format!("{}/v1/{path}", call.base)
}

fn self_link(call: &Call, path: &str) -> Value {
    json!({ "self": { "href": address(call, path) } })
}

async fn not_found() -> Response {
    Reply::from(Refusal::NotFound).into_response()
}

async fn not_allowed() -> Response {
    Reply::from(Refusal::MethodNotAllowed).into_response()
}
