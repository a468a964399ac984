//! The headless commands, as a user types them, with a fault engine behind them.

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use atheria_tests::experiments;
use serde_json::Value;
use tempfile::TempDir;

use super::ENGINE;

/// The `ath` command.
pub(super) const ATH: &str = env!("CARGO_BIN_EXE_ath-command");

/// How long an engine may take to begin.
const PATIENCE: Duration = Duration::from_secs(30);

/// Two strokes, and the step of the second one.
const EVENTS: &str = r#"{"events": [
    {"step": 0, "stroke": {"tool": "noise", "at": {"y": 1, "x": 2}, "radius_cells": 3}},
    {"step": 8, "stroke": {"tool": "erase", "at": {"y": 1, "x": 2}, "radius_cells": 3}}
]}"#;

/// Runs `ath` in a folder, with its experiments.
pub(super) fn ath(folder: &Path, line: &str) -> Result<Output> {
    Ok(command(folder, line).output()?)
}

fn json(folder: &Path, line: &str) -> Result<Value> {
    let output = ath(folder, &format!("{line} --json"))?;
    ensure!(output.status.success(), "{line}: {output:?}");
    serde_json::from_slice(&output.stdout).with_context(|| format!("{output:?}"))
}

/// What goes to standard output, without the folder's name and how long it took.
fn words(folder: &TempDir, output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).replace(&*folder.path().to_string_lossy(), "FOLDER");
    text.lines()
        .map(|line| match line.split_once(", time ") {
            Some((before, _)) => format!("{before}, time TIME\n"),
            None => format!("{line}\n"),
        })
        .collect()
}

#[test]
fn a_law_is_inspected() -> Result<()> {
    let folder = experiments(["fine", "fail-character"])?;
    let done = json(folder.path(), "inspect --experiment fine")?;
    insta::assert_json_snapshot!(done);
    let output = ath(
        folder.path(),
        "inspect --experiment fine --checkpoint checkpoint_ep7.pth",
    )?;
    assert!(output.status.success(), "{output:?}");
    let text = words(&folder, &output);
    assert!(text.contains("dissolves a seed within 31 steps"), "{text}");
    assert!(text.contains("The law of fine (checkpoint_ep7.pth)"), "{text}");
    let failed = ath(folder.path(), "inspect --experiment fail-character")?;
    assert_eq!(failed.status.code(), Some(4), "{failed:?}");
    let missing = ath(folder.path(), "inspect --experiment none")?;
    assert_eq!(missing.status.code(), Some(2), "{missing:?}");
    Ok(())
}

#[test]
fn a_run_takes_all_that_a_world_can_be_asked() -> Result<()> {
    let folder = experiments(["fine"])?;
    std::fs::write(folder.path().join("events.json"), EVENTS)?;
    let line = "run --experiment fine --steps 8 --grid 32x64 --boundary unbounded --vacuum harmonic:0.2:3:9 \
                --execution dense --eps 1e-3 --dtype float64 --device cpu --events events.json --every 4 --series states.zarr \
                --out end.npz";
    let done = json(folder.path(), line)?;
    let world = &done["world"];
    assert_eq!(
        [
            &world["boundary"],
            &world["vacuum"],
            &world["precision"],
            &world["device"]
        ],
        ["unbounded", "harmonic:0.2:3:9", "float64", "cpu"],
        "{done:#}"
    );
    assert_eq!(
        (&world["eps"], &done["step"], &done["numbers"]["execution"]),
        (&1e-3.into(), &8.into(), &"dense".into()),
        "{done:#}"
    );
    // Five, and one of each stroke.
    assert_eq!(done["numbers"]["matter_cells"], 7, "{done:#}");
    for (key, file) in [("out", "end.npz"), ("series", "states.zarr")] {
        let path = folder.path().canonicalize()?.join(file);
        assert!(path.exists(), "{key}");
        assert_eq!(
            done[key].as_str().map(|path| Path::new(path).canonicalize().ok()),
            Some(Some(path))
        );
    }
    Ok(())
}

#[test]
fn a_run_with_a_series_needs_no_last_state() -> Result<()> {
    let folder = experiments(["fine"])?;
    let output = ath(
        folder.path(),
        "run --experiment fine --steps 9 --every 3 --series states.npz",
    )?;
    assert!(output.status.success(), "{output:?}");
    insta::assert_snapshot!(words(&folder, &output));
    let done = json(
        folder.path(),
        "run --experiment fine --steps 0 --every 1 --series states.npz",
    )?;
    assert_eq!(
        (&done["out"], &done["step"]),
        (&Value::Null, &0.into()),
        "{done:#}"
    );
    Ok(())
}

#[test]
fn a_run_that_cannot_be_is_refused_before_an_engine_is_started() -> Result<()> {
    let folder = experiments(["fine"])?;
    std::fs::write(folder.path().join("events.json"), EVENTS)?;
    std::fs::write(folder.path().join("no_events.json"), "{")?;
    let mut told = Vec::new();
    for extra in [
        "--events events.json --out end.npz --steps 7",
        "--events no_events.json --out end.npz",
        "--events missing.json --out end.npz",
        "--steps 8",
        "--every 4 --out end.npz",
        "--series states.npz --out end.npz",
        "--series states.npz --every 0",
        "--series states.txt --every 1",
        "--series nowhere/states.npz --every 1",
        "--series end.npz --every 1 --out end.npz",
        "--series states.npz --every 1 --steps 1000000",
        "--eps 0 --out end.npz",
        "--out end.txt",
    ] {
        let steps = if extra.contains("--steps") {
            ""
        } else {
            "--steps 8"
        };
        let output = ath(
            folder.path(),
            &format!("run --experiment fine --engine /nowhere {steps} {extra}"),
        )?;
        let words = String::from_utf8_lossy(&output.stderr);
        let first = words.lines().next().unwrap_or_default();
        told.push(format!("{extra}: {:?} {first}", output.status.code()));
    }
    insta::assert_debug_snapshot!(told);
    Ok(())
}

/// The names in a folder.
fn names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in folder.read_dir()? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn command(folder: &Path, line: &str) -> Command {
    let mut command = Command::new(ATH);
    command
        .args(line.split_whitespace())
        .current_dir(folder)
        .env("ATHERIA_ROOT", folder)
        .env("ATHERIA_ENGINE", ENGINE)
        .env_remove("ATHERIA_LOG");
    command
}

#[test]
fn a_result_that_gets_nowhere_is_no_success() -> Result<()> {
    let folder = experiments(["fine"])?;
    for line in [
        "experiments",
        "experiments --json",
        "run --experiment fine --steps 1 --out end.npz",
        "inspect --experiment fine",
        "export --experiment fine --json",
        "diagnose --experiment fine",
        "--help",
        "--version",
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full")?;
        let output = command(folder.path(), line).stdout(full).output()?;
        let words = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{line}: {words}");
        assert_eq!(words.lines().count(), 1, "{line}: {words}");
        assert!(
            words.contains("could not be written to standard output"),
            "{line}: {words}"
        );
        // Nobody reads: that is the reader's affair.
        let (reader, writer) = std::io::pipe()?;
        drop(reader);
        let output = command(folder.path(), line).stdout(writer).output()?;
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{line}: {output:?}"
        );
    }
    Ok(())
}

#[test]
fn a_run_needs_no_open_streams() -> Result<()> {
    let folder = experiments(["fine"])?;
    let run = |streams: &str, out: &str| -> Result<Vec<u8>> {
        let line = format!("run --experiment fine --steps 3 --out {out}");
        let script = format!("exec {ATH} {line} {streams}");
        let status = Command::new("sh")
            .args(["-c", &script])
            .current_dir(folder.path())
            .env("ATHERIA_ROOT", folder.path())
            .env("ATHERIA_ENGINE", ENGINE)
            .status()?;
        ensure!(status.success(), "{streams}: {status}");
        Ok(std::fs::read(folder.path().join(out))?)
    };
    let needed = run(">/dev/null", "with.npz")?;
    for streams in ["<&-", ">&-", ">/dev/null 2>&-", "<&- >&- 2>&-"] {
        // What goes to a stream that is closed goes into no file.
        assert_eq!(run(streams, "without.npz")?, needed, "{streams}");
    }
    Ok(())
}

#[test]
fn a_run_that_is_interrupted_leaves_nothing() -> Result<()> {
    let folder = experiments(["leave"])?;
    let out = folder.path().join("out");
    std::fs::create_dir(&out)?;
    for signal in ["INT", "TERM"] {
        let line = "run --experiment leave --steps 9 --every 3 --series out/states.npz --out out/end.npz";
        let mut running = command(folder.path(), line)
            .stderr(std::process::Stdio::null())
            .spawn()?;
        let deadline = Instant::now() + PATIENCE;
        while names(&out)?.is_empty() {
            ensure!(Instant::now() < deadline, "the engine wrote nothing");
            std::thread::yield_now();
        }
        // Twice, as it comes from a wrapper that passes on what the terminal has sent to all.
        let id = running.id().to_string();
        let script = format!("kill -{signal} {id}; kill -{signal} {id}");
        let sent = Command::new("sh").args(["-c", &script]).status()?;
        ensure!(sent.success(), "no signal {signal}");
        assert_eq!(running.wait()?.code(), Some(4), "{signal}");
        assert_eq!(names(&out)?, Vec::<String>::new(), "{signal}");
    }
    Ok(())
}

#[test]
fn a_link_stays_one_and_its_target_is_written() -> Result<()> {
    let folder = experiments(["fine"])?;
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("elsewhere"))?;
    std::fs::write(at("elsewhere/end.npz"), "before")?;
    std::os::unix::fs::symlink("elsewhere/end.npz", at("end.npz"))?;
    std::os::unix::fs::symlink("elsewhere/states.npz", at("states.npz"))?;
    let line = "run --experiment fine --steps 4 --every 2 --series states.npz --out end.npz";
    let done = json(folder.path(), line)?;
    assert!(
        done["out"].as_str().is_some_and(|out| out.ends_with("/end.npz")),
        "{done:#}"
    );
    for (link, target) in [
        ("end.npz", "elsewhere/end.npz"),
        ("states.npz", "elsewhere/states.npz"),
    ] {
        assert_eq!(std::fs::read_link(at(link))?, Path::new(target));
    }
    assert_ne!(std::fs::read(at("elsewhere/end.npz"))?, b"before");
    assert_eq!(names(&at("elsewhere"))?, ["end.npz", "states.npz"]);
    Ok(())
}

#[test]
fn a_place_or_a_state_that_is_none_is_refused_before_an_engine_is_started() -> Result<()> {
    let folder = experiments(["fine"])?;
    let made = Command::new("mkfifo")
        .arg(folder.path().join("pipe.npz"))
        .status()?;
    ensure!(made.success(), "no pipe");
    for (extra, status, words) in [
        ("--out /proc/end.npz", 4, "--out /proc/end.npz cannot be written"),
        (
            "--series /proc/states.zarr --every 1",
            4,
            "--series /proc/states.zarr cannot be written",
        ),
        ("--out /dev/null", 2, "--out /dev/null: it is a device"),
        ("--out pipe.npz", 2, "--out pipe.npz: it is a pipe"),
        (
            "--out end.npz --init pipe.npz",
            3,
            "--init pipe.npz: it is no file",
        ),
    ] {
        let output = ath(
            folder.path(),
            &format!("run --experiment fine --engine /nowhere --steps 1 {extra}"),
        )?;
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{extra}: {told}");
        assert!(told.contains(words), "{extra}: {told}");
    }
    Ok(())
}

#[test]
fn a_diagnosis_ends_with_what_it_found() -> Result<()> {
    let folder = experiments(["fine", "forgetful"])?;
    let fine = ath(folder.path(), "diagnose --experiment fine")?;
    assert_eq!(fine.status.code(), Some(0), "{fine:?}");
    insta::assert_snapshot!(words(&folder, &fine));

    std::fs::create_dir_all(folder.path().join("experiments/broken"))?;
    let all = ath(folder.path(), "diagnose --json")?;
    assert_eq!(all.status.code(), Some(4), "{all:?}");
    assert!(all.stderr.is_empty(), "{all:?}");
    let document: Value = serde_json::from_slice(&all.stdout)?;
    let of = |at: usize| &document["diagnoses"][at];
    let failed = |at: usize| -> Vec<&str> {
        of(at)["checks"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|check| check["verdict"] == "failed")
            .filter_map(|check| check["check"].as_str())
            .collect()
    };
    assert_eq!(document["passed"], false);
    assert_eq!(
        [&of(0)["experiment"], &of(1)["experiment"], &of(2)["experiment"]],
        ["fine", "forgetful", "broken"]
    );
    assert_eq!(
        [failed(0), failed(1), failed(2)],
        [vec![], vec!["restore"], vec!["export"]]
    );
    assert_eq!(of(3), &Value::Null);

    let engineless = ath(folder.path(), "diagnose --experiment fine --engine /nowhere")?;
    assert_eq!(engineless.status.code(), Some(4), "{engineless:?}");
    assert!(words(&folder, &engineless).contains("[FAILED]"), "{engineless:?}");
    let missing = ath(folder.path(), "diagnose --experiment none")?;
    assert_eq!(missing.status.code(), Some(2), "{missing:?}");
    Ok(())
}
