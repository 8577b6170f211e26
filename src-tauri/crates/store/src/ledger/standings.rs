//! Where each deal stands, for the list of deals: one row for each deal that has a send, a contract or was set aside.
//!
//! Derived from those tables whenever one of them changes, in the same transaction, so that the list of 100,000 deals
//! needs one look-up a row.

use domain::{ContractId, ContractState, DealId, SendState, Timestamp};
use rusqlite::named_params;

use super::{LedgerReading, LedgerWriting, sends};
use crate::{
    error::StoreError,
    row::{self, Columns, Millis},
};

/// The newest contract of a deal that is out.
#[derive(Debug, Clone, PartialEq, Eq)]
struct OutContract {
    id: ContractId,
    state: ContractState,
    since: Timestamp,
    is_vanished: bool,
    signed: u32,
    signatories: u32,
}

/// A send, as far as a standing depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct LatestSend {
    id: String,
    state: SendState,
    clicked_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Standing {
    status: &'static str,
    why: Option<String>,
    send: Option<String>,
    contract: Option<ContractId>,
    signed: u32,
    signatories: u32,
    set_aside_at: Option<Timestamp>,
    /// A send of the deal is on its way or waits for a person.
    is_unsettled: bool,
    /// Nothing of it is out, so the deal still stands in "To send".
    is_to_send: bool,
    /// The deal stays in the lists, whatever stage it moves to.
    is_kept: bool,
}

/// Derives the standing of a deal again.
pub(crate) fn refresh(writing: &LedgerWriting<'_>, deal: DealId) -> Result<(), StoreError> {
    if let Some(standing) = derive(writing, deal)? {
        return write(writing, deal, &standing);
    }
    row::change(writing.connection(), "DELETE FROM standings WHERE deal = ?1", [deal.0])?;
    Ok(())
}

fn derive(reading: &LedgerReading<'_>, deal: DealId) -> Result<Option<Standing>, StoreError> {
    let set_aside = row::first(
        reading.connection(),
        "set_aside",
        "SELECT deal, at FROM set_aside WHERE deal = ?1",
        [deal.0],
        |row| row.time("at"),
    )?;
    let was_published = row::first(
        reading.connection(),
        "sends",
        "SELECT 1 FROM sends WHERE deal = ?1 AND state = 'published' LIMIT 1",
        [deal.0],
        |_| Ok(()),
    )?;
    let send = latest_send(reading, deal)?;
    Ok(standing(send, newest_out(reading, deal)?.as_ref(), was_published.is_some(), set_aside))
}

fn standing(
    send: Option<LatestSend>,
    out: Option<&OutContract>,
    was_published: bool,
    set_aside_at: Option<Timestamp>,
) -> Option<Standing> {
    let is_unsettled = send.as_ref().is_some_and(|send| !send.state.is_settled());
    let is_out = out.is_some() || was_published;
    let send_status = send.as_ref().and_then(|send| status_of_send(&send.state));
    let contract_status = out.map(status_of_contract);
    // A send that ended with nothing is told until a contract is out or the deal is set aside, also that of a new version;
    // one that has not ended, always.
    let is_newer = |than: Timestamp| send.as_ref().is_some_and(|send| send.clicked_at > than);
    let is_last_word =
        out.map_or(!was_published, |out| is_newer(out.since)) && set_aside_at.is_none_or(is_newer);
    let send_tells = is_unsettled || is_last_word;
    let (status, why) = match (send_status.filter(|_| send_tells), contract_status) {
        (Some(status), _) => (status, send.as_ref().and_then(|send| sends::why(&send.state))),
        (None, Some((status, why))) => (status, why.map(str::to_owned)),
        (None, None) if was_published => ("awaiting", None),
        (None, None) if set_aside_at.is_some() => ("set_aside", None),
        (None, None) => return None,
    };
    let send_contract = send.as_ref().and_then(|send| send.state.contract());
    Some(Standing {
        status,
        why,
        send: send.map(|send| send.id),
        contract: out.map(|out| out.id).or(send_contract),
        signed: out.map_or(0, |out| out.signed),
        signatories: out.map_or(0, |out| out.signatories),
        set_aside_at,
        is_unsettled,
        is_to_send: !is_out && (is_unsettled || set_aside_at.is_none()),
        is_kept: is_out || is_unsettled,
    })
}

/// The word of a send's state in the list of deals; `None` for sends that left nothing behind.
fn status_of_send(state: &SendState) -> Option<&'static str> {
    match state {
        SendState::Held => Some("leaving"),
        SendState::Queued => Some("queued"),
        SendState::Creating
        | SendState::CreateUnknown
        | SendState::Created { .. }
        | SendState::Completing { .. }
        | SendState::Publishing { .. }
        | SendState::PublishUnknown { .. }
        | SendState::TheirsChosen { .. }
        | SendState::PublishingTheirs { .. }
        | SendState::TheirsUnknown { .. }
        | SendState::Discarding { .. } => Some("sending"),
        SendState::NeedsYou { .. } | SendState::Rejected { .. } | SendState::Stopped { .. } => {
            Some("needs_attention")
        }
        SendState::Published { .. }
        | SendState::Undone
        | SendState::Superseded { .. }
        | SendState::GivenUp { .. } => None,
    }
}

fn status_of_contract(out: &OutContract) -> (&'static str, Option<&'static str>) {
    if out.is_vanished {
        return ("needs_attention", Some("vanished"));
    }
    match out.state {
        // Newest-out never gives a draft; awaiting is what it becomes.
        ContractState::Draft | ContractState::Pending => ("awaiting", None),
        ContractState::Overdue => ("expired", None),
        ContractState::Signed => ("signed", None),
        ContractState::Declined => ("declined", None),
    }
}

/// The unsettled send, else the newest.
fn latest_send(reading: &LedgerReading<'_>, deal: DealId) -> Result<Option<LatestSend>, StoreError> {
    let sql = "SELECT id, state_detail, clicked_at FROM sends WHERE deal = ?1 ORDER BY is_settled, clicked_at DESC, id DESC LIMIT 1";
    row::first(reading.connection(), "sends", sql, [deal.0], |row| {
        Ok(LatestSend {
            id: row.read("id")?,
            state: row.json("state_detail")?,
            clicked_at: row.time("clicked_at")?,
        })
    })
}

fn newest_out(reading: &LedgerReading<'_>, deal: DealId) -> Result<Option<OutContract>, StoreError> {
    let sql = "SELECT id, state, vanished_at IS NOT NULL AS is_vanished, signed, signatories,
                      COALESCE(published_time, first_seen) AS since FROM contracts
               WHERE deal = ?1 AND state <> 'draft' AND removed_at IS NULL
               ORDER BY COALESCE(published_time, first_seen) DESC, id DESC LIMIT 1";
    row::first(reading.connection(), "contracts", sql, [deal.0], |row| {
        Ok(OutContract {
            id: ContractId(row.read("id")?),
            state: row.word("state")?,
            since: row.time("since")?,
            is_vanished: row.read("is_vanished")?,
            signed: row.read("signed")?,
            signatories: row.read("signatories")?,
        })
    })
}

fn write(writing: &LedgerWriting<'_>, deal: DealId, standing: &Standing) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO standings (deal, status, why, send, contract, signed, signatories, set_aside_at,
            is_unsettled, is_to_send, is_kept)
        VALUES (:deal, :status, :why, :send, :contract, :signed, :signatories, :set_aside_at,
            :is_unsettled, :is_to_send, :is_kept)";
    let params = named_params! {
        ":deal": deal.0,
        ":status": standing.status,
        ":why": standing.why,
        ":send": standing.send,
        ":contract": standing.contract.map(|contract| contract.0),
        ":signed": standing.signed,
        ":signatories": standing.signatories,
        ":set_aside_at": standing.set_aside_at.map(Millis),
        ":is_unsettled": standing.is_unsettled,
        ":is_to_send": standing.is_to_send,
        ":is_kept": standing.is_kept,
    };
    row::change(writing.connection(), sql, params)?;
    Ok(())
}
