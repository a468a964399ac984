//! The built programs with the real engine: what they link, what the command line says and how it ends, and the demo
//! over a WebSocket. Needs `make build`; `ATHERIA_BIN_DIR` says where the programs are (default: target/release).

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use atheria_shared::session::{Event, Notice, SessionInfo, StageState};
use atheria_shared::world::WorldCommand;
use atheria_tests::{Seen, Watcher, http, program, repository};
use serde_json::Value;
use tempfile::TempDir;

/// How long the server may take to come and to go.
const PATIENCE: Duration = Duration::from_secs(30);

fn ath(arguments: &[&str]) -> Result<Output> {
    Ok(Command::new(program("ath")?)
        .args(arguments)
        .env("ATHERIA_ENGINE", program("ath-engine")?)
        .env_remove("ATHERIA_ROOT")
        .output()?)
}

/// A folder with a copy of the demo's flower, so that exports do not land in the repository.
fn flower() -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    for part in ["experiments/flower", "training_checkpoints/flower"] {
        let from = repository().join("server/demo/output").join(part);
        let to = folder.path().join(part);
        std::fs::create_dir_all(&to)?;
        for entry in from.read_dir().with_context(|| from.display().to_string())? {
            let path = entry?.path();
            let exported = path.extension().is_some_and(|extension| extension == "pt");
            if let (false, Some(name)) = (exported, path.file_name()) {
                std::fs::copy(&path, to.join(name))?;
            }
        }
    }
    Ok(folder)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap_or_default()
}

fn json(output: &Output) -> Result<Value> {
    serde_json::from_slice(&output.stdout).with_context(|| format!("{output:?}"))
}

fn ldd(program: &Path) -> Result<String> {
    let output = Command::new("ldd").arg(program).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn only_the_engine_links_libtorch_and_it_links_cuda_where_there_is_one() -> Result<()> {
    let server = ldd(&program("ath")?)?;
    assert!(!server.contains("torch") && !server.contains("c10"), "{server}");
    let engine = ldd(&program("ath-engine")?)?;
    assert!(!engine.contains("not found"), "{engine}");
    let cpu = engine
        .lines()
        .find_map(|line| line.trim().strip_prefix("libtorch_cpu.so => ")?.split(' ').next())
        .with_context(|| engine.clone())?;
    let wheel_has_cuda = Path::new(cpu).with_file_name("libtorch_cuda.so").exists();
    assert_eq!(engine.contains("libtorch_cuda.so"), wheel_has_cuda, "{engine}");
    Ok(())
}

/// A folder with a driver of tests/fixtures/cuda as its `libcuda.so.1`; none, with a word, where there is no C compiler.
fn driver(name: &str) -> Result<Option<TempDir>> {
    let folder = tempfile::tempdir()?;
    let compiled = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .arg(folder.path().join("libcuda.so.1"))
        .arg(repository().join("tests/fixtures/cuda").join(format!("{name}.c")))
        .status();
    let Ok(status) = compiled else {
        println!("skipped: there is no cc");
        return Ok(None);
    };
    ensure!(status.success(), "cc failed: {status}");
    Ok(Some(folder))
}

#[test]
fn a_driver_that_misbehaves_takes_no_world_of_the_cpu_down() -> Result<()> {
    let folder = flower()?;
    let engine = ldd(&program("ath-engine")?)?;
    for (name, code, reason) in [
        ("hangs", "cuda_failed", "has not answered within"),
        ("aborts", "cuda_failed", "SIGABRT"),
        ("too_old", "cuda_failed", "CUDA 11.4"),
    ] {
        let Some(driver) = driver(name)? else {
            return Ok(());
        };
        let run = |device: &str| -> Result<Output> {
            Ok(Command::new(program("ath")?)
                .args([
                    "run",
                    "--experiment",
                    "flower",
                    "--steps",
                    "1",
                    "--grid",
                    "32x32",
                    "--json",
                ])
                .args(["--root", text(folder.path()), "--device", device])
                .arg("--out")
                .arg(folder.path().join("end.npz"))
                .env("ATHERIA_ENGINE", program("ath-engine")?)
                .env("LD_LIBRARY_PATH", driver.path())
                .output()?)
        };
        ensure!(run("cpu")?.status.success(), "{name}");
        let auto = run("auto")?;
        ensure!(auto.status.success(), "{name}: {auto:?}");
        let asked = run("cuda")?;
        ensure!(!asked.status.success(), "{name}: {asked:?}");
        if engine.contains("libtorch_cuda.so") {
            let told = json(&auto)?["cuda_fell_back"].to_string();
            ensure!(told.contains(reason), "{name}: {told}");
            let error = json(&asked)?["error"].clone();
            ensure!(
                error["code"] == code && error.to_string().contains(reason),
                "{name}: {error}"
            );
        }
    }
    Ok(())
}

#[test]
fn an_export_is_made_once_and_again_on_request() -> Result<()> {
    let folder = flower()?;
    let root = text(folder.path());
    let export = |extra: &[&str]| -> Result<Value> {
        let arguments = [
            &["export", "--experiment", "flower", "--root", root, "--json"],
            extra,
        ]
        .concat();
        let output = ath(&arguments)?;
        ensure!(output.status.success(), "{output:?}");
        json(&output)
    };
    let first = export(&[])?;
    assert_eq!(
        (&first["made"], &first["method"]),
        (&true.into(), &"script".into()),
        "{first}"
    );
    assert!(
        first["max_abs_error"].as_f64().is_some_and(|error| error < 1e-4),
        "{first}"
    );
    assert!(
        first["path"]
            .as_str()
            .is_some_and(|path| Path::new(path).is_file()),
        "{first}"
    );
    assert_eq!(export(&[])?["made"], false);
    assert_eq!(export(&["--force"])?["made"], true);
    Ok(())
}

#[test]
fn a_run_ends_at_its_step_and_goes_on_from_its_state() -> Result<()> {
    let folder = flower()?;
    let (first, second) = (folder.path().join("first.npz"), folder.path().join("second.npz"));
    let run = |extra: &[&str]| run_flower(folder.path(), extra);
    let done = run(&["--steps", "3", "--grid", "32x48", "--out", text(&first)])?;
    assert_eq!(
        (&done["step"], &done["world"]["grid"]),
        (&3.into(), &serde_json::json!([32, 48])),
        "{done}"
    );
    let done = run(&["--steps", "2", "--init", text(&first), "--out", text(&second)])?;
    assert_eq!(done["world"]["grid"], serde_json::json!([32, 48]), "{done}");
    assert!(second.is_file());
    Ok(())
}

/// Runs the flower and returns what is said of it.
fn run_flower(root: &Path, extra: &[&str]) -> Result<Value> {
    let base = [
        "run",
        "--experiment",
        "flower",
        "--root",
        text(root),
        "--device",
        "cpu",
        "--json",
    ];
    let output = ath(&[&base, extra].concat())?;
    ensure!(output.status.success(), "{output:?}");
    json(&output)
}

#[test]
fn a_vast_world_is_run_where_its_matter_is() -> Result<()> {
    let folder = flower()?;
    let (first, second) = (folder.path().join("first.npz"), folder.path().join("second.npz"));
    for boundary in ["torus", "walls", "unbounded"] {
        let vast = ["--grid", "65536x65536", "--boundary", boundary];
        let steps = ["--steps", "3", "--out", text(&first)];
        let done = run_flower(folder.path(), &[&vast[..], &steps].concat())?;
        assert_eq!(done["numbers"]["execution"], "sparse", "{done}");
        let cells = &done["numbers"]["matter_cells"];
        assert!(
            cells.as_u64().is_some_and(|cells| (200..4096).contains(&cells)),
            "{done}"
        );
        let bytes = first.metadata()?.len();
        assert!(bytes < 4 << 20, "{boundary}: {bytes} bytes");
        // No steps: what was written is what is there. It lies on vacuum now, which the law had moved by less than eps or more.
        let none = ["--steps", "0", "--init", text(&first), "--out", text(&second)];
        let again = run_flower(folder.path(), &[&vast[..], &none].concat())?;
        assert!(
            again["numbers"]["matter_cells"].as_u64() >= cells.as_u64(),
            "{boundary}: {again}"
        );
    }
    Ok(())
}

#[test]
fn sparse_and_dense_are_the_same_world() -> Result<()> {
    let folder = flower()?;
    let world = |execution| -> Result<Value> {
        let out = folder.path().join(format!("{execution}.npz"));
        run_flower(
            folder.path(),
            &[
                "--steps",
                "8",
                "--grid",
                "96x128",
                "--execution",
                execution,
                "--out",
                text(&out),
            ],
        )
    };
    let (sparse, dense) = (world("sparse")?, world("dense")?);
    assert_eq!(sparse["numbers"]["execution"], "sparse", "{sparse}");
    assert_eq!(dense["numbers"]["execution"], "dense", "{dense}");
    assert_eq!(sparse["step"], dense["step"]);
    Ok(())
}

#[test]
fn a_torchscript_of_others_is_run_only_where_it_is_trusted() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let fixtures = repository().join("tests/fixtures/foreign");
    for (experiment, file) in [("local", "local.pt"), ("remembers", "remembers.pt")] {
        let config = folder.path().join("experiments").join(experiment);
        let checkpoints = folder.path().join("training_checkpoints").join(experiment);
        std::fs::create_dir_all(&config)?;
        std::fs::create_dir_all(&checkpoints)?;
        std::fs::write(
            config.join("config.json"),
            r#"{"MODEL_ARCHITECTURE": "TRANSFORMER", "MODEL_PARAMS": {"d_state": 2}, "GAMMA_DECAY": 0.01}"#,
        )?;
        std::fs::copy(fixtures.join(file), checkpoints.join(file))?;
    }
    let root = text(folder.path());
    let out = folder.path().join("end.npz");
    let run = |experiment: &str, extra: &[&str]| {
        let base = [
            "run",
            "--experiment",
            experiment,
            "--root",
            root,
            "--steps",
            "3",
            "--out",
            text(&out),
            "--json",
        ];
        ath(&[&base, extra].concat())
    };
    let refused = run("local", &[])?;
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    let message = json(&refused)?["error"]["message"].to_string();
    assert!(
        message.contains("with --trust-torchscript, which executes code from that file"),
        "{message}"
    );
    assert!(!out.exists());

    let trusted = "--trust-torchscript";
    let done = json(&run(
        "local",
        &[trusted, "--grid", "64x64", "--boundary", "unbounded"],
    )?)?;
    assert_eq!(done["step"], 3, "{done}");
    assert!(out.is_file());
    let law = &done["world"]["foreign"];
    assert_eq!(
        (&law["reach_cells"], &law["windows"]),
        (&2.into(), &true.into()),
        "{law}"
    );
    assert_eq!(law["sha256"].as_str().map(str::len), Some(64), "{law}");
    assert!(
        done["world"]["architecture"].is_null() && done["export"].is_null(),
        "{done}"
    );

    let memory = run("remembers", &[trusted])?;
    assert_eq!(memory.status.code(), Some(3), "{memory:?}");
    assert!(
        json(&memory)?["error"]["message"]
            .to_string()
            .contains("a law with memory (h, c)"),
        "{memory:?}"
    );

    let inspect = ["inspect", "--experiment", "local", "--root", root, trusted];
    let words = String::from_utf8(ath(&inspect)?.stdout)?;
    assert!(
        words.contains("TorchScript local.pt, felt 2 cells a step, period 1 cells\n    sha256 "),
        "{words}"
    );
    Ok(())
}

#[test]
fn exit_statuses_say_whose_fault_it_was() -> Result<()> {
    let folder = flower()?;
    let root = text(folder.path());
    let out = folder.path().join("out.npz");
    let bad_state = folder.path().join("bad.npz");
    std::fs::write(&bad_state, "no zip")?;
    let broken = folder
        .path()
        .join("training_checkpoints/flower/checkpoint_ep9999.pth");
    let run = |extra: &[&str]| {
        let base = [
            "run",
            "--experiment",
            "flower",
            "--root",
            root,
            "--steps",
            "1",
            "--out",
            text(&out),
        ];
        ath(&[&base, extra].concat())
    };
    let status = |output: Result<Output>| -> Result<(Option<i32>, usize, String)> {
        let output = output?;
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let first_lines = stderr
            .lines()
            .filter(|line| !line.starts_with(' ') && !line.is_empty())
            .count();
        Ok((output.status.code(), first_lines, stderr))
    };
    let cases = [
        (0, run(&[])),
        (2, run(&["--grid", "0x4"])),
        (2, run(&["--gamma", "7"])),
        (2, run(&["--checkpoint", "../x.pth"])),
        (2, ath(&["export", "--experiment", "nothing", "--root", root])),
        (3, run(&["--checkpoint", "best"])),
        (3, run(&["--init", text(&bad_state)])),
        (3, run(&["--init", "missing.npz"])),
        (3, ath(&["experiments", "--root", "/nowhere"])),
        (4, run(&["--engine", "/nowhere/ath-engine"])),
        (4, run(&["--engine", "/bin/true"])),
    ];
    for (number, (expected, output)) in cases.into_iter().enumerate() {
        let (code, lines, stderr) = status(output)?;
        assert_eq!(code, Some(expected), "case {number}: {stderr}");
        assert_eq!(
            lines,
            usize::from(expected != 0),
            "case {number} is not one line: {stderr}"
        );
    }
    // A damaged checkpoint that counts as the latest.
    std::fs::write(&broken, "no checkpoint")?;
    let output = run(&["--json"])?;
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert_eq!(json(&output)?["error"]["code"], "latest_unusable");
    Ok(())
}

/// `ath serve` on a free port; ended when dropped.
struct Serving {
    child: Child,
    address: SocketAddr,
}

impl Serving {
    fn start(root: &Path) -> Result<Self> {
        let mut child = Command::new(program("ath")?)
            .args(["serve", "--port", "0", "--root", text(root)])
            .env("ATHERIA_ENGINE", program("ath-engine")?)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = child.stdout.take().context("no output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line
            .split_whitespace()
            .find_map(|word| word.strip_prefix("http://")?.strip_suffix('/'))
            .with_context(|| line.clone())?;
        let address = address.parse()?;
        Ok(Self { child, address })
    }

    /// The engines that it has started.
    fn engines(&self) -> Result<Vec<u32>> {
        let output = Command::new("pgrep")
            .args(["-P", &self.child.id().to_string()])
            .output()?;
        let list = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(list.lines().filter_map(|line| line.trim().parse().ok()).collect())
    }

    /// Ends it as Ctrl-C does.
    fn interrupt(mut self) -> Result<Option<i32>> {
        signal("INT", self.child.id())?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status.code());
            }
            ensure!(Instant::now() < deadline, "the server did not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may be over.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn signal(name: &str, process: u32) -> Result<()> {
    let status = Command::new("kill")
        .args([&format!("-{name}"), &process.to_string()])
        .status()?;
    ensure!(status.success(), "no signal {name} for {process}");
    Ok(())
}

fn is_there(process: u32) -> bool {
    Path::new("/proc").join(process.to_string()).exists()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_flower_opens_plays_pauses_and_survives_its_engine() -> Result<()> {
    let folder = flower()?;
    let serving = Serving::start(folder.path())?;
    let answer = http::request(
        serving.address,
        "POST",
        "/api/sessions",
        r#"{"experiment": "flower"}"#,
    )
    .await?;
    ensure!(answer.status == 201, "{answer:?}");
    let info: SessionInfo = serde_json::from_slice(&answer.body)?;
    let mut viewer = Watcher::connect(serving.address, &info.id).await?;
    let info = viewer.live().await?;
    assert!(info.export.is_some_and(|export| export.made));
    let done =
        |report: &&atheria_shared::session::StageReport| matches!(report.state, StageState::Done { .. });
    assert!(info.stages.iter().filter(done).count() >= 7, "{:?}", info.stages);

    let first = viewer.frame().await?;
    let seen = viewer
        .until(|seen| match seen {
            Seen::Frame(header, pixels) if header.step > first.step + 3 => Some(pixels.clone()),
            _ => None,
        })
        .await?;
    assert!(
        seen.iter().any(|&level| level != seen[0]),
        "a picture of one colour"
    );
    viewer.command(&WorldCommand::Pause).await?;
    let paused = viewer.status(|status| !status.playing).await?.step;
    viewer.command(&WorldCommand::Step { steps: 2 }).await?;
    assert_eq!(
        viewer.status(|status| status.step >= paused + 2).await?.step,
        paused + 2
    );

    // The engine of the session is the one that is busy; kill whatever is there, the spare too.
    for engine in serving.engines()? {
        signal("ABRT", engine)?;
    }
    let killed = Instant::now();
    let told = viewer
        .phase(|phase| *phase == atheria_shared::session::Phase::Recovering)
        .await;
    told.context("no word of the recovery")?;
    assert!(
        killed.elapsed() < Duration::from_secs(2),
        "{:?}",
        killed.elapsed()
    );
    viewer.live().await?;
    let restarted = viewer
        .until(|seen| match seen {
            Seen::Event(Event::Notice(notice @ Notice::EngineRestarted { .. })) => Some(notice.clone()),
            _ => None,
        })
        .await?;
    let Notice::EngineRestarted { error, .. } = restarted else {
        bail!("{restarted:?}");
    };
    assert!(error.message.contains("SIGABRT"), "{error}");

    let engines = serving.engines()?;
    assert!(!engines.is_empty());
    assert_eq!(serving.interrupt()?, Some(0));
    let left: Vec<u32> = engines.into_iter().filter(|&engine| is_there(engine)).collect();
    assert!(left.is_empty(), "engines {left:?} outlived their server");
    Ok(())
}
