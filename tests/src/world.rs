//! Both services and one clock, for tests that need no window.
//!
//! The sandbox stands for Kommo and Oneflow; [`World::seat`] adds a computer with the app on it. What happened is read
//! from the sandbox's journal and from what it holds, never from the app.

use std::time::Duration;

use domain::Clock as _;
use sandbox::{Config, ContractView, DealView, Effect, Entry, Fault, FaultKind, Host, Matcher, Sandbox};

use crate::{
    clock::FastClock,
    manager::{FirstRun as _, Manager as _},
    seat::Seat,
    wait,
};

/// How fast tests run: 5 s of the app, its shortest limit, are 250 ms.
pub const SCALE: f64 = 20.0;

/// "Uppdrag 042" of Öresund Kraft AB: a deal without any problem.
pub const DEAL: i64 = 41_200_509;

/// Its company, price and signatory, as the sample data has them.
pub const COMPANY: &str = "Öresund Kraft AB";

/// The n-th won deal of the sample data, from 0; every fourth from 3 is awkward.
pub fn nth_deal(n: i64) -> i64 {
    41_200_017 + 12 * n
}

/// Both services, and the time on all computers.
#[derive(Debug)]
pub struct World {
    /// The stand-in of both services.
    pub sandbox: Sandbox,
    /// The clock of every seat; the sandbox's runs along.
    pub clock: FastClock,
}

impl World {
    /// The sample data with everything that set-up would offer to add.
    pub async fn start() -> anyhow::Result<Self> {
        Self::start_with(Config { contract_field: true, ..Config::default() }).await
    }

    /// Other sample data. The clock's start and scale are set here.
    pub async fn start_with(config: Config) -> anyhow::Result<Self> {
        Self::start_at(config, SCALE).await
    }

    /// Other sample data at another speed.
    pub async fn start_at(config: Config, time_scale: f64) -> anyhow::Result<Self> {
        let start = FastClock::real_now();
        let clock = FastClock::start(start, time_scale);
        let sandbox = Sandbox::start(Config { start: Some(start), time_scale, ..config }).await?;
        Ok(Self { sandbox, clock })
    }

    /// A computer with the app on it, connected to both accounts, its deals read. Nobody connects two computers in the
    /// same second: behind one address both together would be too fast for Kommo.
    pub async fn seat(&self) -> anyhow::Result<Seat> {
        let mut seat = self.new_computer()?;
        seat.start().await?;
        seat.connect(&self.sandbox).await?;
        self.advance(Duration::from_secs(2));
        Ok(seat)
    }

    /// A computer where the app was never started.
    pub fn new_computer(&self) -> anyhow::Result<Seat> {
        Seat::new(self.clock.clone())
    }

    /// Lets time pass at once, everywhere.
    pub fn advance(&self, by: Duration) {
        self.sandbox.advance(jiff::SignedDuration::try_from(by).unwrap_or(jiff::SignedDuration::MAX));
        self.clock.advance(by);
    }

    /// Lets a long time pass, and waits until a seat has looked at both services again: what was to come has come.
    pub async fn long_after(&self, seat: &Seat) -> anyhow::Result<()> {
        let last = self.sandbox.journal().last().map_or(0, |entry| entry.seq);
        self.advance(Duration::from_hours(2));
        seat.refresh().await?;
        for call in [Call::DEALS, Call::CONTRACTS] {
            wait::until_within(wait::PATIENCE * 4, format!("another look at {}", call.path), async || {
                let answered = |entry: &Entry| entry.seq > last && entry.status.is_some();
                Ok(self.asked(&call).iter().any(answered).then_some(()))
            })
            .await?;
        }
        Ok(())
    }

    /// The time of day.
    pub fn now(&self) -> domain::Timestamp {
        self.clock.now()
    }

    /// Orders a fault for the next request that matches.
    pub fn fault(&self, when: &Call, what: FaultKind) {
        self.sandbox.order(Fault::once(when.matcher(), what));
    }

    /// Requests of this kind that were accepted: the effects that the service keeps.
    pub fn accepted(&self, call: &Call) -> usize {
        self.asked(call).into_iter().filter(|entry| entry.effect == Effect::Done).count()
    }

    /// Requests of this kind, accepted or not.
    pub fn asked(&self, call: &Call) -> Vec<Entry> {
        self.sandbox.find(&call.matcher())
    }

    /// The deal as Kommo holds it.
    pub fn deal(&self, id: i64) -> DealView {
        self.sandbox.deal(id).expect("BUG: the sample data holds this deal")
    }

    /// What stands in the deal's field for its newest contract.
    pub fn contract_field(&self, deal: i64) -> Option<String> {
        let fields = self.deal(deal).fields;
        let (_, value) = fields.into_iter().find(|(name, _)| name == "oneflow_contract_id")?;
        value.as_str().map(str::to_owned)
    }

    /// The contracts that were made for a deal, by the text that marks it, drafts included.
    pub fn contracts_of(&self, deal: i64) -> Vec<ContractView> {
        let made = self.sandbox.contracts().into_iter().filter(|contract| contract.by_api);
        made.filter(|contract| marks(contract, deal)).collect()
    }

    /// Those that a customer was invited to sign.
    pub fn out_for(&self, deal: i64) -> Vec<ContractView> {
        self.contracts_of(deal).into_iter().filter(|contract| contract.published.is_some()).collect()
    }

    /// Notes that the app wrote to a deal.
    pub fn notes(&self, deal: i64) -> Vec<String> {
        let notes = self.deal(deal).notes.into_iter().map(|note| note.text);
        notes.filter(|text| text.contains(" [cs:")).collect()
    }

    /// Tasks that the app made for a deal.
    pub fn tasks(&self, deal: i64) -> Vec<String> {
        let tasks = self.deal(deal).tasks.into_iter().map(|task| task.text);
        tasks.filter(|text| text.contains(" [cs:")).collect()
    }
}

/// The marker stands in a data field, in each counterparty's participants, or in both.
fn marks(contract: &ContractView, deal: i64) -> bool {
    let text = format!("-{deal}-");
    let in_fields =
        contract.data_fields.iter().any(|(id, value)| id == "kommo_send" && value.contains(&text));
    let people = contract.participants.iter().filter_map(|person| person.custom_id.as_deref());
    in_fields || people.into_iter().any(|id| id.contains(&text))
}

/// A kind of request.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    host: Host,
    method: &'static str,
    path: &'static str,
    /// Empty for any.
    query: &'static str,
}

impl Call {
    /// Makes a draft.
    pub const CREATE: Self = Self::new(Host::Oneflow, "POST", "/v1/contracts/create");
    /// Sends a draft out.
    pub const PUBLISH: Self = Self::new(Host::Oneflow, "POST", "/v1/contracts/*/publish");
    /// Deletes a contract.
    pub const DELETE: Self = Self::new(Host::Oneflow, "DELETE", "/v1/contracts/*");
    /// Reads a contract alone.
    pub const CONTRACT: Self = Self::new(Host::Oneflow, "GET", "/v1/contracts/*");
    /// Reads a list of contracts.
    pub const CONTRACTS: Self = Self::new(Host::Oneflow, "GET", "/v1/contracts");
    /// Reads a deal alone.
    pub const DEAL: Self = Self::new(Host::Kommo, "GET", "/api/v4/leads/*");
    /// Reads a page of deals.
    pub const DEALS: Self = Self::new(Host::Kommo, "GET", "/api/v4/leads");
    /// Who the Kommo token belongs to.
    pub const KOMMO_ACCOUNT: Self = Self::new(Host::Kommo, "GET", "/api/v4/account");
    /// Who the Oneflow token belongs to.
    pub const ONEFLOW_ACCOUNT: Self = Self::new(Host::Oneflow, "GET", "/v1/accounts/me");
    /// Writes the contract field of a deal, or moves it to another stage.
    pub const FIELD: Self = Self::new(Host::Kommo, "PATCH", "/api/v4/leads/*");
    /// Kommo's users.
    pub const USERS: Self = Self::new(Host::Kommo, "GET", "/api/v4/users");
    /// Writes notes.
    pub const NOTE: Self = Self::new(Host::Kommo, "POST", "/api/v4/leads/**");
    /// Makes tasks.
    pub const TASK: Self = Self::new(Host::Kommo, "POST", "/api/v4/tasks");
    /// Attaches files to a deal.
    pub const ATTACH: Self = Self::new(Host::Kommo, "PUT", "/api/v4/leads/*/files");
    /// Opens an upload to the drive.
    pub const UPLOAD: Self = Self::new(Host::Drive, "POST", "/v1.0/sessions");
    /// Sends a part of a file to the drive.
    pub const PART: Self = Self::new(Host::Drive, "POST", "/v1.0/sessions/*/parts/*");
    /// Reads the signed PDF.
    pub const FILE: Self = Self::new(Host::Oneflow, "GET", "/v1/contracts/*/files/*");
    /// Everything of Kommo.
    pub const ANY_KOMMO: Self = Self::new(Host::Kommo, "GET", "/**");
    /// Everything of Oneflow.
    pub const ANY_ONEFLOW: Self = Self::new(Host::Oneflow, "GET", "/**");

    /// Requests with this method on paths like this one.
    pub const fn new(host: Host, method: &'static str, path: &'static str) -> Self {
        Self { host, method, path, query: "" }
    }

    /// Only those with this text in their query, as it is sent.
    #[must_use]
    pub const fn asking(self, query: &'static str) -> Self {
        Self { query, ..self }
    }

    /// The server asked.
    pub const fn host(&self) -> Host {
        self.host
    }

    /// Whether it can change anything.
    pub fn changes(&self) -> bool {
        self.method != "GET"
    }

    /// As the sandbox wants it.
    pub fn matcher(&self) -> Matcher {
        let query = (!self.query.is_empty()).then(|| self.query.to_owned());
        Matcher { query_contains: query, ..Matcher::new(self.host, self.method, self.path) }
    }
}
