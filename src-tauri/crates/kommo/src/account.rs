//! The account, its users and its pipelines (`api/kommo.md §4`, §11, §15).

use std::borrow::Cow;

use domain::{AccountId, KommoAccount, Pipeline, PipelineId, Stage, StageId, Timestamp, User, UserId};
use http::{Call, Effect, Endpoint, Error, Method};
use serde::Deserialize;

use crate::{
    client::Kommo,
    list::{Query, ReadPage},
    odd::Tolerant,
    wire::{
        hal::{Collection, Page},
        lenient,
    },
};

/// What the account says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountAnswer {
    /// The account.
    pub account: KommoAccount,
    /// Kinds of tasks, in Kommo's order.
    pub task_types: Vec<TaskType>,
    /// Kommo's clock when it answered, to see whether ours is wrong.
    pub server_time: Option<Timestamp>,
}

/// A kind of task. 1 is "follow up" in every account (`api/kommo.md §13.2`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskType {
    /// For [`NewTask`](crate::NewTask).
    pub id: i64,
    /// As the account calls it.
    pub name: String,
}

/// The users, where they may be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Users {
    /// All of them, the switched-off ones included.
    Shown(Vec<User>),
    /// The token is not an administrator's.
    NotAllowed,
}

impl Kommo {
    /// The account behind the token. Open to every token, so it is the call that tests a connection.
    pub async fn account(&self, call: Call) -> Result<AccountAnswer, Error> {
        let reply = self.call(&ReadAccount, call).await?;
        let server_time = reply.date.and_then(|date| Timestamp::try_from(date).ok());
        Ok(reply.answer.into_answer(server_time))
    }

    /// The users of the account. A 403 is an answer here: users are for administrators only.
    pub async fn users(&self, call: Call) -> Result<Users, Error> {
        match self.read_shown::<WireUsers>("users", Query::new(), call).await {
            Ok(rows) => Ok(Users::Shown(rows.into_iter().map(User::from).collect())),
            Err(Error::Refused(refusal)) if refusal.status == 403 => Ok(Users::NotAllowed),
            Err(error) => Err(error),
        }
    }

    /// All pipelines with their stages, in the account's order, archived ones included.
    pub async fn pipelines(&self, call: Call) -> Result<Vec<Pipeline>, Error> {
        // Not paged: there are at most 50 (`api/kommo.md §11`).
        let page = ReadPage::<Tolerant<WirePipelines>>::new("leads/pipelines", Query::new());
        let rows = self.call(&page, call).await?.answer.map(Page::rows).unwrap_or_default();
        let rows = self.odd.sort_out::<WirePipelines>(rows)?;
        let mut pipelines: Vec<Pipeline> = rows.into_iter().map(Pipeline::from).collect();
        pipelines.sort_by_key(|pipeline| pipeline.sort);
        Ok(pipelines)
    }
}

struct ReadAccount;

impl Endpoint for ReadAccount {
    const NAME: &'static str = "kommo.account.read";
    const METHOD: Method = Method::GET;
    const EFFECT: Effect = Effect::Read;
    type Answer = WireAccount;

    fn path(&self) -> Cow<'_, str> {
        Cow::Borrowed("account")
    }

    fn query(&self) -> Query {
        vec![(Cow::Borrowed("with"), "drive_url,task_types,datetime_settings".to_owned())]
    }
}

#[derive(Deserialize)]
struct WireAccount {
    #[serde(deserialize_with = "lenient::integer")]
    id: i64,
    #[serde(default, deserialize_with = "lenient::text")]
    name: String,
    #[serde(default, deserialize_with = "lenient::text")]
    subdomain: String,
    #[serde(default, deserialize_with = "lenient::text")]
    currency: String,
    #[serde(default, deserialize_with = "lenient::integer_or_none")]
    current_user_id: Option<i64>,
    #[serde(default, deserialize_with = "lenient::text_or_none")]
    drive_url: Option<String>,
    #[serde(default, rename = "_embedded", deserialize_with = "lenient::object")]
    embedded: WireAccountExtras,
}

#[derive(Default, Deserialize)]
struct WireAccountExtras {
    #[serde(default, deserialize_with = "lenient::list")]
    task_types: Vec<WireTaskType>,
    #[serde(default, deserialize_with = "lenient::object")]
    datetime_settings: WireDatetimeSettings,
}

#[derive(Deserialize)]
struct WireTaskType {
    #[serde(deserialize_with = "lenient::integer")]
    id: i64,
    #[serde(default, deserialize_with = "lenient::text")]
    name: String,
}

#[derive(Default, Deserialize)]
struct WireDatetimeSettings {
    #[serde(default, deserialize_with = "lenient::text_or_none")]
    timezone: Option<String>,
}

impl WireAccount {
    fn into_answer(self, server_time: Option<Timestamp>) -> AccountAnswer {
        let task_types = self.embedded.task_types;
        AccountAnswer {
            account: KommoAccount {
                id: AccountId(self.id),
                name: self.name,
                subdomain: self.subdomain,
                currency: self.currency,
                time_zone: self.embedded.datetime_settings.timezone.unwrap_or_else(|| "UTC".to_owned()),
                drive_url: self.drive_url,
                current_user: UserId(self.current_user_id.unwrap_or_default()),
            },
            task_types: task_types
                .into_iter()
                .map(|kind| TaskType { id: kind.id, name: kind.name })
                .collect(),
            server_time,
        }
    }
}

struct WireUsers;

impl Collection for WireUsers {
    const NAME: &'static str = "kommo.users.list";
    const KEY: &'static str = "users";
    type Row = WireUser;
}

#[derive(Deserialize)]
struct WireUser {
    #[serde(deserialize_with = "lenient::integer")]
    id: i64,
    #[serde(default, deserialize_with = "lenient::text")]
    name: String,
    #[serde(default, deserialize_with = "lenient::text_or_none")]
    email: Option<String>,
    #[serde(default)]
    rights: Option<WireRights>,
}

#[derive(Deserialize)]
struct WireRights {
    #[serde(default, deserialize_with = "lenient::flag")]
    is_admin: bool,
    #[serde(default = "yes", deserialize_with = "lenient::flag")]
    is_active: bool,
}

fn yes() -> bool {
    true
}

impl From<WireUser> for User {
    /// Without rights nothing says that a user is switched off.
    fn from(wire: WireUser) -> Self {
        let rights = wire.rights.unwrap_or(WireRights { is_admin: false, is_active: true });
        Self {
            id: UserId(wire.id),
            name: wire.name,
            email: wire.email,
            is_active: rights.is_active,
            is_admin: rights.is_admin,
        }
    }
}

struct WirePipelines;

impl Collection for WirePipelines {
    const NAME: &'static str = "kommo.pipelines.list";
    const KEY: &'static str = "pipelines";
    type Row = WirePipeline;
}

#[derive(Deserialize)]
struct WirePipeline {
    #[serde(deserialize_with = "lenient::integer")]
    id: i64,
    #[serde(default, deserialize_with = "lenient::text")]
    name: String,
    #[serde(default, deserialize_with = "lenient::integer_or_none")]
    sort: Option<i64>,
    #[serde(default, deserialize_with = "lenient::flag")]
    is_archive: bool,
    #[serde(default, rename = "_embedded", deserialize_with = "lenient::object")]
    embedded: WireStages,
}

#[derive(Default, Deserialize)]
struct WireStages {
    #[serde(default, deserialize_with = "lenient::list")]
    statuses: Vec<WireStage>,
}

#[derive(Deserialize)]
struct WireStage {
    #[serde(deserialize_with = "lenient::integer")]
    id: i64,
    #[serde(default, deserialize_with = "lenient::text")]
    name: String,
    #[serde(default, deserialize_with = "lenient::integer_or_none")]
    sort: Option<i64>,
    #[serde(default, rename = "type", deserialize_with = "lenient::integer_or_none")]
    kind: Option<i64>,
}

impl From<WirePipeline> for Pipeline {
    fn from(wire: WirePipeline) -> Self {
        let mut stages = wire.embedded.statuses;
        stages.sort_by_key(|stage| stage.sort.unwrap_or_default());
        Self {
            id: PipelineId(wire.id),
            name: wire.name,
            sort: wire.sort.unwrap_or_default(),
            is_archived: wire.is_archive,
            stages: stages
                .into_iter()
                .map(|stage| Stage {
                    id: StageId(stage.id),
                    name: stage.name,
                    is_incoming: stage.kind == Some(1),
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests;
