//! `cargo xtask bench`: how long the things take that a person waits for, each beside a plain reference of the same run,
//! because a figure alone says as much about the machine as about the app.
//!
//! To add one: a function that returns a [`Figure`](report::Figure), and its line in [`measure`].
#![expect(clippy::print_stdout, reason = "printing the table is what it is for")]

mod lists;
mod report;
mod starts;
mod sync;
mod watching;

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    // The app logs as it does for a person, and nobody reads it here.
    let filter = tracing_subscriber::EnvFilter::new("info");
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::sink).try_init();
    match measure().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn measure() -> anyhow::Result<()> {
    report::head();
    report::rows("starts", &starts::figures().await?);
    report::rows("first sync of 10,000 deals", &sync::figures().await?);
    report::rows("1,000 open contracts", &watching::figures().await?);
    report::rows("100,000 deals", &lists::figures().await?);
    Ok(())
}
