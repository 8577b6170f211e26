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

    /// The amount in the smallest unit (cents), the form in which it is stored and sorted.
    pub fn minor_units(&self) -> i64 {
        let factor = Decimal::from(10_i64.pow(Self::decimals(&self.currency)));
        i64::try_from((self.amount * factor).round()).unwrap_or(i64::MAX)
    }
}
