//! Oneflow's lists: contracts, templates, what contracts are made from.

use jiff::SignedDuration;
use reqwest::Method;
use sandbox::{Act, Config};
use serde_json::{Value, json};

use crate::stand::{Stand, quick};

async fn count(stand: &Stand, query: &str) -> i64 {
    let answer = stand.oneflow(Method::GET, &format!("/contracts?{query}"), None).await;
    assert_eq!(answer.status, 200, "{query}");
    answer.json()["count"].as_i64().unwrap()
}

#[tokio::test]
async fn contracts_are_found_by_their_markers_and_states() {
    let stand = Stand::with(Config { foreign_contracts: 0, ..quick() }).await;
    let first = stand
        .draft(&[("company_name", "A"), ("kommo_deal", "31900001-1"), ("kommo_account", "31900001")])
        .await;
    stand.draft(&[("company_name", "B"), ("kommo_deal", "31900001-12"), ("kommo_account", "31900001")]).await;
    stand.publish(first).await;
    for (query, expected) in [
        ("", 2),
        ("filter[data_field_match]=kommo_deal:31900001-1", 1),
        ("filter[data_field_match]=kommo_deal%3A31900001-12", 1),
        ("filter[data_field_match]=kommo_account:31900001", 2),
        ("filter[data_field_match]=kommo_account:31900001&filter[states]=draft", 1),
        ("filter[participant_custom_id]=31900001-41200509-0-marker", 2),
        ("filter[participant_custom_id]=31900001-41200509", 0),
        ("filter[states]=pending,overdue", 1),
        ("filter[states]=signed", 0),
        ("filter[published_time]=2026-11-20T00:00:00%2B00:00|", 1),
        ("filter[published_time]=2026-11-20T00:00:00%2B0000|2026-11-21T00:00:00%2B0000", 0),
        ("filter[query]=öresund", 2),
    ] {
        assert_eq!(count(&stand, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn rows_of_a_list_have_participants_but_no_data_fields() {
    let stand = Stand::with(Config { foreign_contracts: 1, ..quick() }).await;
    let rows = stand.oneflow(Method::GET, "/contracts", None).await.json();
    let row = &rows["data"][0];
    assert!(row["data_fields"].is_null());
    assert!(row["parties"][0]["participants"][0]["sign_state"].is_string());
    assert!(row["name"].is_null() && row["_private"]["name"].is_string(), "the name stands under _private");
}

#[tokio::test]
async fn paging_keeps_to_its_bounds() {
    let stand = Stand::with(Config { foreign_contracts: 7, ..quick() }).await;
    let page = stand.oneflow(Method::GET, "/contracts?limit=3&offset=3", None).await.json();
    assert_eq!((page["count"].clone(), page["data"].as_array().unwrap().len()), (json!(7), 3));
    assert!(page["_links"]["next"]["href"].as_str().unwrap().contains("offset=6"));
    assert!(page["_links"]["previous"]["href"].as_str().unwrap().contains("offset=0"));
    let last = stand.oneflow(Method::GET, "/contracts?limit=3&offset=6", None).await.json();
    assert!(last["_links"]["next"]["href"].is_null());
    for (query, status) in
        [("offset=19900", 200), ("offset=19901", 400), ("limit=101", 400), ("limit=0", 400)]
    {
        let answer = stand.oneflow(Method::GET, &format!("/contracts?{query}"), None).await;
        assert_eq!(answer.status, status, "{query}");
    }
    let beyond = stand.oneflow(Method::GET, "/contracts?offset=19900", None).await.json();
    assert_eq!((beyond["count"].clone(), beyond["data"].clone()), (json!(7), json!([])));
}

#[tokio::test]
async fn the_latest_change_of_state_comes_first_when_asked() {
    let stand = Stand::new().await;
    let old = stand.pending().await;
    stand.sandbox.advance(SignedDuration::from_secs(90));
    let new = stand.pending().await;
    stand.sandbox.advance(SignedDuration::from_secs(90));
    stand.sandbox.act(Act::Sign { contract: Some(old), participant: None }).unwrap();
    let rows = stand.oneflow(Method::GET, "/contracts?sort=-state_updated_time&limit=2", None).await.json();
    let ids: Vec<&Value> = rows["data"].as_array().unwrap().iter().map(|row| &row["id"]).collect();
    assert_eq!(ids, [&json!(old), &json!(new)]);
    let wrong = stand.oneflow(Method::GET, "/contracts?sort=-updated_time", None).await;
    assert_eq!(wrong.status, 400, "updated_time cannot be sorted by");
}

#[tokio::test]
async fn templates_are_filtered_by_workspace_activity_and_type() {
    let stand = Stand::new().await;
    for (query, expected) in [
        ("", vec![17_001, 17_002, 17_004, 17_005]),
        ("filter[active]=false", vec![17_003]),
        ("filter[active]=", vec![17_001, 17_002, 17_003, 17_004, 17_005]),
        ("filter[workspace_ids]=13002", vec![17_001, 17_005]),
        ("template_type_id=5", vec![17_001]),
        ("extension_type=lime", vec![17_004]),
    ] {
        let rows = stand.oneflow(Method::GET, &format!("/templates/?{query}"), None).await.json();
        let ids: Vec<i64> =
            rows["data"].as_array().unwrap().iter().filter_map(|row| row["id"].as_i64()).collect();
        assert_eq!(ids, expected, "{query}");
    }
    assert_eq!(stand.oneflow(Method::GET, "/templates?extension_type=hubspot", None).await.status, 400);
}

#[tokio::test]
async fn the_helper_lists_workspaces_with_active_templates_as_a_bare_array() {
    let stand = Stand::new().await;
    let body = stand.oneflow(Method::GET, "/helpers/contract_create_data", None).await.json();
    let names: Vec<&str> = body.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Försäljning", "Leverans"]);
    let templates = body[0]["templates"].as_array().unwrap();
    assert!(templates.iter().all(|template| template["id"] != 17_003), "the inactive one is left out");
}

#[tokio::test]
async fn replacing_the_fields_of_a_type_adds_markers_and_drops_what_is_missing() {
    let stand = Stand::with(Config { marker_fields: false, ..quick() }).await;
    let fields = stand.oneflow(Method::GET, "/template_types/5", None).await.json()["data_fields"].clone();
    let mut sent: Vec<Value> = fields
        .as_array()
        .unwrap()
        .iter()
        .filter(|field| field["custom_id"] != "payment_days")
        .map(|field| json!({ "custom_id": field["custom_id"], "name": field["name"] }))
        .collect();
    sent.push(json!({ "custom_id": "kommo_send", "name": "Kommo send" }));
    let path = "/template_types/5/data_fields";
    assert_eq!(stand.oneflow(Method::PUT, path, Some(json!({ "data_fields": sent }))).await.status, 200);
    let after = stand.oneflow(Method::GET, "/helpers/template_types/5/data_fields", None).await.json();
    let after = after["data_fields"].as_array().unwrap().clone();
    let field = |id: &str| after.iter().find(|field| field["custom_id"] == id);
    assert_eq!(field("kommo_send").unwrap()["source"], "system");
    assert_eq!(field("plan").unwrap()["source"], "user");
    assert!(field("payment_days").is_none());
    assert_eq!(field("plan").unwrap()["id"], fields[1]["id"], "a field that stays keeps its id");
}
