//! What the services hold at a moment, for the checks at the end of a test.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kommo::{Held, Kind, Kommo, Lead};
use crate::oneflow::{Contract, ContractState, SignState};

/// A contract as Oneflow holds it, whoever may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractView {
    /// Its id.
    pub id: i64,
    /// Where it stands.
    pub state: ContractState,
    /// Its name.
    pub name: String,
    /// Its workspace.
    pub workspace_id: i64,
    /// Its template.
    pub template_id: i64,
    /// Whether the API made it.
    pub by_api: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it was sent.
    pub published: Option<Timestamp>,
    /// From when on lists show it.
    pub shown_from: Timestamp,
    /// Values of its data fields, by custom id.
    pub data_fields: Vec<(String, String)>,
    /// Everybody in it.
    pub participants: Vec<ParticipantView>,
    /// Types of its events, oldest first.
    pub events: Vec<String>,
    /// Subject and message of the invitation.
    pub invitation: Option<(String, String)>,
}

/// A participant of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParticipantView {
    /// Its id.
    pub id: i64,
    /// Whether it stands on the own side.
    pub is_mine: bool,
    /// Its party's name.
    pub party: String,
    /// Its name.
    pub name: String,
    /// Its e-mail.
    pub email: String,
    /// Whether it signs.
    pub signatory: bool,
    /// Where it stands.
    pub sign_state: SignState,
    /// `_private_ownerside.custom_id`.
    pub custom_id: Option<String>,
}

/// A deal as Kommo holds it, trash included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DealView {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its price.
    pub price: Decimal,
    /// Its pipeline.
    pub pipeline_id: i64,
    /// Its stage.
    pub status_id: i64,
    /// Whether it lies in the trash.
    pub is_deleted: bool,
    /// Its contacts, the main one first.
    pub contacts: Vec<i64>,
    /// Its company.
    pub company: Option<i64>,
    /// First values of its custom fields, by name.
    pub fields: Vec<(String, Value)>,
    /// Its notes, by id.
    pub notes: Vec<NoteView>,
    /// Its tasks, by id.
    pub tasks: Vec<TaskView>,
    /// Its files, in the order they were attached.
    pub files: Vec<FileView>,
}

/// A note of a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteView {
    /// Its id.
    pub id: i64,
    /// Its type.
    pub note_type: String,
    /// Its text; empty for types without one.
    pub text: String,
    /// Who wrote it.
    pub created_by: i64,
    /// When, unix seconds.
    pub created_at: i64,
}

/// A task of a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskView {
    /// Its id.
    pub id: i64,
    /// Its text.
    pub text: String,
    /// Who has to do it.
    pub responsible_user_id: i64,
    /// Until when, unix seconds.
    pub complete_till: i64,
    /// Whether it is done.
    pub is_completed: bool,
}

/// A file attached to a deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileView {
    /// The drive's id of it.
    pub uuid: String,
    /// Its name with extension.
    pub name: String,
    /// Its length in bytes.
    pub size: usize,
    /// Whether it begins as a PDF does.
    pub is_pdf: bool,
    /// SHA-256 of its bytes, lower-case hex.
    pub sha256: String,
}

pub(crate) fn contract(held: &Contract) -> ContractView {
    let participants = held.participants().map(|(party, person)| ParticipantView {
        id: person.id,
        is_mine: party.is_mine,
        party: party.shown_name().to_owned(),
        name: person.name.clone(),
        email: person.email.clone(),
        signatory: person.signatory,
        sign_state: person.sign_state,
        custom_id: person.custom_id.clone(),
    });
    ContractView {
        id: held.id,
        state: held.state,
        name: held.name.clone(),
        workspace_id: held.workspace_id,
        template_id: held.template_id,
        by_api: held.by_api,
        created: held.created,
        published: held.published,
        shown_from: held.shown_from,
        data_fields: held
            .data_fields
            .iter()
            .map(|field| (field.custom_id.clone(), field.value.clone()))
            .collect(),
        participants: participants.collect(),
        events: held.events.iter().map(|event| event.event_type.to_owned()).collect(),
        invitation: held.invitation.clone(),
    }
}

pub(crate) fn deal(kommo: &Kommo, lead: &Lead) -> DealView {
    let fields = kommo.fields_by_id(Kind::Leads);
    let values = lead.card.values.iter().filter_map(|values| {
        let field = fields.get(&values.field_id)?;
        let value = values.values.first().map(|Held { value, .. }| value.clone())?;
        Some((field.name.clone(), value))
    });
    let id = lead.card.id;
    let notes = kommo.notes.values().filter(|note| note.kind == Kind::Leads && note.entity_id == id);
    let tasks = kommo.tasks.values().filter(|task| task.entity == Some((Kind::Leads, id)));
    DealView {
        id,
        name: lead.card.name.clone(),
        price: lead.price,
        pipeline_id: lead.pipeline_id,
        status_id: lead.status_id,
        is_deleted: lead.card.is_deleted,
        contacts: lead.contacts.clone(),
        company: lead.company,
        fields: values.collect(),
        notes: notes
            .map(|note| NoteView {
                id: note.id,
                note_type: note.note_type.clone(),
                text: note.params["text"].as_str().unwrap_or_default().to_owned(),
                created_by: note.created_by,
                created_at: note.created_at,
            })
            .collect(),
        tasks: tasks
            .map(|task| TaskView {
                id: task.id,
                text: task.text.clone(),
                responsible_user_id: task.responsible_user_id,
                complete_till: task.complete_till,
                is_completed: task.is_completed,
            })
            .collect(),
        files: lead.card.files.iter().filter_map(|(_, uuid)| file(kommo, uuid)).collect(),
    }
}

fn file(kommo: &Kommo, uuid: &str) -> Option<FileView> {
    use sha2::{Digest as _, Sha256};

    let file = kommo.drive.file(uuid)?;
    let digest = Sha256::digest(&file.bytes);
    Some(FileView {
        uuid: file.uuid.clone(),
        name: file.name.clone(),
        size: file.bytes.len(),
        is_pdf: file.bytes.starts_with(b"%PDF-"),
        sha256: crate::hex::lower(&digest),
    })
}
