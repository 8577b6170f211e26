//! Starting other programs, so that a person sees what is run and how it ended.

use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, bail};

/// The repository's root.
pub(crate) fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("BUG: the tool lies in src-tauri/xtask").to_path_buf()
}

/// A command that starts in the repository's root.
pub(crate) fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(repository());
    // `cargo xtask` is itself started by cargo, which describes this tool in variables that build scripts watch: with
    // them, every change between `cargo xtask test` and plain `cargo build` would build half the tree again.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"]
            .iter()
            .any(|of_us| text.starts_with(of_us))
        {
            command.env_remove(name);
        }
    }
    command
}

/// Where cargo puts a binary of `profile`.
pub(crate) fn built(profile: &str, name: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository().join("target"), Into::into);
    Path::new(&target).join(profile).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Says what is done, does it in front of the person's eyes, and tells how it ended.
pub(crate) fn status(title: &str, mut command: Command) -> anyhow::Result<ExitStatus> {
    announce(title, &command);
    command.status().with_context(|| format!("cannot start {}", line(&command)))
}

/// The same, and fails if it fails.
pub(crate) fn step(title: &str, command: Command) -> anyhow::Result<()> {
    let line = line(&command);
    let status = status(title, command)?;
    if !status.success() {
        bail!("{title}: failed ({status})\n  {line}");
    }
    Ok(())
}

/// The output of a program that says something about this machine, or nothing if it is absent or fails.
pub(crate) fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// How a program ended whose output was both shown and kept.
pub(crate) struct Ended {
    pub(crate) succeeded: bool,
    pub(crate) output: String,
}

/// [`step`] for a program whose last lines have to be read.
pub(crate) fn watched(title: &str, mut command: Command) -> anyhow::Result<Ended> {
    announce(title, &command);
    // Colours would stand in the middle of the numbers that are read.
    command.env("NO_COLOR", "1").env("CARGO_TERM_COLOR", "never");
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", line(&command)))?;
    let (lines, arriving) = mpsc::channel();
    forward(child.stdout.take().expect("BUG: standard output is piped"), lines.clone());
    forward(child.stderr.take().expect("BUG: standard error is piped"), lines);

    let mut output = String::new();
    let mut status = None;
    loop {
        match arriving.recv_timeout(Duration::from_millis(500)) {
            Ok(line) => {
                println!("{line}");
                output += &line;
                output.push('\n');
            }
            Err(RecvTimeoutError::Disconnected) => break,
            // A grandchild that outlives the program keeps the pipe open; nobody waits for it.
            Err(RecvTimeoutError::Timeout) if status.is_some() => break,
            Err(RecvTimeoutError::Timeout) => status = child.try_wait()?,
        }
    }
    let succeeded = child.wait()?.success();
    Ok(Ended { succeeded, output })
}

fn forward(pipe: impl Read + Send + 'static, lines: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            if lines.send(text).is_err() {
                return;
            }
        }
    });
}

fn announce(title: &str, command: &Command) {
    println!("\n==> {title}\n    {}", line(command));
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
