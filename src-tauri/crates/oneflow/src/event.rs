//! The history of a contract (`api/oneflow.md §3.14`).

use domain::{ContractId, ParticipantId, Timestamp};
use http::{Call, Error, Step};
use serde::Deserialize;

use crate::client::Oneflow;
use crate::filter::Query;
use crate::wire::optional_time;

/// One thing that happened to a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractEvent {
    /// Grows with time.
    pub id: i64,
    /// What happened.
    pub kind: EventKind,
    /// Oneflow's time.
    pub time: Option<Timestamp>,
    /// Name of who did it.
    pub actor: Option<String>,
    /// Whom it happened to, if that is a participant.
    pub participant: Option<ParticipantId>,
}

macro_rules! event_kinds {
    ($($(#[$doc:meta])* $kind:ident = $text:literal,)+) => {
        /// What happened (`api/oneflow.md §6`); the documented list is incomplete.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum EventKind {
            $($(#[$doc])* $kind,)+
            /// Anything else, as it was written.
            Other(String),
        }

        impl EventKind {
            fn of(text: String) -> Self {
                match text.as_str() {
                    $($text => Self::$kind,)+
                    _ => Self::Other(text),
                }
            }
        }
    };
}

event_kinds! {
    /// A draft was made.
    Created = "contract:create",
    /// It was sent.
    Published = "contract:publish",
    /// All have signed.
    AllSigned = "contract:sign",
    /// It was declined.
    Declined = "contract:decline",
    /// It was deleted.
    Deleted = "contract:delete",
    /// Its contents changed.
    ContentUpdated = "contract:content_update",
    /// The signing period passed.
    Expired = "contract:signing_period_expire",
    /// It can be signed again.
    Revived = "contract:signing_period_revive",
    /// Signatures were taken back because its contents changed.
    SignaturesReset = "contract:signature_reset",
    /// A participant signed.
    ParticipantSigned = "participant:sign",
    /// A participant declined.
    ParticipantDeclined = "participant:decline",
    /// A participant opened it for the first time.
    ParticipantOpened = "participant:first_visit",
    /// An invitation did not arrive.
    DeliveryFailed = "participant:delivery_failure",
    /// A data field changed.
    FieldUpdated = "data_field:update",
    /// Somebody commented.
    Commented = "comment:create",
}

#[derive(Deserialize)]
struct WireEvent {
    id: i64,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, deserialize_with = "optional_time")]
    created_time: Option<Timestamp>,
    #[serde(default)]
    actor: Option<Actor>,
    #[serde(default)]
    data: Option<Data>,
}

#[derive(Deserialize)]
struct Actor {
    #[serde(default)]
    name: Option<String>,
}

#[derive(Deserialize)]
struct Data {
    #[serde(default)]
    subject: Option<Subject>,
}

#[derive(Deserialize)]
struct Subject {
    #[serde(default)]
    id: Option<i64>,
}

impl From<WireEvent> for ContractEvent {
    fn from(wire: WireEvent) -> Self {
        let subject = wire.data.and_then(|data| data.subject?.id);
        let participant = subject.filter(|_| wire.kind.starts_with("participant:")).map(ParticipantId);
        Self {
            id: wire.id,
            kind: EventKind::of(wire.kind),
            time: wire.created_time,
            actor: wire.actor.and_then(|actor| actor.name),
            participant,
        }
    }
}

impl Oneflow {
    /// The events of a contract after the one with id `since`, oldest first; all of them without it.
    pub async fn events(
        &self,
        contract: ContractId,
        since: Option<i64>,
        call: Call,
    ) -> Result<Vec<ContractEvent>, Error> {
        let path = format!("contracts/{contract}/events");
        let query = Query::from([("sort".into(), "-id".to_owned())]);
        let is_new = |event: &ContractEvent| since.is_none_or(|since| event.id > since);
        let (mut events, mut offset) = (Vec::new(), 0);
        loop {
            let page = self.page::<WireEvent>(&path, &query, offset, call).await?;
            events.extend(page.rows.into_iter().map(ContractEvent::from));
            match page.next {
                Step::Page { offset: next } if events.iter().all(is_new) => offset = next,
                Step::Page { .. } | Step::End | Step::CannotTell => break,
            }
        }
        events.retain(is_new);
        events.sort_by_key(|event| event.id);
        events.dedup_by_key(|event| event.id);
        Ok(events)
    }
}

#[cfg(test)]
mod tests;
