//! Kommo, written.

use reqwest::Method;
use sandbox::{Config, Host};
use serde_json::{Value, json};

use crate::stand::{Stand, quick};

const LEAD: &str = "/api/v4/leads/41200509";

fn first_problem(body: &Value) -> (String, String) {
    let problem = &body["validation-errors"][0]["errors"][0];
    (
        problem["code"].as_str().unwrap_or_default().to_owned(),
        problem["path"].as_str().unwrap_or_default().to_owned(),
    )
}

#[tokio::test]
async fn a_patch_changes_what_it_names_and_nothing_else() {
    let stand = Stand::new().await;
    let before = stand.deals(LEAD).await.json();
    let body = json!({ "custom_fields_values": [{ "field_id": 510_203, "values": [{ "value": "Scale" }] }] });
    let answer = stand.kommo(Method::PATCH, LEAD, Some(body)).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/hal+json"));
    assert_eq!(answer.json()["id"], 41_200_509);
    let after = stand.deals(LEAD).await.json();
    for key in ["name", "price", "status_id", "pipeline_id", "closed_at", "responsible_user_id"] {
        assert_eq!(after[key], before[key], "{key}");
    }
    let deal = stand.sandbox.deal(41_200_509).unwrap();
    assert!(deal.fields.contains(&("Plan".to_owned(), json!("Scale"))));
    assert!(after["updated_at"].as_i64() > before["updated_at"].as_i64());
    assert_eq!(after["updated_by"], stand.sandbox.tokens().kommo_user_id);
}

#[tokio::test]
async fn leaving_won_clears_the_closing_time_and_writes_history() {
    let stand = Stand::new().await;
    let deal = stand.sandbox.deal(41_200_509).unwrap();
    let pipeline = deal.pipeline_id;
    let stage = stand.deals(&format!("/api/v4/leads/pipelines/{pipeline}")).await.json();
    let stage = stage["_embedded"]["statuses"][1]["id"].clone();
    let answer =
        stand.kommo(Method::PATCH, LEAD, Some(json!({ "status_id": stage, "pipeline_id": pipeline }))).await;
    assert_eq!(answer.status, 200);
    assert!(stand.deals(LEAD).await.json()["closed_at"].is_null());
    let events = stand
        .deals("/api/v4/events?filter[type]=lead_status_changed&filter[entity]=lead&filter[entity_id][]=41200509")
        .await
        .json();
    assert_eq!(events["_embedded"]["events"][0]["value_after"][0]["lead_status"]["id"], stage);
}

#[tokio::test]
async fn wrong_writes_are_refused_with_the_path_of_the_mistake() {
    let stand = Stand::new().await;
    let field = |field: Value| json!({ "custom_fields_values": [field] });
    let long = "x".repeat(257);
    for (body, code, path) in [
        (
            field(json!({ "field_id": 1, "values": [] })),
            "NotSupportedChoice",
            "custom_fields_values.0.field_id",
        ),
        (
            field(json!({ "field_id": 510_203, "values": [{ "value": "Huge" }] })),
            "NotSupportedChoice",
            "custom_fields_values.0.values.0.value",
        ),
        (field(json!({ "field_id": 510_203, "values": [] })), "TooFew", "custom_fields_values.0.values"),
        (
            field(json!({ "field_id": 510_201, "values": [{ "value": long }] })),
            "TooLong",
            "custom_fields_values.0.values.0.value",
        ),
        (
            field(json!({ "field_id": 510_213, "values": [{ "value": "yes" }] })),
            "InvalidType",
            "custom_fields_values.0.values.0.value",
        ),
        (json!({ "status_id": 78_110_201, "pipeline_id": 9_100_441 }), "NotSupportedChoice", "status_id"),
        (json!({ "status_id": 78_110_203, "pipeline_id": 9_100_457 }), "NotSupportedChoice", "status_id"),
        (json!({ "price": "43037" }), "InvalidType", "price"),
    ] {
        let answer = stand.kommo(Method::PATCH, LEAD, Some(body.clone())).await;
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(first_problem(&answer.json()), (code.to_owned(), path.to_owned()), "{body}");
    }
    assert!(stand.effects(Host::Kommo, "PATCH", "**").is_empty());
}

#[tokio::test]
async fn the_other_refusals_have_their_own_shapes() {
    let stand = Stand::new().await;
    let many: Vec<Value> = (0..251).map(|id| json!({ "id": id })).collect();
    for (method, path, body, status, detail) in [
        (Method::PATCH, LEAD, json!({}), 400, "Request data can not be empty"),
        (Method::PATCH, "/api/v4/leads", json!(many), 422, "Limit 250 per page"),
        (Method::DELETE, "/api/v4/leads", json!([]), 405, "Method Not Allowed"),
        (Method::PATCH, LEAD, json!({ "loss_reason_id": 18_001 }), 400, "Invalid request body"),
    ] {
        let answer = stand.kommo(method.clone(), path, Some(body)).await;
        assert_eq!(
            (answer.status, answer.json()["detail"].clone()),
            (status, json!(detail)),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn one_bad_item_rejects_the_whole_batch() {
    let stand = Stand::new().await;
    let body =
        json!([{ "id": 41_200_017, "price": 1, "request_id": "good" }, { "id": 1, "request_id": "bad" }]);
    let answer = stand.kommo(Method::PATCH, "/api/v4/leads", Some(body)).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["validation-errors"][0]["request_id"], "bad");
    assert_ne!(stand.sandbox.deal(41_200_017).unwrap().price, rust_decimal::Decimal::ONE);
}

#[tokio::test]
async fn a_note_is_stored_as_often_as_it_is_posted_and_found_again() {
    let stand = Stand::new().await;
    let note = json!([{ "note_type": "common", "params": { "text": "Oneflow: sent [cs:0123456789]" },
        "is_need_to_trigger_digital_pipeline": false }]);
    for _ in 0..2 {
        let answer = stand.kommo(Method::POST, &format!("{LEAD}/notes"), Some(note.clone())).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()["_embedded"]["notes"][0]["request_id"], "0");
    }
    let found = stand.deals(&format!("{LEAD}/notes?filter[note_type][]=common&limit=250")).await.json();
    let texts = found["_embedded"]["notes"].as_array().unwrap().iter();
    assert_eq!(texts.filter(|note| note["params"]["text"] == "Oneflow: sent [cs:0123456789]").count(), 2);
    assert_eq!(stand.deals(&format!("{LEAD}/notes?filter[updated_at][from]=4000000000")).await.status, 204);
    let wrong =
        stand.kommo(Method::POST, &format!("{LEAD}/notes"), Some(json!([{ "note_type": "common" }]))).await;
    assert_eq!(first_problem(&wrong.json()), ("FieldMissing".to_owned(), "params.text".to_owned()));
}

#[tokio::test]
async fn a_task_is_made_listed_and_finished() {
    let stand = Stand::new().await;
    let task = json!([{ "text": "Clarify objections", "complete_till": 1_800_000_000, "entity_id": 41_200_509,
        "entity_type": "leads", "task_type_id": 1, "request_id": "t1" }]);
    let made = stand.kommo(Method::POST, "/api/v4/tasks", Some(task)).await.json();
    assert_eq!(made["_embedded"]["tasks"][0]["request_id"], "t1");
    let id = made["_embedded"]["tasks"][0]["id"].clone();
    let of_deal = "/api/v4/tasks?filter[entity_type]=leads&filter[entity_id][]=41200509";
    let open = stand.deals(&format!("{of_deal}&filter[is_completed]=0")).await.json();
    assert_eq!(open["_embedded"]["tasks"][0]["result"], json!([]));
    let done = json!({ "is_completed": true, "result": { "text": "Reached the client" } });
    let answer = stand.kommo(Method::PATCH, &format!("/api/v4/tasks/{id}"), Some(done)).await;
    assert_eq!(answer.json()["id"], id);
    assert_eq!(stand.deals(&format!("{of_deal}&filter[is_completed]=0")).await.status, 204);
    let closed = stand.deals(of_deal).await.json();
    assert_eq!(closed["_embedded"]["tasks"][0]["result"]["text"], "Reached the client");
    let wrong = stand.kommo(Method::POST, "/api/v4/tasks", Some(json!([{ "text": "no time" }]))).await;
    assert_eq!(first_problem(&wrong.json()), ("FieldMissing".to_owned(), "complete_till".to_owned()));
}

#[tokio::test]
async fn an_administrator_creates_a_field_and_nobody_else() {
    let stand = Stand::new().await;
    let field = json!([{ "name": "oneflow_contract_id", "type": "text", "code": "oneflow_contract_id" }]);
    let path = "/api/v4/leads/custom_fields";
    let ordinary = stand.sandbox.tokens().kommo_ordinary_user.clone();
    assert_eq!(stand.kommo_as(&ordinary, Method::POST, path, Some(field.clone())).await.status, 403);
    let made = stand.kommo(Method::POST, path, Some(field)).await;
    assert_eq!(made.status, 201);
    let id = made.json()["_embedded"]["custom_fields"][0]["id"].clone();
    let body = json!({ "custom_fields_values": [{ "field_id": id, "values": [{ "value": "51874" }] }] });
    assert_eq!(stand.kommo(Method::PATCH, LEAD, Some(body)).await.status, 200);
    let deal = stand.sandbox.deal(41_200_509).unwrap();
    assert!(deal.fields.contains(&("oneflow_contract_id".to_owned(), json!("51874"))));
    let wrong = stand.kommo(Method::POST, path, Some(json!([{ "name": "x", "type": "select" }]))).await;
    assert_eq!(first_problem(&wrong.json()), ("FieldMissing".to_owned(), "enums".to_owned()));
}

#[tokio::test]
async fn the_sample_for_newcomers_has_the_contract_field_already() {
    for (config, expected) in [(Config::default(), false), (Config::sample(), true)] {
        let stand = Stand::with(Config { switches: quick().switches, ..config }).await;
        let fields = stand.deals("/api/v4/leads/custom_fields?limit=250").await.json();
        let fields = fields["_embedded"]["custom_fields"].as_array().unwrap().clone();
        assert_eq!(fields.iter().any(|field| field["code"] == "oneflow_contract_id"), expected);
    }
}
