//! The main job: a won deal, its preview, one click, a signature, and what Kommo got back.

use anyhow::ensure;
use countersign_tests::control::{Role, button, control, link, list, region, table};
use countersign_tests::person::{self, SENDING};
use countersign_tests::portal::{self, Preference};
use countersign_tests::{notifications, wait};

use crate::guide::{Frame, Guide};

/// A deal of the sample data without any problem.
const DEAL: &str = "Uppdrag 042";

/// Another one.
const OTHER_DEAL: &str = "Uppdrag 045";

pub(crate) async fn tell(guide: &mut Guide<'_>) -> anyhow::Result<()> {
    arrive(guide).await?;
    send(guide).await?;
    sign(guide).await?;
    decline(guide).await?;
    look_around(guide).await
}

async fn arrive(guide: &mut Guide<'_>) -> anyhow::Result<()> {
    guide
        .step("welcome", "The window opens on Welcome", async |at| {
            at.app.find(button("Connect accounts")).await?;
            at.app.find(button("Explore with sample data")).await.map(drop)
        })
        .await?;
    guide
        .step("deals", "Sample data is connected, its won deals are listed", async |at| {
            person::explore(at.app).await
        })
        .await?;
    guide
        .step("problem", "A preview says what is wrong and offers the fix", async |at| {
            person::open_deal_that(at.app, async || Ok(!person::can_be_sent(at.app).await?)).await?;
            at.app.find(list("Problems")).await.map(drop)
        })
        .await
}

async fn send(guide: &mut Guide<'_>) -> anyhow::Result<()> {
    guide
        .step("preview", "A deal is found and chosen, its contract is previewed", async |at| {
            person::open_deal(at.app, DEAL).await?;
            at.app.find(region("Contract preview")).await?;
            at.app.find(table("Mapped fields")).await.map(drop)
        })
        .await?;
    guide.step("leaving", "One click; it can still be undone", async |at| person::send(at.app).await).await?;
    guide
        .step("awaiting", "The contract is out and awaits its signature", async |at| {
            person::wait_until_out(at.app).await
        })
        .await
}

async fn sign(guide: &mut Guide<'_>) -> anyhow::Result<()> {
    guide
        .framed(Frame::Desktop, "signed", "The client signs, and the desktop says so", async |at| {
            at.app.click(button("Dismiss")).await?;
            person::open_newest_contract(at.app).await?;
            at.app.click(button("Client signs")).await?;
            notified(at).await?;
            at.app.reads("All parties have signed").await
        })
        .await?;
    let seen = notifications::all(guide.desk)?;
    let is_told = seen.iter().any(|one| one.summary.ends_with(" signed") && one.body.contains(DEAL));
    ensure!(is_told, "notified: {seen:?}");
    guide
        .step("written-back", "Kommo got the field, the notes and the signed PDF", async |at| {
            let mut missing = String::new();
            wait::until_within(SENDING, "everything to be written back", async || {
                let written = at.app.text_of(list("Written back to Kommo")).await?;
                missing.clone_from(&written);
                let file_is_there =
                    written.contains("Signed PDF") && !written.contains("waiting for its turn");
                Ok(file_is_there.then_some(()))
            })
            .await
            .map_err(|error| error.context(missing))?;
            let into_sight = "arguments[0].scrollIntoView({ block: 'end' })";
            let list = at.app.find(list("Written back to Kommo")).await?;
            at.app.run(into_sight, vec![serde_json::to_value(list)?]).await.map(drop)
        })
        .await
}

async fn decline(guide: &mut Guide<'_>) -> anyhow::Result<()> {
    guide
        .framed(Frame::Desktop, "declined", "Another client declines", async |at| {
            person::open_deal(at.app, OTHER_DEAL).await?;
            person::send(at.app).await?;
            person::wait_until_out(at.app).await?;
            at.app.click(button("Dismiss")).await?;
            person::open_newest_contract(at.app).await?;
            at.app.click(button("Client declines")).await?;
            notified(at).await?;
            at.app.find(button("Send a new version")).await.map(drop)
        })
        .await
}

async fn look_around(guide: &mut Guide<'_>) -> anyhow::Result<()> {
    for (name, view) in [("activity", "Activity"), ("needs-you", "Needs you"), ("settings", "Settings")] {
        let title = format!("{view} opens");
        guide
            .step(name, &title, async |at| {
                at.app.click(link(view)).await?;
                at.app.find(control(Role::Heading, view)).await.map(drop)
            })
            .await?;
    }
    guide
        .step("dark", "The window follows the desktop into the dark", async |at| {
            portal::choose(at.desk, Preference::Dark).await?;
            at.app.click(link("Contracts")).await?;
            person::open_newest_contract(at.app).await?;
            at.app.find(region("Timeline")).await.map(drop)
        })
        .await
}

async fn notified(at: &Guide<'_>) -> anyhow::Result<()> {
    wait::until_within(SENDING, "a notification", async || {
        Ok((notifications::on_screen(at.desk)? > 0).then_some(()))
    })
    .await
}
