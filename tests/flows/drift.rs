//! A deal that moves on after its contract was sent: the contract says so with both values and offers a new version.

use countersign_tests::{
    manager::Manager as _,
    seat::Seat,
    wait,
    world::{DEAL, World},
};
use ipc::dto::{ContractDto, DifferenceDto, DriftDto};
use sandbox::Act;

/// The contract once its deal is seen to have moved on.
async fn drifted(seat: &Seat, contract: &str) -> anyhow::Result<ContractDto> {
    seat.refresh().await?;
    wait::until("the contract to say that its deal moved on", async || {
        let found = seat.contract(contract).await?;
        let has_moved = found.drift.price.is_some() || !found.drift.values.is_empty();
        Ok(has_moved.then_some(found))
    })
    .await
}

/// What a slot held at the click, and would hold now.
fn values<'a>(drift: &'a DriftDto, wanted: &str) -> Option<(&'a str, &'a str)> {
    drift.values.iter().find_map(|one| match one {
        DifferenceDto::Value { slot, seen, now, .. } if slot == wanted => Some((seen.as_str(), now.as_str())),
        _ => None,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn another_price_and_another_signatory_are_told_with_both_values() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let contract = seat.send_and_wait(DEAL).await?;
    let as_sent = seat.contract(&contract).await?;
    assert_eq!(as_sent.drift, DriftDto { values: Vec::new(), price: None });
    assert!(!as_sent.can_replace, "nothing moved, and it awaits its signature");
    world.sandbox.act(Act::EditDeal {
        deal: DEAL,
        name: None,
        price: Some(50_000.into()),
        responsible_user_id: None,
        fields: Vec::new(),
    })?;
    let moved = drifted(&seat, &contract).await?;
    assert_eq!(values(&moved.drift, "field:amount"), Some(("43037", "50000")), "{:?}", moved.drift);
    assert_eq!(moved.drift.price, None, "the amount on the contract shows it already");
    assert!(moved.can_replace);

    let client = world.deal(DEAL).contacts[0];
    world.sandbox.act(Act::EditContact {
        contact: client,
        name: None,
        email: Some("asa@annan.example".to_owned()),
    })?;
    wait::until("the other address", async || {
        let found = drifted(&seat, &contract).await?;
        let addresses = values(&found.drift, "client.email");
        Ok(addresses.filter(|(seen, now)| *now == "asa@annan.example" && seen != now).map(drop))
    })
    .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_says_what_the_deal_says() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let first = seat.send_and_wait(DEAL).await?;
    let company = world.deal(DEAL).company.expect("the deal has a company");
    world.sandbox.act(Act::EditCompany { company, name: "Öresund Vind AB".to_owned() })?;
    let moved = drifted(&seat, &first).await?;
    assert_eq!(values(&moved.drift, "company"), Some(("Öresund Kraft AB", "Öresund Vind AB")));
    let click = seat.send_new_version(DEAL, &first).await?;
    let second = wait::until_within(wait::PATIENCE * 6, "the new version to be out", async || {
        let send = seat.deal(DEAL).await?.send;
        let send =
            send.filter(|send| send.id == click.id && send.state == ipc::dto::SendStateCode::Published);
        Ok(send.and_then(|send| send.contract))
    })
    .await?;
    assert_eq!(seat.contract(&second).await?.drift.values, []);
    assert_eq!(seat.contract(&first).await?.drift.values, [], "a newer version says what there is to say");
    Ok(())
}
