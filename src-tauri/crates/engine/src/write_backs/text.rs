//! Notes and tasks: texts that end in a key, by which they are found before they are written again.

use std::time::Duration;

use domain::{
    UserId, format,
    observation::Change,
    write_back::{key, with_key},
};
use http::{Call, Effect, Meaning, meaning};
use jiff::SignedDuration;
use kommo::NewTask;

use super::{
    deadline::deadline,
    looks::Caution,
    piece::Piece,
    turn::{Pause, Turn},
};
use crate::{EngineError, health::Service};

/// Which text.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// In the feed of the deal.
    Note,
    /// Something to be done.
    Task {
        /// By whom; the token's user where nobody is named.
        responsible: Option<UserId>,
    },
}

/// How far before the change a look starts: Kommo's clock and Oneflow's are not one.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(1);

/// How soon a piece gets the turn that finds the minutes of this seat.
pub(super) const NEXT_TURN: Duration = Duration::from_secs(1);

/// Writes a note or a task once.
pub(super) async fn write(piece: &mut Piece<'_>, text: &str, kind: Kind) -> Result<Turn, EngineError> {
    // In the minutes of this seat it was looked for a moment ago.
    if piece.minutes.is_none() && look(piece, kind, piece.caution()).await? {
        return Ok(Turn::Done);
    }
    // What was on its way did not arrive.
    piece.had_no_effect();
    if piece.must_wait() {
        return Ok(Turn::Again(Pause::For(NEXT_TURN)));
    }
    match post(piece, text, kind).await? {
        Posted::TooLate => Ok(Turn::Again(Pause::For(NEXT_TURN))),
        Posted::Yes => Ok(Turn::Done),
        Posted::Settled => Ok(Turn::Settled),
        Posted::Unknown if look(piece, kind, Caution::AfterLoss).await? => Ok(Turn::Done),
        Posted::Unknown => {
            piece.had_no_effect();
            Ok(Turn::Again(Pause::Growing))
        }
    }
}

/// Looks for the key as often as `caution` asks; true if it is there.
async fn look(piece: &mut Piece<'_>, kind: Kind, caution: Caution) -> Result<bool, EngineError> {
    let mut looks = caution.looks(piece.profile.clock.as_ref());
    while looks.next().await {
        if let Some(id) = find(piece, kind).await? {
            remember(piece, kind, Some(id));
            return Ok(true);
        }
    }
    Ok(false)
}

/// Kommo's id of what carries the key of the change; `None` where it is not there.
pub(super) async fn find(piece: &Piece<'_>, kind: Kind) -> Result<Option<i64>, EngineError> {
    let _place = piece.place().await;
    let (profile, deal, change) = (piece.profile, piece.owed.deal, &piece.owed.change);
    let (wanted, since) = (key(change), looked_back(change));
    let kommo = profile.kommo();
    match kind {
        Kind::Note => {
            let notes = profile.heard_kommo(kommo.notes_of_deal(deal, since, Call::background()).await)?;
            Ok(notes.into_iter().find(|note| note.text.contains(&wanted)).map(|note| note.id.0))
        }
        Kind::Task { .. } => {
            let tasks = profile.heard_kommo(kommo.tasks_of_deal(deal, since, Call::background()).await)?;
            Ok(tasks.into_iter().find(|task| task.text.contains(&wanted)).map(|task| task.id.0))
        }
    }
}

fn looked_back(change: &Change) -> domain::Timestamp {
    change.at.saturating_sub(LOOK_BACK).unwrap_or(change.at)
}

/// What became of a post.
enum Posted {
    Yes,
    /// A person settled the piece before it was made.
    Settled,
    /// It would have started too late after the look.
    TooLate,
    /// No whole answer came.
    Unknown,
}

/// Intent, call. The outcome is stored by whoever ends the turn.
async fn post(piece: &mut Piece<'_>, text: &str, kind: Kind) -> Result<Posted, EngineError> {
    let text = with_key(text, &piece.owed.change);
    let task = match kind {
        Kind::Note => None,
        Kind::Task { responsible } => Some(new_task(piece, text.clone(), responsible).await?),
    };
    let _place = piece.place().await;
    let now = piece.profile.clock.elapsed();
    if piece.minutes.as_ref().is_some_and(|minutes| now >= minutes.may_begin_before) {
        return Ok(Posted::TooLate);
    }
    if !piece.intend().await? {
        return Ok(Posted::Settled);
    }
    let (kommo, deal) = (piece.profile.kommo(), piece.owed.deal);
    let answer = match &task {
        None => kommo.create_note(deal, &text, Call::background()).await.map(|id| id.map(|id| id.0)),
        Some(task) => kommo.create_task(deal, task, Call::background()).await.map(|id| id.map(|id| id.0)),
    };
    match piece.profile.heard(Service::Kommo, answer) {
        Ok(id) => {
            remember(piece, kind, id);
            Ok(Posted::Yes)
        }
        Err(error) if meaning(Effect::Once, &error) == Meaning::Unknown => Ok(Posted::Unknown),
        Err(error) => {
            piece.had_no_effect();
            Err(EngineError::kommo(error))
        }
    }
}

async fn new_task(
    piece: &Piece<'_>,
    text: String,
    responsible: Option<UserId>,
) -> Result<NewTask, EngineError> {
    let account = piece.profile.kommo_account().await?;
    let due = deadline(piece.profile.clock.now(), &format::zone(&account.time_zone));
    // Without a type Kommo takes "follow up", which every account has (`api/kommo.md §13.2`).
    Ok(NewTask { text, due, responsible, task_type: None })
}

fn remember(piece: &mut Piece<'_>, kind: Kind, id: Option<i64>) {
    match kind {
        Kind::Note => piece.progress.note = id,
        Kind::Task { .. } => piece.progress.task = id,
    }
}
