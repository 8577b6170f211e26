//! The settings portal of a desktop that has a light and a dark style.
#![expect(missing_docs, reason = "the interface macro makes methods that it does not document")]

use anyhow::Context as _;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{OwnedValue, Value};
use zbus::{fdo, interface};

use crate::desk::Desk;

const NAMESPACE: &str = "org.freedesktop.appearance";
const KEY: &str = "color-scheme";
const PATH: &str = "/org/freedesktop/portal/desktop";

/// What a person chose in the desktop's settings; the numbers are the portal's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preference {
    /// Dark windows.
    Dark = 1,
    /// Light windows.
    Light = 2,
}

/// Gives the desk a settings portal. Before the app starts, or it has none.
pub async fn serve(desk: &Desk, preference: Preference) -> anyhow::Result<()> {
    desk.bus().object_server().at(PATH, Settings { preference, version: 2 }).await?;
    desk.bus().request_name("org.freedesktop.portal.Desktop").await.context("the portal's name")?;
    Ok(())
}

/// Changes the preference, as a person does in the desktop's settings.
pub async fn choose(desk: &Desk, preference: Preference) -> anyhow::Result<()> {
    let settings = desk.bus().object_server().interface::<_, Settings>(PATH).await?;
    settings.get_mut().await.preference = preference;
    let value = Value::U32(preference as u32);
    Settings::setting_changed(settings.signal_emitter(), NAMESPACE, KEY, value).await?;
    Ok(())
}

struct Settings {
    preference: Preference,
    /// 2 knows `ReadOne`.
    version: u32,
}

#[interface(name = "org.freedesktop.portal.Settings")]
impl Settings {
    fn read_one(&self, namespace: &str, key: &str) -> fdo::Result<OwnedValue> {
        if (namespace, key) == (NAMESPACE, KEY) {
            Ok(OwnedValue::from(self.preference as u32))
        } else {
            Err(fdo::Error::UnknownProperty(key.to_owned()))
        }
    }

    #[zbus(property, name = "version")]
    fn version(&self) -> u32 {
        self.version
    }

    #[zbus(signal)]
    async fn setting_changed(
        emitter: &SignalEmitter<'_>,
        namespace: &str,
        key: &str,
        value: Value<'_>,
    ) -> zbus::Result<()>;
}
