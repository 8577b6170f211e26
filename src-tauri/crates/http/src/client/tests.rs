use std::io::Write;
use std::net::TcpListener;

use wiremock::matchers::{body_json, header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::error::{BodyFault, Cause, Loss, TlsFault};
use crate::meaning::{Hold, Meaning, meaning};
use crate::testing::{LeapingTime, MakeThing, RawServer, ReadThing, Thing, client_of, hasty_client_of};
use crate::{Effect, Follow};

fn thing() -> serde_json::Value {
    serde_json::json!({"id": 5})
}

async fn server_answering(answers: Vec<ResponseTemplate>) -> MockServer {
    let server = MockServer::start().await;
    for (index, answer) in answers.into_iter().enumerate() {
        let priority = u8::try_from(index + 1).unwrap();
        Mock::given(wiremock::matchers::any())
            .respond_with(answer)
            .up_to_n_times(1)
            .with_priority(priority)
            .mount(&server)
            .await;
    }
    server
}

fn client(server: &MockServer) -> (ApiClient, Arc<LeapingTime>) {
    client_of(&format!("{}/v1", server.uri()), Settings::default())
}

async fn requests(server: &MockServer) -> usize {
    server.received_requests().await.unwrap_or_default().len()
}

#[tokio::test]
async fn a_read_carries_credentials_and_an_encoded_query_and_gives_the_servers_date() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/v1/things/5"))
        .and(query_param("filter[name]", "a+b|c"))
        .and(header("authorization", "Bearer top-secret"))
        .and(header("accept", "application/json"))
        .and(header("user-agent", concat!("Countersign/", env!("CARGO_PKG_VERSION"))))
        .respond_with(
            ResponseTemplate::new(200)
                .set_body_json(thing())
                .insert_header("date", "Sun, 22 Nov 2026 08:00:00 GMT")
                .insert_header("x-request-id", "r-1"),
        )
        .mount(&server)
        .await;
    let (client, _) = client(&server);
    let reply = client.call(&ReadThing, Call::person()).await.unwrap();
    assert_eq!(reply.answer, Thing { id: 5 });
    assert_eq!(reply.date, httpdate::parse_http_date("Sun, 22 Nov 2026 08:00:00 GMT").ok());
    assert_eq!(reply.request_id.as_deref(), Some("r-1"));
}

#[tokio::test]
async fn a_once_call_sends_its_body_as_json_with_its_length() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/v1/things"))
        .and(header("content-type", "application/json"))
        .and(header("content-length", "14"))
        .and(body_json(serde_json::json!({"name": "Ada"})))
        .respond_with(ResponseTemplate::new(200).set_body_json(thing()))
        .mount(&server)
        .await;
    let (client, _) = client(&server);
    assert_eq!(client.call(&MakeThing, Call::person()).await.unwrap().answer, Thing { id: 5 });
}

#[tokio::test]
async fn a_read_is_repeated_until_it_is_answered() {
    let server = server_answering(vec![
        ResponseTemplate::new(503),
        ResponseTemplate::new(200).set_body_string("<html>hello</html>"),
        ResponseTemplate::new(200).set_body_json(thing()),
    ])
    .await;
    let (client, time) = client(&server);
    assert!(client.call(&ReadThing, Call::background()).await.is_ok());
    assert_eq!(requests(&server).await, 3);
    assert_eq!(time.slept(), Duration::from_millis(1_500), "500 ms, then 1 s");
}

#[tokio::test]
async fn a_read_gives_up_with_its_budget() {
    let server = server_answering(vec![ResponseTemplate::new(500); 5]).await;
    let (client, _) = client(&server);
    let error = client.call(&ReadThing, Call::background()).await.unwrap_err();
    assert_eq!(error.status(), Some(500));
    assert_eq!(requests(&server).await, 3);
}

#[tokio::test]
async fn a_once_call_is_made_once_whatever_the_answer() {
    let html = || ResponseTemplate::new(200).set_body_string("<html>");
    let cases = [
        (ResponseTemplate::new(503), "unknown"),
        (ResponseTemplate::new(408), "unknown"),
        (ResponseTemplate::new(302).insert_header("location", "https://evil.example/"), "unknown"),
        (html(), "unknown"),
        (ResponseTemplate::new(204), "unknown"),
        (ResponseTemplate::new(429), "wait"),
        (ResponseTemplate::new(401), "token"),
        (ResponseTemplate::new(400).set_body_json(serde_json::json!({"title": "Bad Request"})), "refused"),
    ];
    for (answer, expected) in cases {
        let server = server_answering(vec![answer, ResponseTemplate::new(200).set_body_json(thing())]).await;
        let (client, _) = client(&server);
        let error = client.call(&MakeThing, Call::background()).await.unwrap_err();
        let found = match meaning(Effect::Once, &error) {
            Meaning::Unknown => "unknown",
            Meaning::NoEffect(Hold::After(_)) => "wait",
            Meaning::NoEffect(Hold::TokenRefused) => "token",
            Meaning::NoEffect(Hold::Blocked) | Meaning::NotSent(_) => "other",
            Meaning::Refused(_) => "refused",
        };
        assert_eq!(found, expected, "{error:?}");
        assert_eq!(requests(&server).await, 1, "{error:?}");
    }
}

#[tokio::test]
async fn a_line_cut_after_the_request_leaves_its_effect_unknown_and_is_not_repeated() {
    let half = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{\"id\":";
    for answer in ["", "HTTP/1.1 2", half] {
        let server = RawServer::start(move |connection, _| {
            let _ = connection.write_all(answer.as_bytes());
        });
        let (client, _) = client_of(&server.base, Settings::default());
        let error = client.call(&MakeThing, Call::person()).await.unwrap_err();
        assert_eq!(error, Error::Lost(Loss::Cut), "{answer:?}");
        assert_eq!(server.requests().len(), 1, "{answer:?}");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_in_time_leaves_the_effect_unknown() {
    let (done, wait) = std::sync::mpsc::channel::<()>();
    let server = RawServer::start(move |_, _| {
        let _ = wait.recv();
    });
    let error = hasty_client_of(&server.base).call(&MakeThing, Call::person()).await.unwrap_err();
    assert_eq!(error, Error::Lost(Loss::TimedOut));
    assert_eq!(server.requests().len(), 1);
    drop(done);
}

#[tokio::test]
async fn a_once_call_never_rides_on_a_kept_connection() {
    // A server that closes each connection after its second request, as a proxy does with idle ones.
    let server = RawServer::start(|connection, _| {
        let body = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 8\r\n\r\n{\"id\":5}";
        let _ = connection.write_all(body.as_bytes());
    });
    let (client, _) = client_of(&server.base, Settings::default());
    for _ in 0..3 {
        client.call(&MakeThing, Call::person()).await.unwrap();
    }
    let first_lines: Vec<String> = server
        .requests()
        .iter()
        .map(|request| request.lines().next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(first_lines, ["POST /v1/things HTTP/1.1"; 3], "one connection a call");
}

#[tokio::test]
async fn without_a_connection_nothing_is_sent() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (client, _) = client_of(&format!("http://{closed}"), Settings::default());
    let error = client.call(&MakeThing, Call::person()).await.unwrap_err();
    assert_eq!(error, Error::NotSent(Cause::Connect));
}

#[tokio::test]
async fn a_failed_handshake_sends_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let _ = connection.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let (client, _) = client_of(&base, Settings::default());
    let error = client.call(&MakeThing, Call::person()).await.unwrap_err();
    assert_eq!(error, Error::NotSent(Cause::Tls(TlsFault::Other)));
}

#[tokio::test]
async fn a_handshake_without_an_end_sends_nothing() {
    let server = RawServer::start(|_, _| {});
    let client = hasty_client_of(&server.base.replace("http:", "https:"));
    let error = client.call(&MakeThing, Call::person()).await.unwrap_err();
    assert_eq!(error, Error::NotSent(Cause::ConnectTimedOut));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = MockServer::start().await;
    let redirect = ResponseTemplate::new(307).insert_header("location", other.uri().as_str());
    let server = server_answering(vec![redirect]).await;
    let (client, _) = client(&server);
    let error = client.call(&ReadThing, Call::person()).await.unwrap_err();
    assert_eq!(error, Error::Redirected { status: 307, host: Some("127.0.0.1".to_owned()) });
    assert_eq!(requests(&other).await, 0);
}

#[tokio::test]
async fn a_link_is_followed_with_its_query_but_never_to_another_host() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/v1/things"))
        .and(query_param("page", "2"))
        .respond_with(ResponseTemplate::new(200).set_body_json(thing()))
        .mount(&server)
        .await;
    let (client, _) = client(&server);
    let next = Follow::<Thing>::new(format!("{}/v1/things?page=2&filter%5Bx%5D=1", server.uri()));
    assert!(client.call(&next, Call::person()).await.is_ok());
    let foreign = Follow::<Thing>::new("https://evil.example/v1/things?page=2");
    let error = client.call(&foreign, Call::person()).await.unwrap_err();
    assert_eq!(error, Error::NotSent(Cause::ForeignHost));
}

#[tokio::test]
async fn a_429_pauses_the_next_call_too() {
    let limited = ResponseTemplate::new(429).insert_header("retry-after", "7");
    let server = server_answering(vec![
        limited,
        ResponseTemplate::new(200).set_body_json(thing()),
        ResponseTemplate::new(200).set_body_json(thing()),
    ])
    .await;
    let (client, time) = client(&server);
    let error = client.call(&MakeThing, Call::background()).await.unwrap_err();
    assert_eq!(error, Error::Limited { retry_after: Some(Duration::from_secs(7)) });
    let late = client.call(&MakeThing, Call::background()).await.unwrap_err();
    assert!(matches!(late, Error::NotSent(Cause::Paused { .. })), "7 s is more than 5 s: {late:?}");
    assert!(client.call(&ReadThing, Call::background()).await.is_ok());
    assert!(time.slept() > Duration::from_millis(6_500), "waited {:?}", time.slept());
    assert_eq!(requests(&server).await, 2);
}

#[tokio::test]
async fn a_403_that_is_no_problem_stops_all_calls_where_that_is_the_rule() {
    let forbidden = || ResponseTemplate::new(403).set_body_string("<html>403 Forbidden</html>");
    let server = server_answering(vec![forbidden(), forbidden()]).await;
    let settings = Settings { plain_403_blocks: true, ..Settings::default() };
    let (client, _) = client_of(&server.uri(), settings);
    assert_eq!(client.call(&ReadThing, Call::background()).await.unwrap_err(), Error::Blocked);
    let stopped = client.call(&ReadThing, Call::background()).await.unwrap_err();
    assert!(matches!(stopped, Error::NotSent(Cause::Blocked { .. })), "{stopped:?}");
    assert_eq!(requests(&server).await, 1);
}

#[tokio::test]
async fn a_403_of_another_host_of_the_service_stops_no_calls() {
    let forbidden = ResponseTemplate::new(403).set_body_string("<html>Blocked by your company</html>");
    let drive = server_answering(vec![forbidden]).await;
    let server = server_answering(vec![ResponseTemplate::new(200).set_body_json(thing())]).await;
    let settings = Settings { plain_403_blocks: true, ..Settings::default() };
    let (client, _) = client_of(&server.uri(), settings);
    let at_drive = client.at(client_of(&drive.uri(), Settings::default()).0.address);
    let error = at_drive.call(&ReadThing, Call::background()).await.unwrap_err();
    assert!(matches!(&error, Error::Refused(refusal) if refusal.status == 403), "{error:?}");
    assert!(client.call(&ReadThing, Call::background()).await.is_ok());
}

#[tokio::test]
async fn an_answer_beyond_the_limit_is_not_read_on() {
    let server = server_answering(vec![ResponseTemplate::new(200).set_body_bytes(vec![b' '; 2_000])]).await;
    let settings = Settings { answer_limit: 1_000, ..Settings::default() };
    let (client, _) = client_of(&server.uri(), settings);
    let error = client.call(&ReadThing, Call::person()).await.unwrap_err();
    let Error::Unreadable(unreadable) = error else { panic!("expected an unreadable answer, got {error:?}") };
    assert_eq!(unreadable.fault, BodyFault::TooLarge);
}

#[tokio::test]
async fn after_forgetting_its_connections_a_client_goes_on() {
    let answer = || ResponseTemplate::new(200).set_body_json(thing());
    let server = server_answering(vec![answer(), answer()]).await;
    let (client, _) = client(&server);
    assert!(client.call(&ReadThing, Call::person()).await.is_ok());
    client.transport.forget_connections();
    assert!(client.call(&ReadThing, Call::person()).await.is_ok());
}

#[test]
fn a_token_that_no_header_can_carry_is_refused_and_none_is_ever_shown() {
    let (client, _) = client_of("http://127.0.0.1:1", Settings::default());
    let shown =
        format!("{client:?} {:?} {:?}", client.credentials, client.request(&ReadThing).unwrap().headers);
    assert!(!shown.contains("top-secret"), "{shown}");
    let broken = Credential::new("authorization", SecretString::from("Bearer a\nb"));
    let refused = ApiClient::new(
        Arc::clone(&client.transport),
        client.address.clone(),
        vec![broken],
        Arc::clone(&client.limiter),
        Settings::default(),
    );
    assert_eq!(refused.err(), Some(SetupError::BadCredential));
}
