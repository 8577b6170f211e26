//! When which seat may write what a contract owes to Kommo (design.md §5, "Who writes").
//!
//! The seat that sent writes at once. Hours later, if nothing is there, others may. Kommo has no way to write a note only
//! where there is none, so that each seat then writes in minutes of its own, right after a look in the same minutes: what
//! one wrote, however late it arrives, is there before the minutes of the next begin.

use std::{collections::BTreeSet, time::Duration};

use jiff::SignedDuration;

use crate::{clock::Timestamp, id::SeatId, observation::Change, payload::hex_of_sha256, write_back::key};

/// From this age of a change on another seat than the one that sent may write what is missing; the one that sent then
/// is as careful as the others.
pub const SHARED_AFTER: SignedDuration = SignedDuration::from_hours(6);

/// When a seat that did not send looks for the first time whether the one that sent has written. What it finds then is
/// done for it, too, whatever people do to it later.
pub const FIRST_LOOK_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// The minutes of one seat: its looks and writes begin in the first part, what they do is there at the end.
const MINUTES: Duration = Duration::from_secs(195);

/// The first part: what begins in it takes effect a minute later at the latest, and leaves what two clocks may differ by.
const MAY_BEGIN: Duration = Duration::from_mins(2);

/// Less than this is not worth beginning in.
const WORTH_BEGINNING: Duration = Duration::from_secs(10);

/// When `seat`, which did not send, may write what is still missing: six hours after the change plus up to an hour. The
/// hour is cut differently for each seat and change, so that two seats hardly ever begin in the same moment.
pub fn taken_over_at(change: &Change, seat: &SeatId) -> Timestamp {
    let spread = Duration::from_hours(1).mul_f64(share(change, seat));
    change.at.saturating_add(SHARED_AFTER).and_then(|at| at.saturating_add(spread)).unwrap_or(change.at)
}

/// When `seat` may write next, from when to when; its minutes may have begun. All seats that know of the same seats agree.
/// Those of which nobody knows, because they never sent anything, have the last minutes of each round together.
pub fn own_minutes(now: Timestamp, seat: &SeatId, known: &BTreeSet<SeatId>) -> (Timestamp, Timestamp) {
    let count = u64::try_from(known.len()).unwrap_or(u64::MAX);
    let place = known.iter().position(|one| one == seat).and_then(|place| u64::try_from(place).ok());
    let place = place.unwrap_or(count);
    let round = millis(MINUTES) * (count + 1);
    let now_ms = u64::try_from(now.as_millisecond()).unwrap_or_default();
    let this_round = now_ms - now_ms % round + millis(MINUTES) * place;
    let may_begin = millis(MAY_BEGIN);
    let worth = may_begin - millis(WORTH_BEGINNING);
    let begin = if now_ms > this_round + worth { this_round + round } else { this_round };
    (at(begin), at(begin + may_begin))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn at(millisecond: u64) -> Timestamp {
    let millisecond = i64::try_from(millisecond).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(millisecond).unwrap_or(Timestamp::MAX)
}

/// From 0 to 1: equal for the same seat and change, otherwise as good as random.
fn share(change: &Change, seat: &SeatId) -> f64 {
    let digits = hex_of_sha256(format!("{seat}|{}", key(change)).as_bytes(), 8);
    let number = u32::from_str_radix(&digits, 16).expect("BUG: eight hexadecimal digits");
    f64::from(number) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ContractId, observation::ChangeKind};

    fn change(at: i64) -> Change {
        let at = Timestamp::from_second(at).unwrap();
        Change { contract: ContractId(5), kind: ChangeKind::AllSigned, participant: None, name: None, at }
    }

    #[test]
    fn seats_take_over_within_the_hour_after_six_and_not_at_once() {
        let change = change(1_800_000_000);
        let moments: Vec<i64> = (0..40)
            .map(|seat| {
                taken_over_at(&change, &SeatId::from_random(seat)).as_second() - change.at.as_second()
            })
            .collect();
        assert!(moments.iter().all(|after| (6 * 3600..=7 * 3600).contains(after)), "{moments:?}");
        let (first, last) = (moments.iter().min().unwrap(), moments.iter().max().unwrap());
        assert!(last - first > 1800, "they lie apart: {moments:?}");
        let seat = SeatId::from_random(1);
        assert_eq!(taken_over_at(&change, &seat), taken_over_at(&change, &seat));
    }

    #[test]
    fn what_one_seat_begins_is_there_before_another_begins() {
        let known: BTreeSet<SeatId> = (0..4).map(SeatId::from_random).collect();
        let seats = || known.iter().cloned().chain([SeatId::from_random(77)]);
        for second in (0..3_600).step_by(7) {
            let now = Timestamp::from_second(1_800_000_000 + second).unwrap();
            let mut minutes: Vec<_> = seats().map(|seat| own_minutes(now, &seat, &known)).collect();
            for (begin, end) in &minutes {
                assert!(end.duration_since(now.max(*begin)) >= SignedDuration::from_secs(10));
                assert!(end.duration_since(now) <= SignedDuration::from_mins(19), "within a round");
            }
            minutes.sort_unstable();
            for pair in minutes.windows(2) {
                let between = pair[1].0.duration_since(pair[0].1);
                assert!(
                    between >= SignedDuration::from_secs(75),
                    "{between} after a late effect: {minutes:?}"
                );
            }
        }
    }

    #[test]
    fn begun_minutes_are_used_while_enough_is_left() {
        let seat = SeatId::from_random(1);
        let known = BTreeSet::from([seat.clone()]);
        let check = |second: i64, begin: i64, end: i64| {
            let at = |second| Timestamp::from_second(1_800_000_000 + second).unwrap();
            assert_eq!(own_minutes(at(second), &seat, &known), (at(begin), at(end)), "{second}");
        };
        // A round of six and a half minutes begins 150 s after that second.
        check(0, 150, 270);
        check(150, 150, 270);
        check(260, 150, 270);
        check(261, 540, 660);
    }
}
