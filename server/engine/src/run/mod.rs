//! Readings of a law's graph that step a world.
//!
//! [`Layers`] executes the graph on whole grids with libtorch's operators, and [`Dense`] makes a step of it: the law's answer,
//! the decay, the norm. That is the yardstick, and what runs on CUDA. [`sparse`] steps worlds in tiles on the CPU, by
//! kernels of its own; [`TileLaw`] is a small whole grid through the same. Of a TorchScript of somebody else there is no
//! graph: [`module`] asks it.

mod dense;
mod error;
mod layers;
pub(crate) mod module;
pub(crate) mod sparse;
mod state;
mod values;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod tests;

pub use dense::Dense;
pub(crate) use dense::advance;
pub use error::{RunError, first_line};
pub use layers::Layers;
pub(crate) use module::ModuleGrid;
pub use module::{Module, ModuleError, ModuleLaw};
pub use sparse::TileLaw;
pub use state::{Answer, Memory, State};
