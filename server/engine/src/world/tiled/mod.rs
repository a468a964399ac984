//! A world in tiles: on the CPU sparse where that pays and whole where it does not, on another device sparse.
//!
//! [`laying`] puts starting matter into tiles, [`saving`] writes them and takes them up again (a cell's [`parts`] as
//! files have them), [`strokes`] is what tools do; [`TileWorld`] owns the state and makes its steps.

mod laying;
mod numbers;
mod parts;
pub(super) mod saving;
pub(super) mod strokes;
mod vacuum;

use atheria_shared::cause::{NotFinitePlace, VacuumFault};
use atheria_shared::limits::TILES;
use atheria_shared::world::{Execution, ExecutionChoice, ExecutionReason};
use atheria_shared::{Boundary, Cell, GridShape};
use tch::Device;

use super::WorldError;
use super::field::Field;
use super::harmonic::Harmonic;
use super::past::{Cause, Past};
use super::plan::WorldPlan;
use super::rule::Rule;
use crate::run::sparse::{
    Axis, Made, Manner, Number, Program, StepError, Stepper, Tiles, find_matter, kept, reach_cells,
};
use laying::Beginning;
pub(super) use laying::begin;

/// Cells a side of a tile.
pub(super) const SIDE_CELLS: usize = 16;
/// Of the work of computing all tiles, the part from which on that is done, and the part below which it is not any more.
const WHOLE: (f64, f64) = (0.95, 0.8);
/// Steps between two looks at whether a world had better be computed whole, or sparsely.
const LOOK_EVERY: u64 = 8;

/// What a world has become, however it was kept: what it goes on from when it is kept otherwise.
#[derive(Debug)]
pub(super) struct InTiles<F: Number> {
    /// Its size.
    pub(super) grid: GridShape,
    /// Steps since its beginning.
    pub(super) step: u64,
    /// Its state.
    pub(super) state: Tiles<F>,
    /// Its state a step ago.
    pub(super) before: Option<Tiles<F>>,
    /// What was in it.
    pub(super) past: Past,
    /// What [`atheria_shared::tool::Tool::Inject`] plants.
    pub(super) seed: Option<Field<f32>>,
}

/// A world in tiles.
#[derive(Debug)]
pub(super) struct TileWorld<F: Number> {
    state: Tiles<F>,
    before: Option<Tiles<F>>,
    stepper: Stepper<F>,
    /// Whether it is computed on a device, where all tiles are never better than a grid of all cells.
    on_device: bool,
    grid: GridShape,
    boundary: Boundary,
    eps: f64,
    step: u64,
    choice: ExecutionChoice,
    manner: Manner,
    /// Whether somebody wants to know what is matter.
    watched: bool,
    made: Made,
    past: Past,
    /// What [`atheria_shared::tool::Tool::Inject`] plants.
    seed: Option<Field<f32>>,
    /// What is around matter, where that is given.
    harmonic: Option<Harmonic>,
}

impl<F: Number> TileWorld<F> {
    /// A world with its starting matter, or one that goes on from where it was saved. `on`: the device that libtorch computes
    /// it on; none: our kernels do, on the CPU.
    pub(super) fn make(plan: &WorldPlan, rule: &Rule, on: Option<Device>) -> Result<Self, WorldError> {
        let program = rule.program::<F>()?;
        let channels = rule.shape().channels();
        let harmonic = |grid| vacuum::of(&plan.vacuum, plan.boundary, grid, &program, channels);
        let Beginning {
            grid,
            mut state,
            seed,
            resumed,
        } = laying::begin(plan, rule.shape(), reach_cells(&program), &harmonic)?;
        let harmonic = harmonic(grid)?;
        // What a whole world was saved with may hold what a sparse one would have let go of.
        let mut manner = Manner::Sparse;
        let kept = resumed.then(|| state.clone());
        let lost = find_matter(&mut state, plan.eps);
        if let Some(kept) = kept.filter(|_| lost) {
            state = kept;
            manner = Manner::Whole { ground: true };
        }
        let mut past = Past::default();
        past.begin(!state.matter.is_empty());
        let begun = InTiles {
            grid,
            step: plan.step,
            state,
            before: None,
            past,
            seed,
        };
        let mut world = Self {
            manner,
            harmonic,
            ..Self::of(plan, stepper(plan, program, on)?, on, begun)
        };
        if manner != Manner::Sparse {
            world.fill()?;
        }
        if plan.execution == ExecutionChoice::Dense {
            world.go_whole()?;
        }
        world.count();
        Ok(world)
    }

    /// A sparse world that goes on from what another one has become.
    pub(super) fn go_on(
        plan: &WorldPlan,
        rule: &Rule,
        on: Option<Device>,
        mut world: InTiles<F>,
    ) -> Result<Self, WorldError> {
        let stepper = stepper(plan, rule.program::<F>()?, on)?;
        if find_matter(&mut world.state, plan.eps) {
            world.past.let_go(kept(&world.state, plan.eps).kept);
        }
        let mut world = Self::of(plan, stepper, on, world);
        world.count();
        Ok(world)
    }

    fn of(plan: &WorldPlan, stepper: Stepper<F>, on: Option<Device>, world: InTiles<F>) -> Self {
        Self {
            stepper,
            on_device: on.is_some(),
            state: world.state,
            before: world.before,
            grid: world.grid,
            boundary: plan.boundary,
            eps: plan.eps,
            step: world.step,
            choice: plan.execution,
            manner: Manner::Sparse,
            watched: plan.watched,
            made: Made::default(),
            past: world.past,
            harmonic: None,
            seed: world.seed,
        }
    }

    /// What it has become, to go on elsewhere.
    pub(super) fn in_tiles(&self) -> InTiles<F> {
        InTiles {
            grid: self.grid,
            step: self.step,
            state: self.state.clone(),
            before: self.before.clone(),
            past: self.past,
            seed: self.seed.clone(),
        }
    }

    /// Its size.
    pub(super) fn grid(&self) -> GridShape {
        self.grid
    }

    /// What a click plants in it.
    pub(super) fn seed(&self) -> Option<&Field<f32>> {
        self.seed.as_ref()
    }

    /// Cells along the shortest side of a tile of it.
    pub(super) fn smallest_tile(&self) -> usize {
        let axes = self.state.ground.axes();
        let last = axes
            .iter()
            .map(|axis| axis.size_of(axis.count().unwrap_or(1) - 1));
        last.min().unwrap_or(SIDE_CELLS)
    }

    /// Its state.
    pub(super) fn state(&self) -> &Tiles<F> {
        &self.state
    }

    /// Its state a step ago.
    pub(super) fn before(&self) -> Option<&Tiles<F>> {
        self.before.as_ref()
    }

    /// On a device: makes a step on the side, which is forgotten. It shows whether there is room for it.
    pub(super) fn warm_up(&mut self) -> Result<(), WorldError> {
        if !self.on_device || self.harmonic.is_some() {
            return Ok(());
        }
        let mut state = self.state.clone();
        let stepped = self.stepper.step(&mut state, self.manner, TILES);
        self.stepper.forget();
        match stepped {
            // What is not finite is said when the step is to be made.
            Ok(_) | Err(StepError::NotFinite { .. }) => Ok(()),
            Err(error) => Err(self.refused(error)),
        }
    }

    /// Makes a step. Where the law makes a value that is not finite, the step is not taken.
    pub(super) fn advance(&mut self) -> Result<(), WorldError> {
        if let Some(harmonic) = self.harmonic.take() {
            let done = self.advance_in(&harmonic);
            self.harmonic = Some(harmonic);
            return done;
        }
        self.choose()?;
        let (old, made) = self
            .stepper
            .step(&mut self.state, self.manner, TILES)
            .map_err(|error| self.refused(error))?;
        if let Some(older) = self.before.replace(old) {
            self.stepper.recycle(older);
        }
        self.step += 1;
        self.made = made;
        self.past.stepped();
        if made.dropped {
            self.past.let_go(kept(&self.state, self.eps).kept);
        }
        if made.matter_cells.is_some() {
            self.past.counted(made.matter_cells, self.step, Cause::Law);
        }
        Ok(())
    }

    /// Floating-point operations of the last step's convolutions.
    pub(super) fn flops_of_last(&self) -> f64 {
        self.stepper.flops_of_last()
    }

    /// Which cells are computed from now on.
    pub(super) fn set_execution(&mut self, choice: ExecutionChoice) -> Result<(), WorldError> {
        match choice {
            ExecutionChoice::Dense => self.go_whole()?,
            ExecutionChoice::Sparse => self.go_sparse(),
            ExecutionChoice::Auto => {}
        }
        self.choice = choice;
        Ok(())
    }

    /// How it is computed, and why.
    pub(super) fn execution(&self) -> (Execution, ExecutionReason) {
        let execution = if self.manner == Manner::Sparse {
            Execution::Sparse
        } else {
            Execution::Dense
        };
        let reason = match (self.choice, execution) {
            (ExecutionChoice::Auto, Execution::Sparse) => ExecutionReason::LittleMatter,
            (ExecutionChoice::Auto, Execution::Dense) => ExecutionReason::MuchMatter,
            _ => ExecutionReason::Asked,
        };
        (execution, reason)
    }

    /// For `auto`: whether all of the world is to be computed. Hangs on the state and the step alone, and not on the plan that
    /// is held, so that a world is the same on every run, whatever the machine's speed and wherever it was saved.
    fn choose(&mut self) -> Result<(), WorldError> {
        let auto = self.choice == ExecutionChoice::Auto && self.harmonic.is_none() && !self.on_device;
        if !(auto && self.step.is_multiple_of(LOOK_EVERY)) {
            return Ok(());
        }
        if self.manner == Manner::Sparse {
            if self.share_of_work().is_some_and(|share| share > WHOLE.0) {
                self.go_whole()?;
            }
        } else if let Some(all) = self.tiles() {
            let work = self.stepper.work_on_matter(&self.state, TILES);
            if share_of(&self.stepper, &self.state, work, all) < WHOLE.1 {
                self.go_sparse();
            }
        }
        Ok(())
    }

    /// What a sparse step from here computes of all tiles' work; none where all tiles cannot be computed.
    pub(super) fn share_of_work(&mut self) -> Option<f64> {
        let all = self.tiles()?;
        // The stepper plans anew.
        self.stepper.forget();
        let work = self.stepper.work_of(&self.state, TILES);
        Some(share_of(&self.stepper, &self.state, work, all))
    }

    /// Tiles of the world; none where every cell of it cannot be kept.
    fn tiles(&self) -> Option<usize> {
        if self.boundary == Boundary::Unbounded || self.grid.check_dense().is_err() {
            return None;
        }
        let count = |axis: &Axis| axis.count().unwrap_or(0) as usize;
        let [rows, columns] = self.state.ground.axes();
        Some(count(rows) * count(columns))
    }

    fn go_whole(&mut self) -> Result<(), WorldError> {
        if self.harmonic.is_some() {
            return Err(WorldError::Harmonic {
                reason: VacuumFault::Dense,
            });
        }
        if self.boundary == Boundary::Unbounded {
            return Err(WorldError::Endless);
        }
        self.grid.check_dense()?;
        self.fill()?;
        // Who asked for every cell, and does not look, does not pay for the empty world beside it.
        let ground = self.watched || self.choice == ExecutionChoice::Auto;
        self.manner = Manner::Whole { ground };
        self.stepper.forget();
        Ok(())
    }

    /// Gives every place of the world its tile.
    fn fill(&mut self) -> Result<(), WorldError> {
        self.grid.check_dense()?;
        let [rows, columns] = self.state.ground.axes();
        let (rows, columns) = (rows.count().unwrap_or(0), columns.count().unwrap_or(0));
        let places: Vec<[i64; 2]> = (0..rows)
            .flat_map(|y| (0..columns).map(move |x| [y, x]))
            .collect();
        self.state.activate(&places);
        Ok(())
    }

    fn go_sparse(&mut self) {
        if self.manner == (Manner::Whole { ground: false }) {
            // The ground was left behind: what is empty cannot be told, so nothing is let go of.
            return;
        }
        if self.manner != Manner::Sparse {
            find_matter(&mut self.state, self.eps);
        }
        self.manner = Manner::Sparse;
        self.stepper.forget();
        self.count();
    }

    fn refused(&self, error: StepError) -> WorldError {
        match error {
            StepError::Run(error) => error.into(),
            StepError::TooMany(too_many) => WorldError::TooManyTiles {
                tiles: too_many.tiles,
                most: too_many.most,
            },
            StepError::NotFinite { pass, cell } => {
                let (place, at) = match cell {
                    Some([y, x]) => (
                        format!("in the cell at row {y}, column {x}, made by {pass}"),
                        NotFinitePlace::Cell { at: Cell { y, x } },
                    ),
                    None => (
                        format!("in the background, made by {pass}"),
                        NotFinitePlace::Background,
                    ),
                };
                WorldError::NotFinite {
                    step: self.step + 1,
                    place,
                    at: Some(at),
                }
            }
        }
    }
}

/// What steps a world of a plan.
fn stepper<F: Number>(
    plan: &WorldPlan,
    program: Program<F>,
    on: Option<Device>,
) -> Result<Stepper<F>, WorldError> {
    let stepper = Stepper::new(program, SIDE_CELLS, plan.gamma, plan.eps);
    Ok(match on {
        Some(device) => stepper.on(device)?,
        None => stepper,
    })
}

/// What a sparse step's work on a state is of the work on `all` tiles of its world.
fn share_of<F: Number>(
    stepper: &Stepper<F>,
    state: &Tiles<F>,
    work: Result<usize, StepError>,
    all: usize,
) -> f64 {
    let whole = stepper.program().passes.len() * (all + state.ground.len());
    // More than can be computed at once is computed whole or not at all.
    work.map_or(f64::INFINITY, |work| work as f64 / whole as f64)
}
