//! A law, described once: a graph of layers over the checkpoint's own parameter names.
//!
//! `architecture file → graph → law`: each architecture is one file that reads like the figure of its paper and yields a
//! [`Graph`]; [`Law`] holds that graph together with weights that were sought in a file and checked against it. Executing it
//! and writing it as TorchScript are readings of the graph, in other crates: an architecture that is added here gains all of
//! them. No libtorch here; what only its own kernels can compute to the last bit is asked of a [`WeightNorm`].
//!
//! ```
//! use atheria_checkpoint::Checkpoint;
//! use atheria_law::{Law, PlainNorm, Wanted};
//! use atheria_shared::Architecture;
//! use atheria_shared::law::LawParams;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let golden = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/golden");
//! # let path = golden.join("UNET-d4-h8-g32/checkpoint_ep59.pth");
//! let wanted = Wanted {
//!     architecture: Architecture::Unet,
//!     params: LawParams { d_state: 4, hidden_channels: 8 },
//!     defaulted: &[],
//!     weights: None,
//!     cast: false,
//!     norm: &PlainNorm,
//! };
//! let (law, remarks) = Law::seek(&wanted, &Checkpoint::read(&path)?)?;
//! assert!(remarks.is_empty());
//! assert_eq!((law.channels(), law.period()), (4, 4));
//! println!("{} layers, {} numbers", law.graph().ops().len(), law.parameter_count());
//! # Ok(())
//! # }
//! ```
//!
//! Where there is no checkpoint, [`seeded_tensors`] are weights that fit.

mod builder;
mod deep_qca;
mod description;
mod error;
mod graph;
mod mlp;
mod seeded;
mod seek;
mod shape;
mod snn_unet;
#[cfg(test)]
mod testing;
mod unet;
mod unet_convlstm;
mod unet_rmsnorm;
mod weight_norm;
mod weights;

pub use description::Law;
pub use error::LawError;
pub use graph::{Graph, MemoryValues, Op, ParamId, ParamRole, ParamSpec, Value};
pub use seeded::seeded_tensors;
pub use seek::{Wanted, to_float32};
pub use shape::Shape;
pub use weight_norm::{NormError, NormOver, PlainNorm, WeightNorm};
pub use weights::Weight;
