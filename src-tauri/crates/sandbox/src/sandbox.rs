//! A running sandbox, as its owner sees it.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;

use crate::clock::SandboxClock;
use crate::config::Config;
use crate::control;
use crate::faults::{Fault, FaultPlan, Host, Matcher};
use crate::held::{self, ContractView, DealView};
use crate::journal::Entry;
use crate::people::{self, Act, ActError, Acted};
use crate::server::Bound;
use crate::shared::Shared;
use crate::switches::Switches;
use crate::{kommo, oneflow, sample};

/// Kommo and Oneflow on loopback. Dropping it closes the servers.
#[derive(Debug)]
pub struct Sandbox {
    shared: Arc<Shared>,
    tokens: Tokens,
    servers: Vec<JoinHandle<()>>,
}

/// Where the servers listen: `http://127.0.0.1:PORT`, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    /// Kommo's account host; paths begin with `/api/v4`.
    pub kommo: String,
    /// Kommo's drive host.
    pub drive: String,
    /// Oneflow; paths begin with `/v1`.
    pub oneflow: String,
    /// The storage host of Oneflow's downloads.
    pub storage: String,
    /// The control surface, when it is served.
    pub control: Option<String>,
}

/// Tokens made at the start. They live in memory only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// An administrator's, good for 400 days.
    pub kommo: String,
    /// Of a user who is no administrator.
    pub kommo_ordinary_user: String,
    /// An administrator's that ran out a day ago.
    pub kommo_expired: String,
    /// An administrator's without the scope `files`.
    pub kommo_without_files: String,
    /// The user behind `kommo`.
    pub kommo_user_id: i64,
    /// Oneflow's.
    pub oneflow: String,
    /// An administrator of the Oneflow account, with the same e-mail in Kommo.
    pub oneflow_user_email: String,
}

/// The sandbox's clock at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ClockView {
    /// What it shows.
    pub now: Timestamp,
    /// How many times faster than real time it runs.
    pub scale: f64,
    /// By how much it was moved on so far, in milliseconds.
    pub moved_on_ms: u64,
}

/// Hosts of the two services.
pub(crate) const HOSTS: usize = 4;

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A port on 127.0.0.1 could not be taken.
    #[error("the sandbox cannot listen on 127.0.0.1")]
    Listen(#[from] std::io::Error),
}

impl Sandbox {
    /// Makes the sample data and starts all servers. Must be called inside a tokio runtime.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let bound_kommo = Bound::bind(config.ports.kommo).await?;
        let bound_drive = Bound::bind(config.ports.drive).await?;
        let bound_oneflow = Bound::bind(config.ports.oneflow).await?;
        let bound_storage = Bound::bind(config.ports.storage).await?;
        let bound_control =
            if config.serve_control { Some(Bound::bind(config.ports.control).await?) } else { None };
        let addresses = Addresses {
            kommo: bound_kommo.base.clone(),
            drive: bound_drive.base.clone(),
            oneflow: bound_oneflow.base.clone(),
            storage: bound_storage.base.clone(),
            control: bound_control.as_ref().map(|bound| bound.base.clone()),
        };
        let clock = SandboxClock::start(config.start, config.time_scale);
        let (world, tokens) = sample::world(&config, &addresses, clock.now());
        let faults = FaultPlan::new(config.seed);
        let shared = Arc::new(Shared::new(clock, faults, addresses, tokens.clone(), world));
        let mut servers = vec![
            bound_kommo.serve(Host::Kommo, &shared, kommo::routes()),
            bound_drive.serve(Host::Drive, &shared, kommo::drive_routes()),
            bound_oneflow.serve(Host::Oneflow, &shared, oneflow::routes()),
            bound_storage.serve(Host::Storage, &shared, oneflow::storage_routes()),
        ];
        servers.extend(bound_control.map(|bound| bound.serve_control(&shared, control::routes())));
        Ok(Self { shared, tokens, servers })
    }

    /// Where the servers listen.
    pub fn addresses(&self) -> &Addresses {
        &self.shared.addresses
    }

    /// The tokens made at the start.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// The time on the sandbox's clock.
    pub fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    /// Moves the sandbox's clock on; it never goes back.
    pub fn advance(&self, by: SignedDuration) {
        self.shared.clock.advance(Duration::try_from(by).unwrap_or_default());
    }

    /// Does what a person would do in one of the services.
    ///
    /// # Errors
    /// When what is named is not there, or its state does not allow it.
    pub fn act(&self, act: Act) -> Result<Acted, ActError> {
        people::act(&self.shared, act)
    }

    /// Orders a fault; it goes behind those already ordered.
    pub fn order(&self, fault: Fault) {
        self.shared.faults.order(fault);
    }

    /// Faults that are not used up.
    pub fn faults(&self) -> Vec<Fault> {
        self.shared.faults.list()
    }

    /// Takes all faults back.
    pub fn clear_faults(&self) {
        self.shared.faults.clear();
    }

    /// Takes all hosts of the services off the network, or brings them back on the same ports. Off the network
    /// connections are refused; the control surface stays.
    pub async fn set_online(&self, online: bool) {
        self.shared.network.set_online(online, HOSTS).await;
    }

    /// How the unknowns are set now.
    pub fn switches(&self) -> Switches {
        self.shared.world().switches.clone()
    }

    /// Sets the unknowns, for every request from now on.
    pub fn set_switches(&self, switches: Switches) {
        self.shared.world().switches = switches;
    }

    /// All requests so far, in order of arrival.
    pub fn journal(&self) -> Vec<Entry> {
        self.find(&Matcher::default())
    }

    /// Requests that match; `nth` and `probability` do not count here.
    pub fn find(&self, matcher: &Matcher) -> Vec<Entry> {
        self.shared.journal.find(matcher, 0)
    }

    /// Whether a service is at work on a request that it will answer.
    pub fn is_working(&self) -> bool {
        // A request whose client went in the middle of the work is never answered.
        self.shared.journal.has_unanswered(self.now() - SignedDuration::from_secs(1))
    }

    /// Forgets all requests.
    pub fn clear_journal(&self) {
        self.shared.journal.clear();
    }

    /// All contracts, by id.
    pub fn contracts(&self) -> Vec<ContractView> {
        contracts(&self.shared)
    }

    /// All deals, by id, those in the trash too.
    pub fn deals(&self) -> Vec<DealView> {
        deals(&self.shared, |_| true)
    }

    /// One deal, also from the trash.
    pub fn deal(&self, id: i64) -> Option<DealView> {
        deal(&self.shared, id)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.servers.iter().for_each(JoinHandle::abort);
    }
}

pub(crate) fn contracts(shared: &Shared) -> Vec<ContractView> {
    let now = shared.clock.now();
    let mut world = shared.world();
    world.oneflow.settle(now);
    world.oneflow.contracts.values().map(held::contract).collect()
}

pub(crate) fn deals(shared: &Shared, wanted: impl Fn(i64) -> bool) -> Vec<DealView> {
    let world = shared.world();
    let kommo = &world.kommo;
    kommo.leads.values().filter(|lead| wanted(lead.status_id)).map(|lead| held::deal(kommo, lead)).collect()
}

pub(crate) fn deal(shared: &Shared, id: i64) -> Option<DealView> {
    let world = shared.world();
    world.kommo.leads.get(&id).map(|lead| held::deal(&world.kommo, lead))
}
