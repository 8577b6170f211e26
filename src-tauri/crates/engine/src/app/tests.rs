use std::{fs, path::Path, time::Duration};

use domain::{
    AccountId, KommoAccount, Mapping, TemplateId, UserId, WorkspaceId,
    mapping::{Rule, Source},
    write_back::Texts,
};
use secrecy::SecretString;
use store::{StoreError, facts};

use super::*;
use crate::{clock::SystemClock, health::Service, settings::Settings};

/// Nothing listens there.
const NOWHERE: &str = "http://127.0.0.1:9";

fn parts(data: &Path, vault: Vault) -> AppParts {
    let short = Duration::from_millis(300);
    let timeouts = Timeouts { connect: short, request: short, transfer: short };
    AppParts { timeouts, ..AppParts::new(data.to_owned(), vault, SystemClock::real()) }
}

fn first() -> First {
    let settings = Settings {
        kommo_address: NOWHERE.to_owned(),
        kommo_account: AccountId(1),
        oneflow_address: NOWHERE.to_owned(),
        oneflow_account: 2,
        oneflow_email: "karin@nordkonsult.example".to_owned(),
        me: None,
        internal: None,
        stage_when_signed: None,
        texts: Texts::default(),
        mapping: None,
    };
    let mapping = Mapping {
        version: 1,
        workspace: WorkspaceId(3),
        template: TemplateId(4),
        template_type: None,
        name: "Agreement".to_owned(),
        subject: String::new(),
        message: String::new(),
        company: Rule::from([Source::CompanyName]),
        plan: Rule::empty(),
        fields: Vec::new(),
        internal: None,
    };
    let account = KommoAccount {
        id: AccountId(1),
        name: "Nordkonsult AB".to_owned(),
        subdomain: "nordkonsult".to_owned(),
        currency: "EUR".to_owned(),
        time_zone: "Europe/Stockholm".to_owned(),
        drive_url: None,
        current_user: UserId(5),
    };
    let now = domain::Timestamp::UNIX_EPOCH;
    let known =
        move |writing: &store::CacheWriting<'_>| facts::set(writing, &facts::KOMMO_ACCOUNT, &account, now);
    First { settings, mapping, set_aside_before: None, known: Box::new(known) }
}

/// An app whose accounts were just connected.
pub(crate) async fn connected(data: &Path, vault: Vault) -> App {
    let app = App::start(parts(data, vault)).await;
    let place = app.place_of(AccountId(1), 2);
    let token = |text: &str| SecretString::from(text);
    write_tokens(&place, token("kommo-token"), token(&"a1B2-".repeat(8))).await.unwrap();
    let lock = place.lock().unwrap();
    app.open(place.clone(), lock, Some(first())).await.unwrap();
    app.remember(&place).unwrap();
    app
}

#[tokio::test]
async fn a_first_start_has_nobody_connected() {
    let data = tempfile::tempdir().unwrap();
    let app = App::start(parts(data.path(), Vault::in_memory())).await;
    assert!(matches!(app.mode(), Mode::Nobody));
    assert!(matches!(app.profile(), Err(EngineError::NotConnected)));
    assert_eq!(app.keychain(), Keychain::Ready);
    assert_eq!(app.token_ends(), None);
    app.close().await;
}

#[tokio::test]
async fn the_next_start_opens_what_was_connected_and_reads_it_offline() {
    let (data, vault) = (tempfile::tempdir().unwrap(), Vault::in_memory());
    connected(data.path(), vault.clone()).await.close().await;
    let app = App::start(parts(data.path(), vault)).await;
    let profile = app.profile().unwrap();
    assert_eq!(profile.kommo_account().await.unwrap().name, "Nordkonsult AB");
    assert_eq!(crate::previews::mapping(&profile).await.unwrap().name, "Agreement");
    assert_eq!(profile.health().of(Service::Oneflow).trouble, None);
    app.close().await;
}

#[tokio::test]
async fn a_token_that_the_keychain_lost_waits_to_be_entered() {
    let data = tempfile::tempdir().unwrap();
    connected(data.path(), Vault::in_memory()).await.close().await;
    let app = App::start(parts(data.path(), Vault::in_memory())).await;
    let profile = app.profile().unwrap();
    let trouble = profile.health().of(Service::Kommo).trouble;
    assert_eq!(trouble, Some(crate::health::Trouble::TokenRefused));
    app.close().await;
}

#[tokio::test]
async fn a_second_app_is_kept_out_until_the_first_is_closed() {
    let (data, vault) = (tempfile::tempdir().unwrap(), Vault::in_memory());
    let first = connected(data.path(), vault.clone()).await;
    let second = App::start(parts(data.path(), vault)).await;
    let Mode::Blocked(error) = second.mode() else { panic!("{:?}", second.mode()) };
    assert!(matches!(*error, EngineError::AlreadyRunning));
    first.close().await;
    second.try_again().await;
    assert!(matches!(second.mode(), Mode::Open(_)));
    second.close().await;
}

#[tokio::test]
async fn a_ledger_of_a_newer_version_is_left_alone_and_said() {
    /// Where the file keeps its `user_version`: four bytes, the greatest first (<https://sqlite.org/fileformat.html>).
    const USER_VERSION: std::ops::Range<usize> = 60..64;
    let (data, vault) = (tempfile::tempdir().unwrap(), Vault::in_memory());
    let app = connected(data.path(), vault.clone()).await;
    let ledger = app.profile().unwrap().folder.join("ledger.db");
    app.close().await;
    let mut bytes = fs::read(&ledger).unwrap();
    bytes[USER_VERSION].copy_from_slice(&9999_u32.to_be_bytes());
    fs::write(&ledger, &bytes).unwrap();
    let app = App::start(parts(data.path(), vault)).await;
    let Mode::Blocked(error) = app.mode() else { panic!("{:?}", app.mode()) };
    assert!(matches!(*error, EngineError::Store(StoreError::NewerDatabase { .. })), "{error}");
    assert_eq!(fs::read(&ledger).unwrap(), bytes);
    app.close().await;
}

#[tokio::test]
async fn an_end_waits_only_briefly_for_a_profile_that_is_being_opened() {
    let data = tempfile::tempdir().unwrap();
    let clock = SystemClock::scaled(domain::Timestamp::UNIX_EPOCH, 1_000.0);
    let app = App::start(AppParts { clock, ..parts(data.path(), Vault::in_memory()) }).await;
    let opening = app.shared.current.lock().await;
    app.close().await;
    drop(opening);
}

#[tokio::test]
async fn listeners_hear_of_the_profile_and_of_what_happens_in_it() {
    let data = tempfile::tempdir().unwrap();
    let app = App::start(parts(data.path(), Vault::in_memory())).await;
    let mut events = app.listen();
    let place = app.place_of(AccountId(1), 2);
    let lock = place.lock().unwrap();
    app.open(place, lock, Some(first())).await.unwrap();
    app.profile().unwrap().tell(Event::ActivityGrew);
    let (mut opened, mut grew) = (false, false);
    while !(opened && grew) {
        let event = events.recv().await.unwrap();
        opened |= event == AppEvent::ModeChanged;
        grew |= event == AppEvent::Profile(Event::ActivityGrew);
    }
    app.close().await;
    assert!(matches!(app.mode(), Mode::Nobody));
}
