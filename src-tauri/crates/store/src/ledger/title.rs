//! The title of a send or contract in columns: what lists show, search and sort by.

use domain::{Money, send::SendTitle, text};
use rusqlite::{Result, Row};
use rust_decimal::Decimal;

use crate::row::Columns;

/// Column names, in the order in which statements bind them.
pub(crate) const COLUMNS: &str =
    "title_deal, title_company, title_recipient, title_email, title_amount, title_currency";

/// Reads the title of a row.
pub(crate) fn read(row: &Row<'_>) -> Result<SendTitle> {
    let minor: Option<i64> = row.read("title_amount")?;
    let currency: Option<String> = row.read("title_currency")?;
    Ok(SendTitle {
        deal: row.read("title_deal")?,
        company: row.read("title_company")?,
        recipient: row.read("title_recipient")?,
        email: row.read("title_email")?,
        amount: minor.zip(currency).map(|(minor, currency)| amount(minor, currency)),
    })
}

/// An amount from the smallest units in which it is stored.
pub(crate) fn amount(minor: i64, currency: String) -> Money {
    Money::new(Decimal::new(minor, Money::decimals(&currency)), currency)
}

/// What a search looks through: folded, one line for each part, so that no word is found across two of them.
pub(crate) fn search(title: &SendTitle, name: Option<&str>, id: impl std::fmt::Display) -> String {
    let SendTitle { deal, company, recipient, email, amount: _ } = title;
    let id = id.to_string();
    let parts = [deal, company, recipient, email, name.unwrap_or_default(), &id];
    parts.map(text::fold).join("\n")
}

/// The words of a search, each of which must occur.
pub(crate) fn words(search: &str) -> Vec<String> {
    text::fold(search).split_whitespace().map(str::to_owned).collect()
}
