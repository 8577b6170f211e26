use domain::{
    CompanyId, ContactId, ContractId, ContractState, Deal, DealId, FieldId, Pipeline, PipelineId, StageId,
    User, UserId,
    deal::{DealContact, FieldValue, FieldValues},
};

use super::{Files, columns, open};
use crate::{
    CacheReading, DealColumns, contracts, deal_page, deals, facts, people, pipelines, sends,
    testing::{at, click, company, contact, contract, deal},
    users,
};

fn user(id: i64, name: &str) -> User {
    User { id: UserId(id), name: name.to_owned(), email: None, is_active: true, is_admin: false }
}

#[tokio::test]
async fn a_deal_is_read_whole_with_the_main_contact_first() {
    let Files { cache, .. } = Files::new().await;
    let links =
        [(3, false), (2, true), (9, false)].map(|(id, is_main)| DealContact { id: ContactId(id), is_main });
    let wanted = Deal { contacts: links.to_vec(), ..deal(1) };
    let stored = wanted.clone();
    cache
        .write(move |writing| {
            deals::upsert(writing, &[stored], &columns(), at(0))?;
            people::upsert_contacts(
                writing,
                &[contact(2, "Åsa", "a@x.example"), contact(3, "Bo", "b@x.example")],
            )?;
            people::upsert_companies(writing, &[company(1, "Öresund Kraft AB")])?;
            users::replace(writing, &[user(1, "Karin Lind")])
        })
        .await
        .unwrap();
    let full = cache.read(|reading| deals::full(reading, DealId(1))).await.unwrap().unwrap();
    assert_eq!(full.deal, wanted);
    assert_eq!(full.contacts.iter().map(|contact| contact.id.0).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(full.company.map(|company| company.name).as_deref(), Some("Öresund Kraft AB"));
    assert_eq!(full.owner.as_deref(), Some("Karin Lind"));
    assert_eq!(cache.read(people::missing_contacts).await.unwrap(), [ContactId(9)]);
    assert_eq!(cache.read(people::missing_companies).await.unwrap(), []);
    assert!(cache.read(|reading| deals::full(reading, DealId(2))).await.unwrap().is_none());
}

#[tokio::test]
async fn names_in_the_list_follow_changed_contacts_and_companies() {
    let Files { cache, .. } = Files::new().await;
    let row = |reading: &CacheReading<'_>| {
        deal_page::row(reading, DealId(1)).map(|row| row.map(|row| (row.company, row.contact)))
    };
    let names = |company: &str, contact: &str| Some((company.to_owned(), contact.to_owned()));
    cache.write(|writing| deals::upsert(writing, &[deal(1)], &columns(), at(0))).await.unwrap();
    assert_eq!(cache.read(row).await.unwrap(), names("", ""), "not read yet");
    cache.write(|writing| people::upsert_companies(writing, &[company(1, "Acme")])).await.unwrap();
    cache
        .write(|writing| people::upsert_contacts(writing, &[contact(1, "Bo", "b@x.example")]))
        .await
        .unwrap();
    assert_eq!(cache.read(row).await.unwrap(), names("Acme", "Bo"));
    cache.write(|writing| people::upsert_companies(writing, &[company(1, "Acme AB")])).await.unwrap();
    assert_eq!(cache.read(row).await.unwrap(), names("Acme AB", "Bo"));
    let moved = Deal { company: Some(CompanyId(2)), contacts: Vec::new(), ..deal(1) };
    cache.write(move |writing| deals::upsert(writing, &[moved], &columns(), at(1))).await.unwrap();
    assert_eq!(cache.read(row).await.unwrap(), names("", ""), "the deal names others now");
    assert_eq!(cache.read(|reading| people::deals_of_contact(reading, ContactId(1))).await.unwrap(), []);
}

#[tokio::test]
async fn deals_that_left_are_forgotten_unless_something_of_them_is_known() {
    let Files { ledger, cache, .. } = Files::new().await;
    cache
        .write(|writing| deals::upsert(writing, &[deal(1), deal(2), deal(3), deal(4)], &columns(), at(10)))
        .await
        .unwrap();
    ledger
        .write(|writing| {
            sends::insert(writing, &click(1, 1))?;
            contracts::insert(writing, &contract(20, 2, ContractState::Signed))?;
            contracts::insert(writing, &contract(30, 3, ContractState::Draft))?;
            Ok(())
        })
        .await
        .unwrap();
    cache.write(|writing| deals::upsert(writing, &[deal(4)], &columns(), at(20))).await.unwrap();
    let left = cache.read(|reading| deals::not_synced_since(reading, at(20))).await.unwrap();
    assert_eq!(left, [1, 2, 3].map(DealId));
    assert_eq!(cache.forget_deals(left).await.unwrap(), [DealId(3)], "a draft keeps nothing");
    assert_eq!(cache.read(deals::ids).await.unwrap(), [1, 2, 4].map(DealId));
    assert!(cache.read(|reading| deals::by_id(reading, DealId(3))).await.unwrap().is_none());
}

#[tokio::test]
async fn columns_can_be_derived_again() {
    let Files { cache, .. } = Files::new().await;
    let values = vec![FieldValue::Text(" 123 ".to_owned())];
    let other = Deal {
        pipeline: PipelineId(7),
        stage: StageId(71),
        fields: vec![FieldValues { field: FieldId(5), code: None, values }],
        ..deal(1)
    };
    cache.write(move |writing| deals::upsert(writing, &[other], &columns(), at(0))).await.unwrap();
    let row = |reading: &CacheReading<'_>| deal_page::row(reading, DealId(1)).map(Option::unwrap);
    let before = cache.read(row).await.unwrap();
    assert_eq!((before.is_ready, before.status), (false, deal_page::DealStatus::Ready));
    let ready = crate::ReadyStages(vec![(None, StageId(71))]);
    let wider = DealColumns { ready, contract_field: Some(FieldId(5)), ..columns() };
    cache.write(move |writing| deals::rebuild_columns(writing, &wider)).await.unwrap();
    let after = cache.read(row).await.unwrap();
    assert_eq!(
        (after.is_ready, after.status),
        (true, deal_page::DealStatus::SentElsewhere { text: "123".to_owned() })
    );
    cache.write(|writing| deals::set_contract_field(writing, DealId(1), "")).await.unwrap();
    assert_eq!(cache.read(row).await.unwrap().status, deal_page::DealStatus::Ready);
}

#[tokio::test]
async fn marks_of_syncs_and_of_deals_are_found() {
    let Files { cache, .. } = Files::new().await;
    assert_eq!(cache.read(deals::newest_update).await.unwrap(), None);
    cache
        .write(|writing| {
            deals::upsert(
                writing,
                &[deal(1), deal(2), Deal { closed_at: None, ..deal(3) }],
                &columns(),
                at(0),
            )?;
            facts::set(writing, &facts::DEALS_AS_OF, &at(50), at(60))
        })
        .await
        .unwrap();
    assert_eq!(cache.read(deals::newest_update).await.unwrap(), Some(at(3)));
    assert_eq!(cache.read(|reading| deals::ready_won_before(reading, at(2))).await.unwrap(), [DealId(1)]);
    assert_eq!(cache.read(|reading| facts::get(reading, &facts::DEALS_AS_OF)).await.unwrap(), Some(at(50)));
    assert_eq!(
        cache.read(|reading| facts::stored_at(reading, &facts::DEALS_AS_OF)).await.unwrap(),
        Some(at(60))
    );
    cache.write(|writing| facts::remove(writing, &facts::DEALS_AS_OF)).await.unwrap();
    assert_eq!(cache.read(|reading| facts::get(reading, &facts::DEALS_AS_OF)).await.unwrap(), None);
}

#[tokio::test]
async fn lists_are_replaced_whole() {
    let Files { cache, .. } = Files::new().await;
    let pipeline = |id, name: &str, sort| Pipeline {
        id: PipelineId(id),
        name: name.to_owned(),
        sort,
        is_archived: false,
        stages: Vec::new(),
    };
    let (a, b, c) = (pipeline(1, "B", 2), pipeline(2, "A", 1), pipeline(3, "C", 3));
    let (first, second) = (vec![a.clone(), c], vec![a.clone(), b.clone()]);
    cache.write(move |writing| pipelines::replace(writing, &first)).await.unwrap();
    cache.write(move |writing| pipelines::replace(writing, &second)).await.unwrap();
    assert_eq!(cache.read(pipelines::all).await.unwrap(), [b, a], "in the account's order");
    cache.write(|writing| users::replace(writing, &[user(1, "Öst"), user(2, "Ahl")])).await.unwrap();
    let names: Vec<_> = cache.read(users::all).await.unwrap().into_iter().map(|user| user.name).collect();
    assert_eq!(names, ["Ahl", "Öst"]);
}

#[tokio::test]
async fn a_cache_that_cannot_be_read_or_is_newer_is_made_anew() {
    let Files { ledger, cache, folder } = Files::new().await;
    let path = folder.path().join("cache.db");
    cache.write(|writing| deals::upsert(writing, &[deal(1)], &columns(), at(0))).await.unwrap();
    cache.close().await;
    ledger.close().await;

    let (ledger, cache) = open(folder.path()).await;
    assert_eq!(cache.read(deals::ids).await.unwrap(), [DealId(1)], "an ordinary start keeps it");
    cache.close().await;
    ledger.close().await;

    crate::connection::open_plain(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let (ledger, cache) = open(folder.path()).await;
    assert_eq!(cache.read(deals::ids).await.unwrap(), []);
    cache.write(|writing| deals::upsert(writing, &[deal(1)], &columns(), at(0))).await.unwrap();
    cache.close().await;
    ledger.close().await;

    std::fs::write(&path, b"this is no database at all, not even a little one").unwrap();
    let (_ledger, cache) = open(folder.path()).await;
    assert_eq!(cache.read(deals::ids).await.unwrap(), []);
}

#[tokio::test]
async fn clearing_leaves_nothing_and_readers_cannot_write_to_the_ledger() {
    let Files { ledger, cache, .. } = Files::new().await;
    cache.write(|writing| deals::upsert(writing, &[deal(1)], &columns(), at(0))).await.unwrap();
    cache.clear().await.unwrap();
    assert_eq!(cache.read(deals::ids).await.unwrap(), []);
    let written = cache
        .read(|reading| {
            crate::row::change(reading.connection(), "INSERT INTO ledger.set_aside VALUES (1, 1)", [])
        })
        .await;
    assert!(matches!(written, Err(crate::StoreError::ReadOnly)), "{written:?}");
    ledger.write(|writing| contracts::mark_removed(writing, ContractId(1), at(0))).await.unwrap();
}

#[tokio::test]
async fn every_connection_has_the_settings_that_keep_the_file_whole_when_the_power_fails() {
    let Files { cache, .. } = Files::new().await;
    let pragmas = cache.pragmas();
    assert_eq!(pragmas.len(), 4, "one writer and three readers");
    for (place, read_back) in pragmas.iter().enumerate() {
        // The log is synced before it is written back, not at each commit: what is lost can be read again.
        assert_eq!((read_back.journal_mode.as_str(), read_back.synchronous), ("wal", 1), "{place}");
        assert!(read_back.foreign_keys, "{place}");
        assert_eq!((read_back.busy_timeout_ms, read_back.query_only), (5000, place > 0), "{place}");
    }
}
