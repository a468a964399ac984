//! Drivers that misbehave (tests/fixtures/cuda): what the probe says of them, and that a world of the CPU never meets them.

use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use atheria_shared::cuda::{CudaProbe, CudaVersion};
use atheria_shared::world::Device;
use tempfile::TempDir;

use super::engine::{Engine, blob, experiment, open, spec};

/// How long a probe that has an answer may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long one has that hangs.
const HANGS: Duration = Duration::from_secs(5);

/// A folder with that driver as its `libcuda.so.1`; none, with a word, where there is no C compiler.
fn driver(name: &str) -> Option<TempDir> {
    let folder = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures/cuda")
        .join(format!("{name}.c"));
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .arg(folder.path().join("libcuda.so.1"))
        .arg(source)
        .status();
    match compiled {
        Ok(status) => {
            assert!(status.success(), "cc failed: {status}");
            Some(folder)
        }
        Err(error) => {
            println!("skipped: there is no cc ({error})");
            None
        }
    }
}

/// What the probe says with that driver, and how it ended; none: it did not within so long.
fn probe(driver: &Path, limit: Duration) -> (String, Option<ExitStatus>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ath-engine"))
        .arg("probe-cuda")
        .env("LD_LIBRARY_PATH", driver)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let until = Instant::now() + limit;
    let mut ended = None;
    while ended.is_none() && Instant::now() < until {
        ended = child.try_wait().unwrap();
        std::thread::sleep(Duration::from_millis(10));
    }
    let _ = child.kill();
    let output = child.wait_with_output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), ended)
}

/// Whether this libtorch speaks CUDA at all: without it no driver is met.
fn with_cuda(said: &str) -> bool {
    let here = !said.contains("not_in_libtorch");
    if !here {
        println!("skipped: this libtorch has no CUDA");
    }
    here
}

#[test]
fn a_driver_that_is_too_old_is_told_with_both_versions() {
    let Some(driver) = driver("too_old") else { return };
    let (said, ended) = probe(driver.path(), PATIENCE);
    assert!(ended.is_some_and(|status| status.success()), "{ended:?}");
    if with_cuda(&said) {
        let CudaProbe::TooOld { driver, runtime } = serde_json::from_str(&said).unwrap() else {
            panic!("{said}");
        };
        assert!(driver == CudaVersion(11_040) && runtime.0 >= 12_000, "{said}");
    }
}

#[test]
fn a_driver_that_hangs_or_aborts_takes_nothing_but_the_probe() {
    let Some(driver_that_aborts) = driver("aborts") else {
        return;
    };
    let (said, ended) = probe(driver_that_aborts.path(), PATIENCE);
    if with_cuda(&said) {
        assert!(
            said.is_empty() && ended.is_some_and(|status| !status.success()),
            "{said} {ended:?}"
        );
        let hangs = driver("hangs").unwrap();
        assert_eq!(probe(hangs.path(), HANGS), (String::new(), None));
    }
}

#[test]
fn a_world_of_the_cpu_never_meets_the_driver() {
    for name in ["hangs", "aborts", "too_old"] {
        let Some(driver) = driver(name) else { return };
        let experiment = experiment("MLP-d4-h8-g32");
        let mut engine = Engine::start_with(&[("LD_LIBRARY_PATH", driver.path())]);
        engine.ask(&open(&experiment.job, spec(blob(8), Some(32)), 0, true));
        assert_eq!(engine.ready().device, Device::Cpu, "{name}");
        engine.run(3);
    }
}
