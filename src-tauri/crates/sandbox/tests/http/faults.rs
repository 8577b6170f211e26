//! Faults: what the client sees, and what took effect.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use reqwest::Method;
use sandbox::{Effect, Fault, FaultBody, FaultKind, Host, Matcher};
use serde_json::json;

use crate::stand::{Stand, contract};

const PUBLISH: &str = "/v1/contracts/*/publish";

fn publish(what: FaultKind) -> Fault {
    Fault::once(Matcher::new(Host::Oneflow, "POST", PUBLISH), what)
}

async fn try_publish(stand: &Stand, id: i64) -> reqwest::Result<u16> {
    let body = json!({ "subject": "a", "message": "b" });
    let answer = stand.try_oneflow(Method::POST, &format!("/contracts/{id}/publish"), Some(body)).await;
    answer.map(|answer| answer.status)
}

#[tokio::test]
async fn a_cut_line_gives_no_answer_with_and_without_the_effect() {
    for (what, state, effect) in
        [(FaultKind::CutBefore, "draft", Effect::None), (FaultKind::CutAfter, "pending", Effect::Done)]
    {
        let stand = Stand::new().await;
        let id = stand.draft(&[("company_name", "x")]).await;
        stand.sandbox.order(publish(what.clone()));
        let error = try_publish(&stand, id).await.expect_err("the line is cut");
        assert!(error.is_request() && !error.is_connect() && error.status().is_none(), "{what:?}: {error:?}");
        assert_eq!(stand.state(id).await, state, "{what:?}");
        let seen = stand.sandbox.find(&Matcher::new(Host::Oneflow, "POST", PUBLISH));
        assert_eq!((seen.len(), seen[0].status, seen[0].effect), (1, None, effect), "{what:?}");
    }
}

#[tokio::test]
async fn an_effect_comes_later_on_the_sandboxs_clock() {
    let stand = Stand::new().await;
    let id = stand.draft(&[("company_name", "x")]).await;
    stand.sandbox.order(publish(FaultKind::EffectLater { ms: 3_600_000 }));
    try_publish(&stand, id).await.expect_err("the line is cut at once");
    assert_eq!(stand.state(id).await, "draft");
    assert_eq!(stand.sandbox.find(&Matcher::new(Host::Oneflow, "POST", PUBLISH))[0].effect, Effect::Later);
    stand.sandbox.advance(SignedDuration::from_hours(1));
    let patience = Instant::now() + Duration::from_secs(10);
    while stand.state(id).await == "draft" {
        assert!(Instant::now() < patience, "the effect never came");
    }
    assert_eq!(stand.effects(Host::Oneflow, "POST", PUBLISH).len(), 1);
}

#[tokio::test]
async fn a_status_comes_instead_of_the_effect_or_after_it() {
    let status =
        |code, body, after_effect| FaultKind::Status { code, body, retry_after: Some(7), after_effect };
    for (what, code, content_type, state) in [
        (status(503, FaultBody::Html, false), 503, "text/html", "draft"),
        (status(504, FaultBody::Html, true), 504, "text/html", "pending"),
        (status(429, FaultBody::Json, false), 429, "application/json", "draft"),
    ] {
        let stand = Stand::new().await;
        let id = stand.draft(&[("company_name", "x")]).await;
        stand.sandbox.order(publish(what));
        let answer = stand.publish(id).await;
        assert_eq!((answer.status, answer.header("content-type")), (code, content_type));
        assert_eq!(answer.header("retry-after"), "7");
        assert_eq!(stand.state(id).await, state, "{code}");
    }
}

#[tokio::test]
async fn spoilt_bodies_arrive_after_the_effect() {
    for what in [FaultKind::Truncated, FaultKind::Garbage] {
        let stand = Stand::new().await;
        stand
            .sandbox
            .order(Fault::once(Matcher::new(Host::Oneflow, "POST", "/v1/contracts/create"), what.clone()));
        let answer = stand.try_oneflow(Method::POST, "/contracts/create", Some(contract(&[]))).await;
        let readable =
            answer.is_ok_and(|answer| serde_json::from_slice::<serde_json::Value>(&answer.bytes).is_ok());
        assert!(!readable, "{what:?}");
        assert_eq!(stand.sandbox.contracts().iter().filter(|known| known.by_api).count(), 1, "{what:?}");
    }
}

#[tokio::test]
async fn a_field_can_have_the_wrong_type_or_be_null() {
    let stand = Stand::new().await;
    let lead = || Matcher::new(Host::Kommo, "GET", "/api/v4/leads/*");
    let wrong = |value| FaultKind::WrongType { field: "name".to_owned(), value };
    stand.sandbox.order(Fault::once(lead(), wrong(None)));
    stand.sandbox.order(Fault::once(lead(), wrong(Some(serde_json::Value::Null))));
    let names: Vec<_> = [
        stand.deals("/api/v4/leads/41200509").await.json()["name"].clone(),
        stand.deals("/api/v4/leads/41200509").await.json()["name"].clone(),
        stand.deals("/api/v4/leads/41200509").await.json()["name"].clone(),
    ]
    .into();
    assert_eq!(names, [json!({ "unexpected": true }), json!(null), json!("Uppdrag 042")]);
}

#[tokio::test]
async fn a_delay_outlives_the_clients_patience_and_still_takes_effect() {
    let stand = Stand::new().await;
    let id = stand.draft(&[("company_name", "x")]).await;
    stand.sandbox.order(publish(FaultKind::Delay { ms: 200 }));
    {
        let impatient = try_publish(&stand, id);
        let heard = Matcher::new(Host::Oneflow, "POST", PUBLISH);
        let arrived = async {
            while stand.sandbox.find(&heard).is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            _ = impatient => panic!("the answer comes only after the delay"),
            () = arrived => {}
        }
        // Leaving the block drops the request: the client has hung up.
    }
    let patience = Instant::now() + Duration::from_secs(10);
    while stand.state(id).await == "draft" {
        assert!(Instant::now() < patience, "the effect never came");
    }
}

#[tokio::test]
async fn without_an_answer_the_client_waits_until_it_hangs_up_with_and_without_the_effect() {
    for (after_effect, state) in [(false, "draft"), (true, "pending")] {
        let stand = Stand::new().await;
        let id = stand.draft(&[("company_name", "x")]).await;
        stand.sandbox.order(publish(FaultKind::NoAnswer { after_effect }));
        let heard = Matcher::new(Host::Oneflow, "POST", PUBLISH);
        let wanted = if after_effect { Effect::Done } else { Effect::None };
        let met = async {
            while stand.sandbox.find(&heard).first().is_none_or(|entry| entry.effect != wanted) {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            _ = try_publish(&stand, id) => panic!("no answer ever comes"),
            () = met => {}
        }
        assert_eq!(stand.state(id).await, state);
    }
}

#[tokio::test]
async fn a_slow_answer_arrives_whole() {
    let stand = Stand::new().await;
    let fault = FaultKind::SlowDrip { ms_per_chunk: 5 };
    stand.sandbox.order(Fault::once(Matcher::new(Host::Kommo, "GET", "/api/v4/account"), fault));
    assert_eq!(stand.deals("/api/v4/account").await.json()["name"], "Nordkonsult AB");
}

#[tokio::test]
async fn a_login_page_comes_with_status_200() {
    let stand = Stand::new().await;
    stand.sandbox.order(Fault::once(Matcher::new(Host::Kommo, "GET", "**"), FaultKind::HtmlPage));
    let answer = stand.deals("/api/v4/account").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/html; charset=UTF-8"));
}

#[tokio::test]
async fn off_the_network_connections_are_refused_and_back_on_it_the_ports_are_the_same() {
    let stand = Stand::new().await;
    let address = format!("{}/api/v4/account", stand.sandbox.addresses().kommo);
    assert_eq!(stand.deals("/api/v4/account").await.status, 200);
    stand.sandbox.set_online(false).await;
    for _ in 0..2 {
        let error = stand.try_send(Method::GET, &address, &[], None).await.expect_err("nobody listens");
        assert!(error.is_connect(), "{error:?}");
    }
    stand.sandbox.set_online(true).await;
    assert_eq!(stand.deals("/api/v4/account").await.status, 200);
}

#[tokio::test]
async fn the_date_header_shows_the_sandboxs_clock() {
    let stand = Stand::new().await;
    stand.sandbox.advance(SignedDuration::from_hours(24));
    let answer = stand.deals("/api/v4/account").await;
    assert!(answer.header("date").starts_with("Mon, 23 Nov 2026 12:00"), "{}", answer.header("date"));
}
