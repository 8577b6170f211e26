use serde_json::json;

use super::*;
use crate::testing::{Stand, at, body, query};

#[tokio::test]
async fn the_common_notes_of_a_deal_are_read_on_all_pages() {
    let first = r#"{"_links":{"next":{"href":"https://acme.kommo.com/x?page=2"}},"_embedded":{"notes":[
        {"id":1,"note_type":"common","updated_at":1000,"params":{"text":"sent [cs:0123456789]"}},
        {"id":2,"note_type":"call_in","updated_at":1001,"params":{"uniq":"x"}},
        {"id":3,"note_type":"zoom_meeting","updated_at":1002,"params":[]}]}}"#;
    let second = r#"{"_embedded":{"notes":[
        {"id":4,"note_type":"common","updated_at":1003,"params":{"text":null}},
        {"id":5,"note_type":"common","updated_at":10,"params":{"text":"older than asked for"}}]}}"#;
    let stand = Stand::start().await;
    stand.answer_page("leads/7/notes", 1, 200, first).await;
    stand.answer_page("leads/7/notes", 2, 200, second).await;
    let notes = stand.kommo.notes_of_deal(DealId(7), at(999), Call::background()).await.unwrap();
    let told: Vec<_> = notes.iter().map(|note| (note.id.0, &*note.text)).collect();
    assert_eq!(told, [(1, "sent [cs:0123456789]"), (4, "")]);
    let asked = query(&stand.requests().await[0]);
    let expected = [
        "filter[note_type][]=common",
        "filter[updated_at][from]=999",
        "order[id]=asc",
        "limit=250",
        "page=1",
    ];
    assert_eq!(asked, expected);
    assert!(!format!("{notes:?}").contains("sent"), "texts stay out of logs");
}

#[tokio::test]
async fn a_look_that_fails_is_never_no_notes() {
    let endless = r#"{"_links":{"next":{"href":"https://acme.kommo.com/x"}},"_embedded":{"notes":[
        {"id":1,"note_type":"common","updated_at":1000,"params":{"text":"a"}}]}}"#;
    for (status, answer) in [(401, r#"{"status":401}"#), (200, "{\"_embedded\":"), (200, endless)] {
        let stand = Stand::start().await;
        stand.answer("GET", "leads/7/notes", status, answer).await;
        let notes = stand.kommo.notes_of_deal(DealId(7), at(1), Call::background()).await;
        assert!(notes.is_err(), "{status} {answer}");
    }
}

#[tokio::test]
async fn a_note_is_written_once_and_without_triggers() {
    let made = r#"{"_links":{},"_embedded":{"notes":[{"id":98100231,"entity_id":7,"request_id":"0"}]}}"#;
    for (status, answer, expected) in [
        (200, made, Ok(Some(NoteId(98_100_231)))),
        (204, "", Ok(None)),
        (200, "{}", Ok(None)),
        (504, "<html>", Err(())),
        (200, "{\"_embedded\":{\"not", Err(())),
    ] {
        let stand = Stand::start().await;
        stand.answer("POST", "leads/7/notes", status, answer).await;
        let result =
            stand.kommo.create_note(DealId(7), "Oneflow: sent [cs:0123456789]", Call::background()).await;
        assert_eq!(result.map_err(drop), expected, "{status} {answer}");
        let sent = json!([{
            "note_type": "common",
            "params": {"text": "Oneflow: sent [cs:0123456789]"},
            "is_need_to_trigger_digital_pipeline": false,
        }]);
        assert_eq!(body(&stand.only_request().await), sent);
    }
}
