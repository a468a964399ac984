//! The engine as a process: what it says when it is asked, and that it ends when nobody listens.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::float_cmp,
    reason = "a test ends where something is not as it must be, and compares what was never rounded"
)]

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use atheria_shared::character::SeedFate;
use atheria_shared::diagnosis::{CheckId, CheckReport, Verdict};
use atheria_shared::engine::{EngineEvent, EngineRequest, LawJob, PROTOCOL, SeriesJob};
use atheria_shared::frame::FrameHeader;
use atheria_shared::pipe::{self, PacketKind};
use atheria_shared::session::{ExportMethod, Stage, StageState};
use atheria_shared::tool::{Stroke, Tool, ToolEvent};
use atheria_shared::view::{Quantity, View};
use atheria_shared::world::{
    Device, DeviceChoice, EPS, Emptiness, Execution, ExecutionChoice, Placement, Precision, StartingMatter,
    Vacuum, WorldCommand, WorldInfo, WorldNumbers, WorldSpec, WorldStatus,
};
use atheria_shared::{ApiError, Boundary, Cell, CheckpointFile, ErrorCode, GridShape, Region};

const PATIENCE: Duration = Duration::from_mins(1);

/// What came out of the pipe.
#[derive(Debug)]
enum Heard {
    Event(EngineEvent),
    Frame(FrameHeader, Vec<u8>),
}

/// An engine process, killed when it is dropped.
struct Engine {
    child: Child,
    input: Option<ChildStdin>,
    heard: Receiver<Heard>,
    heartbeats: Receiver<u64>,
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Engine {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ath-engine"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = child.stdout.take().unwrap();
        let (sender, received) = sync_channel(10_000);
        let (pulse, heartbeats) = sync_channel(10_000);
        std::thread::Builder::new()
            .name("listener".to_owned())
            .spawn(move || {
                let mut start = [0; pipe::HEAD_BYTES];
                while output.read_exact(&mut start).is_ok() {
                    let (kind, bytes) = pipe::parse_head(start).unwrap();
                    let mut body = vec![0; bytes];
                    output.read_exact(&mut body).unwrap();
                    let message = match kind {
                        PacketKind::Frame => {
                            let (header, pixels) = FrameHeader::decode(&body).unwrap();
                            Heard::Frame(header, pixels)
                        }
                        PacketKind::Message => match pipe::decode_message(&body).unwrap() {
                            EngineEvent::Heartbeat { busy_ms } => {
                                let _ = pulse.send(busy_ms);
                                continue;
                            }
                            event => Heard::Event(event),
                        },
                    };
                    if sender.send(message).is_err() {
                        return;
                    }
                }
            })
            .unwrap();
        let engine = Self {
            input: child.stdin.take(),
            child,
            heard: received,
            heartbeats,
        };
        let EngineEvent::Hello {
            protocol,
            torch_version,
            ..
        } = engine.event()
        else {
            panic!("no hello");
        };
        assert_eq!(protocol, PROTOCOL);
        assert!(torch_version.starts_with("2.11"), "{torch_version}");
        engine
    }

    fn ask(&mut self, request: &EngineRequest) {
        let packet = pipe::encode_message(request).unwrap();
        let input = self.input.as_mut().unwrap();
        input.write_all(&packet).unwrap();
        input.flush().unwrap();
    }

    fn command(&mut self, command: WorldCommand) {
        self.ask(&EngineRequest::World(command));
    }

    fn next(&self) -> Heard {
        self.heard
            .recv_timeout(PATIENCE)
            .expect("the engine says nothing")
    }

    /// The next event, whatever frames come before it.
    fn event(&self) -> EngineEvent {
        loop {
            if let Heard::Event(event) = self.next() {
                return event;
            }
        }
    }

    fn frame(&self) -> (FrameHeader, Vec<u8>) {
        loop {
            if let Heard::Frame(header, pixels) = self.next() {
                return (header, pixels);
            }
        }
    }

    /// The first event that `wanted` takes; on the way, only statuses, stages and progress are passed over.
    fn until<T>(&self, wanted: impl Fn(&EngineEvent) -> Option<T>) -> T {
        loop {
            let event = self.event();
            if let Some(found) = wanted(&event) {
                return found;
            }
            let passing = matches!(
                event,
                EngineEvent::Status(_)
                    | EngineEvent::Stage(_)
                    | EngineEvent::Exported(_)
                    | EngineEvent::Progress { .. }
            );
            assert!(passing, "{event:?}");
        }
    }

    fn status(&self, wanted: impl Fn(&WorldStatus) -> bool) -> WorldStatus {
        self.until(|event| match event {
            EngineEvent::Status(status) if wanted(status) => Some(status.clone()),
            _ => None,
        })
    }

    fn failure(&self) -> ApiError {
        self.until(|event| match event {
            EngineEvent::Failed { error } => Some(error.clone()),
            _ => None,
        })
    }

    fn ready(&self) -> WorldInfo {
        self.until(|event| match event {
            EngineEvent::Ready(info) => Some(info.clone()),
            _ => None,
        })
    }

    fn run(&mut self, steps: u64) -> WorldNumbers {
        self.run_with(steps, vec![], None).1
    }

    /// A run with its events and series; the step that it came to, and the world there.
    fn run_with(
        &mut self,
        steps: u64,
        events: Vec<ToolEvent>,
        series: Option<SeriesJob>,
    ) -> (u64, WorldNumbers) {
        self.ask(&EngineRequest::Run {
            steps,
            events,
            series,
        });
        self.until(|event| match event {
            EngineEvent::Ran {
                step,
                seconds,
                flops,
                numbers,
            } => {
                assert!(*seconds >= 0.0 && (*flops > 0.0) == (steps > 0));
                Some((*step, numbers.clone()))
            }
            _ => None,
        })
    }

    /// A stroke, and what is said of it.
    fn stroke(&mut self, stroke: Stroke) -> ToolEvent {
        self.command(WorldCommand::Tool { stroke });
        self.until(|event| match event {
            EngineEvent::Applied(event) => Some(*event),
            _ => None,
        })
    }

    /// The first frame that `wanted` takes.
    fn frame_that(&self, wanted: impl Fn(&FrameHeader) -> bool) -> (FrameHeader, Vec<u8>) {
        loop {
            let (header, pixels) = self.frame();
            if wanted(&header) {
                return (header, pixels);
            }
        }
    }

    fn save(&mut self, path: &Path) -> u64 {
        self.ask(&EngineRequest::Save {
            path: path.to_owned(),
        });
        self.until(|event| match event {
            EngineEvent::Saved { step, .. } => Some(*step),
            _ => None,
        })
    }

    fn ends_within(&mut self, limit: Duration) -> bool {
        let until = Instant::now() + limit;
        while Instant::now() < until {
            if self.child.try_wait().unwrap().is_some() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }
}

/// A golden experiment in a folder of its own, so that an export may be written there.
struct Experiment {
    _folder: tempfile::TempDir,
    job: LawJob,
}

fn experiment(name: &str) -> Experiment {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures/golden")
        .join(name);
    let config: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(golden.join("config.json")).unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(
        golden.join("checkpoint_ep59.pth"),
        folder.path().join("checkpoint_ep59.pth"),
    )
    .unwrap();
    let job = LawJob {
        experiment: name.to_owned(),
        architecture: serde_json::from_value(config["MODEL_ARCHITECTURE"].clone()).unwrap(),
        params: serde_json::from_value(config["MODEL_PARAMS"].clone()).unwrap(),
        gamma: config["GAMMA_DECAY"].as_f64().unwrap(),
        trained_boundary: Boundary::Walls,
        checkpoint_dir: folder.path().to_owned(),
        checkpoint: CheckpointFile::new("checkpoint_ep59.pth").unwrap(),
        method: ExportMethod::Script,
        force: false,
    };
    Experiment { _folder: folder, job }
}

fn spec(init: StartingMatter, grid: Option<u32>) -> WorldSpec {
    WorldSpec {
        grid: grid.and_then(|side| GridShape::new(side, side).ok()),
        boundary: Boundary::Walls,
        init,
        place: Placement::Centre,
        vacuum: Vacuum::One,
        seed: 7,
        gamma: None,
        device: DeviceChoice::Cpu,
        execution: ExecutionChoice::Auto,
        eps: EPS,
        precision: Precision::Float32,
    }
}

fn blob(side_cells: u32) -> StartingMatter {
    StartingMatter::Blob { side_cells }
}

fn noise(y: i64, x: i64) -> Stroke {
    Stroke {
        seed: 3,
        ..Stroke::new(Tool::Noise, Cell { y, x }, 3.0)
    }
}

fn open(job: &LawJob, world: WorldSpec, step: u64, watched: bool) -> EngineRequest {
    EngineRequest::Open {
        law: job.clone(),
        world,
        step,
        view: View::default(),
        steps_per_second: None,
        play: false,
        watched,
    }
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one conversation from its first word to its last"
)]
fn a_world_is_opened_watched_and_driven() {
    let experiment = experiment("DEEP_QCA-d4-h8-g32");
    let mut engine = Engine::start();
    engine.ask(&open(&experiment.job, spec(blob(8), Some(32)), 0, true));

    let mut done = Vec::new();
    let info = loop {
        match engine.event() {
            EngineEvent::Stage(report) => match report.state {
                StageState::Started => {}
                StageState::Done { seconds, .. } => {
                    assert!(seconds >= 0.0);
                    done.push(report.stage);
                }
                StageState::Failed { error, .. } => panic!("{error}"),
            },
            EngineEvent::Exported(report) => assert_eq!(report.file, "model_checkpoint_ep59.pt"),
            EngineEvent::Ready(info) => break info,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        done,
        [
            Stage::Find,
            Stage::ReadCheckpoint,
            Stage::Export,
            Stage::VerifyCpu,
            Stage::Character,
            Stage::WarmUp,
            Stage::Ready
        ]
    );
    assert_eq!(
        (info.device, info.has_memory, info.grid.cells()),
        (Device::Cpu, false, 1024)
    );
    assert_eq!(
        (info.eps, info.precision, info.vacuum),
        (EPS, Precision::Float32, Vacuum::One)
    );
    assert!(info.character.is_some_and(|character| character.reach_cells == 1));
    assert!(
        experiment
            .job
            .checkpoint_dir
            .join("model_checkpoint_ep59.pt")
            .is_file()
    );

    let (header, first) = engine.frame();
    assert_eq!((header.step, header.height, header.width), (0, 32, 32));
    assert_eq!(
        first.iter().filter(|&&level| level > 0).count(),
        64,
        "the blob, and nothing else"
    );

    engine.command(WorldCommand::Step { steps: 3 });
    let status = engine.status(|status| status.step == 3);
    assert!(!status.playing && status.numbers.matter_cells > 64);
    assert_eq!(status.numbers.emptiness, None);
    engine.command(WorldCommand::Play);
    let playing = engine.status(|status| status.step > 20 && status.playing);
    assert!(playing.steps_per_second > 0.0);
    let (header, pixels) = engine.frame();
    assert!(header.step > 0 && pixels != first);

    engine.command(WorldCommand::Speed {
        steps_per_second: Some(20.0),
    });
    engine.status(|status| status.target_steps_per_second == Some(20.0));
    let began = (Instant::now(), engine.status(|_| true).step);
    let later = engine.status(|status| status.step >= began.1 + 10);
    let pace = (later.step - began.1) as f32 / began.0.elapsed().as_secs_f32();
    // The lower end leaves room for a machine that is busy with other tests.
    assert!((1.0..30.0).contains(&pace), "{pace} steps a second");

    engine.command(WorldCommand::Pause);
    let paused = engine.status(|status| !status.playing);
    assert_eq!(paused.steps_per_second, 0.0);
    engine.command(WorldCommand::View(View {
        quantity: Quantity::Rgb,
        ..View::default()
    }));
    loop {
        let (header, pixels) = engine.frame();
        assert!(header.step <= paused.step);
        if header.quantity == Quantity::Rgb {
            assert_eq!((header.step, pixels.len()), (paused.step, 3 * 1024));
            break;
        }
    }
    engine.command(WorldCommand::Reset);
    engine.until(|event| matches!(event, EngineEvent::Reset).then_some(()));
    // Nothing of the past is said after that.
    let status = engine.status(|_| true);
    assert_eq!((status.step, status.numbers.matter_cells), (0, 64));

    for bad in [
        WorldCommand::Step { steps: 0 },
        WorldCommand::Speed {
            steps_per_second: Some(-1.0),
        },
    ] {
        engine.command(bad);
        assert_eq!(engine.failure().code, ErrorCode::BadRequest);
    }
    engine.ask(&EngineRequest::Stop);
    assert!(engine.ends_within(Duration::from_secs(2)));
    assert!(engine.heartbeats.try_iter().count() >= 1);
}

#[test]
fn a_run_that_is_saved_and_restored_is_the_run_in_one_go() {
    let experiment = experiment("UNET_CONVLSTM-d4-h8-g32");
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    let mut engine = Engine::start();
    engine.ask(&open(&experiment.job, spec(blob(8), Some(32)), 0, false));
    assert!(engine.ready().has_memory);
    engine.run(4);
    assert_eq!(engine.save(&path("four.npz")), 4);
    engine.run(4);
    assert_eq!(engine.save(&path("eight.npz")), 8);

    let mut other = Engine::start();
    let saved = StartingMatter::File(path("four.npz"));
    other.ask(&open(&experiment.job, spec(saved, None), 4, false));
    other.ready();
    other.run(4);
    assert_eq!(other.save(&path("again.npz")), 8);
    let read = |name: &str| std::fs::read(path(name)).unwrap();
    assert_eq!(read("again.npz"), read("eight.npz"));
    other.command(WorldCommand::Reset);
    assert_eq!(other.failure().code, ErrorCode::NotReady);
}

#[test]
fn what_cannot_be_done_is_said() {
    let mut experiment = experiment("MLP-d4-h8-g32");
    let mut engine = Engine::start();
    let run = |steps, events| EngineRequest::Run {
        steps,
        events,
        series: None,
    };
    engine.ask(&run(1, vec![]));
    assert_eq!(engine.failure().code, ErrorCode::NotReady);
    engine.ask(&open(&experiment.job, spec(blob(99), Some(32)), 0, true));
    let error = engine.failure();
    assert_eq!(error.code, ErrorCode::GridInvalid, "{error}");
    let none = StartingMatter::File("/none/such.npz".into());
    engine.ask(&open(&experiment.job, spec(none, None), 0, true));
    assert_eq!(engine.failure().code, ErrorCode::StateInvalid);
    let endless = WorldSpec {
        boundary: Boundary::Unbounded,
        execution: ExecutionChoice::Dense,
        ..spec(blob(8), Some(32))
    };
    engine.ask(&open(&experiment.job, endless, 0, true));
    assert_eq!(engine.failure().code, ErrorCode::BadRequest);
    let fine = WorldSpec {
        eps: 0.0,
        ..spec(blob(8), Some(32))
    };
    engine.ask(&open(&experiment.job, fine, 0, true));
    assert_eq!(engine.failure().code, ErrorCode::BadRequest);
    engine.ask(&open(&experiment.job, spec(blob(8), Some(32)), 0, false));
    engine.ready();
    let wide = ToolEvent {
        step: 0,
        stroke: Stroke::new(Tool::Erase, Cell::default(), 1e4),
    };
    engine.ask(&run(1, vec![wide]));
    assert_eq!(engine.failure().code, ErrorCode::BadRequest);
    engine.command(WorldCommand::Tool { stroke: wide.stroke });
    assert_eq!(engine.failure().code, ErrorCode::BadRequest);
    experiment.job.params.hidden_channels = 9;
    engine.ask(&EngineRequest::Export {
        law: experiment.job.clone(),
    });
    let error = engine.failure();
    assert_eq!(error.code, ErrorCode::CheckpointMismatch);
    assert!(error.details.len() > 1, "{:?}", error.details);
    experiment.job.checkpoint = CheckpointFile::new("none.pth").unwrap();
    engine.ask(&EngineRequest::Export {
        law: experiment.job.clone(),
    });
    assert_eq!(engine.failure().code, ErrorCode::CheckpointMissing);
    engine
        .input
        .as_mut()
        .unwrap()
        .write_all(&[2, 0, 0, 0, 0, b'{', b'}'])
        .unwrap();
    assert_eq!(engine.failure().code, ErrorCode::BadRequest);
}

#[test]
fn the_process_ends_with_its_input_even_in_the_midst_of_a_run() {
    let experiment = experiment("UNET-d4-h8-g32");
    let mut engine = Engine::start();
    engine.ask(&open(
        &experiment.job,
        spec(StartingMatter::Random, Some(512)),
        0,
        false,
    ));
    engine.ready();
    engine.ask(&EngineRequest::Run {
        steps: 1_000_000,
        events: vec![],
        series: None,
    });
    engine.until(|event| matches!(event, EngineEvent::Progress { .. }).then_some(()));
    engine.input = None;
    assert!(engine.ends_within(Duration::from_secs(2)));
}

#[test]
fn nonsense_on_the_pipe_ends_the_process() {
    let mut engine = Engine::start();
    engine.input.as_mut().unwrap().write_all(&[0xff; 16]).unwrap();
    assert!(engine.ends_within(Duration::from_secs(2)));
}

#[test]
fn tools_are_applied_and_said_and_a_run_repeats_them() {
    let experiment = experiment("DEEP_QCA-d4-h8-g32");
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let mut engine = Engine::start();
    engine.ask(&open(&experiment.job, spec(blob(8), Some(48)), 0, true));
    engine.ready();
    let mut said = vec![engine.stroke(noise(4, 40))];
    engine.command(WorldCommand::Step { steps: 3 });
    engine.status(|status| status.step == 3);
    said.push(engine.stroke(Stroke::new(Tool::Vortex, Cell { y: 24, x: 24 }, 6.0)));
    let steps: Vec<u64> = said.iter().map(|event| event.step).collect();
    assert_eq!(steps, [0, 3]);
    assert_eq!(engine.status(|_| true).numbers.events, 2);
    engine.command(WorldCommand::Step { steps: 2 });
    engine.status(|status| status.step == 5);
    assert_eq!(engine.save(&path("played.npz")), 5);

    let mut other = Engine::start();
    other.ask(&open(&experiment.job, spec(blob(8), Some(48)), 0, false));
    other.ready();
    let (step, numbers) = other.run_with(5, said, None);
    assert_eq!((step, numbers.events), (5, 2));
    assert_eq!(other.save(&path("run.npz")), 5);
    let read = |name: &str| std::fs::read(path(name)).unwrap();
    assert!(
        read("run.npz") == read("played.npz"),
        "the record of a run is not the run"
    );

    other.stroke(Stroke::new(Tool::Erase, Cell { y: 24, x: 24 }, 100.0));
    let (step, numbers) = other.run_with(0, vec![], None);
    assert_eq!((step, numbers.matter_cells), (5, 0));
    assert_eq!(numbers.emptiness, Some(Emptiness::Erased { step: 5 }));
}

#[test]
fn a_run_writes_a_series_its_start_included() {
    let experiment = experiment("MLP-d4-h8-g32");
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::start();
    engine.ask(&open(&experiment.job, spec(blob(8), Some(32)), 0, false));
    engine.ready();
    let job = |name: &str, every| {
        Some(SeriesJob {
            path: folder.path().join(name),
            every,
        })
    };
    assert_eq!(engine.run_with(7, vec![], job("run.npz", 3)).0, 7);
    let bytes = std::fs::metadata(folder.path().join("run.npz")).unwrap().len();
    // Steps 0, 3, 6: three states of 32 x 32 cells of 4 complex64.
    assert!((3 * 32_768..4 * 32_768).contains(&bytes), "{bytes}");
    assert_eq!(engine.run_with(0, vec![], job("one.zarr", 1)).0, 7);
    assert!(folder.path().join("one.zarr").is_dir());
    engine.ask(&EngineRequest::Run {
        steps: 1,
        events: vec![],
        series: job("none.npz", 0),
    });
    assert_eq!(engine.failure().code, ErrorCode::BadRequest);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn a_law_is_inspected() {
    let experiment = experiment("DEEP_QCA-d4-h8-g32");
    let mut engine = Engine::start();
    engine.ask(&EngineRequest::Inspect {
        law: experiment.job.clone(),
    });
    let character = engine.until(|event| match event {
        EngineEvent::Character(character) => Some(character.clone()),
        _ => None,
    });
    assert_eq!((character.period_cells, character.reach_cells), (1, 1));
    assert!((1.0..1.4).contains(&character.lambda), "{character:?}");
    assert!(matches!(character.seed, SeedFate::Grows { .. }), "{character:?}");
}

#[test]
fn a_diagnosis_makes_its_checks_in_order() {
    let experiment = experiment("DEEP_QCA-d4-h8-g32");
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::start();
    engine.ask(&EngineRequest::Diagnose {
        law: experiment.job.clone(),
        world: spec(blob(8), Some(32)),
        scratch: folder.path().to_owned(),
    });
    let mut checks: Vec<CheckReport> = Vec::new();
    loop {
        match engine.event() {
            EngineEvent::Checked(report) => checks.push(report),
            EngineEvent::Diagnosed => break,
            EngineEvent::Failed { error } => panic!("{error}"),
            _ => {}
        }
    }
    let order: Vec<CheckId> = checks.iter().map(|report| report.check).collect();
    assert!(order.is_sorted() && order.len() >= 6, "{order:?}");
    for report in &checks {
        assert!(report.verdict != Verdict::Failed, "{report:?}");
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "files are left"
    );
}

#[test]
fn a_region_is_shown_as_large_as_it_was_asked_for() {
    let experiment = experiment("DEEP_QCA-d4-h8-g32");
    let mut engine = Engine::start();
    engine.ask(&open(&experiment.job, spec(blob(8), Some(64)), 0, true));
    engine.ready();
    let region = Region {
        y: 24,
        x: 20,
        height: 16,
        width: 24,
    };
    engine.command(WorldCommand::View(View {
        region: Some(region),
        ..View::default()
    }));
    let (header, pixels) = engine.frame_that(|header| header.height == 16);
    assert_eq!((header.origin_y, header.origin_x), (24, 20));
    assert_eq!((header.width, header.cells_per_pixel), (24, 1));
    // The blob lies at 28..36.
    let lit: Vec<usize> = (0..pixels.len()).filter(|&at| pixels[at] > 0).collect();
    let expected: Vec<usize> = (4..12).flat_map(|y| (8..16).map(move |x| y * 24 + x)).collect();
    assert_eq!(lit, expected);
}

#[test]
fn an_unbounded_world_is_watched_where_its_matter_is() {
    let experiment = experiment("DEEP_QCA-d4-h8-g32");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.npz");
    let mut engine = Engine::start();
    let endless = WorldSpec {
        boundary: Boundary::Unbounded,
        ..spec(blob(8), Some(32))
    };
    engine.ask(&open(&experiment.job, endless.clone(), 0, true));
    engine.ready();
    let far = 1_000_000_000_000;
    engine.stroke(noise(-far, far));
    engine.command(WorldCommand::Step { steps: 4 });
    let status = engine.status(|status| status.step == 4);
    assert_eq!(status.numbers.execution, Execution::Sparse);
    assert_eq!(status.numbers.matter_fraction, None);
    let region = Region {
        y: -far - 8,
        x: far - 8,
        height: 17,
        width: 17,
    };
    engine.command(WorldCommand::View(View {
        region: Some(region),
        ..View::default()
    }));
    let (header, pixels) = engine.frame_that(|header| header.height == 17);
    assert_eq!(
        (header.step, header.origin_y, header.origin_x),
        (4, -far - 8, far - 8)
    );
    assert!(pixels[8 * 17 + 8] > 0 && pixels[0] == 0);
    assert_eq!(engine.save(&path), 4);
    let before = engine.run(2);

    let mut other = Engine::start();
    let saved = WorldSpec {
        init: StartingMatter::File(path),
        grid: None,
        ..endless
    };
    other.ask(&open(&experiment.job, saved, 4, false));
    other.ready();
    let after = other.run(2);
    assert_eq!(
        (after.matter_cells, after.matter_tiles, after.active_tiles),
        (before.matter_cells, before.matter_tiles, before.active_tiles)
    );
}

#[test]
fn a_vast_sparse_world_opens_runs_and_is_shown() {
    let experiment = experiment("UNET-d4-h8-g32");
    for boundary in [Boundary::Torus, Boundary::Walls] {
        let mut engine = Engine::start();
        let vast = WorldSpec {
            boundary,
            ..spec(blob(8), Some(65_536))
        };
        engine.ask(&open(&experiment.job, vast, 0, true));
        assert_eq!(engine.ready().grid.cells(), 1 << 32);
        let (header, pixels) = engine.frame();
        assert!(header.cells_per_pixel > 1 && pixels.iter().any(|&level| level > 0));
        let numbers = engine.run(3);
        assert_eq!(numbers.execution, Execution::Sparse);
        assert!(
            numbers.matter_cells > 0 && numbers.memory_bytes < 256 << 20,
            "{numbers:?}"
        );
    }
}
