use serde_json::json;

use super::*;
use crate::testing::{Stand, at, body, query};

#[tokio::test]
async fn the_tasks_of_a_deal_are_read_open_and_done() {
    let task = |id: u32, deal: u32, kind: &str, done: &str, result: &str| {
        format!(
            r#"{{"id":{id},"entity_id":{deal},"entity_type":"{kind}","is_completed":{done},"updated_at":1000,
                "text":"T{id}","result":{result}}}"#
        )
    };
    let rows = [
        task(1, 7, "leads", "false", "[]"),
        task(2, 7, "leads", "true", r#"{"text":"Reached the client"}"#),
        task(3, 8, "leads", "false", "[]"),
        task(4, 7, "contacts", "false", "[]"),
    ];
    let stand = Stand::start().await;
    stand.answer("GET", "tasks", 200, &format!(r#"{{"_embedded":{{"tasks":[{}]}}}}"#, rows.join(","))).await;
    let tasks = stand.kommo.tasks_of_deal(DealId(7), at(999), Call::background()).await.unwrap();
    let told: Vec<_> = tasks.iter().map(|task| (task.id.0, &*task.text, task.is_done)).collect();
    assert_eq!(told, [(1, "T1", false), (2, "T2", true)], "tasks of others are dropped");
    let asked = query(&stand.only_request().await);
    assert_eq!(asked[..2], ["filter[entity_type]=leads", "filter[entity_id][]=7"]);
    assert!(!asked.iter().any(|pair| pair.contains("is_completed")), "{asked:?}");
}

#[tokio::test]
async fn a_task_is_created_once_with_what_is_known() {
    let made = r#"{"_embedded":{"tasks":[{"id":6200415,"request_id":"0"}]}}"#;
    let full = NewTask {
        text: "Clarify objections".to_owned(),
        due: at(1_790_000_000),
        responsible: Some(UserId(7_700_123)),
        task_type: Some(1),
    };
    let bare = NewTask { responsible: None, task_type: None, ..full.clone() };
    for (task, extra) in
        [(&full, json!({"responsible_user_id": 7_700_123, "task_type_id": 1})), (&bare, json!({}))]
    {
        let stand = Stand::start().await;
        stand.answer("POST", "tasks", 200, made).await;
        let id = stand.kommo.create_task(DealId(7), task, Call::background()).await.unwrap();
        assert_eq!(id, Some(TaskId(6_200_415)));
        let mut sent = json!([{"text": "Clarify objections", "complete_till": 1_790_000_000,
            "entity_id": 7, "entity_type": "leads"}]);
        sent[0].as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        assert_eq!(body(&stand.only_request().await), sent);
    }
    let stand = Stand::start().await;
    stand.answer("POST", "tasks", 502, "").await;
    assert!(stand.kommo.create_task(DealId(7), &full, Call::background()).await.is_err());
    assert_eq!(stand.requests().await.len(), 1, "never repeated");
}
