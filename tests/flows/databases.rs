//! Files that cannot be read as they are: written by a newer version, damaged, or in use by another process.

use std::{
    fs,
    path::{Path, PathBuf},
};

use countersign_tests::{
    manager::{FirstRun as _, Manager as _},
    seat::Seat,
    wait,
    world::{DEAL, World},
};
use ipc::{
    ErrorCode,
    dto::{DealStatus, ProfileDto, SendStateCode},
};
use rusqlite::Connection;
use serde_json::json;
use vault::{ProfileName, SecretName, Vault};

use crate::evidence::one_create_one_publish;

/// A file of the one profile.
fn file(seat: &Seat, name: &str) -> anyhow::Result<PathBuf> {
    let mut folders = vec![seat.data().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|found| found == name) {
                return Ok(path);
            }
        }
    }
    anyhow::bail!("there is no {name}")
}

#[expect(clippy::disallowed_methods, reason = "the test plays another version of the app")]
fn set_version(path: &PathBuf, version: u32) -> anyhow::Result<()> {
    Ok(Connection::open(path)?.pragma_update(None, "user_version", version)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_of_a_newer_version_is_refused_and_left_as_it_is() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.seat().await?;
    seat.send_and_wait(DEAL).await?;
    seat.quit().await?;
    let ledger = file(&seat, "ledger.db")?;
    set_version(&ledger, 4_000)?;
    let before = fs::read(&ledger)?;
    seat.start().await?;
    let state = seat.state().await?;
    assert_eq!(state.blocked.map(|error| error.code), Some(ErrorCode::DatabaseNewer));
    seat.quit().await?;
    assert!(fs::read(&ledger)? == before, "not a byte was changed");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cache_that_cannot_be_used_is_read_anew() -> anyhow::Result<()> {
    for (why, spoil) in [
        ("newer", (|path| set_version(path, 4_000)) as fn(&PathBuf) -> anyhow::Result<()>),
        ("damaged", |path| {
            Ok(fs::write(path, b"this is no database, but it is long enough to look like a file")?)
        }),
        ("gone", |path| Ok(fs::remove_file(path)?)),
    ] {
        let world = World::start().await?;
        let mut seat = world.seat().await?;
        seat.send_and_wait(DEAL).await?;
        seat.quit().await?;
        spoil(&file(&seat, "cache.db")?)?;
        seat.start().await?;
        wait::until(format!("the deals, after a cache that was {why}"), async || {
            Ok((seat.deals(json!({})).await?.won == 120).then_some(()))
        })
        .await?;
        let status = seat.deal(DEAL).await?.row.status;
        assert!(
            matches!(status, DealStatus::Awaiting { .. }),
            "{why}: the ledger knows the contract: {status:?}"
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_ledger_is_set_aside_and_nothing_is_sent_twice() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.seat().await?;
    seat.send_and_wait(DEAL).await?;
    seat.quit().await?;
    let ledger = file(&seat, "ledger.db")?;
    let mut bytes = fs::read(&ledger)?;
    let middle = bytes.len() / 2;
    bytes[100..middle].fill(0xA5);
    fs::write(&ledger, &bytes)?;
    seat.start().await?;
    let state = seat.state().await?;
    assert!(matches!(state.profile, ProfileDto::Connected { .. }), "{:?} {:?}", state.profile, state.blocked);
    seat.deals_are_read().await?;
    let folder = ledger.parent().expect("it lies in a folder");
    let kept =
        fs::read_dir(folder)?.flatten().any(|entry| fs::read(entry.path()).is_ok_and(|found| found == bytes));
    assert!(kept, "the damaged file is kept for support");

    // Whatever became of the memory, the customer is not asked twice.
    if seat.send(DEAL).await.is_ok() {
        let ended = seat.send_ends(DEAL).await?;
        assert_ne!(ended.state, SendStateCode::Published, "{ended:?}");
    }
    assert_eq!(world.out_for(DEAL).len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_on_the_same_data_is_told_so_and_touches_nothing() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let mut second = world.new_computer()?;
    second.set_vault(seat.vault());
    second.set_data(seat.data());
    second.start().await?;
    assert_eq!(second.state().await?.blocked.map(|error| error.code), Some(ErrorCode::AlreadyRunning));
    seat.send_and_wait(DEAL).await?;
    one_create_one_publish(&world, DEAL)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_ledger_on_another_computer_sends_nothing_by_itself() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.seat().await?;
    seat.set_hold(60).await?;
    seat.send(DEAL).await?;
    // In good order, so that the copy is whole.
    seat.quit().await?;
    let mut copy = world.new_computer()?;
    copy_folder(seat.data(), copy.data())?;
    let ledger = file(&copy, "ledger.db")?;
    let profile = ledger.parent().and_then(Path::file_name).expect("it lies in the profile's folder");
    copy.set_vault(other_keychain(&seat.vault(), &profile.to_string_lossy()).await?);
    copy.start().await?;
    let ended = copy.deal(DEAL).await?.send.expect("the send came along");
    assert_eq!(ended.state, SendStateCode::NeedsYou, "{ended:?}");
    assert!(world.contracts_of(DEAL).is_empty());
    Ok(())
}

/// The keychain of another computer on which the same accounts were connected: both tokens, and no seat.
async fn other_keychain(of: &Vault, profile: &str) -> anyhow::Result<Vault> {
    let (profile, other) = (ProfileName::new(profile)?, Vault::in_memory());
    for name in [SecretName::KommoToken, SecretName::OneflowToken] {
        let secret = of.read(&profile, name).await?.expect("the seat was connected");
        other.write(&profile, name, secret).await?;
    }
    Ok(other)
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
