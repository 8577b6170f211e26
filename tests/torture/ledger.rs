//! What stands in the ledger of a seat, read from its file. Nothing is written.

use std::{collections::BTreeMap, path::Path};

use anyhow::Context as _;
use domain::{
    ContractId, ParticipantId,
    observation::{Change, ChangeKind},
};
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, Row};
use uuid::Uuid;

/// The ledger of one seat.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) sends: BTreeMap<Uuid, Send>,
    /// Write-backs that neither are done nor wait for a person.
    pub(crate) open_work: Vec<OpenWork>,
    /// Notes and tasks that are called done.
    pub(crate) written: Vec<Work>,
}

/// A write-back that goes on by itself.
#[derive(Debug, Clone)]
pub(crate) struct OpenWork {
    pub(crate) what: String,
    /// Its next turn.
    pub(crate) due: Timestamp,
}

/// A note or a task that the app calls done.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    pub(crate) change: Change,
    /// "note" or "task".
    pub(crate) part: String,
}

#[derive(Debug)]
pub(crate) struct Send {
    pub(crate) state: String,
    pub(crate) contract: Option<i64>,
    pub(crate) why: Option<String>,
    /// Oldest first.
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) at: Timestamp,
    /// The state before it.
    pub(crate) before: Option<String>,
}

/// States in which a send moves by itself.
const MOVING: [&str; 12] = [
    "held",
    "queued",
    "creating",
    "create_unknown",
    "created",
    "completing",
    "publishing",
    "publish_unknown",
    "theirs_chosen",
    "publishing_theirs",
    "theirs_unknown",
    "discarding",
];

/// Whether a send moves by itself in this state.
pub(crate) fn moves(state: &str) -> bool {
    MOVING.contains(&state)
}

impl Send {
    pub(crate) fn is_moving(&self) -> bool {
        moves(&self.state)
    }
}

impl Ledger {
    pub(crate) fn read(file: &Path) -> anyhow::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let database = Connection::open_with_flags(file, flags)
            .with_context(|| format!("cannot read {}", file.display()))?;
        let mut sends = BTreeMap::new();
        let mut rows = database.prepare("SELECT id, state, contract, why FROM sends")?;
        for row in rows.query_map([], send)? {
            let (id, send) = row?;
            sends.insert(id, send);
        }
        let mut rows = database.prepare("SELECT send, at, before FROM send_steps ORDER BY id")?;
        for row in rows.query_map([], step)? {
            let (id, step) = row?;
            if let Some(send) = sends.get_mut(&id) {
                send.steps.push(step);
            }
        }
        let mut rows = database.prepare(
            "SELECT 'contract ' || contract || ', ' || kind || ', ' || part || ': ' || state, next_try
             FROM write_backs WHERE state IN ('unchecked', 'owed', 'trying')",
        )?;
        let open_work = rows.query_map([], open_work)?.collect::<Result<_, _>>()?;
        // What a person left alone is settled, and not written.
        let mut rows = database.prepare(
            "SELECT contract, kind, participant, at, part FROM write_backs
             WHERE state = 'done' AND part IN ('note', 'task') AND coalesce(result ->> 'left', 0) = 0",
        )?;
        let written = rows.query_map([], work)?.collect::<Result<_, _>>()?;
        Ok(Self { sends, open_work, written })
    }

    /// Whether nothing goes on by itself now. Work whose turn comes later waits for it.
    pub(crate) fn is_calm(&self, now: Timestamp) -> bool {
        self.open_work.iter().all(|work| work.due > now) && !self.sends.values().any(Send::is_moving)
    }
}

fn send(row: &Row<'_>) -> rusqlite::Result<(Uuid, Send)> {
    let send = Send { state: row.get(1)?, contract: row.get(2)?, why: row.get(3)?, steps: Vec::new() };
    Ok((id(row, 0)?, send))
}

fn step(row: &Row<'_>) -> rusqlite::Result<(Uuid, Step)> {
    Ok((id(row, 0)?, Step { at: time(row, 1)?, before: row.get(2)? }))
}

fn open_work(row: &Row<'_>) -> rusqlite::Result<OpenWork> {
    Ok(OpenWork { what: row.get(0)?, due: time(row, 1)? })
}

fn work(row: &Row<'_>) -> rusqlite::Result<Work> {
    let (kind, participant): (String, i64) = (row.get(1)?, row.get(2)?);
    let kind: ChangeKind = serde_json::from_value(kind.into()).map_err(|_| rusqlite::Error::InvalidQuery)?;
    let change = Change {
        contract: ContractId(row.get(0)?),
        kind,
        // 0 stands for nobody in particular.
        participant: Some(ParticipantId(participant)).filter(|id| id.0 != 0),
        name: None,
        at: time(row, 3)?,
    };
    Ok(Work { change, part: row.get(4)? })
}

fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    Timestamp::from_millisecond(row.get(column)?).map_err(|_| rusqlite::Error::InvalidQuery)
}

fn id(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    let text: String = row.get(column)?;
    Uuid::parse_str(&text).map_err(|_| rusqlite::Error::InvalidQuery)
}
