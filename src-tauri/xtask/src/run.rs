//! `cargo xtask run`: from a fresh machine to the open app.

use crate::machine::{self, Purpose};
use crate::process::{command, step};
use crate::{tour, ui};

/// Opens the app; where there is no display, shows it on a virtual one by the tour.
pub(crate) fn run() -> anyhow::Result<()> {
    if !machine::has_display() {
        println!("This machine has no display, so the app is shown on a virtual one: the tour.");
        return tour::tour();
    }
    machine::prepare(Purpose::Build)?;
    ui::install()?;
    ui::build()?;
    step("Countersign", command("cargo", &["run", "--package", "countersign"]))
}
