//! Two accounts that can be asked: those that were just typed in, or those of the open profile.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    Deal, FullDeal, KommoAccount, Mapping, Pipeline, StageId, Template, TemplateType, TemplateTypeId,
    Timestamp, User, Workspace, deal::CustomField, mapping::FieldCatalog, template::OneflowUser,
};
use futures::future;
use http::{Call, Error};
use jiff::SignedDuration;
use kommo::{DealQuery, FieldOwner, Kommo, Users};
use oneflow::{CreateChoices, Oneflow, TemplateFilter};
use store::{mappings, pipelines};

use super::{
    KommoTried, OneflowTried,
    kept::{Kept, KommoLists, OneflowLists},
    session::WorkspaceTemplates,
};
use crate::{EngineError, Profile, deals, previews::has_marker_fields};

/// Both accounts, with what is known of them without asking.
#[derive(Debug, Clone)]
pub(crate) struct Connection {
    pub(super) kommo: Kommo,
    pub(super) account: KommoAccount,
    pub(super) pipelines: Vec<Pipeline>,
    /// As the anonymous admin.
    pub(super) oneflow: Oneflow,
    /// The user in whose name contracts are made.
    pub(super) email: String,
    /// The rules in use, or those of a colleague's file.
    pub(super) saved: Option<Mapping>,
    won: Won,
    kommo_lists: Arc<KommoLists>,
    oneflow_lists: Arc<OneflowLists>,
}

/// Where the deal comes from that a proposal is shown on.
#[derive(Debug, Clone)]
enum Won {
    /// The first pages of a test.
    Seen { deals: Vec<Deal>, has_more: bool, now: Timestamp },
    /// The cache of the open profile.
    Cached(Arc<Profile>),
}

/// A won deal of a large account is looked for among those of the last month.
const RECENT: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Connection {
    /// The accounts that were typed in.
    pub(super) fn typed(
        kommo: &KommoTried,
        oneflow: &OneflowTried,
        saved: Option<Mapping>,
        now: Timestamp,
    ) -> Self {
        Self {
            kommo: kommo.client.clone(),
            account: kommo.account.clone(),
            pipelines: kommo.pipelines.clone(),
            oneflow: oneflow.client.clone(),
            email: oneflow.email.clone(),
            saved,
            won: Won::Seen { deals: kommo.won.clone(), has_more: kommo.has_more, now },
            kommo_lists: Arc::clone(&kommo.lists),
            oneflow_lists: Arc::clone(&oneflow.lists),
        }
    }

    /// The same accounts, for a proposal that nobody looks at.
    pub(super) fn without_deals(self) -> Self {
        let now = Timestamp::UNIX_EPOCH;
        Self { won: Won::Seen { deals: Vec::new(), has_more: false, now }, ..self }
    }

    /// The accounts of the open profile.
    pub(super) async fn open(profile: Arc<Profile>) -> Result<Self, EngineError> {
        let saved = profile.ledger.read(mappings::latest).await?;
        let pipelines = profile.cache.read(pipelines::all).await?;
        Ok(Self {
            kommo: profile.kommo(),
            account: profile.kommo_account().await?,
            pipelines,
            oneflow: profile.oneflow().as_anonymous_admin(),
            email: profile.settings().oneflow_email.clone(),
            saved,
            won: Won::Cached(profile),
            kommo_lists: Arc::default(),
            oneflow_lists: Arc::default(),
        })
    }

    /// Oneflow as the user in whose name contracts are made.
    pub(super) fn as_user(&self) -> Oneflow {
        self.oneflow.as_user(self.email.as_str())
    }

    /// Everybody in Kommo; `None` where the token may not see them.
    pub(super) async fn users(&self) -> Result<Option<Vec<User>>, EngineError> {
        let reading = async {
            match self.kommo.users(Call::person()).await.map_err(EngineError::kommo)? {
                Users::Shown(users) => Ok(Some(users)),
                Users::NotAllowed => Ok(None),
            }
        };
        self.kommo_lists.users.or_read(reading).await
    }

    /// Workspaces with the templates that the user may make contracts from.
    pub(super) async fn templates(&self) -> Result<Vec<WorkspaceTemplates>, EngineError> {
        let reading = async { templates_of(&self.as_user()).await.map_err(EngineError::oneflow) };
        self.oneflow_lists.templates.or_read(reading).await
    }

    /// Oneflow's users; `None` where the token may not see them.
    pub(super) async fn oneflow_users(&self) -> Result<Option<Vec<OneflowUser>>, EngineError> {
        let reading = async { users_of(&self.oneflow).await.map_err(EngineError::oneflow) };
        self.oneflow_lists.users.or_read(reading).await
    }

    /// The same as they are now.
    pub(super) async fn oneflow_users_now(&self) -> Result<Option<Vec<OneflowUser>>, EngineError> {
        self.oneflow_lists.users.forget_if(|_| true).await;
        self.oneflow_users().await
    }

    /// The type of a template, with its data fields.
    pub(super) async fn type_of(&self, template: &Template) -> Result<Option<TemplateType>, EngineError> {
        let Some(id) = template.template_type else { return Ok(None) };
        let known = self.oneflow_lists.types.lock().await.get(&id).cloned();
        if known.is_some() { Ok(known) } else { self.type_now(id).await }
    }

    /// A type as it is now.
    pub(super) async fn type_now(&self, id: TemplateTypeId) -> Result<Option<TemplateType>, EngineError> {
        let answer = self.as_user().template_type(id, Call::person()).await.map_err(EngineError::oneflow)?;
        let mut types = self.oneflow_lists.types.lock().await;
        match answer.clone() {
            Some(answer) => types.insert(id, answer),
            None => types.remove(&id),
        };
        Ok(answer)
    }

    /// All custom fields that a rule can take a value from.
    pub(super) async fn catalog(&self) -> Result<FieldCatalog, EngineError> {
        let KommoLists { deal_fields, contact_fields, company_fields, .. } = &*self.kommo_lists;
        let (deals, contacts, companies) = future::try_join3(
            self.fields(deal_fields, FieldOwner::Deals),
            self.fields(contact_fields, FieldOwner::Contacts),
            self.fields(company_fields, FieldOwner::Companies),
        )
        .await?;
        Ok(FieldCatalog { deals, contacts, companies })
    }

    /// The custom fields of deals as they are now.
    pub(super) async fn deal_fields_now(&self) -> Result<Vec<CustomField>, EngineError> {
        let kept = &self.kommo_lists.deal_fields;
        kept.forget_if(|_| true).await;
        self.fields(kept, FieldOwner::Deals).await
    }

    async fn fields(
        &self,
        kept: &Kept<Vec<CustomField>>,
        owner: FieldOwner,
    ) -> Result<Vec<CustomField>, EngineError> {
        let reading =
            async { self.kommo.custom_fields(owner, Call::person()).await.map_err(EngineError::kommo) };
        kept.or_read(reading).await
    }

    /// Fields that the app wants and did not find may have been made meanwhile: their lists are read again when they
    /// are asked for next.
    pub(super) async fn look_again_for_missing_fields(&self) {
        let lacks_field = |fields: &Vec<CustomField>| deals::contract_field_of(fields).is_none();
        self.kommo_lists.deal_fields.forget_if(lacks_field).await;
        self.oneflow_lists.types.lock().await.retain(|_, owner| has_marker_fields(owner));
    }

    /// The newest won deal with the people and the company around it, to show a mapping on.
    pub(super) async fn newest_won(&self) -> Result<Option<FullDeal>, EngineError> {
        match &self.won {
            Won::Cached(profile) => deals::newest(profile).await,
            Won::Seen { deals, has_more, now } => {
                let since = has_more.then(|| *now - RECENT);
                self.kommo_lists.newest_won.or_read(self.newest_of(deals, since)).await
            }
        }
    }

    /// The newest of `deals`, and of those that were won `since`.
    async fn newest_of(
        &self,
        deals: &[Deal],
        since: Option<Timestamp>,
    ) -> Result<Option<FullDeal>, EngineError> {
        let mut deals = deals.to_vec();
        if let Some(since) = since {
            deals.extend(self.recently_won(since).await?);
        }
        match deals.into_iter().max_by_key(|deal| (deal.closed_at, deal.id)) {
            Some(deal) => Ok(Some(self.with_people(deal).await?)),
            None => Ok(None),
        }
    }

    /// Pages come in the order of their changes, so the newest of a large account are not on the first.
    async fn recently_won(&self, since: Timestamp) -> Result<Vec<Deal>, EngineError> {
        for pipeline in &self.pipelines {
            let stage = Some((pipeline.id, StageId::WON));
            let query = DealQuery { stage, closed_since: Some(since), ..DealQuery::default() };
            let page = self.kommo.deals(query).next(Call::person()).await.map_err(EngineError::kommo)?;
            let page = page.unwrap_or_default();
            if !page.is_empty() {
                return Ok(page);
            }
        }
        Ok(Vec::new())
    }

    async fn with_people(&self, deal: Deal) -> Result<FullDeal, EngineError> {
        let contacts: Vec<_> = deal.contacts.iter().map(|link| link.id).collect();
        let companies: Vec<_> = deal.company.into_iter().collect();
        let (contacts, companies) = future::try_join(
            self.kommo.contacts_by_ids(&contacts, Call::person()),
            self.kommo.companies_by_ids(&companies, Call::person()),
        )
        .await
        .map_err(EngineError::kommo)?;
        Ok(FullDeal::new(deal, contacts, companies.into_iter().next(), None))
    }
}

/// Workspaces with active templates, as Oneflow offers them for making contracts; put together from the lists where
/// that one call is refused.
pub(super) async fn templates_of(as_user: &Oneflow) -> Result<Vec<WorkspaceTemplates>, Error> {
    match as_user.create_choices(Call::person()).await {
        Ok(choices) => Ok(choices.into_iter().map(WorkspaceTemplates::from).collect()),
        Err(Error::Refused(_) | Error::Unreadable(_)) => listed_templates(as_user).await,
        Err(error) => Err(error),
    }
}

async fn listed_templates(as_user: &Oneflow) -> Result<Vec<WorkspaceTemplates>, Error> {
    let (workspaces, templates) = future::try_join(
        as_user.workspaces(Call::person()),
        as_user.templates(TemplateFilter::default(), Call::person()),
    )
    .await?;
    Ok(group(workspaces, &templates))
}

fn group(workspaces: Vec<Workspace>, templates: &[Template]) -> Vec<WorkspaceTemplates> {
    let places = workspaces.into_iter().map(|workspace| {
        let here = templates.iter().filter(|template| template.workspaces.contains(&workspace.id));
        let templates = here.filter(|template| template.is_active).cloned().collect();
        WorkspaceTemplates { workspace, templates }
    });
    places.collect()
}

impl From<CreateChoices> for WorkspaceTemplates {
    fn from(choices: CreateChoices) -> Self {
        // A template may come without its workspaces when it comes inside one.
        let here = choices.workspace.id;
        let templates =
            choices.templates.into_iter().filter(|template| template.is_active).map(|mut template| {
                if template.workspaces.is_empty() {
                    template.workspaces.push(here);
                }
                template
            });
        Self { templates: templates.collect(), workspace: choices.workspace }
    }
}

/// Each template once, however many workspaces offer it.
pub(super) fn each_once(places: &[WorkspaceTemplates]) -> Vec<Template> {
    let all = places.iter().flat_map(|place| &place.templates);
    let by_id: BTreeMap<_, _> = all.map(|template| (template.id, template.clone())).collect();
    by_id.into_values().collect()
}

/// Oneflow's users; `None` where they are not shown.
pub(super) async fn users_of(oneflow: &Oneflow) -> Result<Option<Vec<OneflowUser>>, Error> {
    match oneflow.users(Call::person()).await {
        Ok(users) => Ok(Some(users)),
        Err(Error::Refused(refusal)) if matches!(refusal.status, 403 | 404) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use domain::{TemplateId, WorkspaceId};

    use super::*;

    fn template(id: i64, workspaces: &[i64], is_active: bool) -> Template {
        Template {
            id: TemplateId(id),
            name: id.to_string(),
            is_active,
            template_type: None,
            extension_type: None,
            workspaces: workspaces.iter().copied().map(WorkspaceId).collect(),
            delivery_channels: Vec::new(),
            sign_methods: Vec::new(),
            has_products: false,
        }
    }

    #[test]
    fn lists_are_put_together_like_the_choices_of_one_call() {
        let workspace = |id| Workspace { id: WorkspaceId(id), name: id.to_string() };
        let templates = [template(1, &[10, 20], true), template(2, &[20], true), template(3, &[10], false)];
        let places = group(vec![workspace(10), workspace(20)], &templates);
        let ids: Vec<Vec<i64>> =
            places.iter().map(|place| place.templates.iter().map(|one| one.id.0).collect()).collect();
        assert_eq!(ids, [vec![1], vec![1, 2]]);
        assert_eq!(each_once(&places).len(), 2);
    }
}
