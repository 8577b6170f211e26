//! Secrets in the keychain of the operating system (`design.md §7`): both tokens and the seat id.
//!
//! [`Vault`] is all that others see. It is cheap to clone and keeps secrets either in the keychain or, for sample data
//! and tests, in memory. What it promises:
//!
//! * A secret that cannot be read is a [`VaultError`], never `None`. `None` means that the keychain answered and has
//!   no such secret.
//! * A write that is cut short, by a crash or a refusal, leaves the old secret or the new one, never a mixture
//!   (`parts` tells how).
//! * No call blocks an async thread, and none waits longer than the patience given to [`Vault::system`].
//! * There is no other place for secrets: without a keychain the answer is [`VaultError::Absent`], never a file.
//!
//! To store one more secret, add a variant to [`SecretName`]; nothing else changes.

mod entries;
mod error;
mod keychain;
mod name;
mod parts;
mod system;
#[cfg(test)]
mod testing;
mod vault;

pub use error::{Damage, RefusedBy, VaultError};
pub use name::{NotAProfileName, ProfileName, SecretName};
pub use vault::Vault;
