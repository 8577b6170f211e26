//! What the desktop's notification daemon was asked to show.

use anyhow::Context as _;
use serde_json::Value;

use crate::desk::Desk;

/// One notification as the daemon keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// What happened.
    pub summary: String,
    /// The deal, and what it means.
    pub body: String,
}

/// Every notification since the desk was started, oldest first. Closes those on the screen: the daemon lists only
/// closed ones (dev-environment.md §3).
pub fn all(desk: &Desk) -> anyhow::Result<Vec<Notification>> {
    dunstctl(desk, &["close-all"])?;
    let history: Value = serde_json::from_slice(&dunstctl(desk, &["history"])?)?;
    let entries = history["data"][0].as_array().context("dunst answers with a list")?;
    let text = |entry: &Value, field: &str| entry[field]["data"].as_str().unwrap_or_default().to_owned();
    let newest_first = entries
        .iter()
        .map(|entry| Notification { summary: text(entry, "summary"), body: text(entry, "body") });
    Ok(newest_first.rev().collect())
}

/// How many are on the screen now.
pub fn on_screen(desk: &Desk) -> anyhow::Result<u32> {
    Ok(String::from_utf8(dunstctl(desk, &["count", "displayed"])?)?.trim().parse()?)
}

/// Clicks the newest notification on the screen, as a person does.
pub fn click_newest(desk: &Desk) -> anyhow::Result<()> {
    dunstctl(desk, &["action", "0"]).map(drop)
}

/// Puts all notifications away, so that a picture shows only the window.
pub fn close_all(desk: &Desk) -> anyhow::Result<()> {
    dunstctl(desk, &["close-all"]).map(drop)
}

fn dunstctl(desk: &Desk, arguments: &[&str]) -> anyhow::Result<Vec<u8>> {
    let output = desk.command("dunstctl")?.args(arguments).stdout(std::process::Stdio::piped()).output()?;
    anyhow::ensure!(output.status.success(), "dunstctl {arguments:?} failed: {}", output.status);
    Ok(output.stdout)
}
