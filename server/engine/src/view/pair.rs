//! Two states of a world laid over each other: the present one, and the one that it is held against.

use atheria_shared::view::Quantity;

use crate::run::sparse::{Axis, MatterTile, Number, Place, Tiles};

use super::along::Kind;
use super::measure::Measured;
use super::{Scene, ViewError};

/// The slots of one tile of the world, in the two states.
pub(super) type Slots = [u32; 2];

/// Two states with tiles of one size, on the same grid.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'a, F> {
    now: &'a Tiles<F>,
    against: &'a Tiles<F>,
    /// The matter of `against` that counts: none where it is held against its background.
    matter: &'a [MatterTile],
}

/// A tile that holds matter in one of the states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Covered {
    /// The number of its block in the window.
    pub(super) block: usize,
    /// Where it lies.
    pub(super) place: Place,
    /// Its slots.
    pub(super) slots: Slots,
}

impl<'a, F: Number> Pair<'a, F> {
    /// What a quantity compares: the world with itself a step ago, or with its background. Before the first step
    /// nothing has changed.
    pub(super) fn of(scene: &Scene<'a, F>, quantity: Quantity) -> Result<Self, ViewError> {
        let now = scene.now;
        let (against, matter): (&Tiles<F>, &[MatterTile]) = match quantity {
            Quantity::Change => {
                let before = scene.before.unwrap_or(now);
                (before, &before.matter)
            }
            _ => (now, &[]),
        };
        let shape = |state: &Tiles<F>| {
            let cells = [0, 1].map(|axis| state.ground.axes()[axis].cells());
            (state.side, state.numbers, cells)
        };
        if shape(now) != shape(against) {
            return Err(ViewError::Before);
        }
        Ok(Self { now, against, matter })
    }

    /// Cells along each side of a tile.
    pub(super) fn side(&self) -> usize {
        self.now.side
    }

    /// Channels of psi.
    pub(super) fn channels(&self) -> usize {
        self.now.numbers / 2
    }

    /// Rows (0) or columns (1) of both states.
    pub(super) fn axes(&self, axis: usize) -> [&'a Axis; 2] {
        [self.now, self.against].map(|state| &state.ground.axes()[axis])
    }

    /// The slots of an empty tile, by its kinds.
    pub(super) fn ground(&self, [y, x]: [Kind; 2]) -> Slots {
        [
            self.now.ground.of_classes([y[0], x[0]]),
            self.against.ground.of_classes([y[1], x[1]]),
        ]
    }

    /// The slots of a tile of the world, were it empty.
    pub(super) fn under(&self, place: Place) -> Slots {
        [self.now, self.against].map(|state| state.ground.under(place))
    }

    /// A tile of the ground, to be measured with so many of its cells along each side of a pixel.
    pub(super) fn of_ground(&self, slots: Slots, cells: usize) -> Measured<'a, F> {
        self.measured(slots, self.now.ground.size(slots[0]), cells)
    }

    /// A tile that holds matter, to be measured with so many of its cells along each side of a pixel.
    pub(super) fn of_matter(&self, tile: &Covered, cells: usize) -> Measured<'a, F> {
        let size = [0, 1].map(|axis| self.axes(axis)[0].size_of(tile.place[axis]));
        self.measured(tile.slots, size, cells)
    }

    /// The tiles of the present state's ground.
    pub(super) fn ground_slots(&self) -> std::ops::Range<u32> {
        0..self.now.ground.len() as u32
    }

    /// The tiles that hold matter now.
    pub(super) fn matter_count(&self) -> usize {
        self.now.matter.len()
    }

    fn measured(&self, [now, against]: Slots, size: [usize; 2], cells: usize) -> Measured<'a, F> {
        Measured {
            psi: [self.now.tile(now as usize), self.against.tile(against as usize)],
            size,
            side: self.now.side,
            cells,
            channels: self.channels(),
        }
    }

    /// The tiles that hold matter in one of the states and lie in a block, in the order of their blocks.
    pub(super) fn covered(&self, block_of: impl Fn(Place) -> Option<usize>) -> Vec<Covered> {
        let mut found: Vec<(usize, Place, usize, u32)> = Vec::new();
        let matter = [
            (self.now, self.now.matter.as_slice()),
            (self.against, self.matter),
        ];
        for (which, (state, matter)) in matter.into_iter().enumerate() {
            for (slot, tile) in (state.ground.len() as u32..).zip(matter) {
                if let Some(block) = block_of(tile.place) {
                    found.push((block, tile.place, which, slot));
                }
            }
        }
        found.sort_unstable();
        let tiles = found.chunk_by(|a, b| a.1 == b.1);
        let covered = tiles.filter_map(|tile| {
            let &(block, place, ..) = tile.first()?;
            let mut slots = self.under(place);
            for &(_, _, which, slot) in tile {
                slots[which] = slot;
            }
            Some(Covered { block, place, slots })
        });
        covered.collect()
    }
}
