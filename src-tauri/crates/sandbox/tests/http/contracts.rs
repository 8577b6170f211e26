//! A contract's life at Oneflow.

use jiff::SignedDuration;
use reqwest::Method;
use sandbox::{Act, Host, Service};
use serde_json::{Value, json};

use crate::stand::{Stand, contract};

#[tokio::test]
async fn a_draft_is_published_signed_and_its_history_tells() {
    let stand = Stand::new().await;
    let id = stand.draft(&[("company_name", "Öresund Kraft AB"), ("plan", "Growth")]).await;
    assert_eq!(stand.state(id).await, "draft");
    let published = stand.publish(id).await.json();
    assert_eq!(published["state"], "pending");
    assert_eq!(published["published_time"], published["state_updated_time"]);
    let expires: jiff::Timestamp = published["signing_period_expiry_time"].as_str().unwrap().parse().unwrap();
    assert_eq!(expires, "2026-12-06T00:00:00Z".parse().unwrap(), "14 days, at midnight");
    let acted = stand.sandbox.act(Act::Sign { contract: None, participant: None }).unwrap();
    assert_eq!(acted.contract, Some(id));
    let signed = stand.oneflow(Method::GET, &format!("/contracts/{id}"), None).await.json();
    assert_eq!(signed["state"], "signed");
    for party in signed["parties"].as_array().unwrap() {
        assert_eq!(party["participants"][0]["sign_state"], "signed");
    }
    let events = stand.oneflow(Method::GET, &format!("/contracts/{id}/events?sort=id"), None).await.json();
    let types: Vec<&str> =
        events["data"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(
        types,
        [
            "contract:create",
            "contract:publish",
            "participant:first_visit",
            "participant:sign",
            "participant:first_visit",
            "participant:sign",
            "contract:sign"
        ]
    );
    assert_eq!(events["data"][3]["actor"]["name"], "Åsa Öberg");
    assert_eq!(stand.effects(Host::Oneflow, "POST", "/v1/contracts/*/publish").len(), 1);
}

#[tokio::test]
async fn one_decline_ends_it() {
    let stand = Stand::new().await;
    let id = stand.pending().await;
    stand.sandbox.act(Act::Decline { contract: None, participant: None }).unwrap();
    assert_eq!(stand.state(id).await, "declined");
    assert!(stand.sandbox.act(Act::Sign { contract: Some(id), participant: None }).is_err());
}

#[tokio::test]
async fn the_deadline_passes_with_the_clock_and_a_new_period_brings_it_back() {
    let stand = Stand::new().await;
    let id = stand.pending().await;
    stand.sandbox.advance(SignedDuration::from_hours(24 * 15));
    assert_eq!(stand.state(id).await, "overdue");
    let body = json!({ "_private": { "signing_period_expiration": { "type": "days_after_publish",
        "expire_days_after_publish": 7 } } });
    let answer = stand.oneflow(Method::PUT, &format!("/contracts/{id}"), Some(body)).await.json();
    assert_eq!(answer["state"], "pending");
    let events = stand.sandbox.contracts().into_iter().find(|known| known.id == id).unwrap().events;
    assert!(events.ends_with(&[
        "contract:signing_period_expire".to_owned(),
        "contract:signing_period_revive".to_owned(),
        "contract:content_update".to_owned()
    ]));
}

#[tokio::test]
async fn wrong_creates_are_refused_with_the_path_of_the_mistake() {
    let stand = Stand::new().await;
    let with = |change: fn(&mut Value)| {
        let mut body = contract(&[]);
        change(&mut body);
        body
    };
    for (body, path) in [
        (with(|body| body["template_id"] = Value::Null), "template_id"),
        (with(|body| body["name"] = json!("x".repeat(131))), "name"),
        (with(|body| body["parties"][0]["type"] = json!("person")), "parties[0].type"),
        (
            with(|body| body["parties"][0]["participants"][0]["email"] = json!("kund@")),
            "parties[0].participants[0].email",
        ),
        (
            with(|body| body["parties"][0]["participants"][0]["email"] = json!("")),
            "parties[0].participants[0].email",
        ),
        (
            with(|body| body["parties"][0]["participants"][0]["delivery_channel"] = Value::Null),
            "parties[0].participants[0].delivery_channel",
        ),
        (
            with(|body| body["parties"][0]["participants"][0]["name"] = json!("")),
            "parties[0].participants[0].name",
        ),
        (with(|body| body["parties"][0]["participants"] = json!([])), "parties[0].participants"),
        (
            with(|body| body["data_fields"] = json!([{ "custom_id": "colour", "value": "red" }])),
            "data_fields[0].custom_id",
        ),
        (with(|body| body["data_fields"] = json!([{ "custom_id": "plan" }])), "data_fields[0].value"),
        (with(|body| body["product_groups"] = json!([{ "products": [] }])), "product_groups"),
        (
            with(|body| {
                body["my_party"] = json!({ "participants": [{ "email": "nobody@nordkonsult.example" }] });
            }),
            "my_party.participants[0].email",
        ),
    ] {
        let answer = stand.oneflow(Method::POST, "/contracts/create", Some(body)).await;
        assert_eq!(answer.status, 400, "{path}");
        assert!(answer.json()["parameter_problems"][path].is_array(), "{path}: {}", answer.json());
    }
    assert!(stand.sandbox.contracts().iter().all(|known| !known.by_api));
}

#[tokio::test]
async fn the_same_person_twice_has_its_own_code() {
    let stand = Stand::new().await;
    let mut body = contract(&[]);
    let first = body["parties"][0]["participants"][0].clone();
    body["parties"][0]["participants"].as_array_mut().unwrap().push(first);
    let answer = stand.oneflow(Method::POST, "/contracts/create", Some(body)).await.json();
    assert_eq!(answer["error_code"], 4_000_003);
    assert!(answer["parameter_problems"]["parties[0].participants[1].email"].is_array());
}

#[tokio::test]
async fn the_template_must_be_active_and_in_the_workspace() {
    let stand = Stand::new().await;
    for (workspace, template, status) in [
        (13_001, 17_003, 403),
        (13_002, 17_004, 404),
        (13_001, 99, 404),
        (1, 17_001, 403),
        (13_002, 17_001, 200),
    ] {
        let mut body = contract(&[]);
        body["workspace_id"] = json!(workspace);
        body["template_id"] = json!(template);
        let answer = stand.oneflow(Method::POST, "/contracts/create", Some(body)).await;
        assert_eq!(answer.status, status, "template {template} in {workspace}");
    }
}

#[tokio::test]
async fn what_the_published_recipe_gets_wrong_is_refused() {
    let stand = Stand::new().await;
    let id = stand.draft(&[]).await;
    for (method, path, status) in [
        (Method::POST, "/contracts".to_owned(), 405),
        (Method::PATCH, format!("/contracts/{id}"), 405),
        (Method::PATCH, format!("/contracts/{id}/data_fields/plan"), 405),
        (Method::GET, format!("/contracts/{id}/pdf"), 404),
    ] {
        let answer = stand.oneflow(method.clone(), &path, Some(json!({}))).await;
        assert_eq!(answer.status, status, "{method} {path}");
    }
}

#[tokio::test]
async fn token_and_user_are_checked() {
    let stand = Stand::new().await;
    let token = stand.sandbox.tokens().oneflow.clone();
    let create = Some(contract(&[]));
    for (headers, method, path, body, status) in [
        (vec![], Method::GET, "/ping", None, 401),
        (vec![("x-oneflow-api-token", "short")], Method::GET, "/ping", None, 401),
        (vec![("x-oneflow-api-token", token.as_str())], Method::GET, "/ping", None, 200),
        (
            vec![
                ("x-oneflow-api-token", token.as_str()),
                ("x-oneflow-user-email", "nobody@nordkonsult.example"),
            ],
            Method::GET,
            "/ping",
            None,
            401,
        ),
        (
            vec![
                ("x-oneflow-api-token", token.as_str()),
                ("x-oneflow-user-email", "eva.strom@nordkonsult.example"),
            ],
            Method::GET,
            "/ping/",
            None,
            401,
        ),
        (vec![("x-oneflow-api-token", token.as_str())], Method::POST, "/contracts/create", create, 400),
    ] {
        let answer = stand.oneflow_with(&headers, method, path, body).await.unwrap();
        assert_eq!(answer.status, status, "{path} with {} headers", headers.len());
    }
    stand.sandbox.act(Act::RevokeToken { service: Service::Oneflow }).unwrap();
    assert_eq!(stand.oneflow(Method::GET, "/ping", None).await.status, 401);
}

#[tokio::test]
async fn a_data_field_is_set_by_number_custom_id_and_prefix() {
    let stand = Stand::new().await;
    let id = stand.draft(&[]).await;
    let fields = stand.oneflow(Method::GET, &format!("/contracts/{id}/data_fields"), None).await.json();
    let field = fields["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|field| field["_private_ownerside"]["custom_id"] == "plan")
        .unwrap()["id"]
        .clone();
    for (path, value) in [(field.to_string(), "a"), ("plan".to_owned(), "b"), ("c::plan".to_owned(), "c")] {
        let body = json!({ "value": value });
        let answer =
            stand.oneflow(Method::PUT, &format!("/contracts/{id}/data_fields/{path}"), Some(body)).await;
        assert_eq!((answer.status, answer.json()["value"].clone()), (200, json!(value)), "{path}");
    }
    let several = json!([{ "_private_ownerside": { "custom_id": "plan" }, "value": "Scale" },
        { "_private_ownerside": { "custom_id": "amount" }, "value": null }]);
    let answer = stand.oneflow(Method::PUT, &format!("/contracts/{id}/data_fields"), Some(several)).await;
    assert_eq!(answer.status, 200);
    let held = stand.sandbox.contracts().into_iter().find(|known| known.id == id).unwrap();
    assert!(held.data_fields.contains(&("plan".to_owned(), "Scale".to_owned())));
}

#[tokio::test]
async fn a_required_field_that_is_empty_stops_the_publish() {
    let stand = Stand::new().await;
    let id = stand.draft(&[]).await;
    let answer = stand.publish(id).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["parameter_problems"]["data_fields[0]"][0], "Required field 'Company'");
    assert_eq!(stand.state(id).await, "draft");
}

#[tokio::test]
async fn a_draft_is_deleted_for_good_and_again_without_harm() {
    let stand = Stand::new().await;
    let id = stand.draft(&[]).await;
    for _ in 0..2 {
        assert_eq!(stand.oneflow(Method::DELETE, &format!("/contracts/{id}"), None).await.status, 200);
    }
    assert_eq!(stand.oneflow(Method::GET, &format!("/contracts/{id}"), None).await.status, 404);
    assert_ne!(stand.draft(&[]).await, id, "no id is given twice");
}

#[tokio::test]
async fn sign_order_comments_and_access_links_work() {
    let stand = Stand::new().await;
    let id = stand.draft(&[("company_name", "x")]).await;
    let whole = stand.oneflow(Method::GET, &format!("/contracts/{id}"), None).await.json();
    let (ours, theirs) = (
        whole["parties"][0]["participants"][0]["id"].clone(),
        whole["parties"][1]["participants"][0]["id"].clone(),
    );
    let order = json!({ "sign_order": [{ "participant_id": theirs, "order": 1 }, { "participant_id": ours, "order": 2 }] });
    let answer = stand.oneflow(Method::PUT, &format!("/contracts/{id}"), Some(order.clone())).await.json();
    assert_eq!(answer["sign_order"], order["sign_order"]);
    let comment = json!({ "body": "Ready?", "private": false });
    assert_eq!(
        stand.oneflow(Method::POST, &format!("/contracts/{id}/comments"), Some(comment)).await.status,
        200
    );
    let comments = stand.oneflow(Method::GET, &format!("/contracts/{id}/comments"), None).await.json();
    assert_eq!(comments["data"][0]["participants"]["sender"]["participant_name"], "Karin Lind");
    let link = format!("/contracts/{id}/participants/{theirs}/access_link");
    assert!(stand.oneflow(Method::POST, &link, None).await.json()["access_link"].is_string());
}
