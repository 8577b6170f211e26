//! Settings, set-up files, new tokens.

use domain::mapping::{FieldCatalog, Source};
use engine::accounts::{self, NewSettings};
use secrecy::SecretString;

use super::{
    app_state, open,
    setup::{internal_from, stage_choice, stage_from, user_choice},
};
use crate::{
    convert::{id, mapping_dto, mapping_from, source_choice, texts_dto, texts_from},
    dto::{
        AppState, Nothing, ReplaceTokenRequest, SavedFile, SettingsDto, SetupFile, SourceChoice,
        SourceChoices,
    },
    error::IpcError,
    router::Router,
};

pub(crate) async fn settings(router: &Router, _: Nothing) -> Result<SettingsDto, IpcError> {
    let chosen = accounts::chosen(&*open(router)?).await?;
    let internal = chosen.settings.internal.clone();
    let (internal_name, internal_email) =
        internal.map(|person| (person.name, person.email)).unwrap_or_default();
    Ok(SettingsDto {
        mapping: mapping_dto(&chosen.mapping),
        user: chosen.settings.me.map(|user| user.to_string()),
        internal_name,
        internal_email,
        stage_when_signed: chosen
            .settings
            .stage_when_signed
            .map(|one| format!("{}-{}", one.pipeline, one.stage)),
        stages: chosen.stages.iter().map(stage_choice).collect(),
        users: chosen.users.iter().map(user_choice).collect(),
        texts: texts_dto(&chosen.settings.texts),
    })
}

pub(crate) async fn save_settings(router: &Router, edited: SettingsDto) -> Result<SettingsDto, IpcError> {
    let profile = open(router)?;
    let saved = accounts::chosen(&profile).await?.mapping;
    let (workspace, template) = (id(&edited.mapping.workspace)?, id(&edited.mapping.template)?);
    // Rules for another template start from a fresh proposal: only it knows that template's data fields.
    let base = if (workspace, template) == (saved.workspace, saved.template) {
        saved
    } else {
        accounts::propose(&router.app, workspace, template).await?.mapping
    };
    let new = NewSettings {
        me: edited.user.as_deref().map(id).transpose()?,
        mapping: mapping_from(&edited.mapping, &base)?,
        internal: internal_from(&edited.internal_name, &edited.internal_email),
        stage_when_signed: stage_from(edited.stage_when_signed.as_deref())?,
        texts: texts_from(&edited.texts),
    };
    accounts::save(&profile, new).await?;
    settings(router, Nothing {}).await
}

pub(crate) async fn mapping_sources(router: &Router, _: Nothing) -> Result<SourceChoices, IpcError> {
    let catalog = accounts::catalog(&router.app).await?;
    let names = catalog.names();
    let sources = all_sources(&catalog);
    let sources: Vec<SourceChoice> = sources.iter().map(|source| source_choice(source, &names)).collect();
    Ok(SourceChoices { sources })
}

/// In the order in which they are offered: fixed ones first, then custom fields.
fn all_sources(catalog: &FieldCatalog) -> Vec<Source> {
    let mut sources = vec![
        Source::CompanyName,
        Source::ContactName,
        Source::ContactEmail,
        Source::ContactPhone,
        Source::DealName,
        Source::DealPrice,
        Source::DealWonOn,
        Source::DealOwner,
        Source::DealId,
        Source::Today,
    ];
    sources.extend(catalog.deals.iter().map(|field| Source::DealField(field.id)));
    sources.extend(catalog.companies.iter().map(|field| Source::CompanyField(field.id)));
    sources.extend(catalog.contacts.iter().map(|field| Source::ContactField(field.id)));
    sources
}

pub(crate) async fn save_setup_file(router: &Router, _: Nothing) -> Result<SavedFile, IpcError> {
    let bytes = accounts::write_setup_file(&*open(router)?).await?;
    let name = router.desktop.save("countersign-setup.json", bytes).await?;
    Ok(SavedFile { name })
}

pub(crate) async fn open_setup_file(router: &Router, _: Nothing) -> Result<Option<SetupFile>, IpcError> {
    let Some(bytes) = router.desktop.choose().await? else { return Ok(None) };
    let found = accounts::read_setup_file(&router.app, &bytes).await?;
    Ok(Some(SetupFile {
        kommo_address: found.kommo_address,
        oneflow_address: found.oneflow_address,
        template: found.template,
    }))
}

pub(crate) async fn replace_token(
    router: &Router,
    request: ReplaceTokenRequest,
) -> Result<AppState, IpcError> {
    match request {
        ReplaceTokenRequest::Kommo { token } => {
            accounts::replace_kommo_token(&router.app, SecretString::from(token)).await?;
        }
        ReplaceTokenRequest::Oneflow { token } => {
            accounts::replace_oneflow_token(&router.app, SecretString::from(token)).await?;
        }
    }
    app_state(router, Nothing {}).await
}
