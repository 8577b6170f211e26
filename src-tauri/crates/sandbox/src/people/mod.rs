//! What people do in Kommo and Oneflow while the app looks on: clients sign and decline, colleagues edit, move and
//! delete. The sample-data bar and the tests order it; neither service has an API for most of it.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

mod in_kommo;
mod in_oneflow;

use crate::oneflow::{ContractState, Illegal};
use crate::shared::Shared;

/// One thing that somebody does. As JSON: `{"act": "sign", "contract": null}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// The client signs; with a `participant` only that one, else all undecided signatories, the counterparty's
    /// first, so that the contract ends signed. Without a `contract` the newest pending one made through the API.
    Sign {
        /// Which contract.
        #[serde(default)]
        contract: Option<i64>,
        /// Which signatory.
        #[serde(default)]
        participant: Option<i64>,
    },
    /// A signatory declines: the one named, else the counterparty's first undecided one.
    Decline {
        /// Which contract; the newest pending one made through the API when absent.
        #[serde(default)]
        contract: Option<i64>,
        /// Which signatory.
        #[serde(default)]
        participant: Option<i64>,
    },
    /// The signing period ends now.
    DeadlinePasses {
        /// Which contract; the newest pending one made through the API when absent.
        #[serde(default)]
        contract: Option<i64>,
    },
    /// The counterparty's first participant opens the contract.
    Visit {
        /// Which contract; the newest pending one made through the API when absent.
        #[serde(default)]
        contract: Option<i64>,
    },
    /// The counterparty's first participant comments.
    Comment {
        /// Which contract; the newest pending one made through the API when absent.
        #[serde(default)]
        contract: Option<i64>,
        /// What is said.
        body: String,
    },
    /// A colleague gives a new signing period; an overdue contract comes back.
    ExtendDeadline {
        /// Which contract.
        contract: i64,
        /// Days from its publication, or from now when it was overdue.
        days: i64,
    },
    /// A colleague changes a contract in the web app.
    EditContract {
        /// Which contract.
        contract: i64,
        /// Its new name.
        #[serde(default)]
        name: Option<String>,
        /// New values of data fields, by custom id.
        #[serde(default)]
        data_fields: Vec<(String, String)>,
    },
    /// A colleague deletes a contract in the web app, whatever its state.
    DeleteContract {
        /// Which contract.
        contract: i64,
    },
    /// A colleague copies a contract: a draft with the same values, markers included.
    CopyContract {
        /// Which contract.
        contract: i64,
    },
    /// A colleague publishes a draft in the web app.
    PublishContract {
        /// Which contract.
        contract: i64,
    },
    /// A colleague changes a deal's card.
    EditDeal {
        /// Which deal.
        deal: i64,
        /// Its new name.
        #[serde(default)]
        name: Option<String>,
        /// Its new price.
        #[serde(default)]
        price: Option<Decimal>,
        /// Its new owner.
        #[serde(default)]
        responsible_user_id: Option<i64>,
        /// New values of custom fields by name; null clears.
        #[serde(default)]
        fields: Vec<(String, Value)>,
    },
    /// A colleague moves a deal to another stage.
    MoveDeal {
        /// Which deal.
        deal: i64,
        /// The stage.
        status_id: i64,
        /// The pipeline; its own when absent.
        #[serde(default)]
        pipeline_id: Option<i64>,
    },
    /// A colleague puts a deal into the trash.
    DeleteDeal {
        /// Which deal.
        deal: i64,
    },
    /// A colleague takes a deal out of the trash.
    RestoreDeal {
        /// Which deal.
        deal: i64,
    },
    /// A colleague copies a deal, custom fields included.
    CopyDeal {
        /// Which deal.
        deal: i64,
    },
    /// A colleague merges two deals: the loser disappears.
    MergeDeals {
        /// The deal that stays.
        deal: i64,
        /// The deal that goes.
        loser: i64,
    },
    /// A colleague changes a contact's card.
    EditContact {
        /// Which contact.
        contact: i64,
        /// Its new name.
        #[serde(default)]
        name: Option<String>,
        /// Its only e-mail afterwards; an empty text takes all away.
        #[serde(default)]
        email: Option<String>,
    },
    /// A colleague renames a company.
    EditCompany {
        /// Which company.
        company: i64,
        /// Its new name.
        name: String,
    },
    /// A colleague rewrites a note.
    EditNote {
        /// Which note.
        note: i64,
        /// Its new text.
        text: String,
    },
    /// A colleague deletes a note.
    DeleteNote {
        /// Which note.
        note: i64,
    },
    /// A colleague deletes a task.
    DeleteTask {
        /// Which task.
        task: i64,
    },
    /// An administrator switches a template on or off.
    SetTemplateActive {
        /// Which template.
        template: i64,
        /// Whether contracts can be made from it.
        active: bool,
    },
    /// An administrator takes a data field away from a template type.
    RemoveDataField {
        /// Which template type.
        template_type: i64,
        /// Which field.
        custom_id: String,
    },
    /// An administrator takes a deal's custom field away, values included.
    RemoveCustomField {
        /// Its name.
        name: String,
    },
    /// An administrator revokes all tokens of a service.
    RevokeToken {
        /// Which service.
        service: Service,
    },
    /// An administrator makes a new token.
    IssueToken {
        /// Which service.
        service: Service,
    },
    /// Kommo's support lifts the block of all addresses.
    Unblock,
}

/// One of the two services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// Kommo.
    Kommo,
    /// Oneflow.
    Oneflow,
}

/// What an act touched or made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acted {
    /// The contract acted on, or made.
    pub contract: Option<i64>,
    /// Its state afterwards.
    pub state: Option<ContractState>,
    /// The deal acted on, or made.
    pub deal: Option<i64>,
    /// A new token.
    pub token: Option<String>,
}

/// Why an act cannot be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// No contract was named, and none made through the API waits for signatures.
    #[error("no pending contract")]
    NoPendingContract,
    /// What was named does not exist.
    #[error("there is no {0} with this id")]
    Unknown(&'static str),
    /// The contract has nobody left to decide.
    #[error("nobody is left to decide")]
    NobodyToDecide,
    /// The contract's state does not allow it.
    #[error("the contract is {0:?}")]
    InState(ContractState),
}

impl From<Illegal> for ActError {
    fn from(illegal: Illegal) -> Self {
        match illegal {
            Illegal::NoContract => Self::Unknown("contract"),
            Illegal::NoParticipant => Self::NobodyToDecide,
            Illegal::InState(state) => Self::InState(state),
        }
    }
}

/// Does it.
pub(crate) fn act(shared: &Shared, act: Act) -> Result<Acted, ActError> {
    let now = shared.clock.now();
    let world = &mut *shared.world();
    world.oneflow.settle(now);
    if let Some(outcome) = in_oneflow::act(world, &act, now) {
        return outcome;
    }
    in_kommo::act(world, act, now)
}
