//! A stand-in for Kommo and Oneflow: real HTTP servers on loopback with real state.
//!
//! It ships in the app as "sample data", drives the tests, and stands alone as a program. It knows nothing of the
//! app: it speaks HTTP only. The specification is the project's notes on the two services (`api/kommo.md`,
//! `api/oneflow.md`); where those are silent or disagree, the behaviour is a switch or is marked "Guess:" beside its
//! code.
//!
//! [`Sandbox::start`] makes the sample data and opens five ports: Kommo's account host and drive, Oneflow and the
//! storage of its files, and the control surface. [`Act`] is what people do in the services, [`Fault`] what goes
//! wrong on the way, [`Switches`] what nobody knows, and [`Entry`] one line of the journal of all requests.

mod clock;
mod config;
mod control;
mod faults;
mod held;
mod hex;
mod journal;
mod kommo;
mod oneflow;
mod pdf;
mod people;
mod sample;
mod sandbox;
mod server;
mod shared;
pub mod switches;

pub use config::{Config, Ports};
pub use faults::{Fault, FaultBody, FaultKind, Host, Matcher};
pub use held::{ContractView, DealView, FileView, NoteView, ParticipantView, TaskView};
pub use journal::{Effect, Entry, TokenSeen};
pub use oneflow::{ContractState, SignState};
pub use people::{Act, ActError, Acted, Service};
pub use sandbox::{Addresses, ClockView, Sandbox, StartError, Tokens};
pub use switches::Switches;
