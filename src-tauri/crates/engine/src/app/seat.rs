//! Which installation a ledger belongs to: the keychain and the ledger must name the same one (design.md §7).

use domain::{SeatId, Timestamp, send::NeedsReason};
use secrecy::SecretString;
use store::{Ledger, facts, sends};
use vault::SecretName;

use super::place::Place;
use crate::EngineError;

/// What the two places say together.
#[derive(Debug, PartialEq, Eq)]
enum Finding {
    /// Both name the same installation.
    Ours(SeatId),
    /// A ledger that was begun anew on this installation.
    FreshLedger(SeatId),
    /// Nothing was here before.
    FirstStart,
    /// The ledger came from another computer, or from a copy: what it says is under way may have gone on elsewhere.
    Copied,
}

fn compare(kept: Option<SeatId>, stored: Option<SeatId>) -> Finding {
    match (kept, stored) {
        (Some(kept), Some(stored)) if kept == stored => Finding::Ours(kept),
        (Some(kept), None) => Finding::FreshLedger(kept),
        (None, None) => Finding::FirstStart,
        // A keychain that lost its entry looks the same as another computer: asking once harms nobody.
        (_, Some(_)) => Finding::Copied,
    }
}

/// The seat of this installation. Of a copied ledger every unsettled send then waits for a person, and the
/// installation takes a new id, so that two copies never take each other's drafts for their own.
pub(super) async fn settle(
    place: &Place,
    ledger: &Ledger,
    kept: Option<SeatId>,
    random: fn() -> u64,
    now: Timestamp,
) -> Result<SeatId, EngineError> {
    let stored = ledger.read(|reading| facts::get(reading, &facts::SEAT)).await?;
    let (seat, is_copied) = match compare(kept, stored) {
        Finding::Ours(seat) => return Ok(seat),
        Finding::FreshLedger(seat) => (seat, false),
        Finding::FirstStart => (take_new(place, random).await?, false),
        Finding::Copied => (take_new(place, random).await?, true),
    };
    let own = seat.clone();
    let write = ledger.write(move |writing| {
        let asked =
            if is_copied { sends::ask_all(writing, &NeedsReason::Restored, now)? } else { Vec::new() };
        facts::set(writing, &facts::SEAT, &own, now)?;
        Ok(asked.len())
    });
    let asked = write.await?;
    if is_copied {
        tracing::warn!(
            sends = asked,
            "the ledger was copied or restored: this installation takes a new seat"
        );
    }
    Ok(seat)
}

/// The seat of a ledger whose keychain does not answer: nothing is sent until it does, and then this is settled.
pub(super) async fn unsettled(ledger: &Ledger, random: fn() -> u64) -> Result<SeatId, EngineError> {
    let stored = ledger.read(|reading| facts::get(reading, &facts::SEAT)).await?;
    Ok(stored.unwrap_or_else(|| SeatId::from_random(random())))
}

/// The keychain first: if the ledger then fails, the two differ, and the next start settles it again.
async fn take_new(place: &Place, random: fn() -> u64) -> Result<SeatId, EngineError> {
    let seat = SeatId::from_random(random());
    place.vault.write(&place.name, SecretName::SeatId, SecretString::from(seat.as_str())).await?;
    Ok(seat)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keychain_and_ledger_tell_a_copied_ledger_from_a_fresh_one() {
        let one = || SeatId::from_random(1);
        let two = || SeatId::from_random(2);
        for (kept, stored, finding) in [
            (None, None, Finding::FirstStart),
            (Some(one()), Some(one()), Finding::Ours(one())),
            (Some(one()), None, Finding::FreshLedger(one())),
            (Some(one()), Some(two()), Finding::Copied),
            (None, Some(two()), Finding::Copied),
        ] {
            assert_eq!(compare(kept.clone(), stored.clone()), finding, "{kept:?} {stored:?}");
        }
    }

    #[tokio::test]
    async fn a_copied_ledger_takes_a_new_seat_once() {
        let data = tempfile::tempdir().unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let here = Place::sample(data.path());
        let ledger = Ledger::open(&here.folder, now).await.unwrap().ledger;
        let first = settle(&here, &ledger, None, || 1, now).await.unwrap();
        assert_eq!(settle(&here, &ledger, Some(first.clone()), || 2, now).await.unwrap(), first);
        // Another computer has the ledger but not the keychain.
        let there = Place { vault: vault::Vault::in_memory(), ..here };
        let second = settle(&there, &ledger, None, || 3, now).await.unwrap();
        assert_ne!(second, first);
        let kept = super::super::secrets::Secrets::read(&there).await.unwrap().seat;
        assert_eq!(kept.as_ref(), Some(&second));
        assert_eq!(settle(&there, &ledger, kept, || 4, now).await.unwrap(), second);
    }
}
