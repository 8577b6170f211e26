//! The interface in `ui/`: its packages and its build.

use std::fs;
use std::process::Command;

use anyhow::Context as _;

use crate::process::{command, repository, step};

/// npm, in the folder of the interface. On Windows it is a script, which only starts under its whole name.
pub(crate) fn npm(arguments: &[&str]) -> Command {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut npm = command(program, arguments);
    npm.current_dir(repository().join("ui"));
    npm
}

/// Installs exactly the packages of the lock file, unless they are there already.
pub(crate) fn install() -> anyhow::Result<()> {
    let lock =
        fs::read_to_string(repository().join("ui/package-lock.json")).context("ui/package-lock.json")?;
    let installed = repository().join("ui/node_modules/.installed-package-lock.json");
    if fs::read_to_string(&installed).is_ok_and(|of_last_time| of_last_time == lock) {
        return Ok(());
    }
    step("Packages of the interface", npm(&["ci", "--no-fund", "--no-audit"]))?;
    fs::write(installed, lock).context("ui/node_modules")
}

/// Builds `ui/dist`, which the app embeds.
pub(crate) fn build() -> anyhow::Result<()> {
    step("Interface", npm(&["run", "build"]))
}
