//! Why a pass over the deals ended early.

use store::StoreError;

use crate::EngineError;

/// Why a pass ended early. What it had read by then is kept.
#[derive(Debug, thiserror::Error)]
pub(super) enum Interruption {
    /// A person stopped it.
    #[error("a person stopped it")]
    Stopped,
    /// Something failed.
    #[error(transparent)]
    Failed(#[from] EngineError),
}

impl From<StoreError> for Interruption {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}
