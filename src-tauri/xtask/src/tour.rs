//! `cargo xtask tour`: the main job over sample data in the real window, with a picture of each step.

use anyhow::bail;

use crate::machine::{self, Purpose};
use crate::process::{built, command, step};
use crate::ui;

/// Builds the app and what drives it, then starts the tour. It runs on a display of its own.
pub(crate) fn tour() -> anyhow::Result<()> {
    if !cfg!(target_os = "linux") {
        bail!(
            "The tour drives the app under a virtual X display, which only Linux has. `cargo xtask run` opens the app."
        );
    }
    machine::prepare(Purpose::Tour)?;
    ui::install()?;
    ui::build()?;
    let build = ["build", "--package", "countersign", "--package", "countersign-tests", "--bins"];
    step("App and tour", command("cargo", &build))?;
    // Started as it stands: `cargo run` would build it once more, with the features of one package.
    step("Tour", command(&built("debug", "tour").to_string_lossy(), &[]))
}
