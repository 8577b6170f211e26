//! A mapping proposed for a template, shown on a real deal, with everything else that the last step of set-up chooses.

use domain::{
    Deal, FullDeal, Mapping, Money, Pipeline, PipelineId, Preview, StageId, Template, TemplateId,
    TemplateType, Timestamp, User, Workspace, WorkspaceId, format,
    mapping::{FieldCatalog, InternalSignatory, MappingDrift},
    preview::{Edits, Facts},
    send::Generation,
    template::OneflowUser,
};
use futures::future;
use http::Call;

use super::{
    Connection, SetUp, SetupError, WorkspaceTemplates,
    session::{connection, same_email},
};
use crate::{EngineError, app::App, deals, previews::has_marker_fields};

/// A proposed mapping with what the person can choose beside it.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The rules; those that were saved before are kept.
    pub mapping: Mapping,
    /// Where contracts are made.
    pub workspace: Workspace,
    /// From what.
    pub template: Template,
    /// On the newest won deal; `None` where there is none.
    pub shown: Option<Shown>,
    /// Our signatory: the saved one, else the Oneflow user.
    pub internal: InternalSignatory,
    /// Where a deal can go when its contract is signed.
    pub stages: Vec<StageChoice>,
    /// The deal field that names the newest contract.
    pub contract_field: FieldPresence,
    /// The fields of the template type that hold the marker.
    pub marker_fields: FieldPresence,
    /// The custom fields that rules can take values from.
    pub catalog: FieldCatalog,
    /// Where the template moved on since the mapping was saved for it.
    pub drift: Vec<MappingDrift>,
    /// What was asked on the way.
    pub(super) asked: Asked,
}

/// What a proposal had to ask and shows only in part.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// Everybody in Kommo; `None` where they are not shown.
    pub(super) users: Option<Vec<User>>,
    /// `None` where they are not shown.
    pub(super) oneflow_users: Option<Vec<OneflowUser>>,
    /// Owner of the template's data fields.
    pub(super) template_type: Option<TemplateType>,
}

/// A mapping on a real deal.
#[derive(Debug, Clone)]
pub struct Shown {
    /// What would be sent.
    pub preview: Preview,
    /// Whose.
    pub deal: Deal,
    /// Its price.
    pub amount: Option<Money>,
}

/// A stage a deal can go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageChoice {
    /// Which pipeline.
    pub pipeline: PipelineId,
    /// Which stage.
    pub stage: StageId,
    /// As the account calls it.
    pub pipeline_name: String,
    /// As the account calls it.
    pub stage_name: String,
    /// A stage outside Won re-opens the deal.
    pub reopens: bool,
}

/// Whether fields that the app wants are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldPresence {
    /// There.
    Present,
    /// Missing; the app can create it after asking.
    Missing,
    /// Missing, and only an administrator can create it.
    NeedsAdministrator,
    /// The template has no type of its own, so it cannot have them.
    Impossible,
}

/// Proposes a mapping for a template of a workspace.
pub async fn propose(
    app: &App,
    workspace: WorkspaceId,
    template: TemplateId,
) -> Result<Proposal, EngineError> {
    let connection = connection(app).await?;
    connection.look_again_for_missing_fields().await;
    app.setup().lock().await.asked = Some((workspace, template));
    let proposal = on_connection(&connection, workspace, template, app.now()).await?;
    Ok(app.setup().lock().await.with_refusals(proposal))
}

/// The proposal that was asked last, else one for the mapping in use.
pub(super) async fn propose_again(app: &App, connection: &Connection) -> Result<Proposal, EngineError> {
    let asked = app.setup().lock().await.asked;
    let saved = || connection.saved.as_ref().map(|mapping| (mapping.workspace, mapping.template));
    let (workspace, template) = asked.or_else(saved).ok_or(EngineError::NotConnected)?;
    let proposal = on_connection(connection, workspace, template, app.now()).await?;
    Ok(app.setup().lock().await.with_refusals(proposal))
}

impl SetUp {
    /// A refused creation is remembered until another token is typed.
    fn with_refusals(&self, mut proposal: Proposal) -> Proposal {
        let mark = |presence: &mut FieldPresence, is_refused| {
            if is_refused && *presence == FieldPresence::Missing {
                *presence = FieldPresence::NeedsAdministrator;
            }
        };
        mark(&mut proposal.contract_field, self.is_contract_field_refused);
        mark(&mut proposal.marker_fields, self.are_marker_fields_refused);
        proposal
    }
}

/// A proposal from what both services said; what was not read yet is read now.
pub(crate) async fn on_connection(
    connection: &Connection,
    workspace: WorkspaceId,
    template: TemplateId,
    now: Timestamp,
) -> Result<Proposal, EngineError> {
    let (places, catalog, users, oneflow_users, mut deal) = future::try_join5(
        connection.templates(),
        connection.catalog(),
        connection.users(),
        connection.oneflow_users(),
        connection.newest_won(),
    )
    .await?;
    let (workspace, template) = find(connection, places, workspace, template).await?;
    let owner = connection.type_of(&template).await?;
    let mut mapping = domain::mapping::propose(workspace.id, &template, owner.as_ref(), &catalog);
    let mut drift = Vec::new();
    if let Some(saved) = &connection.saved {
        if saved.template == template.id {
            drift = saved.drift(&template, owner.as_ref());
        }
        drift.extend(saved.lost_sources(&catalog));
        mapping = mapping.keeping(saved);
    }
    let internal = internal_signatory(mapping.internal.take(), &connection.email, oneflow_users.as_deref());
    mapping.internal = Some(internal.clone());
    let contract_field = match deals::contract_field_of(&catalog.deals) {
        Some(_) => FieldPresence::Present,
        // Who may not see the users is no administrator (`api/kommo.md §15`).
        None if users.is_none() => FieldPresence::NeedsAdministrator,
        None => FieldPresence::Missing,
    };
    let marker_fields = marker_presence(&template, owner.as_ref());
    let facts = Facts {
        now,
        zone: format::zone(&connection.account.time_zone),
        template: Some(&template),
        has_marker_fields: marker_fields == FieldPresence::Present,
        oneflow_users: oneflow_users.as_deref(),
        foreign_contract: None,
    };
    if let Some(deal) = deal.as_mut().filter(|deal| deal.owner.is_none()) {
        let owner = users.iter().flatten().find(|user| user.id == deal.deal.responsible);
        deal.owner = owner.map(|user| user.name.clone());
    }
    let shown = deal.map(|deal| show(&mapping, deal, &facts, &connection.account.currency));
    let stages = stages(&connection.pipelines);
    Ok(Proposal {
        mapping,
        workspace,
        template,
        shown,
        internal,
        stages,
        contract_field,
        marker_fields,
        catalog,
        drift,
        asked: Asked { users, oneflow_users, template_type: owner },
    })
}

async fn find(
    connection: &Connection,
    places: Vec<WorkspaceTemplates>,
    workspace: WorkspaceId,
    template: TemplateId,
) -> Result<(Workspace, Template), EngineError> {
    let place = places.into_iter().find(|place| place.workspace.id == workspace);
    let found = place.and_then(|place| {
        let template = place.templates.into_iter().find(|one| one.id == template)?;
        Some((place.workspace, template))
    });
    if let Some(found) = found {
        return Ok(found);
    }
    match connection.as_user().template(template, Call::person()).await.map_err(EngineError::oneflow)? {
        Some(template) if !template.is_active => {
            Err(SetupError::TemplateInactive { template: template.name }.into())
        }
        Some(_) | None => Err(EngineError::TemplateGone),
    }
}

fn show(mapping: &Mapping, deal: FullDeal, facts: &Facts<'_>, currency: &str) -> Shown {
    let preview = domain::preview::preview(mapping, &deal, Generation::FIRST, &Edits::new(), facts);
    let amount = deal.deal.price.map(|price| Money::new(price, currency));
    Shown { preview, deal: deal.deal, amount }
}

/// The saved signatory while they are a user of the account, else the user in whose name contracts are made.
fn internal_signatory(
    saved: Option<InternalSignatory>,
    email: &str,
    users: Option<&[OneflowUser]>,
) -> InternalSignatory {
    let known = |email: &str| {
        let mut users = users.unwrap_or_default().iter();
        users.find(|user| user.is_active && same_email(&user.email, email))
    };
    if let Some(saved) = saved.filter(|saved| users.is_none() || known(&saved.email).is_some()) {
        return saved;
    }
    let name = known(email).map(|user| user.name.clone()).unwrap_or_default();
    InternalSignatory { name, email: email.to_owned() }
}

fn marker_presence(template: &Template, owner: Option<&TemplateType>) -> FieldPresence {
    match owner {
        None => FieldPresence::Impossible,
        Some(owner) if has_marker_fields(owner) => FieldPresence::Present,
        // An integration owns the type: writing its fields anew could take them away from it
        // (`api/oneflow.md §3.4`: the whole set is replaced).
        Some(owner) if owner.extension_type.is_some() || template.extension_type.is_some() => {
            FieldPresence::Impossible
        }
        Some(_) => FieldPresence::Missing,
    }
}

/// Every stage that a won deal can be moved to. Incoming leads are no deals, and Lost is never meant.
pub(super) fn stages(pipelines: &[Pipeline]) -> Vec<StageChoice> {
    let pipelines = pipelines.iter().filter(|pipeline| !pipeline.is_archived);
    let choices = pipelines.flat_map(|pipeline| {
        let stages = pipeline.stages.iter().filter(|stage| !stage.is_incoming && stage.id != StageId::LOST);
        stages.map(|stage| StageChoice {
            pipeline: pipeline.id,
            stage: stage.id,
            pipeline_name: pipeline.name.clone(),
            stage_name: stage.name.clone(),
            reopens: stage.id != StageId::WON,
        })
    });
    choices.collect()
}

#[cfg(test)]
mod tests {
    use domain::Stage;

    use super::*;

    #[test]
    fn a_signed_deal_can_go_to_any_stage_but_incoming_and_lost() {
        let stage = |id: i64, is_incoming| Stage { id: StageId(id), name: id.to_string(), is_incoming };
        let pipeline = |id: i64, is_archived| Pipeline {
            id: PipelineId(id),
            name: id.to_string(),
            sort: id,
            is_archived,
            stages: vec![
                stage(id * 10, true),
                stage(id * 10 + 1, false),
                stage(142, false),
                stage(143, false),
            ],
        };
        let found = stages(&[pipeline(1, false), pipeline(2, true)]);
        let found: Vec<_> = found.iter().map(|choice| (choice.stage.0, choice.reopens)).collect();
        assert_eq!(found, [(11, true), (142, false)]);
    }

    #[test]
    fn the_saved_signatory_stays_while_they_are_an_active_user() {
        let user =
            |email: &str, is_active| OneflowUser { name: "N".to_owned(), email: email.to_owned(), is_active };
        let saved = || Some(InternalSignatory { name: "S".to_owned(), email: "S@a.example".to_owned() });
        let me = "me@a.example";
        for (saved, users, expected) in [
            (saved(), None, "S@a.example"),
            (saved(), Some(vec![user("s@a.example", true)]), "S@a.example"),
            (saved(), Some(vec![user("s@a.example", false), user(me, true)]), me),
            (None, Some(vec![]), me),
        ] {
            let found = internal_signatory(saved.clone(), me, users.as_deref());
            assert_eq!(found.email, expected, "{saved:?} {users:?}");
        }
    }
}
