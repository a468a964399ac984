//! Where pieces lie: places drawn from a seed that do not overlap while there is room.

use std::collections::HashMap;

use atheria_shared::{Cell, GridShape};
use rand::Rng;

/// Places that are tried for a piece before it may overlap another.
const TRIES: usize = 64;

/// Height and width of a piece, in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) height: u32,
    pub(super) width: u32,
}

/// Places of `count` pieces of one size, all inside the grid, at multiples of `step_cells`. The size fits the grid.
///
/// A place is drawn row first, and drawn again while it overlaps one before it; the last of [`TRIES`] is taken as it
/// is.
pub(super) fn scatter(
    random: &mut impl Rng,
    grid: GridShape,
    size: Size,
    count: u32,
    step_cells: u32,
) -> Vec<Cell> {
    let step_cells = step_cells.max(1);
    let last = |length: u32, side: u32| length.saturating_sub(side) / step_cells;
    let (rows, columns) = (last(grid.height(), size.height), last(grid.width(), size.width));
    let mut taken = Taken::new(size);
    (0..count)
        .map(|_| {
            let mut draw = || Cell {
                y: i64::from(random.random_range(0..=rows)) * i64::from(step_cells),
                x: i64::from(random.random_range(0..=columns)) * i64::from(step_cells),
            };
            for _ in 1..TRIES {
                let place = draw();
                if !taken.overlaps(place) {
                    taken.add(place);
                    return place;
                }
            }
            draw()
        })
        .collect()
}

/// Places that are taken, none of which overlap, by boxes of the pieces' size: a piece can only overlap those of its
/// own box and of its neighbours, a few each.
struct Taken {
    height: i64,
    width: i64,
    boxes: HashMap<[i64; 2], Vec<Cell>>,
}

impl Taken {
    fn new(size: Size) -> Self {
        Self {
            height: i64::from(size.height.max(1)),
            width: i64::from(size.width.max(1)),
            boxes: HashMap::new(),
        }
    }

    fn home(&self, cell: Cell) -> [i64; 2] {
        [cell.y.div_euclid(self.height), cell.x.div_euclid(self.width)]
    }

    fn overlaps(&self, cell: Cell) -> bool {
        let [y, x] = self.home(cell);
        let near = (y - 1..=y + 1).flat_map(|y| (x - 1..=x + 1).map(move |x| [y, x]));
        near.filter_map(|home| self.boxes.get(&home))
            .flatten()
            .any(|other| (other.y - cell.y).abs() < self.height && (other.x - cell.x).abs() < self.width)
    }

    fn add(&mut self, cell: Cell) {
        self.boxes.entry(self.home(cell)).or_default().push(cell);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    proptest! {
        #[test]
        fn places_are_inside_and_apart_where_there_is_room(
            height in 1_u32..20, width in 1_u32..20, count in 1_u32..40, coarse: bool, seed: u64,
        ) {
            let step = if coarse { 4 } else { 1 };
            let grid = GridShape::new(400, 600).unwrap();
            let size = Size { height, width };
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            let places = scatter(&mut random, grid, size, count, step);
            prop_assert_eq!(places.len(), count as usize);
            for (index, a) in places.iter().enumerate() {
                prop_assert!(a.y >= 0 && a.y + i64::from(height) <= 400);
                prop_assert!(a.x >= 0 && a.x + i64::from(width) <= 600);
                prop_assert!(a.y % i64::from(step) == 0 && a.x % i64::from(step) == 0);
                for b in &places[..index] {
                    let overlap = (a.y - b.y).abs() < i64::from(height) && (a.x - b.x).abs() < i64::from(width);
                    prop_assert!(!overlap, "{a} {b}");
                }
            }
        }
    }

    #[test]
    fn where_there_is_no_room_they_overlap() {
        let grid = GridShape::new(8, 8).unwrap();
        let size = Size { height: 8, width: 6 };
        let places = scatter(&mut ChaCha8Rng::seed_from_u64(1), grid, size, 5, 4);
        assert_eq!(places, [Cell::default(); 5]);
    }
}
