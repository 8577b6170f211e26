//! Kommo: the account host and the drive host. The specification is api/kommo.md.
//!
//! To add a call: a handler in the module of its resource, a line in [`routes`] or [`drive_routes`].

use axum::Router;
use axum::http::{Method, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};

mod account;
mod admission;
mod card_filter;
mod cards;
mod contacts;
mod custom_fields;
mod drive;
mod events;
mod field_values;
mod files;
mod lead_changes;
mod leads;
mod links;
mod loss_reasons;
mod notes;
mod oauth;
mod paging;
mod pipelines;
mod refusal;
mod state;
mod tasks;

pub(crate) use admission::{Limiter, NewToken, Token, admit, admit_to_drive};
pub(crate) use drive::Drive;
pub(crate) use field_values::plain;
pub(crate) use lead_changes::{in_stage, move_to};
pub(crate) use oauth::RefreshTokens;
pub(crate) use refusal::{Refusal, any_error};
pub(crate) use state::{
    Account, Card, Choice, Company, Contact, Field, FieldType, FieldValues, Held, Kind, Kommo, LOST, Lead,
    NewEvent, Note, Pipeline, Stage, Task, User, WON,
};

use crate::server::{Call, Caller, Reply, Site, on};

/// Routes of the account host.
pub(crate) fn routes() -> Router<Site> {
    let routes = Router::new()
        .route(oauth::PATH, post(on(oauth::token)))
        .route("/api/v4/account", get(on(account::read)))
        .route("/api/v4/users", get(on(account::users)))
        .route("/api/v4/users/{id}", get(on(account::user)))
        .route("/api/v4/leads/pipelines", get(on(pipelines::all)))
        .route("/api/v4/leads/pipelines/{id}", get(on(pipelines::one)))
        .route("/api/v4/leads/pipelines/{id}/statuses", get(on(pipelines::stages)))
        .route("/api/v4/leads/loss_reasons", get(on(loss_reasons::all)))
        .route(
            "/api/v4/leads",
            get(on(leads::all)).post(on(lead_changes::create)).patch(on(lead_changes::change_many)),
        )
        .route("/api/v4/leads/{id}", get(on(leads::one)).patch(on(lead_changes::change_one)))
        .route(
            "/api/v4/contacts",
            get(on(contacts::all_contacts))
                .post(on(contacts::create_contacts))
                .patch(on(contacts::change_contacts)),
        )
        .route("/api/v4/contacts/{id}", get(on(contacts::one_contact)).patch(on(contacts::change_contact)))
        .route(
            "/api/v4/companies",
            get(on(contacts::all_companies))
                .post(on(contacts::create_companies))
                .patch(on(contacts::change_companies)),
        )
        .route("/api/v4/companies/{id}", get(on(contacts::one_company)).patch(on(contacts::change_company)))
        .route("/api/v4/leads/{id}/link", post(on(links::link)))
        .route("/api/v4/leads/{id}/unlink", post(on(links::unlink)))
        .route("/api/v4/tasks", get(on(tasks::all)).post(on(tasks::create)).patch(on(tasks::change_many)))
        .route("/api/v4/tasks/{id}", get(on(tasks::one)).patch(on(tasks::change_one)))
        .route("/api/v4/events", get(on(events::all)))
        .route("/api/v4/events/{event}", get(on(events::one)));
    ["leads", "contacts", "companies"]
        .into_iter()
        .fold(routes, card_routes)
        .fallback(not_found)
        .method_not_allowed_fallback(not_allowed)
}

/// What every kind of card has.
fn card_routes(routes: Router<Site>, kind: &str) -> Router<Site> {
    let path = |rest: &str| format!("/api/v4/{kind}/{rest}");
    routes
        .route(&path("custom_fields"), get(on(custom_fields::all)).post(on(custom_fields::create)))
        .route(&path("custom_fields/{field}"), get(on(custom_fields::one)))
        .route(&path("notes"), get(on(notes::all)).post(on(notes::create)).patch(on(notes::change_many)))
        .route(&path("notes/{note}"), get(on(notes::one)).patch(on(notes::change_one)))
        .route(&path("{id}/notes"), get(on(notes::all)).post(on(notes::create)))
        .route(&path("{id}/notes/{note}"), get(on(notes::one)).patch(on(notes::change_one)))
        .route(&path("{id}/notes/{note}/pin"), post(on(notes::pin)))
        .route(&path("{id}/notes/{note}/unpin"), post(on(notes::pin)))
        .route(&path("{id}/links"), get(on(links::all)))
        .route(&path("{id}/files"), put(on(files::attach)).get(on(files::all)).delete(on(files::detach)))
}

/// Routes of the drive host.
pub(crate) fn drive_routes() -> Router<Site> {
    Router::new()
        .route("/v1.0/sessions", post(on(drive::open)))
        .route("/v1.0/sessions/{session}/parts/{key}", post(on(drive::part)))
        .route("/v1.0/files", get(on(drive::all)))
        .route("/v1.0/files/{uuid}", get(on(drive::one)))
        .route("/download/{uuid}/{name}", get(on(drive::download)))
        .fallback(async || drive::refused(404))
}

/// The user that a call is made by.
fn user_of(call: &Call) -> i64 {
    match call.caller {
        Caller::Kommo { user, .. } => user,
        Caller::Anyone | Caller::Oneflow { .. } => 0,
    }
}

async fn not_found(method: Method, uri: Uri) -> Response {
    Reply::from(Refusal::NotFound(format!("Cannot {method} {}", uri.path()))).into_response()
}

async fn not_allowed() -> Response {
    Reply::from(Refusal::MethodNotAllowed).into_response()
}
