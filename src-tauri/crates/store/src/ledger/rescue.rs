//! What can be saved of a damaged ledger: sends, mappings, deals set aside, the seat.
//!
//! Contracts, changes and write-backs are not carried over: they are found again by the contracts' markers, and a
//! rebuilt seat owes nothing by itself.

use std::{collections::BTreeMap, path::Path};

use domain::{Send, SendId, Timestamp, payload::PayloadHash, send::NeedsReason};
use rusqlite::Connection;

use super::{LedgerReading, LedgerWriting, mappings, sends, set_aside};
use crate::{connection, error::StoreError, facts};

/// What was carried over.
pub(super) struct Carried {
    /// Unsettled sends; all of them wait for a person now.
    pub(super) unsettled: Vec<SendId>,
    /// Every send of the damaged file could be read.
    pub(super) is_complete: bool,
}

/// Sends by id, and whether the file showed all it had.
struct Readable {
    sends: BTreeMap<SendId, Send>,
    is_complete: bool,
}

/// Carries over what the first of `files` still shows; what it does not show is taken from the next, which is older.
/// All unsettled sends then ask a person.
pub(super) fn carry_over(
    fresh: &mut Connection,
    files: &[&Path],
    now: Timestamp,
) -> Result<Carried, StoreError> {
    let sources: Vec<Connection> = files.iter().filter_map(|file| open_if_there(file)).collect();
    let sources: Vec<LedgerReading<'_>> = sources.iter().map(LedgerReading::new).collect();
    let transaction = fresh.transaction()?;
    let writing = LedgerWriting::new(&transaction);
    let is_complete = carry_sends(&writing, &sources)?;
    carry_rest(&writing, &sources, now)?;
    facts::set(&writing, &facts::REBUILT_AT, &now, now)?;
    sends::ask_all(&writing, &NeedsReason::Restored, now)?;
    let unsettled = sends::unsettled(&writing)?.into_iter().map(|send| send.id).collect();
    transaction.commit()?;
    Ok(Carried { unsettled, is_complete })
}

fn open_if_there(path: &Path) -> Option<Connection> {
    path.exists().then(|| connection::open_plain(path).ok()).flatten()
}

/// Carries sends over; true if the first source showed all it had.
fn carry_sends(writing: &LedgerWriting<'_>, sources: &[LedgerReading<'_>]) -> Result<bool, StoreError> {
    let mut found = Readable { sends: BTreeMap::new(), is_complete: false };
    for (place, source) in sources.iter().enumerate() {
        let readable = read_sends(source);
        found.is_complete |= place == 0 && readable.is_complete;
        for (id, send) in readable.sends {
            found.sends.entry(id).or_insert(send);
        }
        if readable.is_complete {
            break;
        }
    }
    // Newest clicks first: where an older file shows another unsettled send of a deal, that one must have ended since.
    let mut newest_first: Vec<Send> = found.sends.into_values().collect();
    newest_first.sort_by_key(|send| std::cmp::Reverse((send.clicked_at, send.id)));
    for send in newest_first {
        sends::carry_over(writing, &send)?;
    }
    Ok(found.is_complete)
}

/// Reads every send that can be read, from both ends of the table and by the index of unsettled ones.
fn read_sends(source: &LedgerReading<'_>) -> Readable {
    let mut sends = BTreeMap::new();
    let is_complete = [
        "NOT INDEXED ORDER BY rowid",
        "NOT INDEXED ORDER BY rowid DESC",
        "INDEXED BY sends_one_unsettled WHERE is_settled = 0",
    ]
    .into_iter()
    // Each way is gone to its end or to the damage; the first one alone can say that it saw everything.
    .map(|way| read_along(source.connection(), way, &mut sends))
    .reduce(|whole, _| whole);
    Readable { sends, is_complete: is_complete.unwrap_or(false) }
}

fn read_along(connection: &Connection, way: &str, sends: &mut BTreeMap<SendId, Send>) -> bool {
    let Ok(mut statement) = connection.prepare(&sends::select(way)) else { return false };
    let Ok(mut rows) = statement.query([]) else { return false };
    let mut is_complete = true;
    loop {
        match rows.next() {
            Ok(None) => return is_complete,
            Err(_) => return false,
            Ok(Some(row)) => match sends::read(row) {
                // A payload that does not hash to its own hash was hit by the damage.
                Ok(send) if PayloadHash::of(&send.payload) == send.hash => {
                    sends.insert(send.id, send);
                }
                _ => is_complete = false,
            },
        }
    }
}

/// Carries over mappings, deals set aside and the seat, each from the first source that shows it.
fn carry_rest(
    writing: &LedgerWriting<'_>,
    sources: &[LedgerReading<'_>],
    now: Timestamp,
) -> Result<(), StoreError> {
    for (mapping, saved_at) in first_readable(sources, mappings::all) {
        mappings::restore(writing, &mapping, saved_at)?;
    }
    for (deal, at) in first_readable(sources, set_aside::all) {
        set_aside::add(writing, &[deal], at)?;
    }
    let seat = sources.iter().find_map(|source| facts::get(source, &facts::SEAT).ok().flatten());
    if let Some(seat) = seat {
        facts::set(writing, &facts::SEAT, &seat, now)?;
    }
    Ok(())
}

fn first_readable<T>(
    sources: &[LedgerReading<'_>],
    read: impl Fn(&LedgerReading<'_>) -> Result<Vec<T>, StoreError>,
) -> Vec<T> {
    sources.iter().find_map(|source| read(source).ok()).unwrap_or_default()
}
