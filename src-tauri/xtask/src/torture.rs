//! `cargo xtask torture`: many clicks on many seats, while everything goes wrong that can.

mod mutants;

use std::process::Command;

use crate::machine::{self, Purpose};
use crate::process::{built, command, step};
use crate::ui;

/// Builds the host and what tortures it, then starts the run; what follows the command is handed on to it. After
/// `--mutants` comes the name of one, or nothing for all.
pub(crate) fn torture(arguments: &[&str]) -> anyhow::Result<()> {
    machine::prepare(Purpose::Test)?;
    ui::install()?;
    ui::build()?;
    // With the app, so that the features are those of all other builds (dev-environment.md §2d).
    let build = ["build", "--package", "countersign", "--package", "countersign-tests", "--bins"];
    step("Host and torture", command("cargo", &build))?;
    if let ["--mutants", rest @ ..] = arguments {
        return mutants::meet(rest.first().copied());
    }
    step("Torture", run(arguments))
}

/// One run, or several, of what is built, with those flags.
pub(crate) fn run(flags: &[&str]) -> Command {
    command(&built("debug", "torture").to_string_lossy(), flags)
}
