//! What can go wrong in a use case. Each variant is something the interface says differently.

use domain::{ContractId, ContractState, SendId};

pub use store::StoreError;
pub use vault::VaultError;

use crate::health::Service;

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The ledger or the cache.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A call to a service.
    #[error("{service}: {error}")]
    Call {
        /// Which.
        service: Service,
        /// What went wrong.
        error: http::Error,
    },
    /// The keychain.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A file of the profile.
    #[error("a file of the profile: {0}")]
    File(#[from] std::io::Error),
    /// Nothing is connected, or set-up has not come so far.
    #[error("nothing is connected")]
    NotConnected,
    /// Another process uses the profile.
    #[error("another process uses this profile")]
    AlreadyRunning,
    /// The deal is gone.
    #[error("the deal is gone")]
    DealGone,
    /// The contract is not visible.
    #[error("the contract is not visible")]
    ContractGone,
    /// A contract for this deal is out.
    #[error("contract {contract} of this deal is out")]
    AlreadySent {
        /// The newest one.
        contract: ContractId,
        /// How it stands.
        state: ContractState,
    },
    /// A send of this deal is on its way.
    #[error("send {0} of this deal is on its way")]
    AlreadySending(SendId),
    /// What was seen is not what would be sent now.
    #[error("the preview changed since it was seen")]
    PreviewChanged,
    /// Problems stop the send.
    #[error("problems stop the send")]
    PreviewBlocked,
    /// It has left; it cannot be undone any more.
    #[error("it has left")]
    TooLateToUndo,
    /// That decision is no longer open.
    #[error("that decision is no longer open")]
    DecisionClosed,
    /// The template is gone.
    #[error("the template is gone")]
    TemplateGone,
    /// The signed PDF is not ready.
    #[error("the signed PDF is not ready")]
    PdfNotReady,
    /// Something typed in set-up does not fit.
    #[error(transparent)]
    Setup(#[from] crate::accounts::SetupError),
    /// An id that names nothing; a fault of ours.
    #[error("a request names something that is not there")]
    BadRequest,
}

impl EngineError {
    /// An error of a Kommo call.
    pub(crate) fn kommo(error: http::Error) -> Self {
        Self::Call { service: Service::Kommo, error }
    }

    /// An error of a Oneflow call.
    pub(crate) fn oneflow(error: http::Error) -> Self {
        Self::Call { service: Service::Oneflow, error }
    }
}
