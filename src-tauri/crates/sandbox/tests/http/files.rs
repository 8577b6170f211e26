//! PDFs by redirect, and the drive.

use jiff::SignedDuration;
use reqwest::Method;
use sandbox::{Act, Host, Matcher};
use serde_json::{Value, json};

use crate::stand::{Answer, Stand};

async fn redirect(stand: &Stand, id: i64) -> String {
    let answer = stand.oneflow(Method::GET, &format!("/contracts/{id}/files/1?download=true"), None).await;
    assert_eq!(answer.status, 302);
    answer.header("location").to_owned()
}

async fn pdf(stand: &Stand, id: i64) -> Vec<u8> {
    let address = redirect(stand, id).await;
    let answer = stand.send(Method::GET, &address, &[], None).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "binary/octet-stream"));
    answer.bytes
}

#[tokio::test]
async fn the_signed_pdf_differs_from_the_draft_and_stays_the_same() {
    let stand = Stand::new().await;
    let id = stand.pending().await;
    let listed = stand.oneflow(Method::GET, &format!("/contracts/{id}/files/"), None).await.json();
    assert_eq!(listed["data"][0]["type"], "contract");
    let draft = pdf(&stand, id).await;
    stand.sandbox.act(Act::Sign { contract: Some(id), participant: None }).unwrap();
    let signed = pdf(&stand, id).await;
    assert!(draft.starts_with(b"%PDF-") && signed.starts_with(b"%PDF-"));
    assert_ne!(draft, signed);
    assert_eq!(signed, pdf(&stand, id).await);
}

#[tokio::test]
async fn the_storage_host_refuses_and_records_headers_of_oneflow() {
    let stand = Stand::new().await;
    let id = stand.pending().await;
    let address = redirect(&stand, id).await;
    let answer = stand.send(Method::GET, &address, &[("x-oneflow-api-token", "secret")], None).await;
    assert_eq!(answer.status, 400);
    let seen = stand.sandbox.find(&Matcher { host: Some(Host::Storage), ..Matcher::default() });
    assert_eq!(seen[0].stray_headers, ["x-oneflow-api-token"]);
    stand.sandbox.advance(SignedDuration::from_secs(61));
    assert_eq!(stand.send(Method::GET, &address, &[], None).await.status, 403, "the address has run out");
}

async fn drive(stand: &Stand, method: Method, address: &str, body: Option<Vec<u8>>) -> Answer {
    let bearer = format!("Bearer {}", stand.sandbox.tokens().kommo);
    stand.send(method, address, &[("authorization", bearer.as_str())], body).await
}

/// Uploads as a client must: part by part, each to the address that the last answer gave.
pub(crate) async fn upload(stand: &Stand, name: &str, bytes: &[u8]) -> Value {
    let sessions = format!("{}/v1.0/sessions", stand.sandbox.addresses().drive);
    let open = json!({ "file_name": name, "file_size": bytes.len(), "content_type": "application/pdf" });
    let open = drive(stand, Method::POST, &sessions, Some(open.to_string().into_bytes())).await.json();
    let size = usize::try_from(open["max_part_size"].as_u64().unwrap()).unwrap();
    let mut address = open["upload_url"].as_str().unwrap().to_owned();
    let mut last = Value::Null;
    for part in bytes.chunks(size) {
        last = drive(stand, Method::POST, &address, Some(part.to_vec())).await.json();
        last["next_url"].as_str().unwrap_or_default().clone_into(&mut address);
    }
    last
}

#[tokio::test]
async fn a_file_is_uploaded_in_parts_found_and_attached_once() {
    let stand = Stand::new().await;
    let bytes = [b"%PDF-1.4\n".as_slice(), &vec![b'x'; 2_500]].concat();
    let file = upload(&stand, "51874-signed-0a1b2c3d.pdf", &bytes).await;
    assert_eq!(
        (file["name"].clone(), file["size"].clone()),
        (json!("51874-signed-0a1b2c3d"), json!(bytes.len()))
    );
    assert_eq!(stand.effects(Host::Drive, "POST", "/v1.0/sessions/*/parts/*").len(), 3);
    let files = format!("{}/v1.0/files", stand.sandbox.addresses().drive);
    let found = drive(&stand, Method::GET, &format!("{files}?filter[term]=51874-signed"), None).await.json();
    assert_eq!(found["_embedded"]["files"][0]["uuid"], file["uuid"]);
    assert_eq!(drive(&stand, Method::GET, &format!("{files}?filter[name]=other"), None).await.status, 204);
    let attach = json!([{ "file_uuid": file["uuid"] }]);
    for _ in 0..2 {
        let answer = stand.kommo(Method::PUT, "/api/v4/leads/41200509/files", Some(attach.clone())).await;
        assert_eq!((answer.status, answer.bytes.len()), (202, 0));
    }
    let listed = stand.deals("/api/v4/leads/41200509/files").await.json();
    assert_eq!(listed["_embedded"]["files"].as_array().unwrap().len(), 1);
    let deal = stand.sandbox.deal(41_200_509).unwrap();
    assert!(deal.files[0].is_pdf && deal.files[0].name == "51874-signed-0a1b2c3d.pdf");
}

#[tokio::test]
async fn the_drive_refuses_wrong_parts_and_wrong_tokens() {
    let stand = Stand::new().await;
    let sessions = format!("{}/v1.0/sessions", stand.sandbox.addresses().drive);
    let open = json!({ "file_name": "a.pdf", "file_size": 3_000 }).to_string().into_bytes();
    let opened = drive(&stand, Method::POST, &sessions, Some(open.clone())).await.json();
    let address = opened["upload_url"].as_str().unwrap();
    assert_eq!(
        drive(&stand, Method::POST, address, Some(vec![0; 1_025])).await.status,
        400,
        "too large a part"
    );
    assert_eq!(drive(&stand, Method::POST, &format!("{address}0"), Some(vec![0; 10])).await.status, 404);
    assert_eq!(drive(&stand, Method::POST, address, Some(vec![0; 1_024])).await.status, 200);
    assert_eq!(
        drive(&stand, Method::POST, address, Some(vec![0; 1_024])).await.status,
        404,
        "a used address"
    );
    let tokens = stand.sandbox.tokens().clone();
    for (token, status) in [(tokens.kommo_without_files, 403), (tokens.kommo_expired, 401)] {
        let bearer = format!("Bearer {token}");
        let answer = stand
            .send(Method::POST, &sessions, &[("authorization", bearer.as_str())], Some(open.clone()))
            .await;
        assert_eq!((answer.status, answer.header("content-type")), (status, "application/json"));
    }
}
