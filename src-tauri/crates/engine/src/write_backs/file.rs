//! The signed PDF: from Oneflow to Kommo's drive, and from there to the deal.

use domain::write_back::{ParkReason, file_name, is_signed_pdf};
use http::{Call, Effect, Meaning, meaning};
use kommo::{Drive, DriveFile, FileId, UploadError, WholeFile};

use super::{
    looks::Caution,
    piece::Piece,
    text::NEXT_TURN,
    turn::{Pause, Turn},
};
use crate::{EngineError, contracts, health::Service};

/// How many files of a deal are asked for their names; a deal with more is rare, and each is a call.
const FILES_ASKED: usize = 50;

/// Attaches the signed PDF to the deal.
pub(super) async fn attach(piece: &mut Piece<'_>) -> Result<Turn, EngineError> {
    let id = match &piece.progress.file {
        Some(id) => FileId(id.clone()),
        None => match find_or_upload(piece).await? {
            Kept::OnDrive(id) => id,
            Kept::AtDeal(id) => {
                piece.progress.file = Some(id.0);
                return Ok(Turn::Done);
            }
            Kept::No(turn) => return Ok(turn),
        },
    };
    piece.progress.file = Some(id.0.clone());
    piece.note_progress().await?;
    // From here on everything may be repeated.
    piece.had_no_effect();
    if piece.must_wait() {
        return Ok(Turn::Again(Pause::For(NEXT_TURN)));
    }
    let minutes = piece.minutes.as_ref().map(|minutes| minutes.may_begin_before);
    let call = minutes.map_or(Call::background(), |moment| Call::background().before(moment));
    let _place = piece.place().await;
    let answer = piece.profile.kommo().attach(piece.owed.deal, &id, call).await;
    match piece.profile.heard_kommo(answer) {
        Ok(()) => Ok(Turn::Done),
        Err(EngineError::Call { error: http::Error::Refused(refusal), .. })
            if matches!(refusal.status, 400 | 404) && is_gone(piece, &id).await? =>
        {
            // Somebody deleted it from the drive meanwhile.
            piece.progress.file = None;
            piece.note_progress().await?;
            Ok(Turn::Again(Pause::Growing))
        }
        Err(error) => Err(error),
    }
}

async fn is_gone(piece: &Piece<'_>, id: &FileId) -> Result<bool, EngineError> {
    let drive = drive(piece).await?;
    Ok(piece.profile.heard_kommo(drive.file(id, Call::background()).await)?.is_none())
}

/// Where the PDF is now.
enum Kept {
    OnDrive(FileId),
    AtDeal(FileId),
    No(Turn),
}

/// The PDF with all that is needed to find it again.
struct Wanted {
    name: String,
    bytes: Vec<u8>,
    drive: Drive,
}

async fn find_or_upload(piece: &mut Piece<'_>) -> Result<Kept, EngineError> {
    let bytes = contracts::keep_signed_pdf(piece.profile, piece.owed.change.contract).await?;
    let name = file_name(piece.owed.change.contract, &bytes);
    let wanted = Wanted { name, bytes, drive: drive(piece).await? };
    if let Some(found) = look(piece, &wanted, piece.caution()).await? {
        return Ok(found);
    }
    // What was on its way did not arrive.
    piece.had_no_effect();
    upload(piece, &wanted).await
}

async fn upload(piece: &mut Piece<'_>, wanted: &Wanted) -> Result<Kept, EngineError> {
    let place = piece.place().await;
    if !piece.intend().await? {
        return Ok(Kept::No(Turn::Settled));
    }
    let file = WholeFile { name: &wanted.name, content_type: "application/pdf", bytes: &wanted.bytes };
    let error = match wanted.drive.upload(file, Call::background()).await {
        Ok(file) => return piece.profile.heard_kommo(Ok(Kept::OnDrive(file.id))),
        Err(UploadError::Call(error)) => error,
        Err(error @ (UploadError::ForeignHost(_) | UploadError::NotKept)) => {
            tracing::warn!(write_back.id = piece.id.0, %error, "the drive did not keep the signed PDF");
            piece.had_no_effect();
            return Ok(Kept::No(Turn::Again(Pause::Growing)));
        }
        Err(UploadError::Size { .. }) => {
            piece.had_no_effect();
            // 413 is what HTTP calls it; the drive says so in a number of its session.
            return Ok(Kept::No(Turn::Parked(ParkReason::Refused { status: 413 })));
        }
    };
    drop(place);
    let meaning = meaning(Effect::Once, &error);
    let reported = piece.profile.heard(Service::Kommo, Err::<(), _>(error));
    if meaning == Meaning::Unknown
        && let Some(found) = look(piece, wanted, Caution::AfterLoss).await?
    {
        return Ok(found);
    }
    piece.had_no_effect();
    match reported {
        // An upload session that the drive forgot: the next turn starts another.
        Err(http::Error::Refused(refusal)) if refusal.status == 404 => {
            Ok(Kept::No(Turn::Again(Pause::Growing)))
        }
        Err(error) => Err(EngineError::kommo(error)),
        Ok(()) => Ok(Kept::No(Turn::Again(Pause::Growing))),
    }
}

/// Looks for the file as often as `caution` asks.
async fn look(piece: &Piece<'_>, wanted: &Wanted, caution: Caution) -> Result<Option<Kept>, EngineError> {
    let mut looks = caution.looks(piece.profile.clock.as_ref());
    while looks.next().await {
        if let Some(found) = find(piece, wanted).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Looks through the deal's files, then the drive, for the name. One of another size was cut short on its way.
async fn find(piece: &Piece<'_>, wanted: &Wanted) -> Result<Option<Kept>, EngineError> {
    let _place = piece.place().await;
    let profile = piece.profile;
    let answer = profile.kommo().deal_files(piece.owed.deal, Call::background()).await;
    for id in profile.heard_kommo(answer)?.iter().take(FILES_ASKED) {
        let file = profile.heard_kommo(wanted.drive.file(id, Call::background()).await)?;
        if file.is_some_and(|file| wanted.is(&file)) {
            return Ok(Some(Kept::AtDeal(id.clone())));
        }
    }
    let answer = wanted.drive.files_named(&wanted.name, Call::background()).await;
    let named = profile.heard_kommo(answer)?.into_iter().find(|file| wanted.is(file));
    Ok(named.map(|file| Kept::OnDrive(file.id)))
}

/// Whether the deal has a signed PDF of the contract, whoever uploaded it.
pub(super) async fn is_attached(piece: &Piece<'_>) -> Result<bool, EngineError> {
    let _place = piece.place().await;
    let (profile, contract) = (piece.profile, piece.owed.change.contract);
    let answer = profile.kommo().deal_files(piece.owed.deal, Call::background()).await;
    let files = profile.heard_kommo(answer)?;
    let drive = if files.is_empty() { return Ok(false) } else { drive(piece).await? };
    for id in files.iter().take(FILES_ASKED) {
        let file = profile.heard_kommo(drive.file(id, Call::background()).await)?;
        if file.is_some_and(|file| is_signed_pdf(&file.name, contract)) {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Wanted {
    fn is(&self, file: &DriveFile) -> bool {
        let length = u64::try_from(self.bytes.len()).unwrap_or(u64::MAX);
        file.name == self.name && file.size.is_none_or(|size| size == length)
    }
}

/// The drive of the account, at the address that Kommo names.
async fn drive(piece: &Piece<'_>) -> Result<Drive, EngineError> {
    let profile = piece.profile;
    let known = profile.kommo_account().await?.drive_url;
    let address = match known {
        Some(address) => Some(address),
        None => profile.heard_kommo(profile.kommo().account(Call::background()).await)?.account.drive_url,
    };
    let drive = address.and_then(|address| profile.kommo().drive(&address).ok());
    drive.ok_or(EngineError::kommo(http::Error::NotSent(http::Cause::ForeignHost)))
}
