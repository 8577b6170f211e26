//! Tokens live in the keychain and nowhere else (design.md, promise 4).

use std::{fs, path::Path};

use countersign_tests::{
    logs,
    manager::{Line as _, Manager as _},
    world::{DEAL, World},
};
use ipc::dto::{AppState, ContractStatus, SavedFile, SettingsDto};
use sandbox::{Act, Service};
use serde_json::json;

/// Every byte of every file below a folder.
fn bytes_of(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            bytes_of(&path, found)?;
        } else if let Ok(bytes) = fs::read(&path) {
            // A temporary file may be gone again by now; the second look finds what it became.
            found.push((path.display().to_string(), bytes));
        }
    }
    Ok(())
}

fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes.windows(secret.len()).any(|part| part == secret.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_stands_in_no_file_no_log_and_no_message_to_the_web_view() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.seat().await?;
    let contract = seat.send_and_wait(DEAL).await?;
    world.sandbox.act(Act::Sign { contract: None, participant: None })?;
    seat.contract_is(&contract, ContractStatus::Signed).await?;
    seat.all_written_back(&contract).await?;
    // The ways on which a token passes, and those on which one might.
    let first = world.sandbox.tokens();
    let mut secrets = vec![first.kommo.clone(), first.oneflow.clone()];
    for (service, word) in [(Service::Kommo, "kommo"), (Service::Oneflow, "oneflow")] {
        world.sandbox.act(Act::RevokeToken { service })?;
        let token = world.sandbox.act(Act::IssueToken { service })?.token.expect("a token was issued");
        seat.refresh().await?;
        seat.ask::<AppState>("replace_token", json!({ "service": word, "token": token })).await?;
        secrets.push(token);
    }
    seat.ask::<SettingsDto>("settings", json!({})).await?;
    seat.ask::<SavedFile>("save_setup_file", json!({})).await?;
    seat.ask::<SavedFile>("save_signed_pdf", json!({ "contract": contract })).await?;
    let misspelled = json!({ "address": "", "token": secrets[0] });
    assert!(seat.ask::<serde_json::Value>("test_kommo", misspelled).await.is_err());
    let wrong_shape = json!({ "address": 7, "token": secrets[0] });
    assert!(seat.ask::<serde_json::Value>("test_kommo", wrong_shape).await.is_err());
    world.long_after(&seat).await?;

    let mut places = vec![
        ("the logs".to_owned(), logs::written().into_bytes()),
        ("what crossed to the web view".to_owned(), seat.transcript().into_bytes()),
    ];
    // While it runs, so that the write-ahead log is read too; and once more after the end.
    bytes_of(seat.folder(), &mut places)?;
    seat.quit().await?;
    bytes_of(seat.folder(), &mut places)?;
    assert!(places.iter().any(|(name, _)| name.ends_with("ledger.db")), "the ledger was looked at");
    assert!(places.iter().any(|(name, bytes)| name == "the logs" && !bytes.is_empty()), "there are logs");
    for (place, bytes) in &places {
        for secret in &secrets {
            // The middle of a token, too: a part of it is as bad.
            let part = &secret[secret.len() / 2..];
            assert!(!holds(bytes, secret) && !holds(bytes, part), "a token stands in {place}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_header_with_a_secret_reaches_another_host() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let contract = seat.send_and_wait(DEAL).await?;
    world.sandbox.act(Act::Sign { contract: None, participant: None })?;
    seat.contract_is(&contract, ContractStatus::Signed).await?;
    seat.all_written_back(&contract).await?;
    let strays: Vec<_> =
        world.sandbox.journal().into_iter().filter(|entry| !entry.stray_headers.is_empty()).collect();
    assert!(strays.is_empty(), "{strays:#?}");
    Ok(())
}
