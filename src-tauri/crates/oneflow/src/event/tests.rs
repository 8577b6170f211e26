use domain::ContractId;
use serde_json::{Value, json};

use super::*;
use crate::testing::{client_of, list, ok, parameter, requests, server_with};

fn events_newest_first() -> Vec<Value> {
    vec![
        json!({"id": 14, "type": "contract:something_new", "created_time": "2020-07-06T15:14:20+0000"}),
        json!({"id": 13, "type": "participant:sign", "created_time": "2020-07-06T15:14:16+00:00",
            "actor": {"id": 113_704, "name": "Ada", "party": {"id": 1, "name": "Ada AB"}},
            "data": {"subject": {"id": 113_704, "name": "Ada"}, "changes": []}}),
        json!({"id": 12, "type": "contract:publish", "created_time": "2020-07-06T15:14:14+0000", "actor": null,
            "data": {"subject": {"id": 51874}}}),
    ]
}

#[tokio::test]
async fn events_come_oldest_first_with_the_participant_they_happened_to() {
    let server = server_with("GET", "contracts/51874/events", ok(list(&events_newest_first()))).await;
    let events = client_of(&server).events(ContractId(51_874), None, Call::background()).await.unwrap();
    let shape: Vec<(i64, EventKind, Option<ParticipantId>)> =
        events.iter().map(|event| (event.id, event.kind.clone(), event.participant)).collect();
    assert_eq!(
        shape,
        [
            (12, EventKind::Published, None),
            (13, EventKind::ParticipantSigned, Some(ParticipantId(113_704))),
            (14, EventKind::Other("contract:something_new".to_owned()), None)
        ]
    );
    assert_eq!(events[1].actor.as_deref(), Some("Ada"));
    assert_eq!(events[1].time, "2020-07-06T15:14:16Z".parse().ok());
    assert_eq!(parameter(&requests(&server).await[0], "sort").as_deref(), Some("-id"));
}

#[tokio::test]
async fn only_events_after_the_last_known_one_come() {
    for (since, expected) in [(12, vec![13, 14]), (14, vec![]), (5, vec![12, 13, 14])] {
        let server = server_with("GET", "contracts/51874/events", ok(list(&events_newest_first()))).await;
        let events =
            client_of(&server).events(ContractId(51_874), Some(since), Call::background()).await.unwrap();
        assert_eq!(events.iter().map(|event| event.id).collect::<Vec<_>>(), expected, "after {since}");
    }
}
