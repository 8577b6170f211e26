//! A keychain for tests: keyring-core's mock store behind a switchboard that counts calls, fails them and holds them.

use std::{
    any::Any,
    collections::HashMap,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
};

use keyring_core::{
    Credential, CredentialStore, Entry, Error, Result,
    api::{CredentialApi, CredentialStoreApi},
    mock,
};

use crate::{
    entries::{Entries, Store},
    name::SERVICE,
};

/// What a faulty call answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Locked,
    Broken,
}

/// The store under test. Clones are the same keychain; entries outlive every opening.
#[derive(Debug, Clone)]
pub(crate) struct TestKeychain(Arc<Switches>);

#[derive(Debug)]
struct Switches {
    kept: Arc<mock::Store>,
    calls_left: AtomicUsize,
    fault: Mutex<Fault>,
    is_held: Mutex<bool>,
    let_go: Condvar,
    hides_entries: AtomicBool,
    opened: AtomicUsize,
}

impl TestKeychain {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Switches {
            kept: mock::Store::new().expect("BUG: the mock store always opens"),
            calls_left: AtomicUsize::new(usize::MAX),
            fault: Mutex::new(Fault::Broken),
            is_held: Mutex::new(false),
            let_go: Condvar::new(),
            hides_entries: AtomicBool::new(false),
            opened: AtomicUsize::new(0),
        }))
    }

    /// One more opening of the same keychain.
    pub(crate) fn open(&self) -> Store {
        self.0.opened.fetch_add(1, Ordering::SeqCst);
        Store {
            credentials: Arc::new(self.clone()) as Arc<CredentialStore>,
            modifiers: HashMap::new(),
            open_lock: || Ok(false),
        }
    }

    /// One more opening, which tells when it is dropped: whether that was on a thread of a runtime, where a store must
    /// not wait for its service.
    pub(crate) fn open_told(&self, dropped: mpsc::Sender<bool>) -> Store {
        Store { credentials: Arc::new(Told { keychain: self.clone(), dropped }), ..self.open() }
    }

    pub(crate) fn entries(&self) -> Entries {
        Entries::new(self.open(), Arc::default())
    }

    pub(crate) fn times_opened(&self) -> usize {
        self.0.opened.load(Ordering::SeqCst)
    }

    /// Lets `calls` calls through and fails all later ones.
    pub(crate) fn fail_after(&self, calls: usize, fault: Fault) {
        *self.0.fault.lock().unwrap() = fault;
        self.0.calls_left.store(calls, Ordering::SeqCst);
    }

    pub(crate) fn mend(&self) {
        self.0.calls_left.store(usize::MAX, Ordering::SeqCst);
    }

    /// Makes every call wait until [`Self::let_go`].
    pub(crate) fn hold(&self) {
        *self.0.is_held.lock().unwrap() = true;
    }

    pub(crate) fn let_go(&self) {
        *self.0.is_held.lock().unwrap() = false;
        self.0.let_go.notify_all();
    }

    /// Like a locked `KeePassXC`: finds nothing.
    pub(crate) fn hide_entries(&self, hide: bool) {
        self.0.hides_entries.store(hide, Ordering::SeqCst);
    }

    /// The filled entries by user name, sorted.
    pub(crate) fn filled(&self) -> Vec<String> {
        let every = self.0.kept.search(&HashMap::new()).expect("BUG: the mock store can be searched");
        let mut users: Vec<_> = every
            .iter()
            .filter(|entry| entry.get_password().is_ok())
            .filter_map(|entry| entry.get_specifiers().map(|(_, user)| user))
            .collect();
        users.sort();
        users
    }

    /// Changes an entry behind the vault's back.
    pub(crate) fn tamper(&self, user: &str, change: impl FnOnce(&Entry) -> Result<()>) {
        let entry = self.0.kept.build(SERVICE, user, None).expect("BUG: the mock store builds every entry");
        change(&entry).expect("BUG: the mock store takes every change");
    }

    fn pass(&self) -> Result<()> {
        let mut is_held = self.0.is_held.lock().unwrap();
        while *is_held {
            is_held = self.0.let_go.wait(is_held).unwrap();
        }
        let spend = |left: usize| if left == usize::MAX { Some(left) } else { left.checked_sub(1) };
        match self.0.calls_left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, spend) {
            Ok(_) if self.0.hides_entries.load(Ordering::SeqCst) => Err(Error::NoEntry),
            Ok(_) => Ok(()),
            Err(_) => Err(match *self.0.fault.lock().unwrap() {
                Fault::Locked => Error::NoStorageAccess("locked".into()),
                Fault::Broken => Error::PlatformFailure("broken".into()),
            }),
        }
    }
}

impl CredentialStoreApi for TestKeychain {
    fn vendor(&self) -> String {
        self.0.kept.vendor()
    }

    fn id(&self) -> String {
        self.0.kept.id()
    }

    fn build(&self, service: &str, user: &str, modifiers: Option<&HashMap<&str, &str>>) -> Result<Entry> {
        let kept = self.0.kept.build(service, user, modifiers)?;
        Ok(Entry::new_with_credential(Arc::new(TestEntry { keychain: self.clone(), kept })))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A store of [`TestKeychain::open_told`].
#[derive(Debug)]
struct Told {
    keychain: TestKeychain,
    dropped: mpsc::Sender<bool>,
}

impl CredentialStoreApi for Told {
    fn vendor(&self) -> String {
        self.keychain.vendor()
    }

    fn id(&self) -> String {
        self.keychain.id()
    }

    fn build(&self, service: &str, user: &str, modifiers: Option<&HashMap<&str, &str>>) -> Result<Entry> {
        self.keychain.build(service, user, modifiers)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        // Nobody listens when the test has ended.
        let _ = self.dropped.send(tokio::runtime::Handle::try_current().is_ok());
    }
}

#[derive(Debug)]
struct TestEntry {
    keychain: TestKeychain,
    kept: Entry,
}

impl CredentialApi for TestEntry {
    fn set_secret(&self, secret: &[u8]) -> Result<()> {
        self.keychain.pass()?;
        self.kept.set_secret(secret)
    }

    fn get_secret(&self) -> Result<Vec<u8>> {
        self.keychain.pass()?;
        self.kept.get_secret()
    }

    fn delete_credential(&self) -> Result<()> {
        self.keychain.pass()?;
        self.kept.delete_credential()
    }

    fn get_credential(&self) -> Result<Option<Arc<Credential>>> {
        self.keychain.pass()?;
        self.kept.get_credential().map(|_| None)
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        self.kept.get_specifiers()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
