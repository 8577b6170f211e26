//! The line between the web view and Rust: DTOs, error codes, the list of commands, handlers, router, bindings.
//!
//! One command `rpc {cmd, payload}` comes in, one event `ui-event` goes out; the shell and the headless host carry
//! both. To add a command: a line in `command`, its DTOs, a handler of the same name; then write the bindings anew.

pub mod bindings;
mod command;
mod convert;
pub mod dto;
pub mod error;
mod handlers;
mod native;
mod notification;
mod outside;
mod router;
mod telling;

pub use error::{ErrorCode, IpcError};
pub use native::Native;
pub use outside::{Desktop, Later, Notification, Sample, SampleAccess};
pub use router::Router;
