//! The list of won deals.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ContractRow, MoneyDto, NeedCode, Said, SendDto};

/// Which deals, in which order, and which slice of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DealsQuery {
    /// To send, or all.
    pub scope: DealScope,
    /// As typed; searches in all when not empty.
    pub search: String,
    /// Only those of the person who is "me".
    pub mine: bool,
    /// Ids; empty for any.
    pub pipelines: Vec<String>,
    /// Ids of users; empty for any.
    pub owners: Vec<String>,
    /// Empty for any.
    pub statuses: Vec<DealStatusKind>,
    /// First day, `yyyy-mm-dd`.
    pub won_from: Option<String>,
    /// Last day, `yyyy-mm-dd`.
    pub won_to: Option<String>,
    /// By what.
    pub sort: DealSort,
    /// Largest or newest first.
    pub descending: bool,
    /// Rows to leave out at the start.
    pub offset: u32,
    /// At most 100.
    pub limit: u32,
}

/// Which deals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DealScope {
    /// No contract, field empty, not set aside.
    ToSend,
    /// All, with status.
    All,
}

/// Order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DealSort {
    /// Name of the deal.
    Name,
    /// Name of the company.
    Company,
    /// Name of the main contact.
    Contact,
    /// Price.
    Amount,
    /// Name of the pipeline.
    Pipeline,
    /// Name of the owner.
    Owner,
    /// When it was won.
    WonOn,
}

/// A slice of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DealsPage {
    /// At most `limit`.
    pub rows: Vec<DealRow>,
    /// Where the slice starts.
    pub offset: u32,
    /// How many deals were found.
    pub total: u32,
    /// How many are to send.
    pub to_send: u32,
    /// How many won deals there are.
    pub won: u32,
    /// When the deals were last known to be complete.
    pub as_of: Option<String>,
}

/// One deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DealRow {
    /// Kommo's id.
    pub id: String,
    /// May be empty.
    pub name: String,
    /// May be empty.
    pub company: String,
    /// May be empty.
    pub contact: String,
    /// `None` where Kommo shows no price.
    pub amount: Option<MoneyDto>,
    /// Its name.
    pub pipeline: String,
    /// Their name; empty where users cannot be read.
    pub owner: String,
    /// RFC 3339.
    pub won_on: Option<String>,
    /// Of its contract.
    pub status: DealStatus,
}

/// How the contract of a deal stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case", tag = "kind", rename_all_fields = "camelCase")]
pub enum DealStatus {
    /// Can be sent.
    Ready,
    /// The undo time runs.
    Leaving {
        /// Which send.
        send: String,
    },
    /// Waits for its turn or for a connection.
    Queued {
        /// Which send.
        send: String,
    },
    /// On its way.
    Sending {
        /// Which send.
        send: String,
    },
    /// A person must look.
    NeedsAttention {
        /// Which send, where it is one.
        send: Option<String>,
        /// Why.
        why: Option<Said<NeedCode>>,
    },
    /// Out.
    Awaiting {
        /// Which.
        contract: String,
        /// How many have signed.
        signed: u32,
        /// How many must sign.
        signatories: u32,
    },
    /// The signing period has passed.
    Expired {
        /// Which.
        contract: String,
    },
    /// Signed by all.
    Signed {
        /// Which.
        contract: String,
    },
    /// Declined.
    Declined {
        /// Which.
        contract: String,
    },
    /// Kommo's field names a contract that this app did not send.
    Elsewhere {
        /// What stands in the field.
        contract: String,
    },
    /// Taken off the list.
    SetAside,
}

/// The kinds of [`DealStatus`], for the filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DealStatusKind {
    /// Can be sent.
    Ready,
    /// Leaving, queued or on its way.
    Sending,
    /// A person must look.
    NeedsAttention,
    /// Out.
    Awaiting,
    /// The signing period has passed.
    Expired,
    /// Signed by all.
    Signed,
    /// Declined.
    Declined,
    /// Sent by something else.
    Elsewhere,
    /// Taken off the list.
    SetAside,
}

/// What the list can be narrowed by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DealFilters {
    /// With at least one deal.
    pub pipelines: Vec<Choice>,
    /// With at least one deal.
    pub owners: Vec<Choice>,
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Choice {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// Names one deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DealRequest {
    /// Which.
    pub deal: String,
}

/// One deal with everything that was sent for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DealDetail {
    /// As in the list.
    pub row: DealRow,
    /// The newest send, where there is one.
    pub send: Option<SendDto>,
    /// Newest first.
    pub contracts: Vec<ContractRow>,
}

/// Takes deals off the list, or puts them back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetAsideRequest {
    /// Which.
    pub deals: Vec<String>,
    /// Off or back.
    pub aside: bool,
}

/// Takes all deals off the list that were won before a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetAsideBeforeRequest {
    /// `yyyy-mm-dd`.
    pub day: String,
}

/// How many deals were taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetAsideAnswer {
    /// That many.
    pub count: u32,
}
