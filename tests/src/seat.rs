//! A computer with the app on it, without a window: what a manager clicks goes through the router, as in the window.
//!
//! The app runs on a runtime of its own, so that it can be killed at any moment ([`Seat::kill`]): its tasks end where
//! they wait, its files are closed, nothing is tidied. The data folder and the keychain survive, as on a computer.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context as _;
use engine::app::{App, AppParts, Timeouts, Vault};
use ipc::{IpcError, Router, dto::UiEvent};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{runtime::Runtime, sync::broadcast::error::RecvError};

use crate::{
    clock::FastClock,
    host::{PaperDesktop, Recorded, SampleData},
    logs,
    manager::Line,
    pace::Pulse,
};

/// What crossed the line to the web view, as text.
type Transcript = Arc<Mutex<String>>;

/// One installation of the app.
pub struct Seat {
    folder: TempDir,
    data: PathBuf,
    vault: Vault,
    clock: FastClock,
    desktop: Arc<PaperDesktop>,
    transcript: Transcript,
    timeouts: Timeouts,
    pulse: Pulse,
    running: Option<Running>,
}

struct Running {
    runtime: Runtime,
    router: Router,
}

impl Seat {
    pub(crate) fn new(clock: FastClock) -> anyhow::Result<Self> {
        logs::keep();
        let folder = tempfile::Builder::new().prefix("seat.").tempdir()?;
        let saved = folder.path().join("saved");
        std::fs::create_dir(&saved)?;
        Ok(Self {
            desktop: Arc::new(PaperDesktop::new(saved)),
            vault: Vault::in_memory(),
            transcript: Transcript::default(),
            timeouts: Timeouts::default(),
            pulse: Pulse::default(),
            running: None,
            data: folder.path().join("data"),
            folder,
            clock,
        })
    }

    /// Requests give up after this long, in real time. Counts from the next start.
    pub fn set_time_out(&mut self, limit: Duration) {
        self.timeouts = Timeouts { connect: limit, request: limit, transfer: limit };
    }

    /// Takes the keychain of another seat, as a copy of a whole computer has it.
    pub fn set_vault(&mut self, vault: Vault) {
        self.vault = vault;
    }

    /// The threads of the app, whichever start of it runs.
    pub fn pulse(&self) -> Pulse {
        self.pulse.clone()
    }

    /// The keychain.
    pub fn vault(&self) -> Vault {
        self.vault.clone()
    }

    /// The data folder of the app.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Uses the data folder of another seat, as a second process of the same person would.
    pub fn set_data(&mut self, data: &Path) {
        data.clone_into(&mut self.data);
    }

    /// The folder that holds everything of this computer.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts the app.
    pub async fn start(&mut self) -> anyhow::Result<()> {
        anyhow::ensure!(self.running.is_none(), "the app runs already");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("seat")
            .enable_all()
            .build()
            .context("a runtime for the app")?;
        let mut parts = AppParts::new(self.data.clone(), self.vault.clone(), Arc::new(self.clock.clone()));
        parts.timeouts = self.timeouts;
        let (desktop, clock) = (Arc::<PaperDesktop>::clone(&self.desktop), self.clock.clone());
        let started = runtime.spawn(async move {
            let app = App::start(parts).await;
            Router::new(app, desktop, Arc::new(SampleData::new(clock)))
        });
        let router = started.await?;
        runtime.spawn(listen(router.clone(), Arc::clone(&self.transcript)));
        runtime.spawn(router.clone().tell_what_happens());
        self.pulse.is_of(Some(runtime.handle()));
        self.running = Some(Running { runtime, router });
        Ok(())
    }

    /// Ends the app as a power cut would: nothing is closed in order.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        let Some(Running { runtime, router }) = self.running.take() else { return Ok(()) };
        self.pulse.is_of(None);
        drop(router);
        // Returns when no task runs any more, so that the lock of the data folder is free.
        let ended = tokio::task::spawn_blocking(move || runtime.shutdown_timeout(Duration::from_secs(10)));
        Ok(ended.await?)
    }

    /// Ends the app as a person does.
    pub async fn quit(&mut self) -> anyhow::Result<()> {
        if let Some(running) = &self.running {
            let app = running.router.app().clone();
            running.runtime.spawn(async move { app.close().await }).await?;
        }
        self.kill().await
    }

    /// [`Seat::kill`], then a new start.
    pub async fn kill_and_start(&mut self) -> anyhow::Result<()> {
        self.kill().await?;
        self.start().await
    }

    /// Everything that crossed the line to the web view so far.
    pub fn transcript(&self) -> String {
        self.transcript.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the desktop was asked to do so far.
    pub fn desktop(&self) -> Recorded {
        self.desktop.recorded()
    }

    /// The desktop itself, to offer files to.
    pub fn paper_desktop(&self) -> &PaperDesktop {
        &self.desktop
    }

    /// The app behind the line, for what only the shell does.
    pub fn app(&self) -> &App {
        self.running.as_ref().expect("BUG: the test started the app").router.app()
    }
}

impl Line for Seat {
    async fn call(&self, command: &'static str, payload: Value) -> Result<Value, IpcError> {
        let running = self.running.as_ref().expect("BUG: the test started the app");
        let router = running.router.clone();
        // On the app's own runtime: what a handler starts must end with the app.
        let asked = running.runtime.spawn(async move { router.call(command, payload).await });
        let answer = asked.await.expect("BUG: a handler panicked");
        let text = match &answer {
            Ok(answer) => answer.to_string(),
            Err(error) => serde_json::to_string(error).expect("BUG: an error has a JSON form"),
        };
        note(&self.transcript, &text);
        answer
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(Running { runtime, router }) = self.running.take() {
            drop(router);
            // A runtime must not be dropped inside another one.
            runtime.shutdown_background();
        }
    }
}

impl std::fmt::Debug for Seat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seat").field("folder", &self.folder.path()).finish_non_exhaustive()
    }
}

async fn listen(router: Router, transcript: Transcript) {
    let mut told = router.events();
    drop(router);
    loop {
        match told.recv().await {
            Ok(event) => note(&transcript, &text_of(&event)),
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

fn text_of(event: &UiEvent) -> String {
    serde_json::to_string(event).expect("BUG: every event has a JSON form")
}

fn note(transcript: &Transcript, line: &str) {
    let mut text = transcript.lock().unwrap_or_else(PoisonError::into_inner);
    text.push_str(line);
    text.push('\n');
}
