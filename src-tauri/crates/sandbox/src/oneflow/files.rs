//! Files of a contract, and their download by redirect (api/oneflow.md §3.11).

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::Refusal;
use super::contracts::find;
use super::listing::list;
use super::state::{Contract, ContractState, SignState};
use crate::pdf;
use crate::server::{Call, Reply};
use crate::shared::World;
use crate::switches::PdfNotReady;

/// The whole contract as PDF has this id in every contract (api/oneflow.md §3.11).
const CONTRACT_FILE: i64 = 1;

/// `GET /v1/contracts/{id}/files`
pub(super) fn all(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    world.oneflow.settle(call.now);
    let contract = find(world, call)?;
    let left_out =
        !is_ready(world, call, contract) && world.switches.oneflow.pdf_not_ready == PdfNotReady::LeftOut;
    list(call, (!left_out).then(|| file_view(contract)).into_iter())
}

fn file_view(contract: &Contract) -> Value {
    json!({ "id": CONTRACT_FILE, "name": contract.name, "type": "contract", "extension": "pdf" })
}

/// Guess: the PDF is built some time after each change of state (api/oneflow.md §3.11).
fn is_ready(world: &World, call: &Call, contract: &Contract) -> bool {
    let after = world.switches.oneflow.pdf_ready_after_ms;
    let after = SignedDuration::from_millis(i64::try_from(after).unwrap_or(i64::MAX));
    call.now.duration_since(contract.pdf_changed) >= after
}

/// `GET /v1/contracts/{id}/files/{file}[?download=true]`
pub(super) fn one(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    world.oneflow.settle(call.now);
    let contract = find(world, call)?;
    let ready = is_ready(world, call, contract);
    let left_out = !ready && world.switches.oneflow.pdf_not_ready == PdfNotReady::LeftOut;
    if call.id("file") != Some(CONTRACT_FILE) || left_out {
        return Err(Refusal::NotFound);
    }
    if call.query.get("download") != Some("true") {
        return Ok(Reply::json(200, super::JSON, &file_view(contract)));
    }
    let bytes = ready.then(|| document(contract));
    let address = world.oneflow.storage.offer(bytes, call.now, &mut world.random);
    Ok(Reply::empty(302).header("location", address))
}

/// The contract as PDF. The signed one has its signatures, and so other bytes than the draft.
fn document(contract: &Contract) -> Vec<u8> {
    let mut lines = vec![contract.name.clone(), format!("Contract {}", contract.id)];
    lines.extend(contract.data_fields.iter().map(|field| format!("{}: {}", field.name, field.value)));
    for (party, person) in contract.participants() {
        lines.push(format!("{} - {}", party.shown_name(), person.name));
    }
    if contract.state == ContractState::Signed {
        lines.push("SIGNED".to_owned());
        for (_, person) in
            contract.participants().filter(|(_, person)| person.sign_state == SignState::Signed)
        {
            let time = person.sign_time.map(super::listing::shown).unwrap_or_default();
            lines.push(format!("Signed by {} at {time}", person.name));
        }
    } else {
        lines.push("Not signed".to_owned());
    }
    pdf::document(&lines)
}
