//! Files attached to cards (api/kommo.md §14, account host).

use serde_json::{Value, json};

use super::Refusal;
use super::cards::{gather, kind_of};
use super::paging::{self, batch, self_link};
use super::refusal::Problem;
use crate::server::{Call, Caller, Reply};
use crate::shared::World;
use crate::switches::AttachAnswer;

/// `PUT /api/v4/{kind}/{id}/files`
pub(super) fn attach(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let uuids = sent_uuids(world, call)?;
    for uuid in uuids {
        let link = world.kommo.fresh_id();
        let card = card(world, call)?;
        // Guess: attaching what is attached makes no second link (api/kommo.md §19.1).
        if card.files.iter().all(|(_, known)| *known != uuid) {
            card.files.push((link, uuid));
        }
    }
    Ok(match world.switches.kommo.attach_answer {
        AttachAnswer::Accepted => Reply::empty(202),
        AttachAnswer::Ok => Reply::json(200, paging::HAL, &json!({})),
    })
}

/// `DELETE /api/v4/{kind}/{id}/files`
pub(super) fn detach(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let uuids = sent_uuids(world, call)?;
    card(world, call)?.files.retain(|(_, uuid)| !uuids.contains(uuid));
    Ok(Reply::empty(202))
}

/// `GET /api/v4/{kind}/{id}/files?limit=&before_id=`: newest first; 204 when there are none.
pub(super) fn all(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    needs_files(call)?;
    let before = call.query.get("before_id").and_then(|id| id.parse().ok()).unwrap_or(i64::MAX);
    let limit = call.query.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(50_usize);
    let files = card(world, call)?.files.clone();
    let rows: Vec<Value> = files
        .into_iter()
        .rev()
        .filter(|(id, _)| *id < before)
        .take(limit)
        .map(|(id, uuid)| json!({ "file_uuid": uuid, "id": id }))
        .collect();
    if rows.is_empty() {
        return Ok(Reply::empty(204));
    }
    let links = self_link(&format!("{}{}", call.base, call.path));
    Ok(Reply::json(200, paging::HAL, &json!({ "_links": links, "_embedded": { "files": rows } })))
}

fn sent_uuids(world: &World, call: &Call) -> Result<Vec<String>, Refusal> {
    needs_files(call)?;
    gather(&batch(call)?, |item, problems| {
        let uuid = item["file_uuid"].as_str().filter(|uuid| world.kommo.drive.file(uuid).is_some());
        if uuid.is_none() {
            problems.push(Problem::new("NotSupportedChoice", "file_uuid"));
        }
        uuid.map(str::to_owned)
    })
}

fn needs_files(call: &Call) -> Result<(), Refusal> {
    match call.caller {
        Caller::Kommo { files: true, .. } => Ok(()),
        _ => Err(Refusal::Forbidden),
    }
}

fn card<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut super::state::Card, Refusal> {
    call.id("id")
        .and_then(|id| world.kommo.card_mut(kind_of(call), id))
        .ok_or_else(|| Refusal::NotFound("Entity not found".to_owned()))
}
