//! Single entries of a keychain: read, write, remove, and what each failure means.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use keyring_core::{CredentialStore, Entry, Error};
use secrecy::{SecretString, zeroize::Zeroizing};

use crate::{
    error::{RefusedBy, VaultError},
    name::SERVICE,
    system,
};

/// An open store with what this system wants to be told.
#[derive(Clone)]
pub(crate) struct Store {
    pub(crate) credentials: Arc<CredentialStore>,
    /// Passed with every entry.
    pub(crate) modifiers: HashMap<&'static str, &'static str>,
    /// Unlocks the store if that is needed to trust a "no entry"; says whether it was locked.
    pub(crate) open_lock: fn() -> Result<bool, Error>,
}

/// Why one call about one entry failed.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Whoever asked has gone; nothing more may be done for it.
    GivenUp,
    /// The entry holds no text, or there are several of that name.
    Unreadable,
    /// The keychain as a whole.
    Keychain(VaultError),
    /// The connection may be stale: a keychain service that was restarted refuses what it does not know any more.
    /// Worth one try on a store opened anew.
    Failed(VaultError),
}

impl From<Error> for Trouble {
    /// `BadEncoding` and `BadDataFormat` carry the entry's bytes, so they are never kept.
    fn from(error: Error) -> Self {
        match error {
            Error::PlatformFailure(error) if system::means_locked(&error) => {
                Self::Keychain(VaultError::Locked(RefusedBy::new(error)))
            }
            Error::PlatformFailure(error) => Self::Failed(VaultError::Refused(RefusedBy::new(error))),
            Error::NoStorageAccess(error) if system::no_access_means_absent() => {
                Self::Keychain(VaultError::Absent(RefusedBy::new(error)))
            }
            Error::NoStorageAccess(error) => Self::Keychain(VaultError::Locked(RefusedBy::new(error))),
            Error::NoDefaultStore => Self::Failed(VaultError::Absent(RefusedBy::new(error))),
            Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::Ambiguous(_) => Self::Unreadable,
            other => Self::Keychain(VaultError::Refused(RefusedBy::new(other))),
        }
    }
}

/// The entries of one store, on behalf of one caller who may stop waiting at any time.
pub(crate) struct Entries {
    store: Store,
    given_up: Arc<AtomicBool>,
}

impl Entries {
    pub(crate) fn new(store: Store, given_up: Arc<AtomicBool>) -> Self {
        Self { store, given_up }
    }

    /// The text of an entry, or `None` when the keychain, unlocked, has no such entry.
    pub(crate) fn read(&self, user: &str) -> Result<Option<SecretString>, Trouble> {
        let entry = self.entry(user)?;
        match entry.get_password() {
            Err(Error::NoEntry) if (self.store.open_lock)()? => none_or(entry.get_password()),
            answer => none_or(answer),
        }
    }

    /// Creates or replaces an entry. Where there are several of that name, one is left.
    pub(crate) fn write(&self, user: &str, text: &str) -> Result<(), Trouble> {
        match self.entry(user)?.set_password(text) {
            Err(Error::Ambiguous(same)) => {
                let (keep, spare) = same.split_first().ok_or(Trouble::Unreadable)?;
                for entry in spare {
                    removed(entry.delete_credential())?;
                }
                Ok(keep.set_password(text)?)
            }
            answer => Ok(answer?),
        }
    }

    /// Whether there is an entry, readable or not.
    pub(crate) fn exists(&self, user: &str) -> Result<bool, Trouble> {
        match self.entry(user)?.get_credential() {
            Ok(_) | Err(Error::Ambiguous(_)) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes an entry, and all others of that name. An entry that is not there is removed already.
    pub(crate) fn remove(&self, user: &str) -> Result<(), Trouble> {
        match self.entry(user)?.delete_credential() {
            Err(Error::Ambiguous(same)) => {
                same.iter().try_for_each(|entry| removed(entry.delete_credential()))
            }
            answer => removed(answer),
        }
    }

    fn entry(&self, user: &str) -> Result<Entry, Trouble> {
        if self.given_up.load(Ordering::Acquire) {
            return Err(Trouble::GivenUp);
        }
        let Store { credentials, modifiers, .. } = &self.store;
        Ok(credentials.build(SERVICE, user, Some(modifiers))?)
    }
}

fn none_or(answer: Result<String, Error>) -> Result<Option<SecretString>, Trouble> {
    match answer {
        // `SecretString` copies when the capacity differs from the length; the original must not stay behind.
        Ok(text) => Ok(Some(SecretString::from(Zeroizing::new(text).as_str()))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn removed(answer: Result<(), Error>) -> Result<(), Trouble> {
    match answer {
        Ok(()) | Err(Error::NoEntry) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
