use http::Lane;

use super::*;
use crate::testing::{Stand, query, template};

const ACCOUNT: &str = r#"{
  "id": 31900001, "name": "Acme Sales", "subdomain": "acme", "current_user_id": 7700123,
  "country": "PT", "currency": "EUR", "currency_symbol": "€", "customers_mode": "unavailable",
  "contact_name_display_order": 1, "drive_url": "https://drive-c.kommo.com",
  "_links": { "self": { "href": "https://acme.kommo.com/api/v4/account" } },
  "_embedded": {
    "task_types": [
      { "id": 1, "name": "Follow-up", "color": null, "icon_id": null, "code": "FOLLOW_UP" },
      { "id": 2, "name": "Meeting", "color": null, "icon_id": null, "code": "MEETING" }
    ],
    "datetime_settings": { "date_formant": "d.m.Y", "timezone": "Europe/Lisbon", "timezone_offset": "+01:00" }
  }
}"#;

#[tokio::test]
async fn the_account_is_read_with_its_drive_its_clock_and_its_zone() {
    let stand = Stand::start().await;
    let template = template(200, ACCOUNT).insert_header("date", "Mon, 21 Sep 2026 14:13:20 GMT");
    stand.answer_with("GET", "/api/v4/account", template).await;
    let answer = stand.kommo.account(Call::person()).await.unwrap();
    assert_eq!(answer.account.id, AccountId(31_900_001));
    assert_eq!(answer.account.currency, "EUR");
    assert_eq!(answer.account.time_zone, "Europe/Lisbon");
    assert_eq!(answer.account.drive_url.as_deref(), Some("https://drive-c.kommo.com"));
    assert_eq!(answer.account.current_user, UserId(7_700_123));
    assert_eq!(answer.task_types[1], TaskType { id: 2, name: "Meeting".to_owned() });
    assert_eq!(answer.server_time, Some(crate::testing::at(1_790_000_000)));
    let request = stand.only_request().await;
    assert_eq!(query(&request), ["with=drive_url,task_types,datetime_settings"]);
    assert_eq!(request.headers["authorization"], "Bearer planted-token", "pasted white space is dropped");
}

#[tokio::test]
async fn an_account_without_extras_has_defaults_and_one_without_an_id_is_unreadable() {
    for (body, expected) in [
        (r#"{"id":"5","name":null,"subdomain":"acme","currency":"EUR"}"#, Ok("UTC")),
        (r#"{"id":5,"_embedded":[]}"#, Ok("UTC")),
        (r#"{"id":5,"_embedded":{"datetime_settings":null,"task_types":null}}"#, Ok("UTC")),
        (r#"{"name":"Acme"}"#, Err("not JSON of an account")),
        (r#"{"id":{"unexpected":true}}"#, Err("wrong type")),
        ("<html>Log in</html>", Err("a page")),
    ] {
        let stand = Stand::start().await;
        stand.answer("GET", "account", 200, body).await;
        let answer = stand.kommo.account(Call::person()).await;
        match expected {
            Ok(zone) => assert_eq!(answer.unwrap().account.time_zone, zone, "{body}"),
            Err(why) => assert!(matches!(answer, Err(Error::Unreadable(_))), "{why}: {answer:?}"),
        }
    }
}

#[tokio::test]
async fn refusals_of_the_account_call_are_told_apart() {
    let html = "<html><body><center><h1>403 Forbidden</h1></center></body></html>";
    for (status, body, expected) in [
        (
            401,
            r#"{"title":"Unauthorized","status":401,"detail":"Invalid user name or password"}"#,
            "refused 401",
        ),
        (402, r#"{"title":"Payment Required","status":402,"detail":"Payment required"}"#, "refused 402"),
        (403, r#"{"title":"Forbidden","status":403,"detail":"IP is not allowed"}"#, "refused 403"),
        (403, html, "blocked"),
        (404, r#"{"title":"Not Found","status":404}"#, "refused 404"),
        (429, r#"{"title":"Too Many Requests","status":429,"retry_after":7200}"#, "paused"),
        (429, "<html>429</html>", "limited"),
    ] {
        let stand = Stand::start().await;
        stand.answer("GET", "account", status, body).await;
        let told = match stand.kommo.account(Call { lane: Lane::Person, deadline: None }).await.unwrap_err() {
            Error::Refused(refusal) => format!("refused {}", refusal.status),
            Error::Blocked => "blocked".to_owned(),
            Error::Limited { .. } => "limited".to_owned(),
            // Nobody waits an hour at the screen.
            Error::NotSent(http::Cause::Paused { .. }) => "paused".to_owned(),
            other => format!("{other:?}"),
        };
        assert_eq!(told, expected, "{status} {body}");
    }
}

#[tokio::test]
async fn users_are_read_on_all_pages_and_a_403_is_an_answer() {
    let user = |id: u32, rest: &str| format!(r#"{{"id":{id},"name":"U{id}"{rest}}}"#);
    let page = |users: &[String], next: &str| {
        format!(r#"{{"_total_items":3,"_links":{{{next}}},"_embedded":{{"users":[{}]}}}}"#, users.join(","))
    };
    let stand = Stand::start().await;
    let full = r#","email":"ana@acme.example","rights":{"is_admin":true,"is_active":false}"#;
    let next = r#""next":{"href":"https://elsewhere.example/users?page=2"}"#;
    stand.answer_page("users", 1, 200, &page(&[user(1, full), user(2, r#","email":"""#)], next)).await;
    stand.answer_page("users", 2, 200, &page(&[user(3, r#","rights":{}"#)], "")).await;
    let Users::Shown(users) = stand.kommo.users(Call::person()).await.unwrap() else {
        panic!("users are shown");
    };
    let told: Vec<_> =
        users.iter().map(|user| (user.id.0, user.email.as_deref(), user.is_active, user.is_admin)).collect();
    let expected =
        [(1, Some("ana@acme.example"), false, true), (2, None, true, false), (3, None, true, false)];
    assert_eq!(told, expected);

    let stand = Stand::start().await;
    stand.answer("GET", "users", 403, r#"{"title":"Forbidden","status":403,"detail":"No access"}"#).await;
    assert_eq!(stand.kommo.users(Call::person()).await.unwrap(), Users::NotAllowed);
}

#[tokio::test]
async fn pipelines_and_stages_come_in_the_accounts_order() {
    let stand = Stand::start().await;
    let body = r#"{"_total_items":2,"_embedded":{"pipelines":[
        {"id":2,"name":"Later","sort":2,"is_archive":true,"_embedded":{"statuses":null}},
        {"id":1,"name":"Sales","sort":1,"is_archive":false,"_embedded":{"statuses":[
            {"id":142,"name":"Closed - won","sort":10000,"type":0},
            {"id":78110201,"name":"Incoming leads","sort":10,"type":1},
            {"id":78110203,"name":"Initial contact","sort":20,"type":0}]}}]}}"#;
    stand.answer("GET", "leads/pipelines", 200, body).await;
    let pipelines = stand.kommo.pipelines(Call::person()).await.unwrap();
    let names: Vec<_> = pipelines.iter().map(|pipeline| (&*pipeline.name, pipeline.is_archived)).collect();
    assert_eq!(names, [("Sales", false), ("Later", true)]);
    let stages: Vec<_> = pipelines[0].stages.iter().map(|stage| (stage.id.0, stage.is_incoming)).collect();
    assert_eq!(stages, [(78_110_201, true), (78_110_203, false), (142, false)]);

    let stand = Stand::start().await;
    stand.answer("GET", "leads/pipelines", 204, "").await;
    assert_eq!(stand.kommo.pipelines(Call::person()).await.unwrap(), vec![]);
}
