//! How long a killed app takes until it goes on with what it was doing: real processes, real time, the system's keychain.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context as _;
use ipc::dto::SendStateCode;
use sandbox::{
    Config, Fault, FaultKind, Matcher,
    switches::{KommoSwitches, RateLimit, Switches},
};

use crate::{
    built,
    desk::Desk,
    host::HostProgram,
    manager::{FirstRun as _, Manager as _},
    measure::{Times, give_a_past},
    wait,
    world::{Call, World, nth_deal},
};

/// A connected app with a past, which is killed again and again.
#[derive(Debug)]
pub struct Patient {
    world: World,
    desk: Desk,
    data: PathBuf,
}

impl Patient {
    /// An app whose ledger holds `sends` sends.
    pub async fn with_sends(sends: u32) -> anyhow::Result<Self> {
        // A process that is killed takes its count of requests along: at real speed its successor would meet the limit
        // of the address, and the pause would be measured.
        let kommo = KommoSwitches { rate_limit: RateLimit::Off, ..KommoSwitches::default() };
        let switches = Switches { kommo, ..Switches::default() };
        let config = Config { deals: 12, contract_field: true, switches, ..Config::default() };
        let world = World::start_at(config, 1.0).await?;
        let desk = Desk::start().await?;
        let data = desk.home().join("data");
        let patient = Self { world, desk, data };
        let host = patient.start().await?;
        host.connect(&patient.world.sandbox).await?;
        host.send(nth_deal(0)).await?;
        host.send_is(nth_deal(0), SendStateCode::Published).await?;
        host.quit().await?;
        let ledger = find(&patient.data, "ledger.db")?.context("the app has a ledger")?;
        give_a_past(&ledger, sends)?;
        Ok(patient)
    }

    /// Kills the app during a send, and measures from the start of the next process to the first request with which the
    /// send goes on. Each of `deals` is clicked once.
    pub async fn killed_during(&self, deals: &[i64]) -> anyhow::Result<Times> {
        let mut times = Times::default();
        for &deal in deals {
            let host = self.start().await?;
            let step = Call::DEAL;
            let is_of_deal = |entry: &sandbox::Entry| entry.path.ends_with(&format!("/{deal}"));
            // Of this deal only: the write-backs of the sends before read deals, too.
            let read = Matcher { path: Some(format!("/api/v4/leads/{deal}")), ..step.matcher() };
            self.world.sandbox.order(Fault::once(read, FaultKind::NoAnswer { after_effect: false }));
            host.send(deal).await?;
            wait::until("the send to be on its way", async || {
                Ok(self.world.asked(&step).iter().any(is_of_deal).then_some(()))
            })
            .await?;
            host.kill().await?;
            let before = self.world.sandbox.journal().last().map_or(0, |entry| entry.seq);

            // The sandbox's clock is the real one here, and notes when a request arrived.
            let started = self.world.sandbox.now();
            let host = self.start().await?;
            let resumed = wait::until("the send to go on", async || {
                let later = self.world.asked(&step).into_iter().filter(|entry| entry.seq > before);
                Ok(later.into_iter().find(is_of_deal).map(|entry| entry.at))
            })
            .await?;
            times.add(Duration::try_from(resumed.duration_since(started))?);
            host.send_is(deal, SendStateCode::Published).await?;
            host.quit().await?;
        }
        Ok(times)
    }

    /// Times starts of the app until it answers, without anything to do.
    pub async fn plain_starts(&self, runs: u32) -> anyhow::Result<Times> {
        let mut times = Times::default();
        for _ in 0..runs {
            let folder = tempfile::tempdir()?;
            let started = self.world.sandbox.now();
            let host = self.start_in(folder.path()).await?;
            times.add(Duration::try_from(self.world.sandbox.now().duration_since(started))?);
            host.quit().await?;
        }
        Ok(times)
    }

    async fn start(&self) -> anyhow::Result<HostProgram> {
        self.start_in(&self.data).await
    }

    async fn start_in(&self, data: &Path) -> anyhow::Result<HostProgram> {
        let mut command = self.desk.command(built::binary("countersign-headless")?)?;
        command.arg("--data").arg(data).args(["--vault", "system"]);
        HostProgram::start(command).await
    }
}

/// The file of that name somewhere under `folder`.
pub fn find(folder: &Path, name: &str) -> anyhow::Result<Option<PathBuf>> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let found = if entry.file_type()?.is_dir() {
            find(&path, name)?
        } else {
            (entry.file_name() == name).then_some(path)
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}
