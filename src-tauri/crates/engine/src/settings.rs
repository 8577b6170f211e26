//! What was chosen for a profile, in `settings.json` of its folder. No secret ever stands here.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
};

use domain::{
    AccountId, Mapping, PipelineId, StageId, UserId, mapping::InternalSignatory, write_back::Texts,
};
use serde::{Deserialize, Serialize};

/// Chosen for one profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Where Kommo answers, e.g. `https://acme.kommo.com`.
    pub kommo_address: String,
    /// Whose token it is; a replaced token must belong to the same account.
    pub kommo_account: AccountId,
    /// Where Oneflow answers, e.g. `https://api.oneflow.com`.
    pub oneflow_address: String,
    /// Whose token it is.
    pub oneflow_account: i64,
    /// The Oneflow user in whose name contracts are made.
    pub oneflow_email: String,
    /// Who is "me" in Kommo: sets the filter and is responsible for tasks.
    pub me: Option<UserId>,
    /// Who signs for us; `None` leaves the template's own.
    pub internal: Option<InternalSignatory>,
    /// Where a deal goes when its contract is signed; `None` leaves it.
    pub stage_when_signed: Option<StageWhenSigned>,
    /// Texts of notes and tasks.
    #[serde(default)]
    pub texts: Texts,
    /// The rules in use. The ledger holds them with their history; this copy outlives a ledger that is lost.
    #[serde(default)]
    pub mapping: Option<Mapping>,
}

/// A stage of a pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageWhenSigned {
    /// Which pipeline.
    pub pipeline: PipelineId,
    /// Which stage.
    pub stage: StageId,
}

/// Its presence says that set-up was finished.
pub(crate) const FILE: &str = "settings.json";

/// The settings in use, with the file that holds them.
#[derive(Debug, Clone)]
pub struct SettingsFile {
    path: PathBuf,
    now: Arc<RwLock<Arc<Settings>>>,
}

impl SettingsFile {
    /// Reads the settings of a profile; `None` if set-up was never finished there.
    pub fn open(folder: &Path) -> io::Result<Option<Self>> {
        let path = folder.join(FILE);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let settings: Settings = serde_json::from_slice(&text).map_err(io::Error::other)?;
        Ok(Some(Self { path, now: Arc::new(RwLock::new(Arc::new(settings))) }))
    }

    /// Writes the first settings of a profile.
    pub fn create(folder: &Path, settings: Settings) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join(FILE);
        write_whole(&path, &serde_json::to_vec_pretty(&settings).map_err(io::Error::other)?)?;
        Ok(Self { path, now: Arc::new(RwLock::new(Arc::new(settings))) })
    }

    /// What is in use.
    pub fn now(&self) -> Arc<Settings> {
        Arc::clone(&self.now.read().expect("BUG: nothing panics while it holds this lock"))
    }

    /// Changes them: first the file, then what is in use.
    pub fn change(&self, change: impl FnOnce(&mut Settings)) -> io::Result<()> {
        let mut settings = Settings::clone(&self.now());
        change(&mut settings);
        write_whole(&self.path, &serde_json::to_vec_pretty(&settings).map_err(io::Error::other)?)?;
        *self.now.write().expect("BUG: nothing panics while it holds this lock") = Arc::new(settings);
        Ok(())
    }
}

/// Writes a file so that after a crash either the whole of the earlier text or the whole of the new one is there.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write;
    let beside = path.with_extension("part");
    let mut file = fs::File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)
}
