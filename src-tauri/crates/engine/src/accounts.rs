//! Connecting one Kommo account with one Oneflow account: testing what was typed, choosing how contracts are made, and
//! changing both later.
//!
//! What is typed in the first run stands in memory only ([`SetUp`]) until [`finish`], which keeps the tokens in the
//! keychain first and everything else after that. The same questions (templates, proposal, missing fields) are
//! answered for the open profile, when settings are changed.
//!
//! To add a question: a function here that takes [`App`](crate::app::App) and asks its `Connection`.

mod choices;
mod connect;
mod connection;
mod error;
mod fields;
mod finish;
mod kept;
mod proposal;
mod sample;
mod session;
mod setup_file;
mod tokens;

pub use choices::{Chosen, NewSettings, chosen, oneflow_account, save};
pub use error::SetupError;
pub use fields::{add_marker_fields, create_contract_field};
pub use finish::{Choices, finish};
pub use proposal::{FieldPresence, Proposal, Shown, StageChoice, propose};
pub use session::{
    KommoFound, OneflowFound, People, WorkspaceTemplates, cancel, catalog, people, templates, test_kommo,
    test_oneflow,
};
pub use setup_file::{SetupFileFound, read_setup_file, write_setup_file};
pub use tokens::{replace_kommo_token, replace_oneflow_token};

pub(crate) use choices::save_mapping;
pub(crate) use connect::{KommoTried, OneflowTried};
pub(crate) use connection::Connection;
pub(crate) use sample::connect_sample;
pub(crate) use session::SetUp;
