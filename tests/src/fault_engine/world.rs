//! A world with nothing in it but a step, and a count of matter cells that every stroke adds one to.

use std::path::PathBuf;

use atheria_shared::engine::{EngineEvent, LawJob, SeriesJob};
use atheria_shared::frame::{FrameHeader, Scale};
use atheria_shared::temporary::{MARK_VARIABLE, Mark};
use atheria_shared::tool::{Stroke, ToolEvent};
use atheria_shared::view::{Quantity, View};
use atheria_shared::world::{
    Device, DeviceChoice, Execution, ExecutionChoice, ExecutionReason, StartingMatter, WorldCommand,
    WorldInfo, WorldNumbers, WorldSpec, WorldStatus,
};
use atheria_shared::{ApiError, ErrorCode, GridShape};

use crate::outbox::Pipe;
use crate::stages::{Goal, stages};
use crate::{die, hang};

/// Matter cells of a world that nobody touched.
const MATTER_CELLS: u64 = 5;

/// What a step is said to take, and to compute.
const STEP_SECONDS: f64 = 1e-4;
const STEP_FLOPS: f64 = 1e6;

/// A world, and the name of its experiment.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) status: WorldStatus,
    fault: String,
    /// Whether it stands still, whatever was asked for.
    pub(crate) held: bool,
    /// Whether it was restored and is to differ from the world that was saved.
    forgot: bool,
}

/// How a world is to begin.
#[derive(Debug)]
pub(crate) struct Beginning {
    pub(crate) spec: WorldSpec,
    pub(crate) step: u64,
    pub(crate) view: View,
    pub(crate) steps_per_second: Option<f32>,
    pub(crate) play: bool,
}

impl World {
    /// Goes through the stages and is there.
    pub(crate) fn open(pipe: &Pipe, law: LawJob, beginning: &Beginning) -> Option<Self> {
        let spec = &beginning.spec;
        let device = match spec.device {
            DeviceChoice::Cpu => Device::Cpu,
            DeviceChoice::Auto | DeviceChoice::Cuda => Device::Cuda,
        };
        if law.experiment == "huge" {
            pipe.write(&[255, 255, 255, 255, 1]);
        }
        if !stages(pipe, &law, Goal::World(device)) {
            return None;
        }
        let saved = saved(&spec.init);
        let (step, matter_cells) = saved.unwrap_or((beginning.step, MATTER_CELLS));
        pipe.say(&EngineEvent::Ready(info(&law, spec, device)));
        let mut world = Self {
            status: WorldStatus {
                step,
                playing: beginning.play,
                target_steps_per_second: beginning.steps_per_second,
                view: beginning.view,
                numbers: WorldNumbers {
                    visible_cells: matter_cells,
                    matter_cells,
                    tile_cells: 16,
                    ..WorldNumbers::default()
                },
                ..WorldStatus::default()
            },
            forgot: saved.is_some() && law.experiment == "forgetful",
            fault: law.experiment,
            held: false,
        };
        world.execute(spec.execution);
        world.show(pipe);
        match world.fault.as_str() {
            "live-die" => die("terminate called after throwing an instance of 'c10::Error'"),
            "live-hang" => {
                pipe.busy(true);
                hang();
            }
            "live-silent" => {
                pipe.fall_silent();
                hang();
            }
            _ => {}
        }
        Some(world)
    }

    /// Whether it steps by itself.
    pub(crate) fn is_moving(&self) -> bool {
        self.status.playing && !self.held
    }

    /// One step.
    pub(crate) fn advance(&mut self, pipe: &Pipe) {
        self.status.step += 1;
        self.show(pipe);
    }

    /// Does what a viewer asks for.
    pub(crate) fn drive(&mut self, pipe: &Pipe, command: &WorldCommand) {
        let status = &mut self.status;
        match command {
            WorldCommand::Play => {
                status.playing = true;
                self.held = false;
            }
            WorldCommand::Pause => status.playing = false,
            WorldCommand::Step { steps } => {
                status.playing = false;
                status.step += *steps;
            }
            WorldCommand::Reset => {
                status.step = 0;
                status.numbers.matter_cells = MATTER_CELLS;
                status.numbers.events = 0;
                pipe.say(&EngineEvent::Reset);
            }
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
            WorldCommand::Tool { stroke } => pipe.say(&EngineEvent::Applied(self.apply(*stroke))),
            WorldCommand::Execution { execution } => self.execute(*execution),
        }
        self.show(pipe);
    }

    fn apply(&mut self, stroke: Stroke) -> ToolEvent {
        self.status.numbers.matter_cells += 1;
        self.status.numbers.events += 1;
        let step = self.status.step;
        ToolEvent { step, stroke }
    }

    fn execute(&mut self, choice: ExecutionChoice) {
        let (execution, reason) = match choice {
            ExecutionChoice::Auto => (Execution::Sparse, ExecutionReason::LittleMatter),
            ExecutionChoice::Dense => (Execution::Dense, ExecutionReason::Asked),
            ExecutionChoice::Sparse => (Execution::Sparse, ExecutionReason::Asked),
        };
        self.status.numbers.execution = execution;
        self.status.numbers.reason = reason;
    }

    /// Makes steps at once; a series is an empty file.
    pub(crate) fn run(&mut self, pipe: &Pipe, steps: u64, events: &[ToolEvent], series: Option<&SeriesJob>) {
        for event in events {
            self.apply(event.stroke);
        }
        if self.fault == "leave"
            && let Some(series) = series
        {
            let mark = std::env::var(MARK_VARIABLE)
                .ok()
                .and_then(|mark| Mark::parse(&mark))
                .unwrap();
            std::fs::write(series.path.with_file_name(mark.name([7; 8])), "a part").unwrap();
            hang();
        }
        if let Some(series) = series
            && let Err(error) = std::fs::write(&series.path, "")
        {
            pipe.say(&unwritable(&error));
            return;
        }
        self.status.step += steps;
        let step = self.status.step;
        pipe.say(&EngineEvent::Progress { step });
        pipe.say(&EngineEvent::Ran {
            step,
            seconds: steps as f64 * STEP_SECONDS,
            flops: steps as f64 * STEP_FLOPS,
            numbers: self.status.numbers.clone(),
        });
    }

    /// Writes all that there is of it.
    pub(crate) fn save(&self, pipe: &Pipe, path: PathBuf) {
        let WorldStatus {
            step, ref numbers, ..
        } = self.status;
        let forgot = if self.forgot { " forgot" } else { "" };
        match std::fs::write(&path, format!("{step} {}{forgot}", numbers.matter_cells)) {
            Ok(()) => pipe.say(&EngineEvent::Saved { path, step }),
            Err(error) => pipe.say(&unwritable(&error)),
        }
    }

    /// A frame and a status. Pixels that do not pack, where much is to be sent.
    pub(crate) fn show(&self, pipe: &Pipe) {
        let side: u32 = if self.fault == "flood" { 1_024 } else { 8 };
        let header = FrameHeader {
            step: self.status.step,
            quantity: Quantity::Deviation,
            scale: Scale::Logarithmic,
            low: 1e-6,
            high: 2.0,
            full: 0.0,
            finite: true,
            height: side,
            width: side,
            origin_y: 0,
            origin_x: 0,
            cells_per_pixel: 1,
        };
        let mut state = (self.status.step as u32) | 1;
        let pixels: Vec<u8> = (0..side * side)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                (state % 255) as u8
            })
            .collect();
        pipe.frame(&header, &pixels);
        pipe.say(&EngineEvent::Status(self.status.clone()));
    }
}

fn info(law: &LawJob, spec: &WorldSpec, device: Device) -> WorldInfo {
    WorldInfo {
        architecture: law.architecture,
        foreign: None,
        params: law.params,
        parameters: 7,
        grid: spec.grid.unwrap_or(GridShape::new(8, 8).unwrap()),
        boundary: spec.boundary,
        vacuum: spec.vacuum,
        eps: spec.eps,
        precision: spec.precision,
        gamma: spec.gamma.unwrap_or(law.gamma),
        device,
        threads: 1,
        has_memory: false,
        seed: spec.seed,
        planted: None,
        character: None,
    }
}

/// The step and the matter cells in a state that this engine wrote.
fn saved(init: &StartingMatter) -> Option<(u64, u64)> {
    let StartingMatter::File(path) = init else {
        return None;
    };
    let text = std::fs::read_to_string(path).ok()?;
    let mut words = text.split(' ');
    Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}

fn unwritable(error: &std::io::Error) -> EngineEvent {
    EngineEvent::Failed {
        error: ApiError::new(ErrorCode::StateUnwritable, error.to_string()),
    }
}
