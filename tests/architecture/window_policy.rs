//! What the web view may do: design.md §6, word for word.

use std::fs;

use anyhow::Context as _;
use countersign_tests::built;
use serde_json::{Value, json};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                      connect-src ipc: http://ipc.localhost; base-uri 'none'; form-action 'none'";

#[test]
fn the_content_security_policy_is_the_agreed_one() -> anyhow::Result<()> {
    let app = &read("tauri.conf.json")?["app"];
    // Compared whole: a new key such as one that begins with "dangerous" fails too.
    let agreed = json!({ "csp": POLICY, "freezePrototype": true, "capabilities": ["main"] });
    assert_eq!(app["security"], agreed);
    assert_eq!(app["withGlobalTauri"], false);
    Ok(())
}

#[test]
fn the_window_may_only_listen() -> anyhow::Result<()> {
    let main = read("capabilities/main.json")?;
    assert_eq!(main["windows"], json!(["main"]));
    assert_eq!(main["permissions"], json!(["core:event:allow-listen", "core:event:allow-unlisten"]));
    assert_eq!(main.get("remote"), None, "no page from the net has any permission");
    let files = fs::read_dir(built::repository().join("src-tauri/capabilities"))?.count();
    assert_eq!(files, 1, "a second capability file would add permissions");
    Ok(())
}

fn read(path: &str) -> anyhow::Result<Value> {
    let path = built::repository().join("src-tauri").join(path);
    serde_json::from_slice(&fs::read(&path)?).with_context(|| path.display().to_string())
}
