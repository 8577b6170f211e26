//! From a dead app to one that works.

use countersign_tests::{recovery::Patient, world::nth_deal};

use crate::report::Figure;

const RUNS: [i64; 7] = [1, 2, 4, 5, 6, 8, 9];

/// Recovery after a kill, and a start with nothing to do.
pub(crate) async fn figures() -> anyhow::Result<Vec<Figure>> {
    let patient = Patient::with_sends(1_000).await?;
    let killed = patient.killed_during(&RUNS.map(nth_deal)).await?;
    let plain = patient.plain_starts(5).await?;
    Ok(vec![Figure::beside(
        "kill → first resumed step, 1,000 sends",
        killed,
        "start of a new app until it answers",
        plain,
    )])
}
