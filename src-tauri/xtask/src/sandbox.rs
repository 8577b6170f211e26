//! `cargo xtask sandbox`: the stand-in for Kommo and Oneflow alone, for trying things by hand.

use crate::machine;
use crate::process::{command, step};

/// Starts the sandbox; what follows the command is handed on to it.
pub(crate) fn sandbox(arguments: &[&str]) -> anyhow::Result<()> {
    machine::check_rust()?;
    let mut words = vec!["run", "--quiet", "--package", "countersign-sandbox", "--"];
    words.extend(arguments);
    step("Sandbox", command("cargo", &words))
}
