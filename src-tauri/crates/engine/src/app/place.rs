//! Where a profile lies: its folder, its names in the keychain, and the lock that keeps a second process out.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use domain::AccountId;
use vault::{ProfileName, Vault};

use crate::{EngineError, profile::ProfileKind};

const PROFILES: &str = "profiles";
const SAMPLE: &str = "sample";
const LOCK: &str = "lock";

/// A profile that may or may not be there yet.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) kind: ProfileKind,
    /// Of the folder, and of the secrets in the keychain.
    pub(crate) name: ProfileName,
    pub(crate) folder: PathBuf,
    pub(crate) vault: Vault,
}

/// Held while a profile is open; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Place {
    /// The profile of two accounts: the same two are always the same folder.
    pub(crate) fn of_accounts(data: &Path, kommo: AccountId, oneflow: i64, vault: Vault) -> Self {
        // Ids of both services are positive; anything else would still be a name of its own.
        let name = format!("{}-{}", kommo.0.unsigned_abs(), oneflow.unsigned_abs());
        Self::named(data, &name, vault).expect("BUG: two numbers make a profile name")
    }

    /// The profile that a start finds remembered; `None` if that is no name of ours.
    pub(crate) fn named(data: &Path, name: &str, vault: Vault) -> Option<Self> {
        let name = ProfileName::new(name).ok().filter(|name| name.as_str() != SAMPLE)?;
        let folder = data.join(PROFILES).join(name.as_str());
        Some(Self { kind: ProfileKind::Connected, name, folder, vault })
    }

    /// The sample data: works without a keychain, and forgets its tokens with the process (design.md §8).
    pub(crate) fn sample(data: &Path) -> Self {
        let name = ProfileName::new(SAMPLE).expect("BUG: a constant that is a profile name");
        let folder = data.join(PROFILES).join(SAMPLE);
        Self { kind: ProfileKind::Sample, name, folder, vault: Vault::in_memory() }
    }

    /// Keeps every other process out of the profile.
    pub(crate) fn lock(&self) -> Result<Lock, EngineError> {
        fs::create_dir_all(&self.folder)?;
        let file = File::options().create(true).truncate(false).write(true).open(self.folder.join(LOCK))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(EngineError::AlreadyRunning),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// Removes everything but the lock, which the caller holds.
    pub(crate) fn empty(&self, _lock: &Lock) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.file_name() == LOCK {
                continue;
            }
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

/// The one profile of `data` whose set-up was finished; `None` if there are several or none. For a start that lost
/// its `app.json`.
pub(crate) fn only_profile(data: &Path) -> Option<String> {
    let entries = fs::read_dir(data.join(PROFILES)).ok()?;
    let names = entries.filter_map(|entry| {
        let entry = entry.ok()?;
        let is_finished = entry.path().join(crate::settings::FILE).is_file();
        let name = entry.file_name().into_string().ok()?;
        (is_finished && name != SAMPLE).then_some(name)
    });
    let names: Vec<String> = names.collect();
    <[String; 1]>::try_from(names).ok().map(|[only]| only)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_lock_on_a_profile_is_refused_until_the_first_is_let_go() {
        let data = tempfile::tempdir().unwrap();
        let place = Place::sample(data.path());
        let lock = place.lock().unwrap();
        assert!(matches!(place.lock(), Err(EngineError::AlreadyRunning)));
        drop(lock);
        place.lock().unwrap();
    }

    #[test]
    fn the_sample_begins_empty_every_time() {
        let data = tempfile::tempdir().unwrap();
        let place = Place::sample(data.path());
        let lock = place.lock().unwrap();
        fs::write(place.folder.join("ledger.db"), "old").unwrap();
        fs::create_dir(place.folder.join("more")).unwrap();
        place.empty(&lock).unwrap();
        let left: Vec<_> =
            fs::read_dir(&place.folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, [LOCK]);
    }

    #[test]
    fn no_name_leads_out_of_the_profiles_or_to_the_sample() {
        let data = Path::new("data");
        for (name, is_ours) in
            [("31900001-392610", true), ("../else", false), ("sample", false), ("", false), ("A", false)]
        {
            assert_eq!(Place::named(data, name, Vault::in_memory()).is_some(), is_ours, "{name}");
        }
        let place = Place::of_accounts(data, AccountId(31_900_001), 392_610, Vault::in_memory());
        assert_eq!(place.folder, data.join("profiles").join("31900001-392610"));
    }

    #[test]
    fn a_lost_memory_finds_the_only_profile_and_guesses_among_none() {
        let data = tempfile::tempdir().unwrap();
        let finished = |name: &str| {
            let folder = data.path().join(PROFILES).join(name);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(crate::settings::FILE), "{}").unwrap();
        };
        assert_eq!(only_profile(data.path()), None);
        finished("sample");
        fs::create_dir_all(data.path().join(PROFILES).join("5-6")).unwrap();
        assert_eq!(only_profile(data.path()), None);
        finished("1-2");
        assert_eq!(only_profile(data.path()).as_deref(), Some("1-2"));
        finished("3-4");
        assert_eq!(only_profile(data.path()), None);
    }
}
