//! What a world is made from.

use atheria_shared::planting::SeedMatter;
use atheria_shared::world::{ExecutionChoice, Placement, Precision, StartingMatter, Vacuum};
use atheria_shared::{Boundary, GridShape};
use tch::Device;

/// How a world is to be made.
#[derive(Debug, Clone)]
pub struct WorldPlan {
    /// Its size; none: that of the starting matter's file, or 128x128.
    pub grid: Option<GridShape>,
    /// Its boundary.
    pub boundary: Boundary,
    /// What lies in it.
    pub init: StartingMatter,
    /// Where that lies.
    pub place: Placement,
    /// What is around it.
    pub vacuum: Vacuum,
    /// What a click plants in it.
    pub planted: SeedMatter,
    /// The seed of what is random in it.
    pub seed: u64,
    /// The step that the starting matter is of.
    pub step: u64,
    /// Decay a step.
    pub gamma: f64,
    /// Where it is computed.
    pub device: Device,
    /// Which cells are computed.
    pub execution: ExecutionChoice,
    /// What counts as matter.
    pub eps: f64,
    /// Its numbers.
    pub precision: Precision,
    /// Whether somebody looks: then matter is told from the background whatever is computed.
    pub watched: bool,
}

impl WorldPlan {
    /// Whether a world of layers on a device other than the CPU begins as a grid of all cells.
    pub(super) fn is_grid_at_once(&self) -> bool {
        self.execution == ExecutionChoice::Dense
            && self.precision == Precision::Float32
            && self.vacuum == Vacuum::One
    }
}
