use std::{
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::Duration,
};

use keyring_core::Error;
use secrecy::ExposeSecret;

use super::*;
use crate::{
    entries::Store,
    testing::{Fault, TestKeychain},
};

/// Long enough for any machine; only calls that never end wait for it.
const PATIENT: Duration = Duration::from_mins(1);
/// Long enough for a call that is not held, on a busy machine too.
const IMPATIENT: Duration = Duration::from_secs(1);
const TOKEN: SecretName = SecretName::KommoToken;

fn profile() -> ProfileName {
    ProfileName::new("default").unwrap()
}

fn vault_over(keychain: &TestKeychain, patience: Duration) -> Vault {
    let (first, anew) = (keychain.clone(), keychain.clone());
    let opening =
        Opening { first: Box::new(move || Ok(first.open())), anew: Box::new(move || Ok(anew.open())) };
    Vault::over(opening, patience)
}

async fn text(vault: &Vault, name: SecretName) -> Result<Option<String>, VaultError> {
    let found = vault.read(&profile(), name).await?;
    Ok(found.map(|secret| secret.expose_secret().to_owned()))
}

#[tokio::test]
async fn both_kinds_of_vault_keep_replace_and_remove_each_secret_apart() {
    for vault in [Vault::in_memory(), vault_over(&TestKeychain::new(), PATIENT)] {
        vault.check().await.unwrap();
        let other = ProfileName::new("other").unwrap();
        assert_eq!(text(&vault, TOKEN).await.unwrap(), None);
        for (name, secret) in [(TOKEN, "one"), (SecretName::OneflowToken, "two"), (TOKEN, "three")] {
            vault.clone().write(&profile(), name, secret.into()).await.unwrap();
        }
        vault.write(&other, TOKEN, "four".into()).await.unwrap();
        vault.tidy(&profile()).await.unwrap();
        assert_eq!(text(&vault, TOKEN).await.unwrap().as_deref(), Some("three"));
        vault.remove(&profile(), TOKEN).await.unwrap();
        vault.remove(&profile(), TOKEN).await.unwrap();
        assert_eq!(text(&vault, TOKEN).await.unwrap(), None);
        assert_eq!(text(&vault, SecretName::OneflowToken).await.unwrap().as_deref(), Some("two"));
        assert!(vault.read(&other, TOKEN).await.unwrap().is_some(), "another profile's secret stays");
        let refused = vault.write(&profile(), TOKEN, "".into()).await;
        assert!(matches!(refused, Err(VaultError::Unfit)), "{refused:?}");
    }
}

#[tokio::test]
async fn a_keychain_that_does_not_answer_is_timed_out_and_can_be_tried_again() {
    let keychain = TestKeychain::new();
    let vault = vault_over(&keychain, IMPATIENT);
    keychain.hold();
    let read = text(&vault, TOKEN).await;
    assert!(matches!(read, Err(VaultError::TimedOut)), "{read:?}");
    let waiting_behind_it = text(&vault, TOKEN).await;
    assert!(matches!(waiting_behind_it, Err(VaultError::TimedOut)), "{waiting_behind_it:?}");
    vault.try_again().await.unwrap();
    keychain.let_go();
    let vault = vault_over(&keychain, PATIENT);
    assert_eq!(text(&vault, TOKEN).await.unwrap(), None);
}

#[tokio::test]
async fn a_write_that_was_given_up_goes_no_further() {
    let keychain = TestKeychain::new();
    let vault = vault_over(&keychain, IMPATIENT);
    keychain.hold();
    let given_up = vault.write(&profile(), TOKEN, "late".into()).await;
    assert!(matches!(given_up, Err(VaultError::TimedOut)), "{given_up:?}");
    vault.try_again().await.unwrap();
    let behind_it = vault.write(&profile(), TOKEN, "too early".into()).await;
    assert!(matches!(behind_it, Err(VaultError::TimedOut)), "writes wait for each other: {behind_it:?}");
    keychain.let_go();
    while let Err(error) = vault.write(&profile(), TOKEN, "in time".into()).await {
        assert!(matches!(error, VaultError::TimedOut), "{error:?}");
    }
    assert_eq!(text(&vault, TOKEN).await.unwrap().as_deref(), Some("in time"));
    assert_eq!(keychain.filled().len(), 2, "{:?}", keychain.filled());
}

#[tokio::test]
async fn no_connection_is_dropped_on_a_thread_of_the_runtime() {
    let keychain = TestKeychain::new();
    let (dropped, drops) = mpsc::channel();
    let open = move || Ok(keychain.open_told(dropped.clone()));
    let vault = Vault::over(Opening { first: Box::new(open.clone()), anew: Box::new(open) }, PATIENT);
    vault.check().await.unwrap();
    vault.try_again().await.unwrap();
    assert_eq!(drops.recv_timeout(PATIENT), Ok(false), "the connection that was given up");
    drop(vault);
    assert_eq!(drops.recv_timeout(PATIENT), Ok(false), "the last connection");
}

#[tokio::test]
async fn without_a_keychain_the_answer_is_absent_until_there_is_one() {
    let keychain = TestKeychain::new();
    let is_installed = Arc::new(AtomicBool::new(false));
    let open = {
        let is_installed = Arc::clone(&is_installed);
        move || -> Result<Store, Error> {
            if is_installed.load(Ordering::SeqCst) { Ok(keychain.open()) } else { Err(Error::NoDefaultStore) }
        }
    };
    let vault = Vault::over(Opening { first: Box::new(open.clone()), anew: Box::new(open) }, PATIENT);
    for answer in [vault.check().await, vault.try_again().await, vault.remove(&profile(), TOKEN).await] {
        assert!(matches!(answer, Err(VaultError::Absent(_))), "{answer:?}");
    }
    let read = text(&vault, TOKEN).await;
    assert!(matches!(read, Err(VaultError::Absent(_))), "{read:?}");
    is_installed.store(true, Ordering::SeqCst);
    vault.try_again().await.unwrap();
    vault.write(&profile(), TOKEN, "kept".into()).await.unwrap();
    assert_eq!(text(&vault, TOKEN).await.unwrap().as_deref(), Some("kept"));
}

#[tokio::test]
async fn a_failing_connection_is_opened_anew_once_then_told() {
    let keychain = TestKeychain::new();
    let mending = {
        let keychain = keychain.clone();
        move || {
            keychain.mend();
            Ok(keychain.open())
        }
    };
    let first = keychain.clone();
    let vault =
        Vault::over(Opening { first: Box::new(move || Ok(first.open())), anew: Box::new(mending) }, PATIENT);
    vault.write(&profile(), TOKEN, "kept".into()).await.unwrap();
    keychain.fail_after(0, Fault::Broken);
    assert_eq!(text(&vault, TOKEN).await.unwrap().as_deref(), Some("kept"), "the keychain was restarted");
    assert_eq!(keychain.times_opened(), 2);

    let vault = vault_over(&keychain, PATIENT);
    keychain.fail_after(0, Fault::Broken);
    let broken = text(&vault, TOKEN).await;
    assert!(matches!(broken, Err(VaultError::Refused(_))), "{broken:?}");
    keychain.fail_after(0, Fault::Locked);
    let closed = text(&vault, TOKEN).await;
    assert!(matches!(closed, Err(VaultError::Locked(_))), "{closed:?}");
}

#[tokio::test]
async fn a_locked_keychain_that_finds_nothing_is_unlocked_before_it_is_believed() {
    let keychain = TestKeychain::new();
    vault_over(&keychain, PATIENT).write(&profile(), TOKEN, "kept".into()).await.unwrap();
    keychain.hide_entries(true);
    for (open_lock, wanted) in [
        (declined as fn() -> Result<bool, Error>, "locked"),
        // It was not locked, so it is believed.
        (|| Ok(false), "none"),
    ] {
        let keychain = keychain.clone();
        let open = move || Ok(Store { open_lock, ..keychain.open() });
        let vault = Vault::over(Opening { first: Box::new(open.clone()), anew: Box::new(open) }, PATIENT);
        let told = match text(&vault, TOKEN).await {
            Ok(None) => "none",
            Err(VaultError::Locked(_)) => "locked",
            _ => "something else",
        };
        assert_eq!(told, wanted);
    }
}

fn declined() -> Result<bool, Error> {
    Err(Error::NoStorageAccess("the person closed the window".into()))
}

#[tokio::test]
async fn nothing_printed_holds_a_secret() {
    let keychain = TestKeychain::new();
    let vault = vault_over(&keychain, PATIENT);
    vault.write(&profile(), TOKEN, "planted-secret".into()).await.unwrap();
    keychain.tamper("default/kommo-token/0.0", |entry| entry.set_secret(b"planted-secret\xff"));
    let error = vault.read(&profile(), TOKEN).await.unwrap_err();
    for printed in [format!("{error:?}"), error.to_string(), format!("{vault:?}")] {
        assert!(!printed.contains("planted") && !printed.contains("112, 108"), "{printed}");
    }
}
