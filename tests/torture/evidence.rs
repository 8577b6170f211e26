//! What is there at the end of a run: what the services hold, every request, and the ledger of every seat.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use domain::{ContractId, Marker};
use ipc::dto::NeedDto;
use jiff::Timestamp;
use sandbox::{ContractView, DealView, Effect, Entry, FaultKind, Host, Matcher};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    ledger::{Ledger, Send},
    plan::Plan,
    run::{Notes, Run},
};

/// Everything that the check reads.
pub(crate) struct Evidence {
    pub(crate) plan: Plan,
    pub(crate) lasted: Duration,
    /// How much faster than real time it ran.
    pub(crate) speed: f64,
    pub(crate) contracts: BTreeMap<i64, ContractView>,
    pub(crate) deals: Vec<DealView>,
    pub(crate) creates: Vec<Create>,
    /// Publishes that took effect, oldest first.
    pub(crate) publishes: Vec<i64>,
    /// Accepted writes of notes and tasks: the deal where the address names it, and the text.
    pub(crate) written: Vec<Written>,
    pub(crate) faults: BTreeMap<String, usize>,
    pub(crate) requests: usize,
    /// Those that came while requests met faults.
    pub(crate) endangered: usize,
    pub(crate) seats: Vec<SeatEvidence>,
    pub(crate) notes: Notes,
}

/// A request that makes a draft.
#[derive(Debug, Clone)]
pub(crate) struct Create {
    pub(crate) at: Timestamp,
    pub(crate) marker: Marker,
    pub(crate) effect: Effect,
    pub(crate) status: Option<u16>,
    pub(crate) fault: Option<FaultKind>,
}

/// A text that the app wrote to a deal.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub(crate) kind: &'static str,
    pub(crate) at: Timestamp,
    pub(crate) text: String,
}

/// One seat at the end.
pub(crate) struct SeatEvidence {
    pub(crate) number: usize,
    pub(crate) is_gone: bool,
    pub(crate) ledger: Ledger,
    pub(crate) needs: Vec<NeedDto>,
}

impl Evidence {
    pub(crate) async fn gather(run: &Run<'_>, lasted: Duration, speed: f64) -> anyhow::Result<Self> {
        let mut seats = Vec::new();
        for seat in run.seats() {
            let needs: Option<Vec<NeedDto>> = seat.ask("needs_you", json!({})).await.yes();
            seats.push(SeatEvidence {
                number: seat.number,
                is_gone: seat.is_gone().await,
                ledger: Ledger::read(&seat.ledger()?)?,
                needs: needs.unwrap_or_default(),
            });
        }
        let sandbox = run.sandbox();
        let asked = |host, method, path| sandbox.find(&Matcher::new(host, method, path));
        let creates = asked(Host::Oneflow, "POST", "/v1/contracts/create");
        let publishes = asked(Host::Oneflow, "POST", "/v1/contracts/*/publish");
        let journal = sandbox.journal();
        let notes = run.take_notes();
        Ok(Self {
            plan: run.plan().clone(),
            lasted,
            speed,
            contracts: sandbox.contracts().into_iter().map(|held| (held.id, held)).collect(),
            deals: sandbox.deals(),
            creates: creates.iter().filter_map(create).collect(),
            publishes: publishes.iter().filter(|entry| has_effect(entry)).filter_map(named).collect(),
            written: journal.iter().filter(|entry| has_effect(entry)).flat_map(written).collect(),
            faults: faults(&journal),
            requests: journal.len(),
            endangered: journal
                .iter()
                .filter(|entry| notes.faulty.iter().any(|time| time.holds(entry.at)))
                .count(),
            seats,
            notes,
        })
    }

    /// The send of a click, where its seat has it.
    pub(crate) fn send(&self, seat: usize, id: Uuid) -> Option<&Send> {
        self.seats[seat].ledger.sends.get(&id)
    }

    /// Whether a seat's ledger was put back at some time.
    pub(crate) fn was_restored(&self, seat: usize) -> bool {
        self.notes.restored.iter().any(|restored| restored.seat == seat)
    }

    /// Whether what a seat did at this moment was forgotten when its old ledger was put back.
    pub(crate) fn is_forgotten(&self, seat: usize, at: Timestamp) -> bool {
        let mut restored = self.notes.restored.iter().filter(|restored| restored.seat == seat);
        restored.any(|restored| restored.copied <= at && at <= restored.at)
    }

    /// A contract as it is, or as it was when a person deleted it.
    pub(crate) fn contract(&self, id: i64) -> Option<&ContractView> {
        self.contracts.get(&id).or_else(|| self.notes.touched.deleted_drafts.get(&id))
    }

    /// Contracts and deals that a live seat lists under "Needs you".
    pub(crate) fn listed(&self) -> (BTreeSet<i64>, BTreeSet<i64>) {
        let needs = || self.seats.iter().flat_map(|seat| &seat.needs);
        let contracts = needs().flat_map(|need| {
            let said = need.why.params.get("contract");
            [need.contract.as_ref(), said].into_iter().flatten().filter_map(|id| id.parse().ok())
        });
        let deals = needs().filter(|need| need.send.is_some()).filter_map(|need| need.deal.parse().ok());
        (contracts.collect(), deals.collect())
    }
}

/// The marker of a contract, wherever it stands.
pub(crate) fn marker(held: &ContractView) -> Option<Marker> {
    let in_field = held.data_fields.iter().filter(|(id, _)| id == domain::marker::SEND_FIELD);
    let in_people = held.participants.iter().filter_map(|person| person.custom_id.as_ref());
    in_field.map(|(_, text)| text).chain(in_people).find_map(|text| text.parse().ok())
}

fn has_effect(entry: &Entry) -> bool {
    match entry.effect {
        Effect::Done => true,
        Effect::None | Effect::Later => false,
    }
}

fn create(entry: &Entry) -> Option<Create> {
    let marker = marker_in(&entry.body)?;
    Some(Create {
        at: entry.at,
        marker,
        effect: entry.effect,
        status: entry.status,
        fault: entry.fault.clone(),
    })
}

/// The first text of a body that is a marker.
fn marker_in(body: &Value) -> Option<Marker> {
    match body {
        Value::String(text) => text.parse().ok(),
        Value::Array(items) => items.iter().find_map(marker_in),
        Value::Object(keys) => keys.values().find_map(marker_in),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// The contract that the path of a publish names.
fn named(entry: &Entry) -> Option<i64> {
    let id = entry.path.split('/').nth_back(1)?;
    id.parse().ok().map(|id| ContractId(id).0)
}

fn written(entry: &Entry) -> Vec<Written> {
    let is_post = entry.host == Host::Kommo && entry.method == "POST";
    let kind = match entry.path.rsplit('/').next() {
        Some("notes") if is_post => "note",
        Some("tasks") if is_post => "task",
        _ => return Vec::new(),
    };
    let texts = entry.body.as_array().into_iter().flatten().filter_map(move |item| {
        let text = if kind == "note" { &item["params"]["text"] } else { &item["text"] };
        Some(Written { kind, at: entry.at, text: text.as_str()?.to_owned() })
    });
    texts.collect()
}

fn faults(journal: &[Entry]) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for kind in journal.iter().filter_map(|entry| entry.fault.as_ref()) {
        *found.entry(crate::faults::name(kind)).or_default() += 1;
    }
    found
}
