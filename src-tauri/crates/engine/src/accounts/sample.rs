//! Sets the sample data up the way a person would who takes every proposal.

use domain::{Template, WorkspaceId};

use super::{
    Choices, Connection, WorkspaceTemplates, cancel, connect,
    finish::{LastAnswers, Tried},
    proposal::{self, Asked, Proposal},
    session::same_email,
};
use crate::{
    EngineError,
    app::{App, Place, SampleAccess},
    previews::has_marker_fields,
};

/// Tests the sandbox like any other pair of accounts, and opens it at `place` with what is proposed.
pub(crate) async fn connect_sample(app: &App, place: Place, access: SampleAccess) -> Result<(), EngineError> {
    // Who was connecting accounts does so no more.
    cancel(app).await;
    let SampleAccess { kommo_address, kommo_token, oneflow_address, oneflow_token, oneflow_email } = access;
    let kommo = connect::kommo(app.network(), app.now(), &kommo_address, kommo_token).await?;
    let oneflow =
        connect::oneflow(app.network(), app.now(), &oneflow_address, oneflow_token, &oneflow_email).await?;
    let connection = Connection::typed(&kommo, &oneflow, None, app.now()).without_deals();
    let places = connection.templates().await?;
    let (workspace, template) = best_template(&connection, &places).await?;
    let proposal = proposal::on_connection(&connection, workspace, template.id, app.now()).await?;
    let Proposal { mapping, internal, catalog, asked, .. } = proposal;
    let Asked { users, oneflow_users, template_type } = asked;
    let mut everybody = users.iter().flatten();
    let me =
        everybody.find(|user| user.email.as_deref().is_some_and(|email| same_email(email, &oneflow.email)));
    let choices = Choices {
        me: me.map(|user| user.id),
        mapping,
        internal: Some(internal),
        stage_when_signed: None,
        set_aside_before: None,
    };
    let answers = LastAnswers { catalog, users, oneflow_users, places, template_type };
    super::finish::connect(app, place, Tried { kommo, oneflow }, choices, answers, None).await
}

/// The first template whose type has data fields and markers and belongs to no integration, else the first of all.
async fn best_template(
    connection: &Connection,
    places: &[WorkspaceTemplates],
) -> Result<(WorkspaceId, Template), EngineError> {
    let all =
        places.iter().flat_map(|place| place.templates.iter().map(|template| (place.workspace.id, template)));
    let all: Vec<(WorkspaceId, &Template)> = all.collect();
    let plain =
        all.iter().filter(|(_, template)| template.extension_type.is_none() && !template.has_products);
    for (workspace, template) in plain {
        if connection.type_of(template).await?.is_some_and(|owner| has_marker_fields(&owner)) {
            return Ok((*workspace, (*template).clone()));
        }
    }
    let (workspace, template) = all.first().ok_or(EngineError::TemplateGone)?;
    Ok((*workspace, (*template).clone()))
}
