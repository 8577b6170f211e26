//! Rules about source files that no linter here knows.

use std::fs;
use std::path::{Path, PathBuf};

use countersign_tests::built;

/// A file longer than this needs a line in [`LONG_FOR_A_REASON`].
const LONGEST: usize = 500;

/// Files that may be longer, each with its reason.
const LONG_FOR_A_REASON: &[(&str, &str)] =
    &[("ui/src/bindings/index.ts", "written by `ipc`, read by nobody")];

/// Folders of others or of machines.
const NOT_OURS: &[&str] = &[".git", "target", "node_modules", "dist", "gen"];

#[test]
fn no_source_file_is_longer_than_a_reader_can_hold() -> anyhow::Result<()> {
    let mut too_long = Vec::new();
    for (name, text) in sources(&["rs", "ts", "js", "mjs", "svelte", "css", "sql"])? {
        let lines = text.lines().count();
        if lines > LONGEST && !LONG_FOR_A_REASON.iter().any(|(known, _)| *known == name) {
            too_long.push(format!("{name}: {lines} lines"));
        }
    }
    assert_eq!(too_long, Vec::<String>::new());
    Ok(())
}

#[test]
fn no_test_is_switched_off() -> anyhow::Result<()> {
    // Put together, so that this file does not find itself.
    let switches = [
        ("rs", ["#[", "ignore"]),
        ("ts", ["test", ".skip"]),
        ("ts", ["it", ".skip"]),
        ("ts", [".", "only("]),
    ];
    let mut found = Vec::new();
    for (extension, switch) in switches {
        let switch = switch.concat();
        for (name, text) in sources(&[extension])? {
            if text.contains(&switch) {
                found.push(format!("{name}: {switch}"));
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
    Ok(())
}

#[test]
fn only_one_file_of_the_interface_knows_tauri() -> anyhow::Result<()> {
    let mut importers = Vec::new();
    for (name, text) in sources(&["ts", "svelte"])? {
        if name.starts_with("ui/src") && text.contains("@tauri-apps/") {
            importers.push(name);
        }
    }
    assert_eq!(importers, ["ui/src/platform/tauri.ts"]);
    Ok(())
}

#[test]
fn no_markup_of_the_interface_carries_styles_that_the_policy_forbids() -> anyhow::Result<()> {
    let mut found = Vec::new();
    for (name, text) in sources(&["svelte", "html"])? {
        if name.starts_with("ui/") && text.contains(" style=\"") {
            found.push(name);
        }
    }
    assert_eq!(found, Vec::<String>::new(), "use a class, or style:property={{…}}");
    Ok(())
}

/// Every file of ours with one of these extensions: its name from the root, with `/`, and its text.
fn sources(extensions: &[&str]) -> anyhow::Result<Vec<(String, String)>> {
    let root = built::repository();
    let mut files = Vec::new();
    walk(root, &mut files)?;
    let wanted = files.into_iter().filter(|path| {
        path.extension().is_some_and(|found| extensions.iter().any(|extension| found == *extension))
    });
    wanted
        .map(|path| {
            let name = path.strip_prefix(root)?.components().map(|part| part.as_os_str().to_string_lossy());
            Ok((name.collect::<Vec<_>>().join("/"), fs::read_to_string(&path)?))
        })
        .collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if !entry.file_type()?.is_dir() {
            files.push(path);
        } else if !NOT_OURS.iter().any(|name| entry.file_name() == *name) {
            walk(&path, files)?;
        }
    }
    Ok(())
}
