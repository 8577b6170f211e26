//! The words and rules of Countersign: pure values, no I/O, no async runtime.
//!
//! Nothing here reads a clock, draws a random number or talks to anything. What a deal is, how a mapping turns it
//! into the exact texts of a contract, which steps a send may take, who wins an election, what two looks at a
//! contract mean: all of it can be read and tested here alone. It defines [`Clock`] and never reads one.
//!
//! To add a rule: put the value beside its word (`deal`, `contract`, `send` …), the rule in a function that takes
//! everything it needs, and a table of cases under it.

pub mod clock;
pub mod contract;
pub mod deal;
pub mod drift;
pub mod election;
pub mod format;
pub mod id;
pub mod mapping;
pub mod marker;
pub mod money;
pub mod observation;
pub mod payload;
pub mod preview;
pub mod schedule;
pub mod send;
pub mod sides;
pub mod take_over;
pub mod template;
pub mod text;
pub mod write_back;

pub use clock::{Clock, Timestamp, Waiting};
pub use contract::{Contract, ContractState, Participant, Party, SignState};
pub use deal::{Company, Contact, Deal, FullDeal, KommoAccount, Pipeline, Stage, User};
pub use id::{
    AccountId, BatchId, CompanyId, ContactId, ContractId, DealId, FieldId, ParticipantId, PipelineId, SeatId,
    SendId, StageId, TemplateId, TemplateTypeId, UserId, WorkspaceId,
};
pub use mapping::Mapping;
pub use marker::Marker;
pub use money::Money;
pub use payload::Payload;
pub use preview::{Preview, Problem};
pub use send::{Generation, Send, SendState};
pub use template::{DataField, Template, TemplateType, Workspace};
