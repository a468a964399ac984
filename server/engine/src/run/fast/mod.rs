//! The graph on a CPU, as fast as it goes: channels-last, with the passes between convolutions fused.
//!
//! [`plan`] turns the graph into fewer, larger operators (a norm and its ELU in one pass; two convolutions that are one);
//! [`kernels`] are those passes, on the numbers of a tensor that [`memory`] lends out; [`FastLayers`] runs the plan.
//! The convolutions themselves stay libtorch's. Its answers differ from [`super::Layers`]' by rounding alone.

mod execute;
mod kernels;
mod memory;
mod plan;

#[cfg(test)]
mod tests;

pub(super) use execute::FastLayers;
