//! Rates, blocks, and the journal's view of them.

use jiff::SignedDuration;
use reqwest::Method;
use sandbox::{Act, Config, Host, Matcher, Switches, TokenSeen};

use crate::stand::{Stand, quick};

/// A clock so slow that a test's requests all fall into one second.
async fn at_one_moment() -> Stand {
    let config = Config { time_scale: 0.001, ..quick() };
    Stand::with(Config { switches: Switches::default(), ..config }).await
}

#[tokio::test]
async fn the_eighth_request_of_a_second_is_too_fast() {
    let stand = at_one_moment().await;
    for _ in 0..7 {
        assert_eq!(stand.deals("/api/v4/account").await.status, 200);
    }
    let refused = stand.deals("/api/v4/account").await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.json()["retry_after"], 300);
    assert_eq!(refused.header("retry-after"), "", "Kommo says it in the body only");
    stand.sandbox.advance(SignedDuration::from_secs(1));
    assert_eq!(stand.deals("/api/v4/account").await.status, 200);
}

#[tokio::test]
async fn ten_refusals_in_a_minute_block_the_address_until_support_helps() {
    let stand = at_one_moment().await;
    for _ in 0..17 {
        stand.deals("/api/v4/account").await;
    }
    stand.sandbox.advance(SignedDuration::from_hours(1));
    let blocked = stand.deals("/api/v4/account").await;
    assert_eq!((blocked.status, blocked.header("content-type")), (403, "text/html"));
    stand.sandbox.act(Act::Unblock).unwrap();
    assert_eq!(stand.deals("/api/v4/account").await.status, 200);
}

#[tokio::test]
async fn oneflow_counts_five_minutes_by_token() {
    let mut config = Config { time_scale: 0.001, ..quick() };
    config.switches.oneflow.requests_per_window = 3;
    let stand = Stand::with(config).await;
    for _ in 0..3 {
        assert_eq!(stand.oneflow(Method::GET, "/ping", None).await.status, 200);
    }
    let refused = stand.oneflow(Method::GET, "/ping", None).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.json()["error_code"], 4_290_000);
    assert_eq!(refused.header("retry-after"), "");
    stand.sandbox.advance(SignedDuration::from_mins(5));
    assert_eq!(stand.oneflow(Method::GET, "/ping", None).await.status, 200);
}

#[tokio::test]
async fn the_journal_has_every_request_and_no_token() {
    let stand = Stand::new().await;
    stand.deals("/api/v4/leads?limit=1").await;
    stand.kommo_as("wrong", Method::GET, "/api/v4/account", None).await;
    stand.pending().await;
    let journal = stand.sandbox.journal();
    assert_eq!(journal.len(), 4);
    assert_eq!(journal[0].query, "limit=1");
    assert_eq!((journal[0].token, journal[1].token), (TokenSeen::Known, TokenSeen::Unknown));
    assert_eq!(journal[3].body["subject"], "Your agreement");
    let written = serde_json::to_string(&journal).unwrap();
    let tokens = stand.sandbox.tokens();
    for secret in [&tokens.kommo, &tokens.oneflow] {
        assert!(!written.contains(secret.as_str()), "a token stands in the journal");
    }
    stand.sandbox.clear_journal();
    assert!(stand.sandbox.find(&Matcher { host: Some(Host::Kommo), ..Matcher::default() }).is_empty());
}
