//! An engine that links no libtorch: it speaks the pipe's protocol, and misbehaves by the name of the experiment.
//!
//! `hang-STAGE`, `die-STAGE`, `fail-STAGE`: in that stage, as on the wire (`hang-export`). `cuda-hang`, `cuda-die`,
//! `cuda-fail`: in `move_to_cuda`, unless the CPU is asked for. `live-die`, `live-hang`, `live-silent`: once the world
//! is there. `huge`: a packet whose length cannot be. `flood`: frames of 1 MB, as fast as they can be written.
//! Everything else behaves. `FAULT_HELLO` in the environment (never, protocol, die, nonsense) spoils the beginning.
//! A speed of 666 kills it, one of 667 hangs it.
#![expect(
    clippy::unwrap_used,
    reason = "a tool of the tests: what it cannot do is a test that fails"
)]

use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::Builder;
use std::time::{Duration, Instant};

use atheria_shared::engine::{EngineEvent, EngineRequest, LawJob, PROTOCOL};
use atheria_shared::frame::{FrameHeader, Scale};
use atheria_shared::pipe::{self, PacketKind};
use atheria_shared::session::{ExportMethod, ExportReport, Stage, StageReport, StageState};
use atheria_shared::view::Quantity;
use atheria_shared::world::{
    Device, DeviceChoice, StartingMatter, WorldCommand, WorldInfo, WorldSpec, WorldStatus,
};
use atheria_shared::{ApiError, ErrorCode, GridShape};

const HEARTBEAT: Duration = Duration::from_millis(50);
/// Steps a second without a pace.
const FASTEST: f32 = 200.0;

/// Standard output, shared with the heart.
#[derive(Clone)]
struct Pipe {
    out: Arc<Mutex<std::io::Stdout>>,
    beats: Arc<AtomicBool>,
    /// When what it is busy with began, in ms since `started`; 0: it waits.
    busy: Arc<AtomicU64>,
    started: Instant,
}

impl Pipe {
    fn write(&self, bytes: &[u8]) {
        let mut out = self.out.lock().unwrap();
        if out.write_all(bytes).and_then(|()| out.flush()).is_err() {
            std::process::exit(0);
        }
    }

    fn say(&self, event: &EngineEvent) {
        self.write(&pipe::encode_message(event).unwrap());
    }

    fn frame(&self, header: &FrameHeader, pixels: &[u8]) {
        let frame = header.encode(pixels).unwrap();
        let mut packet = pipe::head(PacketKind::Frame, frame.len()).unwrap().to_vec();
        packet.extend(frame);
        self.write(&packet);
    }

    fn busy(&self, busy: bool) {
        let now = self.started.elapsed().as_millis() as u64;
        self.busy
            .store(if busy { now.max(1) } else { 0 }, Ordering::Release);
    }

    fn beat(&self) {
        while self.beats.load(Ordering::Acquire) {
            let since = self.busy.load(Ordering::Acquire);
            let now = self.started.elapsed().as_millis() as u64;
            let busy_ms = if since == 0 { 0 } else { now.saturating_sub(since) };
            self.say(&EngineEvent::Heartbeat { busy_ms });
            std::thread::park_timeout(HEARTBEAT);
        }
    }
}

struct World {
    status: WorldStatus,
    fault: String,
}

fn main() {
    let pipe = Pipe {
        out: Arc::new(Mutex::new(std::io::stdout())),
        beats: Arc::new(AtomicBool::new(true)),
        busy: Arc::default(),
        started: Instant::now(),
    };
    let mut protocol = PROTOCOL;
    match std::env::var("FAULT_HELLO").as_deref() {
        Ok("never") => hang(),
        Ok("die") => die("no libtorch here"),
        Ok("protocol") => protocol += 1,
        Ok("nonsense") => pipe.write(&[0, 0, 0, 0, 77]),
        _ => {}
    }
    pipe.say(&EngineEvent::Hello {
        protocol,
        torch_version: "none".into(),
        cuda: true,
    });
    let heart = pipe.clone();
    Builder::new()
        .name("heart".into())
        .spawn(move || heart.beat())
        .unwrap();
    let (sender, requests) = sync_channel(64);
    Builder::new()
        .name("requests".into())
        .spawn(move || {
            while let Some(request) = read_request() {
                sender.send(request).unwrap();
            }
            std::process::exit(0);
        })
        .unwrap();
    serve(&pipe, &requests);
}

fn read_request() -> Option<EngineRequest> {
    let mut stdin = std::io::stdin();
    let mut head = [0; pipe::HEAD_BYTES];
    stdin.read_exact(&mut head).ok()?;
    let (_, bytes) = pipe::parse_head(head).unwrap();
    let mut body = vec![0; bytes];
    stdin.read_exact(&mut body).ok()?;
    Some(pipe::decode_message(&body).unwrap())
}

fn serve(pipe: &Pipe, requests: &Receiver<EngineRequest>) {
    let mut world: Option<World> = None;
    let mut due = Instant::now();
    loop {
        let request = match &world {
            Some(world) if world.status.playing => {
                requests.recv_timeout(due.saturating_duration_since(Instant::now()))
            }
            _ => requests.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match request {
            Ok(EngineRequest::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            Ok(request) => act(pipe, &mut world, request),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Some(world) = &mut world
            && world.status.playing
            && Instant::now() >= due
        {
            world.status.step += 1;
            show(pipe, world);
            let pace = world.status.target_steps_per_second.unwrap_or(FASTEST);
            due = Instant::now() + Duration::from_secs_f32(1.0 / pace);
        }
    }
}

fn act(pipe: &Pipe, world: &mut Option<World>, request: EngineRequest) {
    match request {
        EngineRequest::Export { law } => {
            if stages(pipe, &law, None) {
                pipe.say(&EngineEvent::Exported(export(&law)));
            }
        }
        EngineRequest::Open {
            law,
            world: spec,
            step,
            view,
            steps_per_second,
            play,
            ..
        } => {
            if let Some(device) = open(pipe, &law, &spec) {
                let status = WorldStatus {
                    step: step_of(&spec.init).unwrap_or(step),
                    playing: play,
                    target_steps_per_second: steps_per_second,
                    view,
                    ..WorldStatus::default()
                };
                *world = Some(begin(pipe, law, &spec, device, status));
            }
        }
        EngineRequest::World(command) => {
            if let Some(world) = world {
                drive(pipe, world, &command);
            }
        }
        EngineRequest::Run { steps } => {
            if let Some(world) = world {
                world.status.step += steps;
                let step = world.status.step;
                pipe.say(&EngineEvent::Progress { step });
                pipe.say(&EngineEvent::Ran { step, seconds: 0.0 });
            }
        }
        EngineRequest::Save { path } => save(pipe, world.as_ref(), path),
        EngineRequest::Stop => {}
    }
}

/// The step in a state that this engine wrote: its worlds have nothing else.
fn step_of(init: &StartingMatter) -> Option<u64> {
    let StartingMatter::File(path) = init else {
        return None;
    };
    std::fs::read_to_string(path).ok()?.parse().ok()
}

fn save(pipe: &Pipe, world: Option<&World>, path: PathBuf) {
    let step = world.map_or(0, |world| world.status.step);
    match std::fs::write(&path, step.to_string()) {
        Ok(()) => pipe.say(&EngineEvent::Saved { path, step }),
        Err(error) => pipe.say(&EngineEvent::Failed {
            error: ApiError::new(ErrorCode::StateUnwritable, error.to_string()),
        }),
    }
}

fn open(pipe: &Pipe, law: &LawJob, spec: &WorldSpec) -> Option<Device> {
    let device = match spec.device {
        DeviceChoice::Cpu => Device::Cpu,
        DeviceChoice::Auto | DeviceChoice::Cuda => Device::Cuda,
    };
    if law.experiment == "huge" {
        pipe.write(&[255, 255, 255, 255, 1]);
    }
    if !stages(pipe, law, Some(device)) {
        return None;
    }
    Some(device)
}

fn begin(pipe: &Pipe, law: LawJob, spec: &WorldSpec, device: Device, status: WorldStatus) -> World {
    let info = WorldInfo {
        architecture: law.architecture,
        params: law.params,
        parameters: 7,
        grid: spec.grid.unwrap_or(GridShape::new(8, 8).unwrap()),
        boundary: spec.boundary,
        gamma: spec.gamma.unwrap_or(law.gamma),
        device,
        threads: 1,
        has_memory: false,
        seed: spec.seed,
    };
    pipe.say(&EngineEvent::Ready(info));
    let mut world = World {
        status,
        fault: law.experiment,
    };
    show(pipe, &mut world);
    match world.fault.as_str() {
        "live-die" => die("terminate called after throwing an instance of 'c10::Error'"),
        "live-hang" => {
            pipe.busy(true);
            hang();
        }
        "live-silent" => {
            pipe.beats.store(false, Ordering::Release);
            hang();
        }
        _ => {}
    }
    world
}

fn drive(pipe: &Pipe, world: &mut World, command: &WorldCommand) {
    let status = &mut world.status;
    match command {
        WorldCommand::Play => status.playing = true,
        WorldCommand::Pause => status.playing = false,
        WorldCommand::Step { steps } => {
            status.playing = false;
            status.step += *steps;
        }
        WorldCommand::Reset => status.step = 0,
        WorldCommand::Speed { steps_per_second } => {
            match steps_per_second {
                Some(666.0) => die("killed on request"),
                Some(667.0) => {
                    pipe.busy(true);
                    hang();
                }
                _ => {}
            }
            status.target_steps_per_second = *steps_per_second;
        }
        WorldCommand::View(view) => {
            if view.quantity == Quantity::Change {
                let error = ApiError::new(ErrorCode::EngineFailed, "no change here");
                pipe.say(&EngineEvent::Failed { error });
            }
            status.view = *view;
        }
    }
    show(pipe, world);
}

/// A frame and a status. Pixels that do not pack, where much is to be sent.
fn show(pipe: &Pipe, world: &mut World) {
    let side: u32 = if world.fault == "flood" { 1_024 } else { 8 };
    let header = FrameHeader {
        step: world.status.step,
        quantity: Quantity::Deviation,
        scale: Scale::Logarithmic,
        low: 1e-6,
        high: 2.0,
        height: side,
        width: side,
        origin_y: 0,
        origin_x: 0,
        cells_per_pixel: 1,
    };
    let mut state = (world.status.step as u32) | 1;
    let pixels: Vec<u8> = (0..side * side)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            (state % 255) as u8
        })
        .collect();
    pipe.frame(&header, &pixels);
    pipe.say(&EngineEvent::Status(world.status.clone()));
}

/// Goes through the stages; whether all went well.
fn stages(pipe: &Pipe, law: &LawJob, device: Option<Device>) -> bool {
    let mut list = vec![
        Stage::Find,
        Stage::ReadCheckpoint,
        Stage::Export,
        Stage::VerifyCpu,
    ];
    if device == Some(Device::Cuda) {
        list.extend([Stage::MoveToCuda, Stage::VerifyCuda]);
    }
    if device.is_some() {
        list.extend([Stage::WarmUp, Stage::Ready]);
    }
    for stage in list {
        pipe.say(&EngineEvent::Stage(StageReport {
            stage,
            state: StageState::Started,
        }));
        if let Err(error) = spoil(pipe, &law.experiment, stage) {
            let state = StageState::Failed {
                seconds: 0.0,
                error: error.clone(),
            };
            pipe.say(&EngineEvent::Stage(StageReport { stage, state }));
            pipe.say(&EngineEvent::Failed { error });
            return false;
        }
        let state = StageState::Done {
            seconds: 0.01,
            error: None,
            cached: false,
        };
        pipe.say(&EngineEvent::Stage(StageReport { stage, state }));
        if stage == Stage::VerifyCpu && device.is_some() {
            pipe.say(&EngineEvent::Exported(export(law)));
        }
    }
    true
}

/// What the experiment's name asks for in this stage.
fn spoil(pipe: &Pipe, experiment: &str, stage: Stage) -> Result<(), ApiError> {
    let name = serde_json::to_value(stage).unwrap();
    let name = name.as_str().unwrap_or_default();
    let here = |what: &str| {
        experiment == format!("{what}-{name}")
            || (stage == Stage::MoveToCuda && experiment == format!("cuda-{what}"))
    };
    if here("hang") {
        pipe.busy(true);
        hang();
    }
    if here("die") {
        die("terminate called after throwing an instance of 'c10::Error'");
    }
    if here("fail") {
        let code = if stage.is_cuda() {
            ErrorCode::CudaFailed
        } else {
            ErrorCode::ExportFailed
        };
        return Err(ApiError::new(code, format!("{name} fails on request")));
    }
    Ok(())
}

fn export(law: &LawJob) -> ExportReport {
    ExportReport {
        file: format!("model_{}.pt", law.checkpoint.stem()),
        checkpoint: law.checkpoint.to_string(),
        method: ExportMethod::Script,
        made: true,
        max_abs_error: 1e-7,
        episode: Some(7),
        loss: None,
        remarks: Vec::new(),
    }
}

fn hang() -> ! {
    loop {
        std::thread::park();
    }
}

fn die(word: &str) -> ! {
    eprintln!("{word}");
    std::process::abort()
}
