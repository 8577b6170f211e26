//! `cargo xtask test`: every level, cheapest first, then what each of them ran.

mod count;
mod levels;
mod report;

use std::time::Instant;

use crate::machine::{self, Purpose};
use crate::ui;
use report::Report;

/// Runs all levels; answers whether every one of them passed and ran something.
pub(crate) fn test() -> anyhow::Result<bool> {
    let start = Instant::now();
    machine::prepare(Purpose::Test)?;
    ui::install()?;
    let mut report = Report::default();
    for level in levels::all() {
        let must_pass = level.others_need_it;
        let row = level.run()?;
        let passed = row.passed_everything();
        report.add(row);
        if must_pass && !passed {
            println!("\nThe levels after this one need it, so they were not run.");
            break;
        }
    }
    report.print(start.elapsed());
    Ok(report.failed().is_empty())
}
