//! The account, its users and workspaces.

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::template::{OneflowAccount, OneflowUser};
use domain::{Timestamp, Workspace};
use http::{Call, Effect, Endpoint, Error, Ignored, Method};

use crate::client::Oneflow;
use crate::filter::Query;
use crate::wire;

struct Ping;

impl Endpoint for Ping {
    const NAME: &'static str = "oneflow.ping";
    const METHOD: Method = Method::GET;
    const EFFECT: Effect = Effect::Read;
    type Answer = Ignored;

    fn path(&self) -> Cow<'_, str> {
        "ping".into()
    }
}

struct ReadAccount;

impl Endpoint for ReadAccount {
    const NAME: &'static str = "oneflow.account.read";
    const METHOD: Method = Method::GET;
    const EFFECT: Effect = Effect::Read;
    type Answer = wire::Account;

    fn path(&self) -> Cow<'_, str> {
        "accounts/me".into()
    }
}

impl Oneflow {
    /// Whether token and caller are accepted; a 401 when not (`api/oneflow.md §3.1`). Gives the service's clock, from
    /// its `Date` header.
    pub async fn ping(&self, call: Call) -> Result<Option<Timestamp>, Error> {
        let reply = self.call(Ping, call).await?;
        Ok(reply.date.and_then(|date| Timestamp::try_from(date).ok()))
    }

    /// The account behind the token.
    pub async fn account(&self, call: Call) -> Result<OneflowAccount, Error> {
        Ok(self.call(ReadAccount, call).await?.answer.into())
    }

    /// All users of the account.
    pub async fn users(&self, call: Call) -> Result<Vec<OneflowUser>, Error> {
        let rows = self.shown_rows::<wire::User>("users", &Query::new(), call).await?;
        let by_id: BTreeMap<i64, OneflowUser> = rows.into_iter().map(|user| (user.id, user.into())).collect();
        Ok(by_id.into_values().collect())
    }

    /// The workspaces that the caller sees, by name.
    pub async fn workspaces(&self, call: Call) -> Result<Vec<Workspace>, Error> {
        let query = Query::from([("sort".into(), "name".to_owned())]);
        let rows = self.shown_rows::<wire::Workspace>("workspaces", &query, call).await?;
        let by_id: BTreeMap<i64, Workspace> =
            rows.into_iter().map(|workspace| (workspace.id, workspace.into())).collect();
        let mut workspaces: Vec<Workspace> = by_id.into_values().collect();
        workspaces.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(workspaces)
    }
}

#[cfg(test)]
mod tests;
