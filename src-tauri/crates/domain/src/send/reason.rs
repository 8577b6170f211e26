//! Why a send stands where it stands: typed, stored with it, worded by the interface.

use serde::{Deserialize, Serialize};

use crate::{id::ContractId, preview::Slot};

/// What went wrong with the call before a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Cause {
    /// No connection, DNS or TLS failure.
    Offline,
    /// The service asked to slow down.
    RateLimited,
    /// The token was refused.
    Unauthorized,
    /// The call could not start within 5 s of its intent.
    TooLate,
    /// No answer in time.
    TimedOut,
    /// The line broke while the service answered.
    LineCut,
    /// The service failed, or answered with something unexpected.
    ServerFault {
        /// HTTP status.
        status: u16,
    },
    /// The answer could not be read.
    Unreadable,
    /// The app ended while the call was on its way.
    AppEnded,
    /// The outcome could not be stored.
    NotStored,
}

/// A value that goes into the contract and is different now from what was seen at the click.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Difference {
    /// A text changed.
    Value {
        /// Where.
        slot: Slot,
        /// At the click.
        seen: String,
        /// Now.
        now: String,
    },
    /// The deal was deleted or cannot be seen any more.
    DealGone,
    /// The deal left the ready stages.
    DealNotReady,
    /// The template was deleted or cannot be seen any more.
    TemplateGone,
    /// The template was switched off.
    TemplateInactive,
    /// Something else in the contract changed: its template, its options, or what blocks it.
    Contents,
}

/// A service said no, with no effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Why.
    pub reason: RefusalReason,
    /// HTTP status.
    pub status: u16,
    /// Paths and texts of the service, where it told them.
    pub problems: Vec<FieldProblem>,
    /// To quote to the service's support.
    pub request_id: Option<String>,
}

/// What kind of no it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// 400, 422: something in the contract is not accepted.
    Invalid,
    /// 402: the plan does not allow it.
    Plan,
    /// 403: the user may not do it.
    Forbidden,
    /// 404: the template, workspace or contract is not there.
    NotFound,
}

/// One entry of `parameter_problems` (`api/oneflow.md §1.1`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    /// E.g. `parties[0].participants[0].email`.
    pub path: String,
    /// The service's words.
    pub text: String,
}

/// Why only a person can say how a send goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum NeedsReason {
    /// A colleague's draft for the same deal is still a draft ten minutes after it was found.
    ColleaguesDraft {
        /// Theirs.
        contract: ContractId,
        /// Somebody here decided about it, and Oneflow did not let our user do it.
        #[serde(default)]
        is_out_of_reach: bool,
    },
    /// The colleague's draft that a person chose is gone; ours was not sent.
    TheirsGone,
    /// The marker stands in none of its places.
    MarkerMissing,
    /// Two minutes of looking did not show our own contract.
    OwnNotVisible,
    /// Two contracts of one generation are out.
    TwoContractsOut {
        /// The other one.
        contract: ContractId,
    },
    /// The looks after a loss cannot answer.
    CannotTell,
    /// The draft is no longer there.
    DraftRemoved,
    /// The deal was deleted after its draft was made.
    DealGone,
    /// The draft was changed by somebody else.
    DraftChanged,
    /// The deal's field names another contract.
    FieldNamesOther {
        /// What stands there.
        text: String,
    },
    /// A newer contract of the deal appeared.
    NewerContract {
        /// It.
        contract: ContractId,
    },
    /// The app was closed for more than ten minutes after the click.
    LongClosed,
    /// The ledger was copied from another computer or restored.
    Restored,
}

impl NeedsReason {
    /// A colleague's draft about which nobody has decided yet.
    pub fn colleagues_draft(contract: ContractId) -> Self {
        Self::ColleaguesDraft { contract, is_out_of_reach: false }
    }

    /// Whether a person is asked about this draft of a colleague.
    pub fn is_about_draft(&self, theirs: ContractId) -> bool {
        matches!(self, Self::ColleaguesDraft { contract, .. } if *contract == theirs)
    }
}
