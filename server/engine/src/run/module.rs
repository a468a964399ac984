//! A law that is somebody else's TorchScript: its answers to whole grids, and steps by them.
//!
//! What it computes is not known, only what was found by asking it: see `crate::torchscript::foreign`. Its answer is added
//! to psi. On a torus its own boundary is pushed out of sight: the grid is continued on each side as far as a cell is felt.

use std::sync::Arc;

use atheria_law::Shape;
use atheria_shared::Boundary;
use atheria_shared::law::LawParams;
use tch::{CModule, IValue, Kind, TchError, Tensor};

use super::dense::advance;
use super::error::{RunError, first_line};
use super::state::State;

/// An answer that is none for a law.
#[derive(Debug, thiserror::Error)]
pub enum ModuleError {
    /// It does not take one tensor, or fails on the way.
    #[error("its forward(x) fails on a grid of {height}x{width}: {}", exception(.source))]
    Raises {
        /// Rows.
        height: i64,
        /// Columns.
        width: i64,
        /// libtorch's words, a stack included.
        #[source]
        source: TchError,
    },
    /// It answers with something else than a tensor.
    #[error(
        "its forward(x) answers with {found}, and one tensor is needed: a law with memory (h, c) can be run only where the engine has layers for it"
    )]
    NotATensor {
        /// What came.
        found: String,
    },
    /// The tensor is of another shape or type.
    #[error(
        "its forward(x) answers with {found} to a float32 tensor of {needed:?}, and one like that is needed"
    )]
    Shape {
        /// What came.
        found: String,
        /// The shape of the question.
        needed: Vec<i64>,
    },
}

/// What of libtorch's words is the law's own: the exception that was raised in it, behind the code that it was raised by.
fn exception(error: &TchError) -> String {
    let text = match error {
        TchError::Torch(text) => text.clone(),
        other => other.to_string(),
    };
    let raised = text.lines().map(str::trim).rfind(|line| {
        let name = line.split_once(": ").map_or("", |(name, _)| name);
        name.ends_with("Error") && name.chars().all(|c| c.is_alphanumeric() || c == '.')
    });
    raised.map_or_else(|| first_line(error), str::to_owned)
}

/// A module that was loaded.
#[derive(Debug)]
pub struct Module(CModule);

impl Module {
    /// A module in evaluation mode, on the CPU.
    pub(crate) fn new(module: CModule) -> Self {
        Self(module)
    }

    /// The answer to float32 `[n, 2d, H, W]`, of the same shape.
    pub fn answer(&self, x: &Tensor) -> Result<Tensor, ModuleError> {
        let _no_grad = tch::no_grad_guard();
        let needed = x.size();
        let side = |from_end: usize| needed.iter().rev().nth(from_end).copied().unwrap_or_default();
        let raises = |source| ModuleError::Raises {
            height: side(1),
            width: side(0),
            source,
        };
        let answer = match self
            .0
            .forward_is(&[IValue::Tensor(x.shallow_clone())])
            .map_err(raises)?
        {
            IValue::Tensor(answer) => answer,
            IValue::Tuple(parts) => {
                let found = format!("a tuple of {}", parts.len());
                return Err(ModuleError::NotATensor { found });
            }
            _ => {
                let found = "something that is no tensor".to_owned();
                return Err(ModuleError::NotATensor { found });
            }
        };
        let kind = answer.f_kind().map_err(raises)?;
        if answer.size() != needed || kind != Kind::Float {
            let found = format!("a {kind:?} tensor of {:?}", answer.size());
            return Err(ModuleError::Shape { found, needed });
        }
        answer.f_contiguous().map_err(raises)
    }

    /// Numbers that were trained.
    pub fn parameter_count(&self) -> u64 {
        let parameters = self.0.named_parameters().unwrap_or_default();
        parameters.iter().map(|(_, tensor)| tensor.numel() as u64).sum()
    }
}

/// A module as a law, with what was found of it.
#[derive(Debug, Clone)]
pub struct ModuleLaw {
    /// The module.
    pub module: Arc<Module>,
    /// Its size.
    pub params: LawParams,
    /// How far one cell is felt in one step, in cells; none: farther than was looked for.
    pub reach_cells: Option<u32>,
    /// The least shift, in cells, that its answers follow; none: none was found.
    pub period_cells: Option<u32>,
    /// Cells around a tile that a window needs for its middle to be as in the whole grid; none: there are no such windows.
    pub halo_cells: Option<usize>,
}

impl ModuleLaw {
    /// The cells that it works on.
    pub fn shape(&self) -> Shape {
        Shape::without_memory(self.params.d_state, self.period_cells.unwrap_or(1))
    }

    /// Cells that a grid is continued by on each side, on a torus; none: where cells lie, or all of them, makes a difference.
    pub fn margin_cells(&self) -> Option<u32> {
        let (reach, period) = self.reach_cells.zip(self.period_cells)?;
        Some(reach.next_multiple_of(period.max(1)))
    }
}

/// A module that steps whole grids.
#[derive(Debug)]
pub(crate) struct ModuleGrid {
    module: Arc<Module>,
    /// None between walls.
    margin_cells: Option<u32>,
    gamma: f64,
}

impl ModuleGrid {
    /// `gamma` is the decay a step. None: a torus cannot be made of it, nor a plane.
    pub(crate) fn new(law: &ModuleLaw, boundary: Boundary, gamma: f64) -> Option<Self> {
        let margin_cells = match boundary {
            Boundary::Walls => None,
            Boundary::Torus => Some(law.margin_cells()?),
            Boundary::Unbounded => return None,
        };
        Some(Self {
            module: Arc::clone(&law.module),
            margin_cells,
            gamma,
        })
    }

    /// The state one step later.
    pub(crate) fn step(&self, state: &State) -> Result<State, RunError> {
        let _no_grad = tch::no_grad_guard();
        let delta = match self.margin_cells {
            None => self.module.answer(&state.psi)?,
            Some(margin) => {
                let continued = continued(&state.psi, margin).map_err(RunError::at("the torus's margin"))?;
                let answer = self.module.answer(&continued)?;
                middle(&answer, &state.psi, margin).map_err(RunError::at("the torus's margin"))?
            }
        };
        let psi = advance(&state.psi, &delta, self.gamma, false).map_err(RunError::at("the step's end"))?;
        Ok(State { psi, memory: None })
    }
}

/// `[1, C, H, W]` with so many cells more on each side, those that follow on a torus.
fn continued(psi: &Tensor, margin: u32) -> Result<Tensor, TchError> {
    let (_, _, height, width) = psi.size4()?;
    let margin = i64::from(margin);
    let around = |cells: i64| {
        let places: Vec<i64> = (-margin..cells + margin).map(|at| at.rem_euclid(cells)).collect();
        Tensor::f_from_slice(&places)
    };
    psi.f_index_select(2, &around(height)?)?
        .f_index_select(3, &around(width)?)
}

/// What of an answer is of the grid itself.
fn middle(answer: &Tensor, psi: &Tensor, margin: u32) -> Result<Tensor, TchError> {
    let (_, _, height, width) = psi.size4()?;
    answer
        .f_narrow(2, i64::from(margin), height)?
        .f_narrow(3, i64::from(margin), width)
}
