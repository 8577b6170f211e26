//! `cargo xtask bench`: the benchmarks, with a table of results.

use crate::machine::{self, Purpose};
use crate::process::{built, command, step};

/// Builds the app without its window as it is released, and measures it.
pub(crate) fn bench() -> anyhow::Result<()> {
    machine::prepare(Purpose::Test)?;
    let build = [
        "build",
        "--release",
        "--package",
        "countersign-tests",
        "--bin",
        "bench",
        "--bin",
        "countersign-headless",
    ];
    step("App without a window, and what measures it", command("cargo", &build))?;
    step("Benchmarks", command(&built("release", "bench").to_string_lossy(), &[]))
}
