//! Follows the desktop's light or dark preference on Linux, over the settings portal.
//!
//! Tauri's own `dbus` feature does the same through libdbus, which we do without (ui-stack.md §6). Without a portal
//! the window keeps GTK's theme. Windows and macOS need no follower.

use std::time::Duration;

use futures::StreamExt as _;
use tauri::{AppHandle, Theme};
use zbus::zvariant::{OwnedValue, Value};

use crate::appearance;

const NAMESPACE: &str = "org.freedesktop.appearance";
const KEY: &str = "color-scheme";

/// The first frame waits this long for the portal, and not longer.
const FIRST_ANSWER: Duration = Duration::from_millis(300);

/// Applies the preference now, then whenever it changes.
pub(crate) fn follow(app: &AppHandle) {
    if let Some(theme) = tauri::async_runtime::block_on(first_theme()) {
        appearance::follow_system(app, theme);
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(error) = follow_changes(&app).await {
            tracing::info!(%error, "the desktop does not tell its colour scheme");
        }
    });
}

#[expect(
    clippy::disallowed_methods,
    reason = "runs before there is an engine, and so before there is a Clock"
)]
async fn first_theme() -> Option<Theme> {
    let answer = tokio::time::timeout(FIRST_ANSWER, async {
        let portal = settings_portal().await?;
        current(&portal).await
    });
    theme_of(&answer.await.ok()?.ok()?.into())
}

async fn follow_changes(app: &AppHandle) -> zbus::Result<()> {
    let portal = settings_portal().await?;
    // Subscribed before reading, so that no change is lost between the two.
    let mut changes = portal.receive_signal_with_args("SettingChanged", &[(0, NAMESPACE), (1, KEY)]).await?;
    if let Some(theme) = theme_of(&current(&portal).await?.into()) {
        appearance::follow_system(app, theme);
    }
    while let Some(change) = changes.next().await {
        let body = change.body();
        let (_, _, value): (String, String, Value<'_>) = body.deserialize()?;
        if let Some(theme) = theme_of(&value) {
            appearance::follow_system(app, theme);
        }
    }
    Ok(())
}

async fn settings_portal() -> zbus::Result<zbus::Proxy<'static>> {
    let bus = zbus::Connection::session().await?;
    zbus::Proxy::new_owned(
        bus,
        "org.freedesktop.portal.Desktop",
        "/org/freedesktop/portal/desktop",
        "org.freedesktop.portal.Settings",
    )
    .await
}

/// Version 1 of the portal knows only `Read`.
async fn current(portal: &zbus::Proxy<'_>) -> zbus::Result<OwnedValue> {
    match portal.call("ReadOne", &(NAMESPACE, KEY)).await {
        Ok(value) => Ok(value),
        Err(_) => portal.call("Read", &(NAMESPACE, KEY)).await,
    }
}

/// 0 no preference, 1 dark, 2 light. `Read` wraps its answer in one more variant than `ReadOne`.
fn theme_of(value: &Value<'_>) -> Option<Theme> {
    match value {
        Value::Value(inner) => theme_of(inner),
        Value::U32(1) => Some(Theme::Dark),
        Value::U32(_) => Some(Theme::Light),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_versions_of_the_portal_are_understood() {
        let v1 = Value::Value(Box::new(Value::U32(1)));
        for (answer, theme) in [
            (Value::U32(0), Some(Theme::Light)),
            (Value::U32(1), Some(Theme::Dark)),
            (Value::U32(2), Some(Theme::Light)),
            (v1, Some(Theme::Dark)),
            (Value::from("dark"), None),
        ] {
            assert_eq!(theme_of(&answer), theme, "answer {answer:?}");
        }
    }
}
