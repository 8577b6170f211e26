//! What nobody foresaw is found again in the log.

use countersign_tests::{
    logs,
    manager::{Line as _, Manager as _},
    world::World,
};
use ipc::ErrorCode;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn an_unforeseen_error_has_a_name_that_stands_on_the_screen_and_in_the_log() -> anyhow::Result<()> {
    let world = World::start().await?;
    let seat = world.seat().await?;
    let mut names = Vec::new();
    for payload in [json!({ "nonsense": true }), json!(null)] {
        let error = seat.call("send", payload).await.expect_err("that is no click");
        assert_eq!(error.code, ErrorCode::BadRequest);
        let name = error.incident.expect("it has a name");
        assert!(logs::written().contains(&name), "the log does not know {name}");
        names.push(name);
    }
    assert_ne!(names[0], names[1]);
    // What is foreseen says what to do instead.
    let foreseen = seat.deal(1).await.expect_err("there is no such deal");
    assert_eq!((foreseen.code, foreseen.incident), (ErrorCode::DealGone, None));
    Ok(())
}
