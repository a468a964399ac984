//! The empty world under a window: a stamp for each tile of the ground, and what each block would be were it empty.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::run::sparse::Number;

use super::along::{Along, Mixture};
use super::measure::Measure;
use super::pair::{Pair, Slots};
use super::window::Blocks;

/// Tiles of the ground by their number in [`Empty`], each with how many of the world's it stands for in a block.
pub(super) type Mix = Vec<(usize, i64)>;

/// An empty world, as a measure has it.
#[derive(Debug)]
pub(super) struct Empty {
    measure: Measure,
    /// Sums of a stamp.
    length: usize,
    /// The number of each pair of the ground's tiles.
    number: HashMap<Slots, usize>,
    /// Their stamps.
    stamps: Vec<f64>,
    /// For each pair of mixtures, rows first, what an empty block of it is.
    pub(super) mixes: Vec<Mix>,
    /// For each row and column of blocks its mixture.
    of_block: [Vec<usize>; 2],
    columns: usize,
}

impl Empty {
    /// Measures the tiles of the ground that occur in a window.
    pub(super) fn new<F: Number>(pair: &Pair<'_, F>, measure: Measure, blocks: &Blocks) -> Self {
        let [rows, columns] =
            [0, 1].map(|axis| Along::new(pair.axes(axis), &blocks.ranges[axis], blocks.tiles));
        let mut number: HashMap<Slots, usize> = HashMap::new();
        let mut tiles: Vec<Slots> = Vec::new();
        let mut of_kinds: Vec<usize> = Vec::with_capacity(rows.kinds.len() * columns.kinds.len());
        for &y in &rows.kinds {
            for &x in &columns.kinds {
                let slots = pair.ground([y, x]);
                of_kinds.push(*number.entry(slots).or_insert_with(|| {
                    tiles.push(slots);
                    tiles.len() - 1
                }));
            }
        }
        let length = blocks.pixels * blocks.pixels * measure.sums();
        let mut stamps = vec![0.0; tiles.len() * length];
        stamps
            .par_chunks_exact_mut(length)
            .zip(&tiles)
            .for_each(|(stamp, &slots)| measure.add(&pair.of_ground(slots, blocks.cells), stamp));
        let pairs: Vec<(&Mixture, &Mixture)> = rows
            .mixtures
            .iter()
            .flat_map(|row| columns.mixtures.iter().map(move |column| (row, column)))
            .collect();
        let mixes = pairs
            .par_iter()
            .map(|(row, column)| mix(row, column, |y, x| of_kinds[y * columns.kinds.len() + x]))
            .collect();
        Self {
            measure,
            length,
            number,
            stamps,
            mixes,
            columns: columns.mixtures.len(),
            of_block: [rows.of_block, columns.of_block],
        }
    }

    /// The number of a block's mix.
    pub(super) fn mix_of_block(&self, row: usize, column: usize) -> usize {
        self.of_block[0][row] * self.columns + self.of_block[1][column]
    }

    /// Takes a tile out of a mix, by its slots were it empty.
    pub(super) fn take_out(&self, slots: Slots, mix: &mut Mix) {
        let at = self
            .number
            .get(&slots)
            .and_then(|number| mix.binary_search_by_key(number, |(tile, _)| *tile).ok());
        if let Some(at) = at {
            mix[at].1 -= 1;
        }
    }

    /// Adds a mix to a stamp.
    pub(super) fn add(&self, mix: &Mix, stamp: &mut [f64]) {
        for &(tile, count) in mix.iter().filter(|(_, count)| *count > 0) {
            let of_one = &self.stamps[tile * self.length..][..self.length];
            self.measure.add_stamp(of_one, count, stamp);
        }
    }
}

/// What rows and columns of these mixtures are made of.
fn mix(rows: &Mixture, columns: &Mixture, number: impl Fn(usize, usize) -> usize) -> Mix {
    let mut mix: Mix = rows
        .iter()
        .flat_map(|&(y, down)| columns.iter().map(move |&(x, across)| (y, x, down * across)))
        .map(|(y, x, count)| (number(y, x), count))
        .collect();
    mix.sort_unstable();
    mix.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    mix
}
