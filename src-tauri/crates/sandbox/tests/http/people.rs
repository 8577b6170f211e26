//! What people do, through the Rust surface and the control port.

use reqwest::Method;
use sandbox::{Act, ActError};
use serde_json::json;

use crate::stand::{Answer, Stand, contract};

async fn control(stand: &Stand, method: Method, path: &str, body: Option<serde_json::Value>) -> Answer {
    let address = format!("{}{path}", stand.sandbox.addresses().control.as_ref().unwrap());
    let body = body.map(|body| body.to_string().into_bytes());
    stand.send(method, &address, &[("content-type", "application/json")], body).await
}

#[tokio::test]
async fn without_a_pending_contract_of_ours_nothing_is_signed() {
    let stand = Stand::new().await;
    let before = stand.sandbox.contracts();
    let outcome = stand.sandbox.act(Act::Sign { contract: None, participant: None });
    assert_eq!(outcome, Err(ActError::NoPendingContract));
    assert_eq!(stand.sandbox.contracts(), before, "contracts of the web app are left alone");
}

#[tokio::test]
async fn deals_are_edited_moved_deleted_copied_and_merged() {
    let stand = Stand::new().await;
    let deal = 41_200_509;
    let fields = vec![("Plan".to_owned(), json!("Scale"))];
    let edit = Act::EditDeal {
        deal,
        name: Some("Renamed".to_owned()),
        price: Some(5.into()),
        responsible_user_id: None,
        fields,
    };
    stand.sandbox.act(edit).unwrap();
    let copy = stand.sandbox.act(Act::CopyDeal { deal }).unwrap().deal.unwrap();
    assert_eq!(stand.sandbox.deal(copy).unwrap().name, "Renamed");
    stand.sandbox.act(Act::MergeDeals { deal, loser: copy }).unwrap();
    assert!(stand.sandbox.deal(copy).is_none());
    stand.sandbox.act(Act::MoveDeal { deal, status_id: 143, pipeline_id: None }).unwrap();
    assert_eq!(stand.sandbox.deal(deal).unwrap().status_id, 143);
    stand.sandbox.act(Act::DeleteDeal { deal }).unwrap();
    assert!(stand.sandbox.deal(deal).unwrap().is_deleted);
    stand.sandbox.act(Act::RestoreDeal { deal }).unwrap();
    assert_eq!(stand.deals(&format!("/api/v4/leads/{deal}")).await.status, 200);
}

#[tokio::test]
async fn a_changed_contact_does_not_touch_its_deal() {
    let stand = Stand::new().await;
    let before = stand.deals("/api/v4/leads/41200509?with=contacts").await.json();
    let contact = before["_embedded"]["contacts"][0]["id"].as_i64().unwrap();
    let email = Some("new@client.example".to_owned());
    stand.sandbox.act(Act::EditContact { contact, name: None, email }).unwrap();
    assert_eq!(stand.deals("/api/v4/leads/41200509?with=contacts").await.json(), before);
    let card = stand.deals(&format!("/api/v4/contacts/{contact}")).await;
    assert!(String::from_utf8_lossy(&card.bytes).contains("new@client.example"));
}

#[tokio::test]
async fn a_template_switched_off_takes_no_contracts() {
    let stand = Stand::new().await;
    stand.sandbox.act(Act::SetTemplateActive { template: 17_001, active: false }).unwrap();
    let answer = stand.oneflow(Method::POST, "/contracts/create", Some(contract(&[]))).await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn a_copied_draft_carries_the_markers() {
    let stand = Stand::new().await;
    let id = stand.draft(&[("kommo_send", "marker")]).await;
    let copy = stand.sandbox.act(Act::CopyContract { contract: id }).unwrap().contract.unwrap();
    assert_ne!(copy, id);
    let found =
        stand.oneflow(Method::GET, "/contracts?filter[data_field_match]=kommo_send:marker", None).await;
    assert_eq!(found.json()["count"], 2);
}

#[tokio::test]
async fn the_control_port_does_what_the_rust_surface_does() {
    let stand = Stand::new().await;
    let id = stand.pending().await;
    let overview = control(&stand, Method::GET, "/", None).await.json();
    assert_eq!(overview["addresses"]["kommo"], stand.sandbox.addresses().kommo.as_str());
    let acted = control(&stand, Method::POST, "/act", Some(json!({ "act": "visit" }))).await.json();
    assert_eq!((acted["contract"].clone(), acted["state"].clone()), (json!(id), json!("pending")));
    let acted = control(&stand, Method::POST, "/act", Some(json!({ "act": "sign" }))).await.json();
    assert_eq!(acted["state"], "signed");
    let again = control(&stand, Method::POST, "/act", Some(json!({ "act": "sign" }))).await;
    assert_eq!((again.status, again.json()["error"].clone()), (409, json!("no pending contract")));
    let journal =
        control(&stand, Method::GET, "/journal?method=POST&path=/v1/contracts/*/publish", None).await.json();
    assert_eq!(journal["entries"].as_array().unwrap().len(), 1);
    assert_eq!(journal["entries"][0]["effect"], "done");
    let turned = json!({ "oneflow": { "second_publish": "answered", "shown_late_ms": [0, 500] } });
    let switches = control(&stand, Method::PATCH, "/switches", Some(turned)).await.json();
    assert_eq!(switches["oneflow"]["second_publish"], "answered");
    assert_eq!(
        control(&stand, Method::PATCH, "/switches", Some(json!({ "oneflow": { "x": 1 } }))).await.status,
        422
    );
    let fault = json!({ "when": { "host": "kommo", "path": "/api/v4/account" }, "what": { "kind": "cut_before" }, "times": 1 });
    assert_eq!(control(&stand, Method::POST, "/faults", Some(fault)).await.status, 204);
    assert_eq!(stand.sandbox.faults().len(), 1);
    let before = stand.sandbox.now();
    control(&stand, Method::POST, "/clock", Some(json!({ "advance_ms": 86_400_000 }))).await;
    assert!(stand.sandbox.now().duration_since(before).as_hours() >= 24);
    let deal = control(&stand, Method::GET, "/deals/41200509", None).await.json();
    assert_eq!(deal["name"], "Uppdrag 042");
    assert_eq!(
        control(&stand, Method::GET, &format!("/contracts/{id}"), None).await.json()["state"],
        "signed"
    );
}
