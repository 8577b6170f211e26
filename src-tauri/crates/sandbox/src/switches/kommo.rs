//! Kommo's switches.

use serde::{Deserialize, Serialize};

/// api/kommo.md §21.2, and the few that design.md section 8 adds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KommoSwitches {
    /// Shape of the answer to a PATCH of one entity.
    pub single_patch_answer: SinglePatchAnswer,
    /// Answer to `PUT …/files`.
    pub attach_answer: AttachAnswer,
    /// Whether seven requests a second are the limit.
    pub rate_limit: RateLimit,
    /// Form of a 429.
    pub too_many_requests: TooManyRequests,
    /// `custom_fields_values` of an entity without any.
    pub empty_fields: EmptyFields,
    /// How many pairs of `filter[statuses]` count.
    pub status_filter: StatusFilter,
    /// Whether `filter[custom_fields_values]` is obeyed.
    pub field_filter: FieldFilter,
    /// Whether `loss_reason_id` may come with the move to lost.
    pub loss_reason_with_move: LossReasonWithMove,
    /// Whether self links of list items carry the paging query.
    pub self_links: SelfLinks,
    /// What happens to a refresh token that was used.
    pub old_refresh_token: OldRefreshToken,
    /// Whether the host named by the token's `api_domain` serves the account.
    pub api_domain: ApiDomain,
    /// Whether fields required by a stage are enforced on a move.
    pub required_fields: RequiredFields,
    /// What a lead list without a stage filter holds.
    pub plain_list: PlainList,
    /// Form of a price.
    pub price: Price,
    /// Answer to a list of users asked by an administrator.
    pub users: UsersAnswer,
    /// Whether a write counts when its client went away before the answer.
    pub after_time_out: AfterTimeOut,
    /// When `query` finds a new or changed entity.
    pub search_index: SearchIndex,
    /// Form of an attachment note when read.
    pub attachment_note: AttachmentNote,
    /// What a GET of a lead in the trash answers.
    pub deleted_lead: DeletedLead,
    /// Whether the account is paid.
    pub account: AccountPlan,
    /// Note texts are cut at so many characters; never when absent.
    pub note_text_cut_at: Option<usize>,
}

readings! {
    /// Answer to a PATCH of one entity (api/kommo.md §6.1).
    SinglePatchAnswer {
        /// `{id, updated_at, _links}` at the root.
        Root,
        /// The `_embedded` wrapper of a batch.
        Wrapper,
    }
    /// Answer to `PUT …/files` (api/kommo.md §14).
    AttachAnswer {
        /// 202 without a body.
        Accepted,
        /// 200 with `{}`.
        Ok,
    }
    /// Kommo's limit by address (api/kommo.md §18.1).
    RateLimit {
        /// Counted.
        Enforced,
        /// Not counted: for tests that are not about rates. No reading of the real service.
        Off,
    }
    /// Form of Kommo's 429 (api/kommo.md §18.1).
    TooManyRequests {
        /// JSON with `retry_after`.
        Json,
        /// HTML, and a `Retry-After` header.
        Html,
    }
    /// `custom_fields_values` of an entity without any (api/kommo.md §5.4).
    EmptyFields {
        /// `null`.
        Null,
        /// `[]`.
        List,
    }
    /// How many pairs of `filter[statuses]` count (api/kommo.md §5.3).
    StatusFilter {
        /// Only the first pair.
        FirstPair,
        /// All pairs.
        AllPairs,
    }
    /// `filter[custom_fields_values]` (api/kommo.md §5.3).
    FieldFilter {
        /// Has no effect.
        Ignored,
        /// Is obeyed.
        Honoured,
    }
    /// `loss_reason_id` sent with the move to lost (api/kommo.md §6.3).
    LossReasonWithMove {
        /// Checked against the stage the lead moves to.
        Accepted,
        /// Checked against the stage the lead is in.
        Refused,
    }
    /// Self links of entities (api/kommo.md §2).
    SelfLinks {
        /// With `?page=&limit=`.
        WithPaging,
        /// Without.
        Plain,
    }
    /// A refresh token that was used (api/kommo.md §3.2).
    OldRefreshToken {
        /// Dead at once.
        Dead,
        /// Good until the new one is used.
        GoodUntilNewIsUsed,
    }
    /// `/api/v4/account` on the host of the token's `api_domain` (api/kommo.md §3.4).
    ApiDomain {
        /// Serves the account.
        Serves,
        /// Answers 401.
        Unauthorized,
    }
    /// Fields that a stage requires (api/kommo.md §6.3).
    RequiredFields {
        /// Not enforced through the API.
        NotEnforced,
        /// A move without them is refused.
        Enforced,
    }
    /// A lead list without a stage filter (api/kommo.md §5.3).
    PlainList {
        /// Holds all leads.
        AllLeads,
        /// Leaves won and lost ones out.
        OpenOnly,
    }
    /// Form of a price (api/kommo.md §19.3).
    Price {
        /// An integer.
        Whole,
        /// An integer, and `price_with_minor_units` beside it.
        WithMinorUnits,
    }
    /// A list of users asked by an administrator (api/kommo.md §15).
    UsersAnswer {
        /// 200.
        Listed,
        /// 403.
        Forbidden,
    }
    /// A write whose client went away before the answer (api/kommo.md §21.2).
    AfterTimeOut {
        /// Took effect all the same.
        Stored,
        /// Had no effect.
        NotStored,
    }
    /// When `query` finds what is new (api/kommo.md §7.1).
    SearchIndex {
        /// At once.
        Immediate,
        /// One to three seconds later.
        Late,
    }
    /// An attachment note when read (api/kommo.md §12.2).
    AttachmentNote {
        /// With the drive's ids.
        Drive,
        /// `{original_name, attachment}`.
        Legacy,
    }
    /// GET of a lead in the trash (api/kommo.md §5.5).
    DeletedLead {
        /// 204.
        Gone,
        /// The lead with `is_deleted: true`.
        Marked,
    }
    /// Whether the Kommo account is paid.
    AccountPlan {
        /// It is.
        Paid,
        /// Every call answers 402.
        Unpaid,
    }
}
