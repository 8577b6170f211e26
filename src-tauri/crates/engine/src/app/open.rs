//! Opens a profile and closes it: lock, ledger, seat, cache, what the last run left, workers; and back.

use std::sync::{Arc, RwLock, atomic::AtomicBool};

use domain::{Clock, Mapping};
use jiff::civil::Date;
use kommo::KommoAddress;
use secrecy::SecretString;
use store::{Cache, CacheWriting, Ledger, OpenNews, StoreError, ledger::Opened, mappings};
use vault::VaultError;

use super::{
    network::Network,
    place::{Lock, Place},
    seat,
    secrets::Secrets,
};
use crate::{
    EngineError, Events, Profile,
    accounts::{SetupError, save_mapping},
    deals,
    health::{Health, Service, Trouble},
    pace,
    profile::{Clients, Wake},
    sending,
    settings::{Settings, SettingsFile},
    supervisor::Supervisor,
    watching, write_backs,
};

/// What opening takes from the app.
pub(super) struct Means<'a> {
    pub(super) clock: &'a Arc<dyn Clock>,
    pub(super) network: &'a Network,
    pub(super) random: fn() -> u64,
    pub(super) is_window_open: bool,
    /// Addresses that the settings file may not name.
    pub(super) forbidden: Vec<String>,
}

/// Puts what is known into a new cache.
pub(crate) type Known = Box<dyn FnOnce(&CacheWriting<'_>) -> Result<(), StoreError> + Send>;

/// What a profile starts with when its set-up was just finished.
pub(crate) struct First {
    pub(crate) settings: Settings,
    pub(crate) mapping: Mapping,
    /// Deals won before that day are taken off the list once they are known.
    pub(crate) set_aside_before: Option<Date>,
    /// What the set-up already asked the services, so that the first view is not empty.
    pub(crate) known: Known,
}

/// An open profile with what keeps it open.
#[derive(Debug)]
pub(super) struct OpenProfile {
    pub(super) profile: Arc<Profile>,
    pub(super) place: Place,
    pub(super) news: Vec<OpenNews>,
    /// The keychain did not answer: the lists can be read, but no worker runs.
    pub(super) locked_out: Option<VaultError>,
    _lock: Lock,
}

/// Opens the profile at `place`, whose lock the caller has taken. Starts no workers yet.
pub(super) async fn open(
    place: Place,
    lock: Lock,
    means: &Means<'_>,
    first: Option<First>,
) -> Result<OpenProfile, EngineError> {
    let now = means.clock.now();
    let (secrets, locked_out) = match Secrets::read(&place).await {
        Ok(secrets) => (secrets, None),
        Err(error) => (Secrets::default(), Some(error)),
    };
    let Opened { ledger, news } = Ledger::open(&place.folder, now).await?;
    let seat = match &locked_out {
        None => seat::settle(&place, &ledger, secrets.seat.clone(), means.random, now).await?,
        Some(_) => seat::unsettled(&ledger, means.random).await?,
    };
    // What a person typed is tested and meant; a file could name anything.
    let forbidden = if first.is_some() { &[][..] } else { &means.forbidden };
    let (settings, known) = match first {
        Some(first) => begin(&place, &ledger, first, now).await?,
        None => (SettingsFile::open(&place.folder)?.ok_or(EngineError::NotConnected)?, None),
    };
    restore_mapping(&ledger, settings.now().mapping.clone(), now).await?;
    let clients = clients(&settings.now(), &secrets, forbidden, means.network)?;
    let cache = Cache::open(&place.folder, &ledger).await?;
    if let Some(known) = known {
        cache.write(known).await?;
    }
    let health = Health::default();
    if locked_out.is_none() {
        report_missing(&health, &secrets, now);
    }
    let profile = Arc::new(Profile {
        kind: place.kind,
        folder: place.folder.clone(),
        clock: Arc::clone(means.clock),
        ledger,
        cache,
        seat,
        settings,
        clients: RwLock::new(clients),
        health,
        events: Events::default(),
        supervisor: Supervisor::new(Arc::clone(means.clock)),
        wake: Wake::default(),
        holds: sending::Holds::default(),
        watch: watching::Watch::default(),
        sync: deals::SyncState::default(),
        is_window_open: AtomicBool::new(means.is_window_open),
    });
    sending::recover(&profile).await?;
    Ok(OpenProfile { profile, place, news, locked_out, _lock: lock })
}

impl OpenProfile {
    /// Starts what works on its own. Nothing can be lost by a worker that never ran: the ledger says what is owed.
    pub(super) fn start_workers(&self, network: &Network) {
        keep(&self.profile, "sending", sending::work);
        keep(&self.profile, "watching", watching::work);
        keep(&self.profile, "write-backs", write_backs::work);
        keep(&self.profile, "deals", deals::work);
        keep(&self.profile, "pace", pace::work);
        let network = network.clone();
        keep(&self.profile, "tidy", move |profile| super::tidy::work(profile, network.clone()));
        let place = self.place.clone();
        self.profile.supervisor.once("keychain", async move {
            if let Err(error) = place.vault.tidy(&place.name).await {
                tracing::warn!(%error, "the keychain was not tidied");
            }
        });
    }

    /// Workers first, so that nobody writes into a file that is being closed.
    pub(super) async fn close(self) {
        self.profile.supervisor.stop().await;
        self.profile.cache.close().await;
        self.profile.ledger.close().await;
    }
}

fn keep<Work>(
    profile: &Arc<Profile>,
    name: &'static str,
    work: impl Fn(Arc<Profile>) -> Work + Send + 'static,
) where
    Work: Future<Output = ()> + Send + 'static,
{
    let own = Arc::clone(profile);
    profile.supervisor.keep(name, move || work(Arc::clone(&own)));
}

/// The mapping before the settings: a folder with settings has everything it needs.
async fn begin(
    place: &Place,
    ledger: &Ledger,
    first: First,
    now: domain::Timestamp,
) -> Result<(SettingsFile, Option<Known>), EngineError> {
    let First { mut settings, mapping, set_aside_before, known } = first;
    let write = ledger.write(move |writing| {
        deals::set_aside_later(writing, set_aside_before, now)?;
        save_mapping(writing, mapping, now)
    });
    settings.mapping = Some(write.await?);
    Ok((SettingsFile::create(&place.folder, settings)?, Some(known)))
}

/// Gives the rules in use to a ledger that was lost.
async fn restore_mapping(
    ledger: &Ledger,
    kept: Option<Mapping>,
    now: domain::Timestamp,
) -> Result<(), StoreError> {
    let Some(kept) = kept else { return Ok(()) };
    let restored = ledger.write(move |writing| {
        if mappings::latest(writing)?.is_none() {
            mappings::restore(writing, &kept, now)?;
        }
        Ok(())
    });
    restored.await
}

/// Clients of both accounts. Without a token a client is refused by its service, which asks for one.
fn clients(
    settings: &Settings,
    secrets: &Secrets,
    forbidden: &[String],
    network: &Network,
) -> Result<Clients, EngineError> {
    let named = [&settings.kommo_address, &settings.oneflow_address];
    if let Some(forbidden) = named.into_iter().find(|address| forbidden.contains(address)) {
        return Err(SetupError::AddressInvalid { address: forbidden.clone() }.into());
    }
    let kommo_address = KommoAddress::parse(&settings.kommo_address)
        .map_err(|_| SetupError::AddressInvalid { address: settings.kommo_address.clone() })?;
    let oneflow_address = oneflow::parse_address(&settings.oneflow_address)
        .map_err(|_| SetupError::AddressInvalid { address: settings.oneflow_address.clone() })?;
    let none = || SecretString::from("");
    let kommo_token = secrets.kommo.clone().unwrap_or_else(none);
    let oneflow_token = secrets.oneflow.clone().unwrap_or_else(none);
    Ok(Clients {
        kommo: network.kommo(kommo_address, &kommo_token)?,
        oneflow: network.oneflow(oneflow_address, oneflow_token)?,
        kommo_token_ends: kommo::claims(&kommo_token).ok().and_then(|claims| claims.expires_at),
    })
}

fn report_missing(health: &Health, secrets: &Secrets, now: domain::Timestamp) {
    for (service, token) in [(Service::Kommo, &secrets.kommo), (Service::Oneflow, &secrets.oneflow)] {
        if token.is_none() {
            health.report(service, Some(Trouble::TokenRefused), now);
        }
    }
}
