//! What lies in the desk's keychain, read by another program than the app's own library.

use std::io::Write as _;
use std::process::Stdio;

use anyhow::{Context as _, ensure};
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};

use crate::desk::Desk;

/// The secret stored under the attributes `service` and `username`, if there is one.
pub fn secret(desk: &Desk, service: &str, username: &str) -> anyhow::Result<Option<String>> {
    let output = desk
        .command("secret-tool")?
        .args(["lookup", "service", service, "username", username])
        .stdout(Stdio::piped())
        .output()?;
    // secret-tool answers "nothing found" with exit code 1 and no output.
    if output.status.success() { Ok(Some(String::from_utf8(output.stdout)?)) } else { Ok(None) }
}

/// Everything stored under `service`, as secret-tool prints it: labels, attributes and secrets.
pub fn listing(desk: &Desk, service: &str) -> anyhow::Result<String> {
    let output = desk
        .command("secret-tool")?
        .args(["search", "--all", "--unlock", "service", service])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()?;
    // Attributes are printed on standard error, secrets on standard output.
    Ok(String::from_utf8([output.stdout, output.stderr].concat())?)
}

/// Stores a secret as another program would.
pub fn store(desk: &Desk, service: &str, username: &str, secret: &str) -> anyhow::Result<()> {
    let mut child = desk
        .command("secret-tool")?
        .args(["store", "--label=planted", "service", service, "username", username])
        .stdin(Stdio::piped())
        .spawn()?;
    child.stdin.take().context("BUG: standard input is piped")?.write_all(secret.as_bytes())?;
    let status = child.wait()?;
    ensure!(status.success(), "secret-tool store failed: {status}");
    Ok(())
}

/// Locks the keychain, as a person does who leaves the desk.
pub async fn lock(desk: &Desk) -> anyhow::Result<()> {
    let service = service(desk).await?;
    let (locked, _prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) =
        service.call("Lock", &vec![ObjectPath::try_from(LOGIN)?]).await?;
    ensure!(!locked.is_empty(), "the keychain did not lock");
    Ok(())
}

/// Unlocks it again, as typing the password into the system's question does.
pub async fn unlock(desk: &Desk) -> anyhow::Result<()> {
    let (_, session): (OwnedValue, OwnedObjectPath) =
        service(desk).await?.call("OpenSession", &("plain", Value::from(""))).await?;
    let no_parameters: &[u8] = &[];
    let password = (session, no_parameters, PASSWORD.as_bytes(), "text/plain");
    let keyring = proxy(desk, "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface").await?;
    let () = keyring.call("UnlockWithMasterPassword", &(ObjectPath::try_from(LOGIN)?, password)).await?;
    Ok(())
}

/// The password of a keychain that dies with its desk.
pub(crate) const PASSWORD: &str = "desk";

/// Where gnome-keyring keeps what a person stores.
const LOGIN: &str = "/org/freedesktop/secrets/collection/login";

async fn service(desk: &Desk) -> anyhow::Result<zbus::Proxy<'static>> {
    proxy(desk, "org.freedesktop.Secret.Service").await
}

async fn proxy(desk: &Desk, interface: &'static str) -> anyhow::Result<zbus::Proxy<'static>> {
    let (name, path) = ("org.freedesktop.secrets", "/org/freedesktop/secrets");
    Ok(zbus::Proxy::new_owned(desk.bus().clone(), name, path, interface).await?)
}
