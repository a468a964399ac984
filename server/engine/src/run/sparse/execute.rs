//! Runs a program over the tiles of a plan: each pass on every tile that it concerns, on all cores.

use std::sync::Mutex;

use rayon::prelude::*;

use super::compare::first_not_finite;
use super::kernel::blocks;
use super::lanes::{Block, LANES, Number};
use super::moments::{Affine, normalise};
use super::plan::Plan;
use super::processor::perform;
use super::program::{Finish, MEMORY_C, MEMORY_H, Outcome, PSI, Pass, Program, SheetId, Source};
use super::task::{Finishing, Into, Reading, Scratch, Task, Work};
use super::windows::TileShape;
use crate::run::RunError;

/// A value that is not finite, and what made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotFinite {
    /// The pass.
    pub(crate) pass: usize,
    /// The slot.
    pub(crate) slot: usize,
    /// The cell in its tile, in cells of level 0.
    pub(crate) cell: [usize; 2],
}

/// Why a pass was not made.
#[derive(Debug)]
pub(crate) enum Halt {
    /// A norm's sums are not finite.
    NotFinite,
    /// libtorch failed, or a law in windows did not answer.
    Run(RunError),
}

/// What a step starts from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start<'a, F> {
    /// psi: for each slot of stage 0, for each block of 2d channels, the tile's cells.
    pub(crate) psi: &'a [Block<F>],
    /// The memory h and c of the same slots, where the law has one.
    pub(crate) memory: Option<[&'a [Block<F>]; 2]>,
    /// Decay.
    pub(crate) gamma: f64,
}

/// Runs one program. Keeps its buffers from step to step.
#[derive(Debug)]
pub(crate) struct Executor<F> {
    program: Program<F>,
    /// Cells a side of a tile.
    side: usize,
    buffers: Vec<Vec<Block<F>>>,
    sums: Vec<f64>,
    norms: Vec<Option<Affine<F>>>,
    scratch: Vec<Mutex<Scratch<F>>>,
}

impl<F: Number> Executor<F> {
    /// An executor on tiles of so many cells a side.
    pub(crate) fn new(program: Program<F>, side: usize) -> Self {
        let buffers = (0..program.buffers).map(|_| Vec::new()).collect();
        let norms = program.passes.iter().map(|_| None).collect();
        let scratch = (0..=rayon::current_num_threads())
            .map(|_| Mutex::default())
            .collect();
        Self {
            program,
            side,
            buffers,
            sums: Vec::new(),
            norms,
            scratch,
        }
    }

    /// The program.
    pub(crate) fn program(&self) -> &Program<F> {
        &self.program
    }

    /// Cells a side of a tile.
    pub(crate) fn side(&self) -> usize {
        self.side
    }

    /// Bytes of its buffers.
    pub(crate) fn bytes(&self) -> usize {
        let blocks: usize = self.buffers.iter().map(Vec::capacity).sum();
        blocks * size_of::<Block<F>>() + self.sums.capacity() * size_of::<f64>()
    }

    /// Blocks of a tile of a sheet.
    pub(crate) fn tile_blocks(&self, sheet: SheetId) -> usize {
        let sheet = self.program.sheet(sheet);
        let cells = self.side >> sheet.level;
        blocks(sheet.channels) * cells * cells
    }

    /// Makes a step: psi of all slots of the last stage goes to `next`.
    pub(crate) fn run(
        &mut self,
        plan: &Plan,
        start: Start<'_, F>,
        next: &mut Vec<Block<F>>,
    ) -> Result<(), Halt> {
        for place in 0..self.program.passes.len() {
            self.pass(place, plan, start, next)?;
        }
        Ok(())
    }

    /// Makes the step again, and looks at all that each pass makes: the first value that is not finite.
    pub(crate) fn find_not_finite(&mut self, plan: &Plan, start: Start<'_, F>) -> Option<NotFinite> {
        let mut next = Vec::new();
        for place in 0..self.program.passes.len() {
            // A norm's sums may be too large though what it sums is finite: then its pass is the one.
            let done = self.pass(place, plan, start, &mut next);
            let pass = &self.program.passes[place];
            let (numbers, sheet) = match pass.makes() {
                Some(sheet) => (self.numbers(sheet, start), sheet),
                None => (next.as_slice(), PSI),
            };
            let shape = self.program.sheet(sheet);
            let cells = self.side >> shape.level;
            let count = plan.counts[self.program.stage_of(pass)];
            let tiles = numbers.chunks_exact(self.tile_blocks(sheet)).take(count);
            for (slot, tile) in tiles.enumerate().skip(plan.first) {
                let size = plan.sizes[slot].map(|side| side >> shape.level);
                let Some(cell) = first_not_finite(tile, cells, size) else {
                    continue;
                };
                return Some(NotFinite {
                    pass: place,
                    slot,
                    cell: cell.map(|at| at << shape.level),
                });
            }
            if done.is_err() {
                return Some(NotFinite {
                    pass: place,
                    slot: plan.first,
                    cell: [0, 0],
                });
            }
        }
        None
    }

    /// What the last step left as memory, h and c: for each slot of its stage. And how many slots that is.
    pub(crate) fn memory(&self, plan: &Plan) -> Option<([&[Block<F>]; 2], usize)> {
        let sheets = self.program.memory?;
        let count = plan.counts[self.program.memory_stage()?];
        let of = |sheet: SheetId| {
            let buffer = self.program.sheet(sheet).buffer?;
            self.buffers[buffer].get(..count * self.tile_blocks(sheet))
        };
        Some(([of(sheets[0])?, of(sheets[1])?], count))
    }

    fn numbers<'a>(&'a self, sheet: SheetId, start: Start<'a, F>) -> &'a [Block<F>] {
        match (sheet, start.memory) {
            (PSI, _) => start.psi,
            (MEMORY_H, Some([h, _])) => h,
            (MEMORY_C, Some([_, c])) => c,
            _ => match self.program.sheet(sheet).buffer {
                Some(buffer) => &self.buffers[buffer],
                None => &[],
            },
        }
    }

    fn reading<'a>(&'a self, source: Source, plan: &Plan, start: Start<'a, F>) -> Reading<'a, F> {
        let sheet = self.program.sheet(source.sheet);
        Reading {
            numbers: self.numbers(source.sheet, start),
            blocks: blocks(sheet.channels),
            channels: sheet.channels,
            cells: self.side >> sheet.level,
            level: sheet.level,
            count: plan.counts[sheet.stage],
            finishing: self.finishing(source.finish, Some(source.sheet)),
        }
    }

    fn finishing(&self, finish: Finish, sheet: Option<SheetId>) -> Finishing<'_, F> {
        match finish {
            Finish::Plain => Finishing::Plain,
            Finish::Elu => Finishing::Elu,
            Finish::Spike { threshold } => Finishing::Spike(F::of(threshold)),
            Finish::Norm { elu } => {
                let maker = self
                    .program
                    .passes
                    .iter()
                    .position(|pass| sheet.is_some() && pass.makes() == sheet);
                match maker.and_then(|pass| self.norms[pass].as_ref()) {
                    Some((scale, shift)) => Finishing::Affine { scale, shift, elu },
                    // A norm is read after its pass was made.
                    None => Finishing::Plain,
                }
            }
        }
    }

    fn pass(
        &mut self,
        place: usize,
        plan: &Plan,
        start: Start<'_, F>,
        next: &mut Vec<Block<F>>,
    ) -> Result<(), Halt> {
        let pass = &self.program.passes[place];
        if let Pass::Windows(windows) = pass {
            let shape = TileShape {
                side: self.side,
                numbers: self.program.sheet(PSI).channels,
            };
            return windows
                .step(plan, start.psi, shape, start.gamma, next)
                .map_err(Halt::Run);
        }
        let (stage, level) = (self.program.stage_of(pass), self.program.level_of(pass));
        let count = plan.counts[stage];
        let makes = pass.makes();
        let size = self.tile_blocks(makes.unwrap_or(PSI));
        // The buffer is taken out while it is written: no pass reads what it makes.
        let buffer = makes.and_then(|sheet| self.program.sheet(sheet).buffer);
        let mut out = match buffer {
            Some(buffer) => std::mem::take(&mut self.buffers[buffer]),
            None => std::mem::take(next),
        };
        let mut sums = std::mem::take(&mut self.sums);
        if out.len() < count * size {
            out.resize(count * size, [F::default(); LANES]);
        }
        let norm = match &self.program.passes[place] {
            Pass::Conv { norm, .. } => norm.as_ref(),
            _ => None,
        };
        let per_slot = norm.map_or(0, |norm| 2 * blocks(norm.weight.len()) * LANES);
        // Each tile writes all of its own.
        sums.resize((count - plan.first) * per_slot, 0.0);

        let Some(task) = self.task(place, plan, start) else {
            return Ok(());
        };
        let work = |(at, (out, sums)): (usize, (&mut [Block<F>], &mut [f64]))| {
            let thread = rayon::current_thread_index().unwrap_or(self.scratch.len() - 1);
            // Of another pool than it was made in there may be more threads.
            let Some(scratch) = self.scratch.get(thread % self.scratch.len()) else {
                return;
            };
            let mut scratch = scratch.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            perform(&task, plan.first + at, out, sums, &mut scratch);
        };
        let tiles = out[plan.first * size..count * size].par_chunks_exact_mut(size);
        if per_slot == 0 {
            tiles.enumerate().for_each(|(at, out)| work((at, (out, &mut []))));
        } else {
            tiles
                .zip(sums.par_chunks_exact_mut(per_slot))
                .enumerate()
                .for_each(work);
        }
        drop(task);

        let normalised = norm.map(|norm| normalise(norm, plan, stage, level, &sums));
        self.sums = sums;
        match buffer {
            Some(buffer) => self.buffers[buffer] = out,
            None => *next = out,
        }
        match normalised {
            None => Ok(()),
            Some(affine) => {
                let finite = affine.is_some();
                self.norms[place] = affine;
                if finite { Ok(()) } else { Err(Halt::NotFinite) }
            }
        }
    }

    /// None for a pass that is not made tile by tile.
    fn task<'a>(&'a self, place: usize, plan: &'a Plan, start: Start<'a, F>) -> Option<Task<'a, F>> {
        let pass = &self.program.passes[place];
        let sources = pass
            .of_its_level()
            .into_iter()
            .map(|source| self.reading(source, plan, start))
            .collect();
        let work = match pass {
            Pass::Conv {
                raised,
                kernel,
                resizes,
                tail,
                to,
                ..
            } => Work::Conv {
                raised: raised
                    .as_ref()
                    .map(|(source, raised)| (self.reading(*source, plan, start), &**raised)),
                kernel,
                resizes: *resizes,
                tail: tail
                    .iter()
                    .map(|(finish, kernel)| (self.finishing(*finish, None), kernel))
                    .collect(),
                to: match *to {
                    Outcome::Sheet(_) => Into::Sheet,
                    Outcome::Step(finish) => Into::Step {
                        psi: self.reading(
                            Source {
                                sheet: PSI,
                                finish: Finish::Plain,
                            },
                            plan,
                            start,
                        ),
                        finishing: self.finishing(finish, None),
                        gamma: start.gamma,
                        multiplies: self.program.multiplies,
                    },
                },
            },
            Pass::Pool { .. } => Work::Pool,
            Pass::Map { op, .. } => Work::Map(*op),
            Pass::Windows(_) => return None,
        };
        Some(Task { plan, sources, work })
    }
}
