//! A session: one world that is watched, from the click that opens it to its end.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::error::ApiError;
use crate::geometry::{Boundary, GridShape};
use crate::limits;
use crate::name::{CheckpointChoice, ExperimentName, SessionId};
use crate::pulse::Pulse;
use crate::remark::Remark;
use crate::tool::ToolEvent;
use crate::world::{
    Device, DeviceChoice, ExecutionChoice, Placement, StartingMatter, Vacuum, WorldInfo, WorldStatus,
};

/// A step on the way from a click to a living world. In this order; each with a deadline of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// An engine process is started.
    Start,
    /// The experiment, its configuration and its checkpoint are looked for.
    Find,
    /// The checkpoint is read and held against the law.
    ReadCheckpoint,
    /// The TorchScript is written, or found to be current.
    Export,
    /// The TorchScript is loaded and compared with the law.
    VerifyCpu,
    /// The law is moved to CUDA.
    MoveToCuda,
    /// The law on CUDA is compared with the law on the CPU.
    VerifyCuda,
    /// The law's character is measured, or read where it was kept.
    Character,
    /// The world is made and stepped once on the side.
    WarmUp,
    /// The world is there.
    Ready,
}

impl Stage {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Start,
        Self::Find,
        Self::ReadCheckpoint,
        Self::Export,
        Self::VerifyCpu,
        Self::MoveToCuda,
        Self::VerifyCuda,
        Self::Character,
        Self::WarmUp,
        Self::Ready,
    ];

    /// When the stage is given up.
    pub fn deadline(self) -> std::time::Duration {
        std::time::Duration::from_secs(match self {
            Self::Find | Self::Ready => 10,
            Self::Start | Self::ReadCheckpoint | Self::MoveToCuda | Self::VerifyCuda => 60,
            // The engine ends it itself: soon where a world waits for it, after `CHARACTER` where it was asked for.
            Self::Character => limits::CHARACTER.as_secs() + 60,
            Self::Export | Self::VerifyCpu | Self::WarmUp => 120,
        })
    }

    /// Whether it runs on CUDA, so that the CPU is what is left when it fails.
    pub fn is_cuda(self) -> bool {
        matches!(self, Self::MoveToCuda | Self::VerifyCuda)
    }
}

/// How far a stage is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum StageState {
    /// It has begun.
    Started,
    /// It is over.
    Done {
        /// How long it took.
        seconds: f64,
        /// The largest difference that a verification found.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<f64>,
        /// Whether there was nothing to do, since it was done before.
        #[serde(default)]
        cached: bool,
    },
    /// It could not be done.
    Failed {
        /// How long it took.
        seconds: f64,
        /// Why.
        error: ApiError,
    },
}

crate::tagged::read_by_tag! {
    StageState by "state":
    Started,
    Done { seconds, error, cached in crate::tagged::or_default },
    Failed { seconds, error },
}

/// A stage and how far it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageReport {
    /// The stage.
    pub stage: Stage,
    /// How far it is.
    #[serde(flatten)]
    pub state: StageState,
}

/// How a TorchScript is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportMethod {
    /// Written; where that fails, traced.
    #[default]
    Auto,
    /// Written from the layer graph: named parameters, any grid, optional memory.
    Script,
    /// Traced by libtorch: its parameters are anonymous constants.
    Trace,
}

impl std::fmt::Display for ExportMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Script => "script",
            Self::Trace => "trace",
        })
    }
}

impl std::str::FromStr for ExportMethod {
    type Err = crate::geometry::UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "auto" => Ok(Self::Auto),
            "script" => Ok(Self::Script),
            "trace" => Ok(Self::Trace),
            _ => Err(crate::geometry::UnknownWord {
                text: text.to_owned(),
                allowed: "auto|script|trace",
            }),
        }
    }
}

/// A TorchScript that is current and verified.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportReport {
    /// The export's file name.
    pub file: String,
    /// The folder that it lies in, where that is not its checkpoint's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    /// The checkpoint's file name.
    pub checkpoint: String,
    /// How it was made.
    pub method: ExportMethod,
    /// Whether it was made now; otherwise it was there and current.
    pub made: bool,
    /// Largest absolute difference to the law's own dense reading.
    pub max_abs_error: f64,
    /// The episode that the checkpoint says it is of.
    pub episode: Option<i64>,
    /// The loss that the checkpoint says it has.
    pub loss: Option<f64>,
    /// SHA-256 of the checkpoint file, hexadecimal.
    #[serde(default)]
    pub checkpoint_sha256: String,
    /// Something a user should know: what was left out of the file, why the export was made again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Remark>,
}

/// `POST /api/sessions`. What is missing is taken from the experiment's presentation, then from the defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionRequest {
    /// The experiment.
    pub experiment: ExperimentName,
    /// Which of its checkpoints.
    #[serde(default)]
    pub checkpoint: CheckpointChoice,
    /// Which of the file's dictionaries of tensors holds the weights, by its place in the file; none: the one that fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<String>,
    /// Whether weights of another float type may be cast to float32.
    #[serde(default)]
    pub cast: bool,
    /// How it is exported when it has to be.
    #[serde(default)]
    pub method: ExportMethod,
    /// The world's size.
    #[serde(default)]
    pub grid: Option<GridShape>,
    /// The world's boundary.
    #[serde(default)]
    pub boundary: Option<Boundary>,
    /// What lies in it; a file here is one that lies in the experiment's own folder.
    #[serde(default)]
    pub init: Option<StartingMatter>,
    /// Where that lies, when it is a file smaller than the grid.
    #[serde(default)]
    pub place: Placement,
    /// What is around it.
    #[serde(default)]
    pub vacuum: Vacuum,
    /// The seed of whatever is random.
    #[serde(default)]
    pub seed: u64,
    /// Decay.
    #[serde(default)]
    pub gamma: Option<f64>,
    /// Where to compute.
    #[serde(default)]
    pub device: DeviceChoice,
    /// Which cells to compute.
    #[serde(default)]
    pub execution: ExecutionChoice,
    /// What counts as matter: above 0, at most 1; none: 1e-6.
    #[serde(default)]
    pub eps: Option<f64>,
}

impl SessionRequest {
    /// A request for an experiment as its author wants it shown.
    pub fn new(experiment: ExperimentName) -> Self {
        Self {
            experiment,
            checkpoint: CheckpointChoice::default(),
            weights: None,
            cast: false,
            method: ExportMethod::default(),
            grid: None,
            boundary: None,
            init: None,
            place: Placement::default(),
            vacuum: Vacuum::default(),
            seed: 0,
            gamma: None,
            device: DeviceChoice::default(),
            execution: ExecutionChoice::default(),
            eps: None,
        }
    }
}

/// Where a session is in its life.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    /// On its way through the stages.
    Opening,
    /// The world is there.
    Live,
    /// The engine died; another is on its way from the last saved world.
    Recovering,
    /// It cannot go on.
    Failed {
        /// Why.
        error: ApiError,
    },
    /// It was closed.
    Closed,
}

crate::tagged::read_by_tag! {
    Phase by "phase":
    Opening,
    Live,
    Recovering,
    Failed { error },
    Closed,
}

/// A session now: what a viewer is told first, and what REST answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionInfo {
    /// Its address.
    pub id: SessionId,
    /// What was asked for, with what was missing filled in.
    pub request: SessionRequest,
    /// Where it is.
    #[serde(flatten)]
    pub phase: Phase,
    /// The stages so far, each once, in order.
    pub stages: Vec<StageReport>,
    /// Its export, once there is one.
    pub export: Option<ExportReport>,
    /// Its world, once there is one.
    pub world: Option<WorldInfo>,
    /// Its world's last status.
    pub status: Option<WorldStatus>,
    /// How many watch it.
    pub viewers: usize,
}

/// Something that a user is told. The page has a text for each kind, in each language.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// The checkpoint was exported.
    Exported {
        /// Of what, where to, how well.
        export: ExportReport,
        /// How long it took.
        seconds: f64,
    },
    /// CUDA failed; the session goes on with the CPU.
    CudaFellBack {
        /// Why.
        error: ApiError,
    },
    /// The engine died; the session goes on from its last saved world.
    EngineRestarted {
        /// Why.
        error: ApiError,
        /// The step it goes on from.
        from_step: u64,
        /// Steps that were lost.
        lost_steps: u64,
    },
    /// A command was refused.
    CommandRefused {
        /// Why.
        error: ApiError,
    },
    /// The viewer was too slow for every event and missed some; it has the state as it is now.
    Missed {
        /// How many.
        events: u64,
    },
}

crate::tagged::read_by_tag! {
    Notice by "notice":
    Exported { export, seconds },
    CudaFellBack { error },
    EngineRestarted { error, from_step, lost_steps },
    CommandRefused { error },
    Missed { events },
}

/// What the server tells a viewer, as text on its WebSocket. Frames come as binary messages.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The session as it is: the first event of every viewer, and whenever its phase changes.
    Session(Box<SessionInfo>),
    /// A stage began or ended.
    Stage(StageReport),
    /// The world as it is now; at most ten a second.
    Status(WorldStatus),
    /// How it does; at a fixed rate, whether or not anything happens.
    Pulse(Pulse),
    /// Somebody did something to the world.
    Tool(ToolEvent),
    /// Something to tell the user.
    Notice(Notice),
}

crate::tagged::read_by_tag! {
    Event by "event":
    Session(inner),
    Stage(inner),
    Status(inner),
    Pulse(inner),
    Tool(inner),
    Notice(inner),
}

/// What a viewer says on its WebSocket besides commands: how far it is with the frames that it was sent. Whoever says so is sent
/// a frame only while fewer than two of them are unpainted, and smaller ones while painting them takes long; whoever never does
/// gets each as fast as its socket takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Painted {
    /// Frames of this connection that have been painted, or were passed over for a newer one.
    pub painted: u64,
}

/// The device in words that both languages share.
pub fn device_label(device: Device) -> &'static str {
    match device {
        Device::Cpu => "CPU",
        Device::Cuda => "CUDA",
    }
}

/// `GET /api/health`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// The program's version; a page of another version is stale.
    pub version: String,
    /// Sessions that are open.
    pub sessions: usize,
}
