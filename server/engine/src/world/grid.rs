//! A world of every cell on a device, as tensors: on CUDA where there is much matter, and somebody else's TorchScript where it
//! needs all cells.
//!
//! Its background is a stand-in that is stepped beside it; to be looked at, it is fetched into tiles.

use atheria_shared::cause::NotFinitePlace;
use atheria_shared::tool::Stroke;
use atheria_shared::world::{Execution, ExecutionChoice, ExecutionReason, WorldNumbers};
use atheria_shared::{Boundary, Cell, GridShape};
use tch::{Device, Kind, TchError, Tensor};

use super::WorldError;
use super::background::{Background, EDGE_CELLS, StandIn};
use super::field::Field;
use super::past::{Cause, Past};
use super::plan::WorldPlan;
use super::rule::{NO_WINDOWS, Rule};
use super::state_file::{SavedWorld, Substance};
use super::tiled::{InTiles, SIDE_CELLS, begin, saving, strokes};
use super::visible::{VISIBLE, Visible};
use crate::run::sparse::Tiles;
use crate::run::{Dense, ModuleGrid, ModuleLaw, RunError, State};

/// Cells of a world that is always a grid: on a device they take less time than to launch the passes on a few tiles of them.
const SMALL_CELLS: u64 = 512 * 512;

/// Whether a world is so small that a device computes all of its cells at once.
pub(super) fn is_small(grid: GridShape) -> bool {
    grid.cells() <= SMALL_CELLS
}

/// What steps whole grids.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "a world has one")]
pub(super) enum GridLaw {
    /// Layers.
    Layers(Dense),
    /// A TorchScript of somebody else's.
    Module(ModuleGrid),
}

impl From<Dense> for GridLaw {
    fn from(law: Dense) -> Self {
        Self::Layers(law)
    }
}

impl GridLaw {
    /// None: the module cannot have such a world.
    pub(super) fn of_module(law: &ModuleLaw, boundary: Boundary, gamma: f64) -> Option<Self> {
        ModuleGrid::new(law, boundary, gamma).map(Self::Module)
    }

    /// World and background one step later. Layers take the world's statistics for both; a module is asked twice.
    fn step(&self, world: &State, background: &State) -> Result<(State, State), RunError> {
        match self {
            Self::Layers(law) => law.step_with_background(world, background),
            Self::Module(law) => Ok((law.step(world)?, law.step(background)?)),
        }
    }

    /// The stand-in for an empty world: of a module that is known by its answers alone, all of it.
    fn stand_in(&self, boundary: Boundary, grid: GridShape, period: u32) -> Result<StandIn, WorldError> {
        Ok(match self {
            Self::Layers(_) => StandIn::of(boundary, grid, period)?,
            Self::Module(_) => StandIn::whole(grid),
        })
    }

    /// Tiles from a wall, the last of which stands for all beyond it.
    fn depth(&self, grid: GridShape) -> usize {
        let cells = match self {
            Self::Layers(_) => EDGE_CELLS,
            Self::Module(_) => grid.height().max(grid.width()),
        };
        cells as usize / SIDE_CELLS
    }
}

/// A world on a device.
#[derive(Debug)]
pub(super) struct GridWorld {
    law: GridLaw,
    grid: GridShape,
    boundary: Boundary,
    device: Device,
    step: u64,
    eps: f64,
    choice: ExecutionChoice,
    state: State,
    previous: Option<Tensor>,
    background: Background,
    stand_in: StandIn,
    past: Past,
    seed: Option<Field<f32>>,
}

impl GridWorld {
    /// A world with its starting matter, or one that goes on from where it was saved.
    pub(super) fn make(
        plan: &WorldPlan,
        rule: impl Into<Rule>,
        law: impl Into<GridLaw>,
    ) -> Result<Self, WorldError> {
        let (rule, law) = (rule.into(), law.into());
        if plan.boundary == Boundary::Unbounded {
            return Err(WorldError::Endless);
        }
        // Matter is put into tiles as for the CPU: where it lies is decided in one place.
        let begun = begin::<f32>(plan, rule.shape(), rule.reach_cells()?, &|_| Ok(None))?;
        let begun = InTiles {
            grid: begun.grid,
            step: plan.step,
            state: begun.state,
            before: None,
            past: Past::default(),
            seed: begun.seed,
        };
        let mut world = Self::go_on(plan, &rule, law, &begun)?;
        let cells = world
            .matter_cells()
            .map_err(WorldError::torch("counting the matter"))?;
        world.past.begin(cells > 0);
        Ok(world)
    }

    /// A world that goes on from what another one has become.
    pub(super) fn go_on(
        plan: &WorldPlan,
        rule: &Rule,
        law: impl Into<GridLaw>,
        world: &InTiles<f32>,
    ) -> Result<Self, WorldError> {
        let (law, grid) = (law.into(), world.grid);
        grid.check_dense()?;
        let torch = WorldError::torch("putting the world on its device");
        let on_device = |tiles: &Tiles<f32>| {
            let size = [grid.height() as usize, grid.width() as usize];
            saving::window(tiles, [0, 0], size)
                .to_state(plan.device)
                .map_err(&torch)
        };
        let stand_in = law.stand_in(plan.boundary, grid, rule.shape().period())?;
        let empty = empty_of(&world.state, &stand_in)
            .to_state(plan.device)
            .map_err(&torch)?;
        Ok(Self {
            law,
            grid,
            boundary: plan.boundary,
            device: plan.device,
            step: world.step,
            eps: plan.eps,
            choice: plan.execution,
            state: on_device(&world.state)?,
            previous: world
                .before
                .as_ref()
                .map(on_device)
                .transpose()?
                .map(|state| state.psi),
            background: Background::new(&stand_in, empty, plan.device).map_err(&torch)?,
            stand_in,
            past: world.past,
            seed: world.seed.clone(),
        })
    }

    /// What it has become, to go on elsewhere.
    pub(super) fn in_tiles(&self) -> Result<InTiles<f32>, WorldError> {
        let (state, before) = self.looked_at()?;
        Ok(InTiles {
            grid: self.grid,
            step: self.step,
            state,
            before,
            past: self.past,
            seed: self.seed.clone(),
        })
    }

    /// Its size.
    pub(super) fn grid(&self) -> GridShape {
        self.grid
    }

    /// What a click plants in it.
    pub(super) fn seed(&self) -> Option<&Field<f32>> {
        self.seed.as_ref()
    }

    /// Makes a step on the side, which is forgotten: libtorch chooses and prepares its kernels.
    pub(super) fn warm_up(&self) -> Result<(), WorldError> {
        self.law.step(&self.state, &self.background.state).map(drop)?;
        Ok(())
    }

    /// Makes a step. Where the law makes a value that is not finite, the step is not taken.
    pub(super) fn advance(&mut self) -> Result<(), WorldError> {
        let (state, background) = self.law.step(&self.state, &self.background.state)?;
        let next = self.step + 1;
        check(&state, next, "")?;
        check(&background, next, "of the background, ")?;
        self.previous = Some(std::mem::replace(&mut self.state, state).psi);
        self.background.state = background;
        self.step = next;
        self.past.stepped();
        Ok(())
    }

    /// Which cells are computed from now on: all of them, there is one way here. A world of layers is kept otherwise for more.
    pub(super) fn set_execution(&mut self, choice: ExecutionChoice) -> Result<(), WorldError> {
        if let (GridLaw::Module(_), ExecutionChoice::Sparse) = (&self.law, choice) {
            return Err(NO_WINDOWS);
        }
        self.choice = choice;
        Ok(())
    }

    /// The world as a file has it.
    pub(super) fn saved(&self) -> Result<SavedWorld<f32>, WorldError> {
        let ground = saving::ground_tiles(&self.tiles(&self.state)?);
        Ok(SavedWorld {
            grid: self.grid,
            substance: Substance::Grid(self.field()?),
            ground: Some(ground),
            step: Some(self.step),
            seed: self.seed.clone(),
        })
    }

    /// Every cell of it.
    pub(super) fn field(&self) -> Result<Field<f32>, WorldError> {
        let torch = WorldError::torch("fetching the world from its device");
        Field::of_state(&self.state).map_err(torch)
    }

    /// The world as it is and as it was a step ago, in tiles, to be looked at.
    pub(super) fn looked_at(&self) -> Result<(Tiles<f32>, Option<Tiles<f32>>), WorldError> {
        let previous = self.previous.as_ref().map(|psi| {
            self.tiles(&State {
                psi: psi.shallow_clone(),
                memory: None,
            })
        });
        Ok((self.tiles(&self.state)?, previous.transpose()?))
    }

    fn tiles(&self, state: &State) -> Result<Tiles<f32>, WorldError> {
        let torch = WorldError::torch("fetching the world from its device");
        let field = Field::of_state(state).map_err(&torch)?;
        let empty = Field::of_state(&State {
            psi: self.background.state.psi.shallow_clone(),
            memory: state.memory.as_ref().and(self.background.state.memory.clone()),
        })
        .map_err(&torch)?;
        let stands_for = |[y, x]: [usize; 2]| {
            let row = self.stand_in.rows.get(y).copied().unwrap_or_default();
            let column = self.stand_in.columns.get(x).copied().unwrap_or_default();
            [row as usize, column as usize]
        };
        Ok(saving::tiles_of_grid(
            self.boundary,
            self.grid,
            self.law.depth(self.grid),
            &field,
            &empty,
            &stands_for,
        ))
    }

    /// Applies a stroke that was checked: in tiles, on the host.
    pub(super) fn apply(&mut self, stroke: &Stroke) -> Result<(), WorldError> {
        let mut tiles = self.tiles(&self.state)?;
        strokes::apply(&mut tiles, stroke, self.seed.as_ref())?;
        let size = [self.grid.height() as usize, self.grid.width() as usize];
        let field = saving::window(&tiles, [0, 0], size);
        let torch = WorldError::torch("putting the world on its device");
        self.state = field.to_state(self.device).map_err(&torch)?;
        let cells = self.matter_cells().map_err(&torch)?;
        self.past.counted(Some(cells), self.step, Cause::Stroke);
        self.past.events += 1;
        Ok(())
    }

    fn matter_cells(&self) -> Result<u64, TchError> {
        count(&self.differing(self.eps)?)
    }

    /// Whether each cell differs from the background by more than `eps`: `[1, H, W]`.
    fn differing(&self, eps: f64) -> Result<Tensor, TchError> {
        let _guard = tch::no_grad_guard();
        self.state
            .psi
            .f_sub(&self.background.expand()?)?
            .f_square()?
            .f_sum_dim_intlist(Some([1].as_slice()), false, None::<Kind>)?
            .f_gt(eps * eps)
    }

    /// What of its matter can be seen.
    fn visible(&self) -> Result<Visible, TchError> {
        let seen = self.differing(VISIBLE)?;
        // Of the rows, whether a cell in any column is seen, and the other way round.
        let ends = |other: i64| -> Result<Option<[i64; 2]>, TchError> {
            let places = seen.f_any_dims([0, other].as_slice(), false)?.f_nonzero()?;
            let last = places.size2()?.0 - 1;
            if last < 0 {
                return Ok(None);
            }
            Ok(Some([
                places.f_int64_value(&[0, 0])?,
                places.f_int64_value(&[last, 0])? + 1,
            ]))
        };
        Ok(match (ends(2)?, ends(1)?) {
            (Some([top, bottom]), Some([left, right])) => {
                Visible::between(count(&seen)?, [[top, left], [bottom, right]])
            }
            _ => Visible::default(),
        })
    }

    /// How much there is in it.
    pub(super) fn numbers(&mut self) -> Result<WorldNumbers, WorldError> {
        let torch = WorldError::torch("counting the matter");
        let cells = self.matter_cells().map_err(&torch)?;
        let visible = self.visible().map_err(torch)?;
        self.past.counted(Some(cells), self.step, Cause::Law);
        let per_cell = 4 * self.state.psi.numel() as u64;
        Ok(WorldNumbers {
            visible_cells: visible.cells,
            matter_box: visible.region(),
            matter_cells: cells,
            matter_fraction: Some(cells as f64 / self.grid.cells() as f64),
            emptiness: self.past.emptiness(),
            error_bound: self.past.error_bound(),
            execution: Execution::Dense,
            reason: match (&self.law, self.choice) {
                (GridLaw::Module(_), _) => ExecutionReason::Law,
                (GridLaw::Layers(_), ExecutionChoice::Dense) => ExecutionReason::Asked,
                (GridLaw::Layers(_), _) if is_small(self.grid) => ExecutionReason::Device,
                (GridLaw::Layers(_), _) => ExecutionReason::MuchMatter,
            },
            events: self.past.events,
            memory_bytes: per_cell * if self.previous.is_some() { 2 } else { 1 },
            ..WorldNumbers::default()
        })
    }
}

/// The stand-in's cells, as a state in tiles has them.
fn empty_of(tiles: &Tiles<f32>, stand_in: &StandIn) -> Field<f32> {
    let (height, width) = (stand_in.grid.height() as usize, stand_in.grid.width() as usize);
    // A cell of the world for each of the stand-in's.
    let world = |of: &[i64], own: usize| {
        let mut cells = vec![0; own];
        for (at, stand_in) in of.iter().enumerate().rev() {
            if let Some(cell) = cells.get_mut(*stand_in as usize) {
                *cell = at as i64;
            }
        }
        cells
    };
    let (rows, columns) = (world(&stand_in.rows, height), world(&stand_in.columns, width));
    saving::ground_window(tiles, &rows, &columns)
}

/// One sum a tensor tells whether all of it is finite; only then is the place looked for.
fn check(state: &State, step: u64, whose: &str) -> Result<(), WorldError> {
    let torch = WorldError::torch("looking for values that are not finite");
    let _guard = tch::no_grad_guard();
    let memory = state.memory.as_ref().map(|memory| &memory.c);
    for (tensor, what) in [(Some(&state.psi), "cell"), (memory, "memory cell")] {
        let Some(tensor) = tensor else { continue };
        if sum(tensor).map_err(&torch)?.is_finite() {
            continue;
        }
        let Some((y, x)) = first_not_finite(tensor).map_err(&torch)? else {
            continue;
        };
        let cell = Cell { y, x };
        let at = match what {
            _ if !whose.is_empty() => NotFinitePlace::Background,
            "cell" => NotFinitePlace::Cell { at: cell },
            _ => NotFinitePlace::Memory { at: cell },
        };
        return Err(WorldError::NotFinite {
            step,
            place: format!("{whose}in the {what} at row {y}, column {x}"),
            at: Some(at),
        });
    }
    Ok(())
}

/// How many of them are true.
fn count(these: &Tensor) -> Result<u64, TchError> {
    let count = these.f_sum(Kind::Int64)?.f_int64_value(&[])?;
    Ok(u64::try_from(count).unwrap_or_default())
}

fn sum(tensor: &Tensor) -> Result<f64, TchError> {
    tensor.f_sum(Kind::Float)?.f_double_value(&[])
}

/// Row and column of the first value that is not finite, in `[1, C, H, W]`.
fn first_not_finite(tensor: &Tensor) -> Result<Option<(i64, i64)>, TchError> {
    let bad = tensor
        .f_isfinite()?
        .f_logical_not()?
        .f_any_dims([0, 1].as_slice(), false)?;
    let places = bad.f_nonzero()?;
    if places.size2()?.0 == 0 {
        return Ok(None);
    }
    Ok(Some((
        places.f_int64_value(&[0, 0])?,
        places.f_int64_value(&[0, 1])?,
    )))
}
