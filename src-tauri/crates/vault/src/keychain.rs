//! Calls to the keychain off the async threads, one at a time, each with an end.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use keyring_core::Error;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard, oneshot};

use crate::{
    entries::{Entries, Store, Trouble},
    error::{RefusedBy, VaultError},
};

/// How a store is opened: the first time, and anew.
pub(crate) struct Opening {
    pub(crate) first: Box<dyn Fn() -> Result<Store, Error> + Send + Sync>,
    pub(crate) anew: Box<dyn Fn() -> Result<Store, Error> + Send + Sync>,
}

/// A keychain that is opened when it is first needed and can be opened anew.
pub(crate) struct Keychain {
    opening: Arc<Opening>,
    patience: Duration,
    connection: Mutex<Arc<Connection>>,
    /// Held by a write until the keychain has answered, however long that takes: two writes of one secret at the same
    /// time could leave a header of one over parts of the other.
    writing: Arc<Turn<()>>,
}

/// One opening of the store. The stores are not safe to use from several threads at once, hence the turns.
#[derive(Default)]
struct Connection {
    /// After "Try again" what an earlier opening left behind is of no use.
    must_be_anew: bool,
    store: Mutex<Option<Store>>,
    turn: Arc<Turn<()>>,
}

/// What a call does with the entries.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    Read,
    Write,
}

impl Keychain {
    pub(crate) fn new(opening: Opening, patience: Duration) -> Self {
        Self { opening: Arc::new(opening), patience, connection: Mutex::default(), writing: Arc::default() }
    }

    /// Runs `job` on a thread of its own and waits for it, at most as long as the patience lasts. A job that nobody
    /// waits for any more stops at its next entry.
    ///
    /// A thread, not the runtime's pool: a keychain that waits for a person must not hold up the end of the program.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        call: Call,
        job: impl Fn(&Entries) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, VaultError> {
        let given_up = GivenUp::default();
        let (opening, connection) = (Arc::clone(&self.opening), self.connection());
        let flag = Arc::clone(&given_up.0);
        let asked = async {
            let turns = self.turns(&connection, call).await;
            let (answer, answered) = oneshot::channel();
            let work = move || {
                let _turns = turns;
                // Nobody listens after a time-out.
                drop(answer.send(connection.run(&opening, &flag, &job)));
            };
            thread::Builder::new()
                .name("keychain".to_owned())
                .spawn(work)
                .map_err(|error| VaultError::Refused(RefusedBy::new(error)))?;
            // The sender is dropped without an answer only when the job panicked.
            answered.await.unwrap_or_else(|closed| Err(VaultError::Refused(RefusedBy::new(closed))))
        };
        within(self.patience, asked).await
    }

    /// The next call opens a store anew and waits for nothing that an earlier reading still does.
    pub(crate) fn forget_connection(&self) {
        let anew = Connection { must_be_anew: true, store: Mutex::default(), turn: Arc::default() };
        *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(anew);
    }

    fn connection(&self) -> Arc<Connection> {
        Arc::clone(&self.connection.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn turns(&self, connection: &Connection, call: Call) -> [Option<OwnedMutexGuard<()>>; 2] {
        let writing = match call {
            Call::Read => None,
            Call::Write => Some(Arc::clone(&self.writing).lock_owned().await),
        };
        [writing, Some(Arc::clone(&connection.turn).lock_owned().await)]
    }
}

impl Connection {
    fn run<T>(
        &self,
        opening: &Opening,
        given_up: &Arc<AtomicBool>,
        job: &impl Fn(&Entries) -> Result<T, Trouble>,
    ) -> Result<T, VaultError> {
        let once = |store: Store| job(&Entries::new(store, Arc::clone(given_up)));
        let first = self.store(opening)?;
        let answer = match once(first) {
            Err(Trouble::Failed(_)) => once(self.keep((opening.anew)())?),
            answer => answer,
        };
        answer.map_err(|trouble| match trouble {
            Trouble::GivenUp => VaultError::TimedOut,
            Trouble::Unreadable => VaultError::Damaged(crate::Damage::Header),
            Trouble::Keychain(error) | Trouble::Failed(error) => error,
        })
    }

    fn store(&self, opening: &Opening) -> Result<Store, VaultError> {
        let kept = self.store.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match kept {
            Some(store) => Ok(store),
            None if self.must_be_anew => self.keep((opening.anew)()),
            None => self.keep((opening.first)()),
        }
    }

    fn keep(&self, opened: Result<Store, Error>) -> Result<Store, VaultError> {
        let store = opened.map_err(|error| VaultError::Absent(RefusedBy::new(error)))?;
        *self.store.lock().unwrap_or_else(PoisonError::into_inner) = Some(store.clone());
        Ok(store)
    }
}

impl Drop for Connection {
    /// On Linux a store says goodbye to the session bus when it is dropped, and waits for that: on an async thread, where
    /// "Try again" and the end of the app drop it, that panics.
    fn drop(&mut self) {
        let Some(store) = self.store.get_mut().unwrap_or_else(PoisonError::into_inner).take() else { return };
        let farewell = thread::Builder::new().name("keychain".to_owned()).spawn(move || drop(store));
        // The end of the program does not wait for it: the bus notices that by itself.
        drop(farewell);
    }
}

/// Tells the job, when the wait ends in whatever way, that nobody waits for it.
#[derive(Default)]
struct GivenUp(Arc<AtomicBool>);

impl Drop for GivenUp {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a keychain answers in real time whatever clock the app runs on, like a socket"
)]
async fn within<T>(
    patience: Duration,
    asked: impl Future<Output = Result<T, VaultError>>,
) -> Result<T, VaultError> {
    tokio::time::timeout(patience, asked).await.unwrap_or(Err(VaultError::TimedOut))
}
