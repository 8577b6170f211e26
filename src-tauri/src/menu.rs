//! The menu of macOS, where closing the window and quitting are two things.
//!
//! The system's own "Quit" ends the process without asking anybody. Ours closes the window, and goes the way of every
//! close: with sends on their way the person decides first ([`crate::quit`]). All else is what people expect there, the
//! keys for copy and paste above all.

use ipc::Native;
use tauri::menu::{Menu, MenuEvent, MenuItem, MenuItemKind};
use tauri::{AppHandle, Wry};

use crate::{desktop, window};

const QUIT: &str = "quit";

/// The usual menu, with our "Quit" in the place of the system's.
pub(crate) fn of_the_app(app: &AppHandle) -> tauri::Result<Menu<Wry>> {
    let menu = Menu::default(app)?;
    // The first menu is that of the app, and its last item is "Quit".
    if let Some(MenuItemKind::Submenu(own)) = menu.items()?.first() {
        own.remove_at(own.items()?.len().saturating_sub(1))?;
        let name = Native::of(&desktop::language("system")).text("menu.quit", &[]);
        own.append(&MenuItem::with_id(app, QUIT, name, true, Some("Cmd+Q"))?)?;
    }
    Ok(menu)
}

/// An item of ours was chosen.
#[expect(clippy::needless_pass_by_value, reason = "the signature that Tauri calls")]
pub(crate) fn chosen(app: &AppHandle, event: MenuEvent) {
    if event.id() != QUIT {
        return;
    }
    let Some(window) = window::main(app) else { return };
    if let Err(error) = window.close() {
        tracing::warn!(%error, "the window could not be closed");
    }
}
