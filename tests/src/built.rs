//! Where cargo put what the tests drive.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

/// The repository's root.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("BUG: `tests/` lies in the repository")
}

/// The built desktop app, of the same profile as the running test.
pub fn app() -> anyhow::Result<PathBuf> {
    binary("countersign")
}

/// A built binary that lies beside the running test's profile folder.
pub fn binary(name: &str) -> anyhow::Result<PathBuf> {
    let path = profile_folder()?.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    ensure!(path.exists(), "{} is not built; `cargo xtask test` builds it", path.display());
    Ok(path)
}

/// Where pictures and logs of failed window tests are kept: `target/<profile>/failed`.
pub(crate) fn failures() -> anyhow::Result<PathBuf> {
    let folder = profile_folder()?.join("failed");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Where the tour leaves its pictures: `target/tour`.
pub fn pictures() -> anyhow::Result<PathBuf> {
    let folder = profile_folder()?.with_file_name("tour");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// `target/debug` or `target/release`: tests run from its `deps/`, binaries from itself.
fn profile_folder() -> anyhow::Result<PathBuf> {
    let me = std::env::current_exe().context("a test has a path")?;
    let folder = me.parent().context("a test lies in a folder")?;
    let profile = if folder.ends_with("deps") { folder.parent() } else { Some(folder) };
    Ok(profile.context("`deps` lies in a profile's folder")?.to_path_buf())
}
