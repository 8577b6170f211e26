//! The vault: what the rest of the app sees of the keychain.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use keyring_core::CredentialStore;
use secrecy::SecretString;

use crate::{
    entries::Store,
    error::VaultError,
    keychain::{Call, Keychain, Opening},
    name::{ProfileName, SecretName, header_user},
    parts, system,
};

/// Keeps secrets. Clones share one keychain and one memory.
#[derive(Clone)]
pub struct Vault(Arc<Kind>);

enum Kind {
    Keychain(Keychain),
    Memory(Mutex<BTreeMap<(ProfileName, SecretName), SecretString>>),
}

impl Vault {
    /// The keychain of the operating system. Nothing is opened yet.
    ///
    /// `patience` is how long one call may take before it ends as [`VaultError::TimedOut`]. It is real time, and must
    /// leave a person time to type a password into the keychain's own window.
    pub fn system(patience: Duration) -> Self {
        let opening = Opening { first: Box::new(system::open_first), anew: Box::new(system::open_anew) };
        Self::over(opening, patience)
    }

    /// A keychain of the caller's: whatever speaks keyring-core. It must answer without a person.
    pub fn of_store(credentials: Arc<CredentialStore>, patience: Duration) -> Self {
        let open = move || {
            let credentials = Arc::clone(&credentials);
            Ok(Store { credentials, modifiers: HashMap::new(), open_lock: || Ok(false) })
        };
        Self::over(Opening { first: Box::new(open.clone()), anew: Box::new(open) }, patience)
    }

    /// A vault that forgets everything with its last clone: for sample data, which works without a keychain
    /// (`design.md §8`), and for tests.
    pub fn in_memory() -> Self {
        Self(Arc::new(Kind::Memory(Mutex::default())))
    }

    pub(crate) fn over(opening: Opening, patience: Duration) -> Self {
        Self(Arc::new(Kind::Keychain(Keychain::new(opening, patience))))
    }

    /// Opens the keychain if it is not open yet, and says whether that works. Reads nothing.
    pub async fn check(&self) -> Result<(), VaultError> {
        match &*self.0 {
            Kind::Keychain(keychain) => keychain.ask(Call::Read, |_| Ok(())).await,
            Kind::Memory(_) => Ok(()),
        }
    }

    /// "Try again": opens the keychain anew, whatever became of the earlier opening, and says whether that works.
    pub async fn try_again(&self) -> Result<(), VaultError> {
        if let Kind::Keychain(keychain) = &*self.0 {
            keychain.forget_connection();
        }
        self.check().await
    }

    /// The secret, or `None` when the keychain answered that it has none.
    pub async fn read(
        &self,
        profile: &ProfileName,
        name: SecretName,
    ) -> Result<Option<SecretString>, VaultError> {
        match &*self.0 {
            Kind::Keychain(keychain) => {
                let user = header_user(profile, name);
                keychain.ask(Call::Read, move |entries| parts::read(entries, &user)).await
            }
            Kind::Memory(kept) => Ok(locked(kept).get(&(profile.clone(), name)).cloned()),
        }
    }

    /// Stores a secret in place of the one before. After any error the vault holds the old one or the new one.
    pub async fn write(
        &self,
        profile: &ProfileName,
        name: SecretName,
        secret: SecretString,
    ) -> Result<(), VaultError> {
        match &*self.0 {
            Kind::Keychain(keychain) => {
                let user = header_user(profile, name);
                keychain.ask(Call::Write, move |entries| parts::write(entries, &user, &secret)).await
            }
            Kind::Memory(kept) => {
                parts::fitness(&secret)?;
                locked(kept).insert((profile.clone(), name), secret);
                Ok(())
            }
        }
    }

    /// Removes a secret; one that is not there is removed already.
    pub async fn remove(&self, profile: &ProfileName, name: SecretName) -> Result<(), VaultError> {
        match &*self.0 {
            Kind::Keychain(keychain) => {
                let user = header_user(profile, name);
                keychain.ask(Call::Write, move |entries| parts::remove(entries, &user)).await
            }
            Kind::Memory(kept) => {
                locked(kept).remove(&(profile.clone(), name));
                Ok(())
            }
        }
    }

    /// Removes what interrupted writes of this profile left in the keychain. To be called once at start.
    pub async fn tidy(&self, profile: &ProfileName) -> Result<(), VaultError> {
        match &*self.0 {
            Kind::Keychain(keychain) => {
                let users = SecretName::ALL.map(|name| header_user(profile, name));
                let tidy_all =
                    move |entries: &_| users.iter().try_for_each(|user| parts::tidy(entries, user));
                keychain.ask(Call::Write, tidy_all).await
            }
            Kind::Memory(_) => Ok(()),
        }
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &*self.0 {
            Kind::Keychain(_) => "Vault(keychain)",
            Kind::Memory(_) => "Vault(memory)",
        })
    }
}

fn locked<T>(kept: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
