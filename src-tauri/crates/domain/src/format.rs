//! How numbers and dates are written into a contract: the exact text that is sent.

use jiff::tz::TimeZone;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// How a value is written. Texts are never changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Numbers with a dot, no thousands sign, decimals only if there are any (`43037`); days as `dd.mm.yyyy`.
    #[default]
    Plain,
    /// Numbers with two decimals and a dot (`43037.00`).
    TwoDecimals,
    /// Numbers grouped by narrow spaces with a comma (`43 037,50`).
    SpacedComma,
    /// Days as `yyyy-mm-dd`.
    IsoDay,
}

impl Format {
    /// Writes a number.
    pub fn number(self, number: Decimal) -> String {
        match self {
            Self::Plain | Self::IsoDay => number.normalize().to_string(),
            Self::TwoDecimals => format!("{:.2}", to_cents(number)),
            Self::SpacedComma => spaced(number),
        }
    }

    /// Writes the day on which `instant` falls in `zone`.
    pub fn day(self, instant: Timestamp, zone: &TimeZone) -> String {
        let pattern = if self == Self::IsoDay { "%Y-%m-%d" } else { "%d.%m.%Y" };
        instant.to_zoned(zone.clone()).strftime(pattern).to_string()
    }
}

/// Rounds as invoices do: half a cent goes up, never to the even neighbour.
fn to_cents(number: Decimal) -> Decimal {
    number.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

fn spaced(number: Decimal) -> String {
    let number = to_cents(number).normalize();
    let text = number.abs().to_string();
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    let sign = if number.is_sign_negative() { "-" } else { "" };
    let decimals = if decimals.is_empty() { String::new() } else { format!(",{decimals:0<2}") };
    format!("{sign}{grouped}{decimals}")
}

/// The account's zone by its IANA name; UTC where the name is unknown to this computer.
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_contract_wants_them() {
        let check = |format: Format, number: &str, wanted: &str| {
            assert_eq!(format.number(number.parse().unwrap()), wanted, "{format:?} {number}");
        };
        check(Format::Plain, "43037", "43037");
        check(Format::Plain, "43037.00", "43037");
        check(Format::Plain, "43037.50", "43037.5");
        check(Format::Plain, "0", "0");
        check(Format::Plain, "100", "100");
        check(Format::TwoDecimals, "43037", "43037.00");
        check(Format::TwoDecimals, "43037.505", "43037.51");
        check(Format::SpacedComma, "1234567.5", "1\u{202f}234\u{202f}567,50");
        check(Format::SpacedComma, "-100", "-100");
        check(Format::SpacedComma, "999999.996", "1\u{202f}000\u{202f}000");
        check(Format::SpacedComma, "-1234.005", "-1\u{202f}234,01");
    }

    #[test]
    fn a_day_is_taken_in_the_account_s_zone() {
        let late: Timestamp = "2026-11-21T23:30:00Z".parse().unwrap();
        let check = |zone_name: &str, format: Format, wanted: &str| {
            assert_eq!(format.day(late, &zone(zone_name)), wanted, "{zone_name}");
        };
        check("Europe/Stockholm", Format::Plain, "22.11.2026");
        check("UTC", Format::Plain, "21.11.2026");
        check("America/New_York", Format::IsoDay, "2026-11-21");
        check("No/Where", Format::Plain, "21.11.2026");
    }
}
