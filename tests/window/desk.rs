//! The desk itself: what the other tests rely on to see is really seen.

use anyhow::ensure;
use countersign_tests::desk::{Desk, Keychain};
use countersign_tests::notifications::{self, Notification};
use countersign_tests::{keychain, wait};

#[tokio::test]
async fn equal_notifications_are_seen_as_often_as_they_were_sent() -> anyhow::Result<()> {
    let desk = Desk::start().await?;
    for _ in 0..2 {
        ensure!(desk.command("notify-send")?.args(["Signed", "Uppdrag 042"]).status()?.success());
    }
    let seen =
        wait::until("both", async || Ok(Some(notifications::all(&desk)?).filter(|all| all.len() == 2)))
            .await?;
    let sent = Notification { summary: "Signed".to_owned(), body: "Uppdrag 042".to_owned() };
    assert_eq!(seen, [sent.clone(), sent]);
    Ok(())
}

#[tokio::test]
async fn the_keychain_keeps_secrets_until_it_is_locked() -> anyhow::Result<()> {
    let desk = Desk::start().await?;
    keychain::store(&desk, "somebody", "token", "hunter2")?;
    assert_eq!(keychain::secret(&desk, "somebody", "token")?.as_deref(), Some("hunter2"));
    assert_eq!(keychain::secret(&desk, "somebody", "other")?, None);
    assert!(keychain::listing(&desk, "somebody")?.contains("hunter2"));
    keychain::lock(&desk).await?;
    assert_eq!(keychain::secret(&desk, "somebody", "token")?, None, "locked");
    keychain::unlock(&desk).await?;
    assert_eq!(keychain::secret(&desk, "somebody", "token")?.as_deref(), Some("hunter2"), "unlocked again");
    Ok(())
}

#[tokio::test]
async fn a_desk_without_a_keychain_refuses_secrets() -> anyhow::Result<()> {
    let desk = Desk::start_with(Keychain::Absent).await?;
    assert!(keychain::store(&desk, "somebody", "token", "hunter2").is_err());
    Ok(())
}

#[tokio::test]
async fn opened_links_reach_the_browser() -> anyhow::Result<()> {
    let desk = Desk::start().await?;
    ensure!(desk.command("xdg-open")?.arg("https://app.oneflow.com/contracts/8812").status()?.success());
    let links =
        wait::until("the link", async || Ok(Some(desk.opened_links()?).filter(|links| !links.is_empty())))
            .await?;
    assert_eq!(links, ["https://app.oneflow.com/contracts/8812"]);
    Ok(())
}
