//! First run.

use domain::mapping::InternalSignatory;
use engine::{
    accounts::{self, Choices, FieldPresence as Presence, Proposal as Proposed, StageChoice as Stage},
    previews::DealPreview,
    settings::StageWhenSigned,
};
use secrecy::SecretString;

use super::app_state;
use crate::{
    convert::{id, mapping_dto, mapping_from, preview_dto, time},
    dto::{
        AppState, Choice, FieldPresence, FinishRequest, KommoTest, KommoTestRequest, Nothing, OneflowTest,
        OneflowTestRequest, PeopleChoice, Proposal, ProposalRequest, StageChoice, TemplateChoice,
        WorkspaceChoice,
    },
    error::{ErrorCode, IpcError},
    router::Router,
};

pub(crate) async fn test_kommo(router: &Router, request: KommoTestRequest) -> Result<KommoTest, IpcError> {
    let token = SecretString::from(request.token);
    let found = accounts::test_kommo(&router.app, &request.address, token).await?;
    Ok(KommoTest {
        account: found.account.name,
        address: found.address,
        currency: found.account.currency,
        won: found.won,
        more: found.has_more,
        token_ends: found.token_ends.map(time),
        token_days: found.token_days.map(|days| i32::try_from(days).unwrap_or(i32::MAX)),
    })
}

pub(crate) async fn test_oneflow(
    router: &Router,
    request: OneflowTestRequest,
) -> Result<OneflowTest, IpcError> {
    let token = SecretString::from(request.token);
    let found = accounts::test_oneflow(&router.app, token, &request.email, &request.address).await?;
    Ok(OneflowTest {
        account: found.account.name,
        user: found.user,
        templates: found.templates,
        workspaces: found.workspaces,
        hidden_workspaces: found.has_hidden_workspaces,
    })
}

pub(crate) async fn setup_people(router: &Router, _: Nothing) -> Result<PeopleChoice, IpcError> {
    let people = accounts::people(&router.app).await?;
    Ok(PeopleChoice {
        users: people.users.iter().map(user_choice).collect(),
        proposed: people.proposed.map(|user| user.to_string()),
    })
}

pub(super) fn user_choice(user: &domain::User) -> Choice {
    Choice { id: user.id.to_string(), name: user.name.clone() }
}

pub(crate) async fn setup_templates(router: &Router, _: Nothing) -> Result<TemplateChoice, IpcError> {
    let found = accounts::templates(&router.app).await?;
    let workspaces = found.into_iter().map(|found| WorkspaceChoice {
        id: found.workspace.id.to_string(),
        name: found.workspace.name,
        templates: found
            .templates
            .into_iter()
            .map(|one| Choice { id: one.id.to_string(), name: one.name })
            .collect(),
    });
    Ok(TemplateChoice { workspaces: workspaces.collect() })
}

pub(crate) async fn setup_proposal(router: &Router, request: ProposalRequest) -> Result<Proposal, IpcError> {
    let proposed = accounts::propose(&router.app, id(&request.workspace)?, id(&request.template)?).await?;
    Ok(proposal(&proposed))
}

pub(crate) async fn create_contract_field(router: &Router, _: Nothing) -> Result<Proposal, IpcError> {
    Ok(proposal(&accounts::create_contract_field(&router.app).await?))
}

pub(crate) async fn add_marker_fields(router: &Router, _: Nothing) -> Result<Proposal, IpcError> {
    Ok(proposal(&accounts::add_marker_fields(&router.app).await?))
}

fn proposal(proposed: &Proposed) -> Proposal {
    let shown = proposed.shown.as_ref().map(|shown| DealPreview {
        preview: shown.preview.clone(),
        deal_name: shown.deal.name.clone(),
        amount: shown.amount.clone(),
        template: proposed.template.name.clone(),
        workspace: proposed.workspace.name.clone(),
        has_products: proposed.template.has_products,
        field_names: proposed.catalog.names(),
    });
    Proposal {
        mapping: mapping_dto(&proposed.mapping),
        preview: shown.as_ref().map(preview_dto),
        internal_name: proposed.internal.name.clone(),
        internal_email: proposed.internal.email.clone(),
        stages: proposed.stages.iter().map(stage_choice).collect(),
        contract_field: presence(proposed.contract_field),
        marker_fields: presence(proposed.marker_fields),
    }
}

pub(super) fn stage_choice(stage: &Stage) -> StageChoice {
    StageChoice {
        id: format!("{}-{}", stage.pipeline, stage.stage),
        name: format!("{} · {}", stage.pipeline_name, stage.stage_name),
        reopens: stage.reopens,
    }
}

/// Reads the id of a [`StageChoice`].
pub(super) fn stage_from(text: Option<&str>) -> Result<Option<StageWhenSigned>, IpcError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let (pipeline, stage) = text.split_once('-').ok_or(ErrorCode::BadRequest)?;
    Ok(Some(StageWhenSigned { pipeline: id(pipeline)?, stage: id(stage)? }))
}

fn presence(presence: Presence) -> FieldPresence {
    match presence {
        Presence::Present => FieldPresence::Present,
        Presence::Missing => FieldPresence::Missing,
        Presence::NeedsAdministrator => FieldPresence::NeedsAdministrator,
        Presence::Impossible => FieldPresence::Impossible,
    }
}

/// Our signatory; two empty texts leave the template's own.
pub(super) fn internal_from(name: &str, email: &str) -> Option<InternalSignatory> {
    let (name, email) = (name.trim().to_owned(), email.trim().to_owned());
    (!name.is_empty() || !email.is_empty()).then_some(InternalSignatory { name, email })
}

pub(crate) async fn finish_setup(router: &Router, request: FinishRequest) -> Result<AppState, IpcError> {
    let (workspace, template) = (id(&request.mapping.workspace)?, id(&request.mapping.template)?);
    let proposed = accounts::propose(&router.app, workspace, template).await?;
    accounts::finish(
        &router.app,
        Choices {
            me: request.user.as_deref().map(id).transpose()?,
            mapping: mapping_from(&request.mapping, &proposed.mapping)?,
            internal: internal_from(&request.internal_name, &request.internal_email),
            stage_when_signed: stage_from(request.stage_when_signed.as_deref())?,
            set_aside_before: request.set_aside_before.as_deref().map(id).transpose()?,
        },
    )
    .await?;
    app_state(router, Nothing {}).await
}

/// What was typed and what was read of the accounts is forgotten.
pub(crate) async fn leave_setup(router: &Router, _: Nothing) -> Result<Nothing, IpcError> {
    accounts::cancel(&router.app).await;
    Ok(Nothing {})
}
