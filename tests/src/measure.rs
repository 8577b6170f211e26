//! What the benchmarks and the tests of speed share: times, a ledger with a past, a plain client to compare with.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use axum::{
    body::{Body, Bytes, to_bytes},
    http::{Method, Request},
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use rusqlite::Connection;
use sandbox::{Addresses, Entry, Host, Sandbox, Tokens};

/// Times of several runs of one thing.
#[derive(Debug, Clone, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// Adds one run.
    pub fn add(&mut self, took: Duration) {
        self.0.push(took);
    }

    /// The middle one.
    pub fn median(&self) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied().unwrap_or_default()
    }

    /// The longest one.
    pub fn worst(&self) -> Duration {
        self.0.iter().max().copied().unwrap_or_default()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

impl FromIterator<Duration> for Times {
    fn from_iter<I: IntoIterator<Item = Duration>>(times: I) -> Self {
        Self(times.into_iter().collect())
    }
}

/// Times `runs` runs of `work`.
pub async fn timed<T>(runs: u32, mut work: impl AsyncFnMut() -> anyhow::Result<T>) -> anyhow::Result<Times> {
    let mut times = Times::default();
    for _ in 0..runs {
        let start = Instant::now();
        work().await?;
        times.add(start.elapsed());
    }
    Ok(times)
}

/// Opens a database as a stranger to the app does.
#[expect(clippy::disallowed_methods, reason = "not the app: it makes and reads files beside it")]
pub fn open_plainly(path: &Path) -> anyhow::Result<Connection> {
    Ok(Connection::open(path)?)
}

/// Makes `copies` settled sends with their steps and signed contracts out of the first send of a ledger that nobody has
/// open: years of work.
pub fn give_a_past(ledger: &Path, copies: u32) -> anyhow::Result<()> {
    let connection = open_plainly(ledger)?;
    let id = "printf('%08x-0000-7000-8000-000000000000', number.n)";
    let detail = "json_set(state_detail, '$.contract', 80000000 + number.n)";
    copy(
        &connection,
        "sends",
        copies,
        &[
            ("id", id),
            ("deal", "90000000 + number.n"),
            ("contract", "80000000 + number.n"),
            ("state_detail", detail),
            // A day ago and before: what was published a moment ago is looked at once more after a start.
            ("state_since", "state_since - 86400000 - number.n * 60000"),
        ],
    )?;
    copy(&connection, "send_steps", copies, &[("id", "NULL"), ("send", id)])?;
    copy(
        &connection,
        "contracts",
        copies,
        &[
            ("id", "80000000 + number.n"),
            ("deal", "90000000 + number.n"),
            ("send", id),
            ("state", "'signed'"),
        ],
    )?;
    Ok(())
}

/// Copies the rows of the first send in `table`; `changed` columns hold something of their own.
fn copy(connection: &Connection, table: &str, copies: u32, changed: &[(&str, &str)]) -> anyhow::Result<()> {
    let mut columns = Vec::new();
    let mut statement = connection.prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))?;
    for name in statement.query_map([], |row| row.get::<_, String>(0))? {
        columns.push(name?);
    }
    let values: Vec<&str> = columns
        .iter()
        .map(|column| {
            changed.iter().find(|(name, _)| name == column).map_or(column.as_str(), |(_, value)| *value)
        })
        .collect();
    let of_first = match table {
        "sends" => "id = (SELECT id FROM first)",
        _ => "send = (SELECT id FROM first)",
    };
    let made = connection.execute(
        &format!(
            "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {copies}),
                 first(id) AS (SELECT id FROM sends WHERE is_settled = 1 ORDER BY clicked_at LIMIT 1)
             INSERT INTO {table} ({}) SELECT {} FROM {table}, number WHERE {of_first}",
            columns.join(", "),
            values.join(", "),
        ),
        [],
    )?;
    anyhow::ensure!(made >= copies as usize, "{made} rows of {table} were made");
    Ok(())
}

/// Speaks to a sandbox with nothing around it: no pace, no types, no store.
#[derive(Debug)]
pub struct PlainClient {
    client: Client<HttpConnector, Body>,
    addresses: Addresses,
    tokens: Tokens,
}

impl PlainClient {
    /// A client of a sandbox.
    pub fn new(sandbox: &Sandbox) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { client, addresses: sandbox.addresses().clone(), tokens: sandbox.tokens().clone() }
    }

    /// Makes the same read once more, and reads its answer to the end; how many bytes it has.
    pub async fn read_again(&self, entry: &Entry) -> anyhow::Result<usize> {
        let base = match entry.host {
            Host::Kommo => &self.addresses.kommo,
            Host::Oneflow => &self.addresses.oneflow,
            Host::Drive | Host::Storage => anyhow::bail!("nobody compares {:?}", entry.host),
        };
        let address = format!("{base}{}?{}", entry.path, entry.query);
        Ok(self.call(Method::GET, &address, String::new()).await?.len())
    }

    /// Posts to Oneflow, as a colleague's computer does.
    pub async fn post_to_oneflow(&self, path: &str, body: String) -> anyhow::Result<serde_json::Value> {
        let address = format!("{}{path}", self.addresses.oneflow);
        Ok(serde_json::from_slice(&self.call(Method::POST, &address, body).await?)?)
    }

    async fn call(&self, method: Method, address: &str, body: String) -> anyhow::Result<Bytes> {
        let request = Request::builder()
            .method(method)
            .uri(address)
            .header("authorization", format!("Bearer {}", self.tokens.kommo))
            .header("x-oneflow-api-token", &self.tokens.oneflow)
            .header("x-oneflow-user-email", &self.tokens.oneflow_user_email)
            .header("content-type", "application/json")
            .body(Body::from(body))?;
        let answer = self.client.request(request).await?;
        let status = answer.status();
        let bytes = to_bytes(Body::new(answer.into_body()), usize::MAX).await.context("a whole answer")?;
        anyhow::ensure!(status.is_success(), "{address} answered {status}");
        Ok(bytes)
    }
}
