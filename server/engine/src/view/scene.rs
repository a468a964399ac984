//! What is looked at.

use atheria_shared::{Boundary, GridShape};

use crate::run::sparse::{Number, Tiles};

/// A world as it is looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'a, F: Number> {
    /// Its state.
    pub(crate) now: &'a Tiles<F>,
    /// Its state a step ago, which may have another ground and matter in other tiles; none before the first step.
    pub(crate) before: Option<&'a Tiles<F>>,
    /// Its sides; of an unbounded one, those of the part that is shown when none is asked for.
    pub(crate) grid: GridShape,
    /// What lies beyond them.
    pub(crate) boundary: Boundary,
    /// Steps since it began.
    pub(crate) step: u64,
    /// The least difference from the background that counts as matter: the lowest level of a logarithmic view.
    pub(crate) eps: f64,
}
