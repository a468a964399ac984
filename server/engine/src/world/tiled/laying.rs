//! Starting matter, put into tiles: only those that hold something else than vacuum.

use atheria_law::Shape;
use atheria_shared::GridShape;
use atheria_shared::limits::TILES;

use super::super::field::{Field, MEMORY_CELLS};
use super::super::harmonic::Harmonic;
use super::super::lay;
use super::super::pieces::{Empty, Piece, Pieces, deviates};
use super::super::plan::WorldPlan;
use super::super::planting;
use super::super::{Substance, WorldError};
use super::parts::split_parts;
use super::{SIDE_CELLS, saving, vacuum};
use crate::run::sparse::{Ground, Number, Place, Tiles};

/// What a world begins as.
#[derive(Debug)]
pub(in super::super) struct Beginning<F: Number> {
    /// Its size.
    pub(in super::super) grid: GridShape,
    /// Its state.
    pub(in super::super) state: Tiles<F>,
    /// What a click plants.
    pub(in super::super) seed: Option<Field<f32>>,
    /// Whether it goes on from where it was saved cell by cell: then it may have been computed whole.
    pub(in super::super) resumed: bool,
}

/// Draws or reads the starting matter of a plan, or takes up a world where it was saved. `reach_cells`: how far the law feels
/// a cell. `vacuum`: what is around matter, where that is given.
pub(in super::super) fn begin<F: Number>(
    plan: &WorldPlan,
    law: Shape,
    reach_cells: u32,
    vacuum: &dyn Fn(GridShape) -> Result<Option<Harmonic>, WorldError>,
) -> Result<Beginning<F>, WorldError> {
    let empty = |grid: GridShape, vacuum: Empty| {
        let mut cell = vec![F::default(); 2 * usize::from(law.channels())];
        if let (Empty::One, Some(real)) = (vacuum, cell.first_mut()) {
            *real = F::of(1.0);
        }
        let ground = Ground::of_world(
            plan.boundary,
            [grid.height(), grid.width()],
            SIDE_CELLS,
            reach_cells,
        );
        Tiles::empty(ground, SIDE_CELLS, &cell, law.memory_channels())
    };
    if let Some(saved) = saving::resumed(plan, law)? {
        let grid = saved.grid;
        return Ok(Beginning {
            resumed: matches!(saved.substance, Substance::Grid(_)),
            grid,
            state: saving::take_up(&saved, empty(grid, Empty::One), plan)?,
            seed: match saved.seed {
                None => planting::declared(&plan.planted, law)?,
                seed => seed,
            },
        });
    }
    let pieces = lay::lay(&plan.init, plan.place, plan.grid, plan.boundary, law, plan.seed)?;
    let seed = match planting::declared(&plan.planted, law)? {
        None => planting::own(&pieces),
        seed => seed,
    };
    let mut state = empty(pieces.grid, pieces.vacuum);
    let given = vacuum(pieces.grid)?;
    if let Some(harmonic) = &given {
        let ground = vacuum::ground(plan.boundary, pieces.grid);
        let begins_as = vec![0; ground.len()];
        state.on_ground(ground, &begins_as);
        vacuum::fill(&mut state, harmonic, plan.step);
    }
    lay(&pieces, &mut state, given.is_some())?;
    Ok(Beginning {
        grid: pieces.grid,
        state,
        seed,
        resumed: false,
    })
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
        let Some(memory) = &piece.field.memory else {
            continue;
        };
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
