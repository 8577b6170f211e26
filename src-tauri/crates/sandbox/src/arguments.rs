//! The command line.

use sandbox::{Config, Ports};

/// How to call it.
pub(crate) const USAGE: &str = "countersign-sandbox [--sample] [--deals N] [--seed N] [--time-scale X] \
    [--ports KOMMO,DRIVE,ONEFLOW,STORAGE] [--control PORT] [--no-marker-fields] [--contract-field]";

/// What is wrong with the command line.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Wrong {
    /// No such flag.
    #[error("unknown flag {0}")]
    Unknown(String),
    /// A flag without, or with a wrong, value.
    #[error("{0} needs a value that it can read")]
    Value(String),
}

/// Reads the flags that follow the program's name.
pub(crate) fn read(arguments: impl Iterator<Item = String>) -> Result<Config, Wrong> {
    let mut config = Config::default();
    let mut arguments = arguments;
    while let Some(flag) = arguments.next() {
        match flag.as_str() {
            "--sample" => config = Config { serve_control: true, ..Config::sample() },
            "--contract-field" => config.contract_field = true,
            "--no-marker-fields" => config.marker_fields = false,
            "--deals" => config.deals = value(&flag, arguments.next())?,
            "--seed" => config.seed = value(&flag, arguments.next())?,
            "--time-scale" => config.time_scale = value(&flag, arguments.next())?,
            "--control" => config.ports.control = value(&flag, arguments.next())?,
            "--ports" => {
                let control = config.ports.control;
                config.ports = ports(arguments.next()).ok_or_else(|| Wrong::Value(flag.clone()))?;
                config.ports.control = control;
            }
            _ => return Err(Wrong::Unknown(flag)),
        }
    }
    if !(config.time_scale.is_finite() && config.time_scale > 0.0) {
        return Err(Wrong::Value("--time-scale".to_owned()));
    }
    Ok(config)
}

fn value<T: std::str::FromStr>(flag: &str, text: Option<String>) -> Result<T, Wrong> {
    text.and_then(|text| text.parse().ok()).ok_or_else(|| Wrong::Value(flag.to_owned()))
}

fn ports(text: Option<String>) -> Option<Ports> {
    let text = text?;
    let ports: Vec<u16> = text.split(',').map(|port| port.parse().ok()).collect::<Option<_>>()?;
    let [kommo, drive, oneflow, storage] = ports.as_slice() else { return None };
    Some(Ports { kommo: *kommo, drive: *drive, oneflow: *oneflow, storage: *storage, control: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str) -> Result<Config, Wrong> {
        read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn flags_set_the_configuration() {
        let config =
            check("--deals 10 --seed 7 --time-scale 60 --control 9005 --ports 9001,9002,9003,9004").unwrap();
        assert_eq!((config.deals, config.seed), (10, 7));
        assert!((config.time_scale - 60.0).abs() < f64::EPSILON);
        assert_eq!((config.ports.kommo, config.ports.storage, config.ports.control), (9001, 9004, 9005));
    }

    #[test]
    fn a_wrong_flag_is_named() {
        for (line, wrong) in [
            ("--dreams", Wrong::Unknown("--dreams".to_owned())),
            ("--deals many", Wrong::Value("--deals".to_owned())),
            ("--ports 1,2", Wrong::Value("--ports".to_owned())),
            ("--time-scale 0", Wrong::Value("--time-scale".to_owned())),
        ] {
            assert_eq!(check(line), Err(wrong), "{line}");
        }
    }
}
