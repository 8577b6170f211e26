use wiremock::matchers::{header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::client::Settings;
use crate::testing::client_of;

const PDF: &[u8] = b"%PDF-1.7 signed";

fn pdf(storage: &AllowedHosts, max_bytes: usize) -> Download<'_> {
    Download {
        name: "file.download",
        path: "files/1".into(),
        query: vec![("download".into(), "true".to_owned())],
        headers: vec![("x-oneflow-user-email", "ada@example.com".to_owned())],
        storage,
        max_bytes,
    }
}

/// A service that redirects to `location`, and the result of a download from it.
async fn download_redirected_to(location: &str, max_bytes: usize) -> Result<Vec<u8>, Error> {
    let service = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/files/1"))
        .and(query_param("download", "true"))
        .and(header("authorization", "Bearer top-secret"))
        .respond_with(ResponseTemplate::new(302).insert_header("location", location))
        .mount(&service)
        .await;
    let (client, _) = client_of(&service.uri(), Settings::default());
    let storage = AllowedHosts::new(["*.amazonaws.com"]);
    client.download(&pdf(&storage, max_bytes), Call::person()).await
}

async fn storage_answering(answer: ResponseTemplate) -> MockServer {
    let storage = MockServer::start().await;
    Mock::given(wiremock::matchers::any()).respond_with(answer).mount(&storage).await;
    storage
}

#[tokio::test]
async fn the_storage_host_gets_its_signed_query_and_none_of_our_headers() {
    let storage = storage_answering(ResponseTemplate::new(200).set_body_bytes(PDF)).await;
    let bytes = download_redirected_to(&format!("{}/signed.pdf?X-Sig=abc", storage.uri()), 1_000).await;
    assert_eq!(bytes.as_deref(), Ok(PDF));
    let requests = storage.received_requests().await.unwrap_or_default();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].url.query(), Some("X-Sig=abc"));
    for ours in ["authorization", "x-oneflow-user-email", "cookie", "referer"] {
        assert!(!requests[0].headers.contains_key(ours), "{ours}");
    }
}

#[tokio::test]
async fn a_host_that_is_not_on_the_list_is_not_asked() {
    for (location, host) in [
        ("https://evil.example/x.pdf", Some("evil.example")),
        ("https://amazonaws.com.evil.example/x.pdf", Some("amazonaws.com.evil.example")),
        ("http://bucket.amazonaws.com/x.pdf", Some("bucket.amazonaws.com")),
        ("file:///etc/passwd", None),
    ] {
        let result = download_redirected_to(location, 1_000).await;
        let expected = Error::Redirected { status: 302, host: host.map(str::to_owned) };
        assert_eq!(result, Err(expected), "{location}");
    }
}

#[tokio::test]
async fn what_the_storage_host_refuses_is_told_apart_from_what_the_service_refuses() {
    for (status, requests) in [(403, 1), (404, 1), (302, 1), (503, 3)] {
        let storage = storage_answering(ResponseTemplate::new(status)).await;
        let result = download_redirected_to(&storage.uri(), 1_000).await;
        assert_eq!(result, Err(Error::Storage { status }));
        assert_eq!(storage.received_requests().await.unwrap_or_default().len(), requests, "{status}");
    }
}

#[tokio::test]
async fn a_file_without_a_redirect_is_taken_as_it_comes_and_not_beyond_the_limit() {
    let service = storage_answering(ResponseTemplate::new(200).set_body_bytes(PDF)).await;
    let (client, _) = client_of(&service.uri(), Settings::default());
    let storage = AllowedHosts::new(["*.amazonaws.com"]);
    assert_eq!(client.download(&pdf(&storage, 1_000), Call::person()).await.as_deref(), Ok(PDF));
    let error = client.download(&pdf(&storage, 5), Call::person()).await.unwrap_err();
    assert!(matches!(error, Error::Unreadable(_)), "{error:?}");
}
