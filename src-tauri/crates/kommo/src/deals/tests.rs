use domain::deal::FieldValue;
use serde_json::json;

use super::*;
use crate::testing::{Stand, at, body, query};

const FULL: &str = r#"{
  "id": 41200017, "name": "Office refit, Porto", "price": 18500, "responsible_user_id": 7700123, "group_id": 0,
  "status_id": 142, "pipeline_id": 9100441, "loss_reason_id": null, "created_by": 7700123, "updated_by": 7700123,
  "created_at": 1788000000, "updated_at": 1789500000, "closed_at": 1789500000, "closest_task_at": null,
  "is_deleted": false,
  "custom_fields_values": [
    { "field_id": 510201, "field_name": "Contract type", "field_code": null, "field_type": "select",
      "values": [ { "value": "Framework", "enum_id": 880031, "enum_code": null } ], "is_computed": false } ],
  "score": null, "account_id": 31900001, "labor_cost": null, "is_price_computed": false,
  "_links": { "self": { "href": "https://acme.kommo.com/api/v4/leads/41200017?page=1&limit=250" } },
  "_embedded": {
    "tags": [ { "id": 3301, "name": "refit", "color": null } ],
    "companies": [ { "id": 52300105 } ],
    "contacts": [ { "id": 52300311, "is_main": true }, { "id": 52300319, "is_main": false } ],
    "loss_reason": [] } }"#;

/// A deal in a ready stage, changed at `updated`.
fn row(id: i64, updated: i64, rest: &str) -> String {
    format!(r#"{{"id":{id},"status_id":142,"pipeline_id":1,"updated_at":{updated}{rest}}}"#)
}

fn page(rows: &[String], has_next: bool) -> String {
    let next = if has_next { r#""next":{"href":"https://acme.kommo.com/api/v4/leads?page=2"}"# } else { "" };
    format!(r#"{{"_page":1,"_links":{{{next}}},"_embedded":{{"leads":[{}]}}}}"#, rows.join(","))
}

#[tokio::test]
async fn a_deal_is_read_whole() {
    let stand = Stand::start().await;
    stand.answer("GET", "leads/41200017", 200, FULL).await;
    let deal = stand.kommo.deal(DealId(41_200_017), Call::person()).await.unwrap().expect("it is there");
    assert_eq!(deal.name, "Office refit, Porto");
    assert_eq!(deal.price, Some(Decimal::from(18_500)));
    assert_eq!((deal.pipeline, deal.stage), (PipelineId(9_100_441), StageId::WON));
    assert_eq!((deal.created_at, deal.updated_at), (at(1_788_000_000), at(1_789_500_000)));
    assert_eq!(deal.closed_at, Some(at(1_789_500_000)));
    assert_eq!(deal.fields[0].values, [FieldValue::Text("Framework".to_owned())]);
    let contacts: Vec<_> = deal.contacts.iter().map(|link| (link.id.0, link.is_main)).collect();
    assert_eq!(contacts, [(52_300_311, true), (52_300_319, false)]);
    assert_eq!(deal.company, Some(CompanyId(52_300_105)));
    assert_eq!(query(&stand.only_request().await), ["with=contacts"]);
}

#[tokio::test]
async fn the_same_deal_is_read_from_every_shape_seen() {
    let base = r#""status_id":142,"pipeline_id":1,"updated_at":5"#;
    for (shape, price, name) in [
        (r#""price":0,"custom_fields_values":null,"name":"A""#, Some("0"), "A"),
        (r#""price":null,"custom_fields_values":[],"name":null"#, None, ""),
        (r#""price":100,"price_with_minor_units":99.95"#, Some("99.95"), ""),
        (r#""price":"18500.50","_embedded":[]"#, Some("18500.50"), ""),
        (
            r#""price":12.1,"_embedded":{"contacts":null,"companies":null,"loss_reason":{"id":1}}"#,
            Some("12.1"),
            "",
        ),
        (
            r#""closed_at":0,"created_at":null,"is_deleted":null,"_embedded":{"loss_reason":[{"id":1}]}"#,
            None,
            "",
        ),
        (r#""closed_at":null,"responsible_user_id":null,"_embedded":null"#, None, ""),
    ] {
        let stand = Stand::start().await;
        stand.answer("GET", "leads/7", 200, &format!("{{\"id\":7,{base},{shape}}}")).await;
        let deal = stand.kommo.deal(DealId(7), Call::person()).await.unwrap().expect("it is there");
        assert_eq!(deal.price, price.map(|price| price.parse().unwrap()), "{shape}");
        assert_eq!(deal.name, name, "{shape}");
        assert_eq!((deal.closed_at, deal.company), (None, None), "{shape}");
        assert_eq!((deal.fields.len(), deal.contacts.len()), (0, 0), "{shape}");
    }
}

#[tokio::test]
async fn a_deal_that_is_not_there_is_none_and_a_failure_is_not() {
    let deleted = r#"{"id":7,"status_id":142,"pipeline_id":1,"updated_at":5,"is_deleted":true}"#;
    for (status, body) in [(204, ""), (404, r#"{"title":"Not Found","status":404}"#), (200, deleted)] {
        let stand = Stand::start().await;
        stand.answer("GET", "leads/7", status, body).await;
        assert_eq!(stand.kommo.deal(DealId(7), Call::person()).await.unwrap(), None, "{status} {body}");
    }
    for (status, body) in [
        (200, r#"{"id":7,"status_id":{"unexpected":true},"pipeline_id":1,"updated_at":5}"#),
        (200, r#"{"id":7,"status_id":142,"#),
        (200, "<html>"),
        (401, r#"{"status":401}"#),
    ] {
        let stand = Stand::start().await;
        stand.answer("GET", "leads/7", status, body).await;
        let answer = stand.kommo.deal(DealId(7), Call::person()).await;
        assert!(answer.is_err(), "{status} {body}: {answer:?}");
    }
}

#[tokio::test]
async fn deals_of_a_stage_are_asked_for_one_stage_a_time_and_checked_again() {
    let stand = Stand::start().await;
    let rows = [
        row(1, 1_000, r#","closed_at":900"#),
        row(2, 1_001, r#","closed_at":100"#),
        row(3, 1_002, r#","closed_at":900,"is_deleted":true"#),
        r#"{"id":4,"status_id":143,"pipeline_id":1,"updated_at":1003,"closed_at":900}"#.to_owned(),
        r#"{"id":5,"status_id":142,"pipeline_id":2,"updated_at":1004,"closed_at":900}"#.to_owned(),
        row(6, 1_005, r#","closed_at":500"#),
    ];
    stand.answer("GET", "leads", 200, &page(&rows, false)).await;
    let wanted = DealQuery {
        stage: Some((PipelineId(1), StageId::WON)),
        closed_since: Some(at(500)),
        updated_since: None,
    };
    let deals = stand.kommo.deals(wanted).all(Call::background()).await.unwrap();
    let found: Vec<_> = deals.iter().map(|deal| deal.id.0).collect();
    assert_eq!(found, [1, 6], "a server that ignores filters does not fill the list");
    assert_eq!(
        query(&stand.only_request().await),
        [
            "with=contacts",
            "filter[statuses][0][pipeline_id]=1",
            "filter[statuses][0][status_id]=142",
            "filter[closed_at][from]=499",
            "order[updated_at]=asc",
            "page=1",
            "limit=250",
        ]
    );
}

#[tokio::test]
async fn a_walk_reads_on_from_the_last_change_until_there_is_nothing_more() {
    let stand = Stand::start().await;
    let first = page(&[row(1, 100, ""), row(2, 200, "")], true);
    let second = page(&[row(2, 200, ""), row(3, 300, ""), row(1, 400, "")], false);
    let from = wiremock::matchers::query_param("filter[updated_at][from]", "199");
    wiremock::Mock::given(from)
        .respond_with(crate::testing::template(200, &second))
        .mount(&stand.server)
        .await;
    stand.answer("GET", "leads", 200, &first).await;
    let mut walk = stand.kommo.deals(DealQuery::default());
    let mut pages = Vec::new();
    while let Some(deals) = walk.next(Call::background()).await.unwrap() {
        pages.push(deals.iter().map(|deal| (deal.id.0, deal.updated_at.as_second())).collect::<Vec<_>>());
    }
    assert_eq!(pages, [vec![(1, 100), (2, 200)], vec![(3, 300), (1, 400)]], "a changed deal comes again");
}

#[tokio::test]
async fn an_empty_list_and_a_204_after_a_full_page_end_a_walk() {
    let stand = Stand::start().await;
    stand.answer("GET", "leads", 204, "").await;
    assert_eq!(stand.kommo.deals(DealQuery::default()).all(Call::background()).await.unwrap(), vec![]);

    let stand = Stand::start().await;
    stand.answer_page("leads", 2, 204, "").await;
    // Unsorted, so the walk goes by page number.
    stand.answer_page("leads", 1, 200, &page(&[row(1, 300, ""), row(2, 200, "")], true)).await;
    let deals = stand.kommo.deals(DealQuery::default()).all(Call::background()).await.unwrap();
    assert_eq!(deals.len(), 2);
    assert_eq!(stand.requests().await.len(), 2);
}

#[tokio::test]
async fn a_walk_goes_on_where_an_error_stopped_it() {
    let stand = Stand::start().await;
    let from = wiremock::matchers::query_param("filter[updated_at][from]", "199");
    wiremock::Mock::given(from)
        .respond_with(crate::testing::template(401, r#"{"status":401}"#))
        .up_to_n_times(1)
        .mount(&stand.server)
        .await;
    let from = wiremock::matchers::query_param("filter[updated_at][from]", "199");
    wiremock::Mock::given(from)
        .respond_with(crate::testing::template(200, &page(&[row(3, 300, "")], false)))
        .mount(&stand.server)
        .await;
    stand.answer("GET", "leads", 200, &page(&[row(1, 100, ""), row(2, 200, "")], true)).await;
    let mut walk = stand.kommo.deals(DealQuery::default());
    assert_eq!(walk.next(Call::background()).await.unwrap().map(|deals| deals.len()), Some(2));
    assert!(walk.next(Call::background()).await.is_err());
    assert_eq!(walk.next(Call::background()).await.unwrap().map(|deals| deals[0].id), Some(DealId(3)));
    assert_eq!(walk.next(Call::background()).await.unwrap(), None);
}

#[tokio::test]
async fn deals_by_ids_are_asked_for_fifty_at_a_time_and_strangers_are_dropped() {
    let stand = Stand::start().await;
    let rows: Vec<_> = (1..=51).chain([999]).map(|id| row(id, 5, "")).collect();
    stand.answer("GET", "leads", 200, &page(&rows, false)).await;
    let wanted: Vec<_> = (1..=51).map(DealId).collect();
    let deals = stand.kommo.deals_by_ids(&wanted, Call::person()).await.unwrap().deals;
    assert_eq!(deals.iter().map(|deal| deal.id).collect::<Vec<_>>(), wanted, "each from its own request");
    let sizes: Vec<_> = stand
        .requests()
        .await
        .iter()
        .map(|request| query(request).iter().filter(|pair| pair.starts_with("filter[id][]=")).count())
        .collect();
    assert_eq!(sizes, [50, 1]);

    let stand = Stand::start().await;
    assert_eq!(stand.kommo.deals_by_ids(&[], Call::person()).await.unwrap(), DealsFound::default());
    assert!(stand.requests().await.is_empty(), "nothing wanted, nothing asked: no filter would mean all");
}

#[tokio::test]
async fn a_deal_that_a_list_leaves_out_is_asked_for_alone() {
    let stand = Stand::start().await;
    stand.answer("GET", "leads", 204, "").await;
    stand.answer("GET", "leads/1", 200, &row(1, 5, "")).await;
    stand.answer("GET", "leads/2", 204, "").await;
    let deals = stand.kommo.deals_by_ids(&[1, 2].map(DealId), Call::person()).await.unwrap().deals;
    assert_eq!(deals.iter().map(|deal| deal.id.0).collect::<Vec<_>>(), [1]);

    let stand = Stand::start().await;
    stand.answer("GET", "leads", 204, "").await;
    stand.answer("GET", "leads/1", 401, r#"{"status":401}"#).await;
    assert!(stand.kommo.deals_by_ids(&[DealId(1)], Call::person()).await.is_err(), "not known is not gone");
}

#[tokio::test]
async fn a_deal_that_cannot_be_read_hides_no_other_and_is_not_gone() {
    for (field, value) in [
        ("id", "{}"),
        ("status_id", "null"),
        ("pipeline_id", r#""none""#),
        ("updated_at", r#""yesterday""#),
        ("price", r#""a lot""#),
        ("custom_fields_values", "{}"),
        ("_embedded", r#"{"contacts":[{"id":null}]}"#),
    ] {
        let mut odd: serde_json::Value = serde_json::from_str(&row(2, 5, "")).unwrap();
        odd[field] = serde_json::from_str(value).unwrap();
        let odd = odd.to_string();
        let stand = Stand::start().await;
        stand.answer("GET", "leads", 200, &page(&[row(1, 5, ""), odd.clone(), row(3, 6, "")], false)).await;
        stand.answer("GET", "leads/2", 200, &odd).await;
        let deals = stand.kommo.deals(DealQuery::default()).all(Call::background()).await.unwrap();
        assert_eq!(deals.iter().map(|deal| deal.id.0).collect::<Vec<_>>(), [1, 3], "{field}");
        assert_eq!(stand.kommo.odd_rows(), 1, "{field}");
        if field != "id" {
            let found = stand.kommo.deals_by_ids(&[1, 2, 3].map(DealId), Call::person()).await.unwrap();
            assert_eq!(found.unread, [DealId(2)], "{field}");
        }
    }
}

#[tokio::test]
async fn only_deals_that_say_they_are_deleted_are_believed() {
    let gone = |id: i64| format!(r#"{{"id":{id},"updated_at":1000,"is_deleted":true}}"#);
    let stand = Stand::start().await;
    stand.answer("GET", "leads", 200, &page(&[gone(1), gone(2)], false)).await;
    let deleted = stand.kommo.deleted_deals(at(900), Call::background()).await.unwrap();
    assert_eq!(deleted, [1, 2].map(|id| DeletedDeal { id: DealId(id), updated_at: at(1_000) }));
    let asked = query(&stand.only_request().await);
    assert!(asked.contains(&"with=only_deleted".to_owned()), "{asked:?}");
    assert!(asked.contains(&"filter[updated_at][from]=899".to_owned()), "{asked:?}");

    let stand = Stand::start().await;
    stand.answer("GET", "leads", 200, &page(&[row(1, 1_000, ""), row(2, 1_001, "")], true)).await;
    assert_eq!(stand.kommo.deleted_deals(at(900), Call::background()).await.unwrap(), vec![]);
    assert_eq!(stand.requests().await.len(), 1, "a list of living deals is not read to its end");
}

#[tokio::test]
async fn a_patch_sends_exactly_what_is_to_change() {
    let field = |text: Option<&str>| FieldWrite { field: FieldId(510), text: text.map(str::to_owned) };
    let stage = Some((PipelineId(9), StageId(142)));
    for (patch, expected) in [
        (DealPatch { stage, fields: vec![] }, json!({"pipeline_id": 9, "status_id": 142})),
        (
            DealPatch { stage: None, fields: vec![field(Some("8840001"))] },
            json!({"custom_fields_values": [{"field_id": 510, "values": [{"value": "8840001"}]}]}),
        ),
        (
            DealPatch { stage, fields: vec![field(None)] },
            json!({"pipeline_id": 9, "status_id": 142,
                   "custom_fields_values": [{"field_id": 510, "values": null}]}),
        ),
    ] {
        let stand = Stand::start().await;
        stand.answer("PATCH", "leads/7", 200, r#"{"id":7,"updated_at":1789600000}"#).await;
        stand.kommo.patch_deal(DealId(7), &patch, Call::background()).await.unwrap();
        assert_eq!(body(&stand.only_request().await), expected);
    }
}

#[tokio::test]
async fn both_answers_to_a_patch_are_a_success() {
    for (status, answer) in [
        (200, r#"{"id":7,"updated_at":1789600000,"_links":{"self":{"href":"https://acme.kommo.com/x"}}}"#),
        (200, r#"{"_links":{},"_embedded":{"leads":[{"id":7,"updated_at":1789600000,"request_id":"0"}]}}"#),
        (202, ""),
        (204, ""),
    ] {
        let stand = Stand::start().await;
        stand.answer("PATCH", "leads/7", status, answer).await;
        stand.kommo.patch_deal(DealId(7), &DealPatch::default(), Call::background()).await.unwrap();
    }
}

#[tokio::test]
async fn a_patch_that_failed_once_is_repeated_because_its_values_are_fixed() {
    let stand = Stand::start().await;
    wiremock::Mock::given(wiremock::matchers::method("PATCH"))
        .respond_with(wiremock::ResponseTemplate::new(504).set_body_string("<html>504</html>"))
        .up_to_n_times(1)
        .mount(&stand.server)
        .await;
    stand.answer("PATCH", "leads/7", 200, r#"{"id":7,"updated_at":1789600000}"#).await;
    stand.kommo.patch_deal(DealId(7), &DealPatch::default(), Call::background()).await.unwrap();
    assert_eq!(stand.requests().await.len(), 2);
}
