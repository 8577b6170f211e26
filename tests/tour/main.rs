//! `cargo xtask tour`: the main job in the real window over sample data, told step by step with a picture of each.
//!
//! The same doors as a person: controls by their names, the notification on the screen. A step that fails ends the
//! tour with exit code 1 and a picture of where it stood.
#![expect(clippy::print_stdout, reason = "printing each step is what the tour is for")]

mod guide;
mod story;

use std::process::ExitCode;

use countersign_tests::app::App;
use countersign_tests::desk::Desk;
use countersign_tests::portal::{self, Preference};

use guide::Guide;

#[tokio::main]
async fn main() -> ExitCode {
    match tour().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn tour() -> anyhow::Result<()> {
    let desk = Desk::start().await?;
    portal::serve(&desk, Preference::Light).await?;
    let app = App::open(&desk).await?;
    let mut guide = Guide::new(&desk, &app)?;
    story::tell(&mut guide).await?;
    guide.say_goodbye();
    app.close().await
}
