//! What a person does in the window, by the names of design.md §9.

use std::time::Duration;

use anyhow::bail;
use fantoccini::Locator;
use sandbox::Sandbox;

use crate::app::App;
use crate::control::{Control, Role, button, combobox, control, link, region, table, text_box};
use crate::wait;

/// Ten seconds of undo time, then a few requests; generous, because the machine may be busy.
pub const SENDING: Duration = Duration::from_secs(90);

const DEALS: Control<'static> = table("Deals to send");

/// Looks around with sample data, until its deals are read.
pub async fn explore(app: &App<'_>) -> anyhow::Result<()> {
    app.click(button("Explore with sample data")).await?;
    deals_are_read(app).await
}

/// Connects both accounts by hand, from Welcome to the deals.
pub async fn connect(app: &App<'_>, services: &Sandbox) -> anyhow::Result<()> {
    let (addresses, tokens) = (services.addresses(), services.tokens());
    app.click(button("Connect accounts")).await?;
    app.fill(text_box("Kommo address"), &addresses.kommo).await?;
    app.fill(text_box("Kommo token"), &tokens.kommo).await?;
    app.click(button("Test Kommo connection")).await?;
    app.click(button("Continue")).await?;
    app.fill(text_box("Oneflow API token"), &tokens.oneflow).await?;
    app.fill(text_box("Oneflow user email"), &tokens.oneflow_user_email).await?;
    app.click(button("Advanced")).await?;
    app.fill(text_box("Oneflow address"), &addresses.oneflow).await?;
    app.click(button("Test Oneflow connection")).await?;
    app.click(button("Continue")).await?;
    app.choose(combobox("Workspace"), "Försäljning").await?;
    app.choose(combobox("Template"), "Konsultavtal 2026").await?;
    app.find(combobox("Stage when signed")).await?;
    app.click(button("Finish setup")).await?;
    deals_are_read(app).await
}

async fn deals_are_read(app: &App<'_>) -> anyhow::Result<()> {
    wait::until_within(SENDING, "the first deals", async || {
        Ok((!app.rows(DEALS).await?.is_empty()).then_some(()))
    })
    .await?;
    // The first reading goes on for a moment; its "Stop" goes with it.
    app.gone(button("Stop")).await
}

/// Finds one deal by its name, opens it, and answers the name of its company once its preview can be sent.
pub async fn open_deal(app: &App<'_>, name: &str) -> anyhow::Result<String> {
    app.click(link("Deals")).await?;
    app.fill(control(Role::SearchBox, "Search deals"), name).await?;
    wait::until("the deal that was searched for", async || {
        Ok((app.rows(DEALS).await?.len() == 1).then_some(()))
    })
    .await?;
    app.open_row(DEALS, 0).await?;
    // For a moment the preview of the deal before still stands there.
    wait::until(format_args!("the preview of {name}"), async || {
        let preview = app.find(region("Contract preview")).await?;
        let is_shown = preview.text().await?.contains(name) && can_be_sent(app).await?;
        Ok(if is_shown { Some(preview.find(Locator::Css("h2")).await?.text().await?) } else { None })
    })
    .await
}

/// Opens the listed deals one after the other until one fits, and answers the name of its company.
pub async fn open_deal_that(
    app: &App<'_>,
    fits: impl AsyncFn() -> anyhow::Result<bool>,
) -> anyhow::Result<String> {
    for place in 0..app.rows(DEALS).await?.len() {
        app.open_row(DEALS, place).await?;
        let preview = app.find(region("Contract preview")).await?;
        // Neither the one nor the other for a moment: the preview is on its way.
        wait::until("the preview", async || {
            let is_there = can_be_sent(app).await? || app.shows(button("Fix")).await?;
            Ok(is_there.then_some(()))
        })
        .await?;
        if fits().await? {
            return Ok(preview.find(Locator::Css("h2")).await?.text().await?);
        }
    }
    bail!("none of the listed deals fits")
}

/// Whether "Send contract" is there and takes clicks.
pub async fn can_be_sent(app: &App<'_>) -> anyhow::Result<bool> {
    app.takes_clicks(button("Send contract")).await
}

/// Clicks "Send contract" until it is heard: it ignores clicks for a moment after its preview changed (ui.md §4), and
/// never sends twice.
pub async fn send(app: &App<'_>) -> anyhow::Result<()> {
    send_with(app, async || app.click(button("Send contract")).await).await
}

/// [`send`] in another way than by a click.
pub async fn send_with(app: &App<'_>, asks: impl AsyncFn() -> anyhow::Result<()>) -> anyhow::Result<()> {
    wait::until("the undo time to begin", async || {
        if app.shows(button("Undo")).await? {
            return Ok(Some(()));
        }
        if can_be_sent(app).await? {
            asks().await?;
        }
        Ok(None)
    })
    .await
}

/// Waits until nothing can be undone any more, and the contract is out.
pub async fn wait_until_out(app: &App<'_>) -> anyhow::Result<()> {
    wait::until_within(SENDING, "the contract to leave", async || {
        Ok((!app.shows(button("Undo")).await?).then_some(()))
    })
    .await?;
    app.click(link("Contracts")).await?;
    app.find(table("Contracts")).await?;
    app.reads("Awaiting signature").await
}

/// Opens the newest contract.
pub async fn open_newest_contract(app: &App<'_>) -> anyhow::Result<()> {
    app.click(link("Contracts")).await?;
    app.open_row(table("Contracts"), 0).await?;
    app.find(region("Timeline")).await.map(drop)
}
