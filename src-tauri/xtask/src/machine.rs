//! What this machine needs: compiler, Node, system packages. Installs what it can and says what it installs.

mod packages;
mod version;

use anyhow::bail;

use crate::process::{answer, command, step};
use version::Version;

const RUST: Version = Version(1, 95);
const NODE: Version = Version(20, 19);

/// What the machine is prepared for; each needs more than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// Building and opening the app. Never a notification daemon or a keyring: a desktop has its own.
    Build,
    /// Driving it on a virtual display.
    Tour,
    /// All tests, those in a browser included.
    Test,
}

/// Checks and installs everything that `purpose` needs.
pub(crate) fn prepare(purpose: Purpose) -> anyhow::Result<()> {
    check_rust()?;
    check_node()?;
    if purpose == Purpose::Test {
        add_components()?;
    }
    packages::install(purpose)
}

/// Whether a window can be opened here.
pub(crate) fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// The compiler is new enough.
pub(crate) fn check_rust() -> anyhow::Result<()> {
    at_least("Rust", RUST, answer("rustc", &["--version"]), "rustup update stable")
}

fn check_node() -> anyhow::Result<()> {
    let mend =
        "install Node 20.19 or newer from https://nodejs.org/, or with your version manager: nvm install 22";
    at_least("Node", NODE, answer("node", &["--version"]), mend)
}

fn at_least(name: &str, wanted: Version, told: Option<String>, mend: &str) -> anyhow::Result<()> {
    let Some(told) = told else { bail!("{name} is not installed; {wanted} or newer is needed:\n  {mend}") };
    match Version::find(&told) {
        Some(found) if found >= wanted => Ok(()),
        _ => bail!("{name} {wanted} or newer is needed, this machine has {told}:\n  {mend}"),
    }
}

/// Minimal toolchains come without the formatter and the linter.
fn add_components() -> anyhow::Result<()> {
    let missing: Vec<&str> = [("rustfmt", "fmt"), ("clippy", "clippy")]
        .into_iter()
        .filter(|(_, subcommand)| answer("cargo", &[subcommand, "--version"]).is_none())
        .map(|(component, _)| component)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let words = [&["component", "add"], missing.as_slice()].concat();
    step("Parts of the Rust toolchain", command("rustup", &words))
}
