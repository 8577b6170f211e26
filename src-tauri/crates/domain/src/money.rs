//! Amounts with their currency.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An amount in one currency. Computed exactly, never as a binary fraction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// In whole units of the currency, with decimals where there are any.
    pub amount: Decimal,
    /// ISO 4217 code, upper case (`EUR`).
    pub currency: String,
}

impl Money {
    /// Puts an amount and a currency together.
    pub fn new(amount: Decimal, currency: impl Into<String>) -> Self {
        Self { amount, currency: currency.into() }
    }

    /// How many decimals the currency has; 2 where the code is unknown.
    pub fn decimals(currency: &str) -> u32 {
        iso_currency::Currency::from_code(currency)
            .and_then(iso_currency::Currency::exponent)
            .map_or(2, u32::from)
    }

    /// The amount in the smallest unit (cents), the form in which it is stored and sorted. What is beyond its range
    /// becomes the end of it.
    pub fn minor_units(&self) -> i64 {
        let factor = Decimal::from(10_i64.pow(Self::decimals(&self.currency)));
        let minor = self.amount.checked_mul(factor).and_then(|minor| i64::try_from(minor.round()).ok());
        minor.unwrap_or(if self.amount.is_sign_negative() { i64::MIN } else { i64::MAX })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_becomes_minor_units_however_large_it_is() {
        for (amount, currency, wanted) in [
            ("12.345", "EUR", 1_234),
            ("12", "JPY", 12),
            ("-0.5", "SEK", -50),
            ("79228162514264337593543950335", "EUR", i64::MAX),
            ("-79228162514264337593543950335", "JPY", i64::MIN),
        ] {
            let money = Money::new(amount.parse().unwrap(), currency);
            assert_eq!(money.minor_units(), wanted, "{amount} {currency}");
        }
    }
}
