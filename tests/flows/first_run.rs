//! Connecting two accounts by hand.

use std::collections::BTreeSet;

use countersign_tests::{
    manager::{FirstRun as _, Line as _, Manager as _, Typed},
    world::World,
};
use ipc::dto::{FieldPresence, ProfileDto, Proposal, SavedFile, SetupFile};
use sandbox::{
    Config,
    switches::{KommoSwitches, Switches, UsersAnswer},
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn two_accounts_are_connected_by_hand_and_missing_fields_are_made() -> anyhow::Result<()> {
    let world = World::start_with(Config { marker_fields: false, ..Config::default() }).await?;
    let mut seat = world.new_computer()?;
    seat.start().await?;
    let typed = Typed::for_sandbox(&world.sandbox);

    let kommo = seat.test_kommo(&typed).await?;
    assert_eq!((kommo.account.as_str(), kommo.currency.as_str(), kommo.won), ("Nordkonsult AB", "EUR", 120));
    assert_eq!(kommo.token_days, Some(399), "the day is not over");
    let oneflow = seat.test_oneflow(&typed).await?;
    assert_eq!((oneflow.account.as_str(), oneflow.user.as_deref()), ("Nordkonsult AB", Some("Karin Lind")));
    assert_eq!((oneflow.workspaces, oneflow.hidden_workspaces), (2, false));

    let people = seat.people().await?;
    assert_eq!(people.proposed.as_deref(), Some("7700123"), "Karin has the same e-mail in both");
    assert_eq!(people.users.len(), 6);
    let names: BTreeSet<String> = seat
        .templates()
        .await?
        .workspaces
        .into_iter()
        .flat_map(|place| place.templates)
        .map(|one| one.name)
        .collect();
    assert!(names.contains("Konsultavtal 2026"), "{names:?}");

    let proposal = seat.proposal("Försäljning", "Konsultavtal 2026").await?;
    assert_eq!(
        (proposal.contract_field, proposal.marker_fields),
        (FieldPresence::Missing, FieldPresence::Missing)
    );
    assert_eq!(proposal.internal_email, "karin.lind@nordkonsult.example");
    let with_field: Proposal = seat.ask("create_contract_field", json!({})).await?;
    assert_eq!(with_field.contract_field, FieldPresence::Present);
    let with_both: Proposal = seat.ask("add_marker_fields", json!({})).await?;
    assert_eq!(
        (with_both.contract_field, with_both.marker_fields),
        (FieldPresence::Present, FieldPresence::Present)
    );
    assert!(with_both.preview.is_some(), "the mapping is shown on a real deal");

    let state = seat.finish(people.proposed, &with_both).await?;
    assert!(
        matches!(state.profile, ProfileDto::Connected { ref user, .. } if user.as_deref() == Some("7700123"))
    );
    seat.deals_are_read().await?;
    assert_eq!(seat.state().await?.counts.won, 120);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connected_app_opens_connected_after_a_restart() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.seat().await?;
    seat.quit().await?;
    seat.start().await?;
    let state = seat.state().await?;
    assert!(matches!(state.profile, ProfileDto::Connected { .. }), "{:?}", state.profile);
    assert_eq!(state.counts.won, 120, "the cache is there at once");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_users_cannot_be_read_nobody_is_proposed_and_the_deals_are_listed() -> anyhow::Result<()> {
    let kommo = KommoSwitches { users: UsersAnswer::Forbidden, ..KommoSwitches::default() };
    let switches = Switches { kommo, ..Switches::default() };
    let world = World::start_with(Config { contract_field: true, switches, ..Config::default() }).await?;
    let seat = world.seat().await?;
    assert_eq!(seat.deals(json!({})).await?.won, 120);
    assert!(seat.deals(json!({})).await?.rows.iter().all(|row| row.owner.is_empty()));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_starts_from_a_file_without_secrets() -> anyhow::Result<()> {
    let world = World::start().await?;
    let first = world.seat().await?;
    let saved: SavedFile = first.ask("save_setup_file", json!({})).await?;
    let file = first.paper_desktop().saved_file(saved.name.as_deref().unwrap_or_default())?;
    let text = String::from_utf8(file.clone())?;
    let tokens = world.sandbox.tokens();
    for secret in [&tokens.kommo, &tokens.oneflow] {
        assert!(!text.contains(secret.as_str()), "a token stands in the set-up file");
    }

    let mut second = world.new_computer()?;
    second.start().await?;
    second.paper_desktop().offer_file(file);
    let found: Option<SetupFile> = second.ask("open_setup_file", json!({})).await?;
    let found = found.expect("the file was offered");
    assert_eq!(found.template, "Konsultavtal 2026");
    let typed = Typed {
        kommo_address: found.kommo_address,
        oneflow_address: found.oneflow_address,
        ..Typed::for_sandbox(&world.sandbox)
    };
    second.test_kommo(&typed).await?;
    second.test_oneflow(&typed).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_set_up_is_refused() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.new_computer()?;
    seat.start().await?;
    for file in ["", "not JSON", "{}", "[1, 2]", r#"{"mapping": 7}"#] {
        seat.paper_desktop().offer_file(file.as_bytes().to_vec());
        let refused = seat.ask::<Option<SetupFile>>("open_setup_file", json!({})).await;
        let code = refused.expect_err(file).code;
        assert_eq!(code, ipc::ErrorCode::NotASetupFile, "{file}");
    }
    Ok(())
}
