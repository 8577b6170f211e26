//! The won deals: kept in the cache by syncs, shown from there, read again from Kommo before anything is sent.
//!
//! A list is always answered from the cache, offline too, with the age of its data beside it. [`work`] keeps it up to
//! date: the first pass pages through everything, later ones ask for what changed, and once a day everything is
//! checked again, because a deal can leave Won without a trace in any list.

mod columns;
mod interruption;
mod keep;
mod list;
mod pass;
mod people;
mod read;
mod reference;
mod set_aside;
mod sync;
#[cfg(test)]
mod tests;

pub use columns::contract_field;
pub(crate) use columns::{CONTRACT_FIELD, contract_field_of, is_ready};
pub use list::{Filters, as_of, counts, day_start, filters, newest_send, page, page_in_kommo, row};
pub(crate) use read::{cached, newest};
pub use read::{full, read_again};
pub(crate) use reference::{begin_with, read_reference};
pub(crate) use set_aside::set_aside_later;
pub use set_aside::{set_aside, set_aside_before};
pub use store::deal_page::{
    DealCounts, DealFilter, DealPage, DealQuery, DealRow, DealScope, DealSort, DealStatus, DealStatusWord,
};
pub use sync::{Progress, progress, refresh, stop_refresh};
pub(crate) use sync::{SyncState, work};
