//! The line between a browser and the router, over HTTP.

use std::{
    collections::HashMap, convert::Infallible, net::Ipv4Addr, path::PathBuf, sync::Arc, time::Duration,
};

use axum::{
    Json,
    body::Bytes,
    extract::{DefaultBodyLimit, Query, Request, State},
    http::{StatusCode, Uri},
    middleware::{self, Next},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::{get, post, put},
};
use domain::Clock as _;
use futures::{Stream, stream};
use ipc::{Router, dto::UiEvent};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::broadcast, task::JoinHandle};

use super::{desktop::PaperDesktop, pages};
use crate::clock::FastClock;

/// What a host is made of.
#[derive(Clone)]
pub struct Parts {
    /// The app behind it.
    pub router: Router,
    /// The desktop that the router was given.
    pub desktop: Arc<PaperDesktop>,
    /// The clock that the app was given.
    pub clock: FastClock,
    /// The built interface.
    pub ui: Option<PathBuf>,
}

/// A listening host. Dropping it closes the port.
#[derive(Debug)]
pub struct Host {
    address: String,
    serving: JoinHandle<()>,
}

#[derive(Clone)]
struct Serving {
    parts: Parts,
    key: Arc<str>,
}

impl Host {
    /// Listens on 127.0.0.1; port 0 takes a free one.
    pub async fn start(parts: Parts, port: u16) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let key: Arc<str> = format!("{:032x}", rand::random::<u128>()).into();
        let address = format!("http://{}/?key={key}", listener.local_addr()?);
        let app = routes(Serving { parts, key });
        #[expect(clippy::disallowed_methods, reason = "a server of the harness, not a worker of the app")]
        let serving = tokio::spawn(async move {
            // It never ends by itself: it is aborted.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { address, serving })
    }

    /// Where the interface is, key included.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn routes(serving: Serving) -> axum::Router {
    let line = axum::Router::new()
        .route("/rpc", post(rpc))
        .route("/events", get(events))
        .route("/desktop", get(desktop))
        .route("/desktop/file", put(offer_file))
        .route("/clock", get(clock).post(move_clock))
        .layer(middleware::from_fn_with_state(serving.clone(), only_with_key));
    line.fallback(get(page)).layer(DefaultBodyLimit::max(4 << 20)).with_state(serving)
}

/// Another program on this computer, or a page in its browser, must not send contracts.
async fn only_with_key(State(serving): State<Serving>, request: Request, next: Next) -> Response {
    let asked = Query::<HashMap<String, String>>::try_from_uri(request.uri());
    let is_known = asked.is_ok_and(|query| query.get("key").is_some_and(|key| **key == *serving.key));
    if is_known { next.run(request).await } else { StatusCode::UNAUTHORIZED.into_response() }
}

#[derive(Deserialize)]
struct Asked {
    cmd: String,
    payload: Value,
}

async fn rpc(State(serving): State<Serving>, Json(asked): Json<Asked>) -> Response {
    match serving.parts.router.call(&asked.cmd, asked.payload).await {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, Json(error)).into_response(),
    }
}

async fn events(State(serving): State<Serving>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let told = stream::unfold(serving.parts.router.events(), next_event);
    Sse::new(told).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

async fn next_event(
    mut told: broadcast::Receiver<UiEvent>,
) -> Option<(Result<Event, Infallible>, broadcast::Receiver<UiEvent>)> {
    loop {
        match told.recv().await {
            Ok(event) => {
                let text = serde_json::to_string(&event).expect("BUG: every event has a JSON form");
                return Some((Ok(Event::default().data(text)), told));
            }
            // A browser that reads so slowly asks anew with the next event.
            Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => return None,
        }
    }
}

async fn desktop(State(serving): State<Serving>) -> Response {
    Json(serving.parts.desktop.recorded()).into_response()
}

async fn offer_file(State(serving): State<Serving>, bytes: Bytes) -> StatusCode {
    serving.parts.desktop.offer_file(bytes.to_vec());
    StatusCode::NO_CONTENT
}

async fn clock(State(serving): State<Serving>) -> Json<Value> {
    let clock = &serving.parts.clock;
    Json(json!({ "now": clock.now(), "scale": clock.scale() }))
}

#[derive(Deserialize)]
struct Advance {
    advance_ms: u64,
}

async fn move_clock(State(serving): State<Serving>, Json(asked): Json<Advance>) -> Json<Value> {
    serving.parts.clock.advance(Duration::from_millis(asked.advance_ms));
    clock(State(serving)).await
}

async fn page(State(serving): State<Serving>, uri: Uri) -> Response {
    match &serving.parts.ui {
        Some(folder) => pages::page(folder, uri.path()).await,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
