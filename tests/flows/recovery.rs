//! After a kill the app goes on before a person wonders.

use std::time::Duration;

use countersign_tests::{recovery::Patient, world::nth_deal};

#[tokio::test(flavor = "multi_thread")]
async fn with_a_thousand_sends_in_its_ledger_a_killed_app_goes_on_within_two_seconds() -> anyhow::Result<()> {
    let patient = Patient::with_sends(1_000).await?;
    let times =
        patient.killed_during(&[nth_deal(1), nth_deal(2), nth_deal(4), nth_deal(5), nth_deal(6)]).await?;
    assert!(times.median() < Duration::from_secs(2), "{times:?}");
    Ok(())
}
