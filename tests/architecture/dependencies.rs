//! The dependency table of design.md §2, held against what cargo says.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::{Context as _, ensure};
use countersign_tests::built;
use serde_json::Value;

/// One row of the table.
struct Rule {
    /// The package, without the prefix `countersign-`.
    name: &'static str,
    /// Which of ours it may import.
    may_import: &'static [&'static str],
    /// Which libraries it must not reach, not even through others.
    must_not_know: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule {
        name: "domain",
        may_import: &[],
        must_not_know: &["tokio", "reqwest", "rusqlite", "tauri", "tracing"],
    },
    Rule { name: "http", may_import: &[], must_not_know: &["rusqlite", "tauri"] },
    Rule { name: "kommo", may_import: &["domain", "http"], must_not_know: &["rusqlite", "tauri"] },
    Rule { name: "oneflow", may_import: &["domain", "http"], must_not_know: &["rusqlite", "tauri"] },
    Rule { name: "store", may_import: &["domain"], must_not_know: &["reqwest", "tauri"] },
    Rule { name: "vault", may_import: &["domain"], must_not_know: &["reqwest", "rusqlite", "tauri"] },
    Rule {
        name: "engine",
        may_import: &["domain", "http", "kommo", "oneflow", "store", "vault"],
        must_not_know: &["tauri"],
    },
    Rule { name: "ipc", may_import: &["domain", "engine"], must_not_know: &["tauri"] },
    Rule { name: "sandbox", may_import: &[], must_not_know: &["rusqlite", "tauri"] },
    Rule { name: "countersign", may_import: &["domain", "engine", "ipc", "sandbox"], must_not_know: &[] },
    Rule { name: "xtask", may_import: &[], must_not_know: &["tokio", "reqwest", "rusqlite", "tauri"] },
];

/// The shell reaches SQL and HTTP through the engine, and never speaks them itself.
const NOT_NAMED_BY_THE_SHELL: &[&str] = &["reqwest", "rusqlite", "keyring", "keyring-core"];

/// Test crates may import anything.
const FREE: &[&str] = &["tests"];

#[test]
fn every_crate_imports_only_what_the_table_allows() -> anyhow::Result<()> {
    let workspace = Workspace::read()?;
    for (name, package) in &workspace.members {
        if FREE.contains(&name.as_str()) {
            continue;
        }
        let rule =
            RULES.iter().find(|rule| rule.name == name).with_context(|| format!("no rule for {name}"))?;
        for import in &package.ours {
            ensure!(rule.may_import.contains(&import.as_str()), "{name} must not import {import}");
        }
        let reached = workspace.reached_from(&package.id);
        for library in rule.must_not_know {
            ensure!(!reached.contains(*library), "{name} must not know {library}, not even through others");
        }
    }
    Ok(())
}

#[test]
fn every_rule_is_about_a_crate_that_exists() -> anyhow::Result<()> {
    let workspace = Workspace::read()?;
    for rule in RULES {
        ensure!(workspace.members.contains_key(rule.name), "there is no crate {}", rule.name);
    }
    Ok(())
}

#[test]
fn the_shell_speaks_neither_sql_nor_http() -> anyhow::Result<()> {
    let workspace = Workspace::read()?;
    let shell = &workspace.members["countersign"];
    for library in NOT_NAMED_BY_THE_SHELL {
        ensure!(!shell.named.contains(*library), "the shell must not name {library}");
    }
    Ok(())
}

/// What `cargo metadata` tells, in our words.
struct Workspace {
    members: BTreeMap<String, Member>,
    /// From a package's id to those it is built with.
    edges: BTreeMap<String, Vec<String>>,
    names: BTreeMap<String, String>,
}

struct Member {
    id: String,
    ours: BTreeSet<String>,
    named: BTreeSet<String>,
}

impl Workspace {
    fn read() -> anyhow::Result<Self> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["metadata", "--format-version", "1", "--locked"])
            .current_dir(built::repository())
            .output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let metadata: Value = serde_json::from_slice(&output.stdout)?;
        let ids: BTreeSet<&str> = texts(&metadata["workspace_members"]).collect();
        let packages = metadata["packages"].as_array().context("packages")?;
        let nodes = metadata["resolve"]["nodes"].as_array().context("resolve.nodes")?;
        Ok(Self {
            members: packages
                .iter()
                .filter(|package| ids.contains(text(&package["id"])))
                .map(member)
                .collect(),
            edges: nodes.iter().map(edge).collect(),
            names: packages
                .iter()
                .map(|package| (text(&package["id"]).to_owned(), text(&package["name"]).to_owned()))
                .collect(),
        })
    }

    /// The names of everything that is linked into a package.
    fn reached_from(&self, id: &str) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        let mut open = vec![id];
        while let Some(next) = open.pop() {
            if seen.insert(next) {
                open.extend(self.edges.get(next).into_iter().flatten().map(String::as_str));
            }
        }
        seen.into_iter()
            .filter(|reached| *reached != id)
            .map(|reached| self.names[reached].as_str())
            .collect()
    }
}

fn member(package: &Value) -> (String, Member) {
    let dependencies: Vec<&str> = package["dependencies"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|dependency| text(&dependency["name"]))
        .collect();
    let ours = dependencies.iter().filter_map(|name| name.strip_prefix("countersign-")).map(str::to_owned);
    let member = Member {
        id: text(&package["id"]).to_owned(),
        ours: ours.collect(),
        named: dependencies.iter().copied().map(str::to_owned).collect(),
    };
    (short_name(text(&package["name"])).to_owned(), member)
}

/// Only what is linked into the product: no development or build dependencies.
fn edge(node: &Value) -> (String, Vec<String>) {
    let linked = node["deps"].as_array().into_iter().flatten().filter(|dependency| {
        dependency["dep_kinds"].as_array().into_iter().flatten().any(|kind| kind["kind"].is_null())
    });
    (text(&node["id"]).to_owned(), linked.map(|dependency| text(&dependency["pkg"]).to_owned()).collect())
}

fn short_name(package: &str) -> &str {
    package.strip_prefix("countersign-").unwrap_or(package)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn texts(values: &Value) -> impl Iterator<Item = &str> {
    values.as_array().into_iter().flatten().filter_map(Value::as_str)
}
