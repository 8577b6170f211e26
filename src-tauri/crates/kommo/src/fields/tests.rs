use domain::deal::FieldKind;
use serde_json::json;

use super::*;
use crate::testing::{Stand, body};

#[tokio::test]
async fn fields_are_read_on_all_pages_whatever_their_type() {
    let first = r#"{"_total_items":4,"_page":1,"_page_count":2,
        "_links":{"next":{"href":"https://acme.kommo.com/api/v4/leads/custom_fields?page=2"}},
        "_embedded":{"custom_fields":[
            {"id":1,"name":"Plan","type":"select","code":null,"sort":510,
             "enums":[{"id":9,"value":"Growth","sort":2},{"id":8,"value":"Basic","sort":1}],"currency":null},
            {"id":2,"name":"Budget","type":"monetary","code":"BUDGET","enums":null,"currency":"EUR"}]}}"#;
    let second = r#"{"_embedded":{"custom_fields":[
        {"id":3,"name":null,"type":"text","code":"oneflow_contract_id"},
        {"id":4,"name":"Odd","type":"chained_list"}]}}"#;
    for (owner, path) in [
        (FieldOwner::Deals, "leads/custom_fields"),
        (FieldOwner::Contacts, "contacts/custom_fields"),
        (FieldOwner::Companies, "companies/custom_fields"),
    ] {
        let stand = Stand::start().await;
        stand.answer_page(path, 1, 200, first).await;
        stand.answer_page(path, 2, 200, second).await;
        let fields = stand.kommo.custom_fields(owner, Call::person()).await.unwrap();
        let kinds: Vec<_> = fields.iter().map(|field| field.kind).collect();
        assert_eq!(kinds, [FieldKind::Choice, FieldKind::Money, FieldKind::Text, FieldKind::Other]);
        assert_eq!(fields[0].options, ["Basic", "Growth"]);
        assert_eq!(fields[1].currency.as_deref(), Some("EUR"));
        assert_eq!(fields[2].code.as_deref(), Some("oneflow_contract_id"));
    }
}

#[tokio::test]
async fn a_created_field_is_read_from_both_answers_and_never_created_twice() {
    let made = r#"{"id":510300,"name":"Oneflow contract","type":"text","code":"ONEFLOW","sort":511}"#;
    let list = format!(r#"{{"_total_items":1,"_embedded":{{"custom_fields":[{made}]}}}}"#);
    let new = NewField { name: "Oneflow contract".to_owned(), code: "ONEFLOW".to_owned(), is_api_only: true };
    for answer in [made, &list] {
        let stand = Stand::start().await;
        stand.answer("POST", "leads/custom_fields", 201, answer).await;
        let field = stand.kommo.create_field(&new, Call::person()).await.unwrap();
        assert_eq!((field.id, field.kind), (FieldId(510_300), FieldKind::Text));
        let sent =
            json!([{"name": "Oneflow contract", "type": "text", "code": "ONEFLOW", "is_api_only": true}]);
        assert_eq!(body(&stand.only_request().await), sent);
    }
    for (status, answer) in [(500, "{}"), (403, r#"{"status":403}"#), (201, "{}"), (504, "<html>")] {
        let stand = Stand::start().await;
        stand.answer("POST", "leads/custom_fields", status, answer).await;
        let result = stand.kommo.create_field(&new, Call::person()).await;
        assert!(result.is_err(), "{status} {answer}: {result:?}");
        assert_eq!(stand.requests().await.len(), 1, "{status}: never repeated");
    }
}
