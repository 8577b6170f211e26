//! Real HTTP servers on loopback, one per host of the two services.
//!
//! A request passes the gate (journal, faults, limits, token) and is then routed to a handler: a plain function
//! from the world and a call to a reply. Handlers know nothing of sockets.

use std::future::{Future, Ready, ready};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

mod call;
mod gate;
mod line;
mod network;
mod query;
mod spoil;

pub(crate) use call::{Call, Caller, Reply};
pub(crate) use gate::{Admission, Arrival};
pub(crate) use network::Network;
pub(crate) use query::{Query, encode};

use crate::faults::Host;
use crate::shared::{Shared, World};

/// The state that routers carry.
pub(crate) type Site = Arc<Shared>;

/// Makes a handler of a function from the world and a call to a reply.
pub(crate) fn on<A: IntoResponse + 'static>(
    handler: fn(&mut World, &Call) -> A,
) -> impl Fn(State<Site>, Call) -> Ready<Response> + Clone + Send + Sync + 'static {
    move |State(site), call| {
        let answer = handler(&mut site.world(), &call);
        ready(answer.into_response())
    }
}

/// A bound port, and its address as clients write it.
pub(crate) struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    /// `http://127.0.0.1:PORT`.
    pub(crate) base: String,
}

impl Bound {
    pub(crate) async fn bind(port: u16) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, base: format!("http://{address}") })
    }

    /// Serves the routes of a host behind the gate.
    pub(crate) fn serve(self, host: Host, shared: &Arc<Shared>, routes: Router<Site>) -> JoinHandle<()> {
        let door = gate::Door { host, base: self.base, shared: shared.clone() };
        // The gate must run before routing (it strips slashes and answers 401 for unknown paths too), so the
        // routes are a fallback behind it.
        let app = Router::new()
            .fallback_service(routes.with_state(shared.clone()))
            .layer(from_fn_with_state(door, gate::gate))
            .into_make_service_with_connect_info::<line::Line>();
        let listener = line::CuttableListener::new(self.listener, self.address, shared.network.clone());
        detached(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, ?host, "a server of the sandbox stopped");
            }
        })
    }

    /// Serves the control surface, which has no gate.
    pub(crate) fn serve_control(self, shared: &Arc<Shared>, routes: Router<Site>) -> JoinHandle<()> {
        let app = routes.with_state(shared.clone());
        detached(async move {
            if let Err(error) = axum::serve(self.listener, app).await {
                tracing::error!(%error, "the control surface stopped");
            }
        })
    }
}

/// Runs on a task of its own, which outlives the connection that asked for it.
#[expect(clippy::disallowed_methods, reason = "the sandbox is no part of the engine and has no supervisor")]
fn detached<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(work)
}
