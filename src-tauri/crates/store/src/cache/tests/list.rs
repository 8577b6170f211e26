use domain::{
    ContractId, ContractState, Deal, DealId, FieldId, PipelineId, Send, SendState, StageId, UserId,
    deal::{FieldValue, FieldValues},
    send::{NeedsReason, Step},
};

use super::{Files, columns};
use crate::{
    contracts,
    deal_page::{self, DealFilter, DealPage, DealQuery, DealScope, DealSort, DealStatus, DealStatusWord},
    deals, facts, people, sends, set_aside,
    testing::{at, click, company, contact, contract, deal, observation, send_id},
};

/// One deal for each standing; the number says which.
async fn filled() -> Files {
    let files = Files::new().await;
    let field = |text: &str| {
        let (code, values) =
            (Some("oneflow_contract_id".to_owned()), vec![FieldValue::Text(text.to_owned())]);
        vec![FieldValues { field: FieldId(9), code, values }]
    };
    let mut all: Vec<Deal> = (1..=14).map(deal).collect();
    all[3].fields = field("88");
    all[8].fields = field("900");
    all[9].fields = field("someone's own note");
    all[11].stage = StageId::LOST;
    all[12].stage = StageId::LOST;
    all[13].is_deleted = true;
    files
        .cache
        .write(move |writing| {
            deals::upsert(writing, &all, &columns(), at(0))?;
            facts::set(writing, &facts::DEALS_AS_OF, &at(500), at(500))
        })
        .await
        .unwrap();
    files.ledger.write(fill_ledger).await.unwrap();
    files
}

fn fill_ledger(writing: &crate::LedgerWriting<'_>) -> Result<(), crate::StoreError> {
    let asks =
        SendState::NeedsYou { reason: NeedsReason::CannotTell, from: Box::new(SendState::CreateUnknown) };
    let sending = SendState::Completing { contract: ContractId(88) };
    for (number, state) in [(2, SendState::Held), (3, SendState::Queued), (4, sending), (5, asks)] {
        sends::insert(writing, &Send { state, ..click(number, i64::try_from(number).unwrap_or(0)) })?;
    }
    for (deal, state) in [
        (6, ContractState::Pending),
        (7, ContractState::Overdue),
        (8, ContractState::Signed),
        (9, ContractState::Declined),
        (13, ContractState::Signed),
    ] {
        contracts::insert(writing, &contract(deal * 100, deal, state))?;
    }
    contracts::observe(writing, &observation(600, ContractState::Pending, 1), at(60))?;
    set_aside::add(writing, &[DealId(11)], at(70))
}

fn ids(page: &DealPage) -> Vec<i64> {
    page.rows.iter().map(|row| row.id.0).collect()
}

async fn page(files: &Files, query: DealQuery) -> DealPage {
    files.cache.read(move |reading| deal_page::page(reading, &query)).await.unwrap()
}

fn oldest_first(scope: DealScope) -> DealQuery {
    DealQuery { scope, descending: false, ..DealQuery::default() }
}

#[tokio::test]
async fn to_send_has_ready_deals_without_a_contract_and_those_that_are_leaving() {
    let files = filled().await;
    let shown = page(&files, oldest_first(DealScope::ToSend)).await;
    assert_eq!(
        ids(&shown),
        [1, 2, 3, 4, 5],
        "deal 4 keeps its place though its field was written before the publish"
    );
    assert_eq!((shown.total, shown.counts.to_send, shown.counts.won), (5, 5, 11));
    assert_eq!(shown.as_of, Some(at(500)));
    let newest = page(&files, DealQuery { limit: 2, offset: 1, ..DealQuery::default() }).await;
    assert_eq!((ids(&newest), newest.total), (vec![4, 3], 5));
}

#[tokio::test]
async fn all_shows_every_standing() {
    let files = filled().await;
    let shown = page(&files, oldest_first(DealScope::All)).await;
    let contract = |id| Some(ContractId(id));
    let wanted = [
        (1, DealStatus::Ready),
        (2, DealStatus::Leaving { send: send_id(2) }),
        (3, DealStatus::Queued { send: send_id(3) }),
        (4, DealStatus::Sending { send: send_id(4) }),
        (
            5,
            DealStatus::NeedsAttention {
                send: Some(send_id(5)),
                contract: None,
                why: "cannot_tell".to_owned(),
            },
        ),
        (6, DealStatus::Awaiting { contract: contract(600), signed: 1, signatories: 2 }),
        (7, DealStatus::Expired { contract: contract(700) }),
        (8, DealStatus::Signed { contract: contract(800) }),
        (9, DealStatus::Declined { contract: contract(900) }),
        (10, DealStatus::SentElsewhere { text: "someone's own note".to_owned() }),
        (11, DealStatus::SetAside { at: at(70) }),
        (13, DealStatus::Signed { contract: contract(1300) }),
    ];
    let told: Vec<_> = shown.rows.iter().map(|row| (row.id.0, row.status.clone())).collect();
    assert_eq!(told, wanted, "12 was lost, 14 was deleted; 13 was lost but has a contract");
}

#[tokio::test]
async fn a_deal_leaves_the_list_when_its_contract_is_out_and_comes_back_when_the_send_is_given_up() {
    let files = filled().await;
    files
        .ledger
        .write(|writing| sends::take(writing, send_id(4), Step::Out(ContractId(88)), at(90)))
        .await
        .unwrap();
    files.ledger.write(|writing| sends::take(writing, send_id(5), Step::GiveUp, at(90))).await.unwrap();
    let shown = page(&files, oldest_first(DealScope::ToSend)).await;
    assert_eq!(ids(&shown), [1, 2, 3, 5]);
    assert_eq!(shown.rows[3].status, DealStatus::Ready);
    let row = files.cache.read(|reading| deal_page::row(reading, DealId(4))).await.unwrap().unwrap();
    assert_eq!(
        row.status,
        DealStatus::Awaiting { contract: Some(ContractId(88)), signed: 0, signatories: 0 }
    );
}

#[tokio::test]
async fn filters_narrow_the_list_and_both_numbers_but_statuses_only_the_list() {
    let files = filled().await;
    let theirs = Deal { responsible: UserId(2), pipeline: PipelineId(7), stage: StageId(70), ..deal(20) };
    files.cache.write(move |writing| deals::upsert(writing, &[theirs], &columns(), at(0))).await.unwrap();
    let check = async |filter: DealFilter, wanted: &[i64], numbers: (u64, u64)| {
        let shown = page(&files, DealQuery { filter: filter.clone(), ..oldest_first(DealScope::All) }).await;
        assert_eq!(ids(&shown), wanted, "{filter:?}");
        assert_eq!(shown.total, wanted.len() as u64, "{filter:?}");
        assert_eq!((shown.counts.to_send, shown.counts.won), numbers, "{filter:?}");
    };
    let all = DealFilter::default;
    check(DealFilter { responsible: vec![UserId(2)], ..all() }, &[20], (1, 1)).await;
    check(DealFilter { pipelines: vec![PipelineId(7)], ..all() }, &[20], (1, 1)).await;
    check(DealFilter { responsible: vec![UserId(2)], pipelines: vec![PipelineId(1)], ..all() }, &[], (0, 0))
        .await;
    check(DealFilter { won_from: Some(at(3)), won_until: Some(at(5)), ..all() }, &[3, 4], (2, 2)).await;
    let signed = vec![DealStatusWord::Signed, DealStatusWord::SetAside];
    check(DealFilter { statuses: signed, ..all() }, &[8, 11, 13], (6, 12)).await;
}

#[tokio::test]
async fn a_search_finds_words_of_all_names_without_accents_and_nothing_by_its_signs() {
    let files = Files::new().await;
    files
        .cache
        .write(|writing| {
            let named = |id, name: &str| Deal { name: name.to_owned(), ..deal(id) };
            let all = [named(1, "Uppdrag 042"), named(2, "50 % off_now"), named(3, "Работа")];
            deals::upsert(writing, &all, &columns(), at(0))?;
            people::upsert_companies(
                writing,
                &[company(1, "Öresund Kraft AB"), company(2, "İstanbul Işıklı Ltd.")],
            )?;
            people::upsert_contacts(
                writing,
                &[contact(1, "Åsa Öberg", "asa@oresund.example"), contact(3, "Ёлка", "")],
            )
        })
        .await
        .unwrap();
    let check = async |typed: &str, wanted: &[i64]| {
        let search = typed.to_owned();
        let shown = page(&files, DealQuery { search, ..oldest_first(DealScope::ToSend) }).await;
        assert_eq!((ids(&shown), shown.total), (wanted.to_vec(), wanted.len() as u64), "{typed:?}");
        assert_eq!(shown.counts.won, 3, "the numbers do not follow the search");
    };
    check("", &[1, 2, 3]).await;
    check("ORESUND", &[1]).await;
    check("042 åsa kraft", &[1]).await;
    check("asa@oresund", &[1]).await;
    check("isikli", &[2]).await;
    check("елка", &[3]).await;
    check("oresund isikli", &[]).await;
    check("%", &[2]).await;
    check("off_now", &[2]).await;
    check("off?now", &[]).await;
    check("'", &[]).await;
}

#[tokio::test]
async fn every_order_of_the_list_can_be_read_in_both_directions() {
    use DealSort::{Amount, Company, Contact, Name, Owner, Pipeline, Status, WonAt};
    let files = filled().await;
    for sort in [Amount, Company, Contact, Name, Owner, Pipeline, Status, WonAt] {
        let query = |descending| DealQuery { sort, descending, ..oldest_first(DealScope::All) };
        let (up, mut down) = (page(&files, query(false)).await, ids(&page(&files, query(true)).await));
        down.reverse();
        assert_eq!(ids(&up), down, "{sort:?}");
        assert_eq!(up.rows.len(), 12, "{sort:?}");
    }
    let by_name = page(&files, DealQuery { sort: Name, limit: 3, ..oldest_first(DealScope::All) }).await;
    assert_eq!(ids(&by_name), [1, 10, 11], "as texts");
}
