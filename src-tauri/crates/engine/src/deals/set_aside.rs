//! Takes deals off the list "To send", and puts them back.

use domain::{DealId, Timestamp};
use jiff::civil::Date;
use store::{LedgerWriting, StoreError, deal_page, facts, facts::Fact, set_aside as table};

use super::{DealFilter, DealQuery, list};
use crate::{EngineError, Event, Profile};

/// Ledger: set-up asked to take off what was won before that day, and the deals are not known yet.
const PENDING: Fact<Date> = Fact::new("deals.set_aside_before");

/// Takes deals off the list, or puts them back.
pub async fn set_aside(profile: &Profile, deals: Vec<DealId>, is_aside: bool) -> Result<(), EngineError> {
    let now = profile.clock.now();
    let changed = deals.clone();
    let write = profile.ledger.write(move |writing| {
        if is_aside { table::add(writing, &deals, now) } else { table::remove(writing, &deals) }
    });
    write.await?;
    profile.tell(Event::DealsChanged(changed));
    // What is set aside asks for nothing any more.
    profile.tell(Event::NeedsYouChanged);
    Ok(())
}

/// Takes off everything to send that was won before `day` began in the account's time zone, and tells how much.
pub async fn set_aside_before(profile: &Profile, day: Date) -> Result<u32, EngineError> {
    let start = list::day_start(profile, day).await?;
    let deals = to_send_before(profile, start).await?;
    let count = u32::try_from(deals.len()).unwrap_or(u32::MAX);
    set_aside(profile, deals, true).await?;
    Ok(count)
}

async fn to_send_before(profile: &Profile, until: Timestamp) -> Result<Vec<DealId>, EngineError> {
    const ROWS: u32 = 1000;
    let read = profile.cache.read(move |reading| {
        let mut deals = Vec::new();
        loop {
            let filter = DealFilter { won_until: Some(until), ..DealFilter::default() };
            let offset = u32::try_from(deals.len()).unwrap_or(u32::MAX);
            let query = DealQuery { filter, limit: ROWS, offset, ..DealQuery::default() };
            let rows = deal_page::page(reading, &query)?.rows;
            if rows.is_empty() {
                return Ok(deals);
            }
            deals.extend(rows.into_iter().map(|row| row.id));
        }
    });
    Ok(read.await?)
}

/// Remembers the wish until the first sync has ended.
pub(crate) fn set_aside_later(
    writing: &LedgerWriting<'_>,
    before: Option<Date>,
    now: Timestamp,
) -> Result<(), StoreError> {
    match before {
        Some(day) => facts::set(writing, &PENDING, &day, now),
        None => facts::remove(writing, &PENDING),
    }
}

/// Fulfils a wish of the set-up, now that all deals are known.
pub(super) async fn set_aside_pending(profile: &Profile) -> Result<(), EngineError> {
    let Some(day) = profile.ledger.read(|reading| facts::get(reading, &PENDING)).await? else {
        return Ok(());
    };
    let count = set_aside_before(profile, day).await?;
    tracing::info!(deals = count, "old deals were set aside as the set-up asked");
    Ok(profile.ledger.write(|writing| facts::remove(writing, &PENDING)).await?)
}
