//! Makes steps of a world in tiles: plans, runs, lets go of what is empty, and watches the ground.

use std::sync::Arc;

use rayon::prelude::*;
use tch::Device;

use super::axis::Axis;
use super::batch::Batch;
use super::compare::{self, Difference, Eps};
use super::execute::{Executor, Halt, NotFinite, Start};
use super::ground::{Ground, Growth};
use super::lanes::{Block, Number};
use super::plan::{MatterTile, Plan, TooManyTiles};
use super::program::{Pass, Program};
use super::tiles::{Tiles, gather};
use crate::run::RunError;

/// Steps that a plan is held for, at most, before it is made anew for the tiles that matter really needs. Not between walls:
/// there the ground is what its tiles stand for only to within [`SEAM`], and which tiles are computed can be told from the
/// last bits of a step, so a plan has to hang on the state alone.
const HOLD: u32 = 8;
/// Cells that matter may spread by within a tile before its plan does not hold any more.
const MARGIN: i32 = 2;
/// Of eps what is kept though it is no matter, where the ground is exact: what is let go of is then less than float32 loses.
const KEPT: f64 = 0.15;
/// Nothing is kept for differing by less than so many roundings: they would spread over the world.
const ROUNDINGS: f64 = 1.25;
/// Times eps that the two sides of a fold of the ground may differ.
const SEAM: f64 = 3.0;

/// Which tiles are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Those that hold matter, and those that it is felt in.
    Sparse,
    /// Those that the state has: all of the world. Nothing is let go of.
    Whole {
        /// Whether the ground is computed too: without it matter cannot be told.
        ground: bool,
    },
}

/// What a step did besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Made {
    /// Slots of the last stage behind the ground.
    pub(crate) active: usize,
    /// Slots of all passes together, the ground's among them: what the step's time goes by.
    pub(crate) work: usize,
    /// Whether something that differed from the ground was let go of.
    pub(crate) dropped: bool,
    /// Cells of psi that are matter, where the step had to find them.
    pub(crate) matter_cells: Option<u64>,
}

/// Why a step could not be made.
#[derive(Debug)]
pub(crate) enum StepError {
    /// Matter is felt in too many tiles.
    TooMany(TooManyTiles),
    /// A value was not finite.
    NotFinite {
        /// The pass that made it.
        pass: String,
        /// Its cell in the world; none: in the ground.
        cell: Option<[i64; 2]>,
    },
    /// libtorch failed, or a law in windows did not answer.
    Run(RunError),
}

/// Makes steps with one law.
#[derive(Debug)]
pub(crate) struct Stepper<F> {
    executor: Executor<F>,
    /// Makes the steps where that is not on the CPU.
    batch: Option<Batch<F>>,
    gamma: f64,
    eps: f64,
    plan: Option<(Plan, Manner)>,
    age: u32,
    /// Storage that the next step's psi is written to.
    spare: Vec<Block<F>>,
}

impl<F: Number> Stepper<F> {
    /// A stepper for tiles of so many cells a side. `gamma` is the decay a step; `eps` what counts as matter.
    pub(crate) fn new(program: Program<F>, side: usize, gamma: f64, eps: f64) -> Self {
        Self {
            executor: Executor::new(program, side),
            batch: None,
            gamma,
            eps,
            plan: None,
            age: 0,
            spare: Vec::new(),
        }
    }

    /// The same, computed on a device by libtorch: all of a law that is not known by its answers alone.
    pub(crate) fn on(mut self, device: Device) -> Result<Self, RunError> {
        self.batch = Batch::new(self.program(), self.executor.side(), device)?;
        Ok(self)
    }

    /// The law's program.
    pub(crate) fn program(&self) -> &Program<F> {
        self.executor.program()
    }

    /// Forgets the plan: the state's tiles were changed from outside.
    pub(crate) fn forget(&mut self) {
        self.plan = None;
    }

    /// How many slots of all passes a sparse step of a state computes. The plan is kept, if the step comes next.
    pub(crate) fn work_of(&mut self, state: &Tiles<F>, most: usize) -> Result<usize, StepError> {
        if !self.holds(state, Manner::Sparse) {
            self.make_plan(state, Manner::Sparse, most)?;
        }
        Ok(self.plan.as_ref().map_or(0, |(plan, _)| self.work(plan)))
    }

    /// The same of a state of which every tile is kept: of the tiles that hold matter alone. The plan that is held stays.
    pub(crate) fn work_on_matter(&self, state: &Tiles<F>, most: usize) -> Result<usize, StepError> {
        let found = look(state, self.eps);
        let matter: Vec<MatterTile> = found
            .iter()
            .filter(|found| found.holds())
            .map(|found| found.tile)
            .collect();
        let plan = self.plan_for(&state.ground, &matter, Manner::Sparse, most)?;
        Ok(self.work(&plan))
    }

    fn work(&self, plan: &Plan) -> usize {
        let program = self.executor.program();
        let slots = |pass| plan.counts[program.stage_of(pass)] - plan.first;
        program.passes.iter().map(slots).sum()
    }

    /// Whether the plan is one for this state.
    fn holds(&self, state: &Tiles<F>, manner: Manner) -> bool {
        self.plan.as_ref().is_some_and(|(plan, planned)| {
            *planned == manner
                && plan.ground == state.ground.len()
                && match manner {
                    Manner::Sparse => self.age < hold(state) && plan.covers(&state.matter),
                    Manner::Whole { .. } => plan.matter.len() == state.matter.len(),
                }
        })
    }

    /// Floating-point operations of the last step's convolutions.
    pub(crate) fn flops_of_last(&self) -> f64 {
        let Some((plan, _)) = &self.plan else { return 0.0 };
        let program = self.executor.program();
        let cells = (self.executor.side() * self.executor.side()) as f64;
        let of = |pass: &Pass<F>| {
            let tiles = plan.counts[program.stage_of(pass)] - plan.first;
            tiles as f64 * cells * pass.flops_per_cell(program.level_of(pass))
        };
        program.passes.iter().map(of).sum()
    }

    /// Bytes of its buffers.
    pub(crate) fn bytes(&self) -> usize {
        let on_device = self.batch.as_ref().map_or(0, Batch::bytes);
        on_device + self.executor.bytes() + self.spare.capacity() * size_of::<Block<F>>()
    }

    /// The state one step later, in place of the given one, which is handed back. On an error the state stays as it is.
    pub(crate) fn step(
        &mut self,
        state: &mut Tiles<F>,
        manner: Manner,
        most: usize,
    ) -> Result<(Tiles<F>, Made), StepError> {
        if !self.holds(state, manner) {
            self.make_plan(state, manner, most)?;
        }
        self.age += 1;
        let Some((plan, _)) = self.plan.take() else {
            return Err(StepError::TooMany(TooManyTiles { tiles: 0, most }));
        };
        let start = start(state, self.gamma);
        let mut next = std::mem::take(&mut self.spare);
        let size = state.tile_blocks();
        let ran = match &mut self.batch {
            None => self.executor.run(&plan, start, &mut next),
            Some(batch) => batch
                .run(self.executor.program(), &plan, start, &mut next)
                .map_err(Halt::Run),
        };
        if let Err(Halt::Run(error)) = ran {
            self.spare = next;
            return Err(StepError::Run(error));
        }
        let finite = ran.is_ok()
            && next[plan.first * size..plan.all() * size]
                .par_chunks(size)
                .zip(&plan.sizes[plan.first..plan.all()])
                .all(|(tile, cells)| compare::first_not_finite(tile, state.side, *cells).is_none());
        if !finite {
            self.spare = next;
            return Err(self.explain(&plan, state));
        }
        if plan.first > 0 {
            // The ground was not computed: it stays, so that slots mean what they did.
            next[..plan.first * size].copy_from_slice(&state.psi[..plan.first * size]);
        }
        next.truncate(plan.all() * size);
        let work = self.work(&plan);
        let mut made = Made {
            active: plan.all() - plan.ground,
            work,
            dropped: false,
            matter_cells: None,
        };
        let memory = self.remembered(&plan, state);
        let mut after = Tiles {
            ground: Arc::clone(&state.ground),
            matter: state.matter.clone(),
            psi: next,
            memory,
            side: state.side,
            numbers: state.numbers,
            memory_channels: state.memory_channels,
        };
        if manner == Manner::Sparse {
            let settled = self.settle(&plan, &mut after);
            made.dropped = settled.dropped;
            made.matter_cells = Some(settled.cells);
        }
        self.plan = Some((plan, manner));
        if manner != (Manner::Whole { ground: false }) {
            self.watch(&mut after);
        }
        Ok((std::mem::replace(state, after), made))
    }

    /// Takes back a state that is not needed any more, for its storage.
    pub(crate) fn recycle(&mut self, state: Tiles<F>) {
        self.spare = state.psi;
    }

    fn make_plan(&mut self, state: &Tiles<F>, manner: Manner, most: usize) -> Result<(), StepError> {
        let plan = self.plan_for(&state.ground, &state.matter, manner, most)?;
        self.plan = Some((plan, manner));
        self.age = 0;
        if let Some(batch) = &mut self.batch {
            batch.forget_plan();
        }
        Ok(())
    }

    fn plan_for(
        &self,
        ground: &Ground,
        matter: &[MatterTile],
        manner: Manner,
        most: usize,
    ) -> Result<Plan, StepError> {
        let side = self.executor.side();
        let remembered = side / 4;
        let planned = |tile: &MatterTile| match manner {
            Manner::Sparse => MatterTile {
                place: tile.place,
                psi: tile.psi.map(|bounds| bounds.wider(MARGIN, side)),
                memory: tile.memory.map(|bounds| bounds.wider(1, remembered)),
            },
            Manner::Whole { .. } => MatterTile::empty(tile.place),
        };
        let matter = matter.iter().map(planned).collect();
        let keeps_ground = manner != (Manner::Whole { ground: false });
        Plan::new(self.executor.program(), ground, matter, keeps_ground, most).map_err(StepError::TooMany)
    }

    /// The memory after the step, for the ground and all slots of the last stage.
    fn remembered(&self, plan: &Plan, state: &Tiles<F>) -> Option<[Vec<Block<F>>; 2]> {
        let ([h, c], count) = match &self.batch {
            None => self.executor.memory(plan)?,
            Some(batch) => batch.memory()?,
        };
        let size = state.memory_blocks();
        let from: Vec<usize> = (0..plan.all()).map(|slot| plan.present(slot, count)).collect();
        let mut parts = [gather(h, size, &from), gather(c, size, &from)];
        if plan.first > 0
            && let Some(before) = &state.memory
        {
            for (part, before) in parts.iter_mut().zip(before) {
                part[..plan.first * size].copy_from_slice(&before[..plan.first * size]);
            }
        }
        Some(parts)
    }

    /// Finds the matter of a new state, whose tiles are the plan's, and lets go of all else.
    fn settle(&self, plan: &Plan, state: &mut Tiles<F>) -> Settled {
        state.matter = plan
            .places
            .iter()
            .map(|place| MatterTile::empty(*place))
            .collect();
        let found = look(state, self.eps);
        let own = plan.matter.len();
        if self.age >= hold(state) || found.iter().skip(own).any(Found::holds) {
            return keep_those_with_matter(state, &found);
        }
        // Nothing new: tiles stay where they are, the empty ones as their ground.
        let settled = Settled::of(&found);
        state.truncate(plan.ground + own);
        state.matter = found.iter().take(own).map(|found| found.tile).collect();
        settled.and_dropped(state.keep_matter())
    }

    /// Gives the ground more tiles where its fold shows.
    fn watch(&self, state: &mut Tiles<F>) {
        let shows = |[a, b]: [u32; 2]| {
            let (first, second) = (state.ground.size(a), state.ground.size(b));
            let size = [first[0].min(second[0]), first[1].min(second[1])];
            let tiles = [a, b].map(|tile| state.tile(tile as usize));
            compare::largest(tiles[0], tiles[1], state.side, size) > SEAM * self.eps
        };
        let mut growth: Vec<Growth> = Vec::new();
        for seam in state.ground.seams() {
            if !growth.contains(&seam.grows) && shows(seam.tiles) {
                growth.push(seam.grows);
            }
        }
        if !growth.is_empty() {
            let (ground, from) = state.ground.grown(&growth);
            state.on_ground(ground, &from);
        }
    }

    fn explain(&mut self, plan: &Plan, state: &Tiles<F>) -> StepError {
        let start = start(state, self.gamma);
        let found = self.executor.find_not_finite(plan, start).unwrap_or(NotFinite {
            pass: 0,
            slot: 0,
            cell: [0, 0],
        });
        let side = state.side as i64;
        let place = found
            .slot
            .checked_sub(plan.ground)
            .and_then(|at| plan.places.get(at));
        StepError::NotFinite {
            pass: self
                .executor
                .program()
                .names
                .get(found.pass)
                .cloned()
                .unwrap_or_default(),
            cell: place.map(|[y, x]| [y * side + found.cell[0] as i64, x * side + found.cell[1] as i64]),
        }
    }
}

/// What a step of a state starts from.
fn start<F: Number>(state: &Tiles<F>, gamma: f64) -> Start<'_, F> {
    Start {
        psi: &state.psi,
        memory: state.memory.as_ref().map(|[h, c]| [h.as_slice(), c.as_slice()]),
        gamma,
    }
}

/// Steps that a plan of a state may be held for.
fn hold<F: Number>(state: &Tiles<F>) -> u32 {
    if is_folded(&state.ground) { 1 } else { HOLD }
}

/// Whether the ground is what its tiles stand for only to within [`SEAM`]: between walls that are far apart.
fn is_folded(ground: &Ground) -> bool {
    let folds = |axis: &Axis| axis.cells().is_some() && !axis.wraps() && axis.middle().is_some();
    ground.axes().iter().any(folds)
}

/// What is kept of a state in which a difference of `eps` is matter.
pub(crate) fn kept<F: Number>(state: &Tiles<F>, eps: f64) -> Eps {
    let kept = if is_folded(&state.ground) {
        eps
    } else {
        eps.min((KEPT * eps).max(ROUNDINGS * F::EPSILON))
    };
    Eps { matter: eps, kept }
}

/// One of the tiles that hold matter, by its place among them, against its ground: psi, memory.
pub(super) fn difference<F: Number>(state: &Tiles<F>, at: usize, eps: Eps) -> (Difference, Difference) {
    let blocks = state.memory_blocks();
    let memory = state.memory.as_ref().map_or_else(Difference::default, |[h, c]| {
        let (slots, size) = against_ground(state, at);
        let [tile, ground] = slots.map(|slot| [h, c].map(|part| &part[slot * blocks..(slot + 1) * blocks]));
        let size = size.map(|side| side / 4);
        compare::memory(tile, ground, state.side / 4, size, eps)
    });
    (psi_difference(state, at, eps), memory)
}

/// The same of psi alone.
pub(crate) fn psi_difference<F: Number>(state: &Tiles<F>, at: usize, eps: Eps) -> Difference {
    let ([slot, under], size) = against_ground(state, at);
    compare::psi(state.tile(slot), state.tile(under), state.side, size, eps)
}

/// The slots of one of the tiles that hold matter and of its ground, and its height and width in cells of the world.
fn against_ground<F: Number>(state: &Tiles<F>, at: usize) -> ([usize; 2], [usize; 2]) {
    let place @ [y, x] = state.matter[at].place;
    let slots = [state.ground.len() + at, state.ground.under(place) as usize];
    let axes = state.ground.axes();
    (slots, [axes[0].size_of(y), axes[1].size_of(x)])
}

/// What was found in a tile.
#[derive(Debug, Clone, Copy)]
struct Found {
    /// The tile, and the cells of it that are matter.
    tile: MatterTile,
    /// How many those are, of psi.
    cells: u64,
    /// Whether anything differs from its ground, though by less than eps.
    residue: bool,
}

impl Found {
    fn holds(&self) -> bool {
        self.tile.holds()
    }
}

/// What came of letting go.
#[derive(Debug, Clone, Copy)]
struct Settled {
    /// Cells of psi that are matter.
    cells: u64,
    /// Whether what was let go of was not quite empty.
    dropped: bool,
}

impl Settled {
    fn of(found: &[Found]) -> Self {
        Self {
            cells: found.iter().map(|found| found.cells).sum(),
            dropped: found.iter().any(|found| found.residue && !found.holds()),
        }
    }

    fn and_dropped(self, dropped: bool) -> Self {
        Self {
            dropped: self.dropped || dropped,
            ..self
        }
    }
}

/// Holds each tile of a state against its ground.
fn look<F: Number>(state: &Tiles<F>, eps: f64) -> Vec<Found> {
    let eps = kept(state, eps);
    state
        .matter
        .par_iter()
        .enumerate()
        .map(|(at, tile)| {
            let (psi, memory) = difference(state, at, eps);
            Found {
                tile: MatterTile {
                    place: tile.place,
                    psi: psi.bounds,
                    memory: memory.bounds,
                },
                cells: psi.cells,
                residue: psi.residue || memory.residue,
            }
        })
        .collect()
}

/// Lets go of all that is not matter; the tiles that hold some come in the order of their places.
fn keep_those_with_matter<F: Number>(state: &mut Tiles<F>, found: &[Found]) -> Settled {
    let mut order: Vec<(MatterTile, usize)> = (state.ground.len()..)
        .zip(found)
        .filter(|(_, found)| found.holds())
        .map(|(slot, found)| (found.tile, slot))
        .collect();
    order.sort_unstable_by_key(|(tile, _)| tile.place);
    state.take(&order);
    Settled::of(found).and_dropped(state.keep_matter())
}

/// Finds where in each tile of a state its matter lies, and lets go of all else. True: what was let go of was not quite empty.
pub(crate) fn find_matter<F: Number>(state: &mut Tiles<F>, eps: f64) -> bool {
    let found = look(state, eps);
    keep_those_with_matter(state, &found).dropped
}
