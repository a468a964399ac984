//! What a world says of itself: how much matter, why none, how exact.

use atheria_shared::Boundary;
use atheria_shared::world::WorldNumbers;

use rayon::prelude::*;

use super::super::past::Cause;
use super::super::visible::Visible;
use super::TileWorld;
use crate::run::sparse::{Eps, Manner, MatterTile, Number, Place, psi_difference};

impl<F: Number> TileWorld<F> {
    /// What a difference of 1e-7 grows by in a step: with it there is a bound on what letting go has cost.
    pub(in super::super) fn set_lambda(&mut self, lambda: f64) {
        self.past.set_lambda(lambda);
    }

    /// Counts the matter after a step.
    pub(super) fn count(&mut self) {
        let cells = self.matter_cells();
        self.past.counted(cells, self.step, Cause::Law);
    }

    /// Counts the matter after a stroke.
    pub(super) fn count_after_stroke(&mut self) {
        let cells = self.matter_cells();
        self.past.counted(cells, self.step, Cause::Stroke);
    }

    /// Cells of psi that are matter; none where no ground is kept to tell it from.
    fn matter_cells(&self) -> Option<u64> {
        if self.manner == (Manner::Whole { ground: false }) {
            return None;
        }
        let (state, eps) = (&self.state, Eps::matter_alone(self.eps));
        let may_hold = may_hold(self.manner);
        let tiles = state.matter.par_iter().enumerate();
        let cells = tiles
            .filter(|(_, tile)| may_hold(tile))
            .map(|(at, _)| psi_difference(state, at, eps).cells);
        Some(cells.sum())
    }

    /// What of its matter can be seen; nothing where no ground is kept to tell it from.
    fn visible(&self) -> Visible {
        if self.manner == (Manner::Whole { ground: false }) {
            return Visible::default();
        }
        Visible::of_tiles(&self.state, may_hold(self.manner))
    }

    /// How much there is in it.
    pub(in super::super) fn numbers(&mut self) -> WorldNumbers {
        if self.manner != Manner::Sparse {
            self.count();
        }
        let (execution, reason) = self.execution();
        let visible = self.visible();
        let past = &self.past;
        let cells = past.cells().unwrap_or(0);
        let bounded = self.boundary != Boundary::Unbounded;
        let keeps_ground = past.cells().is_some();
        WorldNumbers {
            visible_cells: visible.cells,
            matter_box: visible.region(),
            matter_cells: cells,
            matter_fraction: (bounded && keeps_ground).then(|| cells as f64 / self.grid.cells() as f64),
            emptiness: past.emptiness(),
            matter_tiles: self.matter_tiles().count() as u64,
            active_tiles: self.made.active as u64,
            background_tiles: if keeps_ground {
                self.state.ground.len() as u64
            } else {
                0
            },
            tile_cells: self.state.side as u32,
            error_bound: past.error_bound(),
            execution,
            reason,
            memory_bytes: self.bytes() as u64,
            events: past.events,
        }
    }

    /// The tiles that hold matter, and where: not those that are held a while longer though theirs is gone. Of a whole world
    /// all of them.
    pub(super) fn matter_tiles(&self) -> impl Iterator<Item = (Place, usize)> {
        (self.state.ground.len()..)
            .zip(&self.state.matter)
            .filter(move |(_, tile)| self.manner != Manner::Sparse || tile.holds())
            .map(|(slot, tile)| (tile.place, slot))
    }

    /// Bytes of its states and of the layers' buffers.
    fn bytes(&self) -> usize {
        let before = self.before.as_ref().map_or(0, crate::run::sparse::Tiles::bytes);
        self.state.bytes() + before + self.stepper.bytes()
    }
}

/// Whether a tile may hold matter of psi: one that is known to hold none need not be looked at.
fn may_hold(manner: Manner) -> impl Fn(&MatterTile) -> bool + Sync {
    move |tile| manner != Manner::Sparse || tile.psi.is_some()
}
