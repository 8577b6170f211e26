//! The list of deals, one deal, its preview.

use engine::{contracts, deals, previews};

use super::{open, send_shown, sending::generation};
use crate::{
    convert::{deal_page, deal_query, deal_row, edits, id, ids, preview_dto, row_of},
    dto::{
        Choice, DealDetail, DealFilters, DealRequest, DealsPage, DealsQuery, Nothing, PreviewDto,
        PreviewRequest, SetAsideAnswer, SetAsideBeforeRequest, SetAsideRequest,
    },
    error::{ErrorCode, IpcError},
    router::Router,
};

pub(crate) async fn deals_page(router: &Router, asked: DealsQuery) -> Result<DealsPage, IpcError> {
    let profile = open(router)?;
    let query = deal_query(&profile, &asked, profile.settings().me).await?;
    Ok(deal_page(&deals::page(&profile, query).await?, asked.offset))
}

pub(crate) async fn deal_filters(router: &Router, _: Nothing) -> Result<DealFilters, IpcError> {
    let filters = deals::filters(&*open(router)?).await?;
    let pipeline = |pipeline: domain::Pipeline| Choice { id: pipeline.id.to_string(), name: pipeline.name };
    let owner = |user: domain::User| Choice { id: user.id.to_string(), name: user.name };
    Ok(DealFilters {
        pipelines: filters.pipelines.into_iter().map(pipeline).collect(),
        owners: filters.owners.into_iter().map(owner).collect(),
    })
}

pub(crate) async fn deal(router: &Router, request: DealRequest) -> Result<DealDetail, IpcError> {
    let profile = open(router)?;
    let deal = id(&request.deal)?;
    let row = deals::row(&profile, deal).await?.ok_or(ErrorCode::DealGone)?;
    let send = match deals::newest_send(&profile, deal).await? {
        Some(send) => Some(send_shown(router, &profile, &send).await?),
        None => None,
    };
    let known = contracts::of_deal(&profile, deal).await?;
    let contracts =
        known.iter().map(|(known, send)| crate::convert::contract_row(&row_of(known, send.as_ref())));
    Ok(DealDetail { row: deal_row(&row), send, contracts: contracts.collect() })
}

pub(crate) async fn preview(router: &Router, request: PreviewRequest) -> Result<PreviewDto, IpcError> {
    let profile = open(router)?;
    let generation = generation(request.replaces.as_deref())?;
    let edits = edits(&request.edits)?;
    Ok(preview_dto(&previews::of_deal(&profile, id(&request.deal)?, generation, &edits).await?))
}

pub(crate) async fn refresh(router: &Router, _: Nothing) -> Result<Nothing, IpcError> {
    let profile = open(router)?;
    deals::refresh(&profile);
    profile.look_now();
    Ok(Nothing {})
}

pub(crate) async fn stop_refresh(router: &Router, _: Nothing) -> Result<Nothing, IpcError> {
    deals::stop_refresh(&*open(router)?);
    Ok(Nothing {})
}

pub(crate) async fn set_aside(router: &Router, request: SetAsideRequest) -> Result<SetAsideAnswer, IpcError> {
    let deals = ids(&request.deals)?;
    let count = u32::try_from(deals.len()).unwrap_or(u32::MAX);
    deals::set_aside(&*open(router)?, deals, request.aside).await?;
    Ok(SetAsideAnswer { count })
}

pub(crate) async fn set_aside_before(
    router: &Router,
    request: SetAsideBeforeRequest,
) -> Result<SetAsideAnswer, IpcError> {
    let count = deals::set_aside_before(&*open(router)?, id(&request.day)?).await?;
    Ok(SetAsideAnswer { count })
}
