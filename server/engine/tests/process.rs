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

use atheria_shared::engine::{EngineEvent, EngineRequest, LawJob, PROTOCOL};
use atheria_shared::frame::FrameHeader;
use atheria_shared::pipe::{self, PacketKind};
use atheria_shared::session::{ExportMethod, Stage, StageState};
use atheria_shared::view::{Quantity, View};
use atheria_shared::world::{Device, DeviceChoice, StartingMatter, WorldCommand, WorldSpec, WorldStatus};
use atheria_shared::{Boundary, CheckpointFile, ErrorCode, GridShape};

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

    fn failure(&self) -> atheria_shared::ApiError {
        self.until(|event| match event {
            EngineEvent::Failed { error } => Some(error.clone()),
            _ => None,
        })
    }

    fn ready(&self) -> atheria_shared::world::WorldInfo {
        self.until(|event| match event {
            EngineEvent::Ready(info) => Some(info.clone()),
            _ => None,
        })
    }

    fn run(&mut self, steps: u64) {
        self.ask(&EngineRequest::Run { steps });
        self.until(|event| matches!(event, EngineEvent::Ran { .. }).then_some(()));
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
        seed: 7,
        gamma: None,
        device: DeviceChoice::Cpu,
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
fn a_world_is_opened_watched_and_driven() {
    let experiment = experiment("DEEP_QCA-d4-h8-g32");
    let mut engine = Engine::start();
    engine.ask(&open(
        &experiment.job,
        spec(StartingMatter::Blob { side_cells: 8 }, Some(32)),
        0,
        true,
    ));

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
            Stage::WarmUp,
            Stage::Ready
        ]
    );
    assert_eq!(
        (info.device, info.has_memory, info.grid.cells()),
        (Device::Cpu, false, 1024)
    );
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
    assert!(!status.playing && status.matter_cells > 64);
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
    let status = engine.status(|status| status.step == 0);
    assert_eq!(status.matter_cells, 64);

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
    let blob = StartingMatter::Blob { side_cells: 8 };
    let mut engine = Engine::start();
    engine.ask(&open(&experiment.job, spec(blob, Some(32)), 0, false));
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
    engine.ask(&EngineRequest::Run { steps: 1 });
    assert_eq!(engine.failure().code, ErrorCode::NotReady);
    let blob = StartingMatter::Blob { side_cells: 99 };
    engine.ask(&open(&experiment.job, spec(blob, Some(32)), 0, true));
    let error = engine.failure();
    assert_eq!(error.code, ErrorCode::GridInvalid, "{error}");
    let none = StartingMatter::File("/none/such.npz".into());
    engine.ask(&open(&experiment.job, spec(none, None), 0, true));
    assert_eq!(engine.failure().code, ErrorCode::StateInvalid);
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
    engine.ask(&EngineRequest::Run { steps: 1_000_000 });
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
