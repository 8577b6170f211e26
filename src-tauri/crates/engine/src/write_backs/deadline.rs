//! Until when a task is to be done.

use domain::Timestamp;
use jiff::{ToSpan, civil::Weekday, tz::TimeZone};

/// The end of the next working day after `now` in the account's zone; Saturday and Sunday are none.
///
/// Guess: Kommo shows a task that ends at 23:59 as one for the whole day. Public holidays are not known here.
pub(super) fn deadline(now: Timestamp, zone: &TimeZone) -> Timestamp {
    let today = now.to_zoned(zone.clone()).date();
    let mut day = today.saturating_add(1.day());
    while matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && day < jiff::civil::Date::MAX {
        day = day.saturating_add(1.day());
    }
    // Only a day at the end of time has no such moment.
    day.at(23, 59, 0, 0).to_zoned(zone.clone()).map_or(now, |end| end.timestamp())
}

#[cfg(test)]
mod tests {
    use domain::format::zone;

    use super::*;

    #[test]
    fn a_task_is_due_at_the_end_of_the_next_working_day() {
        let check = |why: &str, now: &str, zone_name: &str, wanted: &str| {
            let wanted: Timestamp = wanted.parse().unwrap();
            assert_eq!(deadline(now.parse().unwrap(), &zone(zone_name)), wanted, "{why}");
        };
        check("a Monday", "2026-11-23T10:00:00Z", "UTC", "2026-11-24T23:59:00Z");
        check("a Friday", "2026-11-27T10:00:00Z", "UTC", "2026-11-30T23:59:00Z");
        check("a Sunday", "2026-11-22T10:00:00Z", "UTC", "2026-11-23T23:59:00Z");
        check("the zone's own day", "2026-11-23T23:30:00Z", "Europe/Stockholm", "2026-11-25T22:59:00Z");
        check("summer time ends", "2026-10-23T10:00:00Z", "Europe/Stockholm", "2026-10-26T22:59:00Z");
        check("an unknown zone", "2026-11-23T10:00:00Z", "No/Where", "2026-11-24T23:59:00Z");
    }
}
