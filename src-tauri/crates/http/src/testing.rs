//! What the tests of this crate share: clocks, fixed chance, a small client with two endpoints, and a server that
//! can misbehave below HTTP.

use std::borrow::Cow;
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::Method;
use secrecy::SecretString;
use tokio::sync::Notify;

use crate::address::{Address, AllowedHosts};
use crate::body::Body;
use crate::client::{ApiClient, Credential, Settings};
use crate::endpoint::{Effect, Endpoint};
use crate::limiter::Limiter;
use crate::pace::{Pace, Rate};
use crate::time::{Chance, Time};
use crate::transport::{Timeouts, Transport};

/// A clock that a test moves.
#[derive(Default)]
pub(crate) struct ManualTime {
    state: Arc<(Mutex<Duration>, Notify)>,
}

impl ManualTime {
    /// Moves the clock, and lets whatever waited for that go on.
    pub(crate) fn advance(&self, by: Duration) {
        *self.state.0.lock().unwrap() += by;
        self.state.1.notify_waiters();
    }
}

impl Time for ManualTime {
    fn now(&self) -> Duration {
        *self.state.0.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let state = Arc::clone(&self.state);
        let until = self.now() + duration;
        Box::pin(async move {
            loop {
                let moved = state.1.notified();
                if *state.0.lock().unwrap() >= until {
                    return;
                }
                moved.await;
            }
        })
    }
}

/// A clock that does not wait: each sleep moves it at once.
pub(crate) struct LeapingTime {
    start: Instant,
    leapt: Arc<Mutex<Duration>>,
}

impl Default for LeapingTime {
    fn default() -> Self {
        Self { start: Instant::now(), leapt: Arc::default() }
    }
}

impl LeapingTime {
    /// How long sleeps lasted in all.
    pub(crate) fn slept(&self) -> Duration {
        *self.leapt.lock().unwrap()
    }
}

impl Time for LeapingTime {
    fn now(&self) -> Duration {
        self.start.elapsed() + self.slept()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        *self.leapt.lock().unwrap() += duration;
        Box::pin(std::future::ready(()))
    }
}

/// Chance that always falls the same way.
pub(crate) struct Fixed(pub(crate) f64);

impl Chance for Fixed {
    fn fraction(&self) -> f64 {
        self.0
    }
}

/// A client of `base`, and the clock it waits on.
pub(crate) fn client_of(base: &str, settings: Settings) -> (ApiClient, Arc<LeapingTime>) {
    client_with(base, settings, Timeouts::default())
}

/// A client that gives up soon: for tests of time-outs only, because a busy machine is slow.
pub(crate) fn hasty_client_of(base: &str) -> ApiClient {
    let short = Duration::from_secs(1);
    let timeouts = Timeouts { connect: short, request: short, transfer: short };
    client_with(base, Settings::default(), timeouts).0
}

fn client_with(base: &str, settings: Settings, timeouts: Timeouts) -> (ApiClient, Arc<LeapingTime>) {
    let time = Arc::new(LeapingTime::default());
    let rate = Rate { calls: 1_000, window: Duration::from_secs(1) };
    let pace = Pace { all: rate, background: rate, at_first: rate.calls };
    let limiter = Limiter::new(pace, Arc::clone(&time) as Arc<dyn Time>, Arc::new(Fixed(0.0)));
    let transport = Transport::new(timeouts).unwrap();
    let address = Address::parse(base, &AllowedHosts::new(Vec::<String>::new())).unwrap();
    let token = Credential::new("authorization", SecretString::from("Bearer top-secret"));
    let client = ApiClient::new(transport, address, vec![token], Arc::new(limiter), settings).unwrap();
    (client, time)
}

/// `{"id": 5}`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub(crate) struct Thing {
    pub(crate) id: u64,
}

/// Reads a thing.
pub(crate) struct ReadThing;

impl Endpoint for ReadThing {
    const NAME: &'static str = "thing.read";
    const METHOD: Method = Method::GET;
    const EFFECT: Effect = Effect::Read;
    type Answer = Thing;

    fn path(&self) -> Cow<'_, str> {
        "things/5".into()
    }

    fn query(&self) -> Vec<(Cow<'static, str>, String)> {
        vec![("filter[name]".into(), "a+b|c".to_owned())]
    }
}

/// Makes a thing: each request makes another one.
pub(crate) struct MakeThing;

impl Endpoint for MakeThing {
    const NAME: &'static str = "thing.make";
    const METHOD: Method = Method::POST;
    const EFFECT: Effect = Effect::Once;
    type Answer = Thing;

    fn path(&self) -> Cow<'_, str> {
        "things".into()
    }

    fn body(&self) -> Body {
        Body::json(&serde_json::json!({"name": "Ada"}))
    }
}

/// A server that takes connections and treats each as `behave` says.
pub(crate) struct RawServer {
    pub(crate) base: String,
    connections: Arc<Mutex<Vec<String>>>,
}

impl RawServer {
    /// `behave` gets the connection and the head and body of the first request, as far as they came.
    pub(crate) fn start(behave: impl Fn(&mut TcpStream, &str) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/v1", listener.local_addr().unwrap());
        let connections = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&connections);
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let Ok(mut connection) = connection else { return };
                connection.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
                let request = read_request(&mut connection);
                seen.lock().unwrap().push(request.clone());
                behave(&mut connection, &request);
            }
        });
        Self { base, connections }
    }

    /// What came over each connection so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.connections.lock().unwrap().clone()
    }
}

/// Reads one request to the end of its body, or to the end of the connection.
fn read_request(connection: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4_096];
    while !is_whole(&bytes) {
        match connection.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(length) => bytes.extend_from_slice(&buffer[..length]),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, value)| value.trim().parse().unwrap());
    body.len() >= length
}
