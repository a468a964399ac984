//! What a law is like, measured on an empty world and on a seed in it: known before anybody wonders where the matter went.

use serde::{Deserialize, Serialize};

/// What becomes of a seed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum SeedFate {
    /// Nothing is left of it.
    Dissolves {
        /// The first step without matter.
        by_step: u32,
    },
    /// It stays about as large as it is.
    Keeps,
    /// Its edge moves outwards.
    Grows {
        /// How fast, in cells a step, over the second half of what was measured.
        cells_per_step: f64,
    },
}

/// The character of a law.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LawCharacter {
    /// Total stride p: the law commutes with shifts by p cells, and a background repeats after as many.
    pub period_cells: u32,
    /// How far one cell is felt in one step, at most, by the law's layers.
    pub reach_cells: u32,
    /// Growth per step of a difference of 1e-7 in one cell; above 1 the law is chaotic.
    pub lambda: f64,
    /// The step from which an empty plane repeats itself to 1e-6; none: it never did within `measured_steps`.
    pub settling_steps: Option<u32>,
    /// How deep walls are felt in an empty world after `measured_steps`, in cells to eps 1e-6; none: it has not been measured
    /// (a law that sees no neighbours has none).
    pub wall_depth_cells: Option<u32>,
    /// What becomes of a seed.
    #[serde(flatten)]
    pub seed: SeedFate,
    /// Cells a side of the tiles that suit it.
    pub tile_cells: u32,
    /// How many steps it was watched for.
    pub measured_steps: u32,
    /// On what: cells a side of the torus that the seed was put in.
    pub measured_side_cells: u32,
}

impl LawCharacter {
    /// Whether two worlds that differ by rounding part company.
    pub fn is_chaotic(&self) -> bool {
        self.lambda > 1.02
    }
}
