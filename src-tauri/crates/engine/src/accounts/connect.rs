//! Tests what was typed against the two services, and keeps what they answered.

use std::sync::Arc;

use domain::{
    Deal, KommoAccount, Pipeline, StageId, Timestamp, Workspace,
    template::{OneflowAccount, OneflowUser},
};
use futures::future;
use http::Call;
use jiff::tz::TimeZone;
use kommo::{DealQuery, Kommo, KommoAddress};
use oneflow::{ContractFilter, Oneflow};
use secrecy::{ExposeSecret, SecretString};

use super::{
    SetupError, connection,
    kept::{Kept, KommoLists, OneflowLists},
};
use crate::{app::Network, health::Service};

/// A clock that is this many minutes off makes tokens and certificates look invalid, or will soon.
const MOST_MINUTES_OFF: i64 = 5;
/// Of so many pipelines the first page of won deals is counted: a test has to answer within two seconds
/// (ui.md §5), at five calls a second.
const PIPELINES_COUNTED: usize = 6;
/// Rows of one page of deals (`api/kommo.md §5.1`): a full page may not be the last.
const PAGE: usize = 250;

/// A Kommo account that answered.
#[derive(Debug, Clone)]
pub(crate) struct KommoTried {
    pub(crate) address: KommoAddress,
    pub(crate) token: SecretString,
    pub(crate) client: Kommo,
    pub(crate) account: KommoAccount,
    pub(crate) token_ends: Option<Timestamp>,
    /// When it was tested, by our clock.
    pub(super) at: Timestamp,
    pub(super) pipelines: Vec<Pipeline>,
    /// Won deals of the first pages.
    pub(super) won: Vec<Deal>,
    pub(super) has_more: bool,
    /// What later steps read.
    pub(super) lists: Arc<KommoLists>,
}

/// A Oneflow account that answered. The client speaks as the anonymous admin.
#[derive(Debug, Clone)]
pub(crate) struct OneflowTried {
    /// As it is stored.
    pub(crate) address: String,
    pub(crate) token: SecretString,
    pub(crate) client: Oneflow,
    pub(crate) account: OneflowAccount,
    /// Lower case.
    pub(crate) email: String,
    /// When it was tested, by our clock.
    pub(super) at: Timestamp,
    pub(super) has_hidden_workspaces: bool,
    /// What the test and later steps read.
    pub(super) lists: Arc<OneflowLists>,
}

/// Asks who is behind a Kommo token.
pub(super) async fn kommo_account(
    network: &Network,
    now: Timestamp,
    address: &KommoAddress,
    token: &SecretString,
) -> Result<(Kommo, KommoAccount), SetupError> {
    if token.expose_secret().trim().is_empty() {
        return Err(SetupError::TokenMalformed(Service::Kommo));
    }
    let client = network.kommo(address.clone(), token)?;
    let answer = client.account(Call::person()).await;
    let answer = answer.map_err(|error| match SetupError::of_typed(Service::Kommo, &error) {
        SetupError::Unauthorized(_) => why_refused(token, now),
        other => other,
    })?;
    check_clock(answer.server_time, now)?;
    Ok((client, answer.account))
}

/// What a refused token tells about itself: most are expired or not copied as a whole.
fn why_refused(token: &SecretString, now: Timestamp) -> SetupError {
    match kommo::claims(token) {
        Err(_) => SetupError::TokenMalformed(Service::Kommo),
        Ok(claims) => match claims.expires_at {
            Some(end) if end <= now => SetupError::TokenExpired { day: end.to_zoned(TimeZone::UTC).date() },
            Some(_) | None => SetupError::Unauthorized(Service::Kommo),
        },
    }
}

/// The service's clock against ours.
fn check_clock(theirs: Option<Timestamp>, ours: Timestamp) -> Result<(), SetupError> {
    let minutes = theirs.map_or(0, |theirs| theirs.duration_since(ours).as_mins().abs());
    if minutes > MOST_MINUTES_OFF { Err(SetupError::ClockWrong { minutes: Some(minutes) }) } else { Ok(()) }
}

/// Tests a Kommo address and token, and looks at what is there.
pub(super) async fn kommo(
    network: &Network,
    now: Timestamp,
    address: &str,
    token: SecretString,
) -> Result<KommoTried, SetupError> {
    let address = KommoAddress::parse(address)
        .map_err(|_| SetupError::AddressInvalid { address: address.trim().to_owned() })?;
    let (client, account) = kommo_account(network, now, &address, &token).await?;
    let failed = |error: http::Error| SetupError::of(Service::Kommo, &error);
    let pipelines = client.pipelines(Call::person()).await.map_err(failed)?;
    let counted = pipelines.iter().take(PIPELINES_COUNTED).map(|pipeline| {
        let query = DealQuery { stage: Some((pipeline.id, StageId::WON)), ..DealQuery::default() };
        let mut walk = client.deals(query);
        async move { walk.next(Call::person()).await }
    });
    let pages = future::try_join_all(counted).await.map_err(failed)?;
    let pages: Vec<Vec<Deal>> = pages.into_iter().flatten().collect();
    let has_more = pipelines.len() > PIPELINES_COUNTED || pages.iter().any(|page| page.len() >= PAGE);
    let token_ends = kommo::claims(&token).ok().and_then(|claims| claims.expires_at);
    let won = pages.into_iter().flatten().collect();
    let lists = Arc::default();
    Ok(KommoTried { address, token, client, account, token_ends, at: now, pipelines, won, has_more, lists })
}

/// Asks who is behind a Oneflow token.
pub(super) async fn oneflow_account(
    network: &Network,
    now: Timestamp,
    address: &str,
    token: &SecretString,
) -> Result<(Oneflow, OneflowAccount), SetupError> {
    let is_typed = address != oneflow::DEFAULT_ADDRESS;
    let failed = |error: http::Error| {
        let of = if is_typed { SetupError::of_typed } else { SetupError::of };
        of(Service::Oneflow, &error)
    };
    let token = oneflow::parse_token(token.expose_secret())
        .map_err(|_| SetupError::TokenMalformed(Service::Oneflow))?;
    let address = oneflow::parse_address(address)
        .map_err(|_| SetupError::AddressInvalid { address: address.trim().to_owned() })?;
    let client = network.oneflow(address, token)?;
    check_clock(client.ping(Call::person()).await.map_err(failed)?, now)?;
    let account = client.account(Call::person()).await.map_err(failed)?;
    Ok((client, account))
}

/// Tests a Oneflow token, address (empty for the usual one) and user, and looks at what is there.
pub(super) async fn oneflow(
    network: &Network,
    now: Timestamp,
    address: &str,
    token: SecretString,
    email: &str,
) -> Result<OneflowTried, SetupError> {
    let address = match address.trim() {
        "" => oneflow::DEFAULT_ADDRESS,
        typed => typed,
    };
    let (client, account) = oneflow_account(network, now, address, &token).await?;
    let email = email.trim().to_lowercase();
    let users = check_user(&client, &email).await?;
    let as_user = client.as_user(email.as_str());
    let (templates, has_hidden_workspaces) =
        future::join(connection::templates_of(&as_user), hides_contracts(&client, &as_user)).await;
    let failed = |error: http::Error| SetupError::of(Service::Oneflow, &error);
    let lists = OneflowLists {
        users: Kept::of(users),
        templates: Kept::of(templates.map_err(failed)?),
        ..OneflowLists::default()
    };
    Ok(OneflowTried {
        address: address.to_owned(),
        token,
        client,
        account,
        email,
        at: now,
        has_hidden_workspaces: has_hidden_workspaces.map_err(failed)?,
        lists: Arc::new(lists),
    })
}

/// The e-mail must be of an active user: contracts are made in their name.
async fn check_user(client: &Oneflow, email: &str) -> Result<Option<Vec<OneflowUser>>, SetupError> {
    let unknown = || SetupError::UserUnknown { email: email.to_owned() };
    if !domain::text::is_email(email) {
        return Err(unknown());
    }
    // A ping that names a user is refused if there is none (`api/oneflow.md §3.1`).
    match client.as_user(email).ping(Call::person()).await {
        Ok(_) => {}
        Err(http::Error::Refused(refusal)) if matches!(refusal.status, 400 | 401 | 403 | 404) => {
            return Err(unknown());
        }
        Err(error) => return Err(SetupError::of(Service::Oneflow, &error)),
    }
    let users =
        connection::users_of(client).await.map_err(|error| SetupError::of(Service::Oneflow, &error))?;
    let is_known = |users: &Vec<OneflowUser>| users.iter().any(|user| user.email == email && user.is_active);
    if users.as_ref().is_some_and(|users| !users.is_empty() && !is_known(users)) {
        return Err(unknown());
    }
    Ok(users)
}

/// [`sees_less`], where the two may be compared; a comparison that is refused shows no proof that all is seen.
async fn hides_contracts(anonymous: &Oneflow, as_user: &Oneflow) -> Result<bool, http::Error> {
    match sees_less(anonymous, as_user).await {
        Err(http::Error::Refused(_)) => Ok(true),
        answer => answer,
    }
}

/// Whether a call without a user sees less than the user does. Looks for duplicates are made without a user, on the
/// guess that it sees every workspace (`api/oneflow.md §1`).
async fn sees_less(anonymous: &Oneflow, as_user: &Oneflow) -> Result<bool, http::Error> {
    let (filter, call) = (ContractFilter::default(), Call::person());
    let (all, own, all_places, own_places) = future::try_join4(
        anonymous.count_contracts(&filter, call),
        as_user.count_contracts(&filter, call),
        anonymous.workspaces(call),
        as_user.workspaces(call),
    )
    .await?;
    let is_less = all.zip(own).is_some_and(|(all, own)| all < own);
    let is_hidden = |place: &Workspace| !all_places.iter().any(|seen| seen.id == place.id);
    Ok(is_less || own_places.iter().any(is_hidden))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_may_be_a_few_minutes_off() {
        let ours: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        for (theirs, expected) in [
            (None, Ok(())),
            (Some("2026-11-22T12:05:59Z"), Ok(())),
            (Some("2026-11-22T11:55:00Z"), Ok(())),
            (Some("2026-11-22T12:06:00Z"), Err(SetupError::ClockWrong { minutes: Some(6) })),
            (Some("2026-11-21T12:00:00Z"), Err(SetupError::ClockWrong { minutes: Some(1440) })),
        ] {
            let theirs = theirs.map(|time| time.parse().unwrap());
            assert_eq!(check_clock(theirs, ours), expected, "{theirs:?}");
        }
    }

    #[test]
    fn a_refused_token_tells_what_is_wrong_with_it() {
        // Payloads: {"exp":1700000000}, {"exp":4000000000}, {}.
        for (token, expected) in [
            (
                "x.eyJleHAiOjE3MDAwMDAwMDB9.x",
                SetupError::TokenExpired { day: jiff::civil::date(2023, 11, 14) },
            ),
            ("x.eyJleHAiOjQwMDAwMDAwMDB9.x", SetupError::Unauthorized(Service::Kommo)),
            ("x.e30.x", SetupError::Unauthorized(Service::Kommo)),
            ("half a tok", SetupError::TokenMalformed(Service::Kommo)),
        ] {
            let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
            assert_eq!(why_refused(&SecretString::from(token), now), expected, "{token}");
        }
    }
}
