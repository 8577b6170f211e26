//! The sandbox as a program.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

#[test]
fn it_prints_its_addresses_and_tokens_and_ends_with_its_input() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_countersign-sandbox"))
        .args(["--deals", "3"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let printed: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert!(printed["addresses"]["control"].as_str().unwrap().starts_with("http://127.0.0.1:"));
    assert_eq!(printed["tokens"]["oneflow"].as_str().unwrap().len(), 40);
    drop(program.stdin.take());
    assert!(program.wait().unwrap().success());
}

#[test]
fn a_wrong_flag_ends_it_with_the_usage() {
    let output = Command::new(env!("CARGO_BIN_EXE_countersign-sandbox")).arg("--dreams").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("unknown flag --dreams"));
}
