//! Notes of a deal (`api/kommo.md §12`).

use std::{borrow::Cow, fmt};

use domain::{DealId, Timestamp};
use http::{Body, Call, Effect, Endpoint, Error, Method};
use serde::{Deserialize, Serialize};

use crate::{
    client::Kommo,
    list::read_all,
    wire::{
        hal::{Collection, Page},
        lenient,
    },
};

/// The kind that people write by hand, and the only one that we write.
const COMMON: &str = "common";

/// A note of Kommo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NoteId(pub i64);

/// A text somebody left in the feed of a deal.
#[derive(Clone, PartialEq, Eq)]
pub struct Note {
    /// Kommo's id.
    pub id: NoteId,
    /// Our notes end in a key (`design.md §5`).
    pub text: String,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What people write stays out of logs.
impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Note")
            .field("id", &self.id)
            .field("updated_at", &self.updated_at)
            .finish_non_exhaustive()
    }
}

impl Kommo {
    /// All common notes of a deal that changed since then, on all pages. There is no search for text
    /// (`api/kommo.md §12.1`), so whoever looks for a note looks through these.
    pub async fn notes_of_deal(
        &self,
        deal: DealId,
        since: Timestamp,
        call: Call,
    ) -> Result<Vec<Note>, Error> {
        let query = vec![
            (Cow::Borrowed("filter[note_type][]"), COMMON.to_owned()),
            (Cow::Borrowed("filter[updated_at][from]"), since.as_second().to_string()),
            (Cow::Borrowed("order[id]"), "asc".to_owned()),
        ];
        let rows = read_all::<WireNotes>(&self.client, format!("leads/{deal}/notes"), query, call).await?;
        let common = rows.into_iter().filter(|row| row.note_type == COMMON);
        Ok(common
            .map(|row| Note { id: NoteId(row.id), text: row.params.text, updated_at: row.updated_at })
            .filter(|note| note.updated_at >= since)
            .collect())
    }

    /// Writes a note into the feed of a deal. Made at most once: after an error whose meaning is unknown, look through
    /// [`Self::notes_of_deal`] before repeating it.
    ///
    /// The id is missing where Kommo's success does not show it; the note is written all the same.
    pub async fn create_note(&self, deal: DealId, text: &str, call: Call) -> Result<Option<NoteId>, Error> {
        let reply = self.call(&CreateNote { deal, text }, call).await?;
        let made = reply.answer.map(Page::rows).unwrap_or_default();
        Ok(made.first().map(|note| NoteId(note.id)))
    }
}

struct CreateNote<'a> {
    deal: DealId,
    text: &'a str,
}

impl Endpoint for CreateNote<'_> {
    const NAME: &'static str = "kommo.note.create";
    const METHOD: Method = Method::POST;
    const EFFECT: Effect = Effect::Once;
    type Answer = Option<Page<WireMadeNotes>>;

    fn path(&self) -> Cow<'_, str> {
        Cow::Owned(format!("leads/{}/notes", self.deal))
    }

    /// The type is always named: leaving it out gave errors (`api/kommo.md §12.2`). The pipeline's triggers stay quiet,
    /// because they can write to the customer.
    fn body(&self) -> Body {
        Body::json(&[WireNewNote {
            note_type: COMMON,
            params: WireNewParams { text: self.text },
            is_need_to_trigger_digital_pipeline: false,
        }])
    }
}

#[derive(Serialize)]
struct WireNewNote<'a> {
    note_type: &'static str,
    params: WireNewParams<'a>,
    is_need_to_trigger_digital_pipeline: bool,
}

#[derive(Serialize)]
struct WireNewParams<'a> {
    text: &'a str,
}

struct WireNotes;

impl Collection for WireNotes {
    const NAME: &'static str = "kommo.notes.list";
    const KEY: &'static str = "notes";
    type Row = WireNote;
}

#[derive(Deserialize)]
struct WireNote {
    #[serde(deserialize_with = "lenient::integer")]
    id: i64,
    #[serde(default, deserialize_with = "lenient::text")]
    note_type: String,
    #[serde(deserialize_with = "lenient::seconds")]
    updated_at: Timestamp,
    /// Other kinds have other keys, and some have none.
    #[serde(default, deserialize_with = "lenient::object")]
    params: WireParams,
}

#[derive(Default, Deserialize)]
struct WireParams {
    #[serde(default, deserialize_with = "lenient::text")]
    text: String,
}

struct WireMadeNotes;

impl Collection for WireMadeNotes {
    const NAME: &'static str = "kommo.notes.create";
    const KEY: &'static str = "notes";
    type Row = WireMadeNote;
}

#[derive(Deserialize)]
struct WireMadeNote {
    #[serde(deserialize_with = "lenient::integer")]
    id: i64,
}

#[cfg(test)]
mod tests;
