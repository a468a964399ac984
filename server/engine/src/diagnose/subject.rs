//! What is diagnosed: a law, and the world that it is tried on, cut to a size at which every cell can be compared.

use std::path::Path;

use atheria_checkpoint::Checkpoint;
use atheria_law::{Law, Wanted};
use atheria_shared::diagnosis::Instead;
use atheria_shared::engine::LawJob;
use atheria_shared::world::{ExecutionChoice, Placement, Precision, StartingMatter, Vacuum, WorldSpec};
use atheria_shared::{Boundary, GridShape};
use tch::Device;

use super::error::CheckError;
use crate::weight_norm::ByLibtorch;
use crate::world::{World, WorldError, WorldPlan};

/// The longest side of a world whose every cell is compared, in cells.
const SIDE_CELLS: u32 = 128;
/// The matter that stands for what does not fit into such a world, in cells a side.
const BLOB_CELLS: u32 = 16;

/// A law with its checkpoint.
#[derive(Debug)]
pub(super) struct Subject<'a> {
    /// As it was asked for.
    pub(super) job: &'a LawJob,
    /// The world that was asked for.
    pub(super) spec: &'a WorldSpec,
    /// A folder for files that are written on the way.
    pub(super) scratch: &'a Path,
    /// Where the law was read from.
    pub(super) checkpoint: Checkpoint,
    /// The law.
    pub(super) law: Law,
    /// The decay a step.
    pub(super) gamma: f64,
}

impl<'a> Subject<'a> {
    /// Reads the checkpoint, and holds it against the law.
    pub(super) fn read(job: &'a LawJob, spec: &'a WorldSpec, scratch: &'a Path) -> Result<Self, CheckError> {
        let wanted = Wanted::of(job, &ByLibtorch).ok_or(CheckError::Foreign)?;
        let checkpoint = Checkpoint::read(&job.checkpoint_dir.join(job.checkpoint.as_str()))?;
        let (law, _) = Law::seek(&wanted, &checkpoint)?;
        Ok(Self {
            job,
            spec,
            scratch,
            checkpoint,
            law,
            gamma: spec.gamma.unwrap_or(job.gamma),
        })
    }

    /// The world that was asked for, in float32 on the CPU.
    pub(super) fn plan(&self) -> WorldPlan {
        WorldPlan {
            grid: self.spec.grid,
            boundary: self.spec.boundary,
            init: self.spec.init.clone(),
            place: self.spec.place,
            vacuum: self.spec.vacuum,
            planted: self.spec.planted.clone(),
            seed: self.spec.seed,
            step: 0,
            gamma: self.gamma,
            device: Device::Cpu,
            execution: ExecutionChoice::Auto,
            eps: self.spec.eps,
            precision: Precision::Float32,
            watched: true,
        }
    }

    /// The same, computed sparsely, at most [`SIDE_CELLS`] a side, with a blob where its matter does not fit.
    pub(super) fn small_plan(&self) -> Result<WorldPlan, CheckError> {
        let plan = WorldPlan {
            execution: ExecutionChoice::Sparse,
            ..self.plan()
        };
        let period = self.law.period().max(1);
        let side = |cells: u32| {
            let cells = cells.min(SIDE_CELLS);
            (cells - cells % period).max(period)
        };
        let asked = plan.grid.map(|grid| [grid.height(), grid.width()]);
        let small = asked.map(|sides| sides.map(side));
        if small == asked && asked.is_some_and(|_| !matches!(plan.init, StartingMatter::File(_))) {
            return Ok(plan);
        }
        let [height, width] = small.unwrap_or([side(SIDE_CELLS); 2]);
        let grid = GridShape::new(height, width).map_err(WorldError::from)?;
        let fits = match plan.init {
            StartingMatter::Blob { side_cells } => side_cells <= height.min(width),
            StartingMatter::Random | StartingMatter::ComplexNoise | StartingMatter::Zeros => true,
            StartingMatter::Blobs { .. } | StartingMatter::File(_) => false,
        };
        let small = WorldPlan {
            grid: Some(grid),
            ..plan
        };
        if fits {
            return Ok(small);
        }
        if matches!(small.init, StartingMatter::File(_)) && World::make(small.clone(), &self.law).is_ok() {
            return Ok(small);
        }
        Ok(WorldPlan {
            init: StartingMatter::Blob {
                side_cells: BLOB_CELLS.min(height).min(width),
            },
            place: Placement::Centre,
            ..small
        })
    }

    /// The same again with an end and a vacuum of its own: what can be computed cell by cell. And what was changed for that.
    pub(super) fn dense_plan(&self) -> Result<(WorldPlan, Option<Instead>), CheckError> {
        let plan = self.small_plan()?;
        let (boundary, instead) = match (plan.boundary, plan.vacuum) {
            (Boundary::Unbounded, _) => (Boundary::Torus, Some(Instead::Torus)),
            (boundary, Vacuum::Harmonic { .. }) => (boundary, Some(Instead::Vacuum)),
            (boundary, Vacuum::One) => (boundary, None),
        };
        let plan = WorldPlan {
            boundary,
            vacuum: Vacuum::One,
            ..plan
        };
        Ok((plan, instead))
    }
}
