//! What is looked at.

use atheria_shared::{Boundary, GridShape};

use crate::run::sparse::{Number, Tiles};
use crate::world::World;

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

impl<'a, F: Number> Scene<'a, F> {
    /// A world, of which this is the state and the one before.
    pub(crate) fn of(world: &World, now: &'a Tiles<F>, before: Option<&'a Tiles<F>>) -> Self {
        let plan = world.plan();
        Self {
            now,
            before,
            grid: world.grid(),
            boundary: plan.boundary,
            step: world.step_count(),
            eps: plan.eps,
        }
    }
}
