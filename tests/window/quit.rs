//! Closing the window (design.md §3): work that can wait is stored, and a person decides about sends that are leaving.

use anyhow::ensure;
use countersign_tests::app::App;
use countersign_tests::control::{button, combobox, link};
use countersign_tests::desk::Desk;
use countersign_tests::person::{self, SENDING};
use countersign_tests::wait;
use countersign_tests::world::{Call, DEAL, World};
use sandbox::{Config, FaultKind};

const QUESTION: &str = "Contracts are on their way";

/// Three buttons share the foot of the question: "Undo them and quit", "Send now and quit", "Wait until they are sent".
const UNDO: (f64, f64) = (0.16, 0.9);
const SEND_NOW: (f64, f64) = (0.5, 0.9);

/// Two, once nothing can be undone any more: "Quit now", "Wait until they are sent".
const QUIT_NOW: (f64, f64) = (0.25, 0.9);
const WAIT: (f64, f64) = (0.75, 0.9);

/// Time to close the window and to answer while a request is on its way.
const HOLD_UP: FaultKind = FaultKind::Delay { ms: 8_000 };

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
    sent_once(&world)
}

#[tokio::test]
async fn a_send_that_cannot_be_undone_any_more_is_waited_for() -> anyhow::Result<()> {
    let (world, desk) = (connected_world().await?, Desk::start().await?);
    leave_while_it_is_created(&world, &desk, WAIT).await?;
    sent_once(&world)
}

#[tokio::test]
async fn nobody_has_to_wait_and_the_send_goes_on_at_the_next_start() -> anyhow::Result<()> {
    let (world, desk) = (connected_world().await?, Desk::start().await?);
    leave_while_it_is_created(&world, &desk, QUIT_NOW).await?;
    ensure!(world.out_for(DEAL).is_empty(), "it did not wait");

    let app = App::open(&desk).await?;
    wait::until_within(SENDING, "the contract to be out", async || {
        Ok((world.out_for(DEAL).len() == 1).then_some(()))
    })
    .await?;
    sent_once(&world)?;
    app.close().await
}

/// One contract is out, and no other was ever made.
fn sent_once(world: &World) -> anyhow::Result<()> {
    ensure!(world.out_for(DEAL).len() == 1, "{:#?}", world.contracts_of(DEAL));
    ensure!(world.accepted(&Call::CREATE) == 1, "{:#?}", world.asked(&Call::CREATE));
    Ok(())
}

async fn connected_world() -> anyhow::Result<World> {
    World::start_at(Config { contract_field: true, ..Config::default() }, 1.0).await
}

/// Connects, sends, closes the window within the undo time, and answers the question by a click.
async fn leave_with_a_send(world: &World, desk: &Desk, answer: (f64, f64)) -> anyhow::Result<()> {
    // A busy machine may need longer than ten seconds for what follows.
    let app = ready_to_send(world, desk, "60 seconds").await?;
    person::send(&app).await?;
    leave(app, desk, answer).await
}

/// Connects, sends without undo time, closes the window while the create is on its way, and answers the question.
async fn leave_while_it_is_created(world: &World, desk: &Desk, answer: (f64, f64)) -> anyhow::Result<()> {
    let app = ready_to_send(world, desk, "None: it leaves at once").await?;
    world.fault(&Call::CREATE, HOLD_UP);
    wait::until("the create to be asked for", async || {
        if person::can_be_sent(&app).await? {
            app.click(button("Send contract")).await?;
        }
        Ok((!world.asked(&Call::CREATE).is_empty()).then_some(()))
    })
    .await?;
    leave(app, desk, answer).await
}

async fn ready_to_send<'desk>(
    world: &World,
    desk: &'desk Desk,
    undo_time: &str,
) -> anyhow::Result<App<'desk>> {
    let app = App::open(desk).await?;
    person::connect(&app, &world.sandbox).await?;
    app.click(link("Settings")).await?;
    app.choose(combobox("Undo time"), undo_time).await?;
    person::open_deal(&app, "Uppdrag 042").await?;
    Ok(app)
}

async fn leave(app: App<'_>, desk: &Desk, answer: (f64, f64)) -> anyhow::Result<()> {
    desk.close_window()?;
    desk.click_in(QUESTION, answer).await?;
    app.ended().await
}
