//! A law, described once: a graph of layers over the checkpoint's own parameter names.
//!
//! `architecture file → graph → law`: each architecture is one file that reads like the figure of its paper and yields a
//! [`Graph`]; [`Law`] holds that graph together with weights that were [sought](seek) in a file and checked against it. Executing it
//! (`crate::run`) and writing it as TorchScript (`crate::torchscript`) are readings of the graph: an architecture that is
//! added here gains all of them.

mod builder;
mod deep_qca;
mod description;
mod error;
mod graph;
mod mlp;
mod seek;
mod shape;
mod snn_unet;
mod unet;
mod unet_convlstm;
mod unet_rmsnorm;
mod weights;

#[cfg(test)]
pub(crate) mod testing;

pub use description::Law;
pub use error::LawError;
pub use graph::{Graph, Op, ParamId, ParamRole, ParamSpec, Value};
pub use seek::Wanted;
pub use shape::Shape;
pub use weights::Weight;
