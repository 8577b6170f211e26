//! Values that tests of several tables need.

use std::time::Duration;

use domain::{
    AccountId, Company, CompanyId, Contact, ContactId, ContractId, ContractState, Deal, DealId, Generation,
    Marker, Money, ParticipantId, PipelineId, SeatId, Send, SendId, SendState, SignState, StageId, Timestamp,
    UserId,
    deal::DealContact,
    observation::{Change, ChangeKind, Observation, SeenPerson},
    payload::PayloadHash,
    preview::{Edits, PreviewId, Slot},
    send::SendTitle,
};
use rusqlite::Connection;
use uuid::Uuid;

use crate::{contracts::NewContract, migrate};

/// An empty ledger in memory, for tests of tables.
pub(crate) fn ledger() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    connection.pragma_update(None, "foreign_keys", true).unwrap();
    migrate::migrate(&mut connection, migrate::LEDGER).unwrap();
    connection
}

/// Some seconds after the start of the tests' time.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + seconds).unwrap()
}

pub(crate) fn send_id(number: u128) -> SendId {
    SendId(Uuid::from_u128(number))
}

pub(crate) fn title(deal: &str) -> SendTitle {
    SendTitle {
        deal: deal.to_owned(),
        company: "Öresund Kraft AB".to_owned(),
        recipient: "Åsa Öberg".to_owned(),
        email: "asa@oresund.example".to_owned(),
        amount: Some(Money::new("43037.50".parse().unwrap(), "EUR")),
    }
}

/// A click that is held.
pub(crate) fn click(number: u128, deal: i64) -> Send {
    let payload = format!("payload of {number}").into_bytes();
    Send {
        id: send_id(number),
        account: AccountId(1),
        deal: DealId(deal),
        generation: Generation::FIRST,
        seat: SeatId::from_random(7),
        batch: None,
        preview: PreviewId("0123456789abcdef".to_owned()),
        hash: PayloadHash::of(&payload),
        payload,
        edits: Edits::from([(Slot::Field("plan".to_owned()), "Growth".to_owned())]),
        title: title(&format!("Uppdrag {deal}")),
        clicked_at: at(0),
        hold_left: Duration::from_secs(10),
        attempt: 0,
        state: SendState::Held,
        since: at(0),
        tries: 0,
        cause: None,
    }
}

/// A contract that is out, made by somebody else.
pub(crate) fn contract(id: i64, deal: i64, state: ContractState) -> NewContract {
    let sender = click(u128::try_from(id).unwrap(), deal);
    NewContract {
        id: ContractId(id),
        deal: DealId(deal),
        generation: Generation::FIRST,
        send: None,
        marker: Some(Marker { attempt: 1, ..sender.marker() }),
        name: Some("Agreement with Öresund Kraft AB - Growth".to_owned()),
        title: sender.title,
        workspace: None,
        template: None,
        state,
        is_baseline: false,
        first_seen: at(id),
    }
}

/// What a look shows of a contract with two signatories, of whom `signed` have signed.
pub(crate) fn observation(id: i64, state: ContractState, signed: usize) -> Observation {
    let person = |place: usize| SeenPerson {
        id: ParticipantId(id * 10 + i64::try_from(place).unwrap()),
        name: "Åsa Öberg".to_owned(),
        email: None,
        is_ours: place == 1,
        is_signatory: true,
        sign_state: if place < signed { SignState::Signed } else { SignState::Undecided },
        sign_time: (place < signed).then(|| at(100)),
        first_visited: None,
        delivery_failed: false,
    };
    Observation {
        contract: ContractId(id),
        state,
        state_time: Some(at(100)),
        updated_time: Some(at(100)),
        published_time: Some(at(50)),
        expiry_time: Some(at(100_000)),
        people: vec![person(0), person(1)],
    }
}

pub(crate) fn change(contract: i64, kind: ChangeKind, seconds: i64) -> Change {
    Change { contract: ContractId(contract), kind, participant: None, name: None, at: at(seconds) }
}

/// A deal that was won, of company and contact with the same number.
pub(crate) fn deal(id: i64) -> Deal {
    Deal {
        id: DealId(id),
        name: format!("Uppdrag {id}"),
        price: Some("43037".parse().unwrap()),
        responsible: UserId(1),
        pipeline: PipelineId(1),
        stage: StageId::WON,
        created_at: at(0),
        updated_at: at(id),
        closed_at: Some(at(id)),
        is_deleted: false,
        fields: Vec::new(),
        contacts: vec![DealContact { id: ContactId(id), is_main: true }],
        company: Some(CompanyId(id)),
    }
}

pub(crate) fn contact(id: i64, name: &str, email: &str) -> Contact {
    let emails = vec![email.to_owned()];
    Contact {
        id: ContactId(id),
        name: name.to_owned(),
        emails,
        phones: Vec::new(),
        fields: Vec::new(),
        updated_at: at(0),
    }
}

pub(crate) fn company(id: i64, name: &str) -> Company {
    Company { id: CompanyId(id), name: name.to_owned(), fields: Vec::new(), updated_at: at(0) }
}
