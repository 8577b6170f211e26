//! A computer with the app on it: a process of its own with real files, that can be killed, sent to sleep and brought
//! back.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, bail};
use countersign_tests::{
    host::{HostLine, HostProgram},
    wait,
};
use ipc::IpcError;
use sandbox::Sandbox;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// How long a person waits for an answer of the app, in real time. Longer than its longest request with all repeats.
const PATIENCE: Duration = Duration::from_secs(20);

/// The files of a ledger (<https://sqlite.org/wal.html>).
const LEDGER_FILES: [&str; 3] = ["ledger.db", "ledger.db-wal", "ledger.db-shm"];

/// One installation.
pub(crate) struct Seat {
    pub(crate) number: usize,
    folder: PathBuf,
    program: PathBuf,
    /// Held while it is started or killed.
    state: tokio::sync::Mutex<State>,
    line: Mutex<Option<HostLine>>,
}

enum State {
    Up(Box<HostProgram>),
    Down,
    Gone,
}

/// What came of a call.
pub(crate) enum Answer<T> {
    Yes(T),
    No(IpcError),
    /// The app was not there, or went away meanwhile: whether it heard the call is not known.
    Silence,
}

impl<T> Answer<T> {
    pub(crate) fn yes(self) -> Option<T> {
        match self {
            Self::Yes(answer) => Some(answer),
            Self::No(_) | Self::Silence => None,
        }
    }
}

/// A start of the app, for the time it needs to go on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    pub(crate) seat: usize,
    /// On the clock of the run.
    pub(crate) at: jiff::Timestamp,
}

impl Seat {
    /// A seat whose app is `program`, a headless host.
    pub(crate) fn new(number: usize, under: &Path, program: &Path) -> anyhow::Result<Self> {
        let folder = under.join(format!("seat{number}"));
        fs::create_dir_all(&folder)?;
        let program = program.to_owned();
        Ok(Self {
            number,
            folder,
            program,
            state: tokio::sync::Mutex::new(State::Down),
            line: Mutex::default(),
        })
    }

    /// Starts the app, unless it runs or has left for good. Its requests give up after `sockets_ms` of real time.
    pub(crate) async fn start(&self, sandbox: &Sandbox, sockets_ms: u64) -> anyhow::Result<Option<Start>> {
        let mut state = self.state.lock().await;
        if !matches!(*state, State::Down) {
            return Ok(None);
        }
        let at = sandbox.now();
        let host = HostProgram::start(self.command(sandbox, sockets_ms)?).await;
        let host = host.with_context(|| format!("seat {}", self.number))?;
        self.set_line(Some(host.line()));
        *state = State::Up(Box::new(host));
        Ok(Some(Start { seat: self.number, at }))
    }

    fn command(&self, sandbox: &Sandbox, sockets_ms: u64) -> anyhow::Result<Command> {
        let control = sandbox.addresses().control.as_ref().context("the control surface is served")?;
        let log = File::options().create(true).append(true).open(self.folder.join("log"))?;
        let mut command = Command::new(&self.program);
        command.arg("--data").arg(self.data());
        command.arg("--vault").arg(format!("file:{}", self.folder.join("keychain").display()));
        command.args(["--clock", control, "--sockets-ms", &sockets_ms.to_string()]);
        command.stderr(log);
        Ok(command)
    }

    /// Ends the app as a power cut does; whether it ran.
    pub(crate) async fn kill(&self) -> anyhow::Result<bool> {
        self.end(State::Down).await
    }

    /// Ends the app for good.
    pub(crate) async fn leave(&self) -> anyhow::Result<bool> {
        self.end(State::Gone).await
    }

    async fn end(&self, afterwards: State) -> anyhow::Result<bool> {
        let mut state = self.state.lock().await;
        if matches!(*state, State::Gone) {
            return Ok(false);
        }
        self.set_line(None);
        match std::mem::replace(&mut *state, afterwards) {
            State::Up(host) => host.kill().await.map(|()| true),
            State::Down | State::Gone => Ok(false),
        }
    }

    pub(crate) async fn is_gone(&self) -> bool {
        matches!(*self.state.lock().await, State::Gone)
    }

    /// Stops the process where it stands, or lets it go on; false when it does not run.
    pub(crate) async fn set_asleep(&self, asleep: bool) -> anyhow::Result<bool> {
        let state = self.state.lock().await;
        let State::Up(host) = &*state else { return Ok(false) };
        let Some(process) = host.id() else { return Ok(false) };
        let signal = if asleep { "-STOP" } else { "-CONT" };
        let status = Command::new("kill").args([signal, &process.to_string()]).status()?;
        Ok(status.success())
    }

    /// One command, as the web view sends it.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, command: &'static str, payload: Value) -> Answer<T> {
        let line = self.line.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(line) = line else { return Answer::Silence };
        match wait::at_most(PATIENCE, command, line.rpc(command, payload)).await {
            Ok(Ok(Ok(answer))) => {
                let text = answer.to_string();
                let read = serde_json::from_value(answer);
                Answer::Yes(read.unwrap_or_else(|error| panic!("BUG: {command} answered {text}: {error}")))
            }
            Ok(Ok(Err(refused))) => Answer::No(refused),
            Ok(Err(_)) | Err(_) => Answer::Silence,
        }
    }

    /// The program, for the first run. Fails unless it runs.
    pub(crate) async fn with_host<T>(
        &self,
        first_run: impl AsyncFnOnce(&HostProgram) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let state = self.state.lock().await;
        let State::Up(host) = &*state else { bail!("seat {} does not run", self.number) };
        first_run(host).await
    }

    /// Keeps what the ledger holds now. The app must not run.
    pub(crate) fn copy_ledger(&self) -> anyhow::Result<()> {
        let kept = self.folder.join("kept");
        fs::create_dir_all(&kept)?;
        copy_files(&self.profile()?, &kept)
    }

    /// Puts back what was kept; false if nothing was. The app must not run.
    pub(crate) fn restore_ledger(&self) -> anyhow::Result<bool> {
        let kept = self.folder.join("kept");
        if !kept.exists() {
            return Ok(false);
        }
        copy_files(&kept, &self.profile()?)?;
        Ok(true)
    }

    /// The ledger's file, for reading.
    pub(crate) fn ledger(&self) -> anyhow::Result<PathBuf> {
        Ok(self.profile()?.join(LEDGER_FILES[0]))
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn profile(&self) -> anyhow::Result<PathBuf> {
        let mut profiles = fs::read_dir(self.data().join("profiles"))?;
        Ok(profiles.next().context("the seat was connected")??.path())
    }

    fn set_line(&self, line: Option<HostLine>) {
        *self.line.lock().unwrap_or_else(PoisonError::into_inner) = line;
    }
}

/// Replaces the ledger of one folder by that of another.
fn copy_files(from: &Path, to: &Path) -> anyhow::Result<()> {
    for name in LEDGER_FILES {
        let (source, target) = (from.join(name), to.join(name));
        if target.exists() {
            fs::remove_file(&target)?;
        }
        if source.exists() {
            fs::copy(&source, &target)?;
        }
    }
    Ok(())
}
