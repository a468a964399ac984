//! What tools do to a world in tiles.

use std::collections::HashMap;

use atheria_shared::Cell;
use atheria_shared::limits::TILES;
use atheria_shared::tool::{Stroke, Tool};

use super::super::WorldError;
use super::super::field::{Field, MEMORY_CELLS};
use super::super::tool::Brush;
use super::TileWorld;
use crate::run::sparse::{Manner, Number, Place, Tiles, find_matter};

impl<F: Number> TileWorld<F> {
    /// Applies a stroke that was checked.
    pub(in super::super) fn apply(&mut self, stroke: &Stroke) -> Result<(), WorldError> {
        apply(&mut self.state, stroke, self.seed.as_ref())?;
        self.past.events += 1;
        if self.manner == Manner::Sparse {
            find_matter(&mut self.state, self.eps);
        }
        self.stepper.forget();
        self.count_after_stroke();
        Ok(())
    }
}

/// Applies a stroke that was checked to a state. `seed`: what [`Tool::Inject`] plants; without one it is refused.
pub(in super::super) fn apply<F: Number>(
    state: &mut Tiles<F>,
    stroke: &Stroke,
    seed: Option<&Field<f32>>,
) -> Result<(), WorldError> {
    if stroke.tool == Tool::Inject && seed.is_none() {
        return Err(WorldError::NoSeed);
    }
    let brush = Brush::new(stroke, (state.numbers / 2) as u16, seed);
    let side = state.side as i64;
    let axes = state.ground.axes().clone();
    let region = brush.region();
    // Cells by tile, each with its place in the stroke: on a torus a cell can be there twice.
    let mut touched: HashMap<Place, Vec<([usize; 2], Cell)>> = HashMap::new();
    for y in region.y..region.y + i64::from(region.height) {
        for x in region.x..region.x + i64::from(region.width) {
            let cell = Cell { y, x };
            let inside = axes[0].cell_inside(y).zip(axes[1].cell_inside(x));
            let (Some((y, x)), true) = (inside, brush.touches(cell)) else {
                continue;
            };
            let place = [y.div_euclid(side), x.div_euclid(side)];
            let at = [y.rem_euclid(side) as usize, x.rem_euclid(side) as usize];
            touched.entry(place).or_default().push((at, cell));
        }
    }
    let known = state.slots();
    if stroke.tool == Tool::Erase {
        // Where nothing is, nothing can be erased.
        touched.retain(|place, _| known.contains_key(place));
    }
    let places: Vec<Place> = touched.keys().copied().collect();
    let tiles = state.matter.len() + places.iter().filter(|place| !known.contains_key(*place)).count();
    if tiles > TILES {
        return Err(WorldError::TooManyTiles { tiles, most: TILES });
    }
    state.activate(&places);
    let slots = state.slots();
    let mut numbers = vec![F::default(); state.numbers];
    let mut psi = vec![0.0; state.numbers];
    let mut background = psi.clone();
    for (place, cells) in &touched {
        let Some(slot) = slots.get(place) else { continue };
        let under = state.ground.under(*place) as usize;
        for (at, cell) in cells {
            for (slot, out) in [(*slot, &mut psi), (under, &mut background)] {
                state.read_cell(slot, *at, &mut numbers);
                for (out, number) in out.iter_mut().zip(&numbers) {
                    *out = number.double();
                }
            }
            brush.apply(*cell, &mut psi, &background);
            for (number, psi) in numbers.iter_mut().zip(&psi) {
                *number = F::of(*psi);
            }
            state.write_cell(*slot, *at, &numbers);
        }
        if stroke.tool == Tool::Erase && stroke.strength >= 1.0 && state.memory.is_some() {
            forget(state, *slot, under, cells);
        }
    }
    Ok(())
}

/// Where all of a memory's cell was erased, the memory is too.
fn forget<F: Number>(state: &mut Tiles<F>, slot: usize, under: usize, cells: &[([usize; 2], Cell)]) {
    let quarter = state.side / MEMORY_CELLS;
    let mut erased = vec![0; quarter * quarter];
    for ([y, x], _) in cells {
        erased[y / MEMORY_CELLS * quarter + x / MEMORY_CELLS] += 1;
    }
    let none = vec![F::default(); state.memory_channels];
    let (mut h, mut c) = (none.clone(), none);
    for (at, count) in erased.iter().enumerate() {
        if *count >= MEMORY_CELLS * MEMORY_CELLS {
            let at = [at / quarter, at % quarter];
            state.read_memory(under, at, [&mut h, &mut c]);
            state.write_memory(slot, at, [&h, &c]);
        }
    }
}
