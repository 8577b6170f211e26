//! The history of each send: when it moved, from where, how often it had tried, and why.

use domain::{
    Send, SendId, SendState, Timestamp,
    send::{Cause, Step},
};
use rusqlite::params;

use super::{LedgerReading, LedgerWriting};
use crate::{
    error::StoreError,
    row::{self, Columns, Json, Millis, Printed},
};

/// One step that a send took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendStep {
    /// When.
    pub at: Timestamp,
    /// Which; `click` for the first row.
    pub step: String,
    /// Code of the state it left; `None` for the click.
    pub before: Option<String>,
    /// The state it reached.
    pub after: SendState,
    /// How often work in the state it left was tried.
    pub tries: u32,
    /// What went wrong, where something did.
    pub cause: Option<Cause>,
}

/// The steps of a send, first to last.
pub fn steps(reading: &LedgerReading<'_>, send: SendId) -> Result<Vec<SendStep>, StoreError> {
    let sql = "SELECT id, at, step, before, after, tries, cause FROM send_steps WHERE send = ?1 ORDER BY id";
    row::all(reading.connection(), "send_steps", sql, [Printed(send)], |row| {
        Ok(SendStep {
            at: row.time("at")?,
            step: row.read("step")?,
            before: row.read("before")?,
            after: row.json("after")?,
            tries: row.read("tries")?,
            cause: row.json_or_none("cause")?,
        })
    })
}

/// Writes the step by which `send` came to its state.
pub(crate) fn append(
    writing: &LedgerWriting<'_>,
    send: &Send,
    step: &str,
    before: Option<&str>,
    tries: u32,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO send_steps (send, at, step, before, after, tries, cause) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let cause = send.cause.as_ref().map(Json);
    let params = params![Printed(send.id), Millis(send.since), step, before, Json(&send.state), tries, cause];
    row::change(writing.connection(), sql, params)?;
    Ok(())
}

/// The word under which a step is stored.
pub(crate) fn word(step: &Step) -> &'static str {
    match step {
        Step::TimeUp => "time_up",
        Step::Undo => "undo",
        Step::Claim => "claim",
        Step::Differs(_) => "differs",
        Step::DraftFound(_) => "draft_found",
        Step::NotSent(_) => "not_sent",
        Step::Lost(_) => "lost",
        Step::NothingFound => "nothing_found",
        Step::Refused(_) => "refused",
        Step::Marked => "marked",
        Step::Elected(_) => "elected",
        Step::Out(_) => "out",
        Step::StillDraft => "still_draft",
        Step::Superseded(_) => "superseded",
        Step::Ask(_) => "ask",
        Step::ChooseTheirs(_) => "choose_theirs",
        Step::DiscardTheirs(_) => "discard_theirs",
        Step::Discarded => "discarded",
        Step::Accept => "accept",
        Step::Resume => "resume",
        Step::Retry => "retry",
        Step::GiveUp => "give_up",
    }
}
