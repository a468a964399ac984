//! An engine process and what it is asked with.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use atheria_shared::engine::{EngineEvent, EngineRequest, LawJob, PROTOCOL, SeriesJob};
use atheria_shared::frame::FrameHeader;
use atheria_shared::pipe::{self, PacketKind};
use atheria_shared::planting::SeedMatter;
use atheria_shared::session::ExportMethod;
use atheria_shared::tool::{Stroke, Tool, ToolEvent};
use atheria_shared::view::View;
use atheria_shared::world::{
    DeviceChoice, EPS, ExecutionChoice, Placement, Precision, StartingMatter, Vacuum, WorldCommand,
    WorldInfo, WorldNumbers, WorldSpec, WorldStatus,
};
use atheria_shared::{ApiError, Boundary, Cell, CheckpointFile, GridShape};

pub(super) const PATIENCE: Duration = Duration::from_mins(1);

/// What came out of the pipe.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one at a time")]
pub(super) enum Heard {
    Event(EngineEvent),
    Frame(FrameHeader, Vec<u8>),
}

/// An engine process, killed when it is dropped.
pub(super) struct Engine {
    child: Child,
    pub(super) input: Option<ChildStdin>,
    heard: Receiver<Heard>,
    pub(super) heartbeats: Receiver<u64>,
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Engine {
    pub(super) fn start() -> Self {
        Self::start_with(&[])
    }

    /// With folders in its environment.
    pub(super) fn start_with(environment: &[(&str, &Path)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ath-engine"))
            .envs(environment.iter().copied())
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

    pub(super) fn ask(&mut self, request: &EngineRequest) {
        let packet = pipe::encode_message(request).unwrap();
        let input = self.input.as_mut().unwrap();
        input.write_all(&packet).unwrap();
        input.flush().unwrap();
    }

    pub(super) fn command(&mut self, command: WorldCommand) {
        self.ask(&EngineRequest::World(command));
    }

    pub(super) fn next(&self) -> Heard {
        self.heard
            .recv_timeout(PATIENCE)
            .expect("the engine says nothing")
    }

    /// The next event, whatever frames come before it.
    pub(super) fn event(&self) -> EngineEvent {
        loop {
            if let Heard::Event(event) = self.next() {
                return event;
            }
        }
    }

    pub(super) fn frame(&self) -> (FrameHeader, Vec<u8>) {
        loop {
            if let Heard::Frame(header, pixels) = self.next() {
                return (header, pixels);
            }
        }
    }

    /// The first event that `wanted` takes; on the way, only statuses, stages and progress are passed over.
    pub(super) fn until<T>(&self, wanted: impl Fn(&EngineEvent) -> Option<T>) -> T {
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
                    | EngineEvent::Character(_)
                    | EngineEvent::Progress { .. }
            );
            assert!(passing, "{event:?}");
        }
    }

    pub(super) fn status(&self, wanted: impl Fn(&WorldStatus) -> bool) -> WorldStatus {
        self.until(|event| match event {
            EngineEvent::Status(status) if wanted(status) => Some(status.clone()),
            _ => None,
        })
    }

    pub(super) fn failure(&self) -> ApiError {
        self.until(|event| match event {
            EngineEvent::Failed { error } => Some(error.clone()),
            _ => None,
        })
    }

    pub(super) fn ready(&self) -> WorldInfo {
        self.until(|event| match event {
            EngineEvent::Ready(info) => Some(info.clone()),
            _ => None,
        })
    }

    pub(super) fn run(&mut self, steps: u64) -> WorldNumbers {
        self.run_with(steps, vec![], None).1
    }

    /// A run with its events and series; the step that it came to, and the world there.
    pub(super) fn run_with(
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
    pub(super) fn stroke(&mut self, stroke: Stroke) -> ToolEvent {
        self.command(WorldCommand::Tool { stroke });
        self.until(|event| match event {
            EngineEvent::Applied(event) => Some(*event),
            _ => None,
        })
    }

    /// The first frame that `wanted` takes.
    pub(super) fn frame_that(&self, wanted: impl Fn(&FrameHeader) -> bool) -> (FrameHeader, Vec<u8>) {
        loop {
            let (header, pixels) = self.frame();
            if wanted(&header) {
                return (header, pixels);
            }
        }
    }

    pub(super) fn save(&mut self, path: &Path) -> u64 {
        self.ask(&EngineRequest::Save {
            path: path.to_owned(),
        });
        self.until(|event| match event {
            EngineEvent::Saved { step, .. } => Some(*step),
            _ => None,
        })
    }

    pub(super) fn ends_within(&mut self, limit: Duration) -> bool {
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
pub(super) struct Experiment {
    _folder: tempfile::TempDir,
    pub(super) job: LawJob,
}

pub(super) fn experiment(name: &str) -> Experiment {
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
        params_defaulted: vec![],
        gamma: config["GAMMA_DECAY"].as_f64().unwrap(),
        trained_boundary: Boundary::Walls,
        checkpoint_dir: folder.path().to_owned(),
        checkpoint: CheckpointFile::new("checkpoint_ep59.pth").unwrap(),
        weights: None,
        cast: false,
        expected_sha256: None,
        cache_dir: None,
        method: ExportMethod::Script,
        force: false,
    };
    Experiment { _folder: folder, job }
}

pub(super) fn spec(init: StartingMatter, grid: Option<u32>) -> WorldSpec {
    WorldSpec {
        grid: grid.and_then(|side| GridShape::new(side, side).ok()),
        boundary: Boundary::Walls,
        init,
        place: Placement::Centre,
        vacuum: Vacuum::One,
        planted: SeedMatter::Start,
        seed: 7,
        gamma: None,
        device: DeviceChoice::Cpu,
        execution: ExecutionChoice::Auto,
        eps: EPS,
        precision: Precision::Float32,
    }
}

pub(super) fn blob(side_cells: u32) -> StartingMatter {
    StartingMatter::Blob { side_cells }
}

pub(super) fn noise(y: i64, x: i64) -> Stroke {
    Stroke {
        seed: 3,
        ..Stroke::new(Tool::Noise, Cell { y, x }, 3.0)
    }
}

pub(super) fn open(job: &LawJob, world: WorldSpec, step: u64, watched: bool) -> EngineRequest {
    EngineRequest::Open {
        law: job.clone(),
        world,
        step,
        view: View::default(),
        steps_per_second: None,
        play: false,
        show: None,
        watched,
    }
}
