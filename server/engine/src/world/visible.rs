//! The matter that can be seen: how many cells differ from the background by more than [`VISIBLE`], and where they lie.

use atheria_shared::geometry::Region;
use rayon::prelude::*;

use crate::run::sparse::{Eps, MatterTile, Number, Tiles, psi_difference};

pub(super) use atheria_shared::world::VISIBLE;

/// What can be seen of a world.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Visible {
    /// How many cells.
    pub(super) cells: u64,
    /// The first row and column with one, and those behind the last.
    corners: Option<[[i64; 2]; 2]>,
}

impl Visible {
    /// So many cells, somewhere between two corners: the first row and column, and those behind the last.
    pub(super) fn between(cells: u64, corners: [[i64; 2]; 2]) -> Self {
        Self {
            cells,
            corners: Some(corners),
        }
    }

    /// What can be seen in the tiles of a state that `may` hold any.
    pub(super) fn of_tiles<F: Number>(state: &Tiles<F>, may: impl Fn(&MatterTile) -> bool + Sync) -> Self {
        let tiles = state.matter.par_iter().enumerate().filter(|(_, tile)| may(tile));
        tiles
            .map(|(at, tile)| {
                let seen = psi_difference(state, at, Eps::matter_alone(VISIBLE));
                let [y, x] = tile.place.map(|place| place.saturating_mul(state.side as i64));
                let corners = seen.bounds.map(|of| {
                    [
                        [y + i64::from(of.top), x + i64::from(of.left)],
                        [y + i64::from(of.bottom) + 1, x + i64::from(of.right) + 1],
                    ]
                });
                Self {
                    cells: seen.cells,
                    corners,
                }
            })
            .reduce(Self::default, Self::and)
    }

    /// Both.
    fn and(self, other: Self) -> Self {
        let corners = match (self.corners, other.corners) {
            (Some([first, end]), Some([other_first, other_end])) => Some([
                [0, 1].map(|axis| first[axis].min(other_first[axis])),
                [0, 1].map(|axis| end[axis].max(other_end[axis])),
            ]),
            (some, other) => some.or(other),
        };
        Self {
            cells: self.cells + other.cells,
            corners,
        }
    }

    /// The least rectangle with all of them. One that is larger than a region can be begins where they do.
    pub(super) fn region(&self) -> Option<Region> {
        let [[y, x], [bottom, right]] = self.corners?;
        let side = |first: i64, end: i64| u32::try_from(end.abs_diff(first)).unwrap_or(u32::MAX);
        Some(Region {
            y,
            x,
            height: side(y, bottom),
            width: side(x, right),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_grow_around_what_is_in_them() {
        let here = Visible::between(3, [[2, -7], [4, 1]]);
        let there = Visible::between(1, [[1 << 39, 5], [(1 << 39) + 1, 6]]);
        let both = here.and(Visible::default()).and(there);
        assert_eq!(both.cells, 4);
        let region = both.region().unwrap();
        assert_eq!((region.y, region.x, region.width), (2, -7, 13));
        assert_eq!(region.height, u32::MAX);
        assert_eq!(Visible::default().region(), None);
    }
}
