//! Each switch turned: the other reading of what nobody knows.

use jiff::SignedDuration;
use reqwest::Method;
use sandbox::switches::*;
use sandbox::{Act, Config, Fault, FaultKind, Host, Matcher, Switches};
use serde_json::{Value, json};

use crate::stand::{Stand, quick};

const LEAD: &str = "/api/v4/leads/41200509";

#[tokio::test]
async fn shapes_of_kommo_answers_turn() {
    let stand = Stand::switched(|switches| {
        switches.kommo.single_patch_answer = SinglePatchAnswer::Wrapper;
        switches.kommo.empty_fields = EmptyFields::List;
        switches.kommo.self_links = SelfLinks::Plain;
        switches.kommo.price = Price::WithMinorUnits;
    })
    .await;
    let patched = stand.kommo(Method::PATCH, LEAD, Some(json!({ "price": 10 }))).await.json();
    assert_eq!(patched["_embedded"]["leads"][0]["id"], 41_200_509);
    let rows = stand.deals("/api/v4/leads?limit=250").await.json();
    let rows = rows["_embedded"]["leads"].as_array().unwrap().clone();
    assert!(rows.iter().all(|row| row["custom_fields_values"].is_array()));
    assert!(rows.iter().all(|row| !row["_links"]["self"]["href"].as_str().unwrap().contains('?')));
    let cents =
        |row: &&Value| row["price_with_minor_units"].as_f64().is_some_and(|price| price.fract() > 0.0);
    assert!(rows.iter().any(|row| cents(&row)), "some prices have minor units");
}

#[tokio::test]
async fn filters_of_kommo_turn() {
    let stand = Stand::switched(|switches| {
        switches.kommo.status_filter = StatusFilter::AllPairs;
        switches.kommo.plain_list = PlainList::OpenOnly;
    })
    .await;
    let both = "/api/v4/leads?limit=250&filter[statuses][0][pipeline_id]=9100441&filter[statuses][0][status_id]=142\
                &filter[statuses][1][pipeline_id]=9100449&filter[statuses][1][status_id]=142";
    let all = stand.deals(both).await.ids("leads").len();
    let mut switches = stand.sandbox.switches();
    switches.kommo.status_filter = StatusFilter::FirstPair;
    stand.sandbox.set_switches(switches);
    assert!(all > stand.deals(both).await.ids("leads").len());
    assert_eq!(
        stand.deals("/api/v4/leads?limit=250").await.ids("leads").len(),
        46,
        "won and lost are left out"
    );
}

#[tokio::test]
async fn refusals_of_kommo_turn() {
    let stand = Stand::switched(|switches| {
        switches.kommo.users = UsersAnswer::Forbidden;
        switches.kommo.loss_reason_with_move = LossReasonWithMove::Refused;
        switches.kommo.required_fields = RequiredFields::Enforced;
        switches.kommo.too_many_requests = TooManyRequests::Html;
    })
    .await;
    assert_eq!(stand.deals("/api/v4/users").await.status, 403);
    let body = json!({ "status_id": 143, "pipeline_id": 9_100_441, "loss_reason_id": 18_001 });
    let answer = stand.kommo(Method::PATCH, "/api/v4/leads/41200017", Some(body)).await;
    assert!(answer.json()["errors"]["41200017"].is_string());
    let to_won = json!({ "status_id": 142, "pipeline_id": 9_100_441 });
    assert_eq!(stand.kommo(Method::PATCH, LEAD, Some(to_won)).await.status, 400, "Plan is required in Won");
}

#[tokio::test]
async fn an_unpaid_account_answers_402_everywhere() {
    let stand = Stand::switched(|switches| switches.kommo.account = AccountPlan::Unpaid).await;
    assert_eq!(stand.deals("/api/v4/leads").await.status, 402);
}

#[tokio::test]
async fn notes_are_cut_and_search_comes_late() {
    let stand = Stand::switched(|switches| {
        switches.kommo.note_text_cut_at = Some(5);
        switches.kommo.search_index = SearchIndex::Late;
    })
    .await;
    let note = json!([{ "note_type": "common", "params": { "text": "123456789" } }]);
    stand.kommo(Method::POST, &format!("{LEAD}/notes"), Some(note)).await;
    let texts: Vec<String> =
        stand.sandbox.deal(41_200_509).unwrap().notes.into_iter().map(|note| note.text).collect();
    assert!(texts.contains(&"12345".to_owned()));
    stand.kommo(Method::PATCH, LEAD, Some(json!({ "name": "Renamed" }))).await;
    assert_eq!(stand.deals("/api/v4/leads?query=renamed").await.status, 204);
    stand.sandbox.advance(SignedDuration::from_secs(4));
    assert_eq!(stand.deals("/api/v4/leads?query=renamed").await.ids("leads"), [41_200_509]);
}

#[tokio::test]
async fn a_new_contract_is_shown_late_in_lists_but_read_at_once() {
    let stand = Stand::switched(|switches| switches.oneflow.shown_late_ms = (3_600_000, 3_600_000)).await;
    let id = stand.draft(&[("kommo_deal", "31900001-1")]).await;
    let by_marker = "/contracts?filter[data_field_match]=kommo_deal:31900001-1";
    assert_eq!(stand.oneflow(Method::GET, by_marker, None).await.json()["count"], 0);
    assert_eq!(stand.state(id).await, "draft");
    stand.sandbox.advance(SignedDuration::from_hours(1));
    assert_eq!(stand.oneflow(Method::GET, by_marker, None).await.json()["count"], 1);
}

#[tokio::test]
async fn ids_are_scattered() {
    let stand = Stand::switched(|switches| switches.oneflow.contract_ids = ContractIds::Scattered).await;
    let mut ids = Vec::new();
    for _ in 0..8 {
        ids.push(stand.draft(&[]).await);
    }
    assert!(!ids.is_sorted(), "{ids:?}");
}

#[tokio::test]
async fn lists_and_custom_ids_lose_parts() {
    let stand = Stand::switched(|switches| {
        switches.oneflow.list_data_fields = Shown::Shown;
        switches.oneflow.list_participants = Shown::LeftOut;
        switches.oneflow.custom_ids = CustomIds::CutAt { length: 8 };
        switches.oneflow.data_field_custom_id = DataFieldCustomId::TopLevel;
        switches.oneflow.draft_times = DraftTimes::Null;
    })
    .await;
    let id = stand.draft(&[]).await;
    let rows = stand.oneflow(Method::GET, "/contracts?filter[states]=draft", None).await.json();
    let row = rows["data"].as_array().unwrap().iter().find(|row| row["id"] == id).unwrap().clone();
    assert_eq!(row["data_fields"][0]["custom_id"], "company_name");
    assert!(row["parties"][0]["participants"].is_null());
    assert!(row["state_updated_time"].is_null() && row["updated_time"].is_null());
    let held = stand.sandbox.contracts().into_iter().find(|known| known.id == id).unwrap();
    assert_eq!(held.participants[1].custom_id.as_deref(), Some("31900001"));
}

#[tokio::test]
async fn publish_and_delete_turn() {
    let stand = Stand::new().await;
    let id = stand.pending().await;
    assert_eq!(stand.publish(id).await.status, 409);
    assert_eq!(stand.oneflow(Method::DELETE, &format!("/contracts/{id}"), None).await.status, 409);
    let mut switches = stand.sandbox.switches();
    switches.oneflow.second_publish = SecondPublish::Answered;
    switches.oneflow.delete_pending = DeletePending::Allowed;
    switches.oneflow.delete_gone = DeleteGone::NotFound;
    switches.oneflow.plan = OneflowPlan::DraftsOnly;
    switches.oneflow.required_data_fields = RequiredDataFields::AtCreate;
    stand.sandbox.set_switches(switches);
    assert_eq!(stand.publish(id).await.status, 200);
    assert_eq!(stand.oneflow(Method::DELETE, &format!("/contracts/{id}"), None).await.status, 200);
    assert_eq!(stand.oneflow(Method::DELETE, &format!("/contracts/{id}"), None).await.status, 404);
    let other = stand.draft(&[("company_name", "x")]).await;
    assert_eq!(stand.publish(other).await.status, 402);
    let body = Some(crate::stand::contract(&[]));
    assert_eq!(stand.oneflow(Method::POST, "/contracts/create", body).await.status, 400);
}

#[tokio::test]
async fn a_hidden_workspace_is_hidden_from_the_user_and_perhaps_from_the_anonymous_admin() {
    let stand = Stand::new().await;
    let everything = stand.anonymously("/contracts").await.json()["count"].as_i64().unwrap();
    let mut switches = stand.sandbox.switches();
    switches.oneflow.hidden_workspaces = vec![HiddenWorkspace::from_all(13_002)];
    stand.sandbox.set_switches(switches.clone());
    let seen = stand.oneflow(Method::GET, "/contracts", None).await.json()["count"].as_i64().unwrap();
    assert!(seen < everything);
    assert_eq!(stand.anonymously("/contracts").await.json()["count"], everything);
    switches.oneflow.anonymous_admin = AnonymousAdmin::SeesAsUser;
    stand.sandbox.set_switches(switches);
    assert_eq!(stand.anonymously("/contracts").await.json()["count"], seen);
    let workspaces = stand.oneflow(Method::GET, "/workspaces", None).await.json();
    assert_eq!(workspaces["count"], 1);
}

#[tokio::test]
async fn a_workspace_can_be_hidden_from_one_user_alone() {
    const HIS: &str = "oscar.nunez@nordkonsult.example";
    let stand = Stand::switched(|switches| {
        switches.oneflow.hidden_workspaces = vec![HiddenWorkspace::from_user(13_001, HIS)];
    })
    .await;
    let hers = stand.draft(&[]).await;
    let tokens = stand.sandbox.tokens();
    let his_headers = [("x-oneflow-api-token", tokens.oneflow.as_str()), ("x-oneflow-user-email", HIS)];
    let as_him = async |method: Method, path: &str, body: Option<Value>| {
        stand.oneflow_with(&his_headers, method, path, body).await.unwrap()
    };
    let path = format!("/contracts/{hers}");
    assert_eq!(stand.state(hers).await, "draft", "who made it sees it");
    assert_eq!(as_him(Method::GET, &path, None).await.status, 404);
    assert_eq!(stand.anonymously(&path).await.status, 200, "the anonymous admin sees all");
    let body = Some(crate::stand::contract(&[]));
    assert_eq!(as_him(Method::POST, "/contracts/create", body).await.status, 403);
    assert_eq!(as_him(Method::POST, &format!("{path}/publish"), Some(json!({}))).await.status, 404);
    assert_eq!(as_him(Method::DELETE, &path, None).await.status, 200);
    assert_eq!(stand.state(hers).await, "draft", "what he cannot see he cannot delete");
    let mut switches = stand.sandbox.switches();
    switches.oneflow.anonymous_admin = AnonymousAdmin::SeesAsUser;
    stand.sandbox.set_switches(switches);
    assert_eq!(stand.anonymously(&path).await.status, 404);
}

#[tokio::test]
async fn the_pdf_comes_late_in_either_way() {
    let mut config = quick();
    config.switches.oneflow.pdf_ready_after_ms = 600_000;
    let stand = Stand::with(config).await;
    let id = stand.pending().await;
    stand.sandbox.act(Act::Sign { contract: Some(id), participant: None }).unwrap();
    let files = format!("/contracts/{id}/files");
    assert_eq!(stand.oneflow(Method::GET, &files, None).await.json()["data"], json!([]));
    let mut switches = stand.sandbox.switches();
    switches.oneflow.pdf_not_ready = PdfNotReady::StorageNotFound;
    stand.sandbox.set_switches(switches);
    let redirect = stand.oneflow(Method::GET, &format!("{files}/1?download=true"), None).await;
    assert_eq!(stand.send(Method::GET, redirect.header("location"), &[], None).await.status, 404);
    stand.sandbox.advance(SignedDuration::from_mins(10));
    let redirect = stand.oneflow(Method::GET, &format!("{files}/1?download=true"), None).await;
    assert_eq!(stand.send(Method::GET, redirect.header("location"), &[], None).await.status, 200);
}

#[tokio::test]
async fn files_and_the_trash_turn() {
    let stand = Stand::switched(|switches| {
        switches.kommo.attach_answer = AttachAnswer::Ok;
        switches.kommo.attachment_note = AttachmentNote::Legacy;
        switches.kommo.deleted_lead = DeletedLead::Marked;
    })
    .await;
    let file = crate::files::upload(&stand, "offer.pdf", b"%PDF-1.4").await;
    let uuid = file["uuid"].clone();
    let attached =
        stand.kommo(Method::PUT, &format!("{LEAD}/files"), Some(json!([{ "file_uuid": uuid }]))).await;
    assert_eq!((attached.status, attached.json()), (200, json!({})));
    let note =
        json!([{ "note_type": "attachment", "params": { "file_uuid": uuid, "file_name": "offer.pdf" } }]);
    assert_eq!(stand.kommo(Method::POST, &format!("{LEAD}/notes"), Some(note)).await.status, 200);
    let notes = format!("{LEAD}/notes?filter[note_type][]=attachment");
    let params = stand.deals(&notes).await.json()["_embedded"]["notes"][0]["params"].clone();
    assert_eq!(params["original_name"], "offer.pdf");
    assert!(params["file_uuid"].is_null());
    let mut switches = stand.sandbox.switches();
    switches.kommo.attachment_note = AttachmentNote::Drive;
    stand.sandbox.set_switches(switches);
    assert_eq!(stand.deals(&notes).await.json()["_embedded"]["notes"][0]["params"]["file_uuid"], uuid);
    stand.sandbox.act(Act::DeleteDeal { deal: 41_200_509 }).unwrap();
    assert_eq!(stand.deals(LEAD).await.json()["is_deleted"], true);
}

#[tokio::test]
async fn a_filter_on_a_custom_field_counts_only_when_honoured() {
    for (switch, everything) in [(FieldFilter::Ignored, true), (FieldFilter::Honoured, false)] {
        let stand = Stand::switched(|switches| switches.kommo.field_filter = switch).await;
        let path = "/api/v4/leads?limit=250&filter[custom_fields_values][510203][]=5102033";
        let found = stand.deals(path).await.ids("leads").len();
        assert_eq!(found == 190, everything, "{switch:?}: {found}");
    }
}

#[tokio::test]
async fn the_host_of_the_tokens_claim_serves_or_refuses() {
    for (switch, status) in [(ApiDomain::Serves, 200), (ApiDomain::Unauthorized, 401)] {
        let stand = Stand::switched(|switches| switches.kommo.api_domain = switch).await;
        let address = stand.sandbox.addresses().kommo.replace("127.0.0.1", "localhost");
        let bearer = format!("Bearer {}", stand.sandbox.tokens().kommo);
        let headers = [("authorization", bearer.as_str())];
        let answer = stand.send(Method::GET, &format!("{address}/api/v4/account"), &headers, None).await;
        assert_eq!(answer.status, status, "{switch:?}");
    }
}

#[tokio::test]
async fn an_old_refresh_token_is_dead_or_good_until_the_new_one_is_used() {
    for (switch, again) in [(OldRefreshToken::Dead, 400), (OldRefreshToken::GoodUntilNewIsUsed, 200)] {
        let stand = Stand::switched(|switches| switches.kommo.old_refresh_token = switch).await;
        let ask = async |body: Value| {
            stand.kommo_as("none", Method::POST, "/oauth2/access_token", Some(body)).await
        };
        let refresh = |token: &Value| json!({ "grant_type": "refresh_token", "refresh_token": token });
        let first =
            ask(json!({ "grant_type": "authorization_code", "code": "def50200sandboxcode" })).await.json();
        let access = first["access_token"].as_str().unwrap();
        assert_eq!(stand.kommo_as(access, Method::GET, "/api/v4/account", None).await.status, 200);
        assert_eq!(ask(refresh(&first["refresh_token"])).await.status, 200);
        assert_eq!(ask(refresh(&first["refresh_token"])).await.status, again, "{switch:?}");
    }
}

#[tokio::test]
async fn a_write_whose_client_hung_up_counts_or_not() {
    for (switch, stored) in [(AfterTimeOut::Stored, true), (AfterTimeOut::NotStored, false)] {
        let stand = Stand::switched(|switches| switches.kommo.after_time_out = switch).await;
        let notes = Matcher::new(Host::Kommo, "POST", "/api/v4/leads/*/notes");
        stand.sandbox.order(Fault::once(notes.clone(), FaultKind::Delay { ms: 150 }));
        let note = json!([{ "note_type": "common", "params": { "text": "late" } }]);
        let path = format!("{LEAD}/notes");
        let arrived = async {
            while stand.sandbox.find(&notes).is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            _ = stand.kommo(Method::POST, &path, Some(note)) => panic!("the answer is delayed"),
            () = arrived => {}
        }
        // A later request with a longer delay is the clock of this test: when it is through, the first had its time.
        stand
            .sandbox
            .order(Fault::once(Matcher::new(Host::Kommo, "GET", "**"), FaultKind::Delay { ms: 600 }));
        stand.deals("/api/v4/account").await;
        let held = stand.sandbox.deal(41_200_509).unwrap();
        assert_eq!(held.notes.iter().any(|note| note.text == "late"), stored, "{switch:?}");
    }
}

#[tokio::test]
async fn the_rest_of_oneflow_turns() {
    let stand = Stand::with(Config { foreign_contracts: 0, ..quick() }).await;
    let turn = |change: fn(&mut Switches)| {
        let mut switches = stand.sandbox.switches();
        change(&mut switches);
        stand.sandbox.set_switches(switches);
    };
    let count = async |query: &str| {
        stand.oneflow(Method::GET, &format!("/contracts?{query}"), None).await.json()["count"].clone()
    };
    let id = stand.draft(&[("company_name", "x"), ("kommo_deal", "31900001-1")]).await;
    assert_eq!(count("filter[data_field_match]=kommo_deal:other").await, 0);
    assert_eq!(count("filter[participant_custom_id]=other").await, 0);
    turn(|switches| {
        switches.oneflow.data_field_filter = Filter::Ignored;
        switches.oneflow.participant_filter = Filter::Ignored;
        switches.oneflow.list_custom_ids = Shown::LeftOut;
        switches.oneflow.custom_ids = CustomIds::Dropped;
        switches.oneflow.template_known_after_ms = 60_000;
    });
    assert_eq!(count("filter[data_field_match]=kommo_deal:other").await, 1);
    assert_eq!(count("filter[participant_custom_id]=other").await, 1);
    let rows = stand.oneflow(Method::GET, "/contracts", None).await.json();
    let person = &rows["data"][0]["parties"][1]["participants"][0];
    assert!(person["_private_ownerside"].get("custom_id").is_none());
    let dropped = stand.draft(&[("company_name", "x")]).await;
    let read = stand.oneflow(Method::GET, &format!("/contracts/{dropped}"), None).await.json();
    assert!(read["parties"][1]["participants"][0]["_private_ownerside"]["custom_id"].is_null());
    assert!(read["_private_ownerside"]["template_id"].is_null(), "not known yet");
    let publish = format!("/contracts/{id}/publish");
    assert_eq!(stand.oneflow(Method::POST, &publish, Some(json!({}))).await.status, 400);
    turn(|switches| switches.oneflow.empty_publish = EmptyPublish::Accepted);
    assert_eq!(stand.oneflow(Method::POST, &publish, Some(json!({}))).await.status, 200);
    turn(|switches| {
        switches.oneflow.requests_per_window = 0;
        switches.oneflow.retry_after = RetryAfter::Sent;
    });
    let refused = stand.oneflow(Method::GET, "/ping", None).await;
    assert!(refused.status == 429 && refused.header("retry-after").parse::<u64>().unwrap() > 0);
}
