//! Values of the engine as the web view reads them, and back.

use std::str::FromStr;

use domain::{Money, Timestamp};

use crate::{
    dto::MoneyDto,
    error::{ErrorCode, IpcError},
};

mod contract;
mod deal;
mod failure;
mod need;
mod preview;
mod send;
mod setup;

pub(crate) use contract::{
    contract_dto, contract_page, contract_query, contract_row, row_of, timeline_kind, write_back_dto,
};
pub(crate) use deal::{deal_page, deal_query, deal_row};
pub(crate) use need::{contract_choice, need_dtos, theirs_dto};
pub(crate) use preview::{edits, preview_dto};
pub(crate) use send::{choice, send_dto};
pub(crate) use setup::{mapping_dto, mapping_from, source_choice, texts_dto, texts_from};

/// Reads an id that the web view sent back. A malformed one is a fault of ours.
pub(crate) fn id<T: FromStr>(text: &str) -> Result<T, IpcError> {
    text.parse().map_err(|_| ErrorCode::BadRequest.into())
}

/// Reads ids that the web view sent back.
pub(crate) fn ids<T: FromStr>(texts: &[String]) -> Result<Vec<T>, IpcError> {
    texts.iter().map(|text| id(text)).collect()
}

pub(crate) fn money(money: &Money) -> MoneyDto {
    MoneyDto { amount: money.amount.to_string(), currency: money.currency.clone() }
}

pub(crate) fn time(time: Timestamp) -> String {
    time.to_string()
}
