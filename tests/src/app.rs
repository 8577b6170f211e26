//! The real window, driven over `WebDriver` (dev-environment.md §4).

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use fantoccini::actions::{
    InputSource as _, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::control::{Control, Role, control};
use crate::desk::Desk;
use crate::program::Program;
use crate::{built, wait};

/// Without the variable below, or with a window that never opens, the session request would hang for ever.
const OPENING: Duration = Duration::from_secs(30);

/// The app with its window open.
#[derive(Debug)]
pub struct App<'desk> {
    client: Client,
    desk: &'desk Desk,
    _driver: Program,
}

impl<'desk> App<'desk> {
    /// Starts the built app in the desk. One at a time: a second start would show the first window and leave.
    pub async fn open(desk: &'desk Desk) -> anyhow::Result<Self> {
        desk.suspect();
        let port = free_port()?;
        let mut command = desk.command("WebKitWebDriver")?;
        command.arg(format!("--port={port}")).env("TAURI_WEBVIEW_AUTOMATION", "true");
        let driver = Program::start(command)?;
        wait::until("WebKitWebDriver", async || {
            Ok(Some(tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?))
        })
        .await?;
        let wanted = json!({
            "browserName": "wry",
            "webkitgtk:browserOptions": { "binary": built::app()?, "args": [] },
        });
        let wanted = wanted.as_object().cloned().context("BUG: capabilities are an object")?;
        let address = format!("http://127.0.0.1:{port}");
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let session = builder.capabilities(wanted).connect(&address);
        let client = wait::at_most(OPENING, "opening the window", session).await??;
        let app = Self { client, desk, _driver: driver };
        app.collect_violations().await?;
        Ok(app)
    }

    /// Ends the app and says that all went well: without this call a picture and the logs are kept.
    pub async fn close(self) -> anyhow::Result<()> {
        self.client.clone().close().await?;
        self.ended().await
    }

    /// Waits until the app has ended, and says that all went well.
    pub async fn ended(self) -> anyhow::Result<()> {
        // As long as it holds its name, another start would only hand over to it.
        wait::until("the app to end", async || {
            Ok((!self.desk.has_name("app.countersign.desktop.SingleInstance").await?).then_some(()))
        })
        .await?;
        self.desk.settle();
        Ok(())
    }

    /// The `WebDriver` client, for what has no method here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Waits for a control.
    pub async fn find(&self, wanted: Control<'_>) -> anyhow::Result<Element> {
        wait::until(wanted, async || wanted.look(&self.client, None).await).await
    }

    /// Waits for a control inside another.
    pub async fn find_in(&self, outer: &Element, wanted: Control<'_>) -> anyhow::Result<Element> {
        wait::until(wanted, async || wanted.look(&self.client, Some(outer)).await).await
    }

    /// Whether a control is there now.
    pub async fn shows(&self, wanted: Control<'_>) -> anyhow::Result<bool> {
        Ok(wanted.look(&self.client, None).await?.is_some())
    }

    /// Whether a control is there now and takes clicks.
    pub async fn takes_clicks(&self, wanted: Control<'_>) -> anyhow::Result<bool> {
        match wanted.look(&self.client, None).await? {
            Some(element) => usable(&element).await,
            None => Ok(false),
        }
    }

    /// The rows of a table that are drawn now, without its head.
    pub async fn rows(&self, table: Control<'_>) -> anyhow::Result<Vec<Element>> {
        let rows = Locator::Css("tbody tr:not([aria-hidden=true])");
        Ok(self.find(table).await?.find_all(rows).await?)
    }

    /// Opens a row of a table by its place, counted from 0. A list that is being read draws its rows anew, so a row
    /// that is gone when it is clicked is looked for again.
    pub async fn open_row(&self, table: Control<'_>, place: usize) -> anyhow::Result<()> {
        wait::until(format_args!("row {place} of {table}"), async || {
            let Some(row) = self.rows(table).await?.into_iter().nth(place) else { return Ok(None) };
            // A person clicks a cell; WebKit's driver finds no place to click in a row.
            row.find(Locator::Css("td, th")).await?.click().await?;
            Ok(Some(()))
        })
        .await
    }

    /// Waits until a control is gone.
    pub async fn gone(&self, unwanted: Control<'_>) -> anyhow::Result<()> {
        wait::until(format_args!("{unwanted} to go"), async || {
            Ok(unwanted.look(&self.client, None).await?.is_none().then_some(()))
        })
        .await
    }

    /// Waits for a control that can be used, and clicks it.
    pub async fn click(&self, wanted: Control<'_>) -> anyhow::Result<()> {
        wait::until(format_args!("a click on {wanted}"), async || {
            let Some(element) = wanted.look(&self.client, None).await? else { return Ok(None) };
            if !usable(&element).await? {
                return Ok(None);
            }
            // A click in the middle of an animation is refused by the driver; the next round clicks again.
            element.click().await?;
            Ok(Some(()))
        })
        .await
    }

    /// Clicks a control twice, as fast as the driver can.
    pub async fn double_click(&self, wanted: Control<'_>) -> anyhow::Result<()> {
        let element = self.find(wanted).await?;
        let click = |mouse: MouseActions| {
            let button = MOUSE_BUTTON_LEFT;
            mouse.then(PointerAction::Down { button }).then(PointerAction::Up { button })
        };
        let over = PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 };
        let mouse = MouseActions::new("mouse".to_owned()).then(over);
        self.client.perform_actions(click(click(mouse))).await?;
        Ok(())
    }

    /// Replaces the text of a text box.
    pub async fn fill(&self, text_box: Control<'_>, text: &str) -> anyhow::Result<()> {
        let element = self.find(text_box).await?;
        element.clear().await?;
        if !text.is_empty() {
            element.send_keys(text).await?;
        }
        Ok(())
    }

    /// Chooses from a combobox, native or drawn by us.
    pub async fn choose(&self, combobox: Control<'_>, option: &str) -> anyhow::Result<()> {
        let element = self.find(combobox).await?;
        if element.tag_name().await? == "select" {
            element.select_by_label(option).await?;
            return Ok(());
        }
        element.click().await?;
        self.click(control(Role::Option, option)).await
    }

    /// The text of a control as it is drawn.
    pub async fn text_of(&self, wanted: Control<'_>) -> anyhow::Result<String> {
        Ok(self.find(wanted).await?.text().await?)
    }

    /// Waits until a text stands somewhere in the window.
    pub async fn reads(&self, text: &str) -> anyhow::Result<()> {
        let script = "return document.body.innerText.replace(/\\s+/g, ' ').includes(arguments[0])";
        wait::until(format_args!("the text {text:?}"), async || {
            let there = self.run(script, vec![text.into()]).await?;
            Ok((there == Value::Bool(true)).then_some(()))
        })
        .await
    }

    /// Presses the keys together and lets them go, as real key presses.
    pub async fn press(&self, keys: &[Key]) -> anyhow::Result<()> {
        let characters: Vec<char> = keys.iter().map(|key| char::from(*key)).collect();
        self.press_characters(&characters).await
    }

    /// [`Self::press`] for letters.
    pub async fn press_characters(&self, keys: &[char]) -> anyhow::Result<()> {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for &value in keys {
            actions = actions.then(KeyAction::Down { value });
        }
        for &value in keys.iter().rev() {
            actions = actions.then(KeyAction::Up { value });
        }
        self.client.perform_actions(actions).await?;
        Ok(())
    }

    /// Runs a script in the page. For looking, never for doing what a person would do with mouse and keys.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> anyhow::Result<Value> {
        Ok(self.client.execute(script, arguments).await?)
    }

    /// Saves a picture of the window as it stands on the screen, once nothing in it moves but what moves for long, such as
    /// the undo time.
    ///
    /// Not the driver's own picture: without a graphics card, and with the renderer that the desk chooses, the driver
    /// never answers.
    pub async fn picture(&self, path: &Path) -> anyhow::Result<()> {
        let rest = "
            const done = arguments[arguments.length - 1];
            const moves = () => document.getAnimations().some(a => a.playState === 'running' &&
                a.effect?.getComputedTiming().endTime < 1000);
            const look = () => requestAnimationFrame(() => moves() ? look() : requestAnimationFrame(() => done()));
            look();";
        wait::at_most(wait::PATIENCE, "the window to come to rest", self.client.execute_async(rest, vec![]))
            .await??;
        self.desk.picture_of("Countersign", path)
    }

    /// What broke the content security policy since the window opened, one line each.
    pub async fn violations(&self) -> anyhow::Result<Vec<String>> {
        let found = self.run("return window.__violations", vec![]).await?;
        serde_json::from_value(found).context("the collector of violations is gone: the page was loaded anew")
    }

    async fn collect_violations(&self) -> anyhow::Result<()> {
        let script = "
            window.__violations = [];
            addEventListener('securitypolicyviolation', e => window.__violations.push(
                `${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber} ${e.sample}`));";
        self.run(script, vec![]).await?;
        Ok(())
    }
}

/// Whether it takes clicks. A control that shall stay readable is disabled by attribute only.
async fn usable(element: &Element) -> anyhow::Result<bool> {
    Ok(element.is_enabled().await? && element.attr("aria-disabled").await?.as_deref() != Some("true"))
}

/// A port that was free a moment ago.
fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
