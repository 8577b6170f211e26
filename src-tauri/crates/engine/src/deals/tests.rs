use std::sync::Arc;

use domain::{
    Company, CompanyId, Contact, ContactId, ContractId, ContractState, Deal, DealId, PipelineId, StageId,
    Timestamp, UserId,
    deal::DealContact,
    send::{Generation, SendTitle},
};
use store::contracts::{self, NewContract};

use super::*;
use crate::{
    Profile,
    app::{App, Vault, tests::connected},
};

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

fn deal(id: i64, updated_at: &str) -> Deal {
    Deal {
        id: DealId(id),
        name: format!("Uppdrag {id}"),
        price: None,
        responsible: UserId(5),
        pipeline: PipelineId(1),
        stage: StageId::WON,
        created_at: at("2026-01-01T00:00:00Z"),
        updated_at: at(updated_at),
        closed_at: Some(at(updated_at)),
        is_deleted: false,
        fields: Vec::new(),
        contacts: vec![DealContact { id: ContactId(id * 10), is_main: true }],
        company: Some(CompanyId(id * 100)),
    }
}

fn contact(id: i64, name: &str) -> Contact {
    let (emails, phones, fields) = (Vec::new(), Vec::new(), Vec::new());
    Contact {
        id: ContactId(id),
        name: name.to_owned(),
        emails,
        phones,
        fields,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

/// A profile whose services do not answer, with its app, which must be closed, and its folder.
async fn profile() -> (Arc<Profile>, App, tempfile::TempDir) {
    let data = tempfile::tempdir().unwrap();
    let app = connected(data.path(), Vault::in_memory()).await;
    (app.profile().unwrap(), app, data)
}

async fn names(profile: &Profile) -> Vec<String> {
    let query =
        DealQuery { scope: DealScope::All, sort: DealSort::Name, descending: false, ..DealQuery::default() };
    page(profile, query).await.unwrap().rows.into_iter().map(|row| row.name).collect()
}

async fn contract_of(profile: &Profile, deal: DealId) {
    let title = SendTitle {
        deal: "Uppdrag".to_owned(),
        company: String::new(),
        recipient: String::new(),
        email: String::new(),
        amount: None,
    };
    let contract = NewContract {
        id: ContractId(9001),
        deal,
        generation: Generation::FIRST,
        send: None,
        marker: None,
        name: None,
        title,
        workspace: None,
        template: None,
        state: ContractState::Pending,
        is_baseline: true,
        first_seen: Timestamp::UNIX_EPOCH,
    };
    assert!(profile.ledger.write(move |writing| contracts::insert(writing, &contract)).await.unwrap());
}

#[tokio::test]
async fn a_page_that_was_read_before_does_not_undo_what_is_known_since() {
    let (profile, app, _data) = profile().await;
    let newer = Deal { name: "New name".to_owned(), ..deal(1, "2026-11-02T00:00:00Z") };
    assert_eq!(keep::keep_deals(&profile, vec![newer.clone()]).await.unwrap(), [DealId(1)]);
    let older = deal(1, "2026-11-01T00:00:00Z");
    assert_eq!(keep::keep_deals(&profile, vec![older]).await.unwrap(), []);
    assert_eq!(keep::keep_deals(&profile, vec![newer]).await.unwrap(), [], "the same again is no news");
    assert_eq!(names(&profile).await, ["New name"]);
    app.close().await;
}

#[tokio::test]
async fn a_deal_that_is_gone_leaves_the_list_unless_a_contract_of_it_exists() {
    let (profile, app, _data) = profile().await;
    let both = vec![deal(1, "2026-11-01T00:00:00Z"), deal(2, "2026-11-01T00:00:00Z")];
    keep::keep_deals(&profile, both).await.unwrap();
    contract_of(&profile, DealId(2)).await;
    keep::bury(&profile, vec![DealId(1), DealId(2)]).await.unwrap();
    assert_eq!(names(&profile).await, ["Uppdrag 2"]);
    assert!(!row(&profile, DealId(2)).await.unwrap().unwrap().is_ready);
    assert_eq!(counts(&profile).await.unwrap(), DealCounts { to_send: 0, won: 0 });
    app.close().await;
}

#[tokio::test]
async fn a_changed_contact_or_company_changes_the_rows_that_show_it() {
    let (profile, app, _data) = profile().await;
    keep::keep_deals(&profile, vec![deal(1, "2026-11-01T00:00:00Z")]).await.unwrap();
    let people = vec![contact(10, "Åsa Öberg"), contact(77, "Nobody here")];
    assert_eq!(keep::keep_contacts(&profile, people.clone()).await.unwrap(), [DealId(1)]);
    assert_eq!(keep::keep_contacts(&profile, people).await.unwrap(), [], "the same again is no news");
    let company = Company {
        id: CompanyId(100),
        name: "Öresund Kraft AB".to_owned(),
        fields: Vec::new(),
        updated_at: Timestamp::UNIX_EPOCH,
    };
    keep::keep_companies(&profile, vec![company]).await.unwrap();
    let shown = row(&profile, DealId(1)).await.unwrap().unwrap();
    assert_eq!((shown.contact.as_str(), shown.company.as_str()), ("Åsa Öberg", "Öresund Kraft AB"));
    let full = full(&profile, DealId(1)).await.unwrap().unwrap();
    assert_eq!(full.main_contact().map(|contact| contact.id), Some(ContactId(10)));
    app.close().await;
}

#[tokio::test]
async fn a_day_begins_in_the_account_s_time_zone_for_what_is_set_aside() {
    let (profile, app, _data) = profile().await;
    // Stockholm is an hour ahead of UTC in November.
    let before = deal(1, "2026-11-21T22:59:59Z");
    let after = deal(2, "2026-11-21T23:00:00Z");
    keep::keep_deals(&profile, vec![before, after]).await.unwrap();
    assert_eq!(set_aside_before(&profile, jiff::civil::date(2026, 11, 22)).await.unwrap(), 1);
    assert_eq!(counts(&profile).await.unwrap(), DealCounts { to_send: 1, won: 2 });
    set_aside(&profile, vec![DealId(1)], false).await.unwrap();
    assert_eq!(counts(&profile).await.unwrap(), DealCounts { to_send: 2, won: 2 });
    app.close().await;
}

#[tokio::test]
async fn a_deal_whose_people_cannot_be_read_is_not_shown_without_them() {
    let (profile, app, _data) = profile().await;
    keep::keep_deals(&profile, vec![deal(1, "2026-11-01T00:00:00Z")]).await.unwrap();
    let answer = full(&profile, DealId(1)).await;
    assert!(matches!(answer, Err(crate::EngineError::Call { .. })), "{answer:?}");
    app.close().await;
}
