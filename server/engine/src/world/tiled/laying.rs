//! Starting matter, put into tiles: only those that hold something else than vacuum.

use atheria_shared::limits::TILES;

use super::super::WorldError;
use super::super::field::{Field, MEMORY_CELLS};
use super::super::lay;
use super::super::live::WorldPlan;
use super::super::pieces::{Piece, Pieces, deviates, seed_piece};
use crate::law::Law;
use crate::run::sparse::{Number, Place, Tiles};

/// The starting matter of a plan, and the piece of it that a user can lay.
pub(super) fn pieces<F: Number>(
    plan: &WorldPlan,
    law: &Law,
) -> Result<(Pieces<F>, Option<Field<f32>>), WorldError> {
    let pieces = lay::lay(&plan.init, plan.place, plan.grid, plan.boundary, law, plan.seed)?;
    let seed = seed_piece(&pieces);
    Ok((pieces, seed))
}

/// Puts pieces into a state, one after the other. `matter_only`: cells of theirs that are vacuum are left as what is there.
pub(super) fn lay<F: Number>(
    pieces: &Pieces<F>,
    state: &mut Tiles<F>,
    matter_only: bool,
) -> Result<(), WorldError> {
    let mut places: Vec<Place> = Vec::new();
    for piece in &pieces.pieces {
        places.extend(tiles_of(piece, state));
        places.sort_unstable();
        places.dedup();
        if places.len() > TILES {
            return Err(WorldError::TooManyTiles {
                tiles: places.len(),
                most: TILES,
            });
        }
    }
    state.activate(&places);
    let slots = state.slots();
    for piece in &pieces.pieces {
        let mut numbers = vec![F::default(); state.numbers];
        for (at, cell) in piece.field.cells().enumerate() {
            if matter_only && !deviates(cell) {
                continue;
            }
            let (place, inside) = place_of(piece, at, 1, state.side);
            let Some(slot) = slots.get(&place) else { continue };
            split_parts(cell, &mut numbers);
            state.write_cell(*slot, inside, &numbers);
        }
        let Some(memory) = &piece.field.memory else { continue };
        let [channels, height, width] = memory.shape;
        let mut cell = [vec![F::default(); channels], vec![F::default(); channels]];
        for at in 0..height * width {
            let (place, inside) = place_of(piece, at, MEMORY_CELLS, state.side);
            let Some(slot) = slots.get(&place) else { continue };
            for (part, numbers) in cell.iter_mut().zip([&memory.h, &memory.c]) {
                for (channel, number) in part.iter_mut().enumerate() {
                    *number = numbers
                        .get(channel * height * width + at)
                        .copied()
                        .unwrap_or_default();
                }
            }
            state.write_memory(*slot, inside, [&cell[0], &cell[1]]);
        }
    }
    Ok(())
}

/// The tiles in which a piece differs from what is there.
fn tiles_of<F: Number>(piece: &Piece<F>, state: &Tiles<F>) -> Vec<Place> {
    let mut empty = vec![F::default(); state.numbers];
    state.read_cell(0, [0, 0], &mut empty);
    let mut numbers = empty.clone();
    let mut places = Vec::new();
    for (at, cell) in piece.field.cells().enumerate() {
        split_parts(cell, &mut numbers);
        if numbers != empty {
            places.push(place_of(piece, at, 1, state.side).0);
        }
        places.dedup();
    }
    if let Some(memory) = &piece.field.memory {
        let [_, height, width] = memory.shape;
        let plane = (height * width).max(1);
        for at in 0..height * width {
            let of = |numbers: &[F]| {
                numbers
                    .iter()
                    .skip(at)
                    .step_by(plane)
                    .any(|number| *number != F::default())
            };
            if of(&memory.h) || of(&memory.c) {
                places.push(place_of(piece, at, MEMORY_CELLS, state.side).0);
            }
            places.dedup();
        }
    }
    places
}

/// The tile of a piece's cell, counted by rows, and the place in that tile, both in cells of `cells` a side.
fn place_of<F: Number>(piece: &Piece<F>, at: usize, cells: usize, side: usize) -> (Place, [usize; 2]) {
    let width = (piece.field.width / cells).max(1);
    let (from, side) = ([piece.at.y, piece.at.x], (side / cells) as i64);
    let y = from[0].div_euclid(cells as i64) + (at / width) as i64;
    let x = from[1].div_euclid(cells as i64) + (at % width) as i64;
    (
        [y.div_euclid(side), x.div_euclid(side)],
        [y.rem_euclid(side) as usize, x.rem_euclid(side) as usize],
    )
}

/// `[d, 2]` as real parts, then imaginary parts.
pub(super) fn split_parts<F: Number>(cell: &[F], numbers: &mut [F]) {
    let channels = numbers.len() / 2;
    for (channel, part) in cell.as_chunks::<2>().0.iter().enumerate().take(channels) {
        numbers[channel] = part[0];
        numbers[channels + channel] = part[1];
    }
}

/// Real parts, then imaginary parts, as `[d, 2]`.
pub(super) fn join_parts<F: Number>(numbers: &[F], cell: &mut [F]) {
    let channels = numbers.len() / 2;
    for (channel, part) in cell.as_chunks_mut::<2>().0.iter_mut().enumerate().take(channels) {
        *part = [numbers[channel], numbers[channels + channel]];
    }
}
