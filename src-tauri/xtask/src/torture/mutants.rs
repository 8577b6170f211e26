//! Mutants: the rules of sending, each broken by one small change of the source. The torture run must fail with every one
//! of them; a run that does not notice a broken rule proves nothing.
//!
//! The product knows nothing of this. The tree is copied into `target/mutants`, the change is made in the copy, and only
//! the headless host is built from it; what tortures it and checks is built from the tree as it is.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use super::run;
use crate::process::{built, command, repository, status, step};

/// One broken rule.
pub(crate) struct Mutant {
    pub(crate) name: &'static str,
    /// Below the repository's root.
    file: &'static str,
    /// Stands there exactly once.
    whole: &'static str,
    broken: &'static str,
    /// What the run must be like for it to show; the rest is drawn by the seed. Two seats meet in the same seconds only
    /// where no fault holds up one of them. And the deal's field `oneflow_contract_id` stops most second publishes by
    /// itself (design.md §3): the election must hold without it.
    flags: &'static str,
}

/// So many runs may pass until one of them notices.
const SEEDS: u32 = 4;

/// What the copy leaves out: built things, and what the host is not made of.
const LEFT_OUT: [&str; 5] = ["target", "node_modules", ".git", "dist", "test-results"];

pub(crate) const MUTANTS: [Mutant; 7] = [
    Mutant {
        name: "election-off",
        file: "src-tauri/crates/domain/src/election.rs",
        whole: "        Some(_) if !has_waited => Verdict::Wait,\n        Some(theirs) if theirs < ours => Verdict::Lost(theirs),\n",
        broken: "        Some(_) if !has_waited => Verdict::Publish(ours),\n",
        flags: "--calm --reading no-contract-field",
    },
    Mutant {
        name: "published-does-not-beat-draft",
        file: "src-tauri/crates/domain/src/election.rs",
        whole: "        (None, Some(theirs)) => return Verdict::Superseded(theirs),\n",
        broken: "        (None, Some(_)) => {}\n",
        // What is out mostly has the lower id where ids rise, and the lowest is elected anyway.
        flags: "--calm --reading no-contract-field --reading scattered-ids",
    },
    Mutant {
        name: "empty-look-believed-at-once",
        file: "src-tauri/crates/domain/src/schedule.rs",
        whole: "    [Duration::from_secs(5), Duration::from_secs(20), Duration::from_secs(70)];\n",
        broken: "    [Duration::ZERO, Duration::ZERO, Duration::ZERO];\n",
        flags: "",
    },
    Mutant {
        name: "lost-create-posted-again",
        file: "src-tauri/crates/engine/src/sending/outcome.rs",
        whole: "        Meaning::Unknown => Step::Lost(lost(error)),\n",
        broken: "        Meaning::Unknown => Step::NotSent(lost(error)),\n",
        flags: "",
    },
    Mutant {
        name: "outcome-before-the-call",
        file: "src-tauri/crates/engine/src/sending/election.rs",
        whole: "        let call = Call::person().before(start_before);\n        let answer = self.profile.oneflow().publish(",
        broken: "        let call = Call::person().before(start_before);\n        self.is_out(&send, id, None).await?;\n        let answer = self.profile.oneflow().publish(",
        flags: "",
    },
    Mutant {
        name: "look-as-the-user",
        file: "src-tauri/crates/engine/src/sending/look.rs",
        whole: "        let oneflow = profile.oneflow_unfiltered();\n        let of_deal",
        broken: "        let oneflow = profile.oneflow();\n        let of_deal",
        // A user who sees everything looks like the anonymous admin.
        flags: "--calm --reading no-contract-field --reading hidden-workspaces",
    },
    Mutant {
        name: "note-key-without-the-occurrence",
        file: "src-tauri/crates/domain/src/write_back.rs",
        whole: "{participant}|{}\", change.contract, change.at.as_second());",
        broken: "{participant}\", change.contract);",
        flags: "",
    },
];

/// Lets the run meet one mutant, or all of them when none is named.
pub(crate) fn meet(name: Option<&str>) -> anyhow::Result<()> {
    let chosen: Vec<&Mutant> =
        MUTANTS.iter().filter(|mutant| name.is_none_or(|name| name == mutant.name)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = MUTANTS.iter().map(|mutant| mutant.name).collect();
        bail!("there is no such mutant; there are {}", names.join(", "));
    }
    let folder = built("debug", "mutants").with_file_name("mutants");
    let tree = folder.join("tree");
    let mut unnoticed = Vec::new();
    for mutant in chosen {
        copy(&repository(), &tree)?;
        mutant.break_in(&tree)?;
        let mut build =
            command("cargo", &["build", "--package", "countersign-tests", "--bin", "countersign-headless"]);
        build.current_dir(&tree).env("CARGO_TARGET_DIR", folder.join("target"));
        step(&format!("Mutant {}", mutant.name), build)?;
        if !mutant.is_noticed(&folder.join("target/debug/countersign-headless"))? {
            println!("\nNo run noticed the mutant {}.", mutant.name);
            unnoticed.push(mutant.name);
        }
    }
    ensure!(unnoticed.is_empty(), "no run noticed {}", unnoticed.join(", "));
    Ok(())
}

impl Mutant {
    fn break_in(&self, tree: &Path) -> anyhow::Result<()> {
        let file = tree.join(self.file);
        let text = fs::read_to_string(&file).with_context(|| format!("mutant {}", self.name))?;
        Ok(fs::write(&file, self.broken_text(&text)?)?)
    }

    fn broken_text(&self, text: &str) -> anyhow::Result<String> {
        let times = text.matches(self.whole).count();
        ensure!(times == 1, "mutant {}: its place stands {times} times in {}", self.name, self.file);
        Ok(text.replace(self.whole, self.broken))
    }

    /// Runs with one seed after the other until one of them fails.
    fn is_noticed(&self, host: &Path) -> anyhow::Result<bool> {
        /// What the torture run ends with when a promise was broken.
        const BROKEN: i32 = 1;
        let host = host.to_string_lossy();
        for seed in 1..=SEEDS {
            let seed = seed.to_string();
            let mut words = vec!["--host", &host, "--seed", &seed, "--sends", "100", "--whole"];
            words.extend(self.flags.split_whitespace());
            let title = format!("Mutant {}, seed {seed}", self.name);
            match status(&title, run(&words))?.code() {
                Some(BROKEN) => {
                    println!("\nThe mutant {} was noticed.", self.name);
                    return Ok(true);
                }
                Some(0) => {}
                other => bail!("the run with mutant {} ended with {other:?}", self.name),
            }
        }
        Ok(false)
    }
}

/// Makes `to` the same as `from`. What is the same already is not written, so that it is not built again.
fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if LEFT_OUT.iter().any(|left_out| name == *left_out) {
            continue;
        }
        let (source, target): (PathBuf, PathBuf) = (entry.path(), to.join(&name));
        if entry.file_type()?.is_dir() {
            copy(&source, &target)?;
        } else {
            let bytes = fs::read(&source)?;
            if fs::read(&target).ok().as_ref() != Some(&bytes) {
                fs::write(&target, bytes)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mutant_still_has_its_place() {
        for mutant in &MUTANTS {
            let text = fs::read_to_string(repository().join(mutant.file)).unwrap();
            let broken = mutant.broken_text(&text).unwrap();
            assert_ne!(broken, text, "{}", mutant.name);
        }
    }

    #[test]
    fn every_mutant_asks_for_readings_that_there_are() {
        let known = fs::read_to_string(repository().join("tests/torture/readings.rs")).unwrap();
        for mutant in &MUTANTS {
            let names = mutant.flags.split_whitespace().filter(|word| !word.starts_with("--"));
            for reading in names {
                assert!(known.contains(&format!("=> \"{reading}\"")), "{}: {reading}", mutant.name);
            }
        }
    }
}
