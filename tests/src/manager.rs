//! What a manager does, as calls over the line to Rust: the same for an app in this process
//! ([`Seat`](crate::seat::Seat)) and for a program of its own ([`HostProgram`](crate::host::HostProgram)).

use std::collections::BTreeMap;

use ipc::{
    IpcError,
    dto::{
        AppState, ContractDto, ContractStatus, DealDetail, DealsPage, NeedDto, Nothing, PreviewDto, SendDto,
        SendStateCode, SettleChoice, WriteBackCode,
    },
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::{NoContext, Uuid};

use crate::{clock::FastClock, wait};

mod first_run;

pub use first_run::{FirstRun, Typed};

/// Texts typed over values, by slot.
pub type Edits = BTreeMap<String, String>;

/// Carries commands to an app.
pub trait Line: Sync {
    /// Sends one command and reads its answer.
    fn call(
        &self,
        command: &'static str,
        payload: Value,
    ) -> impl Future<Output = Result<Value, IpcError>> + Send;

    /// The same, for the answer that the command is known to have.
    fn ask<Answer: DeserializeOwned>(
        &self,
        command: &'static str,
        payload: Value,
    ) -> impl Future<Output = Result<Answer, IpcError>> + Send {
        async move {
            let answer = self.call(command, payload).await?;
            let text = answer.to_string();
            Ok(serde_json::from_value(answer)
                .unwrap_or_else(|error| panic!("BUG: {command} answered {text}: {error}")))
        }
    }
}

/// Somebody in front of a connected app.
#[expect(async_fn_in_trait, reason = "only tests call it, and none of them spawns it")]
pub trait Manager: Line {
    /// The frame of the window.
    async fn state(&self) -> Result<AppState, IpcError> {
        self.ask("app_state", json!({})).await
    }

    /// Sets the undo time.
    async fn set_hold(&self, seconds: u32) -> Result<AppState, IpcError> {
        let mut chosen = self.state().await?.preferences;
        chosen.hold_seconds = seconds;
        self.ask("set_preferences", json!(chosen)).await
    }

    /// "Refresh".
    async fn refresh(&self) -> Result<(), IpcError> {
        self.ask::<Nothing>("refresh", json!({})).await.map(drop)
    }

    /// A page of the deal list; `query` overrides "all deals, newest first, the first 100".
    async fn deals(&self, query: Value) -> Result<DealsPage, IpcError> {
        let mut asked = json!({
            "scope": "all", "search": "", "mine": false, "pipelines": [], "owners": [], "statuses": [],
            "wonFrom": null, "wonTo": null, "sort": "won_on", "descending": true, "offset": 0, "limit": 100,
        });
        if let (Value::Object(asked), Value::Object(query)) = (&mut asked, query) {
            asked.extend(query);
        }
        self.ask("deals_page", asked).await
    }

    /// One deal with what was sent for it.
    async fn deal(&self, deal: i64) -> Result<DealDetail, IpcError> {
        self.ask("deal", json!({ "deal": deal.to_string() })).await
    }

    /// The preview of a deal.
    async fn preview(&self, deal: i64) -> Result<PreviewDto, IpcError> {
        self.preview_with(deal, None, &Edits::new()).await
    }

    /// The preview of a deal with texts typed over it, or of a new version.
    async fn preview_with(
        &self,
        deal: i64,
        replaces: Option<&str>,
        edits: &Edits,
    ) -> Result<PreviewDto, IpcError> {
        self.ask("preview", json!({ "deal": deal.to_string(), "replaces": replaces, "edits": edits })).await
    }

    /// Looks at a deal and clicks "Send contract".
    async fn send(&self, deal: i64) -> Result<SendDto, IpcError> {
        let seen = self.preview(deal).await?;
        self.click(&seen, &new_send()).await
    }

    /// Clicks "Send contract" on what was seen.
    async fn click(&self, seen: &PreviewDto, send: &str) -> Result<SendDto, IpcError> {
        self.click_with(seen, send, &Edits::new()).await
    }

    /// The same with texts typed over values.
    async fn click_with(&self, seen: &PreviewDto, send: &str, edits: &Edits) -> Result<SendDto, IpcError> {
        let payload = json!({
            "send": send, "deal": seen.deal, "preview": seen.id, "replaces": seen.replaces, "edits": edits,
        });
        self.ask("send", payload).await
    }

    /// Looks at a new version of a deal's contract and sends it.
    async fn send_new_version(&self, deal: i64, replaced: &str) -> Result<SendDto, IpcError> {
        let seen = self.preview_with(deal, Some(replaced), &Edits::new()).await?;
        self.click(&seen, &new_send()).await
    }

    /// "Undo".
    async fn undo(&self, send: &str) -> Result<SendDto, IpcError> {
        self.ask("undo_send", json!({ "send": send })).await
    }

    /// A decision about a send.
    async fn settle(&self, send: &str, choice: SettleChoice) -> Result<SendDto, IpcError> {
        self.ask("settle_send", json!({ "send": send, "choice": choice })).await
    }

    /// What waits for a person.
    async fn needs(&self) -> Result<Vec<NeedDto>, IpcError> {
        self.ask("needs_you", json!({})).await
    }

    /// A contract with everything known of it.
    async fn contract(&self, contract: &str) -> Result<ContractDto, IpcError> {
        self.ask("contract", json!({ "contract": contract })).await
    }

    /// Waits until the newest send of a deal stands somewhere.
    async fn send_is(&self, deal: i64, state: SendStateCode) -> anyhow::Result<SendDto> {
        self.send_becomes(deal, |send| send.state == state, state).await
    }

    /// Waits until the newest send of a deal does not move by itself any more, wherever that is.
    async fn send_ends(&self, deal: i64) -> anyhow::Result<SendDto> {
        self.send_becomes(deal, |send| has_ended(send.state), "any end").await
    }

    /// Waits until the newest send of a deal is as wanted.
    async fn send_becomes(
        &self,
        deal: i64,
        fits: impl Fn(&SendDto) -> bool,
        wanted: impl std::fmt::Debug,
    ) -> anyhow::Result<SendDto> {
        let mut last = None;
        let waited =
            wait::until_within(wait::PATIENCE * 6, format!("the send to be {wanted:?}"), async || {
                last = self.deal(deal).await?.send;
                Ok(last.clone().filter(&fits))
            });
        waited.await.map_err(|error| error.context(format!("the send stands at {last:?}")))
    }

    /// Waits until a contract has a status on screen.
    async fn contract_is(&self, contract: &str, status: ContractStatus) -> anyhow::Result<ContractDto> {
        wait::until_within(wait::PATIENCE * 6, format!("contract {contract} to be {status:?}"), async || {
            let found = self.contract(contract).await?;
            Ok((found.row.status == status).then_some(found))
        })
        .await
    }

    /// Waits until nothing of a contract waits for its turn to be written back.
    async fn all_written_back(&self, contract: &str) -> anyhow::Result<ContractDto> {
        let mut last = Vec::new();
        let waited = wait::until_within(wait::PATIENCE * 6, "everything to be written back", async || {
            let found = self.contract(contract).await?;
            last.clone_from(&found.written_back);
            let is_done = found.written_back.iter().all(|part| part.state != WriteBackCode::Waiting);
            Ok((is_done && !found.written_back.is_empty()).then_some(found))
        });
        waited.await.map_err(|error| error.context(format!("{last:?}")))
    }

    /// Sends a deal's contract and waits until it is out and written back; its id.
    async fn send_and_wait(&self, deal: i64) -> anyhow::Result<String> {
        self.send(deal).await?;
        let send = self.send_is(deal, SendStateCode::Published).await?;
        let contract = send.contract.ok_or_else(|| anyhow::anyhow!("a published send names its contract"))?;
        self.all_written_back(&contract).await?;
        Ok(contract)
    }
}

impl<L: Line> Manager for L {}

/// The id of a click, as the web view makes it.
pub fn new_send() -> String {
    let now = FastClock::real_now();
    let seconds = u64::try_from(now.as_second()).expect("BUG: it is after 1970");
    let nanoseconds = u32::try_from(now.subsec_nanosecond()).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanoseconds)).to_string()
}

/// Whether a send is settled or waits for a person.
fn has_ended(state: SendStateCode) -> bool {
    use SendStateCode as S;
    match state {
        S::Published | S::Undone | S::Stopped | S::Rejected | S::Superseded | S::NeedsYou | S::GivenUp => {
            true
        }
        S::Held
        | S::Queued
        | S::Creating
        | S::CreateUnknown
        | S::Created
        | S::Completing
        | S::Publishing
        | S::PublishUnknown
        | S::PublishingTheirs
        | S::DiscardingTheirs => false,
    }
}
