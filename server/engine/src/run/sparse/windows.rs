//! A law that is known by its answers alone, on tiles: each is asked for in a window, with as many cells around it as it feels.
//!
//! At a wall the window ends as the world does, so that the law sees its own boundary there. Windows of one form go to the
//! law in batches of one size, filled up where they are few: then the ground's tiles and the world's are answered alike.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use tch::Tensor;

use super::kernel::blocks;
use super::lanes::{Block, LANES, Number};
use super::plan::{ABOVE, BELOW, LEFT, Plan, RIGHT};
use crate::run::module::{Module, ModuleLaw};
use crate::run::{RunError, advance};

/// Windows that the law is asked for at once.
pub(crate) const BATCH: usize = 8;

/// A law, and how its windows are cut.
#[derive(Debug, Clone)]
pub(crate) struct Windows {
    module: Arc<Module>,
    /// How far one cell is felt.
    pub(super) reach_cells: u32,
    /// Cells around a tile: a multiple of the law's period, and no more than a tile has.
    halo: usize,
}

/// A window's rows or columns: those before its tile, its tile's, those after.
type Span = [usize; 3];

impl Windows {
    /// None for a law that has no windows.
    pub(crate) fn of(law: &ModuleLaw) -> Option<Self> {
        Some(Self {
            module: Arc::clone(&law.module),
            reach_cells: law.reach_cells?,
            halo: law.halo_cells?,
        })
    }

    /// psi of all slots of a plan, one step later.
    pub(super) fn step<F: Number>(
        &self,
        plan: &Plan,
        psi: &[Block<F>],
        shape: TileShape,
        gamma: f64,
        next: &mut Vec<Block<F>>,
    ) -> Result<(), RunError> {
        let size = shape.blocks();
        next.clear();
        next.resize(plan.all() * size, [F::default(); LANES]);
        let mut forms: BTreeMap<[Span; 2], Vec<usize>> = BTreeMap::new();
        for slot in plan.first..plan.all() {
            forms.entry(self.form(plan, slot)).or_default().push(slot);
        }
        for (form, slots) in forms {
            for slots in slots.chunks(BATCH) {
                let stepped = self.answer(plan, psi, shape, gamma, form, slots)?;
                let [rows, columns] = form.map(|span| span[1]);
                let cells = stepped.chunks_exact(shape.numbers * rows * columns);
                for (slot, numbers) in slots.iter().zip(cells) {
                    let tile = &mut next[slot * size..(slot + 1) * size];
                    for (at, number) in numbers.iter().enumerate() {
                        let (channel, cell) = (at / (rows * columns), at % (rows * columns));
                        let place = shape.place(channel, cell / columns, cell % columns);
                        tile[place][channel % LANES] = F::of(f64::from(*number));
                    }
                }
            }
        }
        Ok(())
    }

    fn form(&self, plan: &Plan, slot: usize) -> [Span; 2] {
        let beside = |part: usize, axis: usize| {
            let neighbour = plan.neighbour(slot, part, plan.counts[0]);
            neighbour.map_or(0, |neighbour| self.halo.min(plan.sizes[neighbour][axis]))
        };
        let [height, width] = plan.sizes[slot];
        [
            [beside(ABOVE, 0), height, beside(BELOW, 0)],
            [beside(LEFT, 1), width, beside(RIGHT, 1)],
        ]
    }

    /// The middles of windows of one form, a step later: `[n, 2d, H, W]`.
    fn answer<F: Number>(
        &self,
        plan: &Plan,
        psi: &[Block<F>],
        shape: TileShape,
        gamma: f64,
        form: [Span; 2],
        slots: &[usize],
    ) -> Result<Vec<f32>, RunError> {
        let torch = || RunError::at("a window's step");
        let [height, width] = form.map(|span| span.iter().sum::<usize>());
        let window = shape.numbers * height * width;
        let mut numbers = vec![0_f32; BATCH * window];
        numbers
            .par_chunks_exact_mut(window)
            .enumerate()
            .for_each(|(at, out)| {
                if let Some(slot) = slots.get(at).or(slots.last()) {
                    cut(plan, psi, shape, form, *slot, out);
                }
            });
        let [rows, columns] = form;
        let x = Tensor::f_from_slice(&numbers)
            .and_then(|x| x.f_view([BATCH, shape.numbers, height, width].map(|side| side as i64)))
            .map_err(torch())?;
        let delta = self.module.answer(&x)?;
        let middle = |tensor: &Tensor| {
            tensor
                .f_narrow(0, 0, slots.len() as i64)?
                .f_narrow(2, rows[0] as i64, rows[1] as i64)?
                .f_narrow(3, columns[0] as i64, columns[1] as i64)
        };
        let stepped = || {
            let _no_grad = tch::no_grad_guard();
            let stepped = advance(&middle(&x)?, &middle(&delta)?, gamma, false)?.f_contiguous()?;
            let mut numbers = vec![0_f32; stepped.numel()];
            stepped.f_copy_data(&mut numbers, stepped.numel())?;
            Ok(numbers)
        };
        stepped().map_err(torch())
    }
}

/// How the numbers of a tile are kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct TileShape {
    /// Cells a side.
    pub(super) side: usize,
    /// Numbers of a cell, 2d.
    pub(super) numbers: usize,
}

impl TileShape {
    fn blocks(self) -> usize {
        blocks(self.numbers) * self.side * self.side
    }

    /// The block of a number.
    fn place(self, channel: usize, y: usize, x: usize) -> usize {
        (channel / LANES * self.side + y) * self.side + x
    }
}

/// Fills a window `[2d, H, W]` from a tile and its neighbours.
fn cut<F: Number>(
    plan: &Plan,
    psi: &[Block<F>],
    shape: TileShape,
    [rows, columns]: [Span; 2],
    slot: usize,
    out: &mut [f32],
) {
    let size = shape.blocks();
    let [height, width] = [rows, columns].map(|span| span.iter().sum::<usize>());
    let mut top = 0;
    for (down, high) in rows.into_iter().enumerate() {
        let mut left = 0;
        for (across, wide) in columns.into_iter().enumerate() {
            let part = 3 * down + across;
            if let (Some(beside), true) = (plan.neighbour(slot, part, plan.counts[0]), high * wide > 0) {
                // Above and on the left it is the neighbour's last cells that are near.
                let first = |before: bool, axis: usize, cells: usize| {
                    if before {
                        plan.sizes[beside][axis] - cells
                    } else {
                        0
                    }
                };
                let (y, x) = (first(down == 0, 0, high), first(across == 0, 1, wide));
                let tile = &psi[beside * size..][..size];
                for channel in 0..shape.numbers {
                    for row in 0..high {
                        let from = &tile[shape.place(channel, y + row, x)..][..wide];
                        let to = &mut out[(channel * height + top + row) * width + left..][..wide];
                        for (number, block) in to.iter_mut().zip(from) {
                            *number = block[channel % LANES].double() as f32;
                        }
                    }
                }
            }
            left += wide;
        }
        top += high;
    }
}
