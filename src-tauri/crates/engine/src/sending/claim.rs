//! Reads everything again, then claims the send and creates the draft.

use std::sync::Arc;

use domain::{
    FullDeal, Payload, Preview, Send,
    preview::Slot,
    schedule::START_WITHIN,
    send::{Difference, Step},
};
use http::Call;

use super::drive::Driver;
use crate::{EngineError, deals, health::Service, previews};

impl Driver {
    /// Queued: re-read, claim, create.
    pub(super) async fn claim_and_create(&mut self, send: &Send) -> Result<(), EngineError> {
        self.profile.health.token_accepted(Service::Kommo).await;
        self.profile.health.token_accepted(Service::Oneflow).await;
        let profile = Arc::clone(&self.profile);
        let _turn = profile.holds.turns.acquire().await.expect("BUG: the turns are never closed");
        let payload = Payload::from_bytes(&send.payload).map_err(|_| EngineError::BadRequest)?;
        let differences = self.differences(send, &payload).await?;
        if !differences.is_empty() {
            return self.take(Step::Differs(differences)).await;
        }
        let start_before = profile.clock.elapsed() + START_WITHIN;
        // An undo during the re-read wins here: the claim then changes no row.
        let Some(claimed) = self.take_and_see(Step::Claim).await? else { return Ok(()) };
        let draft = oneflow::Draft { payload: &payload, marker: &claimed.marker() };
        let answer = profile.oneflow().create_contract(&draft, Call::person().before(start_before)).await;
        match profile.heard(Service::Oneflow, answer) {
            Ok(contract) => {
                self.failures = 0;
                self.store_draft(&claimed, &contract).await?;
                self.mark(&claimed, &payload, contract).await
            }
            Err(error) => self.after_call_error(&error).await,
        }
    }

    /// What is different now from what was seen. Empty: what was seen is what is sent.
    async fn differences(&self, send: &Send, seen: &Payload) -> Result<Vec<Difference>, EngineError> {
        let profile = &self.profile;
        let oneflow = profile.oneflow();
        let (deal, template) = futures::join!(deals::read_again(profile, send.deal), async {
            profile.heard_oneflow(oneflow.template(seen.template, Call::person()).await)
        },);
        let Some(deal) = deal? else { return Ok(vec![Difference::DealGone]) };
        match template? {
            None => return Ok(vec![Difference::TemplateGone]),
            Some(template) if !template.is_active => return Ok(vec![Difference::TemplateInactive]),
            Some(_) => {}
        }
        if !deals::is_ready(&deal.deal) {
            return Ok(vec![Difference::DealNotReady]);
        }
        let now = preview_again(profile, send, seen, &deal).await?;
        Ok(compare(seen, &now))
    }
}

/// The same mapping, the same edits and the same day as at the click, on what Kommo says now.
async fn preview_again(
    profile: &crate::Profile,
    send: &Send,
    seen: &Payload,
    deal: &FullDeal,
) -> Result<Preview, EngineError> {
    let version = seen.mapping;
    let mapping = profile.ledger.read(move |reading| store::mappings::by_version(reading, version)).await?;
    let mapping = mapping.ok_or(EngineError::BadRequest)?;
    previews::apply(profile, &mapping, deal, send.generation, &send.edits, send.clicked_at).await
}

fn compare(seen: &Payload, now: &Preview) -> Vec<Difference> {
    if now.payload.as_ref() == Some(seen) {
        return Vec::new();
    }
    let values = now.values.iter().filter_map(|value| {
        let text = seen_text(seen, &value.slot)?;
        let is_same = text == value.text;
        (!is_same).then(|| Difference::Value {
            slot: value.slot.clone(),
            seen: text.to_owned(),
            now: value.text.clone(),
        })
    });
    let values: Vec<_> = values.collect();
    if values.is_empty() { vec![Difference::Contents] } else { values }
}

/// The text of a slot as it was seen; `None` for what the payload leaves to the template.
fn seen_text<'a>(seen: &'a Payload, slot: &Slot) -> Option<&'a str> {
    let internal = seen.internal.as_ref();
    match slot {
        Slot::Name => Some(&seen.name),
        Slot::Subject => Some(&seen.subject),
        Slot::Message => Some(&seen.message),
        Slot::Company => seen.client.company.as_deref(),
        Slot::ClientName => Some(&seen.client.signatory.name),
        Slot::ClientEmail => Some(&seen.client.signatory.email),
        Slot::InternalName => internal.map(|person| person.name.as_str()),
        Slot::InternalEmail => internal.map(|person| person.email.as_str()),
        Slot::Field(custom_id) => {
            seen.fields.iter().find(|field| field.custom_id == *custom_id).map(|field| field.value.as_str())
        }
    }
}
