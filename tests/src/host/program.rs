//! The headless host as a program of its own, which can be killed like one.

use std::{process::Stdio, time::Duration};

use anyhow::Context as _;
use axum::{
    body::{Body, to_bytes},
    http::{Method, Request, Response},
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use ipc::IpcError;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};
use url::Url;

use super::Recorded;
use crate::{manager::Line, wait};

/// The largest answer that is read.
const LIMIT: usize = 16 << 20;

/// A running program. Dropping it kills it.
#[derive(Debug)]
pub struct HostProgram {
    child: Child,
    line: HostLine,
}

/// The way to a running program, also for whoever does not own it. It leads nowhere once the program has ended.
#[derive(Debug, Clone)]
pub struct HostLine {
    address: Url,
    client: Client<HttpConnector, Body>,
}

#[derive(Deserialize)]
struct Ready {
    address: String,
}

impl HostProgram {
    /// Starts `countersign-headless` as `command` says, and waits until it is ready.
    pub async fn start(command: std::process::Command) -> anyhow::Result<Self> {
        let mut command = Command::from(command);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().context("cannot start countersign-headless")?;
        let output = child.stdout.take().context("its output is piped")?;
        let mut lines = BufReader::new(output).lines();
        let ready =
            wait::at_most(Duration::from_mins(1), "the start of the host", lines.next_line()).await??;
        let ready: Ready = serde_json::from_str(&ready.context("the host ended before it was ready")?)?;
        let client = Client::builder(TokioExecutor::new()).build_http();
        Ok(Self { child, line: HostLine { address: ready.address.parse()?, client } })
    }

    /// Where a browser finds it, key included.
    pub fn address(&self) -> &Url {
        &self.line.address
    }

    /// The way to it.
    pub fn line(&self) -> HostLine {
        self.line.clone()
    }

    /// Ends it at once, as a power cut does (SIGKILL).
    pub async fn kill(mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Ends it as its parent's end does, and waits until it has closed its files.
    pub async fn quit(mut self) -> anyhow::Result<()> {
        drop(self.child.stdin.take());
        let ended = wait::at_most(Duration::from_mins(1), "the end of the host", self.child.wait()).await??;
        anyhow::ensure!(ended.success(), "the host ended with {ended}");
        Ok(())
    }

    /// What its desktop was asked to do so far.
    pub async fn desktop(&self) -> anyhow::Result<Recorded> {
        let answer = self.line.send(Method::GET, "/desktop", &Value::Null).await?;
        read(answer).await
    }

    /// Moves its clock on.
    pub async fn advance(&self, by: Duration) -> anyhow::Result<()> {
        let by = json!({ "advance_ms": u64::try_from(by.as_millis())? });
        self.line.send(Method::POST, "/clock", &by).await.map(drop)
    }

    /// The process.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Reads a path as a browser would: without a key, unless the path has it.
    pub async fn get(&self, path: &str) -> anyhow::Result<Response<Body>> {
        let address = self.line.address.join(path)?;
        let request = Request::builder().uri(address.as_str()).body(Body::empty())?;
        Ok(self.line.client.request(request).await?.map(Body::new))
    }
}

impl HostLine {
    /// Sends one command. The outer error means that no answer came: the program may have ended.
    pub async fn rpc(&self, command: &str, payload: Value) -> anyhow::Result<Result<Value, IpcError>> {
        let answer = self.send(Method::POST, "/rpc", &json!({ "cmd": command, "payload": payload })).await?;
        Ok(if answer.status().is_success() { Ok(read(answer).await?) } else { Err(read(answer).await?) })
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> anyhow::Result<Response<Body>> {
        let mut address = self.address.clone();
        address.set_path(path);
        let request = Request::builder()
            .method(method)
            .uri(address.as_str())
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))?;
        Ok(self.client.request(request).await?.map(Body::new))
    }
}

impl Line for HostProgram {
    async fn call(&self, command: &'static str, payload: Value) -> Result<Value, IpcError> {
        let answered = self.line.rpc(command, payload).await;
        answered.unwrap_or_else(|error| panic!("BUG: the host did not answer {command}: {error:#}"))
    }
}

async fn read<T: serde::de::DeserializeOwned>(answer: Response<Body>) -> anyhow::Result<T> {
    Ok(serde_json::from_slice(&to_bytes(answer.into_body(), LIMIT).await?)?)
}
