//! What waits for a person.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Said, SendDto, WriteBackDto};

/// One thing that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NeedDto {
    /// Names the row.
    pub id: String,
    /// What happened.
    pub why: Said<NeedCode>,
    /// Of the deal.
    pub deal: String,
    /// Name of the deal.
    pub deal_name: String,
    /// Company on the contract.
    pub company: String,
    /// The contract, where one is known.
    pub contract: Option<String>,
    /// The send, where it is one.
    pub send: Option<SendDto>,
    /// The piece of work, where it is one.
    pub write_back: Option<WriteBackDto>,
    /// The draft that somebody left behind, where it is one. That of a send stands with the send.
    pub draft: Option<TheirsDto>,
    /// What a person can decide about the draft or the vanished contract, the most likely first.
    pub choices: Vec<ContractChoice>,
    /// RFC 3339.
    pub since: String,
}

/// A draft that somebody else made, beside what would be sent from here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TheirsDto {
    /// The draft.
    pub contract: String,
    /// Who stands on our side of it; empty where Oneflow does not say.
    pub person: String,
    /// It was made on this computer, by a click that has ended.
    pub is_own: bool,
    /// When it was made, by Oneflow's clock. RFC 3339.
    pub created_at: Option<String>,
    /// When this computer last looked at it. RFC 3339.
    pub seen_at: String,
    /// Whether it reads back exactly as its author saw it: only then can it be sent from here.
    pub can_publish: bool,
    /// Both sets of values, in the order of the preview.
    pub values: Vec<BothSides>,
}

/// One value on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BothSides {
    /// Which value, as in a preview.
    pub slot: String,
    /// Name of the data field, where it is one.
    pub label: String,
    /// What would be sent from here; `null` where nothing would.
    pub mine: Option<String>,
    /// What stands in their draft; `null` where Oneflow does not show it.
    pub theirs: Option<String>,
    /// Whether the two differ.
    pub differs: bool,
}

/// A person's decision about a draft that was left behind, or about a contract that vanished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettleContractRequest {
    /// Which.
    pub contract: String,
    /// What.
    pub choice: ContractChoice,
    /// A `UUIDv7` made by the web view before the call, for the send that publishes a draft.
    pub send: String,
}

/// What a person can decide about a contract that no send of this computer waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ContractChoice {
    /// Look at it again.
    LookAgain,
    /// Publish the draft as it is.
    PublishTheirs,
    /// Delete the draft.
    DiscardTheirs,
    /// It was removed in Oneflow: forget it, and let the deal be sent again.
    Removed,
}

/// Why something stopped or waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NeedCode {
    /// Something changed since the click; nothing was created.
    Differences,
    /// Oneflow does not accept something in the contract. Slots: `path`, `text`.
    Invalid,
    /// The plan does not allow it.
    Plan,
    /// The user may not do it.
    Forbidden,
    /// The template, workspace or draft is gone.
    NotFound,
    /// A colleague's draft stays a draft. Slot: `contract`.
    ColleaguesDraft,
    /// The same, and Oneflow did not let our user send or delete it. Slot: `contract`.
    TheirsOutOfReach,
    /// The colleague's draft that was chosen is gone; ours was not sent.
    TheirsGone,
    /// A draft was left behind. Slots: `contract`, `person`.
    DraftLeft,
    /// The marker stands in none of its places.
    MarkerMissing,
    /// Our own contract is not shown.
    OwnNotVisible,
    /// Two contracts are out. Slot: `contract`.
    TwoContractsOut,
    /// It cannot be told whether it was sent.
    CannotTell,
    /// The draft was removed.
    DraftRemoved,
    /// The deal was deleted after its draft was made.
    DealGone,
    /// The draft was changed by somebody.
    DraftChanged,
    /// The deal's field names another contract. Slot: `text`.
    FieldNamesOther,
    /// A newer contract appeared. Slot: `contract`.
    NewerContract,
    /// The app was closed for long after the click.
    LongClosed,
    /// The ledger was copied or restored.
    Restored,
    /// A colleague's contract stands. Slots: `contract`, `person`.
    Superseded,
    /// A write-back was left alone.
    WriteBackParked,
    /// A contract is not visible in Oneflow any more.
    ContractVanished,
}

/// Does a parked write-back after all, or drops it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WriteBackRequest {
    /// Which.
    pub id: String,
    /// Try again, or leave it for good.
    pub again: bool,
}
