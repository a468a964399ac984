//! A golden experiment in a folder of its own, for tests.

use std::path::{Path, PathBuf};

use atheria_shared::engine::LawJob;
use atheria_shared::planting::SeedMatter;
use atheria_shared::world::{
    DeviceChoice, EPS, ExecutionChoice, Placement, Precision, StartingMatter, Vacuum, WorldSpec,
};
use atheria_shared::{Boundary, GridShape};
use tempfile::TempDir;

use super::subject::Subject;
use crate::testing::{self, fixtures};

/// The golden folders.
pub(super) const GOLDEN: [&str; 8] = [
    "DEEP_QCA-d4-h8-g32",
    "MLP-d4-h8-g32",
    "SNN_UNET-d4-h8-g32",
    "SNN_UNET-d4-h8-g32-spiking",
    "UNET-d4-h8-g32",
    "UNET_CONVLSTM-d4-h8-g32",
    "UNET_UNITARY-d4-h8-g32",
    "UNET_UNITARY_RMSNORM-d4-h8-g32",
];

/// An experiment.
pub(super) struct Bench {
    pub(super) job: LawJob,
    pub(super) spec: WorldSpec,
    scratch: PathBuf,
    _folder: TempDir,
}

impl Bench {
    /// A golden law on a walled world of 64x64 cells.
    pub(super) fn new(golden: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let checkpoint = "checkpoint_ep59.pth";
        std::fs::copy(
            fixtures("golden").join(golden).join(checkpoint),
            folder.path().join(checkpoint),
        )
        .unwrap();
        let architecture = golden.split('-').next().unwrap().parse().unwrap();
        Self {
            job: LawJob {
                experiment: golden.to_owned(),
                ..testing::job(folder.path(), architecture)
            },
            spec: WorldSpec {
                grid: Some(GridShape::new(64, 64).unwrap()),
                boundary: Boundary::Walls,
                init: StartingMatter::default(),
                place: Placement::Centre,
                vacuum: Vacuum::One,
                planted: SeedMatter::Start,
                seed: 0,
                gamma: None,
                device: DeviceChoice::Cpu,
                execution: ExecutionChoice::Auto,
                eps: EPS,
                precision: Precision::Float32,
            },
            scratch: folder.path().join("scratch"),
            _folder: folder,
        }
    }

    /// As it is diagnosed.
    pub(super) fn subject(&self) -> Subject<'_> {
        Subject::read(&self.job, &self.spec, &self.scratch).unwrap()
    }

    /// A folder for files.
    pub(super) fn scratch(&self) -> &Path {
        &self.scratch
    }
}
