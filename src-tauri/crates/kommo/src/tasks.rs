//! Tasks of a deal (`api/kommo.md §13`).

use std::{borrow::Cow, fmt};

use domain::{DealId, Timestamp, UserId};
use http::{Body, Call, Effect, Endpoint, Error, Method};
use serde::{Deserialize, Serialize};

use crate::{
    client::Kommo,
    list::{Query, read_all},
    wire::{
        hal::{Collection, Page},
        lenient,
    },
};

/// Deals, as Kommo calls them in tasks.
const OF_DEALS: &str = "leads";

/// A task of Kommo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TaskId(pub i64);

/// Something somebody has to do, or has done.
#[derive(Clone, PartialEq, Eq)]
pub struct Task {
    /// Kommo's id.
    pub id: TaskId,
    /// Our tasks end in a key (`design.md §5`).
    pub text: String,
    /// Whether it is done.
    pub is_done: bool,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What people write stays out of logs.
impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").field("id", &self.id).field("is_done", &self.is_done).finish_non_exhaustive()
    }
}

/// A task to be created.
#[derive(Clone, PartialEq, Eq)]
pub struct NewTask {
    /// What is to be done.
    pub text: String,
    /// Until when.
    pub due: Timestamp,
    /// By whom; the token's user where nobody is named.
    pub responsible: Option<UserId>,
    /// One of the account's [`TaskType`](crate::TaskType)s; Kommo's default where none is named.
    pub task_type: Option<i64>,
}

impl fmt::Debug for NewTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewTask").field("due", &self.due).finish_non_exhaustive()
    }
}

impl Kommo {
    /// All tasks of a deal that changed since then, the done ones included, on all pages.
    ///
    /// Guess: without `filter[is_completed]` Kommo lists both open and done tasks (`api/kommo.md §13.1` names the filter
    /// and no default).
    pub async fn tasks_of_deal(
        &self,
        deal: DealId,
        since: Timestamp,
        call: Call,
    ) -> Result<Vec<Task>, Error> {
        let query: Query = vec![
            (Cow::Borrowed("filter[entity_type]"), OF_DEALS.to_owned()),
            (Cow::Borrowed("filter[entity_id][]"), deal.to_string()),
            (Cow::Borrowed("filter[updated_at][from]"), since.as_second().to_string()),
            (Cow::Borrowed("order[id]"), "asc".to_owned()),
        ];
        let rows = read_all::<WireTasks>(&self.client, "tasks", query, call).await?;
        let is_of_deal = |row: &WireTask| row.entity_type == OF_DEALS && row.entity_id == Some(deal.0);
        Ok(rows
            .into_iter()
            .filter(|row| is_of_deal(row) && row.updated_at >= since)
            .map(|row| Task {
                id: TaskId(row.id),
                text: row.text,
                is_done: row.is_completed,
                updated_at: row.updated_at,
            })
            .collect())
    }

    /// Creates a task of a deal. Made at most once: after an error whose meaning is unknown, look through
    /// [`Self::tasks_of_deal`] before repeating it.
    ///
    /// The id is missing where Kommo's success does not show it; the task is there all the same.
    pub async fn create_task(
        &self,
        deal: DealId,
        task: &NewTask,
        call: Call,
    ) -> Result<Option<TaskId>, Error> {
        let reply = self.call(&CreateTask { deal, task }, call).await?;
        let made = reply.answer.map(Page::rows).unwrap_or_default();
        Ok(made.first().map(|task| TaskId(task.id)))
    }
}

struct CreateTask<'a> {
    deal: DealId,
    task: &'a NewTask,
}

impl Endpoint for CreateTask<'_> {
    const NAME: &'static str = "kommo.task.create";
    const METHOD: Method = Method::POST;
    const EFFECT: Effect = Effect::Once;
    type Answer = Option<Page<WireMadeTasks>>;

    fn path(&self) -> Cow<'_, str> {
        Cow::Borrowed("tasks")
    }

    fn body(&self) -> Body {
        Body::json(&[WireNewTask {
            text: &self.task.text,
            complete_till: self.task.due.as_second(),
            entity_id: self.deal.0,
            entity_type: OF_DEALS,
            responsible_user_id: self.task.responsible.map(|user| user.0),
            task_type_id: self.task.task_type,
        }])
    }
}

#[derive(Serialize)]
struct WireNewTask<'a> {
    text: &'a str,
    complete_till: i64,
    entity_id: i64,
    entity_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    responsible_user_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    task_type_id: Option<i64>,
}

struct WireTasks;

impl Collection for WireTasks {
    const NAME: &'static str = "kommo.tasks.list";
    const KEY: &'static str = "tasks";
    type Row = WireTask;
}

#[derive(Deserialize)]
struct WireTask {
    #[serde(deserialize_with = "lenient::integer")]
    id: i64,
    #[serde(default, deserialize_with = "lenient::text")]
    text: String,
    #[serde(default, deserialize_with = "lenient::flag")]
    is_completed: bool,
    #[serde(default, deserialize_with = "lenient::integer_or_none")]
    entity_id: Option<i64>,
    #[serde(default, deserialize_with = "lenient::text")]
    entity_type: String,
    #[serde(deserialize_with = "lenient::seconds")]
    updated_at: Timestamp,
}

struct WireMadeTasks;

impl Collection for WireMadeTasks {
    const NAME: &'static str = "kommo.tasks.create";
    const KEY: &'static str = "tasks";
    type Row = WireMadeTask;
}

#[derive(Deserialize)]
struct WireMadeTask {
    #[serde(deserialize_with = "lenient::integer")]
    id: i64,
}

#[cfg(test)]
mod tests;
