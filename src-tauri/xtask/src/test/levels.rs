//! The levels, cheapest first. A new kind of test is one more line in [`all`].
//!
//! Everything of cargo names the whole workspace and is narrowed by filters, never by `--package`: a narrower
//! selection of packages means other features of shared libraries, and so a second build of half the tree
//! (dev-environment.md §2d).

use std::fs;
use std::num::NonZero;
use std::process::Command;
use std::thread;
use std::time::Instant;

use super::count::{self, Count};
use super::report::Row;
use crate::process::{answer, command, repository, watched};
use crate::{torture, ui};

/// One level.
pub(crate) struct Level {
    name: &'static str,
    command: Command,
    /// What is run when that failed, and decides then.
    second_chance: Option<Command>,
    counted: Counted,
    /// Whether the levels after this one cannot run without it.
    pub(crate) others_need_it: bool,
}

/// How the tests of a level are counted.
enum Counted {
    /// It passes or fails as a whole, and counts as one.
    AsOne,
    By(fn(&str) -> Count),
}

/// Every level in its order.
pub(crate) fn all() -> Vec<Level> {
    let mut levels = vec![
        check("format", cargo(&["fmt", "--all", "--check"])),
        check("interface: types", ui::npm(&["run", "check"])),
        check("interface: lint", ui::npm(&["run", "lint"])),
        tests("interface: units", ui::npm(&["test"]), count::of_vitest),
        // Before anything of cargo: the app embeds it.
        needed("interface: build", ui::npm(&["run", "build"])),
        check("lint", cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])),
        needed("build", cargo(&["build", "--workspace", "--bins", "--tests"])),
    ];
    if answer("cargo", &["nextest", "--version"]).is_some() {
        levels.extend(by_nextest());
    } else {
        levels.extend(by_cargo_test());
    }
    if on_linux("browser", "it needs Chromium where Debian puts it") {
        levels.push(tests("interface: browser", ui::npm(&["run", "test:browser"]), count::of_vitest));
        let run = command("node", &["tests/browser/run.mjs"]);
        levels.push(tests("browser", run, count::of_last_line));
    }
    if on_linux("torture", "it stops and kills processes as Unix does") {
        let run = || torture::run(&["--sends", "300", "--whole"]);
        // Where the machine stands still for a moment, minutes pass for the seats. Another seed tells whether it was that.
        levels.push(Level { second_chance: Some(run()), ..tests("torture", run(), count::of_torture) });
    }
    levels
}

fn by_nextest() -> Vec<Level> {
    let level_with = |name, filter, more: &[&str]| {
        let words = ["nextest", "run", "--workspace", "--no-fail-fast", "--filterset", filter];
        tests(name, cargo(&[&words, more].concat()), count::of_nextest)
    };
    let level = |name, filter| level_with(name, filter, &[]);
    let mut levels = vec![
        level("architecture", "binary(architecture)"),
        level("crates", "not (package(countersign-tests) and kind(test))"),
        level_with("flows", "binary(flows)", &["--test-threads", &flows_at_once()]),
        // A row runs its cells side by side; while its last ones wait, another row has the cores.
        level_with("steps", "binary(steps)", &["--test-threads", "2"]),
    ];
    if on_linux("window", "it needs an X display and WebKitWebDriver") {
        levels.push(level("window", "binary(window)"));
    }
    levels
}

fn by_cargo_test() -> Vec<Level> {
    let level = |name, selection: &[&str]| {
        let words = [&["test", "--workspace", "--no-fail-fast"], selection].concat();
        tests(name, cargo(&words), count::of_cargo_test)
    };
    let own = integration_tests_of_crates();
    let crates = ["--lib", "--bins"].into_iter().chain(own.iter().flat_map(|name| ["--test", name]));
    let mut levels = vec![
        level("architecture", &["--test", "architecture"]),
        level("crates", &crates.collect::<Vec<_>>()),
        level("flows", &["--test", "flows", "--", "--test-threads", &flows_at_once()]),
        level("steps", &["--test", "steps", "--", "--test-threads", "2"]),
    ];
    if on_linux("window", "it needs an X display and WebKitWebDriver") {
        levels.push(level("window", &["--test", "window"]));
    }
    levels
}

/// Flow tests wait most of the time, on a clock that must not run late: a little more than the cores can do.
fn flows_at_once() -> String {
    let cores = thread::available_parallelism().map_or(2, NonZero::get);
    (cores * 2).to_string()
}

/// The files in `src-tauri/crates/*/tests/`: `cargo test` has no way to ask for all but one package's.
fn integration_tests_of_crates() -> Vec<String> {
    let crates = fs::read_dir(repository().join("src-tauri/crates")).into_iter().flatten().flatten();
    crates
        .flat_map(|entry| fs::read_dir(entry.path().join("tests")).into_iter().flatten().flatten())
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()))
        .collect()
}

fn on_linux(level: &str, why: &str) -> bool {
    if !cfg!(target_os = "linux") {
        println!("Left out on this system: {level}, because {why}.");
    }
    cfg!(target_os = "linux")
}

fn cargo(arguments: &[&str]) -> Command {
    command("cargo", arguments)
}

fn check(name: &'static str, command: Command) -> Level {
    Level { name, command, second_chance: None, counted: Counted::AsOne, others_need_it: false }
}

fn needed(name: &'static str, command: Command) -> Level {
    Level { others_need_it: true, ..check(name, command) }
}

fn tests(name: &'static str, command: Command, count: fn(&str) -> Count) -> Level {
    Level { counted: Counted::By(count), ..check(name, command) }
}

impl Level {
    /// Runs it in front of the person's eyes.
    pub(crate) fn run(self) -> anyhow::Result<Row> {
        let start = Instant::now();
        let mut ended = watched(self.name, self.command)?;
        let mut is_flaky = false;
        if let Some(command) = self.second_chance.filter(|_| !ended.succeeded) {
            ended = watched(self.name, command)?;
            is_flaky = ended.succeeded;
        }
        let count = match self.counted {
            Counted::AsOne => Count { passed: ended.succeeded.into(), failed: (!ended.succeeded).into() },
            Counted::By(count) => count(&ended.output),
        };
        let complaint = if !ended.succeeded {
            Some("failed")
        } else if count.passed == 0 {
            Some("ran no test")
        } else {
            None
        };
        Ok(Row { name: self.name, count, took: start.elapsed(), complaint, is_flaky })
    }
}
