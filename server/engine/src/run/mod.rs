//! Readings of a law's graph that step a world.
//!
//! [`Layers`] executes the graph on whole grids; [`Dense`] makes a step of it: the law's answer, the decay, the norm.
//! Everything here runs through libtorch's fallible calls and reports its first line.

mod dense;
mod error;
mod layers;
mod state;

pub use dense::Dense;
pub use error::{RunError, first_line};
pub use layers::Layers;
pub use state::{Memory, State};
