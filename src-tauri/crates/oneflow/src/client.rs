//! The client itself, and for whom it speaks.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{
    Address, ApiClient, Body, Call, Credential, Effect, Endpoint, Error, Limiter, Method, Pace, Rate, Reply,
    Settings, SetupError, Transport,
};
use secrecy::SecretString;

/// One window of Oneflow's rate limit (`api/oneflow.md §1.2`).
const WINDOW: Duration = Duration::from_mins(5);

/// The share of one token's limit (1000 or 2000 in five minutes, `api/oneflow.md §1.2`) that one seat takes.
pub fn pace() -> Pace {
    let all = Rate { calls: 900, window: WINDOW };
    // Guess: nobody uses up most of five minutes, ends the app and does so again within them.
    Pace { all, background: Rate { calls: 300, window: WINDOW }, at_first: all.calls }
}

/// A client of one Oneflow account, speaking on somebody's behalf. Cheap to clone.
#[derive(Clone)]
pub struct Oneflow {
    pub(crate) client: ApiClient,
    user_email: Option<Arc<str>>,
    /// How many rows of each short list could not be read when it was last read, by its path.
    odd: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Oneflow {
    /// A client that shows `token` to `address` (see [`parse_address`](crate::parse_address)) and to nobody else.
    /// `limiter` has the [`pace`] and is shared by all clients of one token. It speaks as the anonymous admin.
    pub fn new(
        transport: Arc<Transport>,
        address: Address,
        token: SecretString,
        limiter: Arc<Limiter>,
        settings: Settings,
    ) -> Result<Self, SetupError> {
        let token = Credential::new("x-oneflow-api-token", token);
        let client = ApiClient::new(transport, address, vec![token], limiter, settings)?;
        Ok(Self { client, user_email: None, odd: Arc::default() })
    }

    /// The same client, speaking for a registered user of the account. Creating and changing need one.
    #[must_use]
    pub fn as_user(&self, email: impl Into<Arc<str>>) -> Self {
        Self { user_email: Some(email.into()), ..self.clone() }
    }

    /// The same client, speaking for nobody: calls run as an anonymous admin (`api/oneflow.md §1`). Guess: that this
    /// one sees every workspace.
    #[must_use]
    pub fn as_anonymous_admin(&self) -> Self {
        Self { user_email: None, ..self.clone() }
    }

    /// The pace of this token.
    pub fn limiter(&self) -> &Arc<Limiter> {
        self.client.limiter()
    }

    /// How many templates, workspaces and users could not be read when their list was last read. The others are shown.
    pub fn odd_rows(&self) -> usize {
        self.odd.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }

    pub(crate) fn note_odd_rows(&self, path: &str, count: usize) {
        self.odd.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), count);
    }

    pub(crate) async fn call<E: Endpoint>(&self, endpoint: E, call: Call) -> Result<Reply<E::Answer>, Error> {
        self.client.call(&As { headers: self.caller_headers(), endpoint }, call).await
    }

    /// The header that names the caller.
    pub(crate) fn caller_headers(&self) -> Vec<(&'static str, String)> {
        self.user_email.iter().map(|email| ("x-oneflow-user-email", email.to_string())).collect()
    }
}

impl fmt::Debug for Oneflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oneflow({})", self.client.address())
    }
}

/// An endpoint with the header that names its caller.
struct As<E> {
    headers: Vec<(&'static str, String)>,
    endpoint: E,
}

impl<E: Endpoint> Endpoint for As<E> {
    const NAME: &'static str = E::NAME;
    const METHOD: Method = E::METHOD;
    const EFFECT: Effect = E::EFFECT;
    type Answer = E::Answer;

    fn path(&self) -> Cow<'_, str> {
        self.endpoint.path()
    }

    fn query(&self) -> Vec<(Cow<'static, str>, String)> {
        self.endpoint.query()
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        self.headers.clone()
    }

    fn body(&self) -> Body {
        self.endpoint.body()
    }
}
