//! The first run, as a person types it.

use ipc::{
    IpcError,
    dto::{AppState, KommoTest, OneflowTest, PeopleChoice, Proposal, TemplateChoice},
};
use sandbox::Sandbox;
use serde_json::json;

use super::{Line, Manager as _};
use crate::wait;

/// What a person types in the first two steps.
#[derive(Debug, Clone)]
pub struct Typed {
    /// Kommo's address.
    pub kommo_address: String,
    /// Kommo's token.
    pub kommo_token: String,
    /// Oneflow's address; empty for the usual one.
    pub oneflow_address: String,
    /// Oneflow's token.
    pub oneflow_token: String,
    /// A user of the Oneflow account.
    pub oneflow_email: String,
}

impl Typed {
    /// What is right for a sandbox.
    pub fn for_sandbox(sandbox: &Sandbox) -> Self {
        let (addresses, tokens) = (sandbox.addresses(), sandbox.tokens());
        Self {
            kommo_address: addresses.kommo.clone(),
            kommo_token: tokens.kommo.clone(),
            oneflow_address: addresses.oneflow.clone(),
            oneflow_token: tokens.oneflow.clone(),
            oneflow_email: tokens.oneflow_user_email.clone(),
        }
    }
}

/// Somebody who connects accounts.
#[expect(async_fn_in_trait, reason = "only tests call it, and none of them spawns it")]
pub trait FirstRun: Line + Sized {
    /// "Test Kommo connection".
    async fn test_kommo(&self, typed: &Typed) -> Result<KommoTest, IpcError> {
        self.ask("test_kommo", json!({ "address": typed.kommo_address, "token": typed.kommo_token })).await
    }

    /// "Test Oneflow connection".
    async fn test_oneflow(&self, typed: &Typed) -> Result<OneflowTest, IpcError> {
        let Typed { oneflow_address, oneflow_token, oneflow_email, .. } = typed;
        let payload = json!({ "address": oneflow_address, "token": oneflow_token, "email": oneflow_email });
        self.ask("test_oneflow", payload).await
    }

    /// "Who are you in Kommo?"
    async fn people(&self) -> Result<PeopleChoice, IpcError> {
        self.ask("setup_people", json!({})).await
    }

    /// Workspaces and templates to choose from.
    async fn templates(&self) -> Result<TemplateChoice, IpcError> {
        self.ask("setup_templates", json!({})).await
    }

    /// The mapping proposed for a template, by its names.
    async fn proposal(&self, workspace: &str, template: &str) -> anyhow::Result<Proposal> {
        let choice = self.templates().await?;
        let place = choice.workspaces.iter().find(|place| place.name == workspace);
        let place = place.ok_or_else(|| anyhow::anyhow!("no workspace {workspace} in {choice:?}"))?;
        let chosen = place.templates.iter().find(|one| one.name == template);
        let chosen = chosen.ok_or_else(|| anyhow::anyhow!("no template {template} in {place:?}"))?;
        Ok(self.ask("setup_proposal", json!({ "workspace": place.id, "template": chosen.id })).await?)
    }

    /// "Finish setup" with a proposal as it is.
    async fn finish(&self, user: Option<String>, proposal: &Proposal) -> Result<AppState, IpcError> {
        let payload = json!({
            "user": user,
            "mapping": proposal.mapping,
            "internalName": proposal.internal_name,
            "internalEmail": proposal.internal_email,
            "stageWhenSigned": null,
            "setAsideBefore": null,
        });
        self.ask("finish_setup", payload).await
    }

    /// The whole first run with what is right, and no undo time; ends when all deals are read.
    async fn connect(&self, sandbox: &Sandbox) -> anyhow::Result<()> {
        self.set_up(sandbox).await?;
        self.deals_are_read().await
    }

    /// The same, without waiting for the deals.
    async fn set_up(&self, sandbox: &Sandbox) -> anyhow::Result<()> {
        let typed = Typed::for_sandbox(sandbox);
        self.test_kommo(&typed).await?;
        self.test_oneflow(&typed).await?;
        let people = self.people().await?;
        let proposal = self.proposal("Försäljning", "Konsultavtal 2026").await?;
        self.finish(people.proposed, &proposal).await?;
        self.set_hold(0).await?;
        Ok(())
    }

    /// Waits for the end of the first sync.
    async fn deals_are_read(&self) -> anyhow::Result<()> {
        wait::until_within(wait::PATIENCE * 4, "the first sync", async || {
            let state = self.state().await?;
            Ok((state.as_of.is_some() && state.progress.is_none()).then_some(()))
        })
        .await
    }
}

impl<L: Line> FirstRun for L {}
