//! Readings of a law's graph that step a world.
//!
//! [`Layers`] executes the graph on whole grids, `fast` does the same as fast as a CPU can, [`Reading`] is one of the two;
//! [`Dense`] makes a step of it: the law's answer, the decay, the norm.
//! Everything here runs through libtorch's fallible calls and reports its first line.

mod dense;
mod error;
mod fast;
mod layers;
mod reading;
pub(crate) mod sparse;
mod state;
mod values;

#[cfg(test)]
mod tests;

pub use dense::Dense;
pub use error::{RunError, first_line};
pub use layers::Layers;
pub use reading::Reading;
pub use state::{Answer, Memory, State};
