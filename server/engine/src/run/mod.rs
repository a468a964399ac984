//! Readings of a law's graph that step a world.
//!
//! [`Layers`] executes the graph on whole grids, `fast` does the same as fast as a CPU can; [`Dense`] makes a step of
//! either: the law's answer, the decay, the norm.
//! Everything here runs through libtorch's fallible calls and reports its first line.

mod dense;
mod error;
mod fast;
mod layers;
mod state;

pub use dense::Dense;
pub use error::{RunError, first_line};
pub use layers::Layers;
pub use state::{Memory, State};
