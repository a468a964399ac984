//! A world in a procedural vacuum: what is around its matter is a given function of place and step, which the law sees and
//! does not move.
//!
//! The ground is then as large as the world, and new at every step. Matter is where a step comes out otherwise than in the
//! vacuum alone: tiles are stepped twice, with matter and without, and kept where the two differ. The tiles around them are
//! stepped too, so that what is felt of matter, and what it feels, is vacuum.

use atheria_shared::cause::VacuumFault;
use atheria_shared::world::Vacuum;
use atheria_shared::{Boundary, Cell, GridShape};

use super::super::WorldError;
use super::super::harmonic::Harmonic;
use super::{SIDE_CELLS, TileWorld};
use crate::run::sparse::{
    Axis, Eps, Ground, Made, Manner, MatterTile, Number, Place, Program, Tiles, compare_tiles,
};

/// Most cells of a world whose vacuum is worked out cell by cell.
const CELLS: u64 = 1 << 20;
/// Tiles around matter that are stepped with it: one that it can be felt in, and one that this one sees.
const AROUND: i64 = 2;

/// The vacuum of a plan, where it is procedural.
pub(super) fn of<F: Number>(
    vacuum: &Vacuum,
    boundary: Boundary,
    grid: GridShape,
    program: &Program<F>,
    channels: u16,
) -> Result<Option<Harmonic>, WorldError> {
    let Some(harmonic) = Harmonic::new(vacuum, channels) else {
        return Ok(None);
    };
    let refused = |reason| Err(WorldError::Harmonic { reason });
    if program.normalises() {
        return refused(VacuumFault::Norm);
    }
    if boundary == Boundary::Unbounded {
        return refused(VacuumFault::Unbounded);
    }
    if grid.cells() > CELLS {
        return refused(VacuumFault::TooLarge);
    }
    Ok(Some(harmonic))
}

/// A ground as large as its world.
pub(super) fn ground(boundary: Boundary, grid: GridShape) -> Ground {
    let axis = |cells: u32| match boundary {
        Boundary::Torus => Axis::whole_ring(cells, SIDE_CELLS),
        Boundary::Walls | Boundary::Unbounded => {
            Axis::walled(cells, SIDE_CELLS, cells as usize / SIDE_CELLS + 1)
        }
    };
    Ground::new([axis(grid.height()), axis(grid.width())], usize::MAX)
}

/// Makes the ground what the vacuum is at a step.
pub(super) fn fill<F: Number>(state: &mut Tiles<F>, harmonic: &Harmonic, step: u64) {
    let side = state.side;
    let mut value = vec![0.0; state.numbers];
    let mut cell = vec![F::default(); state.numbers];
    for (slot, [row, column]) in state.ground.classes().to_vec().into_iter().enumerate() {
        for at in 0..side * side {
            let [y, x] = [at / side, at % side];
            let place = Cell {
                y: (row * side + y) as i64,
                x: (column * side + x) as i64,
            };
            harmonic.value(place, step, &mut value);
            for (number, value) in cell.iter_mut().zip(&value) {
                *number = F::of(*value);
            }
            state.write_cell(slot, [y, x], &cell);
        }
    }
}

impl<F: Number> TileWorld<F> {
    /// A step in a procedural vacuum.
    pub(super) fn advance_in(&mut self, harmonic: &Harmonic) -> Result<(), WorldError> {
        let places = self.around_matter();
        let mut with = self.state.clone();
        with.activate(&places);
        let mut without = self.state.clone();
        without.take(&[]);
        without.activate(&places);
        let manner = Manner::Whole { ground: false };
        self.stepper.forget();
        let mut made = Made::default();
        for state in [&mut with, &mut without] {
            let (old, step) = self
                .stepper
                .step(state, manner, atheria_shared::limits::TILES)
                .map_err(|error| self.refused(error))?;
            self.stepper.recycle(old);
            made = step;
        }
        let eps = Eps::matter_alone(self.eps);
        let first = with.ground.len();
        let axes = with.ground.axes().clone();
        let kept: Vec<(MatterTile, usize)> = (first..)
            .zip(with.matter.clone())
            .filter_map(|(slot, tile)| {
                let [y, x] = tile.place;
                let size = [axes[0].size_of(y), axes[1].size_of(x)];
                let difference = compare_tiles(with.tile(slot), without.tile(slot), with.side, size, eps);
                let tile = MatterTile {
                    psi: difference.bounds,
                    ..tile
                };
                tile.psi.map(|_| (tile, slot))
            })
            .collect();
        with.take(&kept);
        fill(&mut with, harmonic, self.step + 1);
        self.before = Some(std::mem::replace(&mut self.state, with));
        self.step += 1;
        self.made = made;
        self.count();
        Ok(())
    }

    /// The tiles of matter, and those around them.
    fn around_matter(&self) -> Vec<Place> {
        let near = -AROUND..=AROUND;
        let mut places: Vec<Place> = self
            .state
            .matter
            .iter()
            .flat_map(|tile| {
                let [y, x] = tile.place;
                let near = near.clone();
                near.clone()
                    .flat_map(move |down| near.clone().map(move |right| [y + down, x + right]))
            })
            .collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}
