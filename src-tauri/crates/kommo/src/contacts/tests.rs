use super::*;
use crate::testing::{Stand, at, query};

const CONTACTS: &str = r#"{ "_links": {}, "_embedded": { "contacts": [
  { "id": 1, "name": "Marta Lopes", "first_name": "Marta", "last_name": "Lopes", "updated_at": 1789000000,
    "custom_fields_values": [
      { "field_id": 640011, "field_name": "Position", "field_code": "POSITION", "field_type": "text",
        "values": [ { "value": "Office manager" } ] },
      { "field_id": 640013, "field_name": "Phone", "field_code": "PHONE", "field_type": "multitext",
        "values": [ { "value": "+351220000001", "enum_id": 990001, "enum_code": "WORK" } ] },
      { "field_id": 640015, "field_name": "Email", "field_code": "EMAIL", "field_type": "multitext",
        "values": [ { "value": "marta@example.com", "enum_id": 990013, "enum": "WORK" },
                    { "value": null, "enum_code": "OTHER" },
                    { "value": "ml@example.org", "enum_id": 990015, "enum_code": "PRIV" } ] } ] },
  { "id": 2, "name": null, "first_name": "Åsa", "last_name": "Öberg", "updated_at": 1789000001,
    "custom_fields_values": null },
  { "id": 3, "name": "", "first_name": null, "last_name": "Şen", "updated_at": 1789000002,
    "custom_fields_values": [] },
  { "id": 999, "name": "Stranger", "updated_at": 1789000003 } ] } }"#;

#[tokio::test]
async fn contacts_have_their_names_e_mails_and_phones() {
    let stand = Stand::start().await;
    stand.answer("GET", "contacts", 200, CONTACTS).await;
    let wanted = [1, 2, 3, 4].map(ContactId);
    let contacts = stand.kommo.contacts_by_ids(&wanted, Call::person()).await.unwrap();
    let names: Vec<_> = contacts.iter().map(|contact| (contact.id.0, &*contact.name)).collect();
    assert_eq!(names, [(1, "Marta Lopes"), (2, "Åsa Öberg"), (3, "Şen")]);
    assert_eq!(contacts[0].emails, ["marta@example.com", "ml@example.org"]);
    assert_eq!(contacts[0].phones, ["+351220000001"]);
    assert_eq!(contacts[0].fields.len(), 3);
    assert!(contacts[1].emails.is_empty());
    let asked = query(&stand.only_request().await);
    assert_eq!(asked[..4], ["filter[id][]=1", "filter[id][]=2", "filter[id][]=3", "filter[id][]=4"]);
}

#[tokio::test]
async fn companies_have_their_names_even_when_null() {
    let stand = Stand::start().await;
    let body = r#"{"_embedded":{"companies":[
        {"id":1,"name":"Lopes & Filhos, Lda.","updated_at":1789000000,"custom_fields_values":null},
        {"id":2,"name":null,"updated_at":1789000000}]}}"#;
    stand.answer("GET", "companies", 200, body).await;
    let companies = stand.kommo.companies_by_ids(&[1, 2].map(CompanyId), Call::person()).await.unwrap();
    let names: Vec<_> = companies.iter().map(|company| &*company.name).collect();
    assert_eq!(names, ["Lopes & Filhos, Lda.", ""]);
}

#[tokio::test]
async fn changed_contacts_and_companies_are_walked_from_a_moment_on() {
    let stand = Stand::start().await;
    stand.answer("GET", "contacts", 200, CONTACTS).await;
    let changed = stand.kommo.contacts_changed(at(1_789_000_002)).all(Call::background()).await.unwrap();
    assert_eq!(changed.iter().map(|contact| contact.id.0).collect::<Vec<_>>(), [3, 999]);
    let asked = query(&stand.only_request().await);
    assert!(asked.contains(&"filter[updated_at][from]=1789000001".to_owned()), "{asked:?}");

    let stand = Stand::start().await;
    stand.answer("GET", "companies", 204, "").await;
    let changed = stand.kommo.companies_changed(at(1)).all(Call::background()).await.unwrap();
    assert_eq!(changed, vec![]);
}
