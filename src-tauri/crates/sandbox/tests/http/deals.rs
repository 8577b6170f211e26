//! Kommo, read.

use reqwest::Method;
use sandbox::Config;

use crate::stand::{Stand, quick};

const WON: &str = "/api/v4/leads?filter[statuses][0][pipeline_id]=9100441&filter[statuses][0][status_id]=142";

#[tokio::test]
async fn pages_follow_each_other_until_next_is_gone() {
    let stand = Stand::new().await;
    let mut address = format!("{}/api/v4/leads?limit=50&with=contacts", stand.sandbox.addresses().kommo);
    let (mut ids, mut pages) = (Vec::new(), 0);
    loop {
        let path = address.strip_prefix(&stand.sandbox.addresses().kommo).unwrap().to_owned();
        let answer = stand.deals(&path).await;
        ids.extend(answer.ids("leads"));
        pages += 1;
        match answer.json()["_links"]["next"]["href"].as_str() {
            Some(next) => address = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(ids.len(), 190, "120 won, 40 open, 24 lost, 6 incoming");
    assert_eq!(pages, 4);
    assert!(ids.is_sorted(), "the default order is by id");
}

#[tokio::test]
async fn an_empty_list_and_an_unknown_deal_are_204_without_a_body() {
    let stand = Stand::new().await;
    for path in
        ["/api/v4/leads?page=90", "/api/v4/leads/1", "/api/v4/contacts?filter[id][]=1", "/api/v4/tasks/1"]
    {
        let answer = stand.deals(path).await;
        assert_eq!((answer.status, answer.bytes.len()), (204, 0), "{path}");
    }
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let stand = Stand::new().await;
    let all_won = stand.sandbox.deals().iter().filter(|deal| deal.status_id == 142).count();
    let won_in_main = stand
        .sandbox
        .deals()
        .iter()
        .filter(|deal| deal.status_id == 142 && deal.pipeline_id == 9_100_441)
        .count();
    for (path, expected) in [
        (WON.to_owned(), won_in_main),
        ("/api/v4/leads?filter[statuses][0][status_id]=142".to_owned(), all_won),
        ("/api/v4/leads?filter%5Bid%5D%5B0%5D=41200017&filter%5Bid%5D%5B1%5D=41200029".to_owned(), 2),
        ("/api/v4/leads?filter[updated_at][from]=4000000000".to_owned(), 0),
        ("/api/v4/leads?query=uppdrag%20042".to_owned(), 1),
        ("/api/v4/leads?filter[unknown]=1&filter[id]=41200017".to_owned(), 1),
    ] {
        let found = stand.deals(&format!("{path}&limit=250")).await.ids("leads").len();
        assert_eq!(found, expected, "{path}");
    }
}

#[tokio::test]
async fn the_newest_change_comes_last_when_ordered_by_it() {
    let stand = Stand::new().await;
    let rows = stand.deals("/api/v4/leads?limit=250&order[updated_at]=asc").await.json();
    let times: Vec<i64> = rows["_embedded"]["leads"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["updated_at"].as_i64().unwrap())
        .collect();
    assert!(times.is_sorted());
}

#[tokio::test]
async fn a_deal_names_its_company_and_with_contacts_its_main_contact() {
    let stand = Stand::new().await;
    let plain = stand.deals("/api/v4/leads/41200509").await.json();
    assert_eq!(plain["name"], "Uppdrag 042");
    assert_eq!(plain["price"], 43_037);
    assert!(plain["_embedded"]["contacts"].is_null());
    let company = plain["_embedded"]["companies"][0]["id"].as_i64().unwrap();
    let company = stand.deals(&format!("/api/v4/companies/{company}")).await.json();
    assert_eq!(company["name"], "Öresund Kraft AB");
    let with = stand.deals("/api/v4/leads/41200509?with=contacts,loss_reason").await.json();
    let contacts = with["_embedded"]["contacts"].as_array().unwrap();
    assert_eq!(contacts.iter().filter(|contact| contact["is_main"] == true).count(), 1);
    let contact = stand.deals(&format!("/api/v4/contacts/{}", contacts[0]["id"])).await.json();
    assert_eq!(contact["name"], "Åsa Öberg");
}

#[tokio::test]
async fn the_trash_is_seen_only_when_asked_for() {
    let stand = Stand::new().await;
    stand.sandbox.act(sandbox::Act::DeleteDeal { deal: 41_200_017 }).unwrap();
    assert_eq!(stand.deals("/api/v4/leads?filter[id][]=41200017").await.status, 204);
    assert_eq!(stand.deals("/api/v4/leads/41200017").await.status, 204);
    let trash = stand.deals("/api/v4/leads?with=only_deleted").await;
    assert_eq!(trash.ids("leads"), [41_200_017]);
    assert_eq!(trash.json()["_embedded"]["leads"][0]["is_deleted"], true);
}

#[tokio::test]
async fn the_account_tells_only_what_was_asked() {
    let stand = Stand::new().await;
    let plain = stand.deals("/api/v4/account").await.json();
    assert!(plain["drive_url"].is_null() && plain["_embedded"].is_null());
    let with = stand.deals("/api/v4/account?with=drive_url,task_types,datetime_settings").await.json();
    assert_eq!(with["drive_url"], stand.sandbox.addresses().drive.as_str());
    assert_eq!(with["_embedded"]["datetime_settings"]["timezone"], "Europe/Stockholm");
    assert_eq!(with["currency"], "EUR");
}

#[tokio::test]
async fn tokens_open_what_they_are_made_for() {
    let stand = Stand::new().await;
    let tokens = stand.sandbox.tokens().clone();
    for (token, path, status) in [
        (&tokens.kommo, "/api/v4/account", 200),
        (&tokens.kommo_expired, "/api/v4/account", 401),
        (&"nonsense".to_owned(), "/api/v4/account", 401),
        (&tokens.kommo, "/api/v4/users", 200),
        (&tokens.kommo_ordinary_user, "/api/v4/users", 403),
        (&tokens.kommo_ordinary_user, "/api/v4/leads", 200),
        (&tokens.kommo_without_files, "/api/v4/leads/41200017/files", 403),
        (&tokens.kommo_expired, "/nowhere", 401),
        (&tokens.kommo, "/nowhere", 404),
        (&tokens.kommo, "/api/v4/notes", 404),
    ] {
        let answer = stand.kommo_as(token, Method::GET, path, None).await;
        assert_eq!(answer.status, status, "{path}");
        if status >= 400 {
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
    }
    stand.sandbox.act(sandbox::Act::RevokeToken { service: sandbox::Service::Kommo }).unwrap();
    assert_eq!(stand.deals("/api/v4/account").await.status, 401);
}

#[tokio::test]
async fn won_and_lost_have_the_same_ids_in_every_pipeline() {
    let stand = Stand::new().await;
    let pipelines = stand.deals("/api/v4/leads/pipelines").await.json();
    let pipelines = pipelines["_embedded"]["pipelines"].as_array().unwrap().clone();
    assert_eq!(pipelines.len(), 3);
    for pipeline in pipelines {
        let stages = pipeline["_embedded"]["statuses"].as_array().unwrap();
        for id in [142, 143] {
            assert!(stages.iter().any(|stage| stage["id"] == id), "{}", pipeline["name"]);
        }
        assert_eq!(stages.iter().filter(|stage| stage["type"] == 1).count(), 1);
    }
}

#[tokio::test]
async fn a_large_account_is_served_by_the_page() {
    let stand = Stand::with(Config { deals: 20_000, ..quick() }).await;
    let answer = stand.deals(&format!("{WON}&limit=250&page=40&with=contacts")).await;
    assert_eq!(answer.ids("leads").len(), 250);
}
