//! The keychain of this operating system.
//!
//! `keyring` decides once per process whether the system's store could be opened ([`keyring::Entry::store_status`])
//! and never looks again. So the first opening is keyring's, and every later one ("Try again") builds the store anew.

use std::{collections::HashMap, sync::Arc};

use keyring_core::{CredentialStore, Error, error::PlatformError};

use crate::entries::Store;

/// Opens the system's store as `keyring` does, the first time.
pub(crate) fn open_first() -> Result<Store, Error> {
    match keyring::Entry::store_status() {
        Ok(()) => keyring_core::get_default_store().map(with_system_habits).ok_or(Error::NoDefaultStore),
        Err(_) => open_anew(),
    }
}

/// Opens a store that shares nothing with an earlier one: a new connection, and no lock that a stuck call holds.
pub(crate) fn open_anew() -> Result<Store, Error> {
    build().map(with_system_habits)
}

#[cfg(target_os = "linux")]
fn build() -> Result<Arc<CredentialStore>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn build() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(target_os = "windows")]
fn build() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

fn with_system_habits(credentials: Arc<CredentialStore>) -> Store {
    // Windows roams credentials with the user's profile unless told otherwise; two computers would then share one
    // seat id (`design.md §7`: nothing of ours roams).
    let modifiers = if cfg!(windows) { HashMap::from([("persistence", "Local")]) } else { HashMap::new() };
    Store { credentials, modifiers, open_lock }
}

/// Asks the person to unlock the default collection if it is locked; whether it was locked.
///
/// A locked `KeePassXC` finds nothing when it is searched, so that "no entry" proves nothing until the collection is
/// known to be open.
#[cfg(target_os = "linux")]
fn open_lock() -> Result<bool, Error> {
    use secret_service::{EncryptionType, Error as ServiceError, blocking::SecretService};

    // No secret passes over this connection, so it needs no encryption.
    let attempt = || -> Result<bool, ServiceError> {
        let service = SecretService::connect(EncryptionType::Plain)?;
        let collection = match service.get_default_collection() {
            Ok(collection) => collection,
            // Nothing was ever stored: there is not even a collection.
            Err(ServiceError::NoResult) => return Ok(false),
            Err(error) => return Err(error),
        };
        if !collection.is_locked()? {
            return Ok(false);
        }
        collection.unlock()?;
        Ok(true)
    };
    attempt().map_err(|error| match error {
        ServiceError::Locked | ServiceError::Prompt => Error::NoStorageAccess(Box::new(error)),
        _ => Error::PlatformFailure(Box::new(error)),
    })
}

/// The other systems say that they are locked when they are asked for an entry.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "the same signature on every system")]
fn open_lock() -> Result<bool, Error> {
    Ok(false)
}

/// Whether a failure that the store calls general means "locked" on this system.
#[cfg(target_os = "macos")]
pub(crate) fn means_locked(error: &PlatformError) -> bool {
    const USER_CANCELED: i32 = -128;
    const AUTHENTICATION_FAILED: i32 = -25_293;
    const INTERACTION_NOT_ALLOWED: i32 = -25_308;
    error.downcast_ref::<security_framework::base::Error>().is_some_and(|error| {
        [USER_CANCELED, AUTHENTICATION_FAILED, INTERACTION_NOT_ALLOWED].contains(&error.code())
    })
}

/// Whether a failure that the store calls general means "locked" on this system.
#[cfg(not(target_os = "macos"))]
pub(crate) fn means_locked(_: &PlatformError) -> bool {
    false
}

/// Whether "no access to the store" means that there is none, rather than that it is locked. Windows says so in a
/// session without a credential store, such as that of a service.
pub(crate) fn no_access_means_absent() -> bool {
    cfg!(windows)
}
