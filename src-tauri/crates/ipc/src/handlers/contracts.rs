//! Contracts, activity, write-backs.

use domain::{ContractId, Payload};
use engine::{contracts, previews, write_backs};

use super::{app_state, open, send_shown};
use crate::{
    convert::{contract_dto, contract_page, contract_query, id, money, row_of, time, timeline_kind},
    dto::{
        ActivityPage, ActivityQuery, ActivityRow, AppState, ContractDto, ContractRequest, ContractsPage,
        ContractsQuery, Nothing, SavedFile, WriteBackRequest,
    },
    error::{ErrorCode, IpcError},
    router::Router,
};

/// Most rows in one answer.
const MOST_ROWS: u32 = 100;

pub(crate) async fn contracts_page(
    router: &Router,
    asked: ContractsQuery,
) -> Result<ContractsPage, IpcError> {
    let page = contracts::page(&*open(router)?, contract_query(&asked)).await?;
    Ok(contract_page(&page, asked.offset))
}

pub(crate) async fn contract(router: &Router, request: ContractRequest) -> Result<ContractDto, IpcError> {
    let profile = open(router)?;
    let detail = contracts::detail(&profile, id(&request.contract)?).await?.ok_or(ErrorCode::ContractGone)?;
    let send = detail.send.as_ref();
    let version =
        send.and_then(|send| Payload::from_bytes(&send.payload).ok()).map_or(0, |payload| payload.mapping);
    let labels = previews::labels(&profile, version).await?;
    let shown = match send {
        Some(send) => Some(send_shown(router, &profile, send).await?),
        None => None,
    };
    let drift = contracts::drift(&profile, &detail).await;
    Ok(contract_dto(&detail, &row_of(&detail.contract, send), shown, &labels, &drift))
}

pub(crate) async fn save_signed_pdf(
    router: &Router,
    request: ContractRequest,
) -> Result<SavedFile, IpcError> {
    let profile = open(router)?;
    let contract: ContractId = id(&request.contract)?;
    let bytes = contracts::signed_pdf(&profile, contract).await?;
    let name = router.desktop.save(&format!("{contract}-signed.pdf"), bytes).await?;
    Ok(SavedFile { name })
}

pub(crate) async fn settle_write_back(
    router: &Router,
    request: WriteBackRequest,
) -> Result<Nothing, IpcError> {
    write_backs::settle(&*open(router)?, write_backs::WriteBackId(id(&request.id)?), request.again).await?;
    Ok(Nothing {})
}

pub(crate) async fn activity_page(router: &Router, asked: ActivityQuery) -> Result<ActivityPage, IpcError> {
    let page = contracts::activity(&*open(router)?, asked.offset, asked.limit.min(MOST_ROWS)).await?;
    let row = |row: &contracts::ActivityRow| ActivityRow {
        id: row.stored.id.0.to_string(),
        kind: timeline_kind(row.stored.change.kind),
        name: row.stored.change.name.clone(),
        contract: row.stored.change.contract.to_string(),
        deal_name: row.title.deal.clone(),
        company: row.title.company.clone(),
        amount: row.title.amount.as_ref().map(money),
        at: time(row.stored.change.at),
        unread: row.stored.is_unread,
    };
    Ok(ActivityPage {
        rows: page.rows.iter().map(row).collect(),
        offset: asked.offset,
        total: u32::try_from(page.total).unwrap_or(u32::MAX),
    })
}

pub(crate) async fn activity_read(router: &Router, _: Nothing) -> Result<AppState, IpcError> {
    contracts::mark_activity_read(&*open(router)?).await?;
    app_state(router, Nothing {}).await
}
