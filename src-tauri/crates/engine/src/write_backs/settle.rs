//! What a person decides about work that was left alone.

use domain::write_back::{ParkReason, WriteBackState};
use store::write_backs::{self, StoredWriteBack, WriteBackId};

use super::progress::{Chosen, Progress};
use crate::{EngineError, Event, Profile};

/// Does a parked piece after all (`again`), or leaves it for good.
pub async fn settle(profile: &Profile, id: WriteBackId, again: bool) -> Result<(), EngineError> {
    let now = profile.clock.now();
    let settled = profile.ledger.write(move |writing| {
        let Some(stored) = write_backs::by_id(writing, id)? else { return Ok(None) };
        let WriteBackState::Parked { reason } = &stored.write_back.state else { return Ok(None) };
        let (state, progress) = decided(Progress::of(&stored), reason, again);
        write_backs::update(writing, id, &state, now, now)?;
        write_backs::set_result(writing, id, &progress.to_value())?;
        Ok(Some(stored.write_back.change.contract))
    });
    let contract = settled.await?.ok_or(EngineError::DecisionClosed)?;
    profile.wake.write_backs.notify_one();
    profile.tell(Event::NeedsYouChanged);
    profile.tell(Event::ContractsChanged(vec![contract]));
    Ok(())
}

/// Whether a person said that a piece is not to be done. The ledger has it as done, because it is never taken up again.
pub fn is_left(stored: &StoredWriteBack) -> bool {
    Progress::of(stored).left
}

fn decided(mut progress: Progress, reason: &ParkReason, again: bool) -> (WriteBackState, Progress) {
    if !again {
        progress.left = true;
        return (WriteBackState::Done, progress);
    }
    // Only what was seen may be written over: the field may hold something else by then.
    let over = match reason {
        ParkReason::FieldTaken { text } => Some(text.clone()),
        ParkReason::DealMoved
        | ParkReason::DealGone
        | ParkReason::FieldMissing
        | ParkReason::Refused { .. }
        | ParkReason::Forbidden
        | ParkReason::TooOld
        | ParkReason::Missing => None,
    };
    progress.chosen = Some(Chosen { over });
    (WriteBackState::Owed, progress)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_is_remembered_with_what_was_seen() {
        let taken = ParkReason::FieldTaken { text: "12".to_owned() };
        let chosen = |over: Option<&str>| Progress {
            chosen: Some(Chosen { over: over.map(str::to_owned) }),
            file: Some("0f6a".to_owned()),
            ..Progress::default()
        };
        let noted = Progress { file: Some("0f6a".to_owned()), ..Progress::default() };
        for (reason, again, wanted) in [
            (&taken, true, (WriteBackState::Owed, chosen(Some("12")))),
            (&ParkReason::TooOld, true, (WriteBackState::Owed, chosen(None))),
            (&taken, false, (WriteBackState::Done, Progress { left: true, ..noted.clone() })),
        ] {
            assert_eq!(decided(noted.clone(), reason, again), wanted, "{reason:?} {again}");
        }
    }
}
