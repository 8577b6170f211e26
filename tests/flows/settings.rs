//! What a person chooses, and what it changes.

use countersign_tests::{
    manager::{Edits, Line as _, Manager as _},
    world::{DEAL, World},
};
use ipc::dto::{
    ContractStatus, DealStatus, RuleDto, SettingsDto, SourceChoices, ThemeChoice, WriteBackCode,
    WriteBackPart, WriteBackReason,
};
use sandbox::Act;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_stage_when_signed_moves_the_deal_which_stays_in_the_list() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let mut settings: SettingsDto = seat.ask("settings", json!({})).await?;
    let stage = settings.stages.iter().find(|stage| stage.reopens).expect("a stage outside Won").clone();
    settings.stage_when_signed = Some(stage.id.clone());
    seat.ask::<SettingsDto>("save_settings", json!(settings)).await?;
    let contract = seat.send_and_wait(DEAL).await?;
    world.sandbox.act(Act::Sign { contract: None, participant: None })?;
    seat.contract_is(&contract, ContractStatus::Signed).await?;
    seat.all_written_back(&contract).await?;
    let deal = world.deal(DEAL);
    assert_eq!(format!("{}-{}", deal.pipeline_id, deal.status_id), stage.id);
    world.long_after(&seat).await?;
    assert!(matches!(seat.deal(DEAL).await?.row.status, DealStatus::Signed { .. }));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_that_somebody_moved_meanwhile_is_not_moved_back() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let mut settings: SettingsDto = seat.ask("settings", json!({})).await?;
    let stage = settings.stages.iter().find(|stage| stage.reopens).expect("a stage outside Won").id.clone();
    settings.stage_when_signed = Some(stage);
    seat.ask::<SettingsDto>("save_settings", json!(settings)).await?;
    let contract = seat.send_and_wait(DEAL).await?;
    let lost = Act::MoveDeal { deal: DEAL, status_id: 143, pipeline_id: None };
    world.sandbox.act(Act::Sign { contract: None, participant: None })?;
    world.sandbox.act(lost)?;
    seat.contract_is(&contract, ContractStatus::Signed).await?;
    let found = seat.all_written_back(&contract).await?;
    assert_eq!(world.deal(DEAL).status_id, 143);
    let moved =
        found.written_back.iter().find(|part| part.part == WriteBackPart::Stage).expect("it was owed");
    assert_eq!((moved.state, moved.reason), (WriteBackCode::Parked, Some(WriteBackReason::DealMoved)));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_texts_of_notes_are_those_that_were_set() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let mut settings: SettingsDto = seat.ask("settings", json!({})).await?;
    settings.texts.sent = "Avtal {id} skickat till {email}".to_owned();
    seat.ask::<SettingsDto>("save_settings", json!(settings)).await?;
    let contract = seat.send_and_wait(DEAL).await?;
    let note = &world.notes(DEAL)[0];
    assert!(note.starts_with(&format!("Avtal {contract} skickat till asa.oberg@")), "{note}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_rule_changes_the_next_preview_and_not_the_contract_that_is_out() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let contract = seat.send_and_wait(DEAL).await?;
    let mut settings: SettingsDto = seat.ask("settings", json!({})).await?;
    let before = settings.mapping.version;
    let sources: SourceChoices = seat.ask("mapping_sources", json!({})).await?;
    let name =
        sources.sources.iter().find(|source| source.id == "deal_name").expect("the deal's name").id.clone();
    let plan = settings.mapping.fields.iter_mut().find(|rule| rule.custom_id == "plan").expect("a plan");
    plan.rule = RuleDto { sources: vec![name], default: None, format: plan.rule.format };
    let saved: SettingsDto = seat.ask("save_settings", json!(settings)).await?;
    assert_eq!(saved.mapping.version, before + 1);
    let other = countersign_tests::world::nth_deal(0);
    let preview = seat.preview_with(other, None, &Edits::new()).await?;
    let plan = preview.values.iter().find(|value| value.slot == "field:plan").expect("a plan");
    assert_eq!(plan.text, world.deal(other).name);
    let values = seat.contract(&contract).await?.values;
    assert!(values.iter().any(|value| value.slot == "field:plan" && value.text == "Growth"), "{values:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_chosen_for_the_window_is_there_after_a_restart() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.new_computer()?;
    seat.start().await?;
    let mut chosen = seat.state().await?.preferences;
    chosen.theme = ThemeChoice::Dark;
    chosen.hold_seconds = 30;
    chosen.language = "sv".to_owned();
    seat.ask::<ipc::dto::AppState>("set_preferences", json!(chosen)).await?;
    assert_eq!(seat.desktop().theme, Some(ThemeChoice::Dark));
    seat.kill_and_start().await?;
    assert_eq!(seat.state().await?.preferences, chosen);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn links_lead_to_the_deal_and_to_the_contract() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let contract = seat.send_and_wait(DEAL).await?;
    for link in [
        json!({ "kind": "deal", "deal": DEAL.to_string() }),
        json!({ "kind": "contract", "contract": contract }),
    ] {
        seat.ask::<ipc::dto::Nothing>("open_link", link).await?;
    }
    let opened = seat.desktop().opened;
    assert_eq!(opened.len(), 2);
    assert_eq!(opened[0], format!("{}/leads/detail/{DEAL}", world.sandbox.addresses().kommo));
    assert!(opened[1].contains(&contract), "{}", opened[1]);
    Ok(())
}
