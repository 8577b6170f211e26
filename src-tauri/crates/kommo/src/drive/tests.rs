use serde_json::json;
use wiremock::ResponseTemplate;

use super::*;
use crate::testing::{Stand, body, query, template};

const PDF: &str = "8840001-signed-0a1b2c3d.pdf";

fn whole(bytes: &[u8]) -> WholeFile<'_> {
    WholeFile { name: PDF, content_type: "application/pdf", bytes }
}

fn file(size: usize) -> String {
    format!(
        r#"{{"uuid":"0f6a2c10","version_uuid":"a1","type":"document","name":"8840001-signed-0a1b2c3d",
            "size":{size},"metadata":{{"extension":"pdf","mime_type":"application/pdf"}},"is_trashed":false}}"#
    )
}

/// A drive that takes parts of 4 bytes below `upload`, and shows `file` after the third.
async fn drive_taking_parts(upload: &str, file: &str) -> Stand {
    let stand = Stand::start().await;
    let at = |rest: &str| upload.replace("{server}", &stand.server.uri()) + rest;
    let session =
        json!({"session_id": 1, "upload_url": at("/part/1"), "max_part_size": 4, "max_file_size": 100});
    stand.answer_with("POST", "/v1.0/sessions", template(200, &session.to_string())).await;
    for part in 1..=2 {
        let next = json!({"session_id": 1, "next_url": at(&format!("/part/{}", part + 1))});
        stand.answer_with("POST", &format!("/part/{part}"), template(200, &next.to_string())).await;
    }
    stand.answer_with("POST", "/part/3", template(200, file)).await;
    stand
}

#[tokio::test]
async fn a_file_goes_up_in_parts_of_the_size_the_drive_names() {
    let stand = drive_taking_parts("{server}", &file(10)).await;
    let drive = stand.kommo.drive(&stand.server.uri()).unwrap();
    let kept = drive.upload(whole(b"0123456789"), Call::background()).await.unwrap();
    assert_eq!(kept, DriveFile { id: FileId("0f6a2c10".to_owned()), name: PDF.to_owned(), size: Some(10) });
    let requests = stand.requests().await;
    let expected = json!({"file_name": PDF, "file_size": 10, "content_type": "application/pdf"});
    assert_eq!(body(&requests[0]), expected);
    let parts: Vec<_> = requests[1..].iter().map(|part| (part.url.path(), &*part.body)).collect();
    assert_eq!(parts, [("/part/1", &b"0123"[..]), ("/part/2", &b"4567"[..]), ("/part/3", &b"89"[..])]);
    assert!(requests.iter().all(|request| request.headers["authorization"] == "Bearer planted-token"));
}

#[tokio::test]
async fn what_the_drive_does_not_keep_whole_is_no_upload() {
    let too_short = file(9);
    let still_going = r#"{"session_id":1,"next_url":"http://127.0.0.1/part/4"}"#;
    for (answer, bytes, expected) in [
        (too_short.as_str(), &b"0123456789"[..], UploadError::NotKept),
        (still_going, b"0123456789", UploadError::NotKept),
        ("{}", b"0123456789", UploadError::NotKept),
        ("{}", b"", UploadError::Size { most: None }),
        ("{}", &[0; 101], UploadError::Size { most: Some(100) }),
    ] {
        let stand = drive_taking_parts("{server}", answer).await;
        let drive = stand.kommo.drive(&stand.server.uri()).unwrap();
        assert_eq!(drive.upload(whole(bytes), Call::background()).await, Err(expected), "{answer}");
    }
}

#[tokio::test]
async fn a_lost_part_ends_the_upload_and_is_not_sent_again() {
    let stand = Stand::start().await;
    let session = json!({"upload_url": format!("{}/part/1", stand.server.uri()), "max_part_size": "4"});
    stand.answer_with("POST", "/v1.0/sessions", template(200, &session.to_string())).await;
    stand.answer_with("POST", "/part/1", ResponseTemplate::new(502)).await;
    let drive = stand.kommo.drive(&stand.server.uri()).unwrap();
    let result = drive.upload(whole(b"0123456789"), Call::background()).await;
    assert!(matches!(result, Err(UploadError::Call(Error::Failed(_)))), "{result:?}");
    assert_eq!(stand.requests().await.len(), 2);
}

#[tokio::test]
async fn the_token_goes_to_no_host_but_kommos() {
    let stand = drive_taking_parts("https://drive.example", &file(10)).await;
    for drive_url in ["https://drive.example", "https://drive-c.kommo.com.example", "nonsense", ""] {
        assert_eq!(stand.kommo.drive(drive_url).map(drop), Err(ForeignHost), "{drive_url}");
    }
    let drive = stand.kommo.drive(&stand.server.uri()).unwrap();
    let result = drive.upload(whole(b"0123456789"), Call::background()).await;
    assert_eq!(result, Err(UploadError::ForeignHost(ForeignHost)));
    assert_eq!(stand.requests().await.len(), 1, "the session was opened, no part was sent");
}

#[tokio::test]
async fn a_file_is_found_by_its_name_however_the_drive_keeps_it() {
    let row = |uuid: &str, name: &str, rest: &str| format!(r#"{{"uuid":"{uuid}","name":"{name}"{rest}}}"#);
    let stem = PDF.trim_end_matches(".pdf");
    let extension = r#","metadata":{"extension":"pdf"},"size":5"#;
    for (rows, expected, why) in [
        (vec![row("a", stem, extension)], vec!["a"], "without its extension"),
        (vec![row("b", PDF, r#","metadata":[]"#)], vec!["b"], "with its extension"),
        (vec![row("c", PDF, extension)], vec!["c"], "with both"),
        (vec![row("d", stem, r#","metadata":{"extension":"txt"}"#)], vec![], "another file"),
        (vec![row("e", PDF, r#","is_trashed":true"#)], vec![], "in the trash"),
        (vec![row("f", "other.pdf", ""), row("g", PDF, "")], vec!["g"], "among others"),
        (vec![], vec![], "nothing"),
    ] {
        let stand = Stand::start().await;
        let list = format!(r#"{{"_count":1,"_embedded":{{"files":[{}]}}}}"#, rows.join(","));
        stand.answer_with("GET", "/v1.0/files", template(200, &list)).await;
        let drive = stand.kommo.drive(&stand.server.uri()).unwrap();
        let files = drive.files_named(PDF, Call::background()).await.unwrap();
        let found: Vec<_> = files.iter().map(|file| &*file.id.0).collect();
        assert_eq!(found, expected, "{why}");
        assert_eq!(query(&stand.requests().await[0])[0], format!("filter[name]={stem}"));
    }
}

#[tokio::test]
async fn one_file_is_there_or_gone() {
    for (status, answer, is_there) in [
        (200, file(5), true),
        (200, file(5).replace("\"is_trashed\":false", "\"is_trashed\":true"), false),
        (204, String::new(), false),
        (404, r#"{"status":404}"#.to_owned(), false),
    ] {
        let stand = Stand::start().await;
        stand.answer_with("GET", "/v1.0/files/0f6a2c10", template(status, &answer)).await;
        let drive = stand.kommo.drive(&stand.server.uri()).unwrap();
        let found = drive.file(&FileId("0f6a2c10".to_owned()), Call::person()).await.unwrap();
        assert_eq!(found.is_some(), is_there, "{status} {answer}");
    }
}

#[tokio::test]
async fn the_files_of_a_deal_are_read_to_the_last() {
    let rows = |ids: std::ops::RangeInclusive<i64>| {
        let rows: Vec<_> = ids.rev().map(|id| format!(r#"{{"file_uuid":"u{id}","id":{id}}}"#)).collect();
        format!(r#"{{"_embedded":{{"files":[{}]}}}}"#, rows.join(","))
    };
    let stand = Stand::start().await;
    wiremock::Mock::given(wiremock::matchers::query_param("before_id", "11"))
        .respond_with(template(200, &rows(1..=10)))
        .mount(&stand.server)
        .await;
    stand.answer("GET", "leads/7/files", 200, &rows(11..=60)).await;
    let files = stand.kommo.deal_files(DealId(7), Call::background()).await.unwrap();
    assert_eq!(files.len(), 60);
    assert_eq!(files.last(), Some(&FileId("u1".to_owned())));

    let stand = Stand::start().await;
    stand.answer("GET", "leads/7/files", 204, "").await;
    assert_eq!(stand.kommo.deal_files(DealId(7), Call::background()).await.unwrap(), vec![]);
}

#[tokio::test]
async fn every_2xx_means_that_a_file_is_attached() {
    for (status, answer) in [(202, ""), (200, "{}"), (200, "[]"), (204, "")] {
        let stand = Stand::start().await;
        stand.answer("PUT", "leads/7/files", status, answer).await;
        stand.kommo.attach(DealId(7), &FileId("u1".to_owned()), Call::background()).await.unwrap();
        assert_eq!(body(&stand.only_request().await), json!([{"file_uuid": "u1"}]));
    }
}
