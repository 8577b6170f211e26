//! The frame of the window.

use engine::{
    app::{Keychain, Mode},
    contracts, deals,
    health::{Condition, Service, Trouble},
    needs,
    preferences::{self, Preferences as Chosen},
    profile::ProfileKind,
    sending,
};

use super::{open, send_shown};
use crate::{
    convert::{id, time},
    dto::{
        AppState, Counts, Density, KeychainState, Link, Nothing, Preferences, ProfileDto, Progress,
        ProgressWork, ServiceState, ThemeChoice,
    },
    error::{ErrorCode, IpcError},
    router::Router,
};

pub(crate) async fn app_state(router: &Router, _: Nothing) -> Result<AppState, IpcError> {
    let app = &router.app;
    let mut state = AppState {
        profile: ProfileDto::None,
        blocked: None,
        keychain: keychain(app.keychain()),
        kommo: service_state(Service::Kommo, Condition::default()),
        oneflow: service_state(Service::Oneflow, Condition::default()),
        counts: Counts::default(),
        unreadable: 0,
        as_of: None,
        progress: None,
        leaving: Vec::new(),
        token_ends: app.token_ends().map(|ends| time(ends.at)),
        preferences: preferences_dto(&app.preferences()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    match app.mode() {
        Mode::Nobody => {}
        Mode::Blocked(error) => state.blocked = Some(IpcError::from(&*error)),
        Mode::Open(profile) => add_profile(router, &profile, &mut state).await?,
    }
    Ok(state)
}

async fn add_profile(
    router: &Router,
    profile: &engine::Profile,
    state: &mut AppState,
) -> Result<(), IpcError> {
    state.profile = profile_dto(profile).await?;
    state.kommo = service_state(Service::Kommo, profile.health().of(Service::Kommo));
    state.oneflow = service_state(Service::Oneflow, profile.health().of(Service::Oneflow));
    let deals = deals::counts(profile).await?;
    let number = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    state.counts = Counts {
        to_send: number(deals.to_send),
        won: number(deals.won),
        awaiting: number(contracts::counts(profile).await?.awaiting),
        unread: number(contracts::activity(profile, 0, 1).await?.unread),
        needs_you: number(needs::count(profile).await?),
    };
    state.unreadable = u32::try_from(profile.odd_rows()).unwrap_or(u32::MAX);
    state.as_of = deals::as_of(profile).await?.map(time);
    state.progress = deals::progress(profile).map(|progress| Progress {
        work: if progress.is_first { ProgressWork::FirstSync } else { ProgressWork::Sync },
        done: progress.done,
        total: progress.total,
    });
    for send in sending::leaving(profile).await? {
        state.leaving.push(send_shown(router, profile, &send).await?);
    }
    Ok(())
}

async fn profile_dto(profile: &engine::Profile) -> Result<ProfileDto, IpcError> {
    let user = profile.settings().me.map(|user| user.to_string());
    let kommo = profile.kommo_account().await.ok();
    let account = kommo.map(|account| account.name).unwrap_or_default();
    if profile.kind() == ProfileKind::Sample {
        return Ok(ProfileDto::Sample { account, user });
    }
    let oneflow = engine::accounts::oneflow_account(profile).await?;
    Ok(ProfileDto::Connected {
        account,
        address: profile.settings().kommo_address.clone(),
        oneflow: oneflow.map(|account| account.name).unwrap_or_default(),
        user,
    })
}

fn keychain(keychain: Keychain) -> KeychainState {
    match keychain {
        Keychain::Ready => KeychainState::Ready,
        Keychain::Locked | Keychain::Refused => KeychainState::Locked,
        Keychain::Absent => KeychainState::Absent,
    }
}

fn service_state(service: Service, condition: Condition) -> ServiceState {
    // A call that waits has not failed: nobody else has told a trouble yet.
    let held = condition.held_until.map(|_| Trouble::Limited);
    let trouble = condition.trouble.or(held).map(|trouble| match (trouble, service) {
        (Trouble::Offline, _) => ErrorCode::Offline,
        (Trouble::TokenRefused, Service::Kommo) => ErrorCode::KommoUnauthorized,
        (Trouble::TokenRefused, Service::Oneflow) => ErrorCode::OneflowUnauthorized,
        (Trouble::Plan, Service::Kommo) => ErrorCode::KommoPlan,
        (Trouble::Plan, Service::Oneflow) => ErrorCode::OneflowPlan,
        (Trouble::Blocked, _) => ErrorCode::KommoBlocked,
        (Trouble::Limited, _) => ErrorCode::RateLimited,
        (Trouble::Failing, _) => ErrorCode::ServiceTrouble,
    });
    ServiceState {
        ok: trouble.is_none(),
        trouble,
        since: condition.since.map(time),
        until: condition.held_until.map(time),
    }
}

pub(crate) async fn set_preferences(router: &Router, chosen: Preferences) -> Result<AppState, IpcError> {
    router.desktop.set_theme(chosen.theme);
    router.app.set_preferences(Chosen {
        language: chosen.language,
        theme: match chosen.theme {
            ThemeChoice::System => preferences::Theme::System,
            ThemeChoice::Light => preferences::Theme::Light,
            ThemeChoice::Dark => preferences::Theme::Dark,
        },
        density: match chosen.density {
            Density::Compact => preferences::Density::Compact,
            Density::Comfortable => preferences::Density::Comfortable,
        },
        letter_keys: chosen.letter_keys,
        hold_seconds: chosen.hold_seconds.min(60),
        notify_each_signature: chosen.notify_each_signature,
    })?;
    app_state(router, Nothing {}).await
}

fn preferences_dto(chosen: &Chosen) -> Preferences {
    Preferences {
        language: chosen.language.clone(),
        theme: match chosen.theme {
            preferences::Theme::System => ThemeChoice::System,
            preferences::Theme::Light => ThemeChoice::Light,
            preferences::Theme::Dark => ThemeChoice::Dark,
        },
        density: match chosen.density {
            preferences::Density::Compact => Density::Compact,
            preferences::Density::Comfortable => Density::Comfortable,
        },
        letter_keys: chosen.letter_keys,
        hold_seconds: chosen.hold_seconds,
        notify_each_signature: chosen.notify_each_signature,
    }
}

pub(crate) async fn open_link(router: &Router, link: Link) -> Result<Nothing, IpcError> {
    let profile = open(router)?;
    // Built from checked addresses and whole numbers only, never from a link in an answer (`api/kommo.md §20`).
    let address = match link {
        Link::Contract { contract } => contracts::page_in_oneflow(&profile, id(&contract)?),
        Link::Deal { deal } => deals::page_in_kommo(&profile, id(&deal)?),
    };
    router.desktop.open(&address)?;
    Ok(Nothing {})
}

pub(crate) async fn retry_keychain(router: &Router, _: Nothing) -> Result<AppState, IpcError> {
    router.app.try_again().await;
    app_state(router, Nothing {}).await
}
