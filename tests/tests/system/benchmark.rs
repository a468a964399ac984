//! `ath bench`, with a fault engine, which says that a step takes 0.1 ms, and a peer that is a line of shell.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use atheria_tests::experiments;
use serde_json::Value;

use super::command_line::ath;

/// Answers every job; a compiled law it has not.
const PEER: &str = r#"#!/bin/sh
case $(cat "$1") in
*'"job":"machine"'*) echo '{"matrix_gflops": 80, "torch": "none", "threads": 2}' ;;
*'"job":"time"'*) echo '{"side_cells": 2048, "boundary": "walls", "tried": [], "ways": [
    {"way": "eager", "ms_per_step": 8}, {"way": "compiled", "problem": "no compiler"}]}' ;;
*'"job":"accuracy"'*) echo '{"errors": [{"steps": 1, "ours": 1e-7, "peer": 2e-7}]}' ;;
*'"job":"matter"'*) echo '{"parts": [{"step": 16, "fraction": 0.01}]}' ;;
*) exit 1 ;;
esac
"#;

/// A peer in a folder.
fn peer(folder: &Path, script: &str) -> Result<()> {
    let path = folder.join("peer");
    fs::write(&path, script)?;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}

fn document(folder: &Path, line: &str, status: i32) -> Result<Value> {
    let output = ath(folder, &format!("bench --json {line}"))?;
    ensure!(output.status.code() == Some(status), "{line}: {output:?}");
    serde_json::from_slice(&output.stdout).with_context(|| format!("{output:?}"))
}

/// What `tests/bench/report.py` makes of files in a folder.
fn report(folder: &Path, files: &[&str]) -> Result<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/report.py");
    let files = files.iter().map(|name| folder.join(name));
    let output = Command::new("python3").arg(script).args(files).output()?;
    ensure!(output.status.success(), "{output:?}");
    Ok(String::from_utf8(output.stdout)?)
}

/// Takes out what differs from run to run.
fn steadied(mut document: Value) -> Value {
    for case in document["cases"].as_array_mut().into_iter().flatten() {
        for key in ["opening_seconds", "peak_resident_bytes"] {
            if let Some(figure) = case.get_mut(key) {
                assert!(
                    figure.as_f64().is_some_and(|figure| figure > 0.0),
                    "{key}: {figure}"
                );
                *figure = "SOME".into();
            }
        }
    }
    document
}

#[test]
fn a_case_and_its_peer_are_measured_in_turns() -> Result<()> {
    let folder = experiments(["colony", "flower"])?;
    peer(folder.path(), PEER)?;
    let line = "--rounds 2 --peer ./peer --case colony-torus-4096 --case flower-torus-512";
    insta::assert_json_snapshot!(steadied(document(folder.path(), line, 0)?));
    Ok(())
}

/// `BENCHMARKS.md` is what `tests/bench/report.py` makes of the document.
#[test]
fn the_report_says_what_was_reached_and_what_was_not() -> Result<()> {
    let folder = experiments(["colony", "flower"])?;
    peer(folder.path(), PEER)?;
    let line =
        "--rounds 1 --peer ./peer --case colony-torus-4096 --case flower-torus-512 --case dense-mlp-256";
    let done = document(folder.path(), line, 4)?;
    let at = |name: &str| folder.path().join(name);
    fs::write(at("bench.json"), done.to_string())?;
    fs::write(
        at("page.json"),
        r#"{"first_frame_export_s": 0.651, "first_frame_s": 0.5, "server_resident_bytes": 9.9e6, "engine_resident_bytes": 3.7e8,
            "flower_128_painted": 20.12, "flower_128_sent": 21, "flower_128_steps": 310.4, "flower_128_main_thread": 0.214,
            "flower_1024_painted": 5, "flower_1024_sent": 6, "flower_1024_steps": 7, "flower_1024_main_thread": 0.5}"#,
    )?;
    fs::write(at("page.wasm"), [0; 4_000])?;
    fs::write(at("page.wasm.br"), [0; 1_000])?;
    let text = report(folder.path(), &["bench.json", "page.json", "."])?;
    for expected in [
        // 8 ms for a quarter of the cells, over 0.1 ms.
        "| one Colony, torus 4096, against dense PyTorch | ≥ 350 | ≥ 800 | 320, extrapolated | **no** | **no** |",
        "error after 1 step, over that of float32 PyTorch | ≤ 1 | - | 0.50 | yes | - | 1.0e-7 and 2.0e-7 |",
        "| dense-mlp-256 | not measured: ",
        "| first frame after a click, export included | 0.65 s |",
        "| wasm, as served with Brotli | 1 kB |",
        "| Flower, 128 x 128, at full pace: frames painted a second (sent; steps) | 20.1 (21.0; 310) |",
        "| ... share of the page's main thread | 21 % |",
        "matrix product (PyTorch, float32, 2048 x 2048): **80.0 GFLOP/s**",
    ] {
        assert!(text.contains(expected), "{expected}\n\n{text}");
    }
    Ok(())
}

/// On a GPU every way of the peer's is asked for, and the fastest is what counts; the report says all.
#[test]
fn on_a_gpu_all_ways_are_measured_and_the_fastest_counts() -> Result<()> {
    let folder = experiments(["colony"])?;
    peer(
        folder.path(),
        r#"#!/bin/sh
case $(cat "$1") in
*'"job":"machine"'*) echo '{"matrix_gflops": 50000, "torch": "none", "threads": 2, "gpu": "A GPU, driver 1.2"}' ;;
*'"ways":["eager","compiled","graph"]'*'"device":"cuda"'*) echo '{"side_cells": 2048, "boundary": "torus",
    "tried": [{"boundary": "torus", "layout": "contiguous", "side_cells": 1024, "ms_per_step": 3}],
    "ways": [{"way": "eager", "ms_per_step": 9}, {"way": "compiled", "problem": "no compiler"}, {"way": "graph", "ms_per_step": 7}]}' ;;
*) exit 1 ;;
esac
"#,
    )?;
    let line = "--device cuda --rounds 2 --peer ./peer --case colony-torus-2048";
    let done = document(folder.path(), line, 0)?;
    let row = &done["table"][0];
    // The fault engine takes 0.1 ms for a step.
    ensure!(
        row["reached"]["median"] == 70.0 && row["aimed"] == true,
        "{row:#}"
    );
    let what = "one Colony, torus 2048, against the fastest PyTorch (CUDA graph)";
    ensure!(row["what"] == what, "{row:#}");
    fs::write(folder.path().join("bench.json"), done.to_string())?;
    let output = report(folder.path(), &["bench.json"])?;
    for expected in [
        "- GPU: A GPU, driver 1.2\n",
        "eager 9.000 ms; torch.compile: no compiler; CUDA graph 7.000 ms |",
        "| colony-torus-2048 | eager | 9.00 |",
        "| colony-torus-2048 | torch.compile | not measured: no compiler |",
        "| colony-torus-2048 | **eager, as a CUDA graph, the fastest** | 7.00 | 2048 x 2048, torus | torus contiguous 3.00 at 1024 |",
    ] {
        assert!(output.contains(expected), "{expected}\n\n{output}");
    }
    assert!(!output.contains("The page"), "{output}");
    Ok(())
}

/// A peer that never comes to an end of its judgement is ended with the time, and what was measured before is told.
#[test]
fn when_the_time_is_over_what_was_measured_is_told() -> Result<()> {
    let folder = experiments(["flower"])?;
    let script = PEER.replace(
        r#"*'"job":"accuracy"'*) echo '{"errors": [{"steps": 1, "ours": 1e-7, "peer": 2e-7}]}' ;;"#,
        r#"*'"job":"accuracy"'*) exec sleep 600 ;;"#,
    );
    peer(folder.path(), &script)?;
    let line = "--within 10 --rounds 1 --peer ./peer --case flower-torus-512";
    let done = document(folder.path(), line, 4)?;
    let case = &done["cases"][0];
    let told = case["problem"].as_str().unwrap_or_default();
    assert!(told.contains("no time left"), "{case:#}");
    assert!(case["ms_per_step"]["median"].as_f64().is_some(), "{case:#}");
    Ok(())
}

#[test]
fn without_a_peer_there_are_times_and_no_ratios() -> Result<()> {
    let folder = experiments(["colony"])?;
    let line = "--rounds 1 --case colony-torus-2048";
    let done = document(folder.path(), line, 0)?;
    assert_eq!(
        (&done["machine"], &done["table"][0]["met"]),
        (&Value::Null, &Value::Null)
    );
    let time = done["cases"][0]["ms_per_step"]["median"].as_f64();
    assert!(time.is_some_and(|ms| (ms - 0.1).abs() < 1e-9), "{done:#}");
    let output = ath(folder.path(), &format!("bench {line}"))?;
    let words = String::from_utf8_lossy(&output.stdout);
    assert!(words.contains("0.10 ms a step, 10.0 GFLOP/s"), "{words}");
    Ok(())
}

#[test]
fn what_cannot_be_measured_says_why_and_does_not_stop_the_rest() -> Result<()> {
    let folder = experiments(["colony"])?;
    peer(folder.path(), "#!/bin/sh\necho out of memory >&2\nexit 1\n")?;
    // No laws for the dense case, no flower, and a peer that fails.
    let line =
        "--rounds 1 --peer ./peer --case dense-mlp-256 --case flower-walls-512 --case colony-walls-2048";
    let done = document(folder.path(), line, 4)?;
    let told = |case: usize| {
        done["cases"][case]["problem"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    // In the order of the cases.
    assert_eq!(done["cases"][0]["problem"], Value::Null, "{done:#}");
    let rival = done["cases"][0]["rivals"][0]["problem"]
        .as_str()
        .unwrap_or_default();
    assert!(rival.contains("out of memory"), "{rival}");
    assert!(told(1).contains("--laws"), "{}", told(1));
    assert!(told(2).contains("flower"), "{}", told(2));
    Ok(())
}
