//! What `ath` and an engine process say to each other, over the engine's standard input and output.
//!
//! Each message is a packet of [`crate::pipe`]: JSON, but for frames. The engine says [`EngineEvent::Hello`] first,
//! then answers one [`EngineRequest`] at a time; heartbeats and frames come in between. It ends when its
//! input does.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::character::LawCharacter;
use crate::diagnosis::CheckReport;
use crate::error::ApiError;
use crate::geometry::Boundary;
use crate::law::{Architecture, ForeignLaw, LawParams};
use crate::name::CheckpointFile;
use crate::session::{ExportMethod, ExportReport, StageReport};
use crate::show::Show;
use crate::tool::ToolEvent;
use crate::view::View;
use crate::world::{WorldCommand, WorldInfo, WorldNumbers, WorldSpec, WorldStatus};

/// The version of this protocol: both sides come from one build, and say so.
pub const PROTOCOL: u32 = 5;

/// A law to be read, and the export to be made of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LawJob {
    /// The experiment's name, for messages and the manifest.
    pub experiment: String,
    /// Its architecture; none: the engine has no layers for it, and `checkpoint` is a TorchScript, whose code is run.
    pub architecture: Option<Architecture>,
    /// Its size.
    pub params: LawParams,
    /// The sizes that are defaults, since `config.json` does not say them: `d_state`, `hidden_channels`.
    #[serde(default)]
    pub params_defaulted: Vec<String>,
    /// `GAMMA_DECAY` of the experiment.
    pub gamma: f64,
    /// The boundary that it was trained with: what the export's `forward` sees beyond an edge.
    pub trained_boundary: Boundary,
    /// The folder that holds its checkpoints, and where the export is written.
    #[serde(with = "crate::path")]
    pub checkpoint_dir: PathBuf,
    /// The checkpoint.
    pub checkpoint: CheckpointFile,
    /// Which of the file's dictionaries of tensors holds the weights, by its place in the file; none: the one that fits.
    #[serde(default)]
    pub weights: Option<String>,
    /// Whether weights of another float type may be cast to float32.
    #[serde(default)]
    pub cast: bool,
    /// What the file must be, by SHA-256, since a world of it is to go on.
    #[serde(default)]
    pub expected_sha256: Option<String>,
    /// Where the export is written when the checkpoint's folder cannot be: a folder for that one alone.
    #[serde(default, with = "crate::path::optional")]
    pub cache_dir: Option<PathBuf>,
    /// How the export is made.
    pub method: ExportMethod,
    /// Make it again even if it is current.
    pub force: bool,
}

/// States of a run, the first one included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesJob {
    /// A `.npz` with `step` int64 `[n]` and `psi` complex64 `[n, H, W, d]`, or a `.zarr` folder (Zarr v3) with the same arrays.
    #[serde(with = "crate::path")]
    pub path: PathBuf,
    /// Steps between two of them.
    pub every: u64,
}

/// What `ath` asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum EngineRequest {
    /// Read, export, verify; answered by stages, then [`EngineEvent::Exported`].
    Export {
        /// The law.
        law: LawJob,
    },
    /// Read, export, verify, and make a world; answered by stages, [`EngineEvent::Exported`], [`EngineEvent::Ready`]. Of a
    /// TorchScript there is no export.
    Open {
        /// The law.
        law: LawJob,
        /// The world. Only its device `cpu` promises that no CUDA driver is touched: whoever asks for another has seen it work.
        world: WorldSpec,
        /// The step that the starting matter is of: 0, or that of a saved world.
        step: u64,
        /// What to show first.
        view: View,
        /// The pace.
        steps_per_second: Option<f32>,
        /// Whether it begins to play at once.
        play: bool,
        /// What it plays by itself, from `step` on.
        #[serde(default)]
        show: Option<Show>,
        /// Whether frames and statuses are wanted: not when nobody looks.
        watched: bool,
    },
    /// Drive the world.
    World(WorldCommand),
    /// Stand still, whatever was asked for, or go on with it: a world that everybody has left takes no time from one that is watched.
    /// Who asks it to play or to step lets it go on too.
    Hold {
        /// Whether it stands still.
        held: bool,
    },
    /// Somebody can take a frame: make one as soon as there is something new to show. From the first of these on no frame is made
    /// that was not asked for; several before it is made are one.
    Frame,
    /// Read, export, verify, and measure the law's character; answered by stages, [`EngineEvent::Exported`],
    /// [`EngineEvent::Character`]. For a TorchScript: by stages and [`EngineEvent::Probed`].
    Inspect {
        /// The law.
        law: LawJob,
    },
    /// Make the checks of a diagnosis that an engine can make of itself, in order; answered by a [`EngineEvent::Checked`] each,
    /// then [`EngineEvent::Diagnosed`].
    Diagnose {
        /// The law.
        law: LawJob,
        /// The world that they are made on.
        world: WorldSpec,
        /// A folder for files that are written on the way.
        #[serde(with = "crate::path")]
        scratch: PathBuf,
    },
    /// Make this many steps, or none, without pause or frames; answered by [`EngineEvent::Progress`], then [`EngineEvent::Ran`].
    Run {
        /// How many.
        steps: u64,
        /// What is done to the world on the way, by step.
        #[serde(default)]
        events: Vec<ToolEvent>,
        /// States to be written on the way.
        #[serde(default)]
        series: Option<SeriesJob>,
    },
    /// Write the world to a `.npz`, atomically; answered by [`EngineEvent::Saved`].
    Save {
        /// Where to.
        #[serde(with = "crate::path")]
        path: PathBuf,
    },
    /// End.
    Stop,
}

/// What an engine says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EngineEvent {
    /// It is there.
    Hello {
        /// [`PROTOCOL`]
        protocol: u32,
        /// libtorch's version.
        torch_version: String,
    },
    /// It is there still, and has been at the same thing for so long.
    Heartbeat {
        /// Milliseconds since the last request, step or stage began; 0 when it waits.
        busy_ms: u64,
    },
    /// A stage began or ended.
    Stage(StageReport),
    /// There is a verified export.
    Exported(ExportReport),
    /// The world is there.
    Ready(WorldInfo),
    /// The world as it is.
    Status(WorldStatus),
    /// So far has [`EngineRequest::Run`] come.
    Progress {
        /// Steps since the world's beginning.
        step: u64,
    },
    /// [`EngineRequest::Run`] is over.
    Ran {
        /// Steps since the world's beginning.
        step: u64,
        /// How long the steps took.
        seconds: f64,
        /// Floating-point operations of their convolutions, multiplications and additions each counted; 0 where nobody counts them.
        #[serde(default)]
        flops: f64,
        /// The world at the end of it.
        numbers: WorldNumbers,
    },
    /// A tool was applied: said for each [`WorldCommand::Tool`], before anything that comes of a later request.
    Applied(ToolEvent),
    /// A stroke of the show was applied: nobody asked for it.
    Played(ToolEvent),
    /// The show has come to its end while the world played: it stands still until it is reset.
    ShowOver,
    /// [`WorldCommand::Reset`] was done, not merely asked for: what was said before is of a past that is no more.
    Reset,
    /// What the law is like: the answer to [`EngineRequest::Inspect`], and of an open world said again whenever more of it is known.
    Character(LawCharacter),
    /// What a TorchScript is like.
    Probed(ForeignLaw),
    /// A check was made.
    Checked(CheckReport),
    /// All checks of [`EngineRequest::Diagnose`] were made.
    Diagnosed,
    /// The world was written.
    Saved {
        /// Where to.
        #[serde(with = "crate::path")]
        path: PathBuf,
        /// The step it is of.
        step: u64,
    },
    /// The last request failed. A world that was there is still there.
    Failed {
        /// Why.
        error: ApiError,
    },
}
