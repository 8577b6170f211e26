//! One click on "Send contract".

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{MoneyDto, NeedCode, Said, TheirsDto};
use crate::error::IpcError;

/// The click.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SendRequest {
    /// A `UUIDv7` made by the web view before the call; the same id is the same click.
    pub send: String,
    /// Whose contract.
    pub deal: String,
    /// The preview that was seen.
    pub preview: String,
    /// The contract that it replaces, as in the preview's request.
    pub replaces: Option<String>,
    /// As in the preview's request.
    pub edits: BTreeMap<String, String>,
}

/// Several clicks that leave together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SendSeveralRequest {
    /// A `UUIDv7` made by the web view before the call; the same id is the same batch.
    pub batch: String,
    /// One for each deal.
    pub clicks: Vec<SendRequest>,
}

/// Names one batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BatchRef {
    /// Which.
    pub batch: String,
}

/// Several clicks that were made as one. How each goes on is told by the events of its send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BatchDto {
    /// Its id.
    pub id: String,
    /// What was accepted, in the order of the clicks.
    pub sends: Vec<SendDto>,
    /// What was not, with the reason of each; only in the answer to the click itself.
    pub refused: Vec<RefusedClick>,
    /// Whether at least one of them can still be undone.
    pub can_undo: bool,
}

/// A click of a batch that was not accepted. Nothing of it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RefusedClick {
    /// The click.
    pub send: String,
    /// Whose contract.
    pub deal: String,
    /// Why.
    pub error: IpcError,
}

/// Names one send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SendRef {
    /// Which.
    pub send: String,
}

/// A person's decision about a send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettleRequest {
    /// Which.
    pub send: String,
    /// What.
    pub choice: SettleChoice,
}

/// What a person can decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SettleChoice {
    /// Look at both services again.
    LookAgain,
    /// Go on with what was clicked.
    SendNow,
    /// Try again what was refused.
    TryAgain,
    /// It was sent: the contract that was found is ours and is out.
    Adopt,
    /// Publish the colleague's draft.
    PublishTheirs,
    /// Delete the colleague's draft and send mine.
    DiscardTheirs,
    /// It is dealt with in Oneflow: our contract stands.
    Accept,
    /// Give up; our draft is deleted.
    GiveUp,
    /// Nothing was made of it, and nothing shall be.
    Leave,
}

/// One send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SendDto {
    /// Its id.
    pub id: String,
    /// The batch it was clicked with.
    pub batch: Option<String>,
    /// Whose contract.
    pub deal: String,
    /// Name of the deal.
    pub deal_name: String,
    /// The company on the contract.
    pub company: String,
    /// Name of the client's signatory.
    pub recipient: String,
    /// Where the invitation goes.
    pub email: String,
    /// Price of the deal.
    pub amount: Option<MoneyDto>,
    /// Where it stands.
    pub state: SendStateCode,
    /// What is left of the undo time, while it runs.
    pub hold_left_ms: u32,
    /// The whole undo time.
    pub hold_ms: u32,
    /// Whether it can be undone.
    pub can_undo: bool,
    /// Whether it waits for a connection or a token.
    pub waits: Option<WaitCode>,
    /// The contract, where one is known.
    pub contract: Option<String>,
    /// Why it stopped, was refused, or waits for a person.
    pub why: Option<Said<NeedCode>>,
    /// What changed between the click and the create.
    pub differences: Vec<DifferenceDto>,
    /// The colleague's draft that it waits for, beside what was clicked here.
    pub theirs: Option<TheirsDto>,
    /// What a person can decide now, the most likely first.
    pub choices: Vec<SettleChoice>,
    /// RFC 3339.
    pub clicked_at: String,
    /// RFC 3339.
    pub since: String,
}

/// Where a send stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SendStateCode {
    /// The undo time runs.
    Held,
    /// Waits for its turn.
    Queued,
    /// The create is on its way.
    Creating,
    /// Checking whether it was created.
    CreateUnknown,
    /// The draft is there.
    Created,
    /// Checking the draft.
    Completing,
    /// The publish is on its way.
    Publishing,
    /// Checking whether it was published.
    PublishUnknown,
    /// It is out.
    Published,
    /// Taken back.
    Undone,
    /// Something changed since the click.
    Stopped,
    /// Refused.
    Rejected,
    /// A colleague's contract stands.
    Superseded,
    /// A colleague's draft is being sent, because a person chose it.
    PublishingTheirs,
    /// A colleague's draft is being deleted, because a person chose ours.
    DiscardingTheirs,
    /// A person decides.
    NeedsYou,
    /// Given up.
    GivenUp,
}

/// What a send waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WaitCode {
    /// A connection.
    Offline,
    /// A new token.
    Token,
    /// The service asked to slow down.
    RateLimit,
    /// A trouble of the service.
    Service,
    /// The first look of this computer at everything that is out.
    Contracts,
}

/// A value that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum DifferenceDto {
    /// A text.
    Value {
        /// Which value.
        slot: String,
        /// Name of the data field, where it is one.
        label: String,
        /// At the click.
        seen: String,
        /// Now.
        now: String,
    },
    /// The deal was deleted.
    DealGone,
    /// The deal left the ready stages.
    DealNotReady,
    /// The template was deleted.
    TemplateGone,
    /// The template was switched off.
    TemplateInactive,
    /// Something else in the contract.
    Contents,
}
