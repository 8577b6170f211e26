//! The end of set-up: everything that was chosen is kept, and the profile opens.

use domain::{
    Mapping, TemplateType, Timestamp, User, UserId,
    mapping::{FieldCatalog, InternalSignatory},
    template::OneflowUser,
    write_back::Texts,
};
use futures::future;
use http::Call;
use jiff::civil::Date;
use secrecy::{ExposeSecret, SecretString};
use store::{CacheWriting, StoreError, facts, pipelines, users};

use super::{
    Connection, KommoTried, OneflowTried, SetUp, SetupError, WorkspaceTemplates, choices::with_owner,
    connection::each_once, session::same_email, setup_file::SetupFile,
};
use crate::{
    EngineError,
    app::{App, First, Place, write_tokens},
    deals,
    settings::{Settings, StageWhenSigned},
};

/// What was chosen in the last steps.
#[derive(Debug, Clone)]
pub struct Choices {
    /// Who the person is in Kommo.
    pub me: Option<UserId>,
    /// The proposed rules, edited or not.
    pub mapping: Mapping,
    /// Who signs for us; `None` leaves the template's own.
    pub internal: Option<InternalSignatory>,
    /// Where a deal goes when its contract is signed.
    pub stage_when_signed: Option<StageWhenSigned>,
    /// Deals won before that day are taken off the list once; `None` leaves all on it.
    pub set_aside_before: Option<Date>,
}

/// Keeps what was typed and chosen, opens the profile and starts its first sync.
///
/// The tokens go first: without a keychain nothing else is written.
pub async fn finish(app: &App, choices: Choices) -> Result<(), EngineError> {
    let setup = app.setup().lock().await;
    let (Some(kommo), Some(oneflow)) = (setup.kommo.clone(), setup.oneflow.clone()) else {
        return Err(EngineError::NotConnected);
    };
    let texts = setup.file.as_ref().map(SetupFile::texts);
    drop(setup);
    let answers = ask(&Connection::typed(&kommo, &oneflow, None, app.now()), &choices).await?;
    let place = app.place_of(kommo.account.id, oneflow.account.id);
    let tried = Tried { kommo, oneflow };
    connect(app, place.clone(), tried, choices, answers, texts).await?;
    app.remember(&place)?;
    *app.setup().lock().await = SetUp::default();
    Ok(())
}

/// Two accounts that answered.
pub(super) struct Tried {
    pub(super) kommo: KommoTried,
    pub(super) oneflow: OneflowTried,
}

/// Makes `place` the profile of two tested accounts and opens it.
pub(super) async fn connect(
    app: &App,
    place: Place,
    tried: Tried,
    choices: Choices,
    answers: LastAnswers,
    texts: Option<Texts>,
) -> Result<(), EngineError> {
    let Tried { kommo, oneflow } = tried;
    write_tokens(&place, bare(&kommo.token), bare(&oneflow.token)).await?;
    let settings = Settings {
        kommo_address: kommo.address.to_string(),
        kommo_account: kommo.account.id,
        oneflow_address: oneflow.address.clone(),
        oneflow_account: oneflow.account.id,
        oneflow_email: oneflow.email.clone(),
        me: choices.me,
        internal: choices.internal.clone(),
        stage_when_signed: choices.stage_when_signed,
        texts: texts.unwrap_or_default(),
        mapping: None,
    };
    let mapping = Mapping { internal: choices.internal, ..choices.mapping };
    let mapping = with_owner(mapping, answers.template_type.as_ref());
    // As old as the oldest of it: somebody may have had the last step open for hours.
    let read_at = kommo.at.min(oneflow.at);
    let first = First {
        settings,
        mapping,
        set_aside_before: choices.set_aside_before,
        known: Box::new(move |writing| store_known(writing, &kommo, &oneflow, &answers, read_at)),
    };
    // The same two accounts may be open already: their lock must be free first.
    app.close_profile().await;
    let lock = place.lock()?;
    app.open(place, lock, Some(first)).await
}

/// A pasted token without the white space around it.
fn bare(token: &SecretString) -> SecretString {
    SecretString::from(token.expose_secret().trim())
}

/// What the last steps of set-up asked.
pub(super) struct LastAnswers {
    pub(super) catalog: FieldCatalog,
    /// Everybody in Kommo; `None` where they are not shown.
    pub(super) users: Option<Vec<User>>,
    /// `None` where they are not shown.
    pub(super) oneflow_users: Option<Vec<OneflowUser>>,
    /// Where contracts can be made, and from what.
    pub(super) places: Vec<WorkspaceTemplates>,
    /// Owner of the template's data fields.
    pub(super) template_type: Option<TemplateType>,
}

/// Checks what was chosen against what both services said. Only the template is looked at again: switched off
/// meanwhile, no contract could be made from it.
async fn ask(connection: &Connection, choices: &Choices) -> Result<LastAnswers, EngineError> {
    let (template, catalog, users, oneflow_users, places) = future::try_join5(
        async {
            let template = connection.as_user().template(choices.mapping.template, Call::person()).await;
            template.map_err(EngineError::oneflow)
        },
        connection.catalog(),
        connection.users(),
        signatories(connection, choices.internal.as_ref()),
        connection.templates(),
    )
    .await?;
    let template = template.ok_or(EngineError::TemplateGone)?;
    if !template.is_active {
        return Err(SetupError::TemplateInactive { template: template.name }.into());
    }
    let template_type = connection.type_of(&template).await?;
    Ok(LastAnswers { catalog, users, oneflow_users, places, template_type })
}

/// Oneflow's users, our signatory among them.
async fn signatories(
    connection: &Connection,
    internal: Option<&InternalSignatory>,
) -> Result<Option<Vec<OneflowUser>>, EngineError> {
    let users = connection.oneflow_users().await?;
    let Some(internal) = internal else { return Ok(users) };
    if check_signatory(internal, users.as_deref()).is_ok() {
        return Ok(users);
    }
    // They may have been added after the list was read.
    let users = connection.oneflow_users_now().await?;
    check_signatory(internal, users.as_deref())?;
    Ok(users)
}

/// What set-up asked is known from the start, so that the first view does not wait for the first sync.
fn store_known(
    writing: &CacheWriting<'_>,
    kommo: &KommoTried,
    oneflow: &OneflowTried,
    answers: &LastAnswers,
    read_at: Timestamp,
) -> Result<(), StoreError> {
    facts::set(writing, &facts::KOMMO_ACCOUNT, &kommo.account, read_at)?;
    facts::set(writing, &facts::DEAL_FIELDS, &answers.catalog.deals, read_at)?;
    facts::set(writing, &facts::CONTACT_FIELDS, &answers.catalog.contacts, read_at)?;
    facts::set(writing, &facts::COMPANY_FIELDS, &answers.catalog.companies, read_at)?;
    pipelines::replace(writing, &kommo.pipelines)?;
    users::replace(writing, answers.users.as_deref().unwrap_or_default())?;
    facts::set(writing, &facts::ONEFLOW_ACCOUNT, &oneflow.account, read_at)?;
    facts::set(writing, &facts::TEMPLATES, &each_once(&answers.places), read_at)?;
    let types: Vec<TemplateType> = answers.template_type.iter().cloned().collect();
    facts::set(writing, &facts::TEMPLATE_TYPES, &types, read_at)?;
    let workspaces = answers.places.iter().map(|place| place.workspace.clone()).collect();
    facts::set(writing, &facts::WORKSPACES, &workspaces, read_at)?;
    if let Some(users) = &answers.oneflow_users {
        facts::set(writing, &facts::ONEFLOW_USERS, users, read_at)?;
    }
    deals::begin_with(writing, &kommo.won, read_at)
}

/// Our signatory must be an active user of the account (`api/oneflow.md §3.6`), where users can be read.
pub(super) fn check_signatory(
    internal: &InternalSignatory,
    users: Option<&[OneflowUser]>,
) -> Result<(), SetupError> {
    let is_user = |users: &[OneflowUser]| {
        users.iter().any(|user| user.is_active && same_email(&user.email, &internal.email))
    };
    let is_fine = domain::text::is_email(internal.email.trim()) && users.is_none_or(is_user);
    if is_fine { Ok(()) } else { Err(SetupError::UserUnknown { email: internal.email.clone() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_signatory_is_an_active_user_where_users_are_known() {
        let user =
            |email: &str, is_active| OneflowUser { name: String::new(), email: email.to_owned(), is_active };
        let users = [user("karin@a.example", true), user("gone@a.example", false)];
        for (email, users, is_fine) in [
            ("Karin@A.example ", Some(&users[..]), true),
            ("gone@a.example", Some(&users[..]), false),
            ("other@a.example", Some(&users[..]), false),
            ("other@a.example", None, true),
            ("karin@", None, false),
        ] {
            let internal = InternalSignatory { name: "Karin".to_owned(), email: email.to_owned() };
            assert_eq!(check_signatory(&internal, users).is_ok(), is_fine, "{email}");
        }
    }
}
