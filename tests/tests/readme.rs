//! The README's commands do what it says: each `ath` command of a shell block is run, over a copy of the demo.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;
use std::process::Command;

use atheria_tests::{program, repository};

/// The commands in the README's ```` ```sh ```` blocks that begin with the built program.
fn commands(readme: &str) -> Vec<Vec<String>> {
    let blocks = readme
        .split("```sh\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next());
    blocks
        .flat_map(str::lines)
        .filter_map(|line| line.split('#').next()?.trim().strip_prefix("target/release/ath "))
        .map(|line| line.split_whitespace().map(str::to_owned).collect())
        .collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

#[test]
fn every_command_of_the_readme_works() {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let commands = commands(&readme);
    let verbs: Vec<&str> = commands.iter().map(|command| command[0].as_str()).collect();
    assert_eq!(
        verbs,
        [
            "experiments",
            "inspect",
            "export",
            "run",
            "run",
            "diagnose",
            "serve",
            "serve"
        ],
        "the README shows every command"
    );
    let folder = tempfile::tempdir().unwrap();
    copy(&repository().join("server/demo/output"), folder.path());
    for command in commands.iter().filter(|command| command[0] != "serve") {
        let output = Command::new(program("ath").unwrap())
            .args(command)
            .arg("--root")
            .arg(folder.path())
            .current_dir(folder.path())
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "ath {}\n{words}", command.join(" "));
    }
    for made in ["end.npz", "states.npz"] {
        assert!(folder.path().join(made).exists(), "{made}");
    }
}
