//! Notes of leads, contacts and companies (api/kommo.md §12).

use serde_json::{Value, json};

use super::cards::{gather, kind_of, number, single_patch};
use super::paging::{self, Among, Counts, Page, Range, batch, list, order, request_id, self_link, written};
use super::refusal::Problem;
use super::state::{Kind, Kommo, NewEvent, Note};
use super::{Refusal, user_of};
use crate::server::{Call, Reply};
use crate::shared::World;
use crate::switches::AttachmentNote;

/// `GET /api/v4/leads/notes` and `GET /api/v4/leads/{id}/notes`, for every kind of card.
pub(super) fn all(world: &mut World, call: &Call) -> Reply {
    let kind = kind_of(call);
    let query = &call.query;
    let updated = Range::of(query, "updated_at");
    let types = query.all("filter[note_type]");
    let (ids, entities) = (Among::of(query, "filter[id]"), Among::of(query, "filter[entity_id]"));
    let mut notes: Vec<&Note> = world
        .kommo
        .notes
        .values()
        .filter(|note| note.kind == kind && call.id("id").is_none_or(|id| note.entity_id == id))
        // A note goes with its card into the trash.
        .filter(|note| world.kommo.card(kind, note.entity_id).is_some())
        .filter(|note| ids.holds(note.id) && entities.holds(note.entity_id))
        .filter(|note| types.is_empty() || types.contains(&note.note_type.as_str()))
        .filter(|note| updated.holds(Some(note.updated_at)))
        .collect();
    if let Some((key, falling)) = order(query, &["updated_at", "id"]) {
        notes.sort_by_key(|note| if key == "updated_at" { (note.updated_at, note.id) } else { (note.id, 0) });
        if falling {
            notes.reverse();
        }
    }
    let (notes, more) = Page::of(query).cut(notes);
    let rows: Vec<Value> = notes.into_iter().map(|note| view(world, call, note)).collect();
    list(call, "notes", &rows, more, Counts::None)
}

/// `GET /api/v4/leads/notes/{note}`
pub(super) fn one(world: &mut World, call: &Call) -> Reply {
    let kind = kind_of(call);
    match call.id("note").and_then(|id| world.kommo.notes.get(&id)).filter(|note| note.kind == kind) {
        Some(note) => Reply::json(200, paging::HAL, &view(world, call, note)),
        None => Reply::empty(204),
    }
}

fn view(world: &World, call: &Call, note: &Note) -> Value {
    let mut body = json!({
        "id": note.id,
        "entity_id": note.entity_id,
        "created_by": note.created_by,
        "updated_by": note.created_by,
        "created_at": note.created_at,
        "updated_at": note.updated_at,
        "responsible_user_id": note.responsible_user_id,
        "group_id": 0,
        "note_type": note.note_type,
        "params": params_view(&world.kommo, note, world.switches.kommo.attachment_note),
        "account_id": world.kommo.account.id,
        "_links": self_link(&address(call, note.kind, note.entity_id, note.id)),
    });
    if call.query.lists("with", "is_pinned") {
        body["is_pinned"] = json!(note.is_pinned);
    }
    body
}

fn params_view(kommo: &Kommo, note: &Note, form: AttachmentNote) -> Value {
    if note.note_type != "attachment" {
        return note.params.clone();
    }
    let name = note.params["file_name"].as_str().unwrap_or_default();
    match form {
        AttachmentNote::Legacy => {
            json!({ "original_name": name, "attachment": format!("{}_{name}", note.id) })
        }
        AttachmentNote::Drive => {
            let uuid = note.params["file_uuid"].as_str().unwrap_or_default();
            let version = kommo.drive.file(uuid).map(|file| file.version_uuid.clone());
            json!({
                "is_drive_attachment": true,
                "text": name,
                "original_name": name,
                "file_uuid": uuid,
                "version_uuid": note.params["version_uuid"].as_str().map(str::to_owned).or(version),
                "file_name": name,
            })
        }
    }
}

fn address(call: &Call, kind: Kind, entity: i64, id: i64) -> String {
    format!("{}/api/v4/{}/{entity}/notes/{id}", call.base, kind.plural())
}

/// `POST /api/v4/leads/notes` and `POST /api/v4/leads/{id}/notes`
pub(super) fn create(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let kind = kind_of(call);
    let user = user_of(call);
    let items = batch(call)?;
    let cut_at = world.switches.kommo.note_text_cut_at;
    let notes = gather(&items, |item, problems| {
        read(&world.kommo, kind, call, item, problems).map(|note| cut(note, cut_at))
    })?;
    let mut answers = Vec::new();
    for (index, mut note) in notes.into_iter().enumerate() {
        note.id = world.kommo.fresh_id();
        world.kommo.remember(NewEvent {
            event_type: "common_note_added",
            kind,
            entity_id: note.entity_id,
            by: user,
            at: call.seconds(),
            before: json!([]),
            after: json!([{ "note": { "id": note.id } }]),
        });
        answers.push(json!({
            "id": note.id,
            "entity_id": note.entity_id,
            "request_id": request_id(&items[index], index),
            "_links": self_link(&address(call, kind, note.entity_id, note.id)),
        }));
        world.kommo.notes.insert(note.id, note);
    }
    Ok(written(call, "notes", &answers))
}

fn read(kommo: &Kommo, kind: Kind, call: &Call, item: &Value, problems: &mut Vec<Problem>) -> Option<Note> {
    let entity_id = call.id("id").or_else(|| number(item, "entity_id", problems));
    let card = entity_id.and_then(|id| kommo.card(kind, id));
    if card.is_none() {
        // Guess: a note on an unknown or deleted card is refused as a wrong choice.
        problems.push(Problem::new("NotSupportedChoice", "entity_id"));
    }
    // One client leaves the type out and gets a text note (api/kommo.md §12.2).
    let note_type = item["note_type"].as_str().unwrap_or("common");
    check_params(kommo, note_type, &item["params"], problems);
    let created_by = number(item, "created_by", problems).unwrap_or_else(|| user_of(call));
    let created_at = number(item, "created_at", problems).unwrap_or(call.seconds());
    let responsible = number(item, "responsible_user_id", problems);
    let card = card?;
    Some(Note {
        id: 0,
        kind,
        entity_id: card.id,
        note_type: note_type.to_owned(),
        params: item["params"].clone(),
        created_by,
        responsible_user_id: responsible.unwrap_or(card.responsible_user_id),
        created_at,
        updated_at: call.seconds(),
        is_pinned: false,
    })
}

/// What each type of note must have (api/kommo.md §12.2).
fn check_params(kommo: &Kommo, note_type: &str, params: &Value, problems: &mut Vec<Problem>) {
    let needed: &[&str] = match note_type {
        "common" => &["text"],
        "service_message" | "extended_service_message" => &["service", "text"],
        "attachment" => &["file_uuid", "file_name"],
        "call_in" | "call_out" => &["source", "phone"],
        "sms_in" | "sms_out" => &["text", "phone"],
        "geolocation" => &["text", "address", "longitude", "latitude"],
        _ => return problems.push(Problem::new("NotSupportedChoice", "note_type")),
    };
    for key in needed {
        match &params[*key] {
            Value::String(text) if text.is_empty() => {
                problems.push(Problem::new("NotBlank", format!("params.{key}")));
            }
            Value::String(_) => {}
            Value::Null => problems.push(Problem::new("FieldMissing", format!("params.{key}"))),
            _ => problems.push(Problem::new("InvalidType", format!("params.{key}"))),
        }
    }
    let uuid = params["file_uuid"].as_str();
    if note_type == "attachment" && uuid.is_some_and(|uuid| kommo.drive.file(uuid).is_none()) {
        problems.push(Problem::new("NotSupportedChoice", "params.file_uuid"));
    }
}

/// Guess: no length limit of a note is known; the switch cuts silently (api/kommo.md §12.2).
fn cut(mut note: Note, at: Option<usize>) -> Note {
    if let (Some(at), Some(text)) = (at, note.params["text"].as_str()) {
        note.params["text"] = json!(text.chars().take(at).collect::<String>());
    }
    note
}

/// `PATCH /api/v4/leads/notes/{note}`
pub(super) fn change_one(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let Value::Object(keys) = call.json() else { return Err(Refusal::EmptyBody) };
    let mut item = Value::Object(keys);
    item["id"] = json!(call.id("note"));
    let items = change(world, call, &[item])?;
    Ok(single_patch(world, call, "notes", &items[0]))
}

/// `PATCH /api/v4/leads/notes`
pub(super) fn change_many(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let items = change(world, call, &batch(call)?)?;
    Ok(written(call, "notes", &items))
}

fn change(world: &mut World, call: &Call, items: &[Value]) -> Result<Vec<Value>, Refusal> {
    let kind = kind_of(call);
    let changes = gather(items, |item, problems| {
        let Some(note) = item["id"].as_i64().and_then(|id| world.kommo.notes.get(&id)) else {
            problems.push(Problem::new("NotSupportedChoice", "id"));
            return None;
        };
        let note_type = item["note_type"].as_str().unwrap_or(&note.note_type).to_owned();
        check_params(&world.kommo, &note_type, &item["params"], problems);
        Some((note.id, note_type, item["params"].clone()))
    })?;
    let mut answers = Vec::new();
    for (id, note_type, params) in changes {
        let Some(note) = world.kommo.notes.get_mut(&id) else { continue };
        note.note_type = note_type;
        note.params = params;
        note.updated_at = call.seconds();
        answers.push(json!({
            "id": id,
            "entity_id": note.entity_id,
            "updated_at": note.updated_at,
            "_links": self_link(&address(call, kind, note.entity_id, id)),
        }));
    }
    Ok(answers)
}

/// `POST /api/v4/leads/{id}/notes/{note}/pin` and `…/unpin`
pub(super) fn pin(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let note = call.id("note").and_then(|id| world.kommo.notes.get_mut(&id));
    let note = note.ok_or_else(|| Refusal::NotFound("Note not found".to_owned()))?;
    note.is_pinned = call.path.ends_with("/pin");
    Ok(Reply::empty(204))
}
