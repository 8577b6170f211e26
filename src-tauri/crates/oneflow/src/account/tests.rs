use http::Call;
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::testing::{USER, client_of, list, ok, requests, server_with};

#[tokio::test]
async fn a_ping_tells_the_services_clock_and_whether_token_and_user_are_accepted() {
    let dated = ok(json!({})).insert_header("date", "Sun, 22 Nov 2026 08:00:00 GMT");
    let server = server_with("GET", "ping", dated).await;
    let time = client_of(&server).ping(Call::person()).await.unwrap();
    assert_eq!(time, "2026-11-22T08:00:00Z".parse().ok());
    assert_eq!(requests(&server).await[0].headers["x-oneflow-user-email"], USER);

    let refused = server_with("GET", "ping", ResponseTemplate::new(401)).await;
    let error = client_of(&refused).ping(Call::person()).await.unwrap_err();
    assert_eq!(error.status(), Some(401));
}

#[tokio::test]
async fn the_account_is_read_without_its_many_other_members() {
    let body = json!({"_links": {}, "id": 392_610, "name": "Example AB", "country_code": "SE",
        "token_info": {"integration": {"id": null, "key": "custom"}}});
    let server = server_with("GET", "accounts/me", ok(body)).await;
    let account = client_of(&server).account(Call::person()).await.unwrap();
    assert_eq!((account.id, account.name.as_str()), (392_610, "Example AB"));
}

#[tokio::test]
async fn users_are_read_with_lower_case_addresses() {
    let rows = vec![
        json!({"id": 1, "name": "Bo", "email": "Bo@Our.example", "active": true, "state": "registered"}),
        json!({"id": 2, "name": null, "email": "ada@our.example", "active": false}),
        json!({"id": 3, "name": "Cy", "email": null}),
        json!({"name": "nobody"}),
    ];
    let server = server_with("GET", "users", ok(list(&rows))).await;
    let users = client_of(&server).users(Call::person()).await.unwrap();
    let users: Vec<(&str, &str, bool)> =
        users.iter().map(|user| (user.name.as_str(), user.email.as_str(), user.is_active)).collect();
    assert_eq!(users, [("Bo", "bo@our.example", true), ("", "ada@our.example", false), ("Cy", "", true)]);
}

#[tokio::test]
async fn workspaces_come_by_name() {
    let rows =
        vec![json!({"id": 1, "name": "Sales"}), json!({"id": 2, "name": "Delivery", "updated_time": null})];
    let server = server_with("GET", "workspaces", ok(list(&rows))).await;
    let workspaces = client_of(&server).workspaces(Call::person()).await.unwrap();
    assert_eq!(workspaces.iter().map(|workspace| workspace.id.0).collect::<Vec<_>>(), [2, 1]);
}
