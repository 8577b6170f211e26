//! The answer to a create or a publish is lost, and nobody knows what Oneflow shows in its lists: the app looks before
//! it does anything again. (Every way to lose an answer stands in the table of `tests/steps`.)

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

async fn ends_with_one(config: Config, call: &Call, fault: FaultKind) -> anyhow::Result<()> {
    let case = format!("{fault:?} on {call:?}");
    let world = World::start_with(config).await?;
    let seat = world.seat().await?;
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

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_another_shape_is_no_answer() -> anyhow::Result<()> {
    for call in [&Call::CREATE, &Call::PUBLISH] {
        for fault in [FaultKind::HtmlPage, FaultKind::WrongType { field: "id".to_owned(), value: None }] {
            ends_with_one(config(), call, fault).await?;
        }
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
