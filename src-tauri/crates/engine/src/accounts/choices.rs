//! What was chosen for the open profile, shown and changed in the settings.

use std::sync::Arc;

use domain::{
    Mapping, Template, TemplateId, TemplateType, Timestamp, User, UserId, Workspace,
    mapping::{FieldCatalog, FieldRule, InternalSignatory},
    template::OneflowAccount,
    write_back::Texts,
};
use http::Call;
use store::{LedgerWriting, StoreError, facts, mappings, pipelines, users};

use super::{SetupError, StageChoice, finish::check_signatory, proposal::stages};
use crate::{
    EngineError, Event, Profile, previews,
    settings::{Settings, StageWhenSigned},
};

/// What is in use, with the names it is shown by; from the cache, so that it can be read offline.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// Everything but the rules.
    pub settings: Arc<Settings>,
    /// The rules.
    pub mapping: Mapping,
    /// Of the mapping, while it is known.
    pub workspace: Option<Workspace>,
    /// Of the mapping, while it is known.
    pub template: Option<Template>,
    /// Active users of Kommo, by name.
    pub users: Vec<User>,
    /// Where a deal can go when its contract is signed.
    pub stages: Vec<StageChoice>,
    /// The custom fields that rules can take values from.
    pub catalog: FieldCatalog,
}

/// What a person changed.
#[derive(Debug, Clone)]
pub struct NewSettings {
    /// Who the person is in Kommo.
    pub me: Option<UserId>,
    /// The rules.
    pub mapping: Mapping,
    /// Who signs for us; `None` leaves the template's own.
    pub internal: Option<InternalSignatory>,
    /// Where a deal goes when its contract is signed.
    pub stage_when_signed: Option<StageWhenSigned>,
    /// Texts of notes and tasks.
    pub texts: Texts,
}

/// What is in use.
pub async fn chosen(profile: &Profile) -> Result<Chosen, EngineError> {
    let mapping = previews::mapping(profile).await?;
    let (wanted_place, wanted) = (mapping.workspace, mapping.template);
    let known = profile.cache.read(move |reading| {
        let places = facts::get(reading, &facts::WORKSPACES)?.unwrap_or_default();
        let templates = facts::get(reading, &facts::TEMPLATES)?.unwrap_or_default();
        let catalog = FieldCatalog {
            deals: facts::get(reading, &facts::DEAL_FIELDS)?.unwrap_or_default(),
            contacts: facts::get(reading, &facts::CONTACT_FIELDS)?.unwrap_or_default(),
            companies: facts::get(reading, &facts::COMPANY_FIELDS)?.unwrap_or_default(),
        };
        let workspace = places.into_iter().find(|place| place.id == wanted_place);
        let template = templates.into_iter().find(|template| template.id == wanted);
        Ok((workspace, template, catalog, users::all(reading)?, pipelines::all(reading)?))
    });
    let (workspace, template, catalog, mut users, pipelines) = known.await?;
    users.retain(|user| user.is_active);
    let (settings, stages) = (profile.settings(), stages(&pipelines));
    Ok(Chosen { settings, mapping, workspace, template, users, stages, catalog })
}

/// Keeps what a person changed. Sends that are on their way keep the rules that they were clicked with.
pub async fn save(profile: &Profile, new: NewSettings) -> Result<(), EngineError> {
    let NewSettings { me, mapping, internal, stage_when_signed, texts } = new;
    if let Some(internal) = internal.as_ref().filter(|new| profile.settings().internal.as_ref() != Some(*new))
    {
        let users = profile.cache.read(|reading| facts::get(reading, &facts::ONEFLOW_USERS)).await?;
        check_signatory(internal, users.as_deref())?;
    }
    let saved = previews::mapping(profile).await?;
    if saved.template != mapping.template {
        know_template(profile, mapping.template).await?;
    }
    let known = known(profile, mapping.template).await?;
    let mapping = Mapping { internal: internal.clone(), ..mapping };
    let mapping = completed(mapping, &saved, known.as_ref());
    let now = profile.clock.now();
    let mapping = profile.ledger.write(move |writing| save_mapping(writing, mapping, now)).await?;
    profile.settings.change(|settings| {
        settings.mapping = Some(mapping);
        settings.me = me;
        settings.internal = internal;
        settings.stage_when_signed = stage_when_signed;
        settings.texts = texts;
    })?;
    profile.tell(Event::DealsChanged(Vec::new()));
    Ok(())
}

/// Another template was chosen: it is read now, so that the next preview knows it.
async fn know_template(profile: &Profile, id: TemplateId) -> Result<(), EngineError> {
    let as_user = profile.oneflow().as_user(profile.settings().oneflow_email.as_str());
    let template = profile.heard_oneflow(as_user.template(id, Call::person()).await)?;
    let template = template.ok_or(EngineError::TemplateGone)?;
    if !template.is_active {
        return Err(SetupError::TemplateInactive { template: template.name }.into());
    }
    let owner = match template.template_type {
        Some(owner) => profile.heard_oneflow(as_user.template_type(owner, Call::person()).await)?,
        None => None,
    };
    let now = profile.clock.now();
    let write = profile.cache.write(move |writing| {
        let mut templates = facts::get(writing, &facts::TEMPLATES)?.unwrap_or_default();
        templates.retain(|known| known.id != template.id);
        templates.push(template);
        facts::set(writing, &facts::TEMPLATES, &templates, now)?;
        let owners: Vec<TemplateType> = owner.into_iter().collect();
        facts::set(writing, &facts::TEMPLATE_TYPES, &owners, now)
    });
    Ok(write.await?)
}

/// What the cache knows of a template, with its type.
#[derive(Debug, Clone)]
struct KnownTemplate {
    template: Template,
    owner: Option<TemplateType>,
}

async fn known(profile: &Profile, id: TemplateId) -> Result<Option<KnownTemplate>, EngineError> {
    let read = profile.cache.read(move |reading| {
        let mut templates = facts::get(reading, &facts::TEMPLATES)?.unwrap_or_default().into_iter();
        let mut types = facts::get(reading, &facts::TEMPLATE_TYPES)?.unwrap_or_default().into_iter();
        let template = templates.find(|template| template.id == id);
        Ok(template.map(|template| {
            let owner = types.find(|owner| Some(owner.id) == template.template_type);
            KnownTemplate { template, owner }
        }))
    });
    Ok(read.await?)
}

/// Rules as a person left them, with what a person does not see: the template's type and its own texts. Where those
/// are not known they stay as they were saved.
fn completed(mapping: Mapping, saved: &Mapping, known: Option<&KnownTemplate>) -> Mapping {
    if let Some(KnownTemplate { template, owner }) = known
        && (owner.is_some() || template.template_type.is_none())
    {
        return with_owner(mapping, owner.as_ref());
    }
    let fields = mapping.fields.into_iter().map(|field| {
        let known = saved.fields.iter().find(|known| known.custom_id == field.custom_id);
        FieldRule { own: known.map_or(field.own, |known| known.own.clone()), ..field }
    });
    let fields = fields.collect();
    Mapping { template_type: saved.template_type, fields, ..mapping }
}

/// The rules as rules for the data fields of `owner`, with the texts that its template has of its own.
pub(super) fn with_owner(mapping: Mapping, owner: Option<&TemplateType>) -> Mapping {
    let own = |custom_id: &str| {
        let mut fields = owner.iter().flat_map(|owner| &owner.data_fields);
        fields.find(|field| field.custom_id == custom_id).map(|field| field.value.clone())
    };
    let fields = mapping.fields.into_iter();
    let fields = fields.map(|field| FieldRule { own: own(&field.custom_id).unwrap_or_default(), ..field });
    Mapping { fields: fields.collect(), template_type: owner.map(|owner| owner.id), ..mapping }
}

/// Saves rules as a new version, unless they say what is in use already; returns what is in use then.
pub(crate) fn save_mapping(
    writing: &LedgerWriting<'_>,
    mapping: Mapping,
    now: Timestamp,
) -> Result<Mapping, StoreError> {
    match mappings::latest(writing)?.filter(|saved| saved.is_same_rules(&mapping)) {
        Some(saved) => Ok(saved),
        None => mappings::save(writing, mapping, now),
    }
}

/// The Oneflow account, as last seen.
pub async fn oneflow_account(profile: &Profile) -> Result<Option<OneflowAccount>, EngineError> {
    Ok(profile.cache.read(|reading| facts::get(reading, &facts::ONEFLOW_ACCOUNT)).await?)
}

#[cfg(test)]
mod tests {
    use domain::{DataField, TemplateTypeId, WorkspaceId, mapping::Rule, template::FieldSource};

    use super::*;

    fn template(template_type: Option<i64>) -> Template {
        Template {
            id: TemplateId(1),
            name: "Konsultavtal".to_owned(),
            is_active: true,
            template_type: template_type.map(TemplateTypeId),
            extension_type: None,
            workspaces: Vec::new(),
            delivery_channels: Vec::new(),
            sign_methods: Vec::new(),
            has_products: false,
        }
    }

    fn owner(own: &str) -> TemplateType {
        let field = DataField {
            custom_id: "plan".to_owned(),
            name: "Plan".to_owned(),
            description: String::new(),
            placeholder: String::new(),
            value: own.to_owned(),
            source: FieldSource::User,
            is_active: true,
        };
        TemplateType {
            id: TemplateTypeId(5),
            name: "T".to_owned(),
            extension_type: None,
            data_fields: vec![field],
        }
    }

    fn mapping(template_type: Option<i64>, own: &str) -> Mapping {
        let field = FieldRule {
            custom_id: "plan".to_owned(),
            label: "Plan".to_owned(),
            rule: Rule::empty(),
            is_required: false,
            own: own.to_owned(),
        };
        Mapping {
            version: 1,
            workspace: WorkspaceId(1),
            template: TemplateId(1),
            template_type: template_type.map(TemplateTypeId),
            name: String::new(),
            subject: String::new(),
            message: String::new(),
            company: Rule::empty(),
            plan: Rule::empty(),
            fields: vec![field],
            internal: None,
        }
    }

    #[test]
    fn what_a_person_does_not_see_comes_from_the_template_else_from_what_was_saved() {
        let known = |kind: Option<i64>, owner| Some(KnownTemplate { template: template(kind), owner });
        for (known, expected, why) in [
            (
                known(Some(5), Some(owner("Basic"))),
                (Some(5), "Basic"),
                "the template's own text as it is now",
            ),
            (known(None, None), (None, ""), "a template without a type has no data fields"),
            (known(Some(5), None), (Some(9), "saved"), "its type was not read"),
            (None, (Some(9), "saved"), "it is not known"),
        ] {
            let typed = mapping(None, "");
            let done = completed(typed, &mapping(Some(9), "saved"), known.as_ref());
            let found = (done.template_type.map(|id| id.0), done.fields[0].own.as_str());
            assert_eq!(found, expected, "{why}");
        }
    }
}
