//! The command line of the headless host.

use std::{path::PathBuf, time::Duration};

use domain::Timestamp;
use url::Url;

/// How to call it.
pub const USAGE: &str = "countersign-headless --data DIR [--ui DIR] [--port N] [--time-scale X] [--now RFC3339] \
                         [--clock URL] [--vault memory|system|file:PATH] [--sockets-ms N]";

/// What it is started with.
#[derive(Debug, Clone, PartialEq)]
pub struct Arguments {
    /// The folder of everything the app keeps.
    pub data: PathBuf,
    /// The built interface.
    pub ui: Option<PathBuf>,
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// How many times faster than real time the app's clock runs.
    pub time_scale: f64,
    /// What that clock shows at the start; the real time of day when absent.
    pub now: Option<Timestamp>,
    /// The control surface of a sandbox whose clock is followed; `time_scale` and `now` then count for nothing.
    pub clock: Option<Url>,
    /// Where tokens are kept.
    pub vault: VaultKind,
    /// Time-out of each request, in real time; the app's own when absent.
    pub sockets: Option<Duration>,
}

/// Where tokens are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VaultKind {
    /// Forgotten at the end.
    Memory,
    /// A file that stands for a keychain and outlives the process; for tokens of a sandbox only.
    File(PathBuf),
    /// The keychain of the operating system.
    System,
}

/// What is wrong with the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// No such flag.
    Unknown(String),
    /// A flag without, or with a wrong, value.
    Value(String),
    /// No folder was named.
    NoData,
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unknown(flag) => write!(f, "unknown flag {flag}"),
            Self::Value(flag) => write!(f, "{flag} needs a value that it can read"),
            Self::NoData => f.write_str("--data is missing"),
        }
    }
}

impl std::error::Error for Wrong {}

impl Arguments {
    /// Reads the flags that follow the program's name.
    pub fn read(mut words: impl Iterator<Item = String>) -> Result<Self, Wrong> {
        let mut found = Self {
            data: PathBuf::new(),
            ui: None,
            port: 0,
            time_scale: 1.0,
            now: None,
            clock: None,
            vault: VaultKind::Memory,
            sockets: None,
        };
        while let Some(flag) = words.next() {
            let value = words.next();
            match flag.as_str() {
                "--data" => found.data = parsed(&flag, value)?,
                "--ui" => found.ui = Some(parsed(&flag, value)?),
                "--port" => found.port = parsed(&flag, value)?,
                "--time-scale" => found.time_scale = parsed(&flag, value)?,
                "--now" => found.now = Some(parsed(&flag, value)?),
                "--clock" => found.clock = Some(parsed(&flag, value)?),
                "--vault" => found.vault = vault(&flag, value.as_deref())?,
                "--sockets-ms" => found.sockets = Some(Duration::from_millis(parsed(&flag, value)?)),
                _ => return Err(Wrong::Unknown(flag)),
            }
        }
        if !(found.time_scale.is_finite() && found.time_scale > 0.0) {
            return Err(Wrong::Value("--time-scale".to_owned()));
        }
        if found.data.as_os_str().is_empty() {
            return Err(Wrong::NoData);
        }
        Ok(found)
    }
}

fn parsed<T: std::str::FromStr>(flag: &str, text: Option<String>) -> Result<T, Wrong> {
    text.and_then(|text| text.parse().ok()).ok_or_else(|| Wrong::Value(flag.to_owned()))
}

fn vault(flag: &str, word: Option<&str>) -> Result<VaultKind, Wrong> {
    match word {
        Some("memory") => Ok(VaultKind::Memory),
        Some("system") => Ok(VaultKind::System),
        Some(word) if word.starts_with("file:") => Ok(VaultKind::File(word["file:".len()..].into())),
        _ => Err(Wrong::Value(flag.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str) -> Result<Arguments, Wrong> {
        Arguments::read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn flags_set_what_they_name() {
        let line = "--data d --ui u --port 81 --time-scale 60 --now 2026-11-23T09:00:00Z --vault system --sockets-ms 300";
        let found = check(line).unwrap();
        assert_eq!((found.data, found.ui, found.port), ("d".into(), Some("u".into()), 81));
        assert_eq!(found.now, Some("2026-11-23T09:00:00Z".parse().unwrap()));
        assert_eq!((found.vault, found.sockets), (VaultKind::System, Some(Duration::from_millis(300))));
    }

    #[test]
    fn a_host_can_follow_the_clock_of_a_sandbox_and_keep_tokens_in_a_file() {
        let found = check("--data d --clock http://127.0.0.1:9/ --vault file:d/keychain").unwrap();
        assert_eq!(found.clock, Some("http://127.0.0.1:9/".parse().unwrap()));
        assert_eq!(found.vault, VaultKind::File("d/keychain".into()));
    }

    #[test]
    fn a_wrong_flag_is_named() {
        let value = |flag: &str| Wrong::Value(flag.to_owned());
        for (line, wrong) in [
            ("", Wrong::NoData),
            ("--data", value("--data")),
            ("--data d --port many", value("--port")),
            ("--data d --time-scale 0", value("--time-scale")),
            ("--data d --vault paper", value("--vault")),
            ("--data d --token t", Wrong::Unknown("--token".to_owned())),
        ] {
            assert_eq!(check(line), Err(wrong), "{line}");
        }
    }
}
