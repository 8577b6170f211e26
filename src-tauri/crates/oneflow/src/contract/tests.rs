use domain::payload::{Client, PayloadField, PayloadHash, Signatory};
use domain::{
    AccountId, ContractState, DealId, Generation, Marker, ParticipantId, Payload, SeatId, SendId, SignState,
    TemplateId, WorkspaceId,
};
use http::Loss;
use serde_json::{Value, json};
use wiremock::{MockServer, ResponseTemplate};

use super::*;
use crate::testing::{
    USER, add, body_of, client_of, contract_body, list, ok, parameter, requests, server_with,
};

const ID: ContractId = ContractId(51_874);

fn marker() -> Marker {
    Marker {
        account: AccountId(31_900_001),
        deal: DealId(41_200_017),
        generation: Generation(0),
        send: SendId("0190f3c1-7a2b-7000-8000-000000000001".parse().unwrap()),
        attempt: 1,
        seat: SeatId::from_random(7),
        hash: PayloadHash::of(b"contents"),
    }
}

fn payload() -> Payload {
    Payload {
        mapping: 3,
        workspace: WorkspaceId(13_001),
        template: TemplateId(17_001),
        name: "Consultant agreement – Ada".to_owned(),
        subject: "Please sign".to_owned(),
        message: "Hello Ada".to_owned(),
        fields: vec![PayloadField { custom_id: "start_date".to_owned(), value: "2026-01-01".to_owned() }],
        has_marker_fields: true,
        client: Client {
            company: Some("Ada Consulting AB".to_owned()),
            signatory: Signatory { name: "Ada L".to_owned(), email: "ada@example.com".to_owned() },
            delivery_channel: "email".to_owned(),
        },
        internal: None,
    }
}

/// The body that is sent for `payload`.
async fn created_body(payload: &Payload) -> Value {
    let server = server_with("POST", "contracts/create", ok(contract_body())).await;
    let marker = marker();
    let draft = Draft { payload, marker: &marker };
    let contract = client_of(&server).create_contract(&draft, Call::person()).await.unwrap();
    assert_eq!(contract.id, ID);
    let requests = requests(&server).await;
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].headers["x-oneflow-user-email"], USER);
    assert_eq!(requests[0].headers["x-oneflow-api-token"], "a".repeat(40));
    body_of(&requests[0])
}

#[tokio::test]
async fn a_create_carries_contents_parties_and_the_marker_in_both_places() {
    let text = marker().to_string();
    let expected = json!({
        "workspace_id": 13001, "template_id": 17001, "name": "Consultant agreement – Ada",
        "data_fields": [
            {"custom_id": "start_date", "value": "2026-01-01"},
            {"custom_id": "kommo_account", "value": "31900001"},
            {"custom_id": "kommo_deal", "value": "31900001-41200017"},
            {"custom_id": "kommo_send", "value": text}],
        "parties": [{"type": "company", "name": "Ada Consulting AB", "participants": [{
            "name": "Ada L", "email": "ada@example.com", "delivery_channel": "email", "signatory": true,
            "_permissions": {"contract:update": true}, "_private_ownerside": {"custom_id": text}}]}]
    });
    assert_eq!(created_body(&payload()).await, expected);
}

#[tokio::test]
async fn an_individual_has_one_participant_and_no_party_name() {
    let mut payload = payload();
    payload.client.company = None;
    payload.has_marker_fields = false;
    let body = created_body(&payload).await;
    let party = &body["parties"][0];
    assert_eq!(party["type"], "individual");
    assert_eq!(party["participant"]["_private_ownerside"]["custom_id"], marker().to_string());
    assert!(party.get("participants").is_none() && party.get("name").is_none(), "{party}");
    assert_eq!(body["data_fields"], json!([{"custom_id": "start_date", "value": "2026-01-01"}]));
}

#[tokio::test]
async fn an_internal_signatory_is_our_party() {
    let mut payload = payload();
    payload.internal = Some(Signatory { name: "Bo".to_owned(), email: "bo@our.example".to_owned() });
    let expected = json!({"participants": [{
        "name": "Bo", "email": "bo@our.example", "signatory": true, "_permissions": {"contract:update": true}}]});
    assert_eq!(created_body(&payload).await["my_party"], expected);
}

#[tokio::test]
async fn neither_create_nor_publish_is_repeated() {
    let server = server_with("POST", "contracts/create", ResponseTemplate::new(502)).await;
    add(&server, "POST", "contracts/51874/publish", ResponseTemplate::new(503)).await;
    let client = client_of(&server);
    let (payload, marker) = (payload(), marker());
    let draft = Draft { payload: &payload, marker: &marker };
    let lost = client.create_contract(&draft, Call::background()).await.unwrap_err();
    assert_eq!(lost.status(), Some(502));
    let lost = client.publish(ID, "Subject", "Message", Call::background()).await.unwrap_err();
    assert_eq!(lost.status(), Some(503));
    assert_eq!(requests(&server).await.len(), 2);
}

#[tokio::test]
async fn a_publish_sends_subject_and_message() {
    let server = server_with("POST", "contracts/51874/publish", ok(contract_body())).await;
    let contract = client_of(&server).publish(ID, "Please sign", "Hello", Call::person()).await.unwrap();
    assert_eq!(contract.state, ContractState::Pending);
    let sent = body_of(&requests(&server).await[0]);
    assert_eq!(sent, json!({"subject": "Please sign", "message": "Hello"}));
}

#[tokio::test]
async fn a_whole_contract_is_read_with_both_kinds_of_parties() {
    let server = server_with("GET", "contracts/51874", ok(contract_body())).await;
    let contract = client_of(&server).contract(ID, Call::person()).await.unwrap().expect("it is there");
    assert_eq!(contract.name.as_deref(), Some("Consultant agreement – Ada"));
    assert_eq!(contract.workspace, Some(WorkspaceId(13_001)));
    assert_eq!(contract.template, Some(TemplateId(17_001)));
    assert_eq!(contract.updated_time, "2026-01-02T09:00:05Z".parse().ok());
    let parties = contract.parties.as_deref().unwrap_or_default();
    let shape: Vec<(bool, bool, usize)> =
        parties.iter().map(|party| (party.is_ours, party.is_individual, party.participants.len())).collect();
    assert_eq!(shape, [(true, false, 1), (false, true, 1)]);
    let ada = &parties[1].participants[0];
    assert_eq!((ada.sign_state, ada.custom_id.as_deref()), (SignState::Signed, Some("p-1")));
    assert!(ada.first_visited.is_some());
    let fields = contract.data_fields.as_deref().unwrap_or_default();
    let fields: Vec<(Option<&str>, &str)> =
        fields.iter().map(|field| (field.custom_id.as_deref(), field.value.as_str())).collect();
    assert_eq!(fields, [(Some("start_date"), "2026-01-01"), (Some("plan"), "")]);
}

#[tokio::test]
async fn a_contract_that_is_not_visible_is_none() {
    let problem =
        json!({"status": 404, "title": "Not Found", "error_code": 4_040_000, "parameter_problems": {}});
    let missing = ResponseTemplate::new(404).set_body_json(problem);
    let server = server_with("GET", "contracts/51874", missing).await;
    assert_eq!(client_of(&server).contract(ID, Call::person()).await, Ok(None));
}

#[tokio::test]
async fn data_fields_that_an_answer_leaves_out_are_read_from_their_list() {
    let field =
        json!({"id": 1, "name": "Send", "value": "x", "_private_ownerside": {"custom_id": "kommo_send"}});
    let odd = json!({"id": 2, "name": "Odd", "value": {"unexpected": true}});
    for (rows, expected) in [(vec![field.clone()], Some(1)), (vec![], Some(0)), (vec![field, odd], None)] {
        let server = server_with("GET", "contracts/51874", ok(json!({"id": 51874, "state": "draft"}))).await;
        add(&server, "GET", "contracts/51874/data_fields", ok(list(&rows))).await;
        let contract = client_of(&server).contract(ID, Call::person()).await.unwrap().expect("it is there");
        assert_eq!(contract.data_fields.map(|fields| fields.len()), expected);
        assert_eq!(contract.parties, None, "not shown is not empty");
    }
}

#[tokio::test]
async fn every_part_that_a_list_may_leave_out_may_be_missing_or_null() {
    let bare = json!({"id": 1, "state": "draft"});
    let nulls = json!({"id": 2, "state": "signed", "state_updated_time": null, "updated_time": null,
        "published_time": null, "signing_period_expiry_time": null, "_private": null, "_private_ownerside": null,
        "parties": null, "data_fields": null});
    let empty_person = json!({"id": 3, "state": "overdue", "parties": [{"my_party": null, "participants": null,
        "participant": {"id": 9, "name": null, "email": "", "signatory": null, "sign_state": "delegated",
        "_private_ownerside": null}}, {}]});
    let server = server_with("GET", "contracts", ok(list(&[bare, nulls, empty_person]))).await;
    let listing = client_of(&server).contracts(&ContractFilter::default(), Call::background()).await.unwrap();
    assert!(listing.can_tell(), "{listing:?}");
    assert_eq!(listing.contracts.iter().map(|contract| contract.id.0).collect::<Vec<_>>(), [1, 2, 3]);
    let parties = listing.contracts[2].parties.as_deref().unwrap_or_default();
    let person = &parties[0].participants[0];
    assert!(parties[0].is_individual && parties[1].participants.is_empty());
    assert_eq!((person.email.as_deref(), person.sign_state), (None, SignState::Undecided));
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_reported_and_hides_no_other() {
    let rows = vec![
        json!({"id": 1, "state": "pending"}),
        json!({"id": 2, "state": "frozen"}),
        json!({"id": {"unexpected": true}, "state": "pending"}),
        json!({"id": 4, "state": "pending", "updated_time": "soon"}),
    ];
    let server = server_with("GET", "contracts", ok(list(&rows))).await;
    let listing = client_of(&server).contracts(&ContractFilter::default(), Call::background()).await.unwrap();
    assert_eq!(listing.contracts.len(), 1);
    assert_eq!(listing.unread, [None, Some(ContractId(2)), Some(ContractId(4))]);
    assert!(listing.is_complete && !listing.can_tell());
}

/// A server that holds `rows` and pages through them as Oneflow does; `claimed` is the count it tells.
async fn paging_server(rows: Vec<Value>, claimed: usize) -> MockServer {
    let server = MockServer::start().await;
    let answer = move |request: &wiremock::Request| {
        let number = |name| parameter(request, name).and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
        let page: Vec<Value> = rows.iter().skip(number("offset")).take(number("limit")).cloned().collect();
        ok(json!({"count": claimed, "data": page}))
    };
    wiremock::Mock::given(wiremock::matchers::path("/v1/contracts"))
        .respond_with(answer)
        .mount(&server)
        .await;
    server
}

fn row(id: i64, state_updated_time: Option<&str>) -> Value {
    json!({"id": id, "state": "pending", "state_updated_time": state_updated_time})
}

#[tokio::test]
async fn pages_overlap_by_ten_rows_and_each_contract_comes_once() {
    let rows: Vec<Value> = (1..=250).map(|id| row(id, None)).collect();
    let server = paging_server(rows, 250).await;
    let filter = ContractFilter::states([ContractState::Draft]);
    let listing = client_of(&server).contracts(&filter, Call::background()).await.unwrap();
    assert_eq!(listing.contracts.len(), 250);
    assert!(listing.can_tell());
    let asked: Vec<(Option<String>, Option<String>)> = requests(&server)
        .await
        .iter()
        .map(|request| (parameter(request, "offset"), parameter(request, "filter[states]")))
        .collect();
    let expected = ["0", "90", "180"].map(|offset| (Some(offset.to_owned()), Some("draft".to_owned())));
    assert_eq!(asked, expected);
}

#[tokio::test]
async fn a_list_with_fewer_rows_than_it_counts_is_walked_again_and_then_incomplete() {
    let server = paging_server((1..=40).map(|id| row(id, None)).chain([row(40, None)]).collect(), 41).await;
    let listing = client_of(&server).contracts(&ContractFilter::default(), Call::background()).await.unwrap();
    assert_eq!(listing.contracts.len(), 40);
    assert!(!listing.can_tell(), "one of 41 slipped from page to page");
    assert_eq!(requests(&server).await.len(), 3);
}

#[tokio::test]
async fn rows_beyond_the_last_offset_make_a_listing_incomplete() {
    let server = paging_server((1..=20_050).map(|id| row(id, None)).collect(), 20_050).await;
    let listing = client_of(&server).contracts(&ContractFilter::default(), Call::background()).await.unwrap();
    assert!(!listing.can_tell());
    let last = requests(&server).await.last().and_then(|request| parameter(request, "offset"));
    assert_eq!(last.as_deref(), Some("19890"), "19,980 is refused");
    assert_eq!(listing.contracts.len(), 19_990);
}

#[tokio::test]
async fn changes_are_read_back_to_the_mark_and_no_further() {
    let time = |minute: i64| format!("2026-01-02T{:02}:{:02}:00+00:00", minute / 60, minute % 60);
    let mut rows: Vec<Value> = (0..300).map(|age| row(1_000 + age, Some(&time(600 - age)))).collect();
    rows.push(row(1, None));
    let server = paging_server(rows, 301).await;
    let mark: Timestamp = time(600 - 120).parse().unwrap();
    let listing = client_of(&server).contracts_changed_since(mark, Call::background()).await.unwrap();
    assert_eq!(listing.contracts.len(), 121, "the mark itself included");
    let requests = requests(&server).await;
    assert_eq!(requests.len(), 2);
    assert_eq!(parameter(&requests[0], "sort").as_deref(), Some("-state_updated_time"));
}

#[tokio::test]
async fn two_callers_can_compare_what_they_see() {
    let server = server_with("GET", "contracts", ok(json!({"count": 12, "data": [{"id": 1}]}))).await;
    let client = client_of(&server).as_anonymous_admin();
    let count = client.count_contracts(&ContractFilter::default(), Call::person()).await;
    assert_eq!(count, Ok(Some(12)));
    let request = &requests(&server).await[0];
    assert_eq!(parameter(request, "limit").as_deref(), Some("1"));
    assert!(!request.headers.contains_key("x-oneflow-user-email"));
}

#[tokio::test]
async fn changes_are_put_where_they_belong() {
    let server = MockServer::start().await;
    let anything = || ok(json!({}));
    wiremock::Mock::given(wiremock::matchers::method("PUT")).respond_with(anything()).mount(&server).await;
    add(&server, "GET", "contracts/51874", ok(contract_body())).await;
    let client = client_of(&server);
    let change = Change {
        name: Some("New name".to_owned()),
        signing_period: Some(SigningPeriod::Until(jiff::civil::date(2026, 2, 1))),
        sign_order: Some(vec![(ParticipantId(113_704), 1)]),
    };
    client.change_contract(ID, &change, Call::person()).await.unwrap();
    let days = Change { signing_period: Some(SigningPeriod::Days(14)), ..Change::default() };
    client.change_contract(ID, &days, Call::person()).await.unwrap();
    client.set_field(ID, "start date", "2026-03-01", Call::person()).await.unwrap();
    let email = PersonChange { email: Some("new@example.com".to_owned()), name: None };
    assert_eq!(client.change_participant(ID, ParticipantId(113_704), &email, Call::person()).await, Ok(true));
    assert_eq!(client.change_participant(ID, ParticipantId(1), &email, Call::person()).await, Ok(false));
    let puts: Vec<(String, Value)> = requests(&server)
        .await
        .iter()
        .filter(|request| request.method.as_str() == "PUT")
        .map(|request| (request.url.path().to_owned(), body_of(request)))
        .collect();
    let fixed = json!({"_private": {"name": "New name",
        "signing_period_expiration": {"type": "fixed_date", "expire_date": "2026-02-01"}},
        "sign_order": [{"participant_id": 113_704, "order": 1}]});
    let days = json!({"_private": {"signing_period_expiration":
        {"type": "days_after_publish", "expire_days_after_publish": 14}}});
    let expected = [
        ("/v1/contracts/51874", fixed),
        ("/v1/contracts/51874", days),
        ("/v1/contracts/51874/data_fields/c::start%20date", json!({"value": "2026-03-01"})),
        ("/v1/contracts/51874/parties/353219/participants/113704", json!({"email": "new@example.com"})),
    ];
    assert_eq!(puts, expected.map(|(path, body)| (path.to_owned(), body)));
}

#[tokio::test]
async fn deleting_what_is_gone_succeeds_and_a_lost_delete_is_repeated() {
    for (status, requests_made, succeeds) in
        [(200, 1, true), (404, 1, true), (403, 1, false), (503, 3, false)]
    {
        let server = server_with("DELETE", "contracts/51874", ResponseTemplate::new(status)).await;
        let result = client_of(&server).delete_contract(ID, Call::background()).await;
        assert_eq!(result.is_ok(), succeeds, "{status}: {result:?}");
        assert_eq!(requests(&server).await.len(), requests_made, "{status}");
    }
}

#[tokio::test]
async fn a_create_answer_that_cannot_be_read_is_no_contract_and_no_refusal() {
    for body in [r#"{"id":51874,"state":{"unexpected":true}}"#, r#"{"id":51874,"sta"#, "<html>ok</html>", ""]
    {
        let answer = ResponseTemplate::new(200).set_body_raw(body, "application/json");
        let server = server_with("POST", "contracts/create", answer).await;
        let (payload, marker) = (payload(), marker());
        let draft = Draft { payload: &payload, marker: &marker };
        let error = client_of(&server).create_contract(&draft, Call::person()).await.unwrap_err();
        assert!(matches!(error, Error::Unreadable(_) | Error::Lost(Loss::Cut)), "{body}: {error:?}");
    }
}
