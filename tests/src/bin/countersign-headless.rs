//! The app without a window: prints `{"address": …}` when it is ready, and runs until its standard input closes or it
//! is told to stop. See `countersign_tests::host`.

use std::{fs, io::Write as _, sync::Arc, time::Duration};

use anyhow::Context as _;
use countersign_tests::clock::FastClock;
use countersign_tests::host::arguments::{Arguments, USAGE, VaultKind};
use countersign_tests::host::{FileKeychain, Host, PaperDesktop, Parts, SampleData};
use engine::app::{App, AppParts, Timeouts, Vault};
use ipc::Router;

/// How long the keychain may wait for its password.
const KEYCHAIN_PATIENCE: Duration = Duration::from_mins(2);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
    let arguments = match Arguments::read(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(wrong) => {
            writeln!(std::io::stderr(), "{wrong}\n\n{USAGE}")?;
            std::process::exit(2);
        }
    };
    let parts = start(&arguments).await?;
    let app = parts.router.app().clone();
    let told = parts.router.clone().tell_what_happens();
    let host = Host::start(parts, arguments.port).await.context("cannot listen on 127.0.0.1")?;
    writeln!(std::io::stdout(), "{}", serde_json::json!({ "address": host.address() }))?;
    tokio::select! {
        () = told => {}
        ended = until_told() => ended?,
    }
    app.close().await;
    Ok(())
}

async fn start(arguments: &Arguments) -> anyhow::Result<Parts> {
    let saved = arguments.data.join("saved");
    fs::create_dir_all(&saved).with_context(|| format!("cannot make {}", saved.display()))?;
    let now = arguments.now.unwrap_or_else(FastClock::real_now);
    let clock = match &arguments.clock {
        Some(control) => FastClock::of_sandbox(control).await?,
        None => FastClock::start(now, arguments.time_scale),
    };
    let vault = match &arguments.vault {
        VaultKind::Memory => Vault::in_memory(),
        VaultKind::File(path) => Vault::of_store(FileKeychain::at(path.clone()), KEYCHAIN_PATIENCE),
        VaultKind::System => Vault::system(KEYCHAIN_PATIENCE),
    };
    let mut parts = AppParts::new(arguments.data.clone(), vault, Arc::new(clock.clone()));
    if let Some(limit) = arguments.sockets {
        parts.timeouts = Timeouts { connect: limit, request: limit, transfer: limit };
    }
    let desktop = Arc::new(PaperDesktop::new(saved));
    let sample = Arc::new(SampleData::new(clock.clone()));
    let router = Router::new(App::start(parts).await, Arc::<PaperDesktop>::clone(&desktop), sample);
    Ok(Parts { router, desktop, clock, ui: arguments.ui.clone() })
}

/// Ends with the input (so that a parent that dies takes it along), or on Ctrl+C or SIGTERM.
async fn until_told() -> anyhow::Result<()> {
    let (ended, closed) = tokio::sync::oneshot::channel::<()>();
    // A read of the standard input cannot be cancelled: on the runtime it would hold up the end of the program.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        drop(ended);
    });
    #[cfg(unix)]
    let terminated = async {
        let mut signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        signal.recv().await;
        anyhow::Ok(())
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<anyhow::Result<()>>();
    tokio::select! {
        _ = closed => Ok(()),
        ended = tokio::signal::ctrl_c() => ended.context("cannot listen for Ctrl+C"),
        ended = terminated => ended,
    }
}
