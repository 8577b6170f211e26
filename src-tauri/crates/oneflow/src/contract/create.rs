//! The two calls that must not be made twice: making a draft and sending it.

use std::borrow::Cow;

use domain::payload::Signatory;
use domain::{Contract, ContractId, Marker, Payload, marker};
use http::{Body, Call, Effect, Endpoint, Error, Method};
use serde::Serialize;

use crate::client::Oneflow;
use crate::wire;

/// A contract to be made: what a person saw, and the marker by which it is found again.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// The contents.
    pub payload: &'a Payload,
    /// Stands in the marker fields, if the template type has them, and with every counterparty participant.
    pub marker: &'a Marker,
}

struct Create<'a>(&'a Draft<'a>);

impl Endpoint for Create<'_> {
    const NAME: &'static str = "oneflow.contract.create";
    const METHOD: Method = Method::POST;
    const EFFECT: Effect = Effect::Once;
    type Answer = wire::Contract;

    fn path(&self) -> Cow<'_, str> {
        "contracts/create".into()
    }

    fn body(&self) -> Body {
        Body::json(&MarkedDraft { draft: self.0, marker: self.0.marker.to_string() })
    }
}

struct Publish<'a> {
    contract: ContractId,
    invitation: Invitation<'a>,
}

/// Both members are sent: whether an empty body is accepted is not known (`api/oneflow.md §3.8`).
#[derive(Serialize)]
struct Invitation<'a> {
    subject: &'a str,
    message: &'a str,
}

impl Endpoint for Publish<'_> {
    const NAME: &'static str = "oneflow.contract.publish";
    const METHOD: Method = Method::POST;
    const EFFECT: Effect = Effect::Once;
    type Answer = wire::Contract;

    fn path(&self) -> Cow<'_, str> {
        format!("contracts/{}/publish", self.contract).into()
    }

    fn body(&self) -> Body {
        Body::json(&self.invitation)
    }
}

impl Oneflow {
    /// Makes a draft. Never repeated here: each request makes another one (`api/oneflow.md §5`). Needs a user.
    pub async fn create_contract(&self, draft: &Draft<'_>, call: Call) -> Result<Contract, Error> {
        Ok(self.call(Create(draft), call).await?.answer.into())
    }

    /// Sends a draft to its participants. Never repeated here. Needs a user.
    pub async fn publish(
        &self,
        contract: ContractId,
        subject: &str,
        message: &str,
        call: Call,
    ) -> Result<Contract, Error> {
        let endpoint = Publish { contract, invitation: Invitation { subject, message } };
        Ok(self.call(endpoint, call).await?.answer.into())
    }
}

/// The body of a create (`api/oneflow.md §3.6`).
#[derive(Serialize)]
struct NewContract<'a> {
    workspace_id: i64,
    template_id: i64,
    name: &'a str,
    data_fields: Vec<NewField<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    my_party: Option<NewOwnParty<'a>>,
    parties: [NewParty<'a>; 1],
}

#[derive(Serialize)]
struct NewField<'a> {
    custom_id: &'a str,
    value: Cow<'a, str>,
}

#[derive(Serialize)]
struct NewOwnParty<'a> {
    participants: [NewColleague<'a>; 1],
}

/// A colleague needs no delivery channel; the e-mail must be an active user's.
#[derive(Serialize)]
struct NewColleague<'a> {
    name: &'a str,
    email: &'a str,
    signatory: bool,
    #[serde(rename = "_permissions")]
    permissions: Permissions,
}

/// A company has a list of participants, an individual exactly one and no name of its own.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum NewParty<'a> {
    Company { name: &'a str, participants: [NewParticipant<'a>; 1] },
    Individual { participant: NewParticipant<'a> },
}

/// `signatory` must be said: the default lets a person only read. Sign method and two-step authentication are left to
/// the template, which works (`api/oneflow.md §3.6`).
#[derive(Serialize)]
struct NewParticipant<'a> {
    name: &'a str,
    email: &'a str,
    delivery_channel: &'a str,
    signatory: bool,
    #[serde(rename = "_permissions")]
    permissions: Permissions,
    #[serde(rename = "_private_ownerside")]
    ownerside: CustomId<'a>,
}

#[derive(Serialize)]
struct CustomId<'a> {
    custom_id: &'a str,
}

/// Needed to fill fields, and said to be required of signatories.
#[derive(Serialize)]
struct Permissions {
    #[serde(rename = "contract:update")]
    update: bool,
}

/// A draft with the text of its marker, which every place of it borrows.
struct MarkedDraft<'a> {
    draft: &'a Draft<'a>,
    marker: String,
}

impl MarkedDraft<'_> {
    fn fields(&self) -> Vec<NewField<'_>> {
        let Draft { payload, marker: Marker { account, deal, .. } } = *self.draft;
        let own = payload.fields.iter();
        let own =
            own.map(|field| NewField { custom_id: &field.custom_id, value: field.value.as_str().into() });
        let mut fields: Vec<NewField<'_>> = own.collect();
        if payload.has_marker_fields {
            let account_text = Marker::account_text(*account).into();
            let deal_text = Marker::deal_text(*account, *deal).into();
            let send_text = self.marker.as_str().into();
            fields.push(NewField { custom_id: marker::ACCOUNT_FIELD, value: account_text });
            fields.push(NewField { custom_id: marker::DEAL_FIELD, value: deal_text });
            fields.push(NewField { custom_id: marker::SEND_FIELD, value: send_text });
        }
        fields
    }
}

impl Serialize for MarkedDraft<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let payload = self.draft.payload;
        let client = &payload.client;
        let participant = NewParticipant {
            name: &client.signatory.name,
            email: &client.signatory.email,
            delivery_channel: &client.delivery_channel,
            signatory: true,
            permissions: Permissions { update: true },
            ownerside: CustomId { custom_id: &self.marker },
        };
        let party = match &client.company {
            Some(name) => NewParty::Company { name, participants: [participant] },
            None => NewParty::Individual { participant },
        };
        let contract = NewContract {
            workspace_id: payload.workspace.0,
            template_id: payload.template.0,
            name: &payload.name,
            data_fields: self.fields(),
            my_party: payload.internal.as_ref().map(own_party),
            parties: [party],
        };
        contract.serialize(serializer)
    }
}

/// Guess: with `my_party` given, its participants are all there are of our side.
fn own_party(signatory: &Signatory) -> NewOwnParty<'_> {
    let permissions = Permissions { update: true };
    let Signatory { name, email } = signatory;
    NewOwnParty { participants: [NewColleague { name, email, signatory: true, permissions }] }
}
