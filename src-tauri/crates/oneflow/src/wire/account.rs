//! Account, users, workspaces (`api/oneflow.md §3.2`).

use domain::WorkspaceId;
use domain::template::{OneflowAccount, OneflowUser};
use serde::Deserialize;

use super::null_is_default;

#[derive(Debug, Deserialize)]
pub(crate) struct Account {
    id: i64,
    #[serde(default, deserialize_with = "null_is_default")]
    name: String,
}

impl From<Account> for OneflowAccount {
    fn from(Account { id, name }: Account) -> Self {
        Self { id, name }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct User {
    pub(crate) id: i64,
    #[serde(default, deserialize_with = "null_is_default")]
    name: String,
    #[serde(default, deserialize_with = "null_is_default")]
    email: String,
    #[serde(default)]
    active: Option<bool>,
}

impl From<User> for OneflowUser {
    fn from(User { id: _, name, email, active }: User) -> Self {
        Self { name, email: email.to_lowercase(), is_active: active.unwrap_or(true) }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Workspace {
    pub(crate) id: i64,
    #[serde(default, deserialize_with = "null_is_default")]
    name: String,
}

impl From<Workspace> for domain::Workspace {
    fn from(Workspace { id, name }: Workspace) -> Self {
        Self { id: WorkspaceId(id), name }
    }
}
