//! How many tests ran, read from what the test programs print last.

/// Tests of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Count {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
}

/// From cargo-nextest: `Summary [ 2.1s] 12 tests run: 9 passed (1 slow), 2 failed, 1 timed out, 3 skipped`.
pub(crate) fn of_nextest(output: &str) -> Count {
    let summary = output.lines().rev().find(|line| line.trim_start().starts_with("Summary ["));
    let Some((_, numbers)) = summary.and_then(|line| line.split_once(':')) else { return Count::default() };
    numbers.split(',').fold(Count::default(), |count, part| {
        let mut words = part.split_whitespace();
        let number = words.next().and_then(|number| number.parse().ok()).unwrap_or(0);
        match words.next() {
            Some("passed") => Count { passed: count.passed + number, ..count },
            Some("failed" | "timed" | "exec") => Count { failed: count.failed + number, ..count },
            _ => count,
        }
    })
}

/// From `cargo test`, one line for each test binary: `test result: ok. 3 passed; 0 failed; …`.
pub(crate) fn of_cargo_test(output: &str) -> Count {
    let lines = output.lines().filter_map(|line| line.trim_start().strip_prefix("test result: "));
    lines.fold(Count::default(), |count, line| Count {
        passed: count.passed + number_before(line, "passed"),
        failed: count.failed + number_before(line, "failed"),
    })
}

/// From Vitest: `Tests  1 failed | 11 passed (12)`.
pub(crate) fn of_vitest(output: &str) -> Count {
    let line = output.lines().rev().find_map(|line| line.trim_start().strip_prefix("Tests "));
    of_sentence(line.unwrap_or_default())
}

/// From our own scripts, which end with `12 passed, 0 failed`.
pub(crate) fn of_last_line(output: &str) -> Count {
    let line = output.lines().rev().find(|line| line.contains(" passed, "));
    of_sentence(line.unwrap_or_default())
}

/// From a torture run: the sends of `Torture: 300 sends, …`, and `2 promises were broken with …`.
pub(crate) fn of_torture(output: &str) -> Count {
    let begun = output.lines().find_map(|line| line.strip_prefix("Torture: ")).unwrap_or_default();
    let broken = output.lines().find(|line| line.contains(" broken with seed ")).unwrap_or_default();
    Count { passed: number_before(begun, "sends"), failed: number_before(broken, "promises") }
}

fn of_sentence(line: &str) -> Count {
    Count { passed: number_before(line, "passed"), failed: number_before(line, "failed") }
}

/// The number in front of a word.
fn number_before(line: &str, word: &str) -> u32 {
    let mut before = "";
    for part in line.split_whitespace() {
        if part.trim_end_matches([';', ',']) == word {
            return before.parse().unwrap_or(0);
        }
        before = part;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_of_every_test_program_are_understood() {
        let check = |read: fn(&str) -> Count, output: &str, passed, failed| {
            assert_eq!(read(output), Count { passed, failed }, "{output}");
        };
        check(of_nextest, "     Summary [   2.064s] 3 tests run: 3 passed, 0 skipped\n", 3, 0);
        check(
            of_nextest,
            "Summary [2s] 9 tests run: 5 passed (1 slow), 2 failed, 1 timed out, 1 exec failed",
            5,
            4,
        );
        check(
            of_nextest,
            "Summary [2s] 4/9 tests run: 3 passed, 1 failed, 0 skipped\nerror: test run failed",
            3,
            1,
        );
        check(of_nextest, "error: could not compile", 0, 0);
        check(
            of_cargo_test,
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out",
            3,
            0,
        );
        check(
            of_cargo_test,
            "test result: ok. 3 passed; 0 failed;\ntest result: FAILED. 1 passed; 2 failed;",
            4,
            2,
        );
        check(of_vitest, " Test Files  2 passed (2)\n      Tests  1 failed | 11 passed (12)\n", 11, 1);
        check(of_vitest, "      Tests  12 passed (12)\n", 12, 0);
        check(of_torture, "Torture: 300 sends, 3 seats, seed 7\n\nEvery promise was kept.\n", 300, 0);
        check(of_torture, "Torture: 300 sends\n\n2 promises were broken with seed 7:\n  …", 300, 2);
        check(of_last_line, "ok welcome\n24 passed, 1 failed\n", 24, 1);
    }
}
