//! The world while it lives: its state, its background, its step.

use std::path::Path;

use atheria_shared::world::StartingMatter;
use atheria_shared::{Boundary, GridShape};
use tch::{Device, Kind, TchError, Tensor};

use crate::law::Law;
use crate::run::{Dense, State};

use super::WorldError;
use super::background::{Background, StandIn};
use super::field::{Field, FieldMemory};
use super::matter::{Vacuum, draw};
use super::state_file::{self, Needs, SavedWorld};

/// The grid when neither the request nor a file gives one.
const DEFAULT_SIDE_CELLS: u32 = 128;

/// How a world is to be made.
#[derive(Debug, Clone)]
pub struct WorldPlan {
    /// Its size; none: that of the starting matter's file, or 128x128.
    pub grid: Option<GridShape>,
    /// Its boundary.
    pub boundary: Boundary,
    /// What lies in it.
    pub init: StartingMatter,
    /// The seed of what is random in it.
    pub seed: u64,
    /// The step that the starting matter is of.
    pub step: u64,
    /// Where it is computed.
    pub device: Device,
    /// Whether it keeps a background: needed to show it, and to tell matter.
    pub with_background: bool,
}

/// A world. Owns its state; makes steps with a [`Dense`] law of the same boundary and device.
#[derive(Debug)]
pub struct World {
    plan: WorldPlan,
    grid: GridShape,
    step: u64,
    state: State,
    previous: Option<Tensor>,
    background: Option<Background>,
    memory_channels: Option<usize>,
}

impl World {
    /// Makes a world: draws its starting matter or reads it, and puts it on its device.
    pub fn make(plan: WorldPlan, law: &Law) -> Result<Self, WorldError> {
        let channels = law.channels();
        let saved = match &plan.init {
            StartingMatter::File(path) => Self::read(path, &plan, law)?,
            drawn => {
                let grid = match plan.grid {
                    Some(grid) => grid,
                    None => GridShape::new(DEFAULT_SIDE_CELLS, DEFAULT_SIDE_CELLS)?,
                };
                grid.check_period(law.period())?;
                SavedWorld {
                    matter: draw(drawn, grid, channels, plan.seed)?
                        .unwrap_or_else(|| Field::zeros(grid, channels)),
                    background: None,
                    step: None,
                }
            }
        };
        let grid = GridShape::new(saved.matter.height as u32, saved.matter.width as u32)?;
        grid.check_period(law.period())?;
        let torch = WorldError::torch("putting the world on its device");
        let state = saved.matter.to_state(plan.device).map_err(&torch)?;
        let background = if plan.with_background {
            let stand_in = StandIn::of(plan.boundary, grid, law.period())?;
            let field = match saved.background {
                Some(field) => checked(field, &stand_in, &plan)?,
                None => Vacuum::of(&plan.init).fill(stand_in.grid, channels),
            };
            let state = field.to_state(plan.device).map_err(&torch)?;
            Some(Background::new(&stand_in, state, plan.device).map_err(&torch)?)
        } else {
            None
        };
        Ok(Self {
            step: plan.step,
            plan,
            grid,
            state,
            previous: None,
            background,
            memory_channels: law.memory_channels(),
        })
    }

    fn read(path: &Path, plan: &WorldPlan, law: &Law) -> Result<SavedWorld, WorldError> {
        let needs = Needs {
            channels: law.channels(),
            memory_channels: law.memory_channels(),
            grid: plan.grid,
        };
        let mut saved = state_file::read(path, &needs)?;
        match saved.step {
            // A state that a world starts from anew: what it was before is not its past.
            _ if plan.step == 0 => {}
            Some(found) if found != plan.step => {
                return Err(WorldError::Step {
                    path: path.to_owned(),
                    found,
                    needed: plan.step,
                });
            }
            _ => {}
        }
        if !plan.with_background {
            saved.background = None;
        }
        Ok(saved)
    }

    /// Its size.
    pub fn grid(&self) -> GridShape {
        self.grid
    }

    /// Its boundary.
    pub fn boundary(&self) -> Boundary {
        self.plan.boundary
    }

    /// Where it is computed.
    pub fn device(&self) -> Device {
        self.plan.device
    }

    /// Steps since its beginning.
    pub fn step_count(&self) -> u64 {
        self.step
    }

    /// The step that its starting matter is of.
    pub fn first_step(&self) -> u64 {
        self.plan.step
    }

    /// Its state.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// psi a step ago, `[1, 2d, H, W]`; none before the first step.
    pub fn previous(&self) -> Option<&Tensor> {
        self.previous.as_ref()
    }

    /// Its background.
    pub fn background(&self) -> Option<&Background> {
        self.background.as_ref()
    }

    /// Makes a step on the side, which is forgotten: libtorch chooses and prepares its kernels.
    pub fn warm_up(&self, law: &Dense) -> Result<(), WorldError> {
        match &self.background {
            Some(background) => law
                .step_with_background(&self.state, &background.state)
                .map(drop)?,
            None => law.step(&self.state).map(drop)?,
        }
        Ok(())
    }

    /// Makes a step. Where the law makes a value that is not finite, the step is not taken.
    pub fn advance(&mut self, law: &Dense) -> Result<(), WorldError> {
        let (state, background) = match &self.background {
            Some(background) => {
                let (state, background) = law.step_with_background(&self.state, &background.state)?;
                (state, Some(background))
            }
            None => (law.step(&self.state)?, None),
        };
        let next = self.step + 1;
        check(&state, next, "")?;
        if let Some(background) = &background {
            check(background, next, "of the background, ")?;
        }
        self.previous = Some(std::mem::replace(&mut self.state, state).psi);
        if let (Some(kept), Some(stepped)) = (&mut self.background, background) {
            kept.state = stepped;
        }
        self.step = next;
        Ok(())
    }

    /// The world anew, memory included: the starting matter is drawn or read again.
    pub fn reset(&mut self, law: &Law) -> Result<(), WorldError> {
        *self = Self::make(self.plan.clone(), law)?;
        Ok(())
    }

    /// Writes the world, its background and its step, so that it can go on from there.
    pub fn save(&self, path: &Path) -> Result<(), WorldError> {
        let torch = WorldError::torch("fetching the world from its device");
        let background = match &self.background {
            Some(background) => Some(self.with_memory(Field::of_state(&background.state).map_err(&torch)?)),
            None => None,
        };
        let matter = self.with_memory(Field::of_state(&self.state).map_err(&torch)?);
        let saved = SavedWorld {
            matter,
            background,
            step: Some(self.step),
        };
        state_file::write(path, &saved)
    }

    /// Before the first step a law's memory is not there yet, and means zeros.
    fn with_memory(&self, mut field: Field) -> Field {
        if let (None, Some(channels)) = (&field.memory, self.memory_channels) {
            let shape = [channels, field.height / 4, field.width / 4];
            let zeros = vec![0.0; shape.iter().product()];
            field.memory = Some(FieldMemory {
                shape,
                h: zeros.clone(),
                c: zeros,
            });
        }
        field
    }
}

/// A saved background must be of the size that this world's stand-in has.
fn checked(field: Field, stand_in: &StandIn, plan: &WorldPlan) -> Result<Field, WorldError> {
    let (height, width) = (stand_in.grid.height(), stand_in.grid.width());
    if field.height == height as usize && field.width == width as usize {
        return Ok(field);
    }
    let path = match &plan.init {
        StartingMatter::File(path) => path.clone(),
        _ => std::path::PathBuf::new(),
    };
    Err(WorldError::Array {
        path,
        array: "background_psi".to_owned(),
        found: format!(
            "complex64 [{}, {}, {}]",
            field.height, field.width, field.channels
        ),
        needed: format!(
            "complex64 [{height}, {width}, {}] for {} and {}",
            field.channels, plan.boundary, stand_in.grid
        ),
    })
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
        return Err(WorldError::NotFinite {
            step,
            place: format!("{whose}in the {what} at row {y}, column {x}"),
        });
    }
    Ok(())
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
