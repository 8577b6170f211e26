//! A new token for a connected account.

use http::Call;
use kommo::KommoAddress;
use secrecy::SecretString;
use vault::SecretName;

use super::{SetupError, connect};
use crate::{EngineError, Event, Profile, app::App, health::Service, profile::Clients};

/// Replaces the Kommo token of the open profile by another of the same account, and goes on at once.
pub async fn replace_kommo_token(app: &App, token: SecretString) -> Result<(), EngineError> {
    let profile = app.profile()?;
    let settings = profile.settings();
    let address = KommoAddress::parse(&settings.kommo_address)
        .map_err(|_| SetupError::AddressInvalid { address: settings.kommo_address.clone() })?;
    let (client, account) = connect::kommo_account(app.network(), app.now(), &address, &token).await?;
    if account.id != settings.kommo_account {
        return Err(SetupError::OtherAccount(Service::Kommo).into());
    }
    let token_ends = kommo::claims(&token).ok().and_then(|claims| claims.expires_at);
    keep(app, SecretName::KommoToken, token).await?;
    go_on(&profile, Service::Kommo, |clients| {
        clients.kommo = client;
        clients.kommo_token_ends = token_ends;
    });
    Ok(())
}

/// Replaces the Oneflow token of the open profile by another of the same account, and goes on at once.
pub async fn replace_oneflow_token(app: &App, token: SecretString) -> Result<(), EngineError> {
    let profile = app.profile()?;
    let settings = profile.settings();
    let (client, account) =
        connect::oneflow_account(app.network(), app.now(), &settings.oneflow_address, &token).await?;
    if account.id != settings.oneflow_account {
        return Err(SetupError::OtherAccount(Service::Oneflow).into());
    }
    let as_user = client.as_user(settings.oneflow_email.as_str());
    let ping = as_user.ping(Call::person()).await;
    ping.map_err(|error| match SetupError::of(Service::Oneflow, &error) {
        SetupError::Unauthorized(_) => SetupError::UserUnknown { email: settings.oneflow_email.clone() },
        other => other,
    })?;
    keep(app, SecretName::OneflowToken, token).await?;
    go_on(&profile, Service::Oneflow, |clients| clients.oneflow = client);
    Ok(())
}

/// The keychain first: a token that is not kept would be gone with the process.
async fn keep(app: &App, name: SecretName, token: SecretString) -> Result<(), EngineError> {
    let place = app.open_place().await?;
    Ok(place.vault.write(&place.name, name, token).await?)
}

/// Everything that waited for the token goes on.
fn go_on(profile: &Profile, service: Service, change: impl FnOnce(&mut Clients)) {
    change(&mut profile.clients.write().expect("BUG: nothing panics while it holds this lock"));
    if profile.health.report(service, None, profile.clock.now()) {
        profile.tell(Event::HealthChanged);
    }
    profile.wake_all();
}
