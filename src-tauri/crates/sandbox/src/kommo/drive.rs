//! The drive: uploads in parts, and files (api/kommo.md §14, drive host). Answers are plain JSON, errors too.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rand::RngCore;
use serde_json::{Value, json};

use super::user_of;
use crate::server::{Call, Reply};
use crate::shared::World;

const JSON: &str = "application/json";
const MAX_FILE_SIZE: u64 = 314_572_800;
/// Guess: smaller than the real service's, so that a contract's PDF takes several parts.
const MAX_PART_SIZE: usize = 1_024;
const SESSION_LIVES: SignedDuration = SignedDuration::from_hours(24);

/// Uploads under way, and files.
#[derive(Debug, Default)]
pub(crate) struct Drive {
    sessions: BTreeMap<i64, Session>,
    files: Vec<StoredFile>,
}

#[derive(Debug)]
struct Session {
    /// The last segment of the address that takes the next part.
    key: String,
    name: String,
    size: u64,
    content_type: String,
    /// The file that this is a new version of.
    of_file: Option<String>,
    bytes: Vec<u8>,
    opened: Timestamp,
}

/// One file of the drive.
#[derive(Debug, Clone)]
pub(crate) struct StoredFile {
    pub(crate) uuid: String,
    pub(crate) version_uuid: String,
    pub(crate) session: i64,
    /// With its extension.
    pub(crate) name: String,
    pub(crate) content_type: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) created_at: i64,
    pub(crate) created_by: i64,
    pub(crate) versions: u32,
}

impl Drive {
    pub(crate) fn file(&self, uuid: &str) -> Option<&StoredFile> {
        self.files.iter().find(|file| file.uuid == uuid)
    }
}

/// Why the drive does not do what it was asked. Guess: the shape of its errors is not known beyond "JSON".
pub(crate) fn refused(status: u16) -> Reply {
    let title = match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        _ => "Not Found",
    };
    Reply::json(status, JSON, &json!({ "title": title, "status": status, "detail": title }))
}

/// `POST /v1.0/sessions`
pub(super) fn open(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    let sent = call.json();
    let (Some(name), Some(size)) = (sent["file_name"].as_str(), sent["file_size"].as_u64()) else {
        return Err(refused(400));
    };
    // Guess: an empty file is refused; what the server does is not known (api/kommo.md §14).
    if name.is_empty() || size == 0 || size > MAX_FILE_SIZE {
        return Err(refused(400));
    }
    let of_file = sent["file_uuid"].as_str().map(str::to_owned);
    if of_file.as_deref().is_some_and(|uuid| world.kommo.drive.file(uuid).is_none()) {
        return Err(refused(404));
    }
    let id = world.kommo.fresh_id();
    let key = secret(&mut world.random);
    let upload_url = part_address(call, id, &key);
    let content_type = sent["content_type"].as_str().unwrap_or("application/octet-stream").to_owned();
    let session = Session {
        key,
        name: name.to_owned(),
        size,
        content_type,
        of_file,
        bytes: Vec::new(),
        opened: call.now,
    };
    world.kommo.drive.sessions.insert(id, session);
    let body = json!({
        "session_id": id,
        "upload_url": upload_url,
        "max_file_size": MAX_FILE_SIZE,
        "max_part_size": MAX_PART_SIZE,
    });
    Ok(Reply::json(200, JSON, &body))
}

fn part_address(call: &Call, session: i64, key: &str) -> String {
    format!("{}/v1.0/sessions/{session}/parts/{key}", call.base)
}

/// `POST {upload_url}` or `POST {next_url}`: raw bytes. A wrong, used or expired address is 404.
pub(super) fn part(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    let id = call.id("session").ok_or_else(|| refused(404))?;
    let session = world.kommo.drive.sessions.get_mut(&id).ok_or_else(|| refused(404))?;
    let expired = call.now.duration_since(session.opened) >= SESSION_LIVES;
    if expired || Some(session.key.as_str()) != call.text("key") {
        return Err(refused(404));
    }
    let whole = session.bytes.len() + call.body.len();
    if call.body.is_empty() || call.body.len() > MAX_PART_SIZE || whole as u64 > session.size {
        return Err(refused(400));
    }
    session.bytes.extend_from_slice(&call.body);
    if (session.bytes.len() as u64) < session.size {
        session.key = secret(&mut world.random);
        let next_url = part_address(call, id, &session.key);
        return Ok(Reply::json(200, JSON, &json!({ "session_id": id, "next_url": next_url })));
    }
    let session = world.kommo.drive.sessions.remove(&id).expect("BUG: an open session is listed");
    let file = store(world, call, id, session);
    Ok(Reply::json(200, JSON, &view(call, &file)))
}

fn store(world: &mut World, call: &Call, id: i64, session: Session) -> StoredFile {
    let version_uuid = uuid(&mut world.random);
    let known = session.of_file.as_deref();
    if let Some(file) = world.kommo.drive.files.iter_mut().find(|file| Some(file.uuid.as_str()) == known) {
        file.version_uuid = version_uuid;
        file.bytes = session.bytes;
        file.versions += 1;
        return file.clone();
    }
    let file = StoredFile {
        uuid: uuid(&mut world.random),
        version_uuid,
        session: id,
        name: session.name,
        content_type: session.content_type,
        bytes: session.bytes,
        created_at: call.seconds(),
        created_by: user_of(call),
        versions: 1,
    };
    world.kommo.drive.files.push(file.clone());
    file
}

/// `GET /v1.0/files`
pub(super) fn all(world: &mut World, call: &Call) -> Reply {
    let query = &call.query;
    let filter = |key: &str| query.get(&format!("filter[{key}]")).or_else(|| query.get(key));
    let extensions: Vec<&str> =
        query.all("filter[extensions]").into_iter().chain(query.all("extensions")).collect();
    let term = filter("term").map(str::to_lowercase);
    let rows: Vec<Value> = world
        .kommo
        .drive
        .files
        .iter()
        .filter(|file| filter("uuid").is_none_or(|uuid| uuid.split(',').any(|uuid| uuid == file.uuid)))
        // Guess: `name` asks for the whole name, with or without extension; `term` for a part of it.
        .filter(|file| filter("name").is_none_or(|name| name == file.name || name == file.split_name().0))
        .filter(|file| extensions.is_empty() || extensions.contains(&file.split_name().1))
        .filter(|file| term.as_deref().is_none_or(|term| file.name.to_lowercase().contains(term)))
        .map(|file| view(call, file))
        .collect();
    if rows.is_empty() {
        return Reply::empty(204);
    }
    Reply::json(200, JSON, &json!({ "_count": rows.len(), "_embedded": { "files": rows } }))
}

/// `GET /v1.0/files/{uuid}`. Guess: 404 when missing, as amoCRM (api/kommo.md §14).
pub(super) fn one(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    let file = call.text("uuid").and_then(|uuid| world.kommo.drive.file(uuid));
    file.map(|file| Reply::json(200, JSON, &view(call, file))).ok_or_else(|| refused(404))
}

/// `GET /download/{uuid}/{name}`
pub(super) fn download(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    let file = call.text("uuid").and_then(|uuid| world.kommo.drive.file(uuid));
    file.map(|file| Reply::bytes(200, "application/octet-stream", file.bytes.clone()))
        .ok_or_else(|| refused(404))
}

impl StoredFile {
    /// Name and extension.
    fn split_name(&self) -> (&str, &str) {
        self.name.rsplit_once('.').unwrap_or((&self.name, ""))
    }
}

fn view(call: &Call, file: &StoredFile) -> Value {
    let (name, extension) = file.split_name();
    let author = json!({ "type": "internal", "id": file.created_by });
    let download = json!({ "href": format!("{}/download/{}/{}", call.base, file.uuid, crate::server::encode(&file.name)) });
    let kind = match extension {
        "png" | "jpg" | "jpeg" => "image",
        "pdf" | "doc" | "docx" => "document",
        _ => "file",
    };
    json!({
        "uuid": file.uuid,
        "version_uuid": file.version_uuid,
        "type": kind,
        "name": name,
        "sanitized_name": name,
        "size": file.bytes.len(),
        "metadata": { "extension": extension, "mime_type": file.content_type },
        "is_trashed": false,
        "has_multiple_versions": file.versions > 1,
        "previews": null,
        "session_id": file.session,
        "source_id": null,
        "created_at": file.created_at,
        "created_by": author,
        "updated_at": file.created_at,
        "updated_by": author,
        "deleted_at": null,
        "deleted_by": null,
        "_links": {
            "self": { "href": format!("{}/v1.0/files/{}", call.base, file.uuid) },
            "download": download,
            "download_version": download,
        },
    })
}

fn uuid(random: &mut impl RngCore) -> String {
    let mut bytes = [0_u8; 16];
    random.fill_bytes(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

fn secret(random: &mut impl RngCore) -> String {
    let mut bytes = [0_u8; 24];
    random.fill_bytes(&mut bytes);
    crate::hex::lower(&bytes)
}
