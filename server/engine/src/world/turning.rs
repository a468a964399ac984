//! On a device a world is kept in tiles while there is little matter, and as a grid of all cells while there is much.
//!
//! Which of the two hangs on the state and the step alone, as on the CPU: a world is the same on every run.

use atheria_shared::Boundary;
use atheria_shared::world::{ExecutionChoice, Vacuum};

use super::WorldError;
use super::grid::{GridWorld, is_small};
use super::live::{Substance, World};
use super::rule::Rule;
use super::tiled::TileWorld;
use crate::run::Dense;

/// Of the work of computing all tiles, the part from which on a grid is kept, and the part below which it is not any more. A
/// tile is read with its edges, which a grid is not, and goes to the host and back at each step.
const MUCH: (f64, f64) = (0.3, 0.15);
/// Steps between two looks at a world in tiles, and at a grid, which has to be fetched for that.
const LOOK_EVERY: [u64; 2] = [8, 64];

impl World {
    /// For `auto` on a device: looks at some steps whether the world had better be kept otherwise.
    pub(super) fn turn(&mut self) -> Result<(), WorldError> {
        if self.plan.execution != ExecutionChoice::Auto || !self.turns() {
            return Ok(());
        }
        let step = self.step;
        match &mut self.substance {
            Substance::Single(world) if step.is_multiple_of(LOOK_EVERY[0]) => {
                let share = world.share_of_work();
                if is_small(world.grid()) || share.is_some_and(|share| share > MUCH.0) {
                    self.go_on_as_grid()?;
                }
            }
            Substance::Grid(world) if !is_small(world.grid()) && step.is_multiple_of(LOOK_EVERY[1]) => {
                if let Some(mut tiles) = self.in_tiles()?
                    && tiles.share_of_work().is_some_and(|share| share < MUCH.1)
                {
                    self.substance = Substance::Single(tiles);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// On a device: keeps the world as it was asked for.
    pub(super) fn turn_as_asked(&mut self, choice: ExecutionChoice) -> Result<(), WorldError> {
        match choice {
            ExecutionChoice::Dense if self.turns() => self.go_on_as_grid()?,
            ExecutionChoice::Sparse if self.turns() => {
                if let Some(tiles) = self.in_tiles()? {
                    self.substance = Substance::Single(tiles);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether it can be kept in both ways.
    fn turns(&self) -> bool {
        let bounded = self.plan.boundary != Boundary::Unbounded && self.grid().check_dense().is_ok();
        self.on.is_some()
            && bounded
            && self.plan.vacuum == Vacuum::One
            && matches!(self.rule, Rule::Layers(_))
    }

    fn go_on_as_grid(&mut self) -> Result<(), WorldError> {
        if let (Substance::Single(world), Rule::Layers(law)) = (&self.substance, &self.rule) {
            let dense = Dense::new(law, self.plan.boundary, self.plan.gamma, self.plan.device)?;
            let grid = GridWorld::go_on(&self.plan, &self.rule, dense, &world.in_tiles())?;
            self.substance = Substance::Grid(grid);
        }
        Ok(())
    }

    /// A grid's cells in tiles, as they go on.
    fn in_tiles(&self) -> Result<Option<TileWorld<f32>>, WorldError> {
        let Substance::Grid(world) = &self.substance else {
            return Ok(None);
        };
        let has_become = world.in_tiles()?;
        TileWorld::go_on(&self.plan, &self.rule, self.on, has_become).map(Some)
    }
}
