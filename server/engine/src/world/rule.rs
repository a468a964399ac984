//! What a world steps by: a law that the engine has layers for, or somebody else's TorchScript.

use atheria_law::{Law, Shape};
use atheria_shared::cause::ModuleFault;

use super::WorldError;
use crate::run::ModuleLaw;
use crate::run::sparse::{Number, Program, Windows, reach_cells};

/// A law as a world takes it.
#[derive(Debug, Clone)]
pub enum Rule {
    /// Layers with weights.
    Layers(Law),
    /// A module that is asked for its answers.
    Module(ModuleLaw),
}

impl From<&Law> for Rule {
    fn from(law: &Law) -> Self {
        Self::Layers(law.clone())
    }
}

impl From<&ModuleLaw> for Rule {
    fn from(law: &ModuleLaw) -> Self {
        Self::Module(law.clone())
    }
}

impl Rule {
    /// The cells that it works on.
    pub fn shape(&self) -> Shape {
        match self {
            Self::Layers(law) => law.into(),
            Self::Module(law) => law.shape(),
        }
    }

    /// How far one cell is felt in one step; 0 where that is not known.
    pub(super) fn reach_cells(&self) -> Result<u32, WorldError> {
        match self {
            Self::Layers(law) => Ok(reach_cells(&Program::<f32>::of(law)?)),
            Self::Module(law) => Ok(law.reach_cells.unwrap_or(0)),
        }
    }

    /// How it is computed in tiles.
    pub(super) fn program<F: Number>(&self) -> Result<Program<F>, WorldError> {
        match self {
            Self::Layers(law) => Ok(Program::of(law)?),
            Self::Module(law) => {
                let windows = Windows::of(law).ok_or(NO_WINDOWS)?;
                let shape = law.shape();
                Ok(Program::of_windows(
                    windows,
                    2 * usize::from(shape.channels()),
                    shape.period(),
                ))
            }
        }
    }
}

/// Of a module that answers in a window otherwise than in the whole grid.
pub(super) const NO_WINDOWS: WorldError = WorldError::Module {
    reason: ModuleFault::NoWindows,
};
