//! A state on the host, in the order of a `.npz`, and its way to a device and back.

use std::ops::Range;

use atheria_shared::GridShape;
use tch::{Device, Kind, TchError, Tensor};

use crate::real::Real;
use crate::run::{Memory, State};

/// Cells a side that one cell of a law's memory stands for.
pub(super) const MEMORY_CELLS: usize = 4;

/// A state as plain numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Field<F: Real = f32> {
    /// Rows of cells.
    pub height: usize,
    /// Columns of cells.
    pub width: usize,
    /// Complex channels of a cell, d.
    pub channels: usize,
    /// psi, `[H, W, d, 2]`: real and imaginary part of each channel of each cell.
    pub psi: Vec<F>,
    /// The law's memory, where there is one.
    pub memory: Option<FieldMemory<F>>,
}

/// A law's memory as plain numbers, each `[C, H/4, W/4]`.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldMemory<F: Real = f32> {
    /// `[C, H/4, W/4]`
    pub shape: [usize; 3],
    /// What it shows.
    pub h: Vec<F>,
    /// What it keeps.
    pub c: Vec<F>,
}

impl<F: Real> Field<F> {
    /// A field of zeros.
    pub fn zeros(grid: GridShape, channels: u16) -> Self {
        let (height, width) = (grid.height() as usize, grid.width() as usize);
        Self::of_psi(
            grid,
            channels,
            vec![F::default(); 2 * height * width * usize::from(channels)],
        )
    }

    /// A field of these numbers, `[H, W, d, 2]`, without memory.
    pub fn of_psi(grid: GridShape, channels: u16, psi: Vec<F>) -> Self {
        Self {
            height: grid.height() as usize,
            width: grid.width() as usize,
            channels: usize::from(channels),
            psi,
            memory: None,
        }
    }

    /// The numbers of its cells, `[d, 2]` each, row by row.
    pub fn cells(&self) -> impl Iterator<Item = &[F]> {
        self.psi.chunks_exact(self.numbers_per_cell())
    }

    /// The numbers of its cells, to be changed.
    pub fn cells_mut(&mut self) -> impl Iterator<Item = &mut [F]> {
        let size = self.numbers_per_cell();
        self.psi.chunks_exact_mut(size)
    }

    /// The numbers of one cell, `[d, 2]`; none outside.
    pub fn cell(&self, y: usize, x: usize) -> Option<&[F]> {
        let size = self.numbers_per_cell();
        let start = (y * self.width + x) * size;
        (y < self.height && x < self.width)
            .then(|| self.psi.get(start..start + size))
            .flatten()
    }

    fn numbers_per_cell(&self) -> usize {
        2 * self.channels.max(1)
    }

    /// A part of it; none where that does not lie inside, or cuts through a cell of the memory.
    pub fn cut(&self, rows: Range<usize>, columns: Range<usize>) -> Option<Self> {
        let memory = match &self.memory {
            None => None,
            Some(memory) => Some(memory.cut(&rows, &columns)?),
        };
        let bare = self.cut_bare(rows, columns)?;
        Some(Self { memory, ..bare })
    }

    /// The same without memory, wherever it lies.
    pub(super) fn cut_bare(&self, rows: Range<usize>, columns: Range<usize>) -> Option<Self> {
        let size = self.numbers_per_cell();
        let numbers = columns.start.checked_mul(size)?..columns.end.checked_mul(size)?;
        Some(Self {
            height: rows.len(),
            width: columns.len(),
            channels: self.channels,
            psi: cut(&self.psi, self.width * size, rows, numbers)?,
            memory: None,
        })
    }

    /// The cells at these rows and columns; none where one lies outside. The memory's cells are those of every fourth.
    pub(super) fn pick(&self, rows: &[usize], columns: &[usize]) -> Option<Self> {
        let mut psi = Vec::with_capacity(rows.len() * columns.len() * self.numbers_per_cell());
        for y in rows {
            for x in columns {
                psi.extend_from_slice(self.cell(*y, *x)?);
            }
        }
        let memory = match &self.memory {
            None => None,
            Some(memory) => {
                let coarse = |cells: &[usize]| -> Vec<usize> {
                    let cells = cells.iter().step_by(MEMORY_CELLS);
                    cells.map(|cell| cell / MEMORY_CELLS).collect()
                };
                Some(memory.pick(&coarse(rows), &coarse(columns))?)
            }
        };
        Some(Self {
            height: rows.len(),
            width: columns.len(),
            channels: self.channels,
            psi,
            memory,
        })
    }

    /// The same with other numbers, the nearest to these.
    pub fn to_precision<G: Real>(&self) -> Field<G> {
        let convert = |numbers: &[F]| numbers.iter().map(|number| G::of(number.double())).collect();
        Field {
            height: self.height,
            width: self.width,
            channels: self.channels,
            psi: convert(&self.psi),
            memory: self.memory.as_ref().map(|memory| FieldMemory {
                shape: memory.shape,
                h: convert(&memory.h),
                c: convert(&memory.c),
            }),
        }
    }
}

impl<F: Real> FieldMemory<F> {
    fn pick(&self, rows: &[usize], columns: &[usize]) -> Option<Self> {
        let [channels, height, width] = self.shape;
        let take = |numbers: &[F]| {
            let mut taken = Vec::with_capacity(channels * rows.len() * columns.len());
            for channel in 0..channels {
                for y in rows {
                    for x in columns {
                        taken.push(*numbers.get((channel * height + y) * width + x)?);
                    }
                }
            }
            Some(taken)
        };
        Some(Self {
            shape: [channels, rows.len(), columns.len()],
            h: take(&self.h)?,
            c: take(&self.c)?,
        })
    }

    fn cut(&self, rows: &Range<usize>, columns: &Range<usize>) -> Option<Self> {
        let [channels, height, width] = self.shape;
        let part = |cells: &Range<usize>, within: usize| {
            let whole = cells.start.is_multiple_of(MEMORY_CELLS) && cells.end.is_multiple_of(MEMORY_CELLS);
            let part = cells.start / MEMORY_CELLS..cells.end / MEMORY_CELLS;
            (whole && part.end <= within).then_some(part)
        };
        let (rows, columns) = (part(rows, height)?, part(columns, width)?);
        let take = |numbers: &[F]| {
            let mut taken = Vec::with_capacity(channels * rows.len() * columns.len());
            for plane in numbers.chunks_exact((height * width).max(1)) {
                taken.extend(cut(plane, width, rows.clone(), columns.clone())?);
            }
            Some(taken)
        };
        Some(Self {
            shape: [channels, rows.len(), columns.len()],
            h: take(&self.h)?,
            c: take(&self.c)?,
        })
    }
}

/// Rows, and numbers of each, of an array with `width` numbers in a row.
fn cut<F: Real>(numbers: &[F], width: usize, rows: Range<usize>, columns: Range<usize>) -> Option<Vec<F>> {
    if columns.start > columns.end || columns.end > width {
        return None;
    }
    let lines = numbers.get(rows.start.checked_mul(width)?..rows.end.checked_mul(width)?)?;
    let mut part = Vec::with_capacity(rows.len() * columns.len());
    for line in lines.chunks_exact(width.max(1)) {
        part.extend_from_slice(line.get(columns.clone())?);
    }
    Some(part)
}

impl Field<f32> {
    /// The state on a device: psi as `[1, 2d, H, W]`, real parts first.
    pub fn to_state(&self, device: Device) -> Result<State, TchError> {
        let [height, width, channels] = [self.height, self.width, self.channels].map(torch_side);
        let psi = Tensor::f_from_slice(&self.psi)?
            .f_view([height, width, channels, 2])?
            .f_permute([3, 2, 0, 1])?
            .f_contiguous()?
            .f_view([1, 2 * channels, height, width])?
            .f_to_device(device)?;
        let memory = match &self.memory {
            None => None,
            Some(memory) => {
                let [c, y, x] = memory.shape.map(torch_side);
                let load = |numbers: &[f32]| {
                    Tensor::f_from_slice(numbers)?
                        .f_view([1, c, y, x])?
                        .f_to_device(device)
                };
                Some(Memory {
                    h: load(&memory.h)?,
                    c: load(&memory.c)?,
                })
            }
        };
        Ok(State { psi, memory })
    }

    /// The numbers of a state.
    pub fn of_state(state: &State) -> Result<Self, TchError> {
        let (_, double, height, width) = state.psi.size4()?;
        let channels = double / 2;
        let psi = state
            .psi
            .f_to_device(Device::Cpu)?
            .f_view([2, channels, height, width])?
            .f_permute([2, 3, 1, 0])?;
        let memory = match &state.memory {
            None => None,
            Some(memory) => {
                let (_, c, y, x) = memory.c.size4()?;
                Some(FieldMemory {
                    shape: [c, y, x].map(|side| side as usize),
                    h: numbers(&memory.h)?,
                    c: numbers(&memory.c)?,
                })
            }
        };
        Ok(Self {
            height: height as usize,
            width: width as usize,
            channels: channels as usize,
            psi: numbers(&psi)?,
            memory,
        })
    }
}

/// An extent as libtorch takes it; one beyond 63 bits is one that it refuses.
fn torch_side(side: usize) -> i64 {
    i64::try_from(side).unwrap_or(i64::MAX)
}

fn numbers(tensor: &Tensor) -> Result<Vec<f32>, TchError> {
    let flat = tensor
        .f_to_device(Device::Cpu)?
        .f_to_kind(Kind::Float)?
        .f_contiguous()?
        .f_view([-1])?;
    let mut numbers = vec![0.0; flat.numel()];
    flat.f_copy_data(&mut numbers, flat.numel())?;
    Ok(numbers)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "numbers that were never rounded")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every number says where it is.
    fn counted(height: usize, width: usize, channels: usize) -> Field<f64> {
        let place = |count: usize| (0..count).map(|at| at as f64).collect::<Vec<_>>();
        let shape = [3, height / 4, width / 4];
        Field {
            height,
            width,
            channels,
            psi: place(height * width * channels * 2),
            memory: Some(FieldMemory {
                shape,
                h: place(shape.iter().product()),
                c: place(shape.iter().product()).iter().map(|at| -at).collect(),
            }),
        }
    }

    proptest! {
        #[test]
        fn a_part_is_what_lies_there(
            height in 1_usize..6, width in 1_usize..6, channels in 1_usize..4,
            y in 0_usize..6, x in 0_usize..6, tall in 0_usize..6, wide in 0_usize..6,
        ) {
            let whole = counted(4 * height, 4 * width, channels);
            let part = whole.cut(4 * y..4 * (y + tall), 4 * x..4 * (x + wide));
            prop_assert_eq!(part.is_some(), y + tall <= height && x + wide <= width);
            let Some(part) = part else { return Ok(()); };
            prop_assert_eq!((part.height, part.width), (4 * tall, 4 * wide));
            for (index, cell) in part.cells().enumerate() {
                let (row, column) = (index / part.width, index % part.width);
                prop_assert_eq!(Some(cell), whole.cell(4 * y + row, 4 * x + column));
            }
            let memory = part.memory.unwrap();
            prop_assert_eq!(memory.shape, [3, tall, wide]);
            for (index, value) in memory.h.iter().enumerate() {
                let (plane, row, column) = (index / (tall * wide), index / wide % tall, index % wide);
                prop_assert_eq!(*value, ((plane * height + y + row) * width + x + column) as f64);
                prop_assert_eq!(memory.c[index], -value);
            }
        }
    }

    #[test]
    fn the_memory_is_not_cut_through() {
        let whole = counted(8, 8, 1);
        assert!(whole.cut(0..4, 4..8).is_some());
        assert!(whole.cut(2..6, 4..8).is_none());
        assert!(whole.cut(0..4, 4..7).is_none());
        let bare = Field {
            memory: None,
            ..whole
        };
        assert!(bare.cut(2..7, 1..8).is_some());
        assert!(bare.cut(2..9, 1..8).is_none());
        assert_eq!(bare.cell(1, 8), None);
    }
}
