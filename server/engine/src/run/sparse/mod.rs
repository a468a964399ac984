//! Steps a world in tiles: work where there is matter, and the dense answer.
//!
//! ```text
//! law ── lower ──> program: passes over tiles          axis, ground: the empty world, folded onto a few tiles
//! state (tiles) ── reach ──> plan: slots, neighbours, weights ── execute ──> state, a step later
//!                                  (task: one tile; kernel: a convolution; lanes: the processor; moments: norms)
//!                                                      └─ on CUDA: batch, all tiles at once by libtorch
//! ```
//!
//! Why this is exact: see the README, "How it works". An empty tile is never computed, its ground is, by the same
//! instructions; a norm's sums are exact (see [`moments`]), so they do not hang on which tiles were computed.
//!
//! Of a TorchScript of somebody else there is no graph: its program is a single pass, [`windows`].

mod axis;
mod batch;
mod compare;
mod execute;
mod ground;
mod kernel;
mod lanes;
mod lower;
mod moments;
mod plan;
mod processor;
mod program;
mod raised;
mod reach;
mod stepper;
mod task;
mod tiles;
mod walls;
mod whole;
mod windows;

#[cfg(test)]
mod tests;

pub(crate) use axis::Axis;
pub(crate) use compare::{Eps, psi as compare_tiles};
pub(crate) use ground::Ground;
pub(crate) use lanes::{Block, LANES, Number};
pub(crate) use lower::Unsupported;
pub(crate) use plan::{MatterTile, Place};
pub(crate) use program::Program;
pub(crate) use reach::reach_cells;
pub(crate) use stepper::{Made, Manner, StepError, Stepper, find_matter, kept, psi_difference};
pub(crate) use tiles::Tiles;
pub use whole::TileLaw;
pub(crate) use windows::{BATCH, Windows};
