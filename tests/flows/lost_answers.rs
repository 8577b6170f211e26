//! The answer to a create or a publish is lost: the app looks before it does anything again.

use std::time::Duration;

use countersign_tests::{
    manager::Manager as _,
    world::{Call, DEAL, World},
};
use ipc::dto::SendStateCode;
use sandbox::{
    Config, FaultKind,
    switches::{
        AnonymousAdmin, ContractIds, CustomIds, DraftTimes, Filter, OneflowSwitches, SecondPublish, Shown,
        Switches,
    },
};

use crate::evidence::one_is_out;

/// Past every time-out below, and still within the minute in which an effect may come late.
const DELAY: FaultKind = FaultKind::Delay { ms: 1_500 };
const TIME_OUT: Duration = Duration::from_millis(700);

async fn ends_with_one(config: Config, call: &Call, fault: FaultKind) -> anyhow::Result<()> {
    let case = format!("{fault:?} on {call:?}");
    let world = World::start_with(config).await?;
    let mut seat = world.seat().await?;
    if fault == DELAY {
        seat.quit().await?;
        seat.set_time_out(TIME_OUT);
        seat.start().await?;
    }
    world.fault(call, fault);
    seat.send(DEAL).await?;
    let ended = seat.send_ends(DEAL).await?;
    anyhow::ensure!(ended.state == SendStateCode::Published, "{case}: {ended:#?}");
    world.long_after(&seat).await?;
    one_is_out(&world, DEAL).map_err(|error| error.context(case))
}

fn config() -> Config {
    Config { contract_field: true, ..Config::default() }
}

fn every_loss() -> Vec<FaultKind> {
    vec![
        FaultKind::CutBefore,
        FaultKind::CutAfter,
        FaultKind::Truncated,
        FaultKind::Garbage,
        FaultKind::HtmlPage,
        FaultKind::WrongType { field: "id".to_owned(), value: None },
        FaultKind::EffectLater { ms: 15_000 },
        FaultKind::EffectLater { ms: 55_000 },
        DELAY,
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_whose_answer_is_lost_ends_with_one_contract() -> anyhow::Result<()> {
    for fault in every_loss() {
        ends_with_one(config(), &Call::CREATE, fault).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publish_whose_answer_is_lost_ends_with_one_contract() -> anyhow::Result<()> {
    for fault in every_loss() {
        ends_with_one(config(), &Call::PUBLISH, fault).await?;
    }
    Ok(())
}

/// What Oneflow may show in its lists: nobody knows.
fn every_reading() -> Vec<(&'static str, OneflowSwitches)> {
    let plain = OneflowSwitches::default;
    vec![
        ("a new contract is listed late", OneflowSwitches { shown_late_ms: (3_000, 10_000), ..plain() }),
        ("rows have their data fields", OneflowSwitches { list_data_fields: Shown::Shown, ..plain() }),
        ("rows have no participants", OneflowSwitches { list_participants: Shown::LeftOut, ..plain() }),
        ("rows have no custom ids", OneflowSwitches { list_custom_ids: Shown::LeftOut, ..plain() }),
        ("custom ids are dropped", OneflowSwitches { custom_ids: CustomIds::Dropped, ..plain() }),
        ("custom ids are cut", OneflowSwitches { custom_ids: CustomIds::CutAt { length: 40 }, ..plain() }),
        (
            "the filter on a data field does nothing",
            OneflowSwitches { data_field_filter: Filter::Ignored, ..plain() },
        ),
        ("drafts have no times", OneflowSwitches { draft_times: DraftTimes::Null, ..plain() }),
        ("ids do not rise", OneflowSwitches { contract_ids: ContractIds::Scattered, ..plain() }),
        (
            "a second publish is answered",
            OneflowSwitches { second_publish: SecondPublish::Answered, ..plain() },
        ),
        ("nobody sees all", OneflowSwitches { anonymous_admin: AnonymousAdmin::SeesAsUser, ..plain() }),
    ]
}

async fn in_every_reading(call: &Call) -> anyhow::Result<()> {
    for (why, oneflow) in every_reading() {
        let config = Config { switches: Switches { oneflow, ..Switches::default() }, ..config() };
        ends_with_one(config, call, FaultKind::CutAfter).await.map_err(|error| error.context(why))?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_create_is_found_whatever_oneflow_shows_in_its_lists() -> anyhow::Result<()> {
    in_every_reading(&Call::CREATE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_publish_is_found_whatever_oneflow_shows_in_its_lists() -> anyhow::Result<()> {
    in_every_reading(&Call::PUBLISH).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_without_marker_fields_is_found_by_its_participants() -> anyhow::Result<()> {
    for fault in [FaultKind::CutAfter, FaultKind::CutBefore] {
        ends_with_one(Config { marker_fields: false, ..config() }, &Call::CREATE, fault).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_drips_slowly_is_waited_for() -> anyhow::Result<()> {
    for call in [&Call::CREATE, &Call::PUBLISH] {
        ends_with_one(config(), call, FaultKind::SlowDrip { ms_per_chunk: 5 }).await?;
    }
    Ok(())
}
