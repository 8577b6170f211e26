//! The whole app without a window: which profile is open, what a start and an end do, what a person chose.
//!
//! At most one profile is open. Opening takes its lock, then ledger, seat, cache, what the last run left, workers, in
//! this order; closing goes back. What cannot be opened leaves the app running and says why ([`Mode::Blocked`]).
//! Connecting accounts is in [`crate::accounts`]; it runs beside whatever is open.

use std::{
    fmt,
    path::PathBuf,
    sync::{
        Arc, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::Clock;
use http::{Chance, SystemChance};
use tokio::sync::{Mutex, broadcast};

use crate::{EngineError, Event, Profile, accounts::SetUp, preferences::Preferences, profile::ProfileKind};

mod keychain;
mod memory;
mod network;
mod open;
mod place;
mod sample;
mod seat;
mod secrets;
mod tidy;
mod token_ends;

use memory::Memory;
pub(crate) use network::Network;
pub(crate) use open::First;
use open::{Means, OpenProfile};
pub(crate) use place::{Lock, Place};
pub(crate) use secrets::write_tokens;

pub use http::Timeouts;
pub use keychain::Keychain;
pub use sample::SampleAccess;
pub use store::OpenNews;
pub use token_ends::TokenEnds;
pub(crate) use token_ends::days_until;
pub use vault::Vault;

/// Somebody who leaves is not kept by a keychain that asks for its password.
const LEAVING_PATIENCE: Duration = Duration::from_secs(3);

/// What the app is started with.
pub struct AppParts {
    /// The folder of everything it keeps: machine-local, never roaming or synced.
    pub data: PathBuf,
    /// Where tokens are kept.
    pub vault: Vault,
    /// The clock of everything that waits.
    pub clock: Arc<dyn Clock>,
    /// Of sockets, in real time.
    pub timeouts: Timeouts,
    /// Jitter of retries.
    pub chance: Arc<dyn Chance>,
    /// 64 random bits, for the id of the seat.
    pub random: fn() -> u64,
}

impl AppParts {
    /// The parts of the real app.
    pub fn new(data: PathBuf, vault: Vault, clock: Arc<dyn Clock>) -> Self {
        let (timeouts, chance) = (Timeouts::default(), Arc::new(SystemChance));
        Self { data, vault, clock, timeouts, chance, random: rand::random }
    }
}

/// What is open.
#[derive(Debug, Clone)]
pub enum Mode {
    /// No accounts are connected.
    Nobody,
    /// A profile.
    Open(Arc<Profile>),
    /// The connected profile cannot be opened: another process has it, its ledger comes from a newer version, ….
    Blocked(Arc<EngineError>),
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppEvent {
    /// Another profile is open, or none; or so much happened that everything has to be asked anew.
    ModeChanged,
    /// A person chose something for the whole app.
    PreferencesChanged,
    /// The keychain answers again, or does not any more.
    KeychainChanged,
    /// In the open profile.
    Profile(Event),
}

/// The app. Cheap to clone; clones are the same app.
#[derive(Clone)]
pub struct App {
    shared: Arc<Shared>,
}

struct Shared {
    data: PathBuf,
    vault: Vault,
    clock: Arc<dyn Clock>,
    network: Network,
    random: fn() -> u64,
    memory: Memory,
    mode: RwLock<Mode>,
    keychain: RwLock<Keychain>,
    is_window_open: AtomicBool,
    /// Held while a profile is opened or closed, so that two switches never run at once.
    current: Mutex<Option<OpenProfile>>,
    setup: Mutex<SetUp>,
    /// Where the sample data answers, once it was opened. No real profile may name these addresses: its tokens would
    /// go there.
    sample: RwLock<Vec<String>>,
    events: broadcast::Sender<AppEvent>,
}

impl App {
    /// Starts the app and opens the profile that was connected last. It always starts; [`App::mode`] says how far.
    ///
    /// May wait as long as the vault's patience, while the keychain asks for its password.
    pub async fn start(parts: AppParts) -> Self {
        let app = Self::without_profile(parts);
        app.hear_keychain(&app.shared.vault.check().await);
        app.open_last().await;
        app
    }

    fn without_profile(parts: AppParts) -> Self {
        let AppParts { data, vault, clock, timeouts, chance, random } = parts;
        let shared = Shared {
            memory: Memory::open(&data),
            network: Network::new(Arc::clone(&clock), chance, timeouts),
            data,
            vault,
            clock,
            random,
            mode: RwLock::new(Mode::Nobody),
            keychain: RwLock::new(Keychain::Ready),
            is_window_open: AtomicBool::new(true),
            current: Mutex::default(),
            setup: Mutex::default(),
            sample: RwLock::default(),
            events: broadcast::channel(1024).0,
        };
        Self { shared: Arc::new(shared) }
    }

    /// What is open.
    pub fn mode(&self) -> Mode {
        self.shared.mode.read().expect("BUG: nothing panics while it holds this lock").clone()
    }

    /// The open profile.
    pub fn profile(&self) -> Result<Arc<Profile>, EngineError> {
        match self.mode() {
            Mode::Open(profile) => Ok(profile),
            Mode::Nobody | Mode::Blocked(_) => Err(EngineError::NotConnected),
        }
    }

    /// What happens, from now on. A listener that falls behind is told so and asks everything anew.
    pub fn listen(&self) -> broadcast::Receiver<AppEvent> {
        self.shared.events.subscribe()
    }

    /// Out of the ordinary when the open profile was opened, such as a damaged ledger that was set aside.
    pub async fn opening_news(&self) -> Vec<OpenNews> {
        let current = self.shared.current.lock().await;
        current.as_ref().map(|open| open.news.clone()).unwrap_or_default()
    }

    /// What a person chose for the whole app.
    pub fn preferences(&self) -> Preferences {
        self.shared.memory.preferences()
    }

    /// Keeps what a person chose.
    pub fn set_preferences(&self, preferences: Preferences) -> Result<(), EngineError> {
        self.shared.memory.set_preferences(preferences)?;
        self.tell(AppEvent::PreferencesChanged);
        Ok(())
    }

    /// Whether a person can see the window: it decides how often the workers look.
    pub fn set_window_open(&self, is_open: bool) {
        self.shared.is_window_open.store(is_open, Ordering::Relaxed);
        if let Ok(profile) = self.profile() {
            profile.set_window_open(is_open);
        }
    }

    /// The computer woke up or changed its network: old connections are dead, and everything is looked at now.
    pub fn resumed(&self) {
        self.shared.network.forget_connections();
        if let Ok(profile) = self.profile() {
            profile.wake_all();
        }
    }

    /// Leaves the sample data for the connected profile, or for none. Sample data is not kept.
    pub async fn leave_sample(&self) {
        if !matches!(self.mode(), Mode::Open(profile) if profile.kind() == ProfileKind::Sample) {
            return;
        }
        self.close_profile().await;
        self.open_last().await;
    }

    /// Stops all work and closes all files. To be called once, before the process ends.
    ///
    /// A profile that is still being opened is left as it is: nothing of it works yet.
    pub async fn close(&self) {
        tokio::select! {
            mut current = self.shared.current.lock() => self.close_current(&mut current).await,
            () = self.shared.clock.sleep(LEAVING_PATIENCE) => {
                tracing::warn!("the app ends while a profile is being opened");
            }
        }
    }

    /// Opens `place` in place of what is open.
    pub(crate) async fn open(
        &self,
        place: Place,
        lock: Lock,
        first: Option<First>,
    ) -> Result<(), EngineError> {
        let mut current = self.shared.current.lock().await;
        self.close_current(&mut current).await;
        let shared = &self.shared;
        let means = Means {
            clock: &shared.clock,
            network: &shared.network,
            random: shared.random,
            is_window_open: shared.is_window_open.load(Ordering::Relaxed),
            forbidden: match place.kind {
                ProfileKind::Sample => Vec::new(),
                ProfileKind::Connected => {
                    shared.sample.read().expect("BUG: nothing panics while it holds this lock").clone()
                }
            },
        };
        let opened = open::open(place, lock, &means, first).await?;
        let events = opened.profile.events.listen();
        opened.profile.supervisor.once("events", forward(events, shared.events.clone()));
        if opened.place.kind == ProfileKind::Connected {
            self.hear_keychain(&opened.locked_out.clone().map_or(Ok(()), Err));
        }
        if opened.locked_out.is_none() {
            opened.start_workers(&shared.network);
        }
        let profile = Arc::clone(&opened.profile);
        *current = Some(opened);
        self.set_mode(Mode::Open(profile));
        Ok(())
    }

    pub(crate) async fn close_profile(&self) {
        let mut current = self.shared.current.lock().await;
        self.close_current(&mut current).await;
    }

    async fn close_current(&self, current: &mut Option<OpenProfile>) {
        if let Some(open) = current.take() {
            self.set_mode(Mode::Nobody);
            open.close().await;
        }
    }

    /// Opens the profile that was connected last, if there is one.
    async fn open_last(&self) {
        if let Some(place) = self.last_place() {
            self.open_or_block(place).await;
        }
    }

    /// Opens the profile of an earlier run; why it cannot be opened is for the screen.
    async fn open_or_block(&self, place: Place) {
        let opened = match place.lock() {
            Ok(lock) => self.open(place, lock, None).await,
            Err(error) => Err(error),
        };
        if let Err(error) = opened {
            tracing::error!(%error, "the profile cannot be opened");
            self.set_mode(Mode::Blocked(Arc::new(error)));
        }
    }

    /// Where the profile lies that was connected last.
    fn last_place(&self) -> Option<Place> {
        let name = self.shared.memory.profile().or_else(|| place::only_profile(&self.shared.data))?;
        Place::named(&self.shared.data, &name, self.shared.vault.clone())
    }

    /// Opens this profile at every start from now on.
    pub(crate) fn remember(&self, place: &Place) -> Result<(), EngineError> {
        Ok(self.shared.memory.remember_profile(place.name.as_str())?)
    }

    /// The profile that two accounts have on this computer, whether or not it is there yet.
    pub(crate) fn place_of(&self, kommo: domain::AccountId, oneflow: i64) -> Place {
        Place::of_accounts(&self.shared.data, kommo, oneflow, self.shared.vault.clone())
    }

    /// Where the secrets of the open profile are.
    pub(crate) async fn open_place(&self) -> Result<Place, EngineError> {
        let current = self.shared.current.lock().await;
        current.as_ref().map(|open| open.place.clone()).ok_or(EngineError::NotConnected)
    }

    /// What was typed so far to connect accounts.
    pub(crate) fn setup(&self) -> &Mutex<SetUp> {
        &self.shared.setup
    }

    pub(crate) fn network(&self) -> &Network {
        &self.shared.network
    }

    pub(crate) fn now(&self) -> domain::Timestamp {
        self.shared.clock.now()
    }

    /// Names one request in the log: eight hexadecimal digits.
    pub fn new_incident(&self) -> String {
        format!("{:08x}", (self.shared.random)() & 0xFFFF_FFFF)
    }

    fn set_mode(&self, mode: Mode) {
        *self.shared.mode.write().expect("BUG: nothing panics while it holds this lock") = mode;
        self.tell(AppEvent::ModeChanged);
    }

    fn tell(&self, event: AppEvent) {
        // Nobody listens while there is no window: that is no error.
        let _ = self.shared.events.send(event);
    }
}

/// Hands on what happens in a profile until it is closed.
async fn forward(mut events: broadcast::Receiver<Event>, to: broadcast::Sender<AppEvent>) {
    loop {
        let event = match events.recv().await {
            Ok(event) => AppEvent::Profile(event),
            Err(broadcast::error::RecvError::Lagged(_)) => AppEvent::ModeChanged,
            Err(broadcast::error::RecvError::Closed) => return,
        };
        let _ = to.send(event);
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("data", &self.shared.data).finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod tests;
