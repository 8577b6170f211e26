//! Creates what is missing in the two accounts, after the person was asked.

use domain::{
    DataField, TemplateType,
    marker::{ACCOUNT_FIELD, DEAL_FIELD, FIELDS, SEND_FIELD},
    template::FieldSource,
};
use http::{Call, Error};
use kommo::NewField;

use super::{Connection, Proposal, SetupError, proposal::propose_again, session::connection};
use crate::{EngineError, app::App, deals};

/// Creates the deal field that names the newest contract, unless it is there.
pub async fn create_contract_field(app: &App) -> Result<Proposal, EngineError> {
    let connection = connection(app).await?;
    if let Err(error) = ensure_contract_field(&connection).await {
        app.setup().lock().await.is_contract_field_refused |= needs_administrator(&error);
        return Err(error);
    }
    read_anew(app).await?;
    propose_again(app, &connection).await
}

async fn ensure_contract_field(connection: &Connection) -> Result<(), EngineError> {
    if has_contract_field(connection).await? {
        return Ok(());
    }
    let field = NewField {
        name: deals::CONTRACT_FIELD.to_owned(),
        code: deals::CONTRACT_FIELD.to_owned(),
        // People may empty it: a copied deal carries the contract of the original.
        is_api_only: false,
    };
    match connection.kommo.create_field(&field, Call::person()).await {
        // The proposal that follows shows what Kommo shows now.
        Ok(_) => connection.deal_fields_now().await.map(drop),
        Err(Error::Refused(refusal)) if refusal.status == 403 => {
            Err(SetupError::NeedsAdministrator { field: field.name }.into())
        }
        // A lost answer: the field may be there. A second one of that name would be another field.
        Err(_) if has_contract_field(connection).await? => Ok(()),
        Err(error) => Err(EngineError::kommo(error)),
    }
}

async fn has_contract_field(connection: &Connection) -> Result<bool, EngineError> {
    Ok(deals::contract_field_of(&connection.deal_fields_now().await?).is_some())
}

/// Adds the three fields that hold the marker to the template type, unless they are there.
pub async fn add_marker_fields(app: &App) -> Result<Proposal, EngineError> {
    let connection = connection(app).await?;
    let proposal = propose_again(app, &connection).await?;
    if let Err(error) = ensure_marker_fields(&connection, &proposal).await {
        app.setup().lock().await.are_marker_fields_refused |= needs_administrator(&error);
        return Err(error);
    }
    read_anew(app).await?;
    propose_again(app, &connection).await
}

async fn ensure_marker_fields(connection: &Connection, proposal: &Proposal) -> Result<(), EngineError> {
    // Read right before it is written: the whole set is replaced, and a field that somebody added meanwhile would
    // be deleted from the type and from all of its templates (`api/oneflow.md §3.4`).
    let owner =
        connection.type_now(proposal.template.template_type.ok_or(EngineError::TemplateGone)?).await?;
    let owner = owner.filter(|owner| owner.extension_type.is_none()).ok_or(EngineError::TemplateGone)?;
    let Some(fields) = with_markers(&owner) else { return Ok(()) };
    let written = connection.as_user().put_data_fields(owner.id, &fields, Call::person()).await;
    match written {
        Ok(()) => {}
        Err(Error::Refused(refusal)) if refusal.status == 403 => {
            return Err(SetupError::NeedsAdministrator { field: FIELDS.join(", ") }.into());
        }
        Err(error) => return Err(EngineError::oneflow(error)),
    }
    let now = connection.type_now(owner.id).await?;
    let is_there = |field: &DataField| {
        now.iter().flat_map(|owner| &owner.data_fields).any(|other| other.custom_id == field.custom_id)
    };
    if fields.iter().all(is_there) {
        Ok(())
    } else {
        tracing::error!("a template type lacks data fields that were just written");
        Err(SetupError::Unreadable(crate::health::Service::Oneflow).into())
    }
}

/// All fields of the type, in their order, and the markers that it lacks behind them; `None` if it lacks none.
fn with_markers(owner: &TemplateType) -> Option<Vec<DataField>> {
    let lacks = |custom_id: &str| !owner.data_fields.iter().any(|field| field.custom_id == custom_id);
    let missing: Vec<DataField> =
        FIELDS.into_iter().filter(|custom_id| lacks(custom_id)).map(marker_field).collect();
    (!missing.is_empty()).then(|| owner.data_fields.iter().cloned().chain(missing).collect())
}

fn marker_field(custom_id: &str) -> DataField {
    let name = match custom_id {
        ACCOUNT_FIELD => "Kommo account (Countersign)",
        DEAL_FIELD => "Kommo deal (Countersign)",
        SEND_FIELD => "Kommo send (Countersign)",
        other => other,
    };
    DataField {
        custom_id: custom_id.to_owned(),
        name: name.to_owned(),
        description:
            "Filled in by Countersign, so that a deal never gets two contracts. Please leave it here."
                .to_owned(),
        placeholder: String::new(),
        value: String::new(),
        source: FieldSource::User,
        is_active: true,
    }
}

fn needs_administrator(error: &EngineError) -> bool {
    matches!(error, EngineError::Setup(SetupError::NeedsAdministrator { .. }))
}

/// The open profile, if there is one, learns of the new fields at once.
async fn read_anew(app: &App) -> Result<(), EngineError> {
    match app.profile() {
        Ok(profile) => deals::read_reference(&profile).await,
        Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use domain::TemplateTypeId;

    use super::*;

    #[test]
    fn markers_are_added_behind_fields_that_all_stay() {
        let field = |custom_id: &str, is_active, source| DataField {
            is_active,
            source,
            value: "own".to_owned(),
            ..marker_field(custom_id)
        };
        let owner = |data_fields| TemplateType {
            id: TemplateTypeId(5),
            name: "Sales".to_owned(),
            extension_type: None,
            data_fields,
        };
        let kept = vec![
            field("company", true, FieldSource::User),
            field("old", false, FieldSource::System),
            field(DEAL_FIELD, true, FieldSource::User),
        ];
        let fields = with_markers(&owner(kept.clone())).unwrap();
        assert_eq!(fields[..3], kept[..]);
        let added: Vec<_> = fields[3..].iter().map(|field| field.custom_id.as_str()).collect();
        assert_eq!(added, [ACCOUNT_FIELD, SEND_FIELD]);
        assert_eq!(with_markers(&owner(fields)), None);
    }
}
