//! How far the values of a world go: what a range that nobody pinned has to hold.
//!
//! Of all of it, not of the part that is looked at: tiles that hold matter, a sample of them where there are many, and the
//! ground, which stands for the rest. What can hardly be told from the ground does not count, so that a range is the same
//! whether empty tiles are kept or not.

use atheria_shared::view::{Quantity, View};
use atheria_shared::world::VISIBLE;
use rayon::prelude::*;

use crate::run::sparse::{Number, Place};

use super::measure::{Measure, Measured};
use super::pair::Pair;

/// Tiles with matter that are looked at, about.
const TILES: usize = 4096;
/// Of the values, this part lies within a range.
const WITHIN: f64 = 0.99;

/// The modulus that [`WITHIN`] of the finite values of what can be seen do not pass, and none of the ground's; no less than
/// `least`.
pub(super) fn extent<F: Number>(pair: &Pair<'_, F>, view: &View, least: f32) -> f32 {
    let measure = Measure::of(view, pair.channels()).strength();
    let nth = (pair.matter_count() / TILES) as u64 + 1;
    let tiles = pair.covered(|place| scattered(place).is_multiple_of(nth).then_some(0));
    let seen: Vec<f32> = tiles
        .par_iter()
        .flat_map_iter(|tile| seen(&pair.of_matter(tile, 1), measure, least))
        .collect();
    let ground = match view.quantity {
        // Nor does it differ from itself, or as good as.
        Quantity::Deviation | Quantity::Change => 0.0,
        _ => pair
            .ground_slots()
            .into_par_iter()
            .flat_map_iter(|slot| values(&pair.of_ground([slot; 2], 1), measure).1)
            .filter(|value| value.is_finite())
            .reduce(|| 0.0, f32::max),
    };
    percentile(seen).max(ground).max(least)
}

/// What differs by less from what a view holds it against is not seen in it: |psi - b|, or the change in a step.
pub(super) fn least(view: &View, eps: f64) -> f32 {
    match view.quantity {
        Quantity::Change => eps as f32,
        _ => VISIBLE as f32,
    }
}

/// The finite values, without their signs, of the cells of a tile that differ by more than `least`.
fn seen<F: Number>(tile: &Measured<'_, F>, measure: Measure, least: f32) -> Vec<f32> {
    let [height, width] = tile.size;
    let (a_cell, values) = values(tile, measure);
    let mut row = vec![0.0; width];
    let mut seen = Vec::new();
    for y in 0..height {
        tile.distances_squared(y * tile.side..y * tile.side + width, &mut row);
        let cells = values[y * tile.side * a_cell..].chunks_exact(a_cell);
        for (values, square) in cells.zip(&row) {
            if *square > f64::from(least).powi(2) {
                seen.extend(values.iter().filter(|value| value.is_finite()));
            }
        }
    }
    seen
}

/// How many values a cell has, and those of a tile, by rows, without their signs; 0 beyond the world's edge.
fn values<F: Number>(tile: &Measured<'_, F>, measure: Measure) -> (usize, Vec<f32>) {
    let area = tile.side * tile.side;
    let mut sums = vec![0.0; area * measure.sums()];
    measure.add(tile, &mut sums);
    let mut values = vec![0.0; area * measure.values()];
    measure.finish(&sums, &mut values);
    for value in &mut values {
        *value = value.abs();
    }
    (measure.values(), values)
}

fn percentile(mut values: Vec<f32>) -> f32 {
    let Some(last) = values.len().checked_sub(1) else {
        return 0.0;
    };
    let rank = (WITHIN * last as f64).ceil() as usize;
    *values.select_nth_unstable_by(rank.min(last), f32::total_cmp).1
}

/// A number for a place, as good as random, and the same for ever: which tiles are a sample.
fn scattered([y, x]: Place) -> u64 {
    let mixed = (y.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15)).rotate_left(32) ^ x.cast_unsigned();
    let mixed = mixed.wrapping_mul(0xd6e8_feb8_6659_fd93);
    (mixed ^ (mixed >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93) >> 16
}
