//! What can go wrong with a keychain, as decisions.

use std::{error::Error, fmt, sync::Arc};

/// Why a secret could not be read or written. None of these ever means "there is no such secret".
#[derive(Debug, Clone, thiserror::Error)]
pub enum VaultError {
    /// The computer offers no keychain, or its service does not run. On Linux a Secret Service is missing (packages
    /// `gnome-keyring` or `kwalletmanager`); on Windows the session has no credential store.
    #[error("no keychain service answers")]
    Absent(#[source] RefusedBy),
    /// The keychain is there but closed, or the person declined to open it.
    #[error("the keychain is locked")]
    Locked(#[source] RefusedBy),
    /// The keychain did not answer in time; often its window waits behind ours. A write may still have happened.
    #[error("the keychain did not answer in time")]
    TimedOut,
    /// The entries are there but do not make up a secret. It has to be entered again.
    #[error("the secret in the keychain is damaged: {0}")]
    Damaged(Damage),
    /// The keychain answered with a failure of its own.
    #[error("the keychain refused")]
    Refused(#[source] RefusedBy),
    /// An empty secret, or one longer than any token.
    #[error("this cannot be kept as a secret")]
    Unfit,
}

/// What is wrong with a damaged secret, for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The header cannot be understood, or stands there twice.
    #[error("its header is unreadable")]
    Header,
    /// The header names a part that is not there.
    #[error("a part is missing")]
    PartMissing,
    /// A part is no text, or stands there twice.
    #[error("a part is unreadable")]
    PartUnreadable,
    /// Length or checksum differ from the header.
    #[error("its checksum differs")]
    Checksum,
}

/// The keychain's own words, for the log. Built only from errors that carry no data of an entry.
#[derive(Clone)]
pub struct RefusedBy(Arc<dyn Error + Send + Sync>);

impl RefusedBy {
    pub(crate) fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(Arc::from(error.into()))
    }
}

impl fmt::Debug for RefusedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for RefusedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for RefusedBy {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}
