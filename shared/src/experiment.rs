//! An experiment as the catalog lists it, and how its author wants it shown.

use serde::{Deserialize, Serialize};

use crate::error::ApiError;
use crate::geometry::{Boundary, GridShape};
use crate::law::{Architecture, LawParams};
use crate::name::{CheckpointFile, ExperimentName};
use crate::planting::SeedMatter;
use crate::remark::Remark;
use crate::show::Show;
use crate::view::{Quantity, View};
use crate::world::Placement;

/// The same text in both languages of the page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Localized {
    /// English.
    pub en: String,
    /// Spanish.
    pub es: String,
}

/// `atheria.json` beside an experiment's `config.json`: optional, written by hand or by a trainer of ours. Every key
/// may be missing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Presentation {
    /// What it is called on the page, instead of the folder's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Localized>,
    /// One line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Localized>,
    /// One thing to try with it.
    #[serde(rename = "try", skip_serializing_if = "Option::is_none")]
    pub to_try: Option<Localized>,
    /// The world it is opened with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grid: Option<GridShape>,
    /// The boundary that the law was trained with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boundary: Option<Boundary>,
    /// Starting matter: a recipe as in [`crate::world::StartingMatter`], or a `.npz` in the experiment's folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub init: Option<String>,
    /// Where that lies, when it is a file smaller than the grid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Placement>,
    /// What a click plants: a rule, or a file in the experiment's folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<SeedMatter>,
    /// What it plays by itself; none: it plays on and on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub show: Option<Show>,
    /// What counts as matter; see [`crate::world::EPS`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eps: Option<f64>,
    /// The view that shows it best.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view: Option<Quantity>,
    /// See [`View::channel`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<u16>,
    /// See [`View::rgb`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rgb: Option<[u16; 3]>,
    /// A colormap of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub colormap: Option<String>,
    /// The speed at which it looks best; none: as fast as it goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps_per_second: Option<f32>,
}

impl Presentation {
    /// The view that shows the experiment best.
    pub fn best_view(&self) -> View {
        let usual = View::default();
        View {
            quantity: self.view.unwrap_or(usual.quantity),
            channel: self.channel.unwrap_or(usual.channel),
            rgb: self.rgb.unwrap_or(usual.rgb),
            ..usual
        }
    }
}

/// What `config.json` says of the training; whatever it does not say is absent.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Training {
    /// `GRID_SIZE_TRAINING`, cells a side.
    pub grid_side_cells: Option<u32>,
    /// `QCA_STEPS_TRAINING`
    pub steps: Option<u64>,
    /// `TOTAL_EPISODES`
    pub episodes: Option<u64>,
    /// `LR_RATE_M`
    pub learning_rate: Option<f64>,
    /// `NOISE_LEVEL`
    pub noise_level: Option<f64>,
    /// `total_training_time`
    pub seconds: Option<f64>,
    /// `TRAINER_VERSION`
    pub trainer_version: Option<String>,
    /// `updated_at`, as written.
    pub updated_at: Option<String>,
}

/// A checkpoint file of an experiment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckpointInfo {
    /// Its name.
    pub file: CheckpointFile,
    /// The number in `checkpoint_ep{N}.pth`.
    pub episode: Option<u64>,
    /// Size of the file.
    pub bytes: u64,
    /// Seconds since 1970, of its last change.
    pub modified_s: u64,
    /// The export beside it, when there is one.
    pub export: Option<ExportFile>,
}

/// An export that lies beside its checkpoint; whether it is current is found out when it is opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportFile {
    /// Its name.
    pub file: String,
    /// Size of the file.
    pub bytes: u64,
}

/// One experiment of the catalog. One that cannot be opened is listed too, with its `problem`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Experiment {
    /// The folder's name. Not an [`ExperimentName`], since a folder that cannot be one is listed too.
    pub name: String,
    /// Its architecture, when it is known.
    pub architecture: Option<Architecture>,
    /// `MODEL_PARAMS`
    pub params: Option<LawParams>,
    /// `GAMMA_DECAY`, 0 when it is missing.
    pub gamma: f64,
    /// Training figures.
    pub training: Training,
    /// How it wants to be shown.
    pub presentation: Presentation,
    /// Whether there is a picture at `/api/experiments/NAME/thumbnail`.
    pub has_thumbnail: bool,
    /// Its checkpoints, the one that `latest` means first.
    pub checkpoints: Vec<CheckpointInfo>,
    /// What to know of it, whether it can be opened or not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Remark>,
    /// Why it cannot be opened.
    pub problem: Option<ApiError>,
}

impl Experiment {
    /// What its law is called: its architecture, or `TorchScript` where one is run in its place.
    pub fn law_label(&self) -> Option<&'static str> {
        match self.architecture {
            Some(architecture) => Some(architecture.as_str()),
            None => (self.params.is_some() && self.problem.is_none()).then_some("TorchScript"),
        }
    }

    /// The name, when it is one that can be opened.
    pub fn checked_name(&self) -> Option<ExperimentName> {
        ExperimentName::new(&self.name).ok()
    }
}

/// `GET /api/experiments`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExperimentList {
    /// Whether these are the demo experiments that come with the program.
    pub demo: bool,
    /// By name, those that can be opened first.
    pub experiments: Vec<Experiment>,
    /// What to know of the folder as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Remark>,
    /// Something about the folder as a whole: it is missing, or unreadable.
    pub problem: Option<ApiError>,
}
