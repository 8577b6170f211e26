//! Makes the clients of both services: the connections of this process, its clock and its chance.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex},
};

use domain::Clock;
use http::{Address, Chance, Limiter, Pace, Settings, Standing, Timeouts, Transport};
use kommo::{Kommo, KommoAddress};
use oneflow::Oneflow;
use secrecy::SecretString;

use crate::{accounts::SetupError, clock::HttpTime, health::Service};

/// Everything that clients share.
#[derive(Clone)]
pub(crate) struct Network {
    transport: Arc<Transport>,
    time: Arc<HttpTime>,
    chance: Arc<dyn Chance>,
    /// By whom they are counted.
    limiters: Arc<Mutex<HashMap<String, Arc<Limiter>>>>,
}

impl Network {
    pub(super) fn new(clock: Arc<dyn Clock>, chance: Arc<dyn Chance>, timeouts: Timeouts) -> Self {
        let transport =
            Transport::new(timeouts).expect("BUG: connections to this machine need nothing of the system");
        Self { transport, time: Arc::new(HttpTime(clock)), chance, limiters: Arc::default() }
    }

    /// A client of a Kommo account. Kommo counts the calls of an IP address, whatever the account
    /// (`api/kommo.md §18.1`), so all of them share one pace.
    pub(crate) fn kommo(&self, address: KommoAddress, token: &SecretString) -> Result<Kommo, SetupError> {
        let counted =
            if address.api().is_loopback() { origin(address.api()) } else { "kommo.com".to_owned() };
        let limiter = self.limiter(counted, kommo::PACE);
        let kommo = Kommo::new(Arc::clone(&self.transport), address, token, limiter);
        kommo.map_err(|error| refused(Service::Kommo, error))
    }

    /// A client of a Oneflow account that speaks as the anonymous admin. Oneflow counts the calls of a token
    /// (`api/oneflow.md §1.2`); one token is in use at a time.
    pub(crate) fn oneflow(&self, address: Address, token: SecretString) -> Result<Oneflow, SetupError> {
        let limiter = self.limiter(origin(&address), oneflow::pace());
        let oneflow = Oneflow::new(Arc::clone(&self.transport), address, token, limiter, Settings::default());
        oneflow.map_err(|error| refused(Service::Oneflow, error))
    }

    /// After a sleep or a change of network: old connections are dead without knowing it.
    pub(crate) fn forget_connections(&self) {
        self.transport.forget_connections();
    }

    /// A client is made when a person asks for a test or enters a token: after a block that is a probe, and it must
    /// not wait for the hourly one.
    fn limiter(&self, counted: String, pace: Pace) -> Arc<Limiter> {
        let mut limiters = self.limiters.lock().expect("BUG: nothing panics while it holds this lock");
        let known = limiters.get(&counted);
        if let Some(known) = known.filter(|known| !matches!(known.standing(), Standing::Blocked { .. })) {
            return Arc::clone(known);
        }
        let time: Arc<dyn http::Time> = Arc::clone(&self.time) as _;
        let limiter = Arc::new(Limiter::new(pace, time, Arc::clone(&self.chance)));
        limiters.insert(counted, Arc::clone(&limiter));
        limiter
    }
}

fn origin(address: &Address) -> String {
    address.url().origin().ascii_serialization()
}

fn refused(service: Service, error: http::SetupError) -> SetupError {
    match error {
        http::SetupError::BadCredential => SetupError::TokenMalformed(service),
        http::SetupError::Tls => SetupError::TlsInspected,
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Network").field(&self.transport).finish()
    }
}
