//! One axis of a world in tiles, and the classes of tiles that its empty world has along it.
//!
//! Between walls every tile near one is a class of its own, counted from the wall; all between them are one class, the
//! *middle*, which has itself on both sides. On a torus and on the plane there is the middle alone, and on a torus whose
//! length is no multiple of the tile the last, partial tile.
//! A class keeps its place inside the tile, so that a tile that matter has not touched runs through identical instructions.

use atheria_shared::Boundary;

/// An axis. Tile coordinates are those of the world; classes are counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Axis {
    /// Cells a side of a tile.
    side: i64,
    /// Cells along it; none: it has no end.
    cells: Option<i64>,
    wraps: bool,
    /// Classes before the middle, and after it.
    before: usize,
    after: usize,
    /// Whether there is a middle: a short walled axis has none, each of its tiles is its own class.
    folds: bool,
}

impl Axis {
    /// One of a world of this boundary; between walls `depth` as in [`Axis::walled`].
    pub(crate) fn of(boundary: Boundary, cells: u32, side: usize, depth: usize) -> Self {
        match boundary {
            Boundary::Walls => Self::walled(cells, side, depth),
            Boundary::Torus => Self::ring(cells, side),
            Boundary::Unbounded => Self::endless(side),
        }
    }

    /// The plane's.
    pub(crate) fn endless(side: usize) -> Self {
        Self {
            side: side as i64,
            cells: None,
            wraps: false,
            before: 0,
            after: 0,
            folds: true,
        }
    }

    /// A torus's.
    pub(crate) fn ring(cells: u32, side: usize) -> Self {
        let (cells, side) = (i64::from(cells), side as i64);
        Self {
            side,
            cells: Some(cells),
            wraps: true,
            before: 0,
            after: usize::from(cells % side != 0),
            folds: cells >= side,
        }
    }

    /// A torus's whose every tile is a class of its own.
    pub(crate) fn whole_ring(cells: u32, side: usize) -> Self {
        let (cells, side) = (i64::from(cells), side as i64);
        Self {
            side,
            cells: Some(cells),
            wraps: true,
            before: ((cells + side - 1) / side) as usize,
            after: 0,
            folds: false,
        }
    }

    /// One between walls, with `depth` tiles of their own at each of them.
    pub(crate) fn walled(cells: u32, side: usize, depth: usize) -> Self {
        let (cells, side) = (i64::from(cells), side as i64);
        let count = (cells + side - 1) / side;
        let after = depth + usize::from(cells % side != 0);
        // A middle that stood for one tile would save nothing, and would see itself instead of its neighbours.
        let folds = ((depth + after) as i64) + 1 < count;
        Self {
            side,
            cells: Some(cells),
            wraps: false,
            before: if folds { depth } else { count as usize },
            after: if folds { after } else { 0 },
            folds,
        }
    }

    /// The same, with one more tile of its own at each wall.
    pub(crate) fn deeper(&self) -> Self {
        match self.cells {
            Some(cells) if !self.wraps && self.folds => {
                Self::walled(cells as u32, self.side as usize, self.before + 1)
            }
            _ => self.clone(),
        }
    }

    /// Tiles along it; none: it has no end.
    pub(crate) fn count(&self) -> Option<i64> {
        self.cells.map(|cells| (cells + self.side - 1) / self.side)
    }

    /// Cells along it; none: it has no end.
    pub(crate) fn cells(&self) -> Option<i64> {
        self.cells
    }

    /// Whether its ends meet.
    pub(crate) fn wraps(&self) -> bool {
        self.wraps
    }

    /// How many classes there are.
    pub(crate) fn classes(&self) -> usize {
        self.before + usize::from(self.folds) + self.after
    }

    /// The class that stands for all tiles far from a wall.
    pub(crate) fn middle(&self) -> Option<usize> {
        self.folds.then_some(self.before)
    }

    /// Tiles of their own at each wall.
    #[cfg(test)]
    pub(crate) fn depth(&self) -> usize {
        self.before
    }

    /// How many tiles a class is from the wall that it belongs to; the middle is far from all.
    pub(crate) fn distance(&self, class: usize) -> usize {
        match self.middle() {
            Some(middle) if class == middle => usize::MAX,
            Some(middle) if class > middle => self.classes() - 1 - class,
            _ => class,
        }
    }

    /// The class of a tile.
    pub(crate) fn class_of(&self, tile: i64) -> usize {
        let Some(count) = self.count() else { return 0 };
        if !self.folds || tile < self.before as i64 {
            return usize::try_from(tile).unwrap_or_default();
        }
        let from_end = count - 1 - tile;
        if from_end < self.after as i64 {
            self.classes() - 1 - usize::try_from(from_end).unwrap_or_default()
        } else {
            self.before
        }
    }

    /// A tile of a class: the first.
    pub(crate) fn tile_of(&self, class: usize) -> i64 {
        match (self.count(), self.middle()) {
            (Some(count), Some(middle)) if class > middle => count - (self.classes() - class) as i64,
            _ => class as i64,
        }
    }

    /// How many tiles of the world a class stands for; the plane's middle stands for itself.
    pub(crate) fn stands_for(&self, class: usize) -> i64 {
        match (self.middle(), self.count()) {
            (Some(middle), Some(count)) if class == middle => count - (self.before + self.after) as i64,
            _ => 1,
        }
    }

    /// Cells of a tile of the world that lie in the world.
    pub(crate) fn size_of(&self, tile: i64) -> usize {
        let whole = self.side;
        let size = match self.cells {
            Some(cells) => (cells - tile * whole).clamp(0, whole),
            None => whole,
        };
        size as usize
    }

    /// Cells of a class that lie in the world.
    pub(crate) fn size_of_class(&self, class: usize) -> usize {
        match self.count() {
            Some(count) if class + 1 == self.classes() && Some(class) != self.middle() => {
                self.size_of(count - 1)
            }
            _ => self.side as usize,
        }
    }

    /// The tile before (-1), at (0) or after (1) a tile; none beyond a wall.
    pub(crate) fn neighbour(&self, tile: i64, step: i64) -> Option<i64> {
        self.inside(tile + step)
    }

    /// A tile by its own coordinate: wrapped on a torus, none beyond a wall.
    pub(crate) fn inside(&self, tile: i64) -> Option<i64> {
        match self.count() {
            None => Some(tile),
            Some(count) if self.wraps => Some(tile.rem_euclid(count)),
            Some(count) => (0..count).contains(&tile).then_some(tile),
        }
    }

    /// A cell by its own coordinate: wrapped on a torus, none beyond a wall.
    pub(crate) fn cell_inside(&self, cell: i64) -> Option<i64> {
        match self.cells {
            None => Some(cell),
            Some(cells) if self.wraps => Some(cell.rem_euclid(cells)),
            Some(cells) => (0..cells).contains(&cell).then_some(cell),
        }
    }

    /// The same for classes.
    pub(crate) fn class_neighbour(&self, class: usize, step: i64) -> Option<usize> {
        if step == 0 || Some(class) == self.middle() {
            return Some(class);
        }
        if self.wraps {
            // Beside the partial tile of a ring lie middles.
            let around = (class as i64 + step).rem_euclid(self.classes() as i64) as usize;
            return Some(self.middle().unwrap_or(around));
        }
        let neighbour = class as i64 + step;
        (0..self.classes() as i64)
            .contains(&neighbour)
            .then_some(neighbour as usize)
    }

    /// The tiles that hold cells `low..=high`, counted from the first cell of `tile`, as steps from it.
    pub(crate) fn cover(&self, tile: i64, low: i64, high: i64) -> (i64, i64) {
        (self.step_to(tile, low), self.step_to(tile, high))
    }

    /// How many tiles away the cell at `offset` from the first cell of `tile` lies.
    fn step_to(&self, tile: i64, offset: i64) -> i64 {
        let (Some(count), true) = (self.count(), self.wraps) else {
            return offset.div_euclid(self.side);
        };
        // A ring's last tile may be shorter than the others.
        let cells = self.cells.unwrap_or(self.side);
        let from_origin = tile * self.side + offset;
        let (turns, at) = (from_origin.div_euclid(cells), from_origin.rem_euclid(cells));
        turns * count + at / self.side - tile
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn axes() -> impl Strategy<Value = Axis> {
        (
            1_u32..400,
            0_usize..4,
            prop::sample::select(vec![8_usize, 16, 32]),
            0..3_u8,
        )
            .prop_map(|(cells, depth, side, kind)| match kind {
                0 => Axis::walled(cells, side, depth.max(1)),
                1 => Axis::ring(cells, side),
                _ => Axis::endless(side),
            })
    }

    proptest! {
        #[test]
        fn classes_stand_for_every_tile_once(axis in axes()) {
            let Some(count) = axis.count() else { return Ok(()) };
            let mut stands = vec![0; axis.classes()];
            for tile in 0..count {
                let class = axis.class_of(tile);
                stands[class] += 1;
                prop_assert_eq!(axis.size_of(tile), axis.size_of_class(class));
            }
            let expected: Vec<i64> = (0..axis.classes()).map(|class| axis.stands_for(class)).collect();
            prop_assert_eq!(stands, expected);
            let cells: usize = (0..count).map(|tile| axis.size_of(tile)).sum();
            prop_assert_eq!(Some(cells as i64), axis.cells());
        }

        /// A saved ground has only its classes.
        #[test]
        fn an_axis_is_told_by_how_many_classes_it_has(cells in 1_u32..400, depths in [0_usize..8, 0_usize..8]) {
            let [a, b] = depths.map(|depth| Axis::walled(cells, 16, depth));
            prop_assert!(a.classes() != b.classes() || a == b, "{a:?} {b:?}");
        }

        #[test]
        fn beside_a_wall_classes_are_neighbours_as_their_tiles_are(axis in axes()) {
            prop_assume!(!axis.wraps());
            let Some(count) = axis.count() else { return Ok(()) };
            for tile in 0..count {
                for step in [-1, 0, 1] {
                    let class = axis.class_of(tile);
                    let found = axis.class_neighbour(class, step);
                    match axis.neighbour(tile, step) {
                        None => prop_assert_eq!(found, None),
                        Some(other) if Some(class) != axis.middle() => prop_assert_eq!(found, Some(axis.class_of(other))),
                        Some(_) => prop_assert_eq!(found, Some(class)),
                    }
                }
            }
        }

        #[test]
        fn cells_lie_in_the_tiles_that_cover_them(axis in axes(), tile in 0_i64..10, offset in -90_i64..90) {
            let count = axis.count().unwrap_or(100);
            let tile = tile % count;
            let (step, _) = axis.cover(tile, offset, offset);
            match axis.cells() {
                Some(cells) if axis.wraps() => {
                    let cell = (tile * axis.side + offset).rem_euclid(cells);
                    prop_assert_eq!((tile + step).rem_euclid(count), cell / axis.side);
                }
                _ => prop_assert_eq!(tile + step, (tile * axis.side + offset).div_euclid(axis.side)),
            }
        }
    }
}
