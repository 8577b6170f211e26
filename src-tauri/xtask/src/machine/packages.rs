//! System packages: installed on Debian and Ubuntu, named elsewhere.

use std::collections::BTreeSet;
use std::fs;
use std::io::IsTerminal as _;

use anyhow::bail;

use super::Purpose;
use crate::process::{answer, command, step};

/// To build the app: the web view, the tray library and the icon loader (dev-environment.md §1 A).
const BUILD: &[&str] = &["libwebkit2gtk-4.1-dev", "libayatana-appindicator3-dev", "librsvg2-dev"];

/// A desktop without a screen, and what drives and watches it (dev-environment.md §1 B).
const DESK: &[&str] = &[
    "xvfb",
    "xauth",
    "fonts-inter",
    "fonts-noto-core",
    "fonts-noto-color-emoji",
    "webkit2gtk-driver",
    "gnome-keyring",
    "dbus-x11",
    "dunst",
    "libnotify-bin",
    "libsecret-tools",
    "openbox",
    "imagemagick",
    "scrot",
    "xdotool",
    "wmctrl",
    "xdg-utils",
    "desktop-file-utils",
];

/// The second engine (dev-environment.md §1 D).
const BROWSER: &[&str] = &["chromium"];

/// Installs what is missing, or fails with the one line that mends it.
pub(crate) fn install(purpose: Purpose) -> anyhow::Result<()> {
    if !cfg!(target_os = "linux") {
        println!("System packages: {}", elsewhere());
        return Ok(());
    }
    if answer("apt-get", &["--version"]).is_none() || !is_debian(&os_release()) {
        return on_another_linux();
    }
    let missing = missing(purpose);
    if missing.is_empty() {
        return Ok(());
    }
    println!("\nThese system packages are missing and will be installed:\n  {}", missing.join(" "));
    let Some(prefix) = right_to_install() else {
        let line = format!(
            "sudo apt-get update && sudo apt-get install --yes --no-install-recommends {}",
            missing.join(" ")
        );
        bail!(
            "Installing them needs root or sudo, and there is neither. Ask somebody who may to run:\n  {line}"
        );
    };
    apt(prefix, "Package lists", &["update"])?;
    let words = [&["install", "--yes", "--no-install-recommends"], missing.as_slice()].concat();
    apt(prefix, "System packages", &words)
}

fn wanted(purpose: Purpose) -> Vec<&'static str> {
    let mut wanted = BUILD.to_vec();
    if purpose >= Purpose::Tour {
        wanted.extend(DESK);
    }
    if purpose >= Purpose::Test {
        wanted.extend(BROWSER);
    }
    wanted
}

fn missing(purpose: Purpose) -> Vec<&'static str> {
    let wanted = wanted(purpose);
    let question = [&["--show", "--showformat=${db:Status-Status} ${Package}\n"], wanted.as_slice()].concat();
    // It fails as soon as one package is unknown, and still tells about the others.
    let output = std::process::Command::new("dpkg-query").args(question).output();
    let told = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let installed: BTreeSet<&str> = told.lines().filter_map(|line| line.strip_prefix("installed ")).collect();
    wanted.into_iter().filter(|package| !installed.contains(package)).collect()
}

/// What stands before `apt-get`: nothing for root, sudo where it works or can ask for a password.
fn right_to_install() -> Option<&'static [&'static str]> {
    if answer("id", &["-u"]).is_some_and(|id| id == "0") {
        return Some(&[]);
    }
    let can_ask = std::io::stdin().is_terminal() && answer("sudo", &["--version"]).is_some();
    (can_ask || answer("sudo", &["-n", "true"]).is_some()).then_some(&["sudo"])
}

fn apt(prefix: &[&str], title: &str, arguments: &[&str]) -> anyhow::Result<()> {
    let words = [prefix, &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"], arguments].concat();
    step(title, command(words[0], &words[1..]))
}

fn os_release() -> String {
    fs::read_to_string("/etc/os-release").unwrap_or_default()
}

fn is_debian(os_release: &str) -> bool {
    os_release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
        .flat_map(|ids| ids.trim_matches('"').split(' '))
        .any(|id| id == "debian" || id == "ubuntu")
}

fn on_another_linux() -> anyhow::Result<()> {
    if answer("pkg-config", &["--exists", "webkit2gtk-4.1", "librsvg-2.0"]).is_some() {
        println!("System packages: those for building are there. This system is untested; Debian 12 is not.");
        return Ok(());
    }
    bail!(
        "Only Debian and Ubuntu are set up by this command. Install what these Debian packages hold, then try again:\n  {}",
        BUILD.join(" ")
    )
}

fn elsewhere() -> &'static str {
    if cfg!(windows) {
        "none are installed. The app needs WebView2 (part of Windows 11) and the MSVC build tools."
    } else {
        "none are installed. The app needs Xcode's command line tools: xcode-select --install"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desktop_gets_only_the_packages_for_building() {
        assert_eq!(wanted(Purpose::Build), BUILD);
        assert!(wanted(Purpose::Tour).contains(&"gnome-keyring"));
        assert!(!wanted(Purpose::Tour).contains(&"chromium"));
        assert!(wanted(Purpose::Test).contains(&"chromium"));
    }

    #[test]
    fn debian_and_its_children_are_recognised() {
        for (text, expected) in [
            ("NAME=\"Debian\"\nID=debian\n", true),
            ("ID=ubuntu\nID_LIKE=debian\n", true),
            ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", true),
            ("ID=fedora\nID_LIKE=rhel\n", false),
            ("", false),
        ] {
            assert_eq!(is_debian(text), expected, "{text:?}");
        }
    }
}
