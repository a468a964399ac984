//! What an empty world has along one axis: blocks, each a mixture of few kinds of tiles.
//!
//! Tiles are of one kind when they are of one class in both states of a pair. Where the ground folds, a kind runs on for
//! as long as the fold is, which is taken in one go.

use std::collections::HashMap;
use std::ops::Range;

use crate::run::sparse::Axis;

/// The classes of a tile in the two states of a pair.
pub(super) type Kind = [usize; 2];

/// Kinds by their number in [`Along::kinds`], each with how many tiles there are of it.
pub(super) type Mixture = Vec<(usize, i64)>;

/// An axis in blocks.
#[derive(Debug, Default)]
pub(super) struct Along {
    /// The kinds that occur.
    pub(super) kinds: Vec<Kind>,
    /// The mixtures that occur.
    pub(super) mixtures: Vec<Mixture>,
    /// For each block its mixture.
    pub(super) of_block: Vec<usize>,
}

impl Along {
    /// Blocks of `tiles` tiles along the axes of both states.
    pub(super) fn new(axes: [&Axis; 2], blocks: &Range<i64>, tiles: i64) -> Self {
        let mut along = Self::default();
        let mut kinds: HashMap<Kind, usize> = HashMap::new();
        let mut mixtures: HashMap<Mixture, usize> = HashMap::new();
        for block in blocks.clone() {
            let mut mixture = Mixture::new();
            let mut tile = block * tiles;
            let end = axes[0]
                .count()
                .map_or(tile + tiles, |count| count.min(tile + tiles));
            while tile < end {
                let kind = axes.map(|axis| axis.class_of(tile));
                let next = axes
                    .iter()
                    .fold(end, |next, axis| next.min(end_of_class(axis, tile)));
                let number = *kinds.entry(kind).or_insert_with(|| {
                    along.kinds.push(kind);
                    along.kinds.len() - 1
                });
                mixture.push((number, next - tile));
                tile = next;
            }
            let number = mixtures.len();
            let number = *mixtures.entry(mixture).or_insert_with_key(|mixture| {
                along.mixtures.push(mixture.clone());
                number
            });
            along.of_block.push(number);
        }
        along
    }
}

/// The first tile behind a tile that may be of another class.
fn end_of_class(axis: &Axis, tile: i64) -> i64 {
    let Some(count) = axis.count() else {
        return i64::MAX;
    };
    match axis.middle() {
        Some(middle) if axis.class_of(tile) == middle => count - (axis.classes() - 1 - middle) as i64,
        _ => tile + 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn axis(cells: u32, depth: usize, kind: u8) -> Axis {
        match kind {
            0 => Axis::walled(cells, 8, depth),
            1 => Axis::ring(cells, 8),
            _ => Axis::endless(8),
        }
    }

    proptest! {
        #[test]
        fn a_mixture_counts_every_tile_of_its_block(
            cells in 1_u32..600, depths in [1_usize..5, 1_usize..5], kind in 0..3_u8,
            first in -9_i64..20, blocks in 1_i64..9, tiles in 1_i64..20,
        ) {
            let axes = depths.map(|depth| axis(cells, depth, kind));
            let first = if kind == 2 { first } else { first.max(0) };
            let along = Along::new([&axes[0], &axes[1]], &(first..first + blocks), tiles);
            prop_assert_eq!(along.of_block.len() as i64, blocks);
            for (block, mixture) in (first..).zip(&along.of_block) {
                let mut found: HashMap<Kind, i64> = HashMap::new();
                for (kind, count) in &along.mixtures[*mixture] {
                    *found.entry(along.kinds[*kind]).or_default() += count;
                }
                let mut expected: HashMap<Kind, i64> = HashMap::new();
                for tile in block * tiles..(block + 1) * tiles {
                    if axes[0].count().is_none_or(|count| tile < count) {
                        *expected.entry([axes[0].class_of(tile), axes[1].class_of(tile)]).or_default() += 1;
                    }
                }
                prop_assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn a_long_axis_is_taken_in_few_steps() {
        let axis = Axis::endless(16);
        let along = Along::new([&axis, &axis], &(-1..2), 1 << 27);
        assert_eq!(along.mixtures, [[(0, 1 << 27)]]);
        assert_eq!(along.of_block, [0, 0, 0]);
    }
}
