//! The table of a run.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use crate::{
    check::{Rule, Wrong},
    evidence::Evidence,
    ledger::moves,
    run::Jump,
    seat::Start,
};

/// Prints what happened and what came of it.
pub(crate) fn print(evidence: &Evidence, wrongs: &[Wrong]) {
    for (name, value) in rows(evidence, wrongs) {
        println!("  {name:<28} {value}");
    }
}

fn rows(evidence: &Evidence, wrongs: &[Wrong]) -> Vec<(String, String)> {
    let notes = &evidence.notes;
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    let known = notes.clicks.iter().filter_map(|(id, click)| evidence.send(click.seat, *id));
    for send in known {
        *states.entry(send.state.as_str()).or_default() += 1;
    }
    let state = |name: &str| states.get(name).copied().unwrap_or_default().to_string();
    let broken = |rule: Rule| wrongs.iter().filter(|wrong| wrong.rule == rule).count().to_string();
    let row = |name: &str, value: String| (name.to_owned(), value);
    let mut rows = vec![
        row("seed", evidence.plan.order.seed.to_string()),
        row("sends", notes.clicks.len().to_string()),
        row("published", state("published")),
        row("sent by a colleague", state("superseded")),
        row("undone", state("undone")),
        row("stopped", state("stopped")),
        row("rejected", state("rejected")),
        row("given up", state("given_up")),
        row("needs you", state("needs_you")),
        row("clicks refused", refusals(&notes.refused)),
        row("deeds of people", notes.touched.deeds.to_string()),
        row("decisions of people", notes.decisions.to_string()),
        row("kills", notes.kills.to_string()),
        row("jumps of the clock", notes.jumps.len().to_string()),
        row("requests", evidence.requests.to_string()),
        row("while faults were on", evidence.endangered.to_string()),
        row("met one", share(evidence.faults.values().sum(), evidence.endangered)),
    ];
    for (name, count) in &evidence.faults {
        rows.push(row(&format!("fault: {name}"), count.to_string()));
    }
    let recovery = Recovery::of(evidence);
    rows.extend([
        row("duplicates", broken(Rule::Duplicate)),
        row("second publishes", broken(Rule::SecondPublish)),
        row("hasty creates", broken(Rule::HastyCreate)),
        row("sent after undo", broken(Rule::SentAfterUndo)),
        row("lost", broken(Rule::Lost)),
        row("untrue", broken(Rule::Untrue)),
        row("orphan drafts", broken(Rule::OrphanDraft)),
        row("doubled notes", broken(Rule::DoubledNote)),
        row("doubled tasks", broken(Rule::DoubledTask)),
        row("doubled files", broken(Rule::DoubledFile)),
        row("recovery, median", told(recovery.median)),
        row("recovery, worst", told(recovery.worst)),
        row("longest standstill", told(Some(notes.standstill.div_f64(evidence.speed)))),
        row("took", format!("{:.0} s", evidence.lasted.as_secs_f64())),
    ]);
    rows
}

fn share(part: usize, whole: usize) -> String {
    match (part * 1_000).checked_div(whole) {
        Some(thousandths) => format!("{part} ({}.{} %)", thousandths / 10, thousandths % 10),
        None => part.to_string(),
    }
}

fn refusals(refused: &BTreeMap<String, usize>) -> String {
    let count: usize = refused.values().sum();
    let kinds: Vec<String> = refused.iter().map(|(code, times)| format!("{code} {times}")).collect();
    format!("{count} ({})", kinds.join(", "))
}

fn told(time: Option<Duration>) -> String {
    time.map_or_else(|| "-".to_owned(), |time| format!("{:.2} s", time.as_secs_f64()))
}

/// From the start of a killed app to the first step of a send that was on its way, in real time.
struct Recovery {
    median: Option<Duration>,
    worst: Option<Duration>,
}

impl Recovery {
    fn of(evidence: &Evidence) -> Self {
        let mut times: Vec<Duration> =
            evidence.notes.starts.iter().filter_map(|start| first_step(evidence, start)).collect();
        times.sort_unstable();
        Self { median: times.get(times.len() / 2).copied(), worst: times.last().copied() }
    }
}

/// The time between two moments, without what the clock jumped over.
fn real_time(jumps: &[Jump], from: Timestamp, until: Timestamp) -> Duration {
    let between = jumps.iter().filter(|jump| from <= jump.at && jump.at < until);
    let jumped = between.map(|jump| jump.by).sum();
    until.duration_since(from).unsigned_abs().saturating_sub(jumped)
}

fn first_step(evidence: &Evidence, start: &Start) -> Option<Duration> {
    let sends = evidence.seats[start.seat].ledger.sends.values();
    let firsts = sends.filter_map(|send| {
        let at = send.steps.partition_point(|step| step.at < start.at);
        let next = send.steps.get(at).filter(|_| at > 0)?;
        // A hold is meant to take its time.
        let was_moving = next.before.as_deref().is_some_and(|state| state != "held" && moves(state));
        was_moving.then(|| real_time(&evidence.notes.jumps, start.at, next.at))
    });
    firsts.min().map(|passed| passed.div_f64(evidence.speed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_clock_jumped_over_is_no_time_of_recovery() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let jumps = [10, 100].map(|second| Jump { at: at(second), by: Duration::from_secs(50) });
        let check = |from, until, wanted| {
            assert_eq!(
                real_time(&jumps, at(from), at(until)),
                Duration::from_secs(wanted),
                "{from} to {until}"
            );
        };
        check(0, 5, 5);
        check(0, 61, 11);
        check(20, 99, 79);
        check(20, 160, 90);
    }

    #[test]
    fn a_share_of_nothing_is_only_a_count() {
        assert_eq!(share(0, 0), "0");
        assert_eq!(share(5_254, 26_285), "5254 (19.9 %)");
    }
}
