//! What the app does from end to end, without a window: real app, real files, real HTTP, and the sandbox in place of
//! the two services.
//!
//! A test acts through the router, as the web view does, and reads what came of it from the sandbox's journal and
//! from what the sandbox holds. To add one: a [`World`](countersign_tests::world::World), a seat of it, a sentence as
//! its name.

mod bad_answers;
mod bad_lists;
mod colleagues;
mod crashes;
mod databases;
mod deals;
mod drift;
mod first_run;
mod incidents;
mod interference;
mod lost_answers;
mod offline;
mod previews;
mod programs;
mod rebuilt;
mod recovery;
mod sample_data;
mod secrets;
mod sending;
mod settings;
mod several;
mod stopped;
mod switches;
mod take_over;
mod tokens;
mod two_seats;
mod undo_time;
mod watching;
mod write_backs;
mod wrong_connections;

use countersign_tests::evidence;
