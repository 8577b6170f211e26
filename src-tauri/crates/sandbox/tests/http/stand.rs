//! A running sandbox and a client of it.

use reqwest::{Client, Method, redirect};
use sandbox::switches::RateLimit;
use sandbox::{Config, Effect, Entry, Host, Matcher, Sandbox, Switches};
use serde_json::{Value, json};

/// A sandbox with a client that knows its tokens.
pub(crate) struct Stand {
    pub(crate) sandbox: Sandbox,
    client: Client,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{error} in {}", String::from_utf8_lossy(&self.bytes)))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Ids of the rows of a HAL list; none for 204.
    pub(crate) fn ids(&self, name: &str) -> Vec<i64> {
        if self.status == 204 {
            return Vec::new();
        }
        let rows = self.json()["_embedded"][name].as_array().cloned().unwrap_or_default();
        rows.iter().filter_map(|row| row["id"].as_i64()).collect()
    }
}

/// On a known day, without Kommo's rate limit: most tests are not about rates.
pub(crate) fn quick() -> Config {
    let mut config = Config { start: Some("2026-11-22T12:00:00Z".parse().unwrap()), ..Config::default() };
    config.switches.kommo.rate_limit = RateLimit::Off;
    config
}

impl Stand {
    pub(crate) async fn new() -> Self {
        Self::with(quick()).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        // The second test in a process finds the provider already there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        #[expect(clippy::disallowed_methods, reason = "the sandbox is tested without the app's HTTP layer")]
        let client = Client::builder().redirect(redirect::Policy::none()).no_proxy().build().unwrap();
        Self { sandbox: Sandbox::start(config).await.unwrap(), client }
    }

    /// With some switches turned.
    pub(crate) async fn switched(turn: impl FnOnce(&mut Switches)) -> Self {
        let mut config = quick();
        turn(&mut config.switches);
        Self::with(config).await
    }

    pub(crate) async fn try_send(
        &self,
        method: Method,
        address: &str,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> reqwest::Result<Answer> {
        let mut request = self.client.request(method, address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        #[expect(clippy::disallowed_methods, reason = "the sandbox is tested without the app's HTTP layer")]
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, bytes: response.bytes().await?.to_vec() })
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        address: &str,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Answer {
        self.try_send(method, address, headers, body).await.unwrap()
    }

    /// Asks Kommo's account host, as the administrator.
    pub(crate) async fn kommo(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let token = self.sandbox.tokens().kommo.clone();
        self.kommo_as(&token, method, path, body).await
    }

    pub(crate) async fn kommo_as(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let address = format!("{}{path}", self.sandbox.addresses().kommo);
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        self.send(method, &address, &headers, body.map(|body| body.to_string().into_bytes())).await
    }

    /// `GET` of a path on Kommo.
    pub(crate) async fn deals(&self, path: &str) -> Answer {
        self.kommo(Method::GET, path, None).await
    }

    /// Asks Oneflow, as the user who shares an e-mail with Kommo's administrator.
    pub(crate) async fn oneflow(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.try_oneflow(method, path, body).await.unwrap()
    }

    pub(crate) async fn try_oneflow(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> reqwest::Result<Answer> {
        let tokens = self.sandbox.tokens();
        let headers = [
            ("x-oneflow-api-token", tokens.oneflow.as_str()),
            ("x-oneflow-user-email", &tokens.oneflow_user_email),
        ];
        self.oneflow_with(&headers, method, path, body).await
    }

    pub(crate) async fn oneflow_with(
        &self,
        headers: &[(&str, &str)],
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> reqwest::Result<Answer> {
        let address = format!("{}/v1{path}", self.sandbox.addresses().oneflow);
        let headers = [headers, &[("content-type", "application/json")]].concat();
        self.try_send(method, &address, &headers, body.map(|body| body.to_string().into_bytes())).await
    }

    /// As the anonymous admin.
    pub(crate) async fn anonymously(&self, path: &str) -> Answer {
        let token = self.sandbox.tokens().oneflow.clone();
        self.oneflow_with(&[("x-oneflow-api-token", &token)], Method::GET, path, None).await.unwrap()
    }

    /// A draft with these data fields; gives its id.
    pub(crate) async fn draft(&self, data_fields: &[(&str, &str)]) -> i64 {
        let answer = self.oneflow(Method::POST, "/contracts/create", Some(contract(data_fields))).await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
        answer.json()["id"].as_i64().unwrap()
    }

    pub(crate) async fn publish(&self, id: i64) -> Answer {
        let body = json!({ "subject": "Your agreement", "message": "Please sign." });
        self.oneflow(Method::POST, &format!("/contracts/{id}/publish"), Some(body)).await
    }

    /// A contract out for signing.
    pub(crate) async fn pending(&self) -> i64 {
        let id = self.draft(&[("company_name", "Öresund Kraft AB")]).await;
        assert_eq!(self.publish(id).await.status, 200);
        id
    }

    pub(crate) async fn state(&self, id: i64) -> String {
        let answer = self.oneflow(Method::GET, &format!("/contracts/{id}"), None).await;
        answer.json()["state"].as_str().unwrap_or_default().to_owned()
    }

    /// Requests of this kind that took effect.
    pub(crate) fn effects(&self, host: Host, method: &str, path: &str) -> Vec<Entry> {
        let mut found = self.sandbox.find(&Matcher::new(host, method, path));
        found.retain(|entry| entry.effect == Effect::Done);
        found
    }
}

/// A create call for the plain template: one signatory at the client, with a marker.
pub(crate) fn contract(data_fields: &[(&str, &str)]) -> Value {
    let fields: Vec<Value> =
        data_fields.iter().map(|(id, value)| json!({ "custom_id": id, "value": value })).collect();
    json!({
        "workspace_id": 13_001,
        "template_id": 17_001,
        "name": "Agreement with Öresund Kraft AB - Growth",
        "data_fields": fields,
        "parties": [{
            "type": "company",
            "name": "Öresund Kraft AB",
            "participants": [{
                "name": "Åsa Öberg",
                "email": "asa.oberg@oresundkraft.example",
                "delivery_channel": "email",
                "signatory": true,
                "_permissions": { "contract:update": true },
                "_private_ownerside": { "custom_id": "31900001-41200509-0-marker" },
            }],
        }],
    })
}
