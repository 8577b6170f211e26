//! What nobody knows about the two services, each way round, with two computers on the same deal in the same second:
//! one contract is out, and neither computer is blocked.

use countersign_tests::{
    manager::Manager as _,
    seat::Seat,
    wait,
    world::{Call, DEAL, World},
};
use futures::{StreamExt, stream};
use ipc::dto::SendStateCode;
use sandbox::{
    Config,
    switches::{
        AfterTimeOut, AnonymousAdmin, ApiDomain, AttachAnswer, AttachmentNote, ContractIds, CustomIds,
        DataFieldCustomId, DeleteGone, DeletePending, DeletedLead, DraftTimes, EmptyFields, EmptyPublish,
        FieldFilter, Filter, KommoSwitches, LossReasonWithMove, OldRefreshToken, OneflowSwitches,
        PdfNotReady, PlainList, Price, RequiredDataFields, RequiredFields, RetryAfter, SearchIndex,
        SecondPublish, SelfLinks, Shown, SinglePatchAnswer, StatusFilter, Switches, TooManyRequests,
        UsersAnswer,
    },
};

/// How many worlds stand side by side.
const SIDE_BY_SIDE: usize = 2;

fn kommo(set: impl FnOnce(&mut KommoSwitches)) -> Switches {
    let mut switches = Switches::default();
    set(&mut switches.kommo);
    switches
}

fn oneflow(set: impl FnOnce(&mut OneflowSwitches)) -> Switches {
    let mut switches = Switches::default();
    set(&mut switches.oneflow);
    switches
}

/// Every reading of Kommo that is not the default (api/kommo.md §21.2), but for an unpaid account, which sends nothing.
fn kommo_readings() -> Vec<(&'static str, Switches)> {
    vec![
        ("a patch answers in a wrapper", kommo(|k| k.single_patch_answer = SinglePatchAnswer::Wrapper)),
        ("attaching answers 200", kommo(|k| k.attach_answer = AttachAnswer::Ok)),
        ("429 in HTML", kommo(|k| k.too_many_requests = TooManyRequests::Html)),
        ("empty fields are a list", kommo(|k| k.empty_fields = EmptyFields::List)),
        ("all pairs of the stage filter count", kommo(|k| k.status_filter = StatusFilter::AllPairs)),
        ("the field filter is obeyed", kommo(|k| k.field_filter = FieldFilter::Honoured)),
        ("a loss reason is refused", kommo(|k| k.loss_reason_with_move = LossReasonWithMove::Refused)),
        ("self links are plain", kommo(|k| k.self_links = SelfLinks::Plain)),
        ("old refresh tokens live on", kommo(|k| k.old_refresh_token = OldRefreshToken::GoodUntilNewIsUsed)),
        ("the token's host serves nothing", kommo(|k| k.api_domain = ApiDomain::Unauthorized)),
        ("required fields are enforced", kommo(|k| k.required_fields = RequiredFields::Enforced)),
        ("a plain list has open deals only", kommo(|k| k.plain_list = PlainList::OpenOnly)),
        ("prices have minor units", kommo(|k| k.price = Price::WithMinorUnits)),
        ("users are not listed", kommo(|k| k.users = UsersAnswer::Forbidden)),
        ("a write without its client is lost", kommo(|k| k.after_time_out = AfterTimeOut::NotStored)),
        ("the search is late", kommo(|k| k.search_index = SearchIndex::Late)),
        ("attachment notes are old", kommo(|k| k.attachment_note = AttachmentNote::Legacy)),
        ("deleted deals are marked", kommo(|k| k.deleted_lead = DeletedLead::Marked)),
        ("notes are cut", kommo(|k| k.note_text_cut_at = Some(200))),
    ]
}

/// Every reading of Oneflow that is not the default (design.md §8), but for a plan that publishes nothing.
fn oneflow_readings() -> Vec<(&'static str, Switches)> {
    vec![
        ("new contracts are listed late", oneflow(|o| o.shown_late_ms = (1_000, 20_000))),
        ("ids do not rise", oneflow(|o| o.contract_ids = ContractIds::Scattered)),
        (
            "listed late, and ids do not rise",
            oneflow(|o| {
                o.shown_late_ms = (1_000, 20_000);
                o.contract_ids = ContractIds::Scattered;
            }),
        ),
        ("lists have data fields", oneflow(|o| o.list_data_fields = Shown::Shown)),
        ("lists leave participants out", oneflow(|o| o.list_participants = Shown::LeftOut)),
        ("lists leave custom ids out", oneflow(|o| o.list_custom_ids = Shown::LeftOut)),
        ("custom ids are cut", oneflow(|o| o.custom_ids = CustomIds::CutAt { length: 32 })),
        ("custom ids are dropped", oneflow(|o| o.custom_ids = CustomIds::Dropped)),
        (
            "a field's custom id is at the top",
            oneflow(|o| o.data_field_custom_id = DataFieldCustomId::TopLevel),
        ),
        ("the data field filter is ignored", oneflow(|o| o.data_field_filter = Filter::Ignored)),
        ("the participant filter is ignored", oneflow(|o| o.participant_filter = Filter::Ignored)),
        ("drafts have no times", oneflow(|o| o.draft_times = DraftTimes::Null)),
        ("a second publish is answered", oneflow(|o| o.second_publish = SecondPublish::Answered)),
        ("an empty publish is accepted", oneflow(|o| o.empty_publish = EmptyPublish::Accepted)),
        ("what is out can be deleted", oneflow(|o| o.delete_pending = DeletePending::Allowed)),
        ("deleting what is gone is 404", oneflow(|o| o.delete_gone = DeleteGone::NotFound)),
        ("the anonymous admin is a user", oneflow(|o| o.anonymous_admin = AnonymousAdmin::SeesAsUser)),
        ("required fields at the create", oneflow(|o| o.required_data_fields = RequiredDataFields::AtCreate)),
        ("429 says when to come back", oneflow(|o| o.retry_after = RetryAfter::Sent)),
        ("the template is known late", oneflow(|o| o.template_known_after_ms = 10_000)),
        ("PDFs come late", oneflow(|o| o.pdf_ready_after_ms = 30_000)),
        ("PDFs are not stored yet", oneflow(|o| o.pdf_not_ready = PdfNotReady::StorageNotFound)),
    ]
}

async fn two_seats_send_once(why: &str, switches: Switches) -> anyhow::Result<()> {
    let world = World::start_with(Config { contract_field: true, switches, ..Config::default() }).await?;
    let (one, other) = (world.seat().await?, world.seat().await?);
    for seat in [&one, &other] {
        seat.set_hold(0).await?;
    }
    tokio::try_join!(one.send(DEAL), other.send(DEAL))?;
    let (first, second) = tokio::try_join!(one.send_ends(DEAL), other.send_ends(DEAL))?;
    let mut states = [first.state, second.state];
    states.sort_by_key(|state| *state as u8);
    anyhow::ensure!(
        states == [SendStateCode::Published, SendStateCode::Superseded],
        "{why}: {first:#?} {second:#?}"
    );
    let (winner, loser) =
        if first.state == SendStateCode::Published { (first, second) } else { (second, first) };
    let stands = loser.why.clone().map(|why| why.params["contract"].clone());
    anyhow::ensure!(stands == winner.contract, "{why}: the loser says whose contract stands: {loser:#?}");
    one_is_left(&world, why).await
}

/// One contract is out, the loser's draft is gone, and nobody was blocked.
async fn one_is_left(world: &World, why: &str) -> anyhow::Result<()> {
    wait::until_within(wait::PATIENCE * 4, format!("{why}: the loser's draft to be tidied"), async || {
        Ok((world.contracts_of(DEAL).len() == 1).then_some(()))
    })
    .await?;
    anyhow::ensure!(world.out_for(DEAL).len() == 1, "{why}: {:#?}", world.contracts_of(DEAL));
    anyhow::ensure!(world.accepted(&Call::PUBLISH) == 1, "{why}: more than one publish was accepted");
    let blocked = world.asked(&Call::ANY_KOMMO).into_iter().filter(|entry| entry.status == Some(403));
    // A list of users may be forbidden; that is no block.
    let blocked: Vec<_> = blocked.filter(|entry| !entry.path.ends_with("/users")).collect();
    anyhow::ensure!(blocked.is_empty(), "{why}: Kommo blocked the address: {blocked:#?}");
    Ok(())
}

/// Those readings at these places: a test each for a handful of them, so that none takes long.
async fn every(
    readings: Vec<(&'static str, Switches)>,
    places: std::ops::Range<usize>,
) -> anyhow::Result<()> {
    let some: Vec<_> = readings.into_iter().skip(places.start).take(places.len()).collect();
    anyhow::ensure!(!some.is_empty(), "there is no reading at {places:?}");
    let runs = some.into_iter().map(|(why, switches)| two_seats_send_once(why, switches));
    let outcomes: Vec<_> = stream::iter(runs).buffer_unordered(SIDE_BY_SIDE).collect().await;
    let failed: Vec<String> =
        outcomes.into_iter().filter_map(Result::err).map(|error| format!("{error:?}")).collect();
    anyhow::ensure!(failed.is_empty(), "{} readings failed:\n{}", failed.len(), failed.join("\n"));
    Ok(())
}

#[test]
fn every_reading_has_a_test() {
    assert_eq!(
        (kommo_readings().len(), oneflow_readings().len()),
        (19, 22),
        "see the places of the tests below"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_seats_send_once_however_kommo_answers() -> anyhow::Result<()> {
    every(kommo_readings(), 0..7).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_seats_send_once_whatever_kommo_lists() -> anyhow::Result<()> {
    every(kommo_readings(), 7..13).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_seats_send_once_whatever_kommo_keeps() -> anyhow::Result<()> {
    every(kommo_readings(), 13..19).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_seats_send_once_however_late_oneflow_shows_it() -> anyhow::Result<()> {
    every(oneflow_readings(), 0..6).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_seats_send_once_wherever_oneflow_keeps_the_marker() -> anyhow::Result<()> {
    every(oneflow_readings(), 6..12).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_seats_send_once_however_oneflow_answers() -> anyhow::Result<()> {
    every(oneflow_readings(), 12..17).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_seats_send_once_whenever_oneflow_is_ready() -> anyhow::Result<()> {
    every(oneflow_readings(), 17..22).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_seats_send_once_without_marker_fields() -> anyhow::Result<()> {
    let config = Config { contract_field: true, marker_fields: false, ..Config::default() };
    let world = World::start_with(config).await?;
    let (one, other) = (world.seat().await?, world.seat().await?);
    tokio::try_join!(one.send(DEAL), other.send(DEAL))?;
    tokio::try_join!(one.send_ends(DEAL), other.send_ends(DEAL))?;
    one_is_left(&world, "without marker fields").await
}

#[tokio::test(flavor = "multi_thread")]
async fn five_seats_behind_one_address_send_once_and_are_never_blocked() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seats: Vec<Seat> = Vec::new();
    for _ in 0..5 {
        seats.push(world.seat().await?);
    }
    let clicks = futures::future::join_all(seats.iter().map(|seat| seat.send(DEAL))).await;
    for click in clicks {
        click?;
    }
    let ends = futures::future::try_join_all(seats.iter().map(|seat| seat.send_ends(DEAL))).await?;
    let published: Vec<_> = ends.iter().filter(|send| send.state == SendStateCode::Published).collect();
    assert_eq!(published.len(), 1, "{ends:#?}");
    assert!(
        ends.iter().all(|send| {
            matches!(
                send.state,
                SendStateCode::Published | SendStateCode::Superseded | SendStateCode::Stopped
            )
        }),
        "{ends:#?}"
    );
    one_is_left(&world, "five seats").await
}
