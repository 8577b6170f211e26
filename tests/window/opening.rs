//! The window opens, and the web view has no more power than design.md §6 gives it.

use anyhow::ensure;
use countersign_tests::app::App;
use countersign_tests::built;
use countersign_tests::desk::Desk;
use serde_json::json;

#[tokio::test]
async fn the_window_opens_with_its_title_and_within_its_policy() -> anyhow::Result<()> {
    let desk = Desk::start().await?;
    let app = App::open(&desk).await?;
    assert_eq!(app.client().title().await?, "Countersign");
    app.reads("Countersign").await?;
    assert_eq!(app.violations().await?, Vec::<String>::new());
    app.close().await
}

#[tokio::test]
async fn the_page_cannot_reach_the_net_or_run_foreign_code() -> anyhow::Result<()> {
    let desk = Desk::start().await?;
    let app = App::open(&desk).await?;
    let script = "
        const done = arguments[arguments.length - 1];
        const style = document.createElement('style');
        style.textContent = 'body { color: red }';
        document.head.append(style);
        fetch('https://example.com/').then(() => done('reached'), () => done('refused'));";
    let outcome = app.client().execute_async(script, vec![]).await?;
    assert_eq!(outcome, json!("refused"));
    let violations = app.violations().await?;
    for directive in ["connect-src", "style-src"] {
        assert!(violations.iter().any(|line| line.starts_with(directive)), "{directive} in {violations:?}");
    }
    app.close().await
}

#[tokio::test]
async fn the_page_may_listen_and_nothing_else() -> anyhow::Result<()> {
    let desk = Desk::start().await?;
    let app = App::open(&desk).await?;
    for forbidden in
        ["plugin:event|emit", "plugin:window|set_title", "plugin:opener|open_url", "plugin:dialog|open"]
    {
        let script = "
            const [command, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(command, {}).then(() => done('allowed'), why => done(String(why)));";
        let answer = app.client().execute_async(script, vec![forbidden.into()]).await?;
        let answer = answer.as_str().unwrap_or_default();
        assert!(answer.contains("not allowed"), "{forbidden}: {answer}");
    }
    app.close().await
}

#[tokio::test]
async fn a_start_without_a_window_system_is_written_down() -> anyhow::Result<()> {
    let desk = Desk::start().await?;
    let status = desk.command(built::app()?)?.env("DISPLAY", ":nowhere").status()?;
    ensure!(!status.success(), "{status}");
    let logs = desk.logs()?;
    ensure!(logs.contains("could not start error="), "{logs}");
    Ok(())
}
