//! Contracts and what happened to them.

use std::collections::BTreeMap;

use domain::{
    Payload, Send, SignState,
    drift::Drift,
    observation::{ChangeKind, SeenPerson},
    preview::Slot,
    write_back::{ParkReason, Part, Work, WriteBackState},
};
use engine::contracts::{self as rows, ContractDetail, ContractPage, KnownContract, StoredWriteBack};

use crate::{
    convert::{money, send::difference_dto, send::label, time},
    dto::{
        ContractDto, ContractRow, ContractStatus, ContractsPage, ContractsQuery, DriftDto, PersonDto,
        PersonState, PriceDriftDto, SendDto, SentValue, TimelineEntry, TimelineKind, WriteBackCode,
        WriteBackDto, WriteBackPart, WriteBackReason,
    },
};

/// Most rows in one answer.
const MOST_ROWS: u32 = 100;

pub(crate) fn contract_query(asked: &ContractsQuery) -> rows::ContractQuery {
    rows::ContractQuery {
        statuses: asked.statuses.iter().map(|status| status_row(*status)).collect(),
        search: asked.search.clone(),
        offset: asked.offset,
        limit: asked.limit.min(MOST_ROWS),
        ..rows::ContractQuery::default()
    }
}

fn status_row(status: ContractStatus) -> rows::ContractStatus {
    match status {
        ContractStatus::Sending => rows::ContractStatus::Sending,
        ContractStatus::Awaiting => rows::ContractStatus::Awaiting,
        ContractStatus::Signed => rows::ContractStatus::Signed,
        ContractStatus::Declined => rows::ContractStatus::Declined,
        ContractStatus::Expired => rows::ContractStatus::Expired,
        ContractStatus::NeedsAttention => rows::ContractStatus::NeedsAttention,
    }
}

fn status(status: rows::ContractStatus) -> ContractStatus {
    match status {
        rows::ContractStatus::Sending => ContractStatus::Sending,
        rows::ContractStatus::Awaiting => ContractStatus::Awaiting,
        rows::ContractStatus::Signed => ContractStatus::Signed,
        rows::ContractStatus::Declined => ContractStatus::Declined,
        rows::ContractStatus::Expired => ContractStatus::Expired,
        rows::ContractStatus::NeedsAttention => ContractStatus::NeedsAttention,
    }
}

pub(crate) fn contract_page(page: &ContractPage, offset: u32) -> ContractsPage {
    let number = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    ContractsPage {
        rows: page.rows.iter().map(contract_row).collect(),
        offset,
        total: number(page.total),
        awaiting: number(page.counts.awaiting),
    }
}

pub(crate) fn contract_row(row: &rows::ContractRow) -> ContractRow {
    let key = match (row.contract, row.send) {
        (Some(contract), _) => format!("c{contract}"),
        (None, Some(send)) => format!("s{send}"),
        (None, None) => format!("d{}", row.deal),
    };
    ContractRow {
        key,
        contract: row.contract.map(|contract| contract.to_string()),
        send: row.send.map(|send| send.to_string()),
        deal: row.deal.to_string(),
        deal_name: row.title.deal.clone(),
        company: row.title.company.clone(),
        recipient: row.title.recipient.clone(),
        amount: row.title.amount.as_ref().map(money),
        status: status(row.status),
        signed: row.signed,
        signatories: row.signatories,
        sent_at: row.sent_at.map(time),
        changed_at: Some(time(row.moved_at)),
        expires_at: row.expiry_time.map(time),
    }
}

/// A contract with everything known about it.
pub(crate) fn contract_dto(
    detail: &ContractDetail,
    row: &rows::ContractRow,
    send: Option<SendDto>,
    labels: &BTreeMap<String, String>,
    drift: &Drift,
) -> ContractDto {
    let people = detail.contract.observation.iter().flat_map(|seen| &seen.people);
    let row = contract_row(row);
    let is_newest = detail.versions.first().is_none_or(|newest| newest.id == detail.contract.id);
    ContractDto {
        name: detail.contract.name.clone().unwrap_or_default(),
        people: people.map(person_dto).collect(),
        timeline: timeline(detail, row.sent_at.clone()),
        written_back: detail.write_backs.iter().map(write_back_dto).collect(),
        has_signed_pdf: row.status == ContractStatus::Signed,
        can_replace: is_newest && (has_ended_badly(row.status) || !drift.is_none()),
        values: detail.send.as_ref().map(|send| sent_values(send, labels)).unwrap_or_default(),
        drift: drift_dto(drift, labels),
        send,
        row,
    }
}

fn has_ended_badly(status: ContractStatus) -> bool {
    matches!(status, ContractStatus::Declined | ContractStatus::Expired)
}

fn drift_dto(drift: &Drift, labels: &BTreeMap<String, String>) -> DriftDto {
    DriftDto {
        values: drift.values.iter().map(|difference| difference_dto(difference, labels)).collect(),
        price: drift.price.as_ref().map(|price| PriceDriftDto {
            seen: price.sent.as_ref().map(money),
            now: price.now.as_ref().map(money),
        }),
    }
}

fn person_dto(person: &SeenPerson) -> PersonDto {
    let (state, at) = match person.sign_state {
        SignState::Signed => (PersonState::Signed, person.sign_time),
        SignState::Declined => (PersonState::Declined, person.sign_time),
        SignState::Undecided if person.delivery_failed => (PersonState::NotDelivered, None),
        SignState::Undecided if person.first_visited.is_some() => (PersonState::Opened, person.first_visited),
        SignState::Undecided => (PersonState::Waiting, None),
    };
    PersonDto {
        name: person.name.clone(),
        email: person.email.clone().unwrap_or_default(),
        ours: person.is_ours,
        signatory: person.is_signatory,
        state,
        at: at.map(time),
    }
}

/// What happened, oldest first. A contract that was out before this installation saw it (a colleague's, or one from
/// before a rebuild) has no change that says so: then its own time of sending does.
fn timeline(detail: &ContractDetail, sent_at: Option<String>) -> Vec<TimelineEntry> {
    let tells_sending =
        detail.send.is_some() || detail.changes.iter().any(|stored| stored.change.kind == ChangeKind::Sent);
    let sent = sent_at.filter(|_| !tells_sending);
    let sent = sent.into_iter().map(|at| TimelineEntry { kind: TimelineKind::Sent, name: None, at });
    let clicked = detail.send.iter().map(|send| TimelineEntry {
        kind: TimelineKind::Clicked,
        name: None,
        at: time(send.clicked_at),
    });
    let changes = detail.changes.iter().map(|stored| TimelineEntry {
        kind: timeline_kind(stored.change.kind),
        name: stored.change.name.clone(),
        at: time(stored.change.at),
    });
    clicked.chain(sent).chain(changes).collect()
}

pub(crate) fn timeline_kind(kind: ChangeKind) -> TimelineKind {
    match kind {
        ChangeKind::Sent => TimelineKind::Sent,
        ChangeKind::Opened => TimelineKind::Opened,
        ChangeKind::DeliveryFailed => TimelineKind::DeliveryFailed,
        ChangeKind::ParticipantSigned => TimelineKind::ParticipantSigned,
        ChangeKind::AllSigned => TimelineKind::AllSigned,
        ChangeKind::Declined => TimelineKind::Declined,
        ChangeKind::Expired => TimelineKind::Expired,
        ChangeKind::Revived => TimelineKind::Revived,
    }
}

pub(crate) fn write_back_dto(stored: &StoredWriteBack) -> WriteBackDto {
    let owed = &stored.write_back;
    let text = match &owed.work {
        Work::Note { text } | Work::Task { text, .. } => text.clone(),
        Work::Field { .. } | Work::Stage { .. } | Work::File => String::new(),
    };
    let (state, reason) = match &owed.state {
        WriteBackState::Unchecked | WriteBackState::Owed | WriteBackState::Trying => {
            (WriteBackCode::Waiting, None)
        }
        WriteBackState::Done => (WriteBackCode::Done, None),
        WriteBackState::Parked { reason } => (WriteBackCode::Parked, Some(park_reason(reason))),
    };
    WriteBackDto {
        id: stored.id.0.to_string(),
        part: part(owed.work.part()),
        because: timeline_kind(owed.change.kind),
        text,
        state,
        reason,
    }
}

fn part(part: Part) -> WriteBackPart {
    match part {
        Part::Field => WriteBackPart::Field,
        Part::Stage => WriteBackPart::Stage,
        Part::Task => WriteBackPart::Task,
        Part::Note => WriteBackPart::Note,
        Part::File => WriteBackPart::File,
    }
}

fn park_reason(reason: &ParkReason) -> WriteBackReason {
    match reason {
        ParkReason::DealMoved => WriteBackReason::DealMoved,
        ParkReason::DealGone => WriteBackReason::DealGone,
        ParkReason::FieldTaken { .. } => WriteBackReason::FieldTaken,
        ParkReason::FieldMissing => WriteBackReason::FieldMissing,
        ParkReason::Refused { .. } => WriteBackReason::Refused,
        ParkReason::Forbidden => WriteBackReason::Forbidden,
        ParkReason::TooOld => WriteBackReason::TooOld,
        ParkReason::Missing => WriteBackReason::Missing,
    }
}

/// What went into the contract, from the bytes that were sent.
fn sent_values(send: &Send, labels: &BTreeMap<String, String>) -> Vec<SentValue> {
    let Ok(payload) = Payload::from_bytes(&send.payload) else { return Vec::new() };
    let value = |slot: Slot, text: &str| SentValue {
        label: label(&slot, labels),
        slot: slot.to_string(),
        text: text.to_owned(),
    };
    let client = &payload.client;
    let mut values: Vec<SentValue> = client.company.iter().map(|name| value(Slot::Company, name)).collect();
    values.push(value(Slot::ClientName, &client.signatory.name));
    values.push(value(Slot::ClientEmail, &client.signatory.email));
    values
        .extend(payload.fields.iter().map(|field| value(Slot::Field(field.custom_id.clone()), &field.value)));
    if let Some(internal) = &payload.internal {
        values.push(value(Slot::InternalName, &internal.name));
        values.push(value(Slot::InternalEmail, &internal.email));
    }
    values.push(value(Slot::Name, &payload.name));
    values.push(value(Slot::Subject, &payload.subject));
    values.push(value(Slot::Message, &payload.message));
    values
}

/// The row of a contract that is shown alone.
pub(crate) fn row_of(known: &KnownContract, send: Option<&Send>) -> rows::ContractRow {
    rows::row_of(known, send)
}
