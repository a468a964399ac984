//! A world as a frame: what a view asks for, made from the tiles of a state at a cost that goes by pixels and tiles.
//!
//! ```text
//! Scene, View ── window ──> pixels, and the blocks that they and the tiles meet in
//!             ── pair ────> two states laid over each other        along: what kinds of empty tiles lie where
//!   measure: tile ──> stamp     empty: stamps of the ground        mosaic: a stamp for each block
//!             ── extent, range, quantise ──> levels ──> Picture    viewer: one after the other
//! ```
//!
//! A *block* is the least square that is made of whole tiles and of whole pixels, and a *stamp* is its pixels. An empty
//! block is a mixture of tiles of the ground, and there are few mixtures; so a stamp is made for each of those and for
//! each block with matter, and then they are laid out. No cell of the empty world is ever visited.

mod along;
mod empty;
mod error;
mod extent;
mod measure;
mod mosaic;
mod pair;
mod quantise;
mod range;
mod scene;
mod viewer;
mod window;

#[cfg(test)]
mod tests;

pub use error::ViewError;
pub(crate) use scene::Scene;
pub use viewer::{Picture, Viewer};
