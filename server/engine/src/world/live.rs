//! A world while it lives, however it is kept: in tiles on the CPU, in float32 or float64, or as a grid on another device.

use std::path::Path;

use atheria_shared::tool::{Stroke, ToolEvent};
use atheria_shared::world::{ExecutionChoice, Placement, Precision, StartingMatter, Vacuum, WorldNumbers};
use atheria_shared::{Boundary, GridShape};
use tch::Device;

use super::WorldError;
use super::field::Field;
use super::grid::GridWorld;
use super::series::Series;
use super::state_file;
use super::tiled::TileWorld;
use crate::law::Law;
use crate::run::Dense;
use crate::run::sparse::Tiles;

/// How a world is to be made.
#[derive(Debug, Clone)]
pub struct WorldPlan {
    /// Its size; none: that of the starting matter's file, or 128x128.
    pub grid: Option<GridShape>,
    /// Its boundary.
    pub boundary: Boundary,
    /// What lies in it.
    pub init: StartingMatter,
    /// Where that lies.
    pub place: Placement,
    /// What is around it.
    pub vacuum: Vacuum,
    /// The seed of what is random in it.
    pub seed: u64,
    /// The step that the starting matter is of.
    pub step: u64,
    /// Decay a step.
    pub gamma: f64,
    /// Where it is computed.
    pub device: Device,
    /// Which cells are computed.
    pub execution: ExecutionChoice,
    /// What counts as matter.
    pub eps: f64,
    /// Its numbers.
    pub precision: Precision,
    /// Whether somebody looks: then matter is told from the background whatever is computed.
    pub watched: bool,
}

/// A world. Owns its state, and makes steps with its law.
#[derive(Debug)]
pub struct World {
    plan: WorldPlan,
    law: Law,
    grid: GridShape,
    step: u64,
    lambda: Option<f64>,
    substance: Substance,
}

#[derive(Debug)]
enum Substance {
    Single(TileWorld<f32>),
    Double(TileWorld<f64>),
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
    pub fn make(plan: WorldPlan, law: &Law) -> Result<Self, WorldError> {
        let substance = match (plan.device, plan.precision) {
            (Device::Cpu, Precision::Float32) => Substance::Single(TileWorld::make(&plan, law)?),
            (Device::Cpu, Precision::Float64) => Substance::Double(TileWorld::make(&plan, law)?),
            (device, _) => {
                let dense = Dense::new(law, plan.boundary, plan.gamma, device)?;
                Substance::Grid(GridWorld::make(&plan, law, dense)?)
            }
        };
        let grid = match &substance {
            Substance::Single(world) => world.grid(),
            Substance::Double(world) => world.grid(),
            Substance::Grid(world) => world.grid(),
        };
        Ok(Self {
            step: plan.step,
            plan,
            law: law.clone(),
            grid,
            lambda: None,
            substance,
        })
    }

    /// How it was made.
    pub fn plan(&self) -> &WorldPlan {
        &self.plan
    }

    /// Its law.
    pub fn law(&self) -> &Law {
        &self.law
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
    pub fn warm_up(&self) -> Result<(), WorldError> {
        match &self.substance {
            Substance::Single(_) | Substance::Double(_) => Ok(()),
            Substance::Grid(world) => world.warm_up(),
        }
    }

    /// Makes a step. Where the law makes a value that is not finite, the step is not taken.
    pub fn advance(&mut self) -> Result<(), WorldError> {
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
        self.plan.execution = choice;
        match &mut self.substance {
            Substance::Single(world) => world.set_execution(choice),
            Substance::Double(world) => world.set_execution(choice),
            // There is one way on such a device.
            Substance::Grid(_) => Ok(()),
        }
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
        *self = Self::make(self.plan.clone(), &self.law)?;
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
