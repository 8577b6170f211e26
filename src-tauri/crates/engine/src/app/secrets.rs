//! The secrets of one profile, as the keychain has them.

use secrecy::{ExposeSecret, SecretString};
use vault::{SecretName, VaultError};

use super::place::Place;

/// What the keychain has. A missing token waits to be entered; it never means "no account".
#[derive(Debug, Clone, Default)]
pub(crate) struct Secrets {
    pub(crate) kommo: Option<SecretString>,
    pub(crate) oneflow: Option<SecretString>,
    /// The installation that this profile belongs to.
    pub(crate) seat: Option<domain::SeatId>,
}

impl Secrets {
    /// Reads all three. An error means that the keychain did not answer, not that there is nothing.
    pub(crate) async fn read(place: &Place) -> Result<Self, VaultError> {
        let seat = read(place, SecretName::SeatId).await?;
        Ok(Self {
            kommo: read(place, SecretName::KommoToken).await?,
            oneflow: read(place, SecretName::OneflowToken).await?,
            seat: seat.and_then(|seat| seat.expose_secret().parse().ok()),
        })
    }
}

/// A damaged secret has to be entered again, like a missing one.
async fn read(place: &Place, name: SecretName) -> Result<Option<SecretString>, VaultError> {
    match place.vault.read(&place.name, name).await {
        Err(VaultError::Damaged(damage)) => {
            tracing::warn!(secret = name.as_str(), %damage, "a secret in the keychain is damaged");
            Ok(None)
        }
        answer => answer,
    }
}

/// Keeps both tokens.
pub(crate) async fn write_tokens(
    place: &Place,
    kommo: SecretString,
    oneflow: SecretString,
) -> Result<(), VaultError> {
    place.vault.write(&place.name, SecretName::KommoToken, kommo).await?;
    place.vault.write(&place.name, SecretName::OneflowToken, oneflow).await
}
