//! Contracts and what happened to them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{DifferenceDto, MoneyDto, SendDto};

/// Which contracts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ContractsQuery {
    /// As typed.
    pub search: String,
    /// Empty for any.
    pub statuses: Vec<ContractStatus>,
    /// Rows to leave out at the start.
    pub offset: u32,
    /// At most 100.
    pub limit: u32,
}

/// On screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ContractStatus {
    /// A send on its way: there may be no contract yet.
    Sending,
    /// Out.
    Awaiting,
    /// Signed by all.
    Signed,
    /// Declined.
    Declined,
    /// The signing period has passed.
    Expired,
    /// A person must look.
    NeedsAttention,
}

/// A slice of the list, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ContractsPage {
    /// At most `limit`.
    pub rows: Vec<ContractRow>,
    /// Where the slice starts.
    pub offset: u32,
    /// How many were found.
    pub total: u32,
    /// How many await a signature.
    pub awaiting: u32,
}

/// One contract, or a send that has none yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ContractRow {
    /// `c{contract}` or `s{send}`: names the row.
    pub key: String,
    /// Oneflow's id, once there is one.
    pub contract: Option<String>,
    /// The send, where this seat made it.
    pub send: Option<String>,
    /// Of the deal.
    pub deal: String,
    /// Name of the deal.
    pub deal_name: String,
    /// Company on the contract.
    pub company: String,
    /// Client's signatory.
    pub recipient: String,
    /// Price of the deal at the click.
    pub amount: Option<MoneyDto>,
    /// On screen.
    pub status: ContractStatus,
    /// How many have signed.
    pub signed: u32,
    /// How many must sign.
    pub signatories: u32,
    /// RFC 3339.
    pub sent_at: Option<String>,
    /// RFC 3339: of the last change.
    pub changed_at: Option<String>,
    /// RFC 3339: until when it can be signed.
    pub expires_at: Option<String>,
}

/// Names one contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ContractRequest {
    /// Oneflow's id.
    pub contract: String,
}

/// One contract with everything known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ContractDto {
    /// As in the list.
    pub row: ContractRow,
    /// Name of the contract.
    pub name: String,
    /// In signing order as far as it is known.
    pub people: Vec<PersonDto>,
    /// Oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// What is owed to Kommo.
    pub written_back: Vec<WriteBackDto>,
    /// The send, where this seat made it.
    pub send: Option<SendDto>,
    /// The signed PDF can be saved.
    pub has_signed_pdf: bool,
    /// "Send a new version" is offered.
    pub can_replace: bool,
    /// Values that went into it: label and text.
    pub values: Vec<SentValue>,
    /// In what the deal moved on since.
    pub drift: DriftDto,
}

/// In what a deal moved on after its contract was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DriftDto {
    /// Values of the contract that would be others now, as they were sent and as they would be.
    pub values: Vec<DifferenceDto>,
    /// The price of the deal, where none of the values shows it.
    pub price: Option<PriceDriftDto>,
}

/// The price of a deal that changed after the click.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PriceDriftDto {
    /// At the click.
    pub seen: Option<MoneyDto>,
    /// Now.
    pub now: Option<MoneyDto>,
}

/// A value that went into a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SentValue {
    /// As in a preview.
    pub slot: String,
    /// Name of the data field, where it is one.
    pub label: String,
    /// As it was sent.
    pub text: String,
}

/// A participant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PersonDto {
    /// Full name.
    pub name: String,
    /// May be empty.
    pub email: String,
    /// Stands on our side.
    pub ours: bool,
    /// Must sign.
    pub signatory: bool,
    /// What they did.
    pub state: PersonState,
    /// When, RFC 3339.
    pub at: Option<String>,
}

/// What a participant did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PersonState {
    /// Has not opened it, as far as is known.
    Waiting,
    /// Has opened it.
    Opened,
    /// Signed.
    Signed,
    /// Declined.
    Declined,
    /// The invitation did not arrive.
    NotDelivered,
}

/// Something that happened to a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TimelineEntry {
    /// What.
    pub kind: TimelineKind,
    /// Who, where it was a participant.
    pub name: Option<String>,
    /// RFC 3339.
    pub at: String,
}

/// What can happen to a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TimelineKind {
    /// A person clicked.
    Clicked,
    /// The draft was made.
    Created,
    /// It was published.
    Sent,
    /// A participant opened it.
    Opened,
    /// An invitation did not arrive.
    DeliveryFailed,
    /// A participant signed.
    ParticipantSigned,
    /// All have signed.
    AllSigned,
    /// A participant declined.
    Declined,
    /// The signing period has passed.
    Expired,
    /// It can be signed again.
    Revived,
}

/// One piece of work owed to Kommo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WriteBackDto {
    /// Names it.
    pub id: String,
    /// What.
    pub part: WriteBackPart,
    /// Because of what.
    pub because: TimelineKind,
    /// Text of the note or task.
    pub text: String,
    /// Where it stands.
    pub state: WriteBackCode,
    /// Why it waits or was left alone.
    pub reason: Option<WriteBackReason>,
}

/// A piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WriteBackPart {
    /// The contract's id in the deal's field.
    Field,
    /// The stage "when signed".
    Stage,
    /// A task.
    Task,
    /// A note.
    Note,
    /// The signed PDF.
    File,
}

/// Where a piece of work stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WriteBackCode {
    /// Waits for its turn.
    Waiting,
    /// Done.
    Done,
    /// Left alone.
    Parked,
}

/// Why a piece of work was left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WriteBackReason {
    /// Somebody moved the deal.
    DealMoved,
    /// The deal is gone.
    DealGone,
    /// The field holds something else.
    FieldTaken,
    /// The account has no such field.
    FieldMissing,
    /// Kommo refused.
    Refused,
    /// The token may not do it.
    Forbidden,
    /// Too old to be written without being asked.
    TooOld,
    /// Not there, and this computer did not see it happen.
    Missing,
}

/// Where a file was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SavedFile {
    /// Its name; `None` if the person closed the dialog.
    pub name: Option<String>,
}

/// Something that happened, for the activity list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ActivityRow {
    /// Names the row.
    pub id: String,
    /// What.
    pub kind: TimelineKind,
    /// Who, where it was a participant.
    pub name: Option<String>,
    /// Which contract.
    pub contract: String,
    /// Name of the deal.
    pub deal_name: String,
    /// Company on the contract.
    pub company: String,
    /// Price of the deal at the click.
    pub amount: Option<MoneyDto>,
    /// RFC 3339.
    pub at: String,
    /// Not looked at yet.
    pub unread: bool,
}

/// Which slice of the activity list, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ActivityQuery {
    /// Rows to leave out at the start.
    pub offset: u32,
    /// At most 100.
    pub limit: u32,
}

/// A slice of the activity list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ActivityPage {
    /// At most `limit`.
    pub rows: Vec<ActivityRow>,
    /// Where the slice starts.
    pub offset: u32,
    /// How many there are.
    pub total: u32,
}
