//! Errors as they cross to the web view: a code, its slots, and nothing that was not meant to be read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// An error as the web view sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{code:?}")]
#[serde(rename_all = "camelCase")]
pub struct IpcError {
    /// Key of the words.
    pub code: ErrorCode,
    /// Values for the slots of the words.
    pub params: BTreeMap<String, String>,
    /// When trying again makes sense.
    #[ts(type = "number | null")]
    pub retry_after_ms: Option<u64>,
    /// Found again in the log, for support: where nobody foresaw what went wrong.
    pub incident: Option<String>,
}

impl IpcError {
    /// An error without slots.
    pub fn new(code: ErrorCode) -> Self {
        Self { code, params: BTreeMap::new(), retry_after_ms: None, incident: None }
    }

    /// The same error with one more slot filled.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "ids, numbers and texts alike, without an ampersand")]
    pub fn with(mut self, slot: &str, value: impl ToString) -> Self {
        self.params.insert(slot.to_owned(), value.to_string());
        self
    }
}

impl From<ErrorCode> for IpcError {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

impl ErrorCode {
    /// Whether only the log can say what happened.
    pub(crate) fn is_unexpected(self) -> bool {
        matches!(self, Self::Internal | Self::BadRequest | Self::AnswerUnreadable | Self::FileTrouble)
    }
}

/// Everything that can be said to have gone wrong. A code more needs words in every language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// No connection.
    Offline,
    /// The name in the address is not known.
    AddressUnknown,
    /// The address is not one of the service's. Slot: `address`.
    AddressInvalid,
    /// A proxy or antivirus reads the traffic, and this computer does not trust its certificate.
    TlsInspected,
    /// The computer's clock is wrong. Slot: `minutes`.
    ClockWrong,
    /// The service did not answer in time.
    TimedOut,
    /// The service is in trouble. Slot: `service`.
    ServiceTrouble,
    /// The service answered something that cannot be read. Slot: `service`.
    AnswerUnreadable,
    /// The service asked to slow down. Slot: `service`.
    RateLimited,
    /// Kommo refused the token.
    KommoUnauthorized,
    /// The Kommo token has expired. Slot: `day`.
    KommoTokenExpired,
    /// What was pasted is not a Kommo token.
    KommoTokenMalformed,
    /// The Kommo account is not paid.
    KommoPlan,
    /// The token may not do that in Kommo.
    KommoForbidden,
    /// Kommo has blocked this address for a while.
    KommoBlocked,
    /// The token belongs to another Kommo account.
    KommoOtherAccount,
    /// Oneflow refused the token.
    OneflowUnauthorized,
    /// What was pasted is not a Oneflow token (40 characters).
    OneflowTokenMalformed,
    /// The e-mail is no user of the Oneflow account. Slot: `email`.
    OneflowUserUnknown,
    /// The Oneflow plan does not allow it.
    OneflowPlan,
    /// The user may not do that in Oneflow.
    OneflowForbidden,
    /// The token belongs to another Oneflow account.
    OneflowOtherAccount,
    /// The template is switched off. Slot: `template`.
    TemplateInactive,
    /// The template is gone.
    TemplateGone,
    /// An e-mail address cannot receive mail. Slot: `email`.
    RecipientInvalid,
    /// A contract for this deal is out. Slots: `contract`, `state`.
    AlreadySent,
    /// A send of this deal is on its way.
    AlreadySending,
    /// The deal changed since the preview was seen.
    PreviewChanged,
    /// Problems stop the send.
    PreviewBlocked,
    /// It has left; it cannot be undone any more.
    TooLateToUndo,
    /// That decision is no longer open.
    DecisionClosed,
    /// The deal is gone.
    DealGone,
    /// The contract is not visible.
    ContractGone,
    /// The signed PDF is not ready yet.
    PdfNotReady,
    /// The keychain is locked.
    KeychainLocked,
    /// There is no keychain.
    KeychainAbsent,
    /// The keychain refused.
    KeychainRefused,
    /// No space is left on the disk.
    DiskFull,
    /// The data was written by a newer version.
    DatabaseNewer,
    /// The data could not be read and was set aside.
    DatabaseDamaged,
    /// Another Countersign uses this data.
    AlreadyRunning,
    /// A file could not be read or written.
    FileTrouble,
    /// The file is not a set-up of Countersign.
    NotASetupFile,
    /// Nothing is connected.
    NotConnected,
    /// A field could not be created; an administrator must. Slot: `field`.
    NeedsAdministrator,
    /// The request does not fit; a fault of ours.
    BadRequest,
    /// A fault of ours.
    Internal,
}
