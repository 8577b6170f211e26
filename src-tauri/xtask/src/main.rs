//! The commands of this repository (design.md §10). Knows no product crate: it starts them through cargo.
//!
//! Only anyhow and the standard library, because whatever is added here stands between a newcomer and the first line
//! of output.
#![expect(clippy::print_stdout, reason = "printing what it does is this tool's job")]

mod bench;
mod machine;
mod process;
mod run;
mod sandbox;
mod test;
mod torture;
mod tour;
mod ui;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask COMMAND

  run      everything from a fresh machine to the open app; without a display, the tour
  test     everything from a fresh machine to all tests green
  tour     drives the real app over sample data and saves a picture of each step
  torture  many clicks on many seats while everything goes wrong, and a check of every promise; --help lists its flags
  bench    how long what a person waits for takes, as a table
  sandbox  the stand-in for Kommo and Oneflow, with its addresses and tokens";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let all_went_well = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["run"] => run::run().map(|()| true),
        ["test"] => test::test(),
        ["tour"] => tour::tour().map(|()| true),
        ["torture", rest @ ..] => torture::torture(rest).map(|()| true),
        ["bench"] => bench::bench().map(|()| true),
        ["sandbox", rest @ ..] => sandbox::sandbox(rest).map(|()| true),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match all_went_well {
        Ok(true) => ExitCode::SUCCESS,
        // What went wrong stands in the report; its last line is for machines, so nothing follows it.
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}
