//! A file that stands for the keychain of a computer, so that a host that was killed finds its tokens again.
//!
//! For tests only: the product has no such thing, and a sandbox's tokens open nothing but that sandbox.

use std::{
    any::Any,
    collections::{BTreeMap, HashMap},
    fs, io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use keyring_core::{
    Credential, CredentialStore, Entry, Error, Result,
    api::{CredentialApi, CredentialStoreApi},
};

type Texts = BTreeMap<String, String>;

/// The keychain of one computer. Every change is in the file when the call returns.
#[derive(Debug, Clone)]
pub struct FileKeychain(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    /// Reading, changing and writing the file is one step.
    turn: Mutex<()>,
}

impl FileKeychain {
    /// The keychain in this file, which need not exist.
    pub fn at(path: PathBuf) -> Arc<CredentialStore> {
        Arc::new(Self(Arc::new(Inner { path, turn: Mutex::default() })))
    }

    fn read(&self) -> Result<Texts> {
        match fs::read(&self.0.path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(failed),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Texts::new()),
            Err(error) => Err(failed(error)),
        }
    }

    /// The file is replaced as a whole: a kill leaves the one or the other.
    fn change(&self, change: impl FnOnce(&mut Texts)) -> Result<()> {
        let _turn = self.0.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut texts = self.read()?;
        change(&mut texts);
        let next = self.0.path.with_extension("next");
        fs::write(&next, serde_json::to_vec(&texts).map_err(failed)?).map_err(failed)?;
        fs::rename(&next, &self.0.path).map_err(failed)
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::PlatformFailure(Box::new(error))
}

impl CredentialStoreApi for FileKeychain {
    fn vendor(&self) -> String {
        "a file of the tests".to_owned()
    }

    fn id(&self) -> String {
        self.0.path.display().to_string()
    }

    fn build(&self, service: &str, user: &str, _: Option<&HashMap<&str, &str>>) -> Result<Entry> {
        let entry = FileEntry { keychain: self.clone(), key: format!("{service}/{user}") };
        Ok(Entry::new_with_credential(Arc::new(entry)))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[derive(Debug)]
struct FileEntry {
    keychain: FileKeychain,
    key: String,
}

impl CredentialApi for FileEntry {
    fn set_secret(&self, secret: &[u8]) -> Result<()> {
        let text = String::from_utf8(secret.to_vec()).map_err(failed)?;
        self.keychain.change(|texts| drop(texts.insert(self.key.clone(), text)))
    }

    fn get_secret(&self) -> Result<Vec<u8>> {
        let text = self.keychain.read()?.remove(&self.key);
        text.map(String::into_bytes).ok_or(Error::NoEntry)
    }

    fn delete_credential(&self) -> Result<()> {
        let mut removed = None;
        self.keychain.change(|texts| removed = texts.remove(&self.key))?;
        removed.map(drop).ok_or(Error::NoEntry)
    }

    fn get_credential(&self) -> Result<Option<Arc<Credential>>> {
        self.get_secret().map(|_| None)
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        None
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_process_wrote_the_next_one_reads() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let open = || FileKeychain::at(folder.path().join("keychain"));
        let entry = |keychain: Arc<CredentialStore>| keychain.build("countersign", "seat", None);
        assert!(matches!(entry(open())?.get_password(), Err(Error::NoEntry)));
        entry(open())?.set_password("0123")?;
        assert_eq!(entry(open())?.get_password()?, "0123");
        entry(open())?.delete_credential()?;
        assert!(matches!(entry(open())?.get_password(), Err(Error::NoEntry)));
        Ok(())
    }
}
