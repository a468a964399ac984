//! Runs the built programs and Python.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use atheria_tests::{found, program, repository};

/// Runs `ath` and returns the JSON that it prints; panics with its words when it fails.
pub(crate) fn ath(arguments: impl IntoIterator<Item = OsString>) -> serde_json::Value {
    let program = program("ath").unwrap();
    let output = Command::new(&program).args(arguments).output().unwrap();
    let (stdout, stderr) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{}\n{stdout}\n{stderr}", output.status);
    serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}\n{stderr}"))
}

/// Runs a script of `tests/python` and returns what it prints; panics with its words when it fails.
pub(crate) fn python(script: &str, arguments: impl IntoIterator<Item = String>) -> String {
    let program = found("ATHERIA_PYTHON", ".tools/python");
    let output = Command::new(&program)
        .arg(repository().join("tests/python").join(script))
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{}: {error} (run `make setup`)", program.display()));
    let (stdout, stderr) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{}\n{stdout}\n{stderr}", output.status);
    stdout.into_owned()
}

/// A folder of the fixtures.
pub(crate) fn fixtures(name: &str) -> PathBuf {
    repository().join("tests/fixtures").join(name)
}
