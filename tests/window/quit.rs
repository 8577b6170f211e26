//! Closing the window (design.md §3): work that can wait is stored, and a person decides about sends that are leaving.

use anyhow::ensure;
use countersign_tests::app::App;
use countersign_tests::control::{button, combobox, link};
use countersign_tests::desk::Desk;
use countersign_tests::person::{self, SENDING};
use countersign_tests::wait;
use countersign_tests::world::{Call, DEAL, World};
use sandbox::Config;

const QUESTION: &str = "Contracts are on their way";

/// Three buttons share the foot of the question: "Undo them and quit", "Send now and quit", "Wait until they are sent".
const UNDO: (f64, f64) = (0.16, 0.9);
const SEND_NOW: (f64, f64) = (0.5, 0.9);

#[tokio::test]
async fn closing_the_window_ends_the_app_in_good_order() -> anyhow::Result<()> {
    let desk = Desk::start().await?;
    let app = App::open(&desk).await?;
    person::explore(&app).await?;
    desk.close_window()?;
    app.ended().await?;
    let logs = desk.logs()?;
    ensure!(logs.contains("closed"), "{logs}");
    Ok(())
}

#[tokio::test]
async fn a_send_that_is_leaving_can_be_undone_on_the_way_out() -> anyhow::Result<()> {
    let (world, desk) = (connected_world().await?, Desk::start().await?);
    leave_with_a_send(&world, &desk, UNDO).await?;
    ensure!(world.asked(&Call::CREATE).is_empty(), "a contract was made");

    let app = App::open(&desk).await?;
    person::open_deal(&app, "Uppdrag 042").await?;
    ensure!(!app.shows(button("Undo")).await?, "the send is still leaving");
    app.close().await
}

#[tokio::test]
async fn a_send_that_is_leaving_can_be_sent_on_the_way_out() -> anyhow::Result<()> {
    let (world, desk) = (connected_world().await?, Desk::start().await?);
    leave_with_a_send(&world, &desk, SEND_NOW).await?;

    // What the end of the app cut off goes on at the next start.
    let app = App::open(&desk).await?;
    wait::until_within(SENDING, "the contract to be out", async || {
        Ok((world.out_for(DEAL).len() == 1).then_some(()))
    })
    .await?;
    ensure!(world.accepted(&Call::CREATE) == 1, "{:#?}", world.asked(&Call::CREATE));
    app.close().await
}

async fn connected_world() -> anyhow::Result<World> {
    World::start_at(Config { contract_field: true, ..Config::default() }, 1.0).await
}

/// Connects, sends, closes the window, and answers the question by a click.
async fn leave_with_a_send(world: &World, desk: &Desk, answer: (f64, f64)) -> anyhow::Result<()> {
    let app = App::open(desk).await?;
    person::connect(&app, &world.sandbox).await?;
    // A busy machine may need longer than ten seconds for what follows.
    app.click(link("Settings")).await?;
    app.choose(combobox("Undo time"), "60 seconds").await?;
    person::open_deal(&app, "Uppdrag 042").await?;
    person::send(&app).await?;
    desk.close_window()?;
    desk.click_in(QUESTION, answer).await?;
    app.ended().await
}
