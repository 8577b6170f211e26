//! The order in which the app comes up and goes down.
//!
//! Logs first, so that every later failure is written down. The crypto provider before anything can build an HTTP
//! client. The single-instance plugin before every other, so that a second start hands over and leaves at once. The
//! colour scheme before the page is loaded, so that the first frame is right. The engine beside the window.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use engine::app::{App, AppParts, Vault};
use engine::clock::SystemClock;
use engine::preferences::Theme;
use engine::supervisor::Supervisor;
use ipc::dto::ThemeChoice;
use ipc::{Native, Router};
use tauri::async_runtime::JoinHandle;
use tauri::{AppHandle, Manager as _, RunEvent, WindowEvent};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogKind};

use crate::appearance::{self, Appearance};
use crate::desktop::{self, WindowDesktop};
use crate::paths::Paths;
use crate::rpc::Line;
use crate::sample::SampleData;
use crate::{logging, notify, quit, resume, rpc, window};

/// How long the keychain may take to answer: a person may have to type its password first.
const KEYCHAIN_PATIENCE: Duration = Duration::from_mins(1);

/// Runs the app until its window is closed.
pub(crate) fn run() -> anyhow::Result<()> {
    let paths = Paths::of_this_user()?;
    std::fs::create_dir_all(&paths.data).with_context(|| format!("cannot make {}", paths.data.display()))?;
    // A full disk must not keep a person from undoing a send: without logs the app still starts.
    let _log_guard = logging::start(&paths.logs)
        .inspect_err(|error| eprintln!("Countersign runs without a log: {error:#}"))
        .ok();
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "starting");
    // While the log is open: on Windows nobody sees what is printed.
    let app = build(paths)
        .inspect_err(|error| tracing::error!(error = %format!("{error:#}"), "could not start"))?;
    app.run(|app, event| {
        if let RunEvent::Exit = event {
            quit::close_engine(app);
        }
    });
    Ok(())
}

fn build(paths: Paths) -> anyhow::Result<tauri::App> {
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| anyhow::anyhow!("another crypto provider was installed first"))?;
    let builder = builder(paths);
    // On Linux a window system that cannot be reached is a panic of the library below.
    catch_unwind(AssertUnwindSafe(|| builder.build(tauri::generate_context!())))
        .map_err(|_| anyhow::anyhow!("the window system cannot be reached"))?
        .context("the window system refused to start the app")
}

fn builder(paths: Paths) -> tauri::Builder<tauri::Wry> {
    let builder = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| window::reveal(app)))
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_dialog::init())
        // The plugin's own script would open links from inside the page; they go through Rust (see `desktop`).
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .manage(Line::default())
        .manage(Appearance::new(ThemeChoice::System))
        .invoke_handler(tauri::generate_handler![rpc::rpc])
        .on_window_event(|window, event| match event {
            WindowEvent::CloseRequested { api, .. } => quit::close_requested(window.app_handle(), api),
            WindowEvent::Focused(_) | WindowEvent::Resized(_) => window::tell_visibility(window),
            _ => {}
        })
        .setup(move |app| {
            #[cfg(target_os = "linux")]
            crate::color_scheme::follow(app.handle());
            notify::listen_for_clicks(app.handle())?;
            let starting = tauri::async_runtime::spawn(start_engine(app.handle().clone(), paths.data));
            tauri::async_runtime::spawn(end_without_engine(app.handle().clone(), starting, paths.logs));
            Ok(())
        });
    #[cfg(target_os = "macos")]
    let builder = builder.menu(crate::menu::of_the_app).on_menu_event(crate::menu::chosen);
    builder
}

/// Starts the engine and connects the window to it.
async fn start_engine(app: AppHandle, data: PathBuf) {
    let clock = SystemClock::real();
    let engine =
        App::start(AppParts::new(data, Vault::system(KEYCHAIN_PATIENCE), Arc::clone(&clock) as _)).await;
    appearance::choose(&app, choice(engine.preferences().theme));
    let desktop = Arc::new(WindowDesktop::new(app.clone()));
    let router = Router::new(engine.clone(), desktop, Arc::new(SampleData::default()));
    supervise_lines(&app, &router, clock);
    app.state::<Line>().connect(router);
}

/// They run as long as the process does: nothing has to stop them.
fn supervise_lines(app: &AppHandle, router: &Router, clock: Arc<SystemClock>) {
    let lines = Supervisor::new(Arc::clone(&clock) as _);
    let (window, told) = (app.clone(), router.clone());
    lines.keep("events to the window", move || window::forward(window.clone(), told.events()));
    let telling = router.clone();
    lines.keep("telling", move || telling.clone().tell_what_happens());
    let engine = router.app().clone();
    lines.keep("resume", move || resume::notice(engine.clone(), Arc::clone(&clock) as _));
}

/// Without an engine the window would say "Starting…" for ever.
async fn end_without_engine(app: AppHandle, starting: JoinHandle<()>, logs: PathBuf) {
    if starting.await.is_ok() {
        return;
    }
    tracing::error!("the engine did not start");
    let native = Native::of(&desktop::language("system"));
    let folder = logs.display().to_string();
    let message = app.dialog().message(native.text("start_failed.body", &[("folder", &folder)]));
    let message = message.title(native.text("start_failed.title", &[])).kind(MessageDialogKind::Error);
    message.show(move |_| app.exit(1));
}

fn choice(theme: Theme) -> ThemeChoice {
    match theme {
        Theme::System => ThemeChoice::System,
        Theme::Light => ThemeChoice::Light,
        Theme::Dark => ThemeChoice::Dark,
    }
}
