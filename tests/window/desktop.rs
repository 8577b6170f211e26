//! How the app behaves beside others on a desktop.

use anyhow::ensure;
use countersign_tests::app::App;
use countersign_tests::desk::Desk;
use countersign_tests::portal::{self, Preference};
use countersign_tests::{built, wait};
use serde_json::Value;

#[tokio::test]
async fn a_second_start_hands_over_to_the_first_and_leaves() -> anyhow::Result<()> {
    let desk = Desk::start().await?;
    let app = App::open(&desk).await?;
    let mut second = desk.command(built::app()?)?.spawn()?;
    let status = wait::until("the second start to leave", async || Ok(second.try_wait()?)).await?;
    ensure!(status.success(), "the second start left with {status}");
    assert_eq!(app.client().title().await?, "Countersign", "the first goes on");
    app.close().await
}

#[tokio::test]
async fn the_app_can_be_opened_again_after_it_was_closed() -> anyhow::Result<()> {
    let desk = Desk::start().await?;
    for _ in 0..2 {
        let app = App::open(&desk).await?;
        app.reads("Countersign").await?;
        app.close().await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_window_follows_the_desktop_from_dark_to_light() -> anyhow::Result<()> {
    let desk = Desk::start().await?;
    portal::serve(&desk, Preference::Dark).await?;
    let app = App::open(&desk).await?;
    let is_dark = async || app.run("return matchMedia('(prefers-color-scheme: dark)').matches", vec![]).await;
    assert_eq!(is_dark().await?, Value::Bool(true), "dark from the first frame on");
    portal::choose(&desk, Preference::Light).await?;
    wait::until("the window to turn light", async || {
        Ok((is_dark().await? == Value::Bool(false)).then_some(()))
    })
    .await?;
    app.close().await
}

#[tokio::test]
async fn every_start_leaves_a_log_file() -> anyhow::Result<()> {
    let desk = Desk::start().await?;
    App::open(&desk).await?.close().await?;
    let logs = desk.app_data().join("logs");
    let mut files = std::fs::read_dir(&logs)?;
    let first = files.next().transpose()?;
    ensure!(first.is_some(), "no log in {}", logs.display());
    Ok(())
}
