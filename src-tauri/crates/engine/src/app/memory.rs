//! What the app remembers between two runs besides its profiles: `app.json` in the data folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::RwLock,
};

use serde::{Deserialize, Serialize};

use crate::{preferences::Preferences, settings::write_whole};

const FILE: &str = "app.json";

/// The file with what it says.
#[derive(Debug)]
pub(super) struct Memory {
    path: PathBuf,
    now: RwLock<Remembered>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Remembered {
    /// Folder name of the profile that was connected last.
    profile: Option<String>,
    preferences: Preferences,
}

impl Memory {
    /// Reads the file. What cannot be read costs the preferences, never the start of the app.
    pub(super) fn open(data: &Path) -> Self {
        let path = data.join(FILE);
        let now = match fs::read(&path).map(|text| serde_json::from_slice(&text)) {
            Ok(Ok(remembered)) => remembered,
            Ok(Err(error)) => {
                tracing::warn!(%error, "app.json cannot be understood and is written anew");
                Remembered::default()
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Remembered::default(),
            Err(error) => {
                tracing::warn!(%error, "app.json cannot be read");
                Remembered::default()
            }
        };
        Self { path, now: RwLock::new(now) }
    }

    /// Folder name of the profile that was connected last.
    pub(super) fn profile(&self) -> Option<String> {
        self.read().profile
    }

    /// Remembers which profile to open at the next start.
    pub(super) fn remember_profile(&self, name: &str) -> io::Result<()> {
        self.change(|remembered| remembered.profile = Some(name.to_owned()))
    }

    /// What a person chose.
    pub(super) fn preferences(&self) -> Preferences {
        self.read().preferences
    }

    /// Keeps what a person chose.
    pub(super) fn set_preferences(&self, preferences: Preferences) -> io::Result<()> {
        self.change(|remembered| remembered.preferences = preferences)
    }

    fn read(&self) -> Remembered {
        self.now.read().expect("BUG: nothing panics while it holds this lock").clone()
    }

    /// First the file, then what is in use.
    fn change(&self, change: impl FnOnce(&mut Remembered)) -> io::Result<()> {
        let mut now = self.now.write().expect("BUG: nothing panics while it holds this lock");
        let mut next = now.clone();
        change(&mut next);
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        write_whole(&self.path, &serde_json::to_vec_pretty(&next).map_err(io::Error::other)?)?;
        *now = next;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_there_at_the_next_start() {
        let data = tempfile::tempdir().unwrap();
        let memory = Memory::open(data.path());
        assert_eq!(memory.profile(), None);
        memory.remember_profile("1-2").unwrap();
        memory.set_preferences(Preferences { hold_seconds: 30, ..Preferences::default() }).unwrap();
        let again = Memory::open(data.path());
        assert_eq!(again.profile().as_deref(), Some("1-2"));
        assert_eq!(again.preferences().hold_seconds, 30);
    }

    #[test]
    fn a_broken_or_older_file_costs_only_what_it_does_not_say() {
        let check = |text: &str, profile: Option<&str>, letter_keys: bool| {
            let data = tempfile::tempdir().unwrap();
            fs::write(data.path().join(FILE), text).unwrap();
            let memory = Memory::open(data.path());
            assert_eq!(memory.profile().as_deref(), profile, "{text}");
            assert_eq!(memory.preferences().letter_keys, letter_keys, "{text}");
        };
        check("{", None, true);
        check("", None, true);
        check(r#"{"profile":"1-2"}"#, Some("1-2"), true);
        check(r#"{"profile":"1-2","preferences":{"letter_keys":false},"later":1}"#, Some("1-2"), false);
    }
}
