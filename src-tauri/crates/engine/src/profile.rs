//! Everything that the use cases and workers of one profile share.

use std::{
    path::PathBuf,
    sync::{
        Arc, RwLock, RwLockReadGuard,
        atomic::{AtomicBool, Ordering},
    },
};

use domain::{AccountId, Clock, SeatId, Timestamp, deal::KommoAccount};
use store::{Cache, Ledger};
use tokio::sync::Notify;

use crate::{
    EngineError, Event, Events,
    health::{Health, Service, Trouble},
    sending::Holds,
    settings::{Settings, SettingsFile},
    supervisor::Supervisor,
    watching::Watch,
};

/// One Kommo account with one Oneflow account, or the sample data. Shared by reference count.
#[derive(Debug)]
pub struct Profile {
    pub(crate) kind: ProfileKind,
    pub(crate) folder: PathBuf,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ledger: Ledger,
    pub(crate) cache: Cache,
    pub(crate) seat: SeatId,
    pub(crate) settings: SettingsFile,
    pub(crate) clients: RwLock<Clients>,
    pub(crate) health: Health,
    pub(crate) events: Events,
    pub(crate) supervisor: Supervisor,
    pub(crate) wake: Wake,
    pub(crate) holds: Holds,
    pub(crate) watch: Watch,
    pub(crate) sync: crate::deals::SyncState,
    pub(crate) is_window_open: AtomicBool,
}

/// Whether real accounts or sample data are behind a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileKind {
    /// The sandbox inside the app.
    Sample,
    /// Two real accounts.
    Connected,
}

/// The clients of both services; replaced as a pair when a token is.
#[derive(Debug, Clone)]
pub struct Clients {
    /// The CRM.
    pub kommo: kommo::Kommo,
    /// The contracts.
    pub oneflow: oneflow::Oneflow,
    /// When Kommo's token says that it ends.
    pub kommo_token_ends: Option<Timestamp>,
}

/// Wakes workers that wait for their next turn.
#[derive(Debug, Default)]
pub(crate) struct Wake {
    /// A send was clicked or settled: it wants a driver.
    pub sending: Notify,
    /// Drivers that wait for a moment need not: a hold was ended, the network is back.
    pub drivers: Notify,
    /// Look at the contracts now.
    pub watching: Notify,
    /// Work is owed to Kommo.
    pub write_backs: Notify,
    /// Read the deals now.
    pub deals: Notify,
}

impl Profile {
    /// Real accounts or sample data.
    pub fn kind(&self) -> ProfileKind {
        self.kind
    }

    /// What was chosen for it.
    pub fn settings(&self) -> Arc<Settings> {
        self.settings.now()
    }

    /// What happened in it, from now on.
    pub fn events(&self) -> &Events {
        &self.events
    }

    /// How the services answer.
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// The time of day.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The ledger, for reading.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The cache, for reading.
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// Tells the workers whether a person can see the window: it decides how often they look.
    pub fn set_window_open(&self, is_open: bool) {
        if !self.is_window_open.swap(is_open, Ordering::Relaxed) && is_open {
            self.wake_all();
        }
    }

    /// At once: after a resume, a new token, a network that is back.
    pub fn wake_all(&self) {
        self.wake.sending.notify_one();
        self.wake.drivers.notify_waiters();
        self.wake.watching.notify_one();
        self.wake.write_backs.notify_one();
        self.wake.deals.notify_one();
    }

    /// Looks at the contracts now: a person expects something to have happened.
    pub fn look_now(&self) {
        self.wake.watching.notify_one();
    }

    /// The Kommo account, as last seen.
    pub async fn kommo_account(&self) -> Result<KommoAccount, EngineError> {
        let account =
            self.cache.read(|reading| store::facts::get(reading, &store::facts::KOMMO_ACCOUNT)).await?;
        account.ok_or(EngineError::NotConnected)
    }

    /// How many entries of the lists of both services could not be read when they were last seen.
    pub fn odd_rows(&self) -> usize {
        self.kommo().odd_rows() + self.oneflow_unfiltered().odd_rows() + self.watch.odd_rows()
    }

    pub(crate) fn account(&self) -> AccountId {
        self.settings.now().kommo_account
    }

    fn clients(&self) -> RwLockReadGuard<'_, Clients> {
        self.clients.read().expect("BUG: nothing panics while it holds this lock")
    }

    pub(crate) fn kommo(&self) -> kommo::Kommo {
        self.clients().kommo.clone()
    }

    pub(crate) fn kommo_token_ends(&self) -> Option<Timestamp> {
        self.clients().kommo_token_ends
    }

    /// Oneflow on behalf of the set user: creating and changing need one.
    pub(crate) fn oneflow(&self) -> oneflow::Oneflow {
        self.clients().oneflow.as_user(self.settings.now().oneflow_email.as_str())
    }

    /// Oneflow as the anonymous admin, who should see every workspace (a guess that the connection test checks).
    pub(crate) fn oneflow_unfiltered(&self) -> oneflow::Oneflow {
        self.clients().oneflow.as_anonymous_admin()
    }

    pub(crate) fn tell(&self, event: Event) {
        self.events.tell(event);
    }

    /// Stores how a call to `service` went, for everybody who waits on it, and hands the outcome on.
    pub(crate) fn heard<T>(
        &self,
        service: Service,
        outcome: Result<T, http::Error>,
    ) -> Result<T, http::Error> {
        let trouble = outcome.as_ref().err().map_or(Some(None), |error| Trouble::of(error).map(Some));
        if let Some(trouble) = trouble
            && self.health.report(service, trouble, self.clock.now())
        {
            self.tell(Event::HealthChanged);
        }
        outcome
    }

    /// [`Profile::heard`] for Kommo, as a use case reports it.
    pub(crate) fn heard_kommo<T>(&self, outcome: Result<T, http::Error>) -> Result<T, EngineError> {
        self.heard(Service::Kommo, outcome).map_err(EngineError::kommo)
    }

    /// [`Profile::heard`] for Oneflow, as a use case reports it.
    pub(crate) fn heard_oneflow<T>(&self, outcome: Result<T, http::Error>) -> Result<T, EngineError> {
        self.heard(Service::Oneflow, outcome).map_err(EngineError::oneflow)
    }
}
