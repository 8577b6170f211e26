//! The shortest list of events that still shows a failure.
//!
//! Pieces of the list are left out as long as the rest still breaks the same rule. Threads and sockets do not repeat
//! themselves exactly, so a failure that hangs on a moment may not come again: then the list stays longer.

use std::collections::BTreeSet;

use crate::{
    arguments::How,
    check::{self, Rule, Wrong},
    event::Planned,
    plan::Plan,
    run,
};

/// So many runs are spent on it.
const RUNS: usize = 12;

/// A shorter plan that breaks one of these rules, too.
pub(crate) async fn shorten(plan: &Plan, wrongs: &[Wrong], how: &How) -> anyhow::Result<Plan> {
    let rules: BTreeSet<Rule> = wrongs.iter().map(|wrong| wrong.rule).collect();
    let mut shortest = plan.clone();
    let (mut pieces, mut place) = (2, 0);
    for _ in 0..RUNS {
        if place == pieces {
            (pieces, place) = (pieces * 2, 0);
        }
        if pieces > shortest.events.len() {
            break;
        }
        let length = shortest.events.len().div_ceil(pieces);
        let events = without(&shortest.events, place * length, length);
        let tried = Plan { events, ..shortest.clone() };
        let found = check::check(&run::run(&tried, how).await?);
        println!("  {} events: {}", tried.events.len(), if found.is_empty() { "well" } else { "fails" });
        if found.iter().any(|wrong| rules.contains(&wrong.rule)) {
            shortest = tried;
            (pieces, place) = (pieces.saturating_sub(1).max(2), 0);
        } else {
            place += 1;
        }
    }
    Ok(shortest)
}

fn without(events: &[Planned], from: usize, length: usize) -> Vec<Planned> {
    let to = (from + length).min(events.len());
    events.iter().take(from).chain(events.iter().skip(to)).cloned().collect()
}
