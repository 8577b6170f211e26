//! The first run: what was typed and tested so far, in memory only.

use std::{mem, sync::Arc};

use domain::{KommoAccount, Mapping, Template, TemplateId, Timestamp, User, UserId, Workspace, WorkspaceId};
use domain::{mapping::FieldCatalog, template::OneflowAccount};
use secrecy::SecretString;

use super::{Connection, KommoTried, OneflowTried, connect, connection::each_once, setup_file::SetupFile};
use crate::{
    EngineError,
    app::{App, days_until},
};

/// What was typed and tested so far. Forgotten with the process.
#[derive(Debug, Default)]
pub(crate) struct SetUp {
    pub(super) kommo: Option<KommoTried>,
    pub(super) oneflow: Option<OneflowTried>,
    /// A colleague's file.
    pub(super) file: Option<SetupFile>,
    /// The proposal that was asked last.
    pub(super) asked: Option<(WorkspaceId, TemplateId)>,
    /// The templates were shown to choose from.
    are_templates_shown: bool,
    /// Creating it was refused: an administrator must.
    pub(super) is_contract_field_refused: bool,
    /// Adding them was refused: an administrator must.
    pub(super) are_marker_fields_refused: bool,
}

/// What a test of Kommo found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KommoFound {
    /// The account behind the token.
    pub account: KommoAccount,
    /// `acme.kommo.com`, or the whole address on this machine.
    pub address: String,
    /// Won deals seen.
    pub won: u32,
    /// Only the first pages were counted.
    pub has_more: bool,
    /// When the token ends, if it tells.
    pub token_ends: Option<Timestamp>,
    /// Whole days until then.
    pub token_days: Option<i64>,
}

/// What a test of Oneflow found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneflowFound {
    /// The account behind the token.
    pub account: OneflowAccount,
    /// Name of the user behind the e-mail, where users can be read.
    pub user: Option<String>,
    /// Active templates that the user may make contracts from.
    pub templates: u32,
    /// Workspaces that the user sees.
    pub workspaces: u32,
    /// Contracts of colleagues can be hidden from looks: several computers are protected less well.
    pub has_hidden_workspaces: bool,
}

/// Who the person can be in Kommo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People {
    /// Active users by name; empty where they cannot be read.
    pub users: Vec<User>,
    /// The one with the Oneflow e-mail.
    pub proposed: Option<UserId>,
}

/// A workspace with its active templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceTemplates {
    /// Where.
    pub workspace: Workspace,
    /// From what.
    pub templates: Vec<Template>,
}

/// Tests a Kommo address and token as typed, and keeps them for the next steps.
pub async fn test_kommo(app: &App, address: &str, token: SecretString) -> Result<KommoFound, EngineError> {
    // Of a token that is refused now nothing stays, even if it was good before.
    app.setup().lock().await.kommo = None;
    let tried = connect::kommo(app.network(), app.now(), address, token).await?;
    let found = KommoFound {
        account: tried.account.clone(),
        address: tried.address.to_string(),
        won: count(tried.won.len()),
        has_more: tried.has_more,
        token_ends: tried.token_ends,
        token_days: tried.token_ends.map(|end| days_until(end, app.now())),
    };
    let mut setup = app.setup().lock().await;
    setup.is_contract_field_refused = false;
    setup.kommo = Some(tried);
    Ok(found)
}

/// Tests a Oneflow token, user and address (empty for the usual one) as typed, and keeps them for the next steps.
pub async fn test_oneflow(
    app: &App,
    token: SecretString,
    email: &str,
    address: &str,
) -> Result<OneflowFound, EngineError> {
    app.setup().lock().await.oneflow = None;
    let tried = connect::oneflow(app.network(), app.now(), address, token, email).await?;
    let users = tried.lists.users.known().await.flatten().unwrap_or_default();
    let places = tried.lists.templates.known().await.unwrap_or_default();
    let found = OneflowFound {
        account: tried.account.clone(),
        user: users.into_iter().find(|user| user.email == tried.email).map(|user| user.name),
        templates: count(each_once(&places).len()),
        workspaces: count(places.len()),
        has_hidden_workspaces: tried.has_hidden_workspaces,
    };
    let mut setup = app.setup().lock().await;
    setup.are_marker_fields_refused = false;
    setup.asked = None;
    setup.are_templates_shown = false;
    setup.oneflow = Some(tried);
    Ok(found)
}

/// Who the person can be in Kommo.
pub async fn people(app: &App) -> Result<People, EngineError> {
    let connection = connection(app).await?;
    let mut users = connection.users().await?.unwrap_or_default();
    users.retain(|user| user.is_active);
    users.sort_by_cached_key(|user| domain::text::fold(&user.name));
    let is_me =
        |user: &&User| user.email.as_deref().is_some_and(|email| same_email(email, &connection.email));
    let proposed = users.iter().find(is_me).map(|user| user.id);
    Ok(People { users, proposed })
}

/// Workspaces with the active templates from which contracts can be made.
pub async fn templates(app: &App) -> Result<Vec<WorkspaceTemplates>, EngineError> {
    let mut setup = app.setup().lock().await;
    if mem::replace(&mut setup.are_templates_shown, true) {
        setup.look_again();
    }
    drop(setup);
    connection(app).await?.templates().await
}

/// The custom fields that rules can take values from.
pub async fn catalog(app: &App) -> Result<FieldCatalog, EngineError> {
    connection(app).await?.catalog().await
}

/// Forgets what was typed.
pub async fn cancel(app: &App) {
    *app.setup().lock().await = SetUp::default();
}

/// The accounts that were typed in, else those of the open profile.
pub(super) async fn connection(app: &App) -> Result<Connection, EngineError> {
    let setup = app.setup().lock().await;
    if let (Some(kommo), Some(oneflow)) = (&setup.kommo, &setup.oneflow) {
        return Ok(Connection::typed(kommo, oneflow, setup.mapping_of_file(), app.now()));
    }
    drop(setup);
    Connection::open(app.profile()?).await
}

impl SetUp {
    /// Who comes back to the templates may have changed something in the accounts meanwhile: everything that a
    /// proposal is made of is read again.
    fn look_again(&mut self) {
        if let Some(kommo) = &mut self.kommo {
            kommo.lists = Arc::default();
        }
        if let Some(oneflow) = &mut self.oneflow {
            oneflow.lists = Arc::default();
        }
    }

    /// The rules of a colleague's file, if it was made for the same two accounts.
    fn mapping_of_file(&self) -> Option<Mapping> {
        let (kommo, oneflow) = (self.kommo.as_ref()?, self.oneflow.as_ref()?);
        let file = self.file.as_ref()?;
        file.is_for(kommo.account.id, oneflow.account.id).then(|| file.mapping().clone())
    }
}

/// Whether two addresses reach the same person.
pub(super) fn same_email(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
