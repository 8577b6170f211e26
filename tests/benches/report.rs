//! The table of results.

use std::time::Duration;

use countersign_tests::measure::Times;

/// One thing that was measured.
#[derive(Debug)]
pub(crate) struct Figure {
    what: &'static str,
    times: Times,
    reference: Option<(&'static str, Times)>,
}

impl Figure {
    /// Without anything to compare it with.
    pub(crate) fn alone(what: &'static str, times: Times) -> Self {
        Self { what, times, reference: None }
    }

    /// Beside something plain that was measured in the same run.
    pub(crate) fn beside(what: &'static str, times: Times, name: &'static str, plain: Times) -> Self {
        Self { what, times, reference: Some((name, plain)) }
    }
}

/// The head of the table.
pub(crate) fn head() {
    println!("\n{:<44} {:>4} {:>10} {:>10} {:>8}  beside", "what", "runs", "median", "worst", "times");
}

/// The rows of one group, as soon as they are measured.
pub(crate) fn rows(group: &str, figures: &[Figure]) {
    println!("{group}");
    for Figure { what, times, reference } in figures {
        let (median, worst) = (milliseconds(times.median()), milliseconds(times.worst()));
        let (ratio, beside) = match reference {
            Some((name, plain)) => (
                format!("{:.1}", times.median().as_secs_f64() / plain.median().as_secs_f64().max(1e-9)),
                format!("{name}: {}", milliseconds(plain.median())),
            ),
            None => Default::default(),
        };
        println!("  {what:<42} {:>4} {median:>10} {worst:>10} {ratio:>8}  {beside}", times.count());
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}
