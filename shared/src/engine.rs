//! What `ath` and an engine process say to each other, over the engine's standard input and output.
//!
//! Each message is a packet of [`crate::pipe`]: JSON, but for frames. The engine says [`EngineEvent::Hello`] first,
//! then answers one [`EngineRequest`] at a time; heartbeats and frames come in between. It ends when its
//! input does.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::error::ApiError;
use crate::geometry::Boundary;
use crate::law::{Architecture, LawParams};
use crate::name::CheckpointFile;
use crate::session::{ExportMethod, ExportReport, StageReport};
use crate::view::View;
use crate::world::{WorldCommand, WorldInfo, WorldSpec, WorldStatus};

/// The version of this protocol: both sides come from one build, and say so.
pub const PROTOCOL: u32 = 1;

/// A law to be read, and the export to be made of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LawJob {
    /// The experiment's name, for messages and the manifest.
    pub experiment: String,
    /// Its architecture.
    pub architecture: Architecture,
    /// Its size.
    pub params: LawParams,
    /// `GAMMA_DECAY` of the experiment.
    pub gamma: f64,
    /// The boundary that it was trained with: what the export's `forward` sees beyond an edge.
    pub trained_boundary: Boundary,
    /// The folder that holds its checkpoints, and where the export is written.
    pub checkpoint_dir: PathBuf,
    /// The checkpoint.
    pub checkpoint: CheckpointFile,
    /// How the export is made.
    pub method: ExportMethod,
    /// Make it again even if it is current.
    pub force: bool,
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
    /// Read, export, verify, and make a world; answered by stages, [`EngineEvent::Exported`], [`EngineEvent::Ready`].
    Open {
        /// The law.
        law: LawJob,
        /// The world.
        world: WorldSpec,
        /// The step that the starting matter is of: 0, or that of a saved world.
        step: u64,
        /// What to show first.
        view: View,
        /// The pace.
        steps_per_second: Option<f32>,
        /// Whether it begins to play at once.
        play: bool,
        /// Whether frames and statuses are wanted: not when nobody looks.
        watched: bool,
    },
    /// Drive the world.
    World(WorldCommand),
    /// Make this many steps without pause or frames; answered by [`EngineEvent::Progress`], then [`EngineEvent::Ran`].
    Run {
        /// How many.
        steps: u64,
    },
    /// Write the world to a `.npz`, atomically; answered by [`EngineEvent::Saved`].
    Save {
        /// Where to.
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
        /// Whether CUDA can be used.
        cuda: bool,
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
    },
    /// The world was written.
    Saved {
        /// Where to.
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
