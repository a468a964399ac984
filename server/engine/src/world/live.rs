//! A world while it lives, however it is kept: in tiles, in float32 or float64, or as a grid of all cells on a device.

use std::path::Path;

use atheria_shared::cause::ModuleFault;
use atheria_shared::planting::SeedMask;
use atheria_shared::tool::{Stroke, ToolEvent};
use atheria_shared::world::{ExecutionChoice, Precision, Vacuum, WorldNumbers};
use atheria_shared::{Boundary, GridShape};
use tch::Device;

use super::WorldError;
use super::field::Field;
use super::grid::{GridLaw, GridWorld};
use super::plan::WorldPlan;
use super::planting;
use super::rule::{NO_WINDOWS, Rule};
use super::series::Series;
use super::state_file;
use super::tiled::TileWorld;
use crate::run::sparse::Tiles;
use crate::run::{Dense, ModuleLaw};

/// A world. Owns its state, and makes steps with its law.
#[derive(Debug)]
pub struct World {
    pub(super) plan: WorldPlan,
    pub(super) rule: Rule,
    /// The device that libtorch computes its layers on; none: our kernels do, on the CPU.
    pub(super) on: Option<Device>,
    grid: GridShape,
    pub(super) step: u64,
    lambda: Option<f64>,
    pub(super) substance: Substance,
}

/// How a world is kept.
#[derive(Debug)]
pub(super) enum Substance {
    /// Tiles of float32.
    Single(TileWorld<f32>),
    /// Tiles of float64.
    Double(TileWorld<f64>),
    /// All cells, of float32.
    Grid(GridWorld),
}

/// What is looked at: the state now and a step ago.
pub(crate) enum Sight<'a> {
    /// In float32.
    Single(&'a Tiles<f32>, Option<&'a Tiles<f32>>),
    /// In float64.
    Double(&'a Tiles<f64>, Option<&'a Tiles<f64>>),
    /// Fetched from a device.
    Fetched(Box<(Tiles<f32>, Option<Tiles<f32>>)>),
}

impl World {
    /// Makes a world: draws its starting matter or reads it, and puts it on its device.
    pub fn make(plan: WorldPlan, rule: impl Into<Rule>) -> Result<Self, WorldError> {
        let on = Some(plan.device).filter(|device| *device != Device::Cpu);
        Self::make_on(plan, rule.into(), on)
    }

    /// The same; `on` a device, the CPU too, libtorch computes its layers.
    pub(super) fn make_on(plan: WorldPlan, rule: Rule, on: Option<Device>) -> Result<Self, WorldError> {
        let substance = match (&rule, plan.precision) {
            (Rule::Module(law), _) => of_module(&plan, &rule, law)?,
            (Rule::Layers(law), _) if on.is_some() && plan.is_grid_at_once() => {
                let dense = Dense::new(law, plan.boundary, plan.gamma, plan.device)?;
                Substance::Grid(GridWorld::make(&plan, law, dense)?)
            }
            (_, Precision::Float32) => Substance::Single(TileWorld::make(&plan, &rule, on)?),
            (_, Precision::Float64) => Substance::Double(TileWorld::make(&plan, &rule, on)?),
        };
        let grid = match &substance {
            Substance::Single(world) => world.grid(),
            Substance::Double(world) => world.grid(),
            Substance::Grid(world) => world.grid(),
        };
        let mut world = Self {
            step: plan.step,
            plan,
            rule,
            on,
            grid,
            lambda: None,
            substance,
        };
        world.turn()?;
        Ok(world)
    }

    /// How it was made.
    pub fn plan(&self) -> &WorldPlan {
        &self.plan
    }

    /// Its law.
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    /// Its size; an unbounded world goes on beyond it.
    pub fn grid(&self) -> GridShape {
        self.grid
    }

    /// Steps since its beginning.
    pub fn step_count(&self) -> u64 {
        self.step
    }

    /// The step that its starting matter is of.
    pub fn first_step(&self) -> u64 {
        self.plan.step
    }

    /// The shape of what a click plants in it.
    pub fn planted(&self) -> Option<SeedMask> {
        let seed = match &self.substance {
            Substance::Single(world) => world.seed(),
            Substance::Double(world) => world.seed(),
            Substance::Grid(world) => world.seed(),
        };
        seed.and_then(planting::mask)
    }

    /// What a difference grows by in a step: with it there is a bound on what letting go of tiles has cost.
    pub fn set_lambda(&mut self, lambda: f64) {
        self.lambda = Some(lambda);
        match &mut self.substance {
            Substance::Single(world) => world.set_lambda(lambda),
            Substance::Double(world) => world.set_lambda(lambda),
            Substance::Grid(_) => {}
        }
    }

    /// What is there to be looked at.
    pub(crate) fn sight(&self) -> Result<Sight<'_>, WorldError> {
        Ok(match &self.substance {
            Substance::Single(world) => Sight::Single(world.state(), world.before()),
            Substance::Double(world) => Sight::Double(world.state(), world.before()),
            Substance::Grid(world) => Sight::Fetched(Box::new(world.looked_at()?)),
        })
    }

    /// Makes a step on the side, where there is something to be prepared by that.
    pub fn warm_up(&mut self) -> Result<(), WorldError> {
        match &mut self.substance {
            Substance::Single(world) => world.warm_up(),
            Substance::Double(world) => world.warm_up(),
            Substance::Grid(world) => world.warm_up(),
        }
    }

    /// Makes a step. Where the law makes a value that is not finite, the step is not taken.
    pub fn advance(&mut self) -> Result<(), WorldError> {
        self.turn()?;
        match &mut self.substance {
            Substance::Single(world) => world.advance()?,
            Substance::Double(world) => world.advance()?,
            Substance::Grid(world) => world.advance()?,
        }
        self.step += 1;
        Ok(())
    }

    /// How much there is in it.
    pub fn numbers(&mut self) -> Result<WorldNumbers, WorldError> {
        match &mut self.substance {
            Substance::Single(world) => Ok(world.numbers()),
            Substance::Double(world) => Ok(world.numbers()),
            Substance::Grid(world) => world.numbers(),
        }
    }

    /// Floating-point operations of the last step's convolutions; 0 where nobody counts them.
    pub fn flops_of_last(&self) -> f64 {
        match &self.substance {
            Substance::Single(world) => world.flops_of_last(),
            Substance::Double(world) => world.flops_of_last(),
            Substance::Grid(_) => 0.0,
        }
    }

    /// Which cells are computed from now on.
    pub fn set_execution(&mut self, choice: ExecutionChoice) -> Result<(), WorldError> {
        self.turn_as_asked(choice)?;
        match &mut self.substance {
            Substance::Single(world) => world.set_execution(choice)?,
            Substance::Double(world) => world.set_execution(choice)?,
            Substance::Grid(world) => world.set_execution(choice)?,
        }
        self.plan.execution = choice;
        Ok(())
    }

    /// Applies a stroke that was checked, and says when that was.
    pub fn apply(&mut self, stroke: &Stroke) -> Result<ToolEvent, WorldError> {
        match &mut self.substance {
            Substance::Single(world) => world.apply(stroke)?,
            Substance::Double(world) => world.apply(stroke)?,
            Substance::Grid(world) => world.apply(stroke)?,
        }
        Ok(ToolEvent {
            step: self.step,
            stroke: *stroke,
        })
    }

    /// The world anew, memory included: the starting matter is drawn or read again.
    pub fn reset(&mut self) -> Result<(), WorldError> {
        let lambda = self.lambda;
        *self = Self::make_on(self.plan.clone(), self.rule.clone(), self.on)?;
        if let Some(lambda) = lambda {
            self.set_lambda(lambda);
        }
        Ok(())
    }

    /// Writes the world, its background and its step, so that it can go on from there.
    pub fn save(&self, path: &Path) -> Result<(), WorldError> {
        match &self.substance {
            Substance::Single(world) => state_file::write(path, &world.saved()),
            Substance::Double(world) => state_file::write(path, &world.saved()),
            Substance::Grid(world) => state_file::write(path, &world.saved()?),
        }
    }

    /// Adds the world to a series.
    pub fn push_to(&self, series: &mut Series) -> Result<(), WorldError> {
        match &self.substance {
            Substance::Double(world) => {
                let field = world.field().ok_or_else(|| self.no_field())?;
                series.push(self.step, &field)
            }
            _ => series.push(self.step, &self.field()?),
        }
    }

    /// Every cell of it, in float32.
    pub fn field(&self) -> Result<Field, WorldError> {
        match &self.substance {
            Substance::Single(world) => world.field().ok_or_else(|| self.no_field()),
            Substance::Double(world) => {
                let field = world.field().ok_or_else(|| self.no_field())?;
                Ok(field.to_precision())
            }
            Substance::Grid(world) => world.field(),
        }
    }

    /// Why there is not every cell of it.
    fn no_field(&self) -> WorldError {
        match self.grid.check_dense() {
            Err(error) => error.into(),
            Ok(()) => WorldError::Whole,
        }
    }
}

/// A world of somebody else's TorchScript: in tiles where that answers in windows, else cell by cell.
fn of_module(plan: &WorldPlan, rule: &Rule, law: &ModuleLaw) -> Result<Substance, WorldError> {
    let refused = |reason| Err(WorldError::Module { reason });
    if plan.precision == Precision::Float64 {
        return refused(ModuleFault::Precision);
    }
    if plan.device != Device::Cpu {
        return refused(ModuleFault::Device);
    }
    let tiles = law
        .halo_cells
        .map(|halo| TileWorld::make(plan, rule, None).map(|world| (world, halo)))
        .transpose()?;
    if let Some((world, halo)) = tiles {
        // A window ends within the tiles beside its own.
        let fits = plan.boundary != Boundary::Torus || world.smallest_tile() >= halo;
        if fits {
            return Ok(Substance::Single(world));
        }
    }
    if plan.vacuum != Vacuum::One || plan.execution == ExecutionChoice::Sparse {
        return Err(if law.halo_cells.is_some() {
            WorldError::Module {
                reason: ModuleFault::LastTile,
            }
        } else {
            NO_WINDOWS
        });
    }
    match GridLaw::of_module(law, plan.boundary, plan.gamma) {
        Some(grid) => Ok(Substance::Grid(GridWorld::make(plan, law, grid)?)),
        None if plan.boundary == Boundary::Unbounded => Err(NO_WINDOWS),
        None => refused(ModuleFault::Torus),
    }
}
