//! Whether a deal moved on after its contract was sent.

use domain::{FullDeal, Money, Payload, Send, drift::Drift};
use store::contracts::ContractDetail;

use crate::{EngineError, Profile, deals, previews};

/// What the deal of a contract says now and did not say at the click. Known from the cache alone, so that a contract
/// opens offline; nothing is told of a colleague's contract (its click is in another ledger) and of one that a newer
/// one replaced.
pub async fn drift(profile: &Profile, detail: &ContractDetail) -> Drift {
    let contract = &detail.contract;
    let is_newest = detail.versions.first().is_none_or(|newest| newest.id == contract.id);
    let (Some(send), true, true) = (&detail.send, is_newest, contract.state.is_out()) else {
        return Drift::default();
    };
    since_click(profile, send).await.unwrap_or_else(|error| {
        // It stands beside a contract that can be shown without it.
        tracing::warn!(contract.id = %contract.id, %error, "what a contract and its deal differ in cannot be told");
        Drift::default()
    })
}

async fn since_click(profile: &Profile, send: &Send) -> Result<Drift, EngineError> {
    let Some(deal) = deals::cached(profile, send.deal).await?.filter(is_whole) else {
        return Ok(Drift::default());
    };
    let payload = Payload::from_bytes(&send.payload).map_err(|_| EngineError::BadRequest)?;
    let now = previews::again(profile, send, &payload, &deal).await?;
    let currency = profile.kommo_account().await?.currency;
    let price = deal.deal.price.map(|price| Money::new(price, currency));
    Ok(Drift::between(&payload, send.title.amount.as_ref(), &now, price.as_ref()))
}

/// A person or company that was never read would look like one that was taken away.
fn is_whole(deal: &FullDeal) -> bool {
    let is_known =
        |link: &domain::deal::DealContact| deal.contacts.iter().any(|contact| contact.id == link.id);
    deal.deal.contacts.iter().all(is_known) && deal.deal.company.is_none() == deal.company.is_none()
}
