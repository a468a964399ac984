//! The script of the GPU kit, with programs and a PyTorch that are a line each: what fails is told, and the rest goes on.
//! `make test` runs the real one (`.ci/test.sh`).

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use super::wait_until;

/// What comes out of every run, on the CPU.
const FILES: [&str; 8] = [
    "BENCHMARKS-cpu.md",
    "bench.json",
    "bench.log",
    "diagnose.json",
    "diagnose.log",
    "run.log",
    "summary.txt",
    "tests.log",
];
const TESTS: &str = "#!/bin/sh\necho 'test a::b ... ok'\necho 'test result: ok. 2 passed; 0 failed'\n";
const ATH: &str = r#"#!/bin/sh
case $1 in
diagnose) echo '{"passed": true, "diagnoses": [{"experiment": "it", "checks": [
    {"check": "device", "verdict": "passed", "finding": "cpu_computes", "looked_for_cuda": true, "evidence": [], "advice": null}]}]}' ;;
bench) echo '{"device": "cpu", "threads": 1, "machine": null, "cases": [], "table": []}' ;;
esac
"#;

/// A kit with two demos and two tests, a PyTorch in `site`, and a folder for what comes out.
struct Kit {
    folder: TempDir,
}

impl Kit {
    fn new() -> Result<Self> {
        let kit = Self {
            folder: tempfile::tempdir()?,
        };
        let source = Path::new(env!("CARGO_MANIFEST_DIR"));
        for name in ["run", "kit.py"] {
            kit.write(name, &fs::read_to_string(source.join("gpu-kit").join(name))?)?;
        }
        let report = fs::read_to_string(source.join("bench/report.py"))?;
        kit.write("tests/bench/report.py", &report)?;
        for (name, text) in [
            ("tests/bench/laws.py", ""),
            ("VERSION", "atheria test\ntorch 2.11.0\n"),
            ("tests.txt", "a::b\na::c\n"),
            ("demo/experiments/colony/config.json", "{}"),
            ("demo/experiments/flower/config.json", "{}"),
            ("bin/ath-engine-tests", TESTS),
            ("bin/ath-engine", "#!/bin/sh\n"),
            ("bin/ath", ATH),
            (
                "path/ldd",
                "#!/bin/sh\necho \"libtorch.so => ${LD_LIBRARY_PATH%%:*}/libtorch.so (0x1)\"\n",
            ),
            (
                "site/torch/__init__.py",
                "__version__ = '2.11.0'\ndef get_num_threads(): return 1\n",
            ),
            ("site/torch/version.py", "__version__ = '2.11.0+fake'\n"),
            ("site/torch/lib/libtorch.so", ""),
            ("site/torch/lib/libtorch_cpu.so", ""),
        ] {
            kit.write(name, text)?;
        }
        Ok(kit)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file that can be run.
    fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.at(name);
        fs::create_dir_all(path.parent().context("a folder")?)?;
        fs::write(&path, text)?;
        Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
    }

    fn command(&self, seconds: u32) -> Command {
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new(self.at("run"));
        command
            .args([&self.at("out"), Path::new("--device"), Path::new("cpu")])
            .env("PATH", format!("{}:{path}", self.at("path").display()))
            .env("PYTHONPATH", self.at("site"))
            .env("ATHERIA_KIT_SECONDS", seconds.to_string())
            .env_remove("PYTHON")
            .stdin(Stdio::null());
        command
    }

    /// Runs it; what it prints last is its summary.
    fn run(&self, seconds: u32) -> Result<Output> {
        Ok(self.command(seconds).output()?)
    }

    fn read(&self, name: &str) -> Result<String> {
        let path = self.at("out").join(name);
        fs::read_to_string(&path).with_context(|| path.display().to_string())
    }

    /// The line of the summary about a part.
    fn told(&self, part: &str) -> Result<String> {
        let summary = self.read("summary.txt")?;
        let line = summary.lines().find(|line| line.contains(part));
        line.map(str::to_owned).with_context(|| summary.clone())
    }

    fn files(&self) -> Result<Vec<String>> {
        let entries = fs::read_dir(self.at("out"))?;
        let names: Result<Vec<String>> = entries
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect();
        let mut names = names?;
        names.sort();
        Ok(names)
    }
}

/// What it says ends with the whole summary.
fn ends_with_the_summary(kit: &Kit, output: &Output) -> Result<()> {
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(said.contains(&kit.read("summary.txt")?), "{said}");
    Ok(())
}

#[test]
fn where_all_is_well_every_part_passes() -> Result<()> {
    let kit = Kit::new()?;
    let output = kit.run(60)?;
    ends_with_the_summary(&kit, &output)?;
    ensure!(output.status.success(), "{}", kit.read("summary.txt")?);
    assert_eq!(kit.files()?, FILES);
    for part in [
        "libtorch",
        "the device",
        "tests  ",
        "diagnose colony",
        "diagnose flower",
        "benchmark",
    ] {
        let line = kit.told(part)?;
        assert!(line.starts_with("passed"), "{line}");
    }
    assert!(
        kit.read("diagnose.log")?
            .contains("[passed] device: cpu_computes")
    );
    assert!(
        kit.read("BENCHMARKS-cpu.md")?
            .contains("Written by `gpu-kit/run`")
    );
    assert!(kit.read("summary.txt")?.contains("device: CPU"));
    // Nothing was written beside it.
    assert!(!kit.at("demo/experiments/flower/export.pt").exists());
    Ok(())
}

#[test]
fn what_fails_is_told_and_the_rest_goes_on() -> Result<()> {
    let kit = Kit::new()?;
    kit.write(
        "bin/ath-engine-tests",
        "#!/bin/sh\necho 'test a::b ... ok'\necho 'test a::c ... FAILED'\nexit 101\n",
    )?;
    kit.write(
        "bin/ath",
        r#"#!/bin/sh
case "$*" in
*colony*) echo '{"passed": false, "diagnoses": [{"experiment": "colony", "checks": [
    {"check": "matter", "verdict": "failed", "finding": "ghost", "left": 9, "evidence": [{"name": "x", "value": "NaN"}],
     "advice": "look_earlier"}]}]}'; exit 4 ;;
*flower*) exec sleep 600 ;;
*) echo "the bench broke" >&2; exit 3 ;;
esac
"#,
    )?;
    kit.write("tests/bench/laws.py", "import nothing_that_is_there\n")?;
    // Time enough for all but the flower.
    let output = kit.run(20)?;
    ends_with_the_summary(&kit, &output)?;
    assert_eq!(output.status.code(), Some(1));
    for (part, verdict, why) in [
        ("tests  ", "failed", "1 of 2 failed: a::c"),
        ("diagnose colony", "failed", "matter: ghost"),
        ("diagnose flower", "timed out", "after "),
        ("seeded laws", "skipped", "no time was left for it"),
        ("benchmark", "skipped", "no time"),
    ] {
        let line = kit.told(part)?;
        assert!(line.starts_with(verdict) && line.contains(why), "{line}");
    }
    assert_eq!(
        kit.read("BENCHMARKS-cpu.md")?.lines().next(),
        Some("# Benchmarks")
    );

    kit.write(
        "bin/ath-engine-tests",
        "#!/bin/sh\necho 'test result: ok. 0 passed'\n",
    )?;
    kit.write(
        "bin/ath",
        "#!/bin/sh\n[ $1 = bench ] && { echo 'the bench broke' >&2; exit 3; }\nkill -9 $$\n",
    )?;
    assert_eq!(kit.run(60)?.status.code(), Some(1));
    for (part, verdict, why) in [
        // A test that is not there is none that passed.
        ("tests  ", "failed", "not all of 2 tests were run"),
        ("diagnose colony", "failed", "killed"),
        ("seeded laws", "failed", "nothing_that_is_there"),
        ("benchmark", "failed", "exit status 3"),
        ("benchmark", "failed", "the bench broke"),
    ] {
        let line = kit.told(part)?;
        assert!(line.starts_with(verdict) && line.contains(why), "{line}");
    }
    assert!(!kit.files()?.contains(&"scratch".to_owned()));
    Ok(())
}

#[test]
fn a_python_that_does_not_do_is_named() -> Result<()> {
    let kit = Kit::new()?;
    let told = |set: &dyn Fn(&mut Command), part: &str| {
        let mut command = kit.command(60);
        set(&mut command);
        let output = command.output()?;
        ensure!(output.status.code() == Some(1), "{output:?}");
        ends_with_the_summary(&kit, &output)?;
        ensure!(kit.read("BENCHMARKS-cpu.md")?.contains("summary.txt"));
        kit.told(part)
    };
    let line = told(
        &|run| {
            run.env("PYTHON", "/nowhere/python3");
        },
        "python3 ",
    )?;
    assert!(line.contains("/nowhere/python3 is not there"), "{line}");
    // Without packages, whatever this machine's Python has.
    kit.write("bare", "#!/bin/sh\nexec python3 -I -S \"$@\"\n")?;
    let line = told(
        &|run| {
            run.env("PYTHON", kit.at("bare"));
        },
        "PyTorch ",
    )?;
    assert!(
        line.contains("has no PyTorch") && line.contains("2.11.0"),
        "{line}"
    );
    let line = told(
        &|run| {
            run.args(["--device", "cuda"]);
        },
        "PyTorch ",
    )?;
    assert!(line.contains("a PyTorch without CUDA"), "{line}");
    kit.write("site/torch/version.py", "__version__ = '2.5.1+cu124'\n")?;
    let line = told(&|_| {}, "PyTorch ")?;
    assert!(
        line.contains("2.5.1+cu124") && line.contains("built for 2.11.0"),
        "{line}"
    );
    kit.write("site/torch/version.py", "__version__ = '2.11.1'\n")?;
    for (says, expected) in [
        ("libtorch.so => /usr/lib/libtorch.so (0x1)", "not that of"),
        ("libcudnn.so.9 => not found", "libcudnn.so.9 => not found"),
    ] {
        kit.write("path/ldd", &format!("#!/bin/sh\necho '{says}'\n"))?;
        let line = told(&|_| {}, "libtorch ")?;
        assert!(line.starts_with("failed") && line.contains(expected), "{line}");
    }
    Ok(())
}

#[test]
fn a_folder_that_cannot_be_written_and_wrong_words_are_refused() -> Result<()> {
    let kit = Kit::new()?;
    let said = |words: &[&str]| {
        let output = Command::new(kit.at("run")).args(words).output()?;
        ensure!(output.status.code() == Some(2), "{words:?}: {output:?}");
        anyhow::Ok(String::from_utf8(output.stderr)?)
    };
    kit.write("file", "")?;
    let within = kit.at("file/out");
    let words = said(&[&within.display().to_string()])?;
    assert!(words.contains("cannot be written"), "{words}");
    for words in [
        &[][..],
        &["out", "--device", "tpu"],
        &["out", "--fast"],
        &["out", "more"],
    ] {
        assert!(said(words)?.contains("usage: run OUT"), "{words:?}");
    }
    Ok(())
}

/// Ends a process that is still there.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_run_that_is_interrupted_leaves_what_it_has() -> Result<()> {
    let kit = Kit::new()?;
    kit.write("bin/ath-engine-tests", "#!/bin/sh\necho begun\nexec sleep 600\n")?;
    let mut command = kit.command(60);
    let mut run = Running(command.stdout(Stdio::null()).spawn()?);
    let begun = || kit.read("tests.log").is_ok_and(|text| text.contains("begun"));
    wait_until("the tests have begun", begun).await?;
    let process = run.0.id().to_string();
    ensure!(Command::new("kill").arg(process).status()?.success());
    let mut status = None;
    wait_until("the run ends", || {
        status = run.0.try_wait().ok().flatten();
        status.is_some()
    })
    .await?;
    let Some(status) = status else { bail!("no status") };
    assert_eq!(status.code(), Some(1));
    assert!(kit.told("the whole run")?.contains("interrupted"));
    assert!(kit.told("the device")?.starts_with("passed"));
    Ok(())
}
