//! The account's pipelines with their stages.

use domain::{Pipeline, text::fold};
use rusqlite::params;

use super::{CacheReading, CacheWriting};
use crate::{
    error::StoreError,
    row::{self, Columns, Json},
};

/// Stores the whole list in place of the one before.
pub fn replace(writing: &CacheWriting<'_>, pipelines: &[Pipeline]) -> Result<(), StoreError> {
    row::change(writing.connection(), "DELETE FROM pipelines", [])?;
    for pipeline in pipelines {
        let sql = "INSERT INTO pipelines (id, name, sort_name, place, body) VALUES (?1, ?2, ?3, ?4, ?5)";
        let params =
            params![pipeline.id.0, pipeline.name, fold(&pipeline.name), pipeline.sort, Json(pipeline)];
        row::change(writing.connection(), sql, params)?;
    }
    // The list of deals is sorted by these names.
    let sql = "UPDATE deals SET sort_pipeline = COALESCE(named.sort_name, '')
               FROM deals AS listed LEFT JOIN pipelines AS named ON named.id = listed.pipeline
               WHERE listed.id = deals.id AND deals.sort_pipeline <> COALESCE(named.sort_name, '')";
    row::change(writing.connection(), sql, [])?;
    Ok(())
}

/// All pipelines, in the account's order.
pub fn all(reading: &CacheReading<'_>) -> Result<Vec<Pipeline>, StoreError> {
    let sql = "SELECT id, body FROM pipelines ORDER BY place, id";
    row::all(reading.connection(), "pipelines", sql, [], |row| row.json("body"))
}
