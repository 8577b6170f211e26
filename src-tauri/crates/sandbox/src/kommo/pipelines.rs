//! Pipelines and their stages (api/kommo.md §11).

use serde_json::{Value, json};

use super::Refusal;
use super::paging::{self, self_link};
use super::state::{LOST, Pipeline, Stage, WON};
use crate::server::{Call, Reply};
use crate::shared::World;

/// `GET /api/v4/leads/pipelines`
pub(super) fn all(world: &mut World, call: &Call) -> Reply {
    let account = world.kommo.account.id;
    let rows: Vec<Value> = world
        .kommo
        .pipelines
        .iter()
        .zip(1..)
        .map(|(pipeline, sort)| view(call, account, pipeline, sort))
        .collect();
    let body = json!({
        "_total_items": rows.len(),
        "_links": self_link(&format!("{}/api/v4/leads/pipelines", call.base)),
        "_embedded": { "pipelines": rows },
    });
    Reply::json(200, paging::HAL, &body)
}

/// `GET /api/v4/leads/pipelines/{id}`
pub(super) fn one(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let (pipeline, sort) = find(world, call)?;
    Ok(Reply::json(200, paging::HAL, &view(call, world.kommo.account.id, pipeline, sort)))
}

/// `GET /api/v4/leads/pipelines/{id}/statuses`
pub(super) fn stages(world: &mut World, call: &Call) -> Result<Reply, Refusal> {
    let (pipeline, _) = find(world, call)?;
    let rows: Vec<Value> = pipeline
        .stages
        .iter()
        .map(|stage| stage_view(call, world.kommo.account.id, pipeline.id, stage))
        .collect();
    let body = json!({
        "_total_items": rows.len(),
        "_links": self_link(&format!("{}{}", call.base, call.path)),
        "_embedded": { "statuses": rows },
    });
    Ok(Reply::json(200, paging::HAL, &body))
}

fn find<'a>(world: &'a World, call: &Call) -> Result<(&'a Pipeline, i64), Refusal> {
    let id = call.id("id");
    world
        .kommo
        .pipelines
        .iter()
        .zip(1..)
        .find(|(pipeline, _)| Some(pipeline.id) == id)
        .ok_or_else(|| Refusal::NotFound("Pipeline not found".to_owned()))
}

fn view(call: &Call, account: i64, pipeline: &Pipeline, sort: i64) -> Value {
    let stages: Vec<Value> =
        pipeline.stages.iter().map(|stage| stage_view(call, account, pipeline.id, stage)).collect();
    json!({
        "id": pipeline.id,
        "name": pipeline.name,
        "sort": sort,
        "is_main": pipeline.is_main,
        "is_unsorted_on": true,
        "is_archive": false,
        "account_id": account,
        "_links": self_link(&format!("{}/api/v4/leads/pipelines/{}", call.base, pipeline.id)),
        "_embedded": { "statuses": stages },
    })
}

fn stage_view(call: &Call, account: i64, pipeline: i64, stage: &Stage) -> Value {
    let editable = !stage.is_incoming && ![WON, LOST].contains(&stage.id);
    let address = format!("{}/api/v4/leads/pipelines/{pipeline}/statuses/{}", call.base, stage.id);
    json!({
        "id": stage.id,
        "name": stage.name,
        "sort": stage.sort,
        "is_editable": editable,
        "pipeline_id": pipeline,
        "color": stage.color,
        "type": i32::from(stage.is_incoming),
        "account_id": account,
        "_links": self_link(&address),
    })
}
