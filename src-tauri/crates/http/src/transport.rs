//! The connections of this process, and how one request travels over them.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::redirect::Policy;

use crate::error::{Cause, SetupError};

/// Real time, whatever the clock of the host: a socket does not know of a faster clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until a connection stands.
    pub connect: Duration,
    /// Until the whole answer to an ordinary request is there.
    pub request: Duration,
    /// The same for a request or an answer that is a file.
    pub transfer: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            request: Duration::from_secs(20),
            transfer: Duration::from_mins(2),
        }
    }
}

/// The connections of this process, shared by all clients.
///
/// The system's trust roots are read when the first request goes beyond this machine, so that the sample data works
/// on a machine that has none.
pub struct Transport {
    timeouts: Timeouts,
    loopback: Mutex<Option<Lines>>,
    system: Mutex<Option<Lines>>,
}

/// Which kind of connection a request takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// Kept open and used again.
    Kept,
    /// A connection of its own. A kept one can be closed by the other side in the very moment a request goes out,
    /// which leaves its effect unknown; and hyper repeats a request on such a connection by itself.
    Fresh,
}

#[derive(Clone)]
struct Lines {
    kept: reqwest::Client,
    fresh: reqwest::Client,
}

impl Transport {
    /// Makes the shared connections; opens none.
    pub fn new(timeouts: Timeouts) -> Result<Arc<Self>, SetupError> {
        // ring, not aws-lc-rs (design.md §2). An error says that a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let transport = Self { timeouts, loopback: Mutex::new(None), system: Mutex::new(None) };
        transport.client(true, Line::Kept).map_err(|_| SetupError::Tls)?;
        Ok(Arc::new(transport))
    }

    /// The time-outs of every request.
    pub fn timeouts(&self) -> &Timeouts {
        &self.timeouts
    }

    /// Drops all open connections, and reads the system's proxy and trust roots anew with the next request. For a
    /// machine that woke up or changed its network: its old connections are dead without knowing it.
    pub fn forget_connections(&self) {
        for lines in [&self.loopback, &self.system] {
            *lines.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    /// The connections for a host: loopback ones never go through a proxy and never use TLS.
    pub(crate) fn client(&self, loopback: bool, line: Line) -> Result<reqwest::Client, Cause> {
        let lines = if loopback { &self.loopback } else { &self.system };
        let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        let made = match lines.take() {
            Some(made) => made,
            None => {
                Lines { kept: self.build(loopback, Line::Kept)?, fresh: self.build(loopback, Line::Fresh)? }
            }
        };
        let client = match line {
            Line::Kept => made.kept.clone(),
            Line::Fresh => made.fresh.clone(),
        };
        *lines = Some(made);
        Ok(client)
    }

    fn build(&self, loopback: bool, line: Line) -> Result<reqwest::Client, Cause> {
        #[expect(clippy::disallowed_methods, reason = "the one place where connections are made")]
        let mut builder = reqwest::Client::builder()
            .connect_timeout(self.timeouts.connect)
            .timeout(self.timeouts.request)
            .redirect(Policy::none())
            // reqwest repeats what HTTP/2 says was not begun; here only retry.rs repeats.
            .retry(reqwest::retry::never())
            .referer(false)
            .pool_idle_timeout(Duration::from_secs(30))
            .http2_keep_alive_interval(Duration::from_secs(10))
            .http2_keep_alive_timeout(Duration::from_secs(5));
        if loopback {
            builder = builder.no_proxy().tls_certs_only([]);
        }
        if line == Line::Fresh {
            builder = builder.pool_max_idle_per_host(0).http1_only();
        }
        builder.build().map_err(|_| Cause::NoTrustRoots)
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Transport({:?})", self.timeouts)
    }
}
