//! The headless host as a real process, with the system's keychain and the system's disk.

use std::{fs, path::Path, process::Command};

use anyhow::Context as _;
use countersign_tests::{
    built,
    desk::{Desk, Keychain},
    host::HostProgram,
    keychain,
    manager::{FirstRun as _, Line as _, Manager as _},
    wait,
    world::{Call, DEAL, SCALE, World},
};
use ipc::{
    ErrorCode,
    dto::{AppState, KeychainState, ProfileDto, SendStateCode},
};
use sandbox::FaultKind;
use serde_json::json;

use crate::evidence::{one_create_one_publish, one_is_out};

/// Long enough for something to happen to the process while a call is on its way.
const HOLD_UP: FaultKind = FaultKind::Delay { ms: 700 };

/// The flags of a host on the world's clock.
fn with_flags(mut command: Command, data: &Path, vault: &str, world: &World) -> Command {
    command.arg("--data").arg(data).args(["--vault", vault, "--time-scale", &SCALE.to_string()]);
    command.args(["--now", &world.now().to_string()]);
    command
}

async fn start(desk: &Desk, data: &Path, world: &World) -> anyhow::Result<HostProgram> {
    desk.suspect();
    let command = desk.command(built::binary("countersign-headless")?)?;
    HostProgram::start(with_flags(command, data, "system", world)).await
}

/// Ends the host, and says that all went well: without this the desk shows what its programs wrote.
async fn quit(host: HostProgram, desk: &Desk) -> anyhow::Result<()> {
    host.quit().await?;
    desk.settle();
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_by_the_system_goes_on_with_the_tokens_of_the_keychain() -> anyhow::Result<()> {
    let world = World::start().await?;
    let desk = Desk::start().await?;
    let data = desk.home().join("data");
    let host = start(&desk, &data, &world).await?;
    host.connect(&world.sandbox).await?;

    world.fault(&Call::CREATE, HOLD_UP);
    host.send(DEAL).await?;
    wait::until("the create to be on its way", async || {
        Ok((!world.asked(&Call::CREATE).is_empty()).then_some(()))
    })
    .await?;
    host.kill().await?;

    let host = start(&desk, &data, &world).await.context("the next start")?;
    host.send_is(DEAL, SendStateCode::Published).await?;
    one_is_out(&world, DEAL)?;
    quit(host, &desk).await
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_locked_keychain_deals_can_be_read_and_nothing_is_sent_until_it_opens() -> anyhow::Result<()> {
    let world = World::start().await?;
    let desk = Desk::start().await?;
    let data = desk.home().join("data");
    let host = start(&desk, &data, &world).await?;
    host.connect(&world.sandbox).await?;
    host.set_hold(60).await?;
    host.send(DEAL).await?;
    quit(host, &desk).await?;

    keychain::lock(&desk).await?;
    let host = start(&desk, &data, &world).await?;
    let state = host.state().await?;
    assert_eq!(state.keychain, KeychainState::Locked);
    assert!(matches!(state.profile, ProfileDto::Connected { .. }), "{:?}", state.profile);
    assert_eq!(host.deals(json!({})).await?.won, 120);
    assert!(world.asked(&Call::CREATE).is_empty());
    for _ in 0..3 {
        let state: AppState = host.ask("retry_keychain", json!({})).await?;
        assert_eq!(state.keychain, KeychainState::Locked, "nobody typed the password");
    }

    keychain::unlock(&desk).await?;
    let state: AppState = host.ask("retry_keychain", json!({})).await?;
    assert_eq!(state.keychain, KeychainState::Ready);
    host.send_is(DEAL, SendStateCode::Published).await?;
    one_create_one_publish(&world, DEAL)?;
    quit(host, &desk).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keychain_no_account_is_connected_and_no_token_is_written_anywhere() -> anyhow::Result<()> {
    let world = World::start().await?;
    let desk = Desk::start_with(Keychain::Absent).await?;
    let data = desk.home().join("data");
    let host = start(&desk, &data, &world).await?;
    assert_eq!(host.state().await?.keychain, KeychainState::Absent);
    let refused = host.connect(&world.sandbox).await.expect_err("tokens can be kept nowhere");
    let code = refused.downcast_ref::<ipc::IpcError>().map(|error| error.code);
    assert_eq!(code, Some(ErrorCode::KeychainAbsent), "{refused:#}");
    let explored: AppState = host.ask("start_sample", json!({})).await?;
    assert!(matches!(explored.profile, ProfileDto::Sample { .. }));
    quit(host, &desk).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_nothing_is_claimed_and_all_goes_on_when_there_is_room() -> anyhow::Result<()> {
    let world = World::start().await?;
    let folder = tempfile::tempdir()?;
    let Some(command) = on_a_small_disk(folder.path())? else {
        eprintln!("Left out: this system lets no program make a small disk of its own (unshare, mount).");
        return Ok(());
    };
    let host = HostProgram::start(with_flags(command, folder.path(), "memory", &world)).await?;
    host.connect(&world.sandbox).await?;
    let seen = host.preview(DEAL).await?;

    let filler = fill(&host, folder.path())?;
    let refused =
        host.click(&seen, &countersign_tests::manager::new_send()).await.expect_err("the disk is full");
    assert_eq!(refused.code, ErrorCode::DiskFull);
    assert!(world.asked(&Call::CREATE).is_empty());
    fs::remove_file(&filler)?;

    // An outcome that cannot be stored counts as unknown.
    world.fault(&Call::CREATE, HOLD_UP);
    host.send(DEAL).await?;
    wait::until("the create to be on its way", async || {
        Ok((!world.asked(&Call::CREATE).is_empty()).then_some(()))
    })
    .await?;
    let filler = fill(&host, folder.path())?;
    wait::until("the create to be done", async || Ok((world.accepted(&Call::CREATE) == 1).then_some(())))
        .await?;
    assert_eq!(world.accepted(&Call::PUBLISH), 0, "nothing goes on that cannot be stored");
    fs::remove_file(&filler)?;
    host.send_is(DEAL, SendStateCode::Published).await?;
    one_create_one_publish(&world, DEAL)?;
    host.quit().await
}

/// A command that runs the host with a file system of a few megabytes at `folder`, where the system allows that to
/// everybody.
fn on_a_small_disk(folder: &Path) -> anyhow::Result<Option<Command>> {
    let mount = "mount -t tmpfs -o size=6m none \"$1\"";
    let in_namespace = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]).arg(folder);
        command
    };
    if !in_namespace(mount).status().is_ok_and(|status| status.success()) {
        return Ok(None);
    }
    let mut command = in_namespace(&format!("{mount} && shift && exec \"$@\""));
    command.arg(built::binary("countersign-headless")?);
    Ok(Some(command))
}

/// Fills the disk of the host to the last byte.
fn fill(host: &HostProgram, folder: &Path) -> anyhow::Result<std::path::PathBuf> {
    use std::io::Write as _;

    let process = host.id().context("the host runs")?;
    // The disk is mounted for the host alone; its root shows it to us.
    let inside = format!("/proc/{process}/root{}/filler", folder.display());
    let mut file = fs::File::create(&inside)?;
    for size in [65_536, 512, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
    Ok(inside.into())
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_knows_the_key_may_send_commands_and_pages_come_under_the_policy() -> anyhow::Result<()> {
    let world = World::start().await?;
    let folder = tempfile::tempdir()?;
    let ui = folder.path().join("ui");
    fs::create_dir(&ui)?;
    fs::write(ui.join("index.html"), "<!doctype html><title>Countersign</title>")?;
    fs::write(folder.path().join("secret"), "not for pages")?;
    let mut command = Command::new(built::binary("countersign-headless")?);
    command.arg("--ui").arg(&ui);
    let host = HostProgram::start(with_flags(command, &folder.path().join("data"), "memory", &world)).await?;
    for (path, status) in [
        ("/", 200),
        ("/index.html", 200),
        ("/rpc", 401),
        ("/events", 401),
        ("/desktop?key=guess", 401),
        ("/clock", 401),
        ("/%2e%2e/secret", 404),
        ("/..%2fsecret", 404),
    ] {
        assert_eq!(host.get(path).await?.status(), status, "{path}");
    }
    let page = host.get("/").await?;
    let policy = page.headers()["content-security-policy"].to_str()?;
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
    assert_eq!(host.state().await?.profile, ProfileDto::None, "with the key it answers");
    host.quit().await
}
