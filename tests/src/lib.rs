//! The harness of the tests that need more than one crate: a private desktop, the real window in it, and what the
//! desktop saw (notifications, keychain, opened links).
//!
//! Every test starts a [`desk::Desk`] of its own, so tests share nothing and may run side by side: own display, own
//! session bus, own keychain, own home folder. The app under test is the binary that cargo built ([`built`]).
//!
//! What needs no window has a smaller harness: [`world`] is both services and a clock, [`seat`] a computer with the app
//! on it, [`host`] the same app as a program that a browser speaks to, [`manager`] what people do with either.
//!
//! To add a window test: a file in `tests/window/`, a `Desk`, an `App`, and only controls by role and accessible name
//! (design.md §9). Waiting goes through [`wait`]; nothing sleeps.

pub mod app;
pub mod built;
pub mod clock;
pub mod control;
pub mod desk;
pub mod evidence;
pub mod host;
pub mod keychain;
pub mod logs;
pub mod manager;
pub mod measure;
pub mod notifications;
pub mod pace;
pub mod person;
pub mod portal;
mod program;
pub mod recovery;
pub mod seat;
pub mod wait;
pub mod world;
