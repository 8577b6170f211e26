//! A private desktop without a screen: X server, session bus, unlocked keychain, window manager and notification
//! daemon, in folders of its own (dev-environment.md §3).
//!
//! The real parts of a Linux desktop, not doubles: what passes here passes on a manager's computer. All programs end
//! with the [`Desk`]; killing the X server ends what was started inside it too.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;
use tempfile::TempDir;

use crate::program::Program;
use crate::{built, keychain, wait};

/// Equal notifications would be shown as one, and a doubled one would go unseen. The looks are for pictures.
const NOTIFICATIONS: &str = r##"
[global]
history_length = 200
stack_duplicates = false
width = 340
origin = top-right
offset = 16x48
padding = 12
horizontal_padding = 14
frame_width = 1
frame_color = "#d5d5d2"
corner_radius = 8
font = Noto Sans 10
format = "<b>%s</b>\n%b"
show_indicators = no

[urgency_normal]
background = "#fbfbfa"
foreground = "#1d1e20"
timeout = 30
"##;

/// Whether the person has a keychain, and whether it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keychain {
    /// The usual case.
    Unlocked,
    /// No Secret Service on the bus, and none that the bus could start.
    Absent,
}

/// One person's desktop session.
#[derive(Debug)]
pub struct Desk {
    // Dropped in this order: programs lose their display and bus, then the folder goes.
    programs: Vec<Program>,
    bus: zbus::Connection,
    variables: Vec<(&'static str, OsString)>,
    folder: TempDir,
    /// Set while something runs that has not ended well: then a picture and the logs are kept.
    suspect: std::cell::Cell<bool>,
}

impl Desk {
    /// A desktop with everything a manager has.
    pub async fn start() -> anyhow::Result<Self> {
        Self::start_with(Keychain::Unlocked).await
    }

    /// A desktop with the keychain in the given state.
    pub async fn start_with(keychain: Keychain) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("desk.").tempdir()?;
        let home = folder.path().join("home");
        let variables = variables(folder.path(), &home);
        lay_out(folder.path(), &home)?;

        let display = start_display(folder.path(), &variables).await?;
        let mut variables = variables;
        variables.push(("DISPLAY", display.number));
        let mut programs = vec![display.program];

        let start = |program: &str, arguments: &[&OsStr]| {
            let mut command = command(folder.path(), &variables, program)?;
            command.args(arguments);
            Program::start(command)
        };
        let config = folder.path().join("bus.conf");
        programs
            .push(start("dbus-daemon", &["--nofork".as_ref(), "--config-file".as_ref(), config.as_ref()])?);
        let bus = wait::until("the session bus", async || Ok(Some(connect(folder.path()).await?))).await?;
        programs.push(start("openbox", &[])?);
        programs.push(start("dunst", &[])?);
        if keychain == Keychain::Unlocked {
            programs.push(start_keychain(folder.path(), &variables)?);
            wait_for_name(&bus, "org.freedesktop.secrets").await?;
        }
        wait_for_name(&bus, "org.freedesktop.Notifications").await?;
        Ok(Self { programs, bus, variables, folder, suspect: false.into() })
    }

    /// A command that will run inside this desktop. Its output goes to a log file that is shown when a test fails.
    pub fn command(&self, program: impl AsRef<OsStr>) -> anyhow::Result<Command> {
        command(self.folder.path(), &self.variables, program)
    }

    /// The session bus, to speak with the desktop's services or to be one.
    pub fn bus(&self) -> &zbus::Connection {
        &self.bus
    }

    /// Whether somebody has this name on the session bus.
    pub async fn has_name(&self, name: &'static str) -> anyhow::Result<bool> {
        Ok(zbus::fdo::DBusProxy::new(&self.bus).await?.name_has_owner(name.try_into()?).await?)
    }

    /// Closes the window of the app, as a click on its cross does.
    pub fn close_window(&self) -> anyhow::Result<()> {
        let status = self.command("wmctrl")?.args(["-c", "Countersign"]).status()?;
        anyhow::ensure!(status.success(), "there is no window to close: {status}");
        Ok(())
    }

    /// Waits for the window with this title, such as a question of the system, and clicks in it. The place is told as
    /// a share of its width and height.
    pub async fn click_in(&self, title: &str, (across, down): (f64, f64)) -> anyhow::Result<()> {
        let mut before = None;
        // A window that has just come up may still grow under the pointer.
        let (window, width, height) = wait::until(format_args!("the window {title:?}"), async || {
            let found = self.xdotool(&["search", "--onlyvisible", "--name", title])?;
            let Some(window) = found.lines().next() else { return Ok(None) };
            let size = self.xdotool(&["getwindowgeometry", "--shell", window])?;
            let number = |name: &str| {
                let line = size.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
                line.and_then(|number| number.parse::<f64>().ok()).context("a size")
            };
            let now = (window.to_owned(), number("WIDTH")?, number("HEIGHT")?);
            let stands_still = before.replace(now.clone()).is_some_and(|before| before == now);
            Ok(stands_still.then_some(now))
        })
        .await?;
        let (x, y) = (format!("{:.0}", width * across), format!("{:.0}", height * down));
        self.xdotool(&["mousemove", "--window", &window, &x, &y, "sleep", "0.1", "click", "1"]).map(drop)
    }

    fn xdotool(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output = self.command("xdotool")?.args(arguments).stdout(Stdio::piped()).output()?;
        // A search that finds nothing fails, and says nothing.
        Ok(String::from_utf8(output.stdout)?)
    }

    /// The home folder of the person.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Where the app keeps its files: under `XDG_DATA_HOME`.
    pub fn app_data(&self) -> PathBuf {
        self.home().join(".local/share/app.countersign.desktop")
    }

    /// Everything written by the app and the other programs so far.
    pub fn logs(&self) -> anyhow::Result<String> {
        let mut logs = Vec::new();
        for folder in [self.folder.path().join("logs"), self.app_data().join("logs")] {
            // The app has no folder before its first start.
            for entry in fs::read_dir(folder).into_iter().flatten() {
                let path = entry?.path();
                let log = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
                if !log.trim().is_empty() {
                    logs.push(format!(
                        "--- {}\n{log}",
                        path.file_name().unwrap_or_default().to_string_lossy()
                    ));
                }
            }
        }
        Ok(logs.join("\n"))
    }

    /// The addresses that were opened in the person's browser, oldest first.
    pub fn opened_links(&self) -> anyhow::Result<Vec<String>> {
        let list = self.folder.path().join("opened-links");
        if !list.exists() {
            return Ok(Vec::new());
        }
        Ok(fs::read_to_string(list)?.lines().map(str::to_owned).collect())
    }

    /// Takes a picture of the whole screen.
    pub fn picture(&self, path: &Path) -> anyhow::Result<()> {
        self.picture_of("root", path)
    }

    /// Takes a picture of the window with this title.
    pub(crate) fn picture_of(&self, window: &str, path: &Path) -> anyhow::Result<()> {
        let status = self.command("import")?.args(["-window", window]).arg(path).status()?;
        anyhow::ensure!(status.success(), "the picture could not be taken: {status}");
        Ok(())
    }

    /// Marks the desk as in the middle of something; [`Self::settle`] takes it back.
    pub fn suspect(&self) {
        self.suspect.set(true);
    }

    /// Says that what [`Self::suspect`] began has ended well: nothing is kept of it.
    pub fn settle(&self) {
        self.suspect.set(false);
    }

    fn keep_evidence(&self) -> anyhow::Result<()> {
        let test = std::thread::current().name().unwrap_or("unnamed").replace("::", "-");
        let picture = built::failures()?.join(format!("{test}.png"));
        self.picture(&picture)?;
        eprintln!("{}\nThe screen when it failed: {}", self.logs()?, picture.display());
        Ok(())
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let failed = self.suspect.get() || std::thread::panicking();
        if failed && let Err(error) = self.keep_evidence() {
            eprintln!("no picture of the failure: {error:#}");
        }
        // The X server last: what still draws on it must not outlive its own test, and dies with it.
        while let Some(program) = self.programs.pop() {
            drop(program);
        }
    }
}

/// What a session's programs see. What is not here comes from the outside, `PATH` above all.
fn variables(folder: &Path, home: &Path) -> Vec<(&'static str, OsString)> {
    let mut address = OsString::from("unix:path=");
    address.push(folder.join("run/bus"));
    vec![
        ("HOME", home.into()),
        ("XDG_RUNTIME_DIR", folder.join("run").into()),
        ("XDG_DATA_HOME", home.join(".local/share").into()),
        ("XDG_CONFIG_HOME", home.join(".config").into()),
        ("XDG_CACHE_HOME", home.join(".cache").into()),
        ("XDG_STATE_HOME", home.join(".local/state").into()),
        ("XDG_CURRENT_DESKTOP", "desk".into()),
        ("XDG_SESSION_TYPE", "x11".into()),
        ("DBUS_SESSION_BUS_ADDRESS", address),
        ("LANG", "C.UTF-8".into()),
        ("TZ", "Europe/Stockholm".into()),
        ("GDK_BACKEND", "x11".into()),
        ("NO_AT_BRIDGE", "1".into()),
        ("LIBGL_ALWAYS_SOFTWARE", "1".into()),
        // Without a graphics card the default renderer needs 36 ms for a frame, this one 16 (ui-stack.md §5).
        ("WEBKIT_DISABLE_DMABUF_RENDERER", "1".into()),
    ]
}

fn lay_out(folder: &Path, home: &Path) -> anyhow::Result<()> {
    for made in ["run", "logs", "home/.config/dunst", "home/.local/share/applications"] {
        fs::create_dir_all(folder.join(made))?;
    }
    for private in [folder, &folder.join("run"), home] {
        fs::set_permissions(private, fs::Permissions::from_mode(0o700))?;
    }
    fs::write(home.join(".config/dunst/dunstrc"), NOTIFICATIONS)?;
    // No service folders: the bus starts nothing by itself, neither a second keychain nor its password prompt.
    fs::write(
        folder.join("bus.conf"),
        format!(
            "<busconfig><type>session</type><listen>unix:path={}</listen><auth>EXTERNAL</auth>\
             <policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/>\
             <allow own=\"*\"/></policy></busconfig>\n",
            folder.join("run/bus").display()
        ),
    )?;
    install_browser(folder, home)
}

/// A browser that writes down what it is asked to open, chosen as a desktop's browsers are.
fn install_browser(folder: &Path, home: &Path) -> anyhow::Result<()> {
    let browser = folder.join("browser");
    fs::write(&browser, format!("#!/bin/sh\necho \"$1\" >> '{}'\n", folder.join("opened-links").display()))?;
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755))?;
    fs::write(
        home.join(".local/share/applications/desk-browser.desktop"),
        format!("[Desktop Entry]\nType=Application\nName=Browser\nExec={} %u\n", browser.display()),
    )?;
    fs::write(
        home.join(".config/mimeapps.list"),
        "[Default Applications]\n\
         x-scheme-handler/http=desk-browser.desktop\nx-scheme-handler/https=desk-browser.desktop\n",
    )?;
    Ok(())
}

fn command(
    folder: &Path,
    variables: &[(&'static str, OsString)],
    program: impl AsRef<OsStr>,
) -> anyhow::Result<Command> {
    let name = Path::new(program.as_ref()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let log = File::options().create(true).append(true).open(folder.join("logs").join(name))?;
    let mut command = Command::new(program);
    command
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("XAUTHORITY")
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    Ok(command)
}

struct Display {
    program: Program,
    number: OsString,
}

/// The server picks a free number itself and tells it, so that desks side by side never take the same.
async fn start_display(folder: &Path, variables: &[(&'static str, OsString)]) -> anyhow::Result<Display> {
    let told = folder.join("display");
    let mut command = command(folder, variables, "Xvfb")?;
    command
        .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"])
        .stdout(File::create(&told)?);
    let mut program = Program::start(command)?;
    let number = wait::until("the X server", async || {
        anyhow::ensure!(!program.has_ended()?, "Xvfb ended at once");
        let told = fs::read_to_string(&told)?;
        Ok(told.ends_with('\n').then(|| OsString::from(format!(":{}", told.trim()))))
    })
    .await?;
    Ok(Display { program, number })
}

/// The login collection is created and unlocked with the password read from standard input.
fn start_keychain(folder: &Path, variables: &[(&'static str, OsString)]) -> anyhow::Result<Program> {
    let password = folder.join("keychain-password");
    fs::write(&password, keychain::PASSWORD)?;
    let mut command = command(folder, variables, "gnome-keyring-daemon")?;
    command.args(["--foreground", "--unlock", "--components=secrets"]).stdin(File::open(password)?);
    Program::start(command)
}

async fn connect(folder: &Path) -> anyhow::Result<zbus::Connection> {
    let address = format!("unix:path={}", folder.join("run/bus").display());
    zbus::connection::Builder::address(address.as_str())?.build().await.context("no bus yet")
}

async fn wait_for_name(bus: &zbus::Connection, name: &str) -> anyhow::Result<()> {
    let daemon = zbus::fdo::DBusProxy::new(bus).await?;
    wait::until(format_args!("{name} on the session bus"), async || {
        let owned = daemon.name_has_owner(name.try_into()?).await?;
        Ok(owned.then_some(()))
    })
    .await
}
