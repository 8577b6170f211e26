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
    /// RFC 3339.
    pub since: String,
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
    /// A colleague's contract stands. Slot: `contract`.
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
