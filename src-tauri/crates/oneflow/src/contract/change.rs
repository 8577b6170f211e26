//! Changes of a contract that exists. All of them may be repeated: PUT sets, and a DELETE of what is gone succeeds
//! (`api/oneflow.md §5`).

use std::borrow::Cow;

use domain::{ContractId, ParticipantId};
use http::{Body, Call, Effect, Endpoint, Error, Ignored, Method, found, segment};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};

use super::ReadContract;
use crate::client::Oneflow;

/// What to change; `None` leaves it as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// At most 130 characters.
    pub name: Option<String>,
    /// Until when it can be signed. A later day revives an expired contract.
    pub signing_period: Option<SigningPeriod>,
    /// Who signs first; equal numbers sign together.
    pub sign_order: Option<Vec<(ParticipantId, u32)>>,
}

/// Until when a contract can be signed (`api/oneflow.md §3.7`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningPeriod {
    /// So many days after it is published.
    Days(u32),
    /// To the end of a day.
    Until(Date),
}

/// What to change of a participant; `None` leaves it as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PersonChange {
    /// 1 to 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where the invitation goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

struct PutContract<'a> {
    contract: ContractId,
    change: &'a Change,
}

impl Endpoint for PutContract<'_> {
    const NAME: &'static str = "oneflow.contract.change";
    const METHOD: Method = Method::PUT;
    const EFFECT: Effect = Effect::Idempotent;
    type Answer = Ignored;

    fn path(&self) -> Cow<'_, str> {
        format!("contracts/{}", self.contract).into()
    }

    fn body(&self) -> Body {
        Body::json(&body_of(self.change))
    }
}

/// Name and signing period go under `_private`, the order of signing does not (`api/oneflow.md §3.7`).
fn body_of(change: &Change) -> Value {
    let mut private = serde_json::Map::new();
    if let Some(name) = &change.name {
        private.insert("name".to_owned(), json!(name));
    }
    if let Some(period) = change.signing_period {
        let period = match period {
            SigningPeriod::Days(days) => {
                json!({"type": "days_after_publish", "expire_days_after_publish": days})
            }
            SigningPeriod::Until(day) => json!({"type": "fixed_date", "expire_date": day.to_string()}),
        };
        private.insert("signing_period_expiration".to_owned(), period);
    }
    let mut body = serde_json::Map::new();
    if !private.is_empty() {
        body.insert("_private".to_owned(), Value::Object(private));
    }
    if let Some(order) = &change.sign_order {
        let order =
            order.iter().map(|(participant, order)| json!({"participant_id": participant, "order": order}));
        body.insert("sign_order".to_owned(), order.collect());
    }
    Value::Object(body)
}

struct PutField<'a> {
    contract: ContractId,
    custom_id: &'a str,
    value: &'a str,
}

impl Endpoint for PutField<'_> {
    const NAME: &'static str = "oneflow.contract.set_field";
    const METHOD: Method = Method::PUT;
    const EFFECT: Effect = Effect::Idempotent;
    type Answer = Ignored;

    // `c::` says that a custom id follows and not a number (`api/oneflow.md §3.9`).
    fn path(&self) -> Cow<'_, str> {
        let field = segment(&format!("c::{}", self.custom_id));
        format!("contracts/{}/data_fields/{field}", self.contract).into()
    }

    fn body(&self) -> Body {
        Body::json(&json!({"value": self.value}))
    }
}

struct PutParticipant<'a> {
    contract: ContractId,
    party: i64,
    participant: ParticipantId,
    change: &'a PersonChange,
}

impl Endpoint for PutParticipant<'_> {
    const NAME: &'static str = "oneflow.participant.change";
    const METHOD: Method = Method::PUT;
    const EFFECT: Effect = Effect::Idempotent;
    type Answer = Ignored;

    fn path(&self) -> Cow<'_, str> {
        let Self { contract, party, participant, .. } = self;
        format!("contracts/{contract}/parties/{party}/participants/{participant}").into()
    }

    fn body(&self) -> Body {
        Body::json(self.change)
    }
}

struct DeleteContract(ContractId);

impl Endpoint for DeleteContract {
    const NAME: &'static str = "oneflow.contract.delete";
    const METHOD: Method = Method::DELETE;
    const EFFECT: Effect = Effect::Idempotent;
    type Answer = Ignored;

    fn path(&self) -> Cow<'_, str> {
        format!("contracts/{}", self.0).into()
    }
}

impl Oneflow {
    /// Changes name, signing period or order of signing. Needs a user.
    pub async fn change_contract(
        &self,
        contract: ContractId,
        change: &Change,
        call: Call,
    ) -> Result<(), Error> {
        self.call(PutContract { contract, change }, call).await?;
        Ok(())
    }

    /// Sets one data field; an empty value clears it. Needs a user.
    pub async fn set_field(
        &self,
        contract: ContractId,
        custom_id: &str,
        value: &str,
        call: Call,
    ) -> Result<(), Error> {
        self.call(PutField { contract, custom_id, value }, call).await?;
        Ok(())
    }

    /// Changes a participant; `false` if the contract does not show them. Needs a user.
    pub async fn change_participant(
        &self,
        contract: ContractId,
        participant: ParticipantId,
        change: &PersonChange,
        call: Call,
    ) -> Result<bool, Error> {
        // The path wants the party too, which nobody outside has a use for.
        let reply = found(self.call(ReadContract(contract), call).await)?;
        let Some(party) = reply.and_then(|reply| reply.answer.party_of(participant)) else {
            return Ok(false);
        };
        self.call(PutParticipant { contract, party, participant, change }, call).await?;
        Ok(true)
    }

    /// Deletes a contract for good; one that is gone already is no error. Needs a user. What may be deleted is decided
    /// elsewhere (design.md §3).
    pub async fn delete_contract(&self, contract: ContractId, call: Call) -> Result<(), Error> {
        found(self.call(DeleteContract(contract), call).await)?;
        Ok(())
    }
}
