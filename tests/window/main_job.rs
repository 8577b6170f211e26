//! The main job in the real window, with the real keychain and the real notifications, against services that are
//! connected by hand.

use anyhow::{Context as _, ensure};
use countersign_tests::app::App;
use countersign_tests::control::{Role, button, control, link, region, table};
use countersign_tests::desk::Desk;
use countersign_tests::person::{self, SENDING};
use countersign_tests::world::{COMPANY, Call, DEAL, World};
use countersign_tests::{keychain, notifications, wait};
use sandbox::{Act, Config};

/// Real services keep real time.
const REAL_TIME: f64 = 1.0;

#[tokio::test]
async fn one_double_click_sends_one_contract_and_its_signature_comes_back() -> anyhow::Result<()> {
    let world = World::start_at(Config { contract_field: true, ..Config::default() }, REAL_TIME).await?;
    let desk = Desk::start().await?;
    let app = App::open(&desk).await?;
    person::connect(&app, &world.sandbox).await?;

    person::open_deal(&app, "Uppdrag 042").await?;
    person::send_with(&app, async || app.double_click(button("Send contract")).await).await?;
    person::wait_until_out(&app).await?;
    ensure!(world.accepted(&Call::CREATE) == 1, "{:#?}", world.asked(&Call::CREATE));
    ensure!(world.accepted(&Call::PUBLISH) == 1, "{:#?}", world.asked(&Call::PUBLISH));
    assert_eq!(world.out_for(DEAL).len(), 1);

    app.click(link("Settings")).await?;
    world.sandbox.act(Act::Sign { contract: None, participant: None })?;
    wait::until_within(SENDING, "the notification", async || {
        Ok((notifications::on_screen(&desk)? > 0).then_some(()))
    })
    .await?;
    notifications::click_newest(&desk)?;
    app.find(region("Timeline")).await.context("a click on the notification shows the contract")?;
    wait::until_within(SENDING, "the signed PDF on the deal", async || {
        Ok((world.deal(DEAL).files.len() == 1).then_some(()))
    })
    .await?;
    let signed: Vec<_> = notifications::all(&desk)?.into_iter().map(|seen| seen.summary).collect();
    assert_eq!(signed, [format!("{COMPANY} signed")], "told once");
    assert!(world.contract_field(DEAL).is_some());
    assert_eq!(app.violations().await?, Vec::<String>::new());
    app.close().await
}

#[tokio::test]
async fn tokens_lie_in_the_keychain_and_nowhere_else_and_survive_a_restart() -> anyhow::Result<()> {
    let world = World::start_at(Config { contract_field: true, ..Config::default() }, REAL_TIME).await?;
    let desk = Desk::start().await?;
    let app = App::open(&desk).await?;
    person::connect(&app, &world.sandbox).await?;
    app.close().await?;

    let tokens = world.sandbox.tokens();
    let kept = keychain::listing(&desk, "countersign")?;
    ensure!(kept.contains(&tokens.oneflow), "the Oneflow token is not in the keychain");
    for path in files_below(&desk.app_data())? {
        let bytes = std::fs::read(&path)?;
        for token in [&tokens.kommo, &tokens.oneflow] {
            // A long token may be cut into parts, so a piece of it is looked for.
            let piece = &token.as_bytes()[token.len() - 24..];
            ensure!(!bytes.windows(24).any(|window| window == piece), "a token stands in {}", path.display());
        }
    }

    let app = App::open(&desk).await?;
    app.find(table("Deals to send")).await.context("still connected after a restart")?;
    app.close().await
}

#[tokio::test]
async fn a_locked_keychain_can_be_tried_again_until_it_opens_and_then_contracts_leave() -> anyhow::Result<()>
{
    let world = World::start_at(Config { contract_field: true, ..Config::default() }, REAL_TIME).await?;
    let desk = Desk::start().await?;
    let app = App::open(&desk).await?;
    person::connect(&app, &world.sandbox).await?;
    app.close().await?;

    keychain::lock(&desk).await?;
    let app = App::open(&desk).await?;
    let again = button("Unlock and try again");
    for _ in 0..3 {
        app.click(again).await?;
        wait::until("the keychain's answer", async || Ok(app.takes_clicks(again).await?.then_some(())))
            .await?;
    }
    app.find(table("Deals to send")).await.context("deals can be read without a token")?;
    keychain::unlock(&desk).await?;
    app.click(again).await?;
    app.gone(again).await?;
    person::open_deal(&app, "Uppdrag 042").await?;
    person::send(&app).await?;
    person::wait_until_out(&app).await?;
    assert_eq!(world.out_for(DEAL).len(), 1);
    app.close().await
}

#[tokio::test]
async fn without_a_keychain_the_app_says_so_and_sample_data_works() -> anyhow::Result<()> {
    let desk = Desk::start_with(countersign_tests::desk::Keychain::Absent).await?;
    let app = App::open(&desk).await?;
    person::explore(&app).await?;
    person::open_deal(&app, "Uppdrag 042").await?;
    app.close().await
}

#[tokio::test]
async fn an_undo_in_time_sends_nothing() -> anyhow::Result<()> {
    let desk = Desk::start().await?;
    let app = App::open(&desk).await?;
    person::explore(&app).await?;
    person::open_deal(&app, "Uppdrag 042").await?;
    person::send(&app).await?;
    app.click(button("Undo")).await?;
    app.find(button("Send contract")).await?;
    app.click(link("Contracts")).await?;
    app.find(control(Role::Heading, "Contracts")).await?;
    app.reads("No contracts yet").await?;
    app.close().await
}

fn files_below(folder: &std::path::Path) -> anyhow::Result<Vec<std::path::PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}
