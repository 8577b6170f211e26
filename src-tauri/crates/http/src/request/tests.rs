use std::io::Write;

use super::*;
use crate::error::TlsFault;
use crate::testing::{ManualTime, RawServer};
use crate::transport::Timeouts;

fn request_to(base: &str) -> Request {
    Request {
        method: Method::POST,
        url: Url::parse(base).unwrap(),
        headers: HeaderMap::new(),
        body: Some(Bytes::from_static(b"{}")),
        effect: Effect::Once,
        timeout: Duration::from_millis(300),
        redirect_wanted: false,
        answer_limit: 1_000,
    }
}

#[tokio::test]
async fn a_request_whose_deadline_passed_while_connecting_does_not_leave() {
    let server = RawServer::start(|connection, _| {
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    });
    let time = ManualTime::default();
    time.advance(Duration::from_secs(6));
    let time: Arc<dyn Time> = Arc::new(time);
    let transport = Transport::new(Timeouts::default()).unwrap();
    let request = request_to(&server.base);
    let late = request.send(&transport, &time, Duration::from_secs(5)).await;
    assert_eq!(late.err(), Some(Error::NotSent(Cause::Deadline)));
    assert!(request.send(&transport, &time, Duration::from_secs(6)).await.is_ok(), "on time");
    let requests = server.requests();
    assert_eq!(requests[0], "", "the late request wrote nothing, not even its head");
    assert!(requests[1].starts_with("POST /v1"));
}

#[tokio::test]
async fn a_certificate_of_an_unknown_issuer_is_told_apart() {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let transport = Transport::new(Timeouts::default()).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut connection = rustls::ServerConnection::new(Arc::new(config)).unwrap();
        while connection.complete_io(&mut socket).is_ok() && connection.is_handshaking() {}
    });
    let time: Arc<dyn Time> = Arc::new(ManualTime::default());
    let request = request_to(&format!("https://localhost:{port}/v1"));
    let result = request.send(&transport, &time, Duration::MAX).await;
    assert_eq!(result.err(), Some(Error::NotSent(Cause::Tls(TlsFault::UnknownIssuer))));
}
