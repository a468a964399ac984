//! Somebody else's TorchScript as a law: the second way to libtorch's loader, only for a file that the user trusts.
//!
//! Loading and asking it executes code from the file: with the user's rights, in this process, which can be lost. The bytes
//! that are loaded are those that were hashed. A file is refused when it is not a function of one state: another number of
//! arguments, another shape, more answers than one, values that are not finite, another answer the second time. What it
//! computes is then found out by asking: see [`probe`].

mod error;
mod probe;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use atheria_shared::law::{ForeignLaw, LawParams};
use atheria_shared::limits::CHECKPOINT_BYTES;
use atheria_shared::text::hexadecimal;
use sha2::{Digest, Sha256};
use tch::{CModule, Device, Tensor};

pub use error::ForeignError;

use super::verify::random_cells;
use crate::run::{Module, ModuleLaw};

/// Two grids, one of them not square, whose sides most strides divide.
const GRIDS: [[i64; 2]; 2] = [[16, 16], [24, 40]];

/// A TorchScript that was loaded and not asked yet.
#[derive(Debug)]
pub struct ForeignFile {
    module: Module,
    name: String,
    sha256: String,
}

impl ForeignFile {
    /// Loads a file. Its code is executed from here on.
    pub fn load(path: &Path) -> Result<Self, ForeignError> {
        let bytes = read(path).map_err(|source| ForeignError::Read {
            path: path.to_owned(),
            source,
        })?;
        let loading = |source| ForeignError::Load {
            path: path.to_owned(),
            source,
        };
        // What is optimised after some calls rounds otherwise than before. Holds for this thread, the one that steps.
        tch::jit::f_set_graph_executor_optimize(false).map_err(loading)?;
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the other place: the user trusts this file"
        )]
        let mut module = CModule::load_data_on_device(&mut bytes.as_slice(), Device::Cpu).map_err(loading)?;
        module.f_set_eval().map_err(loading)?;
        Ok(Self {
            module: Module::new(module),
            name: path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default(),
            sha256: hexadecimal(&Sha256::digest(&bytes)),
        })
    }

    /// Asks it whether it is a law for cells of `params.d_state` channels, and what it is like.
    pub fn ask(self, params: LawParams) -> Result<(ModuleLaw, ForeignLaw), ForeignError> {
        let _no_grad = tch::no_grad_guard();
        let channels = params.d_state;
        for (seed, grid) in (0..).zip(GRIDS) {
            check(&self.module, &random_cells(channels, grid, seed)?)?;
        }
        let found = probe::probe(&self.module, channels)?;
        let law = ModuleLaw {
            module: Arc::new(self.module),
            params,
            reach_cells: found.reach_cells,
            period_cells: found.period_cells,
            halo_cells: found.halo_cells,
        };
        let about = ForeignLaw {
            file: self.name,
            sha256: self.sha256,
            reach_cells: found.reach_cells,
            period_cells: found.period_cells,
            windows: found.halo_cells.is_some(),
            remarks: remarks(&law),
        };
        Ok((law, about))
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(CHECKPOINT_BYTES + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > CHECKPOINT_BYTES {
        return Err(io::Error::other(format!(
            "it has more than {CHECKPOINT_BYTES} bytes"
        )));
    }
    Ok(bytes)
}

/// That the answer to a state is one of its form, finite, and the same the second time.
fn check(module: &Module, x: &Tensor) -> Result<(), ForeignError> {
    let first = module.answer(x)?;
    if !first
        .f_isfinite()?
        .f_all()?
        .f_int64_value(&[])
        .is_ok_and(|all| all != 0)
    {
        return Err(ForeignError::NotFinite);
    }
    let apart = probe::largest(&first.f_sub(&module.answer(x)?)?)?;
    if apart == 0.0 {
        Ok(())
    } else {
        Err(ForeignError::Fickle { apart })
    }
}

/// What was found, and what it means for the law's worlds.
fn remarks(law: &ModuleLaw) -> Vec<String> {
    let worlds = match (law.reach_cells, law.period_cells, law.halo_cells) {
        (_, _, Some(_)) => {
            "It answers in a window around a tile as it does in the whole grid: its worlds can be sparse and unbounded.".to_owned()
        }
        (None, ..) => format!(
            "One cell is felt more than {} cells away, or everywhere: its worlds have walls, and every cell of them is computed.",
            probe::REACH_CELLS
        ),
        (Some(_), None, _) => {
            "It is local, and where a cell lies makes a difference to it: its worlds have walls, and every cell of them is computed.".to_owned()
        }
        (Some(_), Some(_), None) => {
            "It is local, but not in windows of a tile: its worlds have walls or are a torus, and every cell of them is computed.".to_owned()
        }
    };
    vec![
        worlds,
        "Beyond a wall it sees what it pads its own grid with. Its answer is added to psi.".to_owned(),
    ]
}
