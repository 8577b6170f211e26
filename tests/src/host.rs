//! The headless host: engine and router over loopback HTTP, without a window (design.md §2).
//!
//! The whole interface runs in a plain browser against it (`ui/src/platform/http.ts`), and tests of many seats and of
//! crashes start it as processes of their own. What a desktop would do is written down instead of done, and can be
//! asked for.
//!
//! | call | does |
//! |---|---|
//! | `GET /` and files | the interface of `--ui`, under the content security policy |
//! | `POST /rpc` `{cmd, payload}` | a command of the router; an error comes with status 400 |
//! | `GET /events` | server-sent events: what Rust tells without being asked |
//! | `GET /desktop` | what the desktop was asked to do so far |
//! | `PUT /desktop/file` | the file that the next "open a file" gets |
//! | `GET /clock`, `POST /clock` `{advance_ms}` | the time of day here, and moving it on |
//!
//! All but the interface need `?key=`, which stands in the address that the host prints.

pub mod arguments;
mod desktop;
mod file_keychain;
mod pages;
mod program;
mod sample;
mod server;

pub use desktop::{Notified, PaperDesktop, Recorded};
pub use file_keychain::FileKeychain;
pub use program::{HostLine, HostProgram};
pub use sample::SampleData;
pub use server::{Host, Parts};
