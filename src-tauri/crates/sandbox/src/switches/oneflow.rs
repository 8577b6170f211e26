//! Oneflow's switches.

use serde::{Deserialize, Serialize};

/// Oneflow's unknowns, from design.md section 8 and api/oneflow.md §5 and §10.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OneflowSwitches {
    /// A new contract is shown in lists only after a time between these two (milliseconds of the sandbox's clock).
    pub shown_late_ms: (u64, u64),
    /// Whether contract ids rise with time.
    pub contract_ids: ContractIds,
    /// Whether rows of a contract list have their `data_fields`.
    pub list_data_fields: Shown,
    /// Whether rows of a contract list have their participants.
    pub list_participants: Shown,
    /// Whether rows of a contract list have `_private_ownerside.custom_id`.
    pub list_custom_ids: Shown,
    /// What becomes of a participant's custom id.
    pub custom_ids: CustomIds,
    /// Where a data field's custom id stands.
    pub data_field_custom_id: DataFieldCustomId,
    /// Whether `filter[data_field_match]` is obeyed.
    pub data_field_filter: Filter,
    /// Whether `filter[participant_custom_id]` is obeyed.
    pub participant_filter: Filter,
    /// `state_updated_time` and `updated_time` of drafts.
    pub draft_times: DraftTimes,
    /// Answer to the publish of what is already published.
    pub second_publish: SecondPublish,
    /// Answer to a publish without subject and message.
    pub empty_publish: EmptyPublish,
    /// Whether a published contract can be deleted.
    pub delete_pending: DeletePending,
    /// Answer to the delete of what is gone.
    pub delete_gone: DeleteGone,
    /// Workspaces that users of `x-oneflow-user-email` cannot see.
    pub hidden_workspaces: Vec<HiddenWorkspace>,
    /// What a call without `x-oneflow-user-email` sees.
    pub anonymous_admin: AnonymousAdmin,
    /// Whether the plan lets contracts be published.
    pub plan: OneflowPlan,
    /// When a required data field without a value is refused.
    pub required_data_fields: RequiredDataFields,
    /// Whether a 429 says when to come back.
    pub retry_after: RetryAfter,
    /// Requests that one token may make in five minutes.
    pub requests_per_window: usize,
    /// How long after creation `_private_ownerside.template_id` stays null (milliseconds of the sandbox's clock).
    pub template_known_after_ms: u64,
    /// How long after a change of state the contract's PDF is not there (milliseconds of the sandbox's clock).
    pub pdf_ready_after_ms: u64,
    /// How a PDF that is not there shows.
    pub pdf_not_ready: PdfNotReady,
}

impl Default for OneflowSwitches {
    fn default() -> Self {
        Self {
            shown_late_ms: (0, 0),
            contract_ids: ContractIds::default(),
            // The one recorded list has parties but no data fields (api/oneflow.md §4).
            list_data_fields: Shown::LeftOut,
            list_participants: Shown::Shown,
            list_custom_ids: Shown::Shown,
            custom_ids: CustomIds::default(),
            data_field_custom_id: DataFieldCustomId::default(),
            data_field_filter: Filter::default(),
            participant_filter: Filter::default(),
            draft_times: DraftTimes::default(),
            second_publish: SecondPublish::default(),
            empty_publish: EmptyPublish::default(),
            delete_pending: DeletePending::default(),
            delete_gone: DeleteGone::default(),
            hidden_workspaces: Vec::new(),
            anonymous_admin: AnonymousAdmin::default(),
            plan: OneflowPlan::default(),
            required_data_fields: RequiredDataFields::default(),
            retry_after: RetryAfter::default(),
            requests_per_window: 2_000,
            template_known_after_ms: 0,
            pdf_ready_after_ms: 0,
            pdf_not_ready: PdfNotReady::default(),
        }
    }
}

readings! {
    /// Order of contract ids.
    ContractIds {
        /// They rise with time.
        Rising,
        /// They are scattered: a later contract may have a lower id.
        Scattered,
    }
    /// Whether a part of a list row is there.
    Shown {
        /// It is.
        Shown,
        /// The key is left out.
        LeftOut,
    }
    /// Where a contract's data field has its custom id (api/oneflow.md §3.9).
    DataFieldCustomId {
        /// Under `_private_ownerside`.
        Ownerside,
        /// At the top of the field.
        TopLevel,
    }
    /// A filter of the contract list.
    Filter {
        /// Is obeyed.
        Honoured,
        /// Has no effect.
        Ignored,
    }
    /// `state_updated_time` and `updated_time` of drafts.
    DraftTimes {
        /// Are set.
        Set,
        /// Are null.
        Null,
    }
    /// Publish of what is already published (api/oneflow.md §5).
    SecondPublish {
        /// 409.
        Conflict,
        /// 200 with the contract, and no second invitation.
        Answered,
    }
    /// Publish without subject and message (api/oneflow.md §3.8).
    EmptyPublish {
        /// 400.
        Refused,
        /// Accepted.
        Accepted,
    }
    /// Delete of a published contract (api/oneflow.md §4.2).
    DeletePending {
        /// 409.
        Refused,
        /// The contract is gone.
        Allowed,
    }
    /// Delete of what is gone (api/oneflow.md §1.1).
    DeleteGone {
        /// 200.
        Answered,
        /// 404.
        NotFound,
    }
    /// What a call without `x-oneflow-user-email` sees (api/oneflow.md §1).
    AnonymousAdmin {
        /// Every workspace.
        SeesAll,
        /// Only what is hidden from nobody.
        SeesAsUser,
    }
    /// Whether the Oneflow plan lets contracts be published (api/oneflow.md §7).
    OneflowPlan {
        /// It does.
        Publishes,
        /// Publish answers 402.
        DraftsOnly,
    }
    /// When a required data field without a value is refused (api/oneflow.md §1.1).
    RequiredDataFields {
        /// At publish.
        AtPublish,
        /// Already at create.
        AtCreate,
    }
    /// Whether Oneflow's 429 says when to come back (api/oneflow.md §1.2).
    RetryAfter {
        /// It does not.
        Absent,
        /// It has a `Retry-After` header.
        Sent,
    }
    /// A PDF that is not there yet (api/oneflow.md §3.11).
    PdfNotReady {
        /// The list of files leaves it out, and reading it answers 404.
        LeftOut,
        /// It is listed and redirected, but the storage host answers 404.
        StorageNotFound,
    }
}

/// A workspace that somebody cannot see: not itself, not its templates, not its contracts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HiddenWorkspace {
    /// Oneflow's id.
    pub workspace: i64,
    /// E-mail of the user from whom it is hidden; every user when absent.
    #[serde(default)]
    pub from: Option<String>,
}

impl HiddenWorkspace {
    /// Hidden from every user.
    pub const fn from_all(workspace: i64) -> Self {
        Self { workspace, from: None }
    }

    /// Hidden from one user.
    pub fn from_user(workspace: i64, email: &str) -> Self {
        Self { workspace, from: Some(email.to_owned()) }
    }

    pub(crate) fn is_from(&self, email: &str) -> bool {
        self.from.as_ref().is_none_or(|from| from.eq_ignore_ascii_case(email))
    }
}

/// What becomes of a participant's `_private_ownerside.custom_id`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CustomIds {
    /// It is stored as sent.
    #[default]
    Kept,
    /// It is cut.
    CutAt {
        /// At so many characters.
        length: usize,
    },
    /// It is not stored.
    Dropped,
}
