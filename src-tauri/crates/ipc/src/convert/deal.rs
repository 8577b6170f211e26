//! The list of deals.

use domain::UserId;
use engine::{
    EngineError, Profile,
    deals::{self, DealFilter, DealPage, DealStatusWord},
};

use crate::{
    convert::{id, ids, money, need::need_word, time},
    dto::{DealRow, DealScope, DealSort, DealStatus, DealStatusKind, DealsPage, DealsQuery},
    error::{ErrorCode, IpcError},
};

/// Most rows in one answer: the web view never holds the whole list.
const MOST_ROWS: u32 = 100;

/// What the web view asks, as the list is asked. Days are those of the Kommo account's zone.
pub(crate) async fn deal_query(
    profile: &Profile,
    asked: &DealsQuery,
    me: Option<UserId>,
) -> Result<deals::DealQuery, IpcError> {
    let mut responsible = ids(&asked.owners)?;
    responsible.extend(me.filter(|_| asked.mine));
    let filter = DealFilter {
        responsible,
        pipelines: ids(&asked.pipelines)?,
        statuses: asked.statuses.iter().flat_map(|kind| words_of(*kind)).copied().collect(),
        won_from: day(profile, asked.won_from.as_deref(), 0).await?,
        won_until: day(profile, asked.won_to.as_deref(), 1).await?,
    };
    // Search looks in all: who types a name wants the deal, wherever it stands.
    let is_all = asked.scope == DealScope::All || !asked.search.trim().is_empty();
    Ok(deals::DealQuery {
        scope: if is_all { deals::DealScope::All } else { deals::DealScope::ToSend },
        search: asked.search.clone(),
        filter,
        sort: sort(asked.sort),
        descending: asked.descending,
        offset: asked.offset,
        limit: asked.limit.min(MOST_ROWS),
    })
}

/// The start of a day, `later` days on.
async fn day(
    profile: &Profile,
    text: Option<&str>,
    later: i64,
) -> Result<Option<domain::Timestamp>, IpcError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let day = id::<jiff::civil::Date>(text)?;
    let day =
        day.checked_add(jiff::Span::new().days(later)).map_err(|_| IpcError::new(ErrorCode::BadRequest))?;
    let start: Result<_, EngineError> = deals::day_start(profile, day).await;
    Ok(Some(start?))
}

fn sort(sort: DealSort) -> deals::DealSort {
    match sort {
        DealSort::Name => deals::DealSort::Name,
        DealSort::Company => deals::DealSort::Company,
        DealSort::Contact => deals::DealSort::Contact,
        DealSort::Amount => deals::DealSort::Amount,
        DealSort::Pipeline => deals::DealSort::Pipeline,
        DealSort::Owner => deals::DealSort::Owner,
        DealSort::WonOn => deals::DealSort::WonAt,
    }
}

fn words_of(kind: DealStatusKind) -> &'static [DealStatusWord] {
    match kind {
        DealStatusKind::Ready => &[DealStatusWord::Ready],
        DealStatusKind::Sending => {
            &[DealStatusWord::Leaving, DealStatusWord::Queued, DealStatusWord::Sending]
        }
        DealStatusKind::NeedsAttention => &[DealStatusWord::NeedsAttention],
        DealStatusKind::Awaiting => &[DealStatusWord::Awaiting],
        DealStatusKind::Expired => &[DealStatusWord::Expired],
        DealStatusKind::Signed => &[DealStatusWord::Signed],
        DealStatusKind::Declined => &[DealStatusWord::Declined],
        DealStatusKind::Elsewhere => &[DealStatusWord::SentElsewhere],
        DealStatusKind::SetAside => &[DealStatusWord::SetAside],
    }
}

pub(crate) fn deal_page(page: &DealPage, offset: u32) -> DealsPage {
    let number = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    DealsPage {
        rows: page.rows.iter().map(deal_row).collect(),
        offset,
        total: number(page.total),
        to_send: number(page.counts.to_send),
        won: number(page.counts.won),
        as_of: page.as_of.map(time),
    }
}

pub(crate) fn deal_row(row: &deals::DealRow) -> DealRow {
    DealRow {
        id: row.id.to_string(),
        name: row.name.clone(),
        company: row.company.clone(),
        contact: row.contact.clone(),
        amount: row.amount.as_ref().map(money),
        pipeline: row.pipeline_name.clone(),
        owner: row.owner.clone(),
        won_on: row.won_at.map(time),
        status: status(&row.status),
    }
}

fn status(status: &deals::DealStatus) -> DealStatus {
    use deals::DealStatus as S;
    match status {
        S::Ready => DealStatus::Ready,
        S::Leaving { send } => DealStatus::Leaving { send: send.to_string() },
        S::Queued { send } => DealStatus::Queued { send: send.to_string() },
        S::Sending { send } => DealStatus::Sending { send: send.to_string() },
        S::NeedsAttention { send, contract, why } => DealStatus::NeedsAttention {
            send: send.map(|send| send.to_string()),
            why: need_word(why, *contract),
        },
        S::Awaiting { contract: Some(contract), signed, signatories } => DealStatus::Awaiting {
            contract: contract.to_string(),
            signed: *signed,
            signatories: *signatories,
        },
        S::Expired { contract: Some(contract) } => DealStatus::Expired { contract: contract.to_string() },
        S::Signed { contract: Some(contract) } => DealStatus::Signed { contract: contract.to_string() },
        S::Declined { contract: Some(contract) } => DealStatus::Declined { contract: contract.to_string() },
        // A ledger that was mended knows that a contract is out before a look has found which.
        S::Awaiting { contract: None, .. }
        | S::Expired { contract: None }
        | S::Signed { contract: None }
        | S::Declined { contract: None } => DealStatus::Elsewhere { contract: String::new() },
        S::SentElsewhere { text } => DealStatus::Elsewhere { contract: text.clone() },
        S::SetAside { .. } => DealStatus::SetAside,
    }
}
