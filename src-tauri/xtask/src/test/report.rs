//! The table at the end, and the one line that machines read.

use std::time::Duration;

use super::count::Count;

/// What one level ran.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) count: Count,
    pub(crate) took: Duration,
    /// Why the level failed, beyond failed tests.
    pub(crate) complaint: Option<&'static str>,
    /// It passed only when it was tried once more.
    pub(crate) is_flaky: bool,
}

impl Row {
    pub(crate) fn passed_everything(&self) -> bool {
        self.complaint.is_none() && self.count.failed == 0
    }
}

/// All levels that ran.
#[derive(Default)]
pub(crate) struct Report(Vec<Row>);

impl Report {
    pub(crate) fn add(&mut self, row: Row) {
        self.0.push(row);
    }

    pub(crate) fn print(&self, took: Duration) {
        println!("\n{:<34} {:>8} {:>8} {:>8}", "level", "run", "failed", "seconds");
        for row in &self.0 {
            let run = row.count.passed + row.count.failed;
            let complaint = row.complaint.unwrap_or(if row.is_flaky { "flaky" } else { "" });
            println!(
                "{:<34} {run:>8} {:>8} {:>8} {complaint}",
                row.name,
                row.count.failed,
                row.took.as_secs()
            );
        }
        let total = self.total();
        println!("\nin {} min {} s", took.as_secs() / 60, took.as_secs() % 60);
        if !self.failed().is_empty() {
            println!("failed: {}", self.failed().join(", "));
        }
        println!("{} passed, {} failed", total.passed, total.failed);
    }

    /// The levels that did not pass.
    pub(crate) fn failed(&self) -> Vec<&'static str> {
        self.0.iter().filter(|row| !row.passed_everything()).map(|row| row.name).collect()
    }

    /// A level that failed without a failed test counts as one failure, so that no failure adds up to "0 failed".
    fn total(&self) -> Count {
        self.0.iter().fold(Count::default(), |total, row| {
            let silent = u32::from(row.complaint.is_some() && row.count.failed == 0);
            Count {
                passed: total.passed + row.count.passed,
                failed: total.failed + row.count.failed + silent,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_that_failed_without_a_test_is_counted_and_fails_the_run() {
        let row = |passed, failed, complaint| Row {
            name: "level",
            count: Count { passed, failed },
            took: Duration::ZERO,
            complaint,
            is_flaky: false,
        };
        for (rows, total, good) in [
            (vec![row(3, 0, None), row(2, 0, None)], (5, 0), true),
            (vec![row(3, 1, Some("failed"))], (3, 1), false),
            (vec![row(0, 0, Some("ran no test"))], (0, 1), false),
        ] {
            let report = Report(rows);
            assert_eq!((report.total().passed, report.total().failed), total);
            assert_eq!(report.failed().is_empty(), good);
        }
    }
}
