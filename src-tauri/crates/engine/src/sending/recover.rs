//! What a start does with the sends that the last run left unsettled.

use domain::{
    Send, SendState,
    schedule::{ASK_AFTER_CLOSED, HOLD_AFTER_START},
    send::{NeedsReason, Step},
};
use store::{StoreError, ledger::LedgerWriting, sends};

use crate::{EngineError, Profile};

/// Calls that were on their way are unknown now; holds run on in sight; what waited for long asks first.
pub(crate) async fn recover(profile: &Profile) -> Result<(), EngineError> {
    let now = profile.clock.now();
    let moved = profile.ledger.write(move |writing| {
        let mut moved = sends::recover(writing, now)?;
        for send in sends::unsettled(writing)? {
            moved.extend(ask_or_hold(writing, &send, now)?);
        }
        Ok(moved)
    });
    for send in moved.await? {
        tracing::info!(send.id = %send.id, send.state = send.state.code(), "a send goes on after a start");
    }
    Ok(())
}

fn ask_or_hold(
    writing: &LedgerWriting<'_>,
    send: &Send,
    now: domain::Timestamp,
) -> Result<Option<Send>, StoreError> {
    if !matches!(send.state, SendState::Held | SendState::Queued) {
        return Ok(None);
    }
    // A clock that was set back counts as long, too: asking once too often harms nobody.
    let since_click = std::time::Duration::try_from(now.duration_since(send.clicked_at));
    if since_click.is_ok_and(|since| since <= ASK_AFTER_CLOSED) {
        if send.state == SendState::Held && send.hold_left < HOLD_AFTER_START {
            sends::store_hold(writing, send.id, HOLD_AFTER_START)?;
        }
        return Ok(None);
    }
    Ok(sends::take(writing, send.id, Step::Ask(NeedsReason::LongClosed), now)?.moved())
}
