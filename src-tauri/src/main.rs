//! The desktop shell of Countersign: window, notifications, dialogs, start-up order, paths and logs.
//!
//! It holds no rule of the product. Everything the interface asks for goes through the one command of [`rpc`] to
//! the router of `ipc`; everything it hears comes as the one event of [`window`].
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod appearance;
#[cfg(target_os = "linux")]
mod color_scheme;
mod desktop;
mod logging;
#[cfg(target_os = "macos")]
mod menu;
mod notify;
mod paths;
mod quit;
mod resume;
mod rpc;
mod sample;
mod startup;
mod window;

use std::process::ExitCode;

fn main() -> ExitCode {
    match startup::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Countersign could not start: {error:#}");
            ExitCode::FAILURE
        }
    }
}
