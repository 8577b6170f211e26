//! Previews of deals: what is known in the cache, through the mapping in use.

use std::collections::{BTreeMap, HashSet};

use domain::{
    DealId, FieldId, FullDeal, Generation, Mapping, Money, Payload, Preview, Send, Template, TemplateType,
    Timestamp,
    deal::{FieldValue, values_of},
    format, marker,
    preview::{Edits, Facts},
};
use store::{contracts, facts, mappings};

use crate::{EngineError, Profile, deals};

/// A preview with what is shown beside it.
#[derive(Debug, Clone)]
pub struct DealPreview {
    /// The values, their sources and problems.
    pub preview: Preview,
    /// Name of the deal.
    pub deal_name: String,
    /// Price of the deal.
    pub amount: Option<Money>,
    /// Name of the template; empty where it is gone.
    pub template: String,
    /// Name of the workspace; empty where it is not known.
    pub workspace: String,
    /// The template keeps its own products.
    pub has_products: bool,
    /// Names of the custom fields that values came from.
    pub field_names: BTreeMap<FieldId, String>,
}

/// The preview of a deal as it is known now.
pub async fn of_deal(
    profile: &Profile,
    deal: DealId,
    generation: Generation,
    edits: &Edits,
) -> Result<DealPreview, EngineError> {
    let full = deals::full(profile, deal).await?.ok_or(EngineError::DealGone)?;
    let mapping = mapping(profile).await?;
    let preview = apply(profile, &mapping, &full, generation, edits, profile.clock.now()).await?;
    let account = profile.kommo_account().await?;
    let amount = full.deal.price.map(|price| Money::new(price, account.currency));
    let (template, workspace, field_names) = names(profile, &mapping).await?;
    Ok(DealPreview {
        preview,
        deal_name: full.deal.name,
        amount,
        has_products: template.as_ref().is_some_and(|template| template.has_products),
        template: template.map(|template| template.name).unwrap_or_default(),
        workspace,
        field_names,
    })
}

type Names = (Option<Template>, String, BTreeMap<FieldId, String>);

async fn names(profile: &Profile, mapping: &Mapping) -> Result<Names, EngineError> {
    let (template, workspace) = (mapping.template, mapping.workspace);
    let read = profile.cache.read(move |reading| {
        let templates = facts::get(reading, &facts::TEMPLATES)?.unwrap_or_default();
        let workspaces = facts::get(reading, &facts::WORKSPACES)?.unwrap_or_default();
        let mut fields = facts::get(reading, &facts::DEAL_FIELDS)?.unwrap_or_default();
        fields.extend(facts::get(reading, &facts::CONTACT_FIELDS)?.unwrap_or_default());
        fields.extend(facts::get(reading, &facts::COMPANY_FIELDS)?.unwrap_or_default());
        let template = templates.into_iter().find(|one| one.id == template);
        let workspace = workspaces.into_iter().find(|one| one.id == workspace);
        let names = fields.into_iter().map(|field| (field.id, field.name)).collect();
        Ok((template, workspace.map(|workspace| workspace.name).unwrap_or_default(), names))
    });
    Ok(read.await?)
}

/// Names of the data fields by `custom_id`, as the version of the mapping that made a send knew them.
pub async fn labels(profile: &Profile, version: u32) -> Result<BTreeMap<String, String>, EngineError> {
    let mapping = profile.ledger.read(move |reading| mappings::by_version(reading, version)).await?;
    let fields = mapping.map(|mapping| mapping.fields).unwrap_or_default();
    Ok(fields.into_iter().map(|field| (field.custom_id, field.label)).collect())
}

/// The mapping in use.
pub async fn mapping(profile: &Profile) -> Result<Mapping, EngineError> {
    let mapping = profile.ledger.read(mappings::latest).await?;
    mapping.ok_or(EngineError::NotConnected)
}

/// The preview that made `seen` with the click `send`, on what `deal` says now: the same mapping, edits and day.
pub(crate) async fn again(
    profile: &Profile,
    send: &Send,
    seen: &Payload,
    deal: &FullDeal,
) -> Result<Preview, EngineError> {
    let version = seen.mapping;
    let mapping = profile.ledger.read(move |reading| mappings::by_version(reading, version)).await?;
    let mapping = mapping.ok_or(EngineError::BadRequest)?;
    apply(profile, &mapping, deal, send.generation, &send.edits, send.clicked_at).await
}

/// Applies `mapping` to `deal` with "today" taken at `at`.
pub(crate) async fn apply(
    profile: &Profile,
    mapping: &Mapping,
    deal: &FullDeal,
    generation: Generation,
    edits: &Edits,
    at: Timestamp,
) -> Result<Preview, EngineError> {
    let known = Known::read(profile, mapping).await?;
    let foreign = foreign_contract(profile, deal, generation).await?;
    let template = known.template.as_ref();
    let facts = Facts {
        now: at,
        zone: format::zone(&profile.kommo_account().await?.time_zone),
        template,
        has_marker_fields: known.has_marker_fields,
        oneflow_users: known.users.as_deref(),
        foreign_contract: foreign.as_deref(),
    };
    Ok(domain::preview::preview(mapping, deal, generation, edits, &facts))
}

/// What the cache knows about the mapping's template.
struct Known {
    template: Option<Template>,
    has_marker_fields: bool,
    users: Option<Vec<domain::template::OneflowUser>>,
}

impl Known {
    async fn read(profile: &Profile, mapping: &Mapping) -> Result<Self, EngineError> {
        let (wanted, owner) = (mapping.template, mapping.template_type);
        let known = profile.cache.read(move |reading| {
            let templates = facts::get(reading, &facts::TEMPLATES)?.unwrap_or_default();
            let types = facts::get(reading, &facts::TEMPLATE_TYPES)?.unwrap_or_default();
            Ok(Self {
                template: templates.into_iter().find(|template| template.id == wanted),
                has_marker_fields: types
                    .iter()
                    .find(|one| Some(one.id) == owner)
                    .is_some_and(has_marker_fields),
                users: facts::get(reading, &facts::ONEFLOW_USERS)?,
            })
        });
        Ok(known.await?)
    }
}

/// Whether the three marker fields stand in a template type and are active.
pub(crate) fn has_marker_fields(owner: &TemplateType) -> bool {
    let fields = owner.data_fields.iter().filter(|field| field.is_active);
    let present: HashSet<&str> = fields.map(|field| field.custom_id.as_str()).collect();
    marker::FIELDS.iter().all(|field| present.contains(field))
}

/// What the deal's contract field holds, if that is no contract known to be of this deal.
async fn foreign_contract(
    profile: &Profile,
    deal: &FullDeal,
    generation: Generation,
) -> Result<Option<String>, EngineError> {
    let Some(field) = deals::contract_field(profile).await? else { return Ok(None) };
    let text = values_of(&deal.deal.fields, field).iter().find_map(|value| match value {
        FieldValue::Text(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        FieldValue::Number(number) => Some(number.to_string()),
        FieldValue::Text(_) | FieldValue::Flag(_) | FieldValue::Instant(_) => None,
    });
    let Some(text) = text else { return Ok(None) };
    let id = deal.deal.id;
    let known = profile.ledger.read(move |reading| contracts::of_deal(reading, id)).await?;
    let is_known = known.iter().any(|contract| contract.id.to_string() == text);
    let is_replaced = generation.replaces().is_some_and(|replaced| replaced.to_string() == text);
    Ok((!is_known && !is_replaced).then_some(text))
}
