//! A set-up for colleagues: a file without secrets. Tokens are typed by each of them.

use domain::{AccountId, Mapping, write_back::Texts};
use serde::{Deserialize, Serialize};
use store::facts;

use super::SetupError;
use crate::{EngineError, Profile, app::App, previews, settings::StageWhenSigned};

/// Says what the file is, whatever it is called.
const KIND: &str = "countersign set-up";
/// Raised when a reader of this version could not make sense of the file any more.
const VERSION: u32 = 1;

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SetupFile {
    kind: String,
    version: u32,
    kommo_address: String,
    kommo_account: AccountId,
    oneflow_address: String,
    oneflow_account: i64,
    template: String,
    mapping: Mapping,
    stage_when_signed: Option<StageWhenSigned>,
    texts: Texts,
}

/// What a person sees of a file that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupFileFound {
    /// To be filled in: `acme.kommo.com`.
    pub kommo_address: String,
    /// To be filled in; empty for the usual one.
    pub oneflow_address: String,
    /// Name of the template it was made for.
    pub template: String,
}

impl SetupFile {
    fn read(bytes: &[u8]) -> Result<Self, SetupError> {
        let file: Self = serde_json::from_slice(bytes).map_err(|_| SetupError::NotASetupFile)?;
        let is_ours = file.kind == KIND && file.version <= VERSION;
        // An address from a file is shown to a person and tested like a typed one; it must at least be one of theirs.
        let is_kommo = kommo::KommoAddress::parse(&file.kommo_address).is_ok();
        let is_oneflow = oneflow::parse_address(&file.oneflow_address).is_ok();
        if is_ours && is_kommo && is_oneflow { Ok(file) } else { Err(SetupError::NotASetupFile) }
    }

    /// Field and stage ids mean something only in the accounts they come from.
    pub(super) fn is_for(&self, kommo: AccountId, oneflow: i64) -> bool {
        self.kommo_account == kommo && self.oneflow_account == oneflow
    }

    pub(super) fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    pub(super) fn texts(&self) -> Texts {
        self.texts.clone()
    }

    fn found(&self) -> SetupFileFound {
        let is_usual = self.oneflow_address == oneflow::DEFAULT_ADDRESS;
        SetupFileFound {
            kommo_address: self.kommo_address.clone(),
            oneflow_address: if is_usual { String::new() } else { self.oneflow_address.clone() },
            template: self.template.clone(),
        }
    }
}

/// The set-up of the open profile as a file for colleagues.
pub async fn write_setup_file(profile: &Profile) -> Result<Vec<u8>, EngineError> {
    let mapping = previews::mapping(profile).await?;
    let templates = profile.cache.read(|reading| facts::get(reading, &facts::TEMPLATES)).await?;
    let template = templates.unwrap_or_default().into_iter().find(|template| template.id == mapping.template);
    let settings = profile.settings();
    let file = SetupFile {
        kind: KIND.to_owned(),
        version: VERSION,
        kommo_address: settings.kommo_address.clone(),
        kommo_account: settings.kommo_account,
        oneflow_address: settings.oneflow_address.clone(),
        oneflow_account: settings.oneflow_account,
        template: template.map(|template| template.name).unwrap_or_default(),
        mapping,
        stage_when_signed: settings.stage_when_signed,
        texts: settings.texts.clone(),
    };
    Ok(serde_json::to_vec_pretty(&file).expect("BUG: a set-up file has only texts and numbers"))
}

/// Reads a colleague's file and uses its rules for the proposals of this set-up.
pub async fn read_setup_file(app: &App, bytes: &[u8]) -> Result<SetupFileFound, EngineError> {
    let file = SetupFile::read(bytes)?;
    let found = file.found();
    app.setup().lock().await.file = Some(file);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use domain::{
        TemplateId, WorkspaceId,
        mapping::{Rule, Source},
    };

    use super::*;

    fn file() -> SetupFile {
        let mapping = Mapping {
            version: 3,
            workspace: WorkspaceId(13_001),
            template: TemplateId(17_001),
            template_type: None,
            name: "Agreement".to_owned(),
            subject: String::new(),
            message: String::new(),
            company: Rule::from([Source::CompanyName]),
            plan: Rule::empty(),
            fields: Vec::new(),
            internal: None,
        };
        SetupFile {
            kind: KIND.to_owned(),
            version: VERSION,
            kommo_address: "acme.kommo.com".to_owned(),
            kommo_account: AccountId(31_900_001),
            oneflow_address: oneflow::DEFAULT_ADDRESS.to_owned(),
            oneflow_account: 392_610,
            template: "Konsultavtal".to_owned(),
            mapping,
            stage_when_signed: None,
            texts: Texts::default(),
        }
    }

    #[test]
    fn a_file_reads_back_and_anything_else_is_refused() {
        let changed = |change: fn(&mut SetupFile)| {
            let mut file = file();
            change(&mut file);
            serde_json::to_vec(&file).unwrap()
        };
        for (bytes, is_good, why) in [
            (changed(|_| {}), true, "as written"),
            (changed(|file| file.version = VERSION + 1), false, "a later version"),
            (changed(|file| file.kind = "a diary".to_owned()), false, "another kind"),
            (changed(|file| file.kommo_address = "evil.example".to_owned()), false, "not Kommo"),
            (changed(|file| file.oneflow_address = "https://evil.example".to_owned()), false, "not Oneflow"),
            (b"{}".to_vec(), false, "empty"),
            (b"\xff\xfe".to_vec(), false, "no text"),
        ] {
            assert_eq!(SetupFile::read(&bytes).is_ok(), is_good, "{why}");
        }
    }

    #[test]
    fn rules_are_used_only_in_the_accounts_they_were_made_for() {
        let file = file();
        assert!(file.is_for(AccountId(31_900_001), 392_610));
        assert!(!file.is_for(AccountId(1), 392_610));
        assert!(!file.is_for(AccountId(31_900_001), 1));
        assert_eq!(file.found().oneflow_address, "");
    }
}
