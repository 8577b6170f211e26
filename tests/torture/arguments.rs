//! The command line.

use std::{path::PathBuf, time::Duration};

use crate::{
    plan::Order,
    readings::{Reading, Readings},
};

const USAGE: &str = "torture [--sends N] [--seats K] [--seed S] [--minutes M] [--whole] [--calm] [--speed X]
        [--reading NAME]... [--keep DIR] [--host PROGRAM]

  --sends N    clicks on \"Send contract\" in a run (300)
  --seats K    installations on the same accounts (3)
  --seed S     of the plan; random and printed when absent
  --minutes M  one run after the other, with the next seeds, until so many minutes have passed
  --whole      does not look for the shortest list of events that shows a failure
  --calm       without faults
  --speed X    how much faster than real time (60); less on a machine that is busy with other things
  --reading NAME  the services or the set-up are so, whatever the seed draws; may be given several times
  --keep DIR   leaves the files and logs of the seats there, and the journal of the services
  --host PROGRAM  another countersign-headless than the one beside this program";

/// The flags, and the names that one of them takes.
pub(crate) fn usage() -> String {
    format!("{USAGE}\n\n  readings: {}", Reading::ALL.map(Reading::name).join(", "))
}

/// Thirty seconds, within which a publish starts after its look, are half a second of the machine then.
const SPEED: f64 = 60.0;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Arguments {
    pub(crate) order: Order,
    /// Beside those that the seed draws.
    pub(crate) readings: Readings,
    /// Runs go on until then.
    pub(crate) lasts: Option<Duration>,
    pub(crate) shortens: bool,
    pub(crate) how: How,
}

/// How a run is done; says nothing about what happens in it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct How {
    /// How much faster than real time everything runs.
    pub(crate) speed: f64,
    pub(crate) with_faults: bool,
    /// Where the files of the seats are left.
    pub(crate) keep: Option<PathBuf>,
    /// The headless host; the one beside this program when absent.
    pub(crate) host: Option<PathBuf>,
}

impl Arguments {
    /// Reads the flags that follow the program's name; `None` when one is wrong.
    pub(crate) fn read(mut words: impl Iterator<Item = String>, random_seed: u64) -> Option<Self> {
        let order = Order { sends: 300, seats: 3, seed: random_seed };
        let how = How { speed: SPEED, with_faults: true, keep: None, host: None };
        let mut found = Self { order, readings: Readings::new(), lasts: None, shortens: true, how };
        while let Some(flag) = words.next() {
            match flag.as_str() {
                "--whole" => found.shortens = false,
                "--calm" => found.how.with_faults = false,
                "--keep" => found.how.keep = Some(words.next()?.into()),
                "--speed" => found.how.speed = number(words.next())?,
                "--host" => found.how.host = Some(words.next()?.into()),
                "--reading" => drop(found.readings.insert(Reading::named(&words.next()?)?)),
                "--sends" => found.order.sends = number(words.next())?,
                "--seats" => found.order.seats = number(words.next())?,
                "--seed" => found.order.seed = number(words.next())?,
                "--minutes" => found.lasts = Some(Duration::from_secs(number::<u64>(words.next())? * 60)),
                _ => return None,
            }
        }
        let is_fast = found.how.speed.is_finite() && found.how.speed >= 1.0;
        (is_fast && found.order.sends > 0 && (1..=5).contains(&found.order.seats)).then_some(found)
    }
}

fn number<T: std::str::FromStr>(text: Option<String>) -> Option<T> {
    text?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str) -> Option<Arguments> {
        Arguments::read(line.split_whitespace().map(str::to_owned), 9)
    }

    #[test]
    fn flags_set_what_they_name() {
        let found = check("--sends 40 --seats 2 --seed 5 --minutes 3 --whole --reading shown-late").unwrap();
        assert_eq!(found.order, Order { sends: 40, seats: 2, seed: 5 });
        assert_eq!(found.readings, [Reading::ShownLate].into());
        assert_eq!((found.lasts, found.shortens), (Some(Duration::from_mins(3)), false));
        assert_eq!(check("").unwrap().order.seed, 9);
    }

    #[test]
    fn a_wrong_flag_is_refused() {
        for line in [
            "--sends",
            "--sends many",
            "--sends 0",
            "--seats 9",
            "--speed 0",
            "--reading",
            "--reading tea-leaves",
            "--loud",
        ] {
            assert_eq!(check(line), None, "{line}");
        }
    }
}
