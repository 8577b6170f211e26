use http::Refusal;
use serde_json::{Value, json};
use wiremock::{MockServer, ResponseTemplate};

use super::*;
use crate::testing::{USER, add, client_of, list, ok, requests, server_with};

const ID: ContractId = ContractId(51_874);
const PDF: &[u8] = b"%PDF-1.7 signed";

fn contract_file() -> Value {
    json!({"id": 1, "name": "Contract", "type": "contract", "extension": "pdf"})
}

/// Oneflow with the contract's file listed as `files`, whose download is answered with `answer`.
async fn oneflow(files: Vec<Value>, answer: ResponseTemplate) -> MockServer {
    let server = server_with("GET", "contracts/51874/files/", ok(list(&files))).await;
    add(&server, "GET", "contracts/51874/files/1", answer).await;
    server
}

async fn storage(answer: ResponseTemplate) -> (MockServer, ResponseTemplate) {
    let storage = MockServer::start().await;
    wiremock::Mock::given(wiremock::matchers::any()).respond_with(answer).mount(&storage).await;
    let address = format!("{}/bucket/contract.pdf?X-Amz-Signature=abc", storage.uri());
    (storage, ResponseTemplate::new(302).insert_header("location", address.as_str()))
}

#[tokio::test]
async fn the_pdf_comes_from_the_storage_host_without_our_headers() {
    let (storage, redirect) = storage(ResponseTemplate::new(200).set_body_bytes(PDF)).await;
    let verification = json!({"id": 2, "name": null, "type": "verification", "extension": "pdf"});
    let server = oneflow(vec![verification, contract_file()], redirect).await;
    assert_eq!(client_of(&server).contract_pdf(ID, Call::background()).await.as_deref(), Ok(PDF));
    let asked = &requests(&server).await[1];
    assert_eq!(asked.url.query(), Some("download=true"));
    assert_eq!(asked.headers["x-oneflow-user-email"], USER);
    let stored = &requests(&storage).await[0];
    assert_eq!(stored.url.query(), Some("X-Amz-Signature=abc"));
    for ours in ["x-oneflow-api-token", "x-oneflow-user-email"] {
        assert!(!stored.headers.contains_key(ours), "{ours}");
    }
}

#[tokio::test]
async fn a_pdf_that_is_still_being_made_is_not_ready() {
    let attachment = json!({"id": 9, "name": "Terms", "type": "attachment", "extension": "pdf"});
    let (_absent, absent) = storage(ResponseTemplate::new(403)).await;
    for (files, answer) in [
        (vec![], ResponseTemplate::new(500)),
        (vec![attachment], ResponseTemplate::new(500)),
        (vec![contract_file()], ResponseTemplate::new(404)),
        (vec![contract_file()], ResponseTemplate::new(409)),
        (vec![contract_file()], absent),
    ] {
        let server = oneflow(files, answer).await;
        let result = client_of(&server).contract_pdf(ID, Call::background()).await;
        assert_eq!(result, Err(PdfError::NotReady));
    }
}

#[tokio::test]
async fn other_failures_keep_their_reason() {
    let json_instead = ok(json!({"id": 1, "type": "contract"}));
    let server = oneflow(vec![contract_file()], json_instead).await;
    assert_eq!(client_of(&server).contract_pdf(ID, Call::person()).await, Err(PdfError::NotAPdf));

    let elsewhere = ResponseTemplate::new(302).insert_header("location", "https://evil.example/x.pdf");
    let server = oneflow(vec![contract_file()], elsewhere).await;
    let result = client_of(&server).contract_pdf(ID, Call::person()).await;
    let host = Some("evil.example".to_owned());
    assert_eq!(result, Err(PdfError::Call(Error::Redirected { status: 302, host })));

    let server = oneflow(vec![contract_file()], ResponseTemplate::new(401)).await;
    let result = client_of(&server).contract_pdf(ID, Call::person()).await;
    assert!(
        matches!(&result, Err(PdfError::Call(Error::Refused(Refusal { status: 401, .. })))),
        "{result:?}"
    );
}
