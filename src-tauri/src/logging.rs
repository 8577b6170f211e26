//! Log files: one a day, a fortnight kept, for a person to send to support.
//!
//! What must never stand in them: tokens, names, e-mail addresses, amounts, bodies. Ids may. The crates below log
//! through redacting types; nothing is filtered here.

use std::path::Path;

use anyhow::Context as _;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Days of log files kept.
const KEPT_FILES: usize = 14;

/// Our crates at `info`; the libraries below only when something is wrong, because their chatter at lower levels
/// holds URLs and headers.
const LEVELS: &str = "warn,countersign=info,domain=info,http=info,kommo=info,oneflow=info,store=info,vault=info,\
                      engine=info,ipc=info,sandbox=info";

/// Starts logging into `folder`. The guard writes what is left when it is dropped.
pub(crate) fn start(folder: &Path) -> anyhow::Result<WorkerGuard> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("countersign")
        .filename_suffix("log")
        .max_log_files(KEPT_FILES)
        .build(folder)
        .context("cannot write log files")?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    tracing_subscriber::registry()
        .with(EnvFilter::new(LEVELS))
        .with(tracing_subscriber::fmt::layer().with_ansi(false).with_writer(writer))
        .try_init()
        .context("logging was started twice")?;
    log_panics();
    Ok(guard)
}

/// A panic of a worker is caught and the worker restarted by its supervisor; the file tells where it was.
fn log_panics() {
    let printed = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        // Only the place: a panic's message may hold a value of the customer's. What a session prints is kept as
        // well, in the journal of many a desktop.
        tracing::error!(place, "panicked");
        if cfg!(debug_assertions) {
            printed(panic);
        } else {
            eprintln!("Countersign panicked at {place}");
        }
    }));
}
