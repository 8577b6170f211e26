//! Connecting two accounts by hand.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use countersign_tests::{
    manager::{FirstRun as _, Line as _, Manager as _, Typed},
    seat::Seat,
    world::World,
};
use ipc::dto::{FieldPresence, ProfileDto, Proposal, SavedFile, SetupFile};
use sandbox::{
    Config, Entry,
    switches::{KommoSwitches, Switches, UsersAnswer},
};
use serde_json::{Value, json};

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

/// Requests since `seq`, as texts that are alike when the same is asked.
fn asked_since(world: &World, seq: u64) -> Vec<String> {
    let entries = world.sandbox.journal().into_iter().filter(|entry| entry.seq > seq);
    let text = |entry: Entry| {
        let Entry { host, method, path, query, user_email, .. } = entry;
        format!("{host:?} {method} {path}?{query} as {}", user_email.unwrap_or_default())
    };
    entries.map(text).collect()
}

fn last_seq(world: &World) -> u64 {
    world.sandbox.journal().last().map_or(0, |entry| entry.seq)
}

#[tokio::test(flavor = "multi_thread")]
async fn set_up_asks_for_nothing_twice() -> anyhow::Result<()> {
    let world = World::start().await?;
    let mut seat = world.new_computer()?;
    seat.start().await?;
    let typed = Typed::for_sandbox(&world.sandbox);
    seat.test_kommo(&typed).await?;
    seat.test_oneflow(&typed).await?;
    let people = seat.people().await?;
    let proposal = seat.proposal("Försäljning", "Konsultavtal 2026").await?;
    let mut asked = asked_since(&world, 0);
    // Account, pipelines, won deals of three pipelines, users, three lists of fields, a contact, a company.
    assert_eq!(asked.iter().filter(|text| text.starts_with("Kommo")).count(), 11, "{asked:#?}");
    let before_finish = last_seq(&world);
    seat.finish(people.proposed, &proposal).await?;
    // The first sync begins at once: it pages through deals and contracts, and looks at Oneflow's clock before.
    let is_of_sync =
        |text: &String| ["/leads?", "/contracts?", "/ping"].iter().any(|path| text.contains(path));
    asked.extend(asked_since(&world, before_finish).into_iter().filter(|text| !is_of_sync(text)));

    let mut times = BTreeMap::<&str, usize>::new();
    for text in &asked {
        *times.entry(text).or_default() += 1;
    }
    times.retain(|_, times| *times > 1);
    assert!(times.is_empty(), "asked more than once: {times:#?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_somebody_made_meanwhile_is_found_with_one_call() -> anyhow::Result<()> {
    let world = World::start_with(Config::default()).await?;
    let typed = Typed::for_sandbox(&world.sandbox);
    let (mut seat, mut administrator) = (world.new_computer()?, world.new_computer()?);
    for seat in [&mut seat, &mut administrator] {
        seat.start().await?;
        seat.test_kommo(&typed).await?;
        seat.test_oneflow(&typed).await?;
        let proposal = seat.proposal("Försäljning", "Konsultavtal 2026").await?;
        assert_eq!(proposal.contract_field, FieldPresence::Missing);
        world.advance(Duration::from_secs(2));
    }
    let made: Proposal = administrator.ask("create_contract_field", json!({})).await?;
    assert_eq!(made.contract_field, FieldPresence::Present);
    world.advance(Duration::from_secs(2));

    let seq = last_seq(&world);
    let again = json!({ "workspace": made.mapping.workspace, "template": made.mapping.template });
    let proposal: Proposal = seat.ask("setup_proposal", again).await?;
    assert_eq!(proposal.contract_field, FieldPresence::Present, "\"Check again\" looks at Kommo");
    let asked = asked_since(&world, seq);
    let is_field_list = |text: &String| text.contains("/leads/custom_fields?");
    assert!(asked.len() == 1 && asked.iter().all(is_field_list), "{asked:#?}");
    Ok(())
}

/// A computer on which both connections were tested, and nothing more was done.
async fn tested() -> anyhow::Result<(World, Seat, Typed)> {
    let world = World::start().await?;
    let mut seat = world.new_computer()?;
    seat.start().await?;
    let typed = Typed::for_sandbox(&world.sandbox);
    seat.test_kommo(&typed).await?;
    seat.test_oneflow(&typed).await?;
    Ok((world, seat, typed))
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_to_the_templates_sees_both_accounts_as_they_are_then() -> anyhow::Result<()> {
    let (world, seat, _) = tested().await?;
    seat.proposal("Försäljning", "Konsultavtal 2026").await?;
    let seq = last_seq(&world);
    seat.proposal("Försäljning", "Konsultavtal 2026").await?;
    let asked = asked_since(&world, seq);
    for list in ["/helpers/contract_create_data", "/template_types/", "/leads/custom_fields"] {
        assert!(asked.iter().any(|text| text.contains(list)), "{list} is read again: {asked:#?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_read_with_a_token_outlives_its_refusal() -> anyhow::Result<()> {
    let (world, seat, right) = tested().await?;
    assert!(!seat.people().await?.users.is_empty());
    let wrong = Typed { kommo_token: world.sandbox.tokens().kommo_expired.clone(), ..right };
    seat.test_kommo(&wrong).await.expect_err("it has expired");
    let refused = seat.people().await.expect_err("nobody is connected any more");
    assert_eq!(refused.code, ipc::ErrorCode::NotConnected);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_the_set_up_leaves_no_token_behind() -> anyhow::Result<()> {
    let (_world, seat, _) = tested().await?;
    assert!(!seat.people().await?.users.is_empty());
    let _: Value = seat.ask("leave_setup", json!({})).await?;
    let refused = seat.people().await.expect_err("nobody is connected any more");
    assert_eq!(refused.code, ipc::ErrorCode::NotConnected);
    Ok(())
}
