//! What must hold of sparse execution, each with its figure: see the README, "How it works".
//!
//! [`harness`] steps a world sparsely and beside it densely, by libtorch in float64: the yardstick.

mod empty;
mod exactness;
mod harness;
mod one_step;
mod trajectories;
mod worlds;
