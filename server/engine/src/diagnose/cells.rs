//! A world's numbers, cell by cell, with what would be there were it empty: to be compared, and to be stepped densely.

use atheria_shared::GridShape;
use tch::{Kind, TchError, Tensor};

use crate::run::sparse::{Number, Tiles};
use crate::run::{Memory, State};
use crate::world::{Sight, World, WorldError};

/// Cells a side that a cell of the memory stands for.
const MEMORY_CELLS: usize = 4;

/// A rectangle of cells, in float64: every float32 is one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cells {
    /// Rows, columns.
    pub(super) size: [usize; 2],
    /// Numbers of a cell: real parts, then imaginary parts.
    pub(super) numbers: usize,
    /// psi, cell by cell, by rows.
    pub(super) psi: Vec<f64>,
    /// What psi would be were the world empty.
    pub(super) background: Vec<f64>,
    /// The memory h and c, and channels of each; cell by cell, by rows, for every fourth.
    pub(super) memory: Option<(usize, [Vec<f64>; 2])>,
    /// The same were the world empty.
    pub(super) empty_memory: Option<(usize, [Vec<f64>; 2])>,
}

impl Cells {
    /// All cells of a world, or those of an unbounded one that its matter was put in.
    pub(super) fn of(world: &World) -> Result<Self, WorldError> {
        let grid = world.grid();
        Ok(match world.sight()? {
            Sight::Single(now, _) => Self::of_tiles(now, [0, 0], grid),
            Sight::Double(now, _) => Self::of_tiles(now, [0, 0], grid),
            Sight::Fetched(states) => Self::of_tiles(&states.0, [0, 0], grid),
        })
    }

    /// The cells of a state from the one at `from` on, which is at one of the memory's cells where there is memory.
    pub(super) fn of_tiles<F: Number>(state: &Tiles<F>, from: [i64; 2], grid: GridShape) -> Self {
        let size = [grid.height() as usize, grid.width() as usize];
        let slots = state.slots();
        let find = |y: i64, x: i64, side: i64| {
            let place = [y.div_euclid(side), x.div_euclid(side)];
            let under = state.ground.under(place) as usize;
            let slot = slots.get(&place).copied().unwrap_or(under);
            (
                slot,
                under,
                [y.rem_euclid(side) as usize, x.rem_euclid(side) as usize],
            )
        };
        let mut cell = vec![F::default(); state.numbers];
        let (mut psi, mut background) = (Vec::new(), Vec::new());
        for at in 0..size[0] * size[1] {
            let (y, x) = (from[0] + (at / size[1]) as i64, from[1] + (at % size[1]) as i64);
            let (slot, under, inside) = find(y, x, state.side as i64);
            for (slot, numbers) in [(slot, &mut psi), (under, &mut background)] {
                state.read_cell(slot, inside, &mut cell);
                numbers.extend(cell.iter().map(|number| number.double()));
            }
        }
        let memory = |empty: bool| {
            let channels = state.memory.as_ref().map(|_| state.memory_channels)?;
            let (mut h, mut c) = (vec![F::default(); channels], vec![F::default(); channels]);
            let mut parts = [Vec::new(), Vec::new()];
            let quarter = MEMORY_CELLS as i64;
            let [height, width] = size.map(|side| side / MEMORY_CELLS);
            for at in 0..height * width {
                let y = from[0].div_euclid(quarter) + (at / width) as i64;
                let x = from[1].div_euclid(quarter) + (at % width) as i64;
                let (slot, under, inside) = find(y, x, state.side as i64 / quarter);
                state.read_memory(if empty { under } else { slot }, inside, [&mut h, &mut c]);
                for (part, cell) in parts.iter_mut().zip([&h, &c]) {
                    part.extend(cell.iter().map(|number| number.double()));
                }
            }
            Some((channels, parts))
        };
        let (memory, empty_memory) = (memory(false), memory(true));
        Self {
            size,
            numbers: state.numbers,
            psi,
            background,
            memory,
            empty_memory,
        }
    }

    /// The cells of a dense state over a background that is not known.
    pub(super) fn of_state(state: &State) -> Result<Self, TchError> {
        let (_, numbers, height, width) = state.psi.size4()?;
        let memory = match &state.memory {
            None => None,
            Some(memory) => {
                let channels = memory.h.size4()?.1 as usize;
                Some((channels, [by_cells(&memory.h)?, by_cells(&memory.c)?]))
            }
        };
        Ok(Self {
            size: [height as usize, width as usize],
            numbers: numbers as usize,
            psi: by_cells(&state.psi)?,
            background: Vec::new(),
            memory,
            empty_memory: None,
        })
    }

    /// The world as a dense state.
    pub(super) fn to_state(&self, kind: Kind) -> Result<State, TchError> {
        let tensor = |numbers: &[f64], [height, width]: [usize; 2], channels: usize| {
            Tensor::f_from_slice(numbers)?
                .f_view([1, height as i64, width as i64, channels as i64])?
                .f_permute([0, 3, 1, 2])?
                .f_contiguous()?
                .f_to_kind(kind)
        };
        let coarse = self.size.map(|side| side / MEMORY_CELLS);
        let memory = match &self.memory {
            None => None,
            Some((channels, [h, c])) => Some(Memory {
                h: tensor(h, coarse, *channels)?,
                c: tensor(c, coarse, *channels)?,
            }),
        };
        Ok(State {
            psi: tensor(&self.psi, self.size, self.numbers)?,
            memory,
        })
    }

    /// The same cells, were the world empty.
    pub(super) fn as_empty(&self) -> Self {
        Self {
            psi: self.background.clone(),
            memory: self.empty_memory.clone(),
            ..self.clone()
        }
    }

    /// The numbers of each cell.
    pub(super) fn each(&self) -> impl Iterator<Item = &[f64]> {
        self.psi.chunks_exact(self.numbers.max(1))
    }

    /// How far each cell is from the empty world, as a 2-norm.
    pub(super) fn deviations(&self) -> impl Iterator<Item = f64> {
        self.each()
            .zip(self.background.chunks_exact(self.numbers.max(1)))
            .map(|(a, b)| apart(a, b))
    }

    /// Cells that differ from the empty world by more.
    pub(super) fn matter(&self, eps: f64) -> u64 {
        self.deviations().filter(|deviation| *deviation > eps).count() as u64
    }

    /// The largest difference of a number of psi or the memory, c relative to itself above 1; NaN where there is one.
    pub(super) fn farthest(&self, other: &Self) -> f64 {
        if self.psi.len() != other.psi.len() {
            return f64::INFINITY;
        }
        let worse = |most: f64, difference: f64| {
            if most.is_nan() || difference.is_nan() {
                f64::NAN
            } else {
                most.max(difference)
            }
        };
        let absolute = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, worse);
        let relative = |a: &[f64], b: &[f64]| {
            a.iter()
                .zip(b)
                .map(|(a, b)| (a - b).abs() / b.abs().max(1.0))
                .fold(0.0, worse)
        };
        let psi = absolute(&self.psi, &other.psi);
        match (&self.memory, &other.memory) {
            (Some((_, [h, c])), Some((_, [other_h, other_c]))) => {
                worse(worse(psi, absolute(h, other_h)), relative(c, other_c))
            }
            _ => psi,
        }
    }
}

/// The 2-norm of a difference.
pub(super) fn apart(a: &[f64], b: &[f64]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b) * (a - b))
        .sum::<f64>()
        .sqrt()
}

/// `[1, C, H, W]` as numbers cell by cell.
fn by_cells(tensor: &Tensor) -> Result<Vec<f64>, TchError> {
    let flat = tensor
        .f_permute([0, 2, 3, 1])?
        .f_to_kind(Kind::Double)?
        .f_contiguous()?
        .f_view([-1])?;
    let mut numbers = vec![0.0; flat.numel()];
    flat.f_copy_data(&mut numbers, flat.numel())?;
    Ok(numbers)
}
