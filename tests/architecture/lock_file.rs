//! Libraries that must not come in through anybody. `.deny.toml` says the same to cargo-deny, which is not on every
//! machine.

use std::fs;

use countersign_tests::built;

/// What is banned, and what it would cost.
const BANNED: &[(&str, &str)] = &[
    ("openssl-sys", "a second TLS library, and a system package to build"),
    ("native-tls", "a second TLS library"),
    ("aws-lc-sys", "a C build of half a minute; ring is the provider"),
    ("libdbus-sys", "a system package to build; zbus speaks to the bus"),
];

#[test]
fn the_lock_file_holds_no_banned_library() -> anyhow::Result<()> {
    let lock = fs::read_to_string(built::repository().join("Cargo.lock"))?;
    let deny = fs::read_to_string(built::repository().join(".deny.toml"))?;
    for (library, why) in BANNED {
        let line = format!("name = \"{library}\"");
        assert!(!lock.lines().any(|present| present == line), "{library} is banned: {why}");
        assert!(deny.contains(&format!("crate = \"{library}\"")), ".deny.toml does not ban {library}");
    }
    Ok(())
}
