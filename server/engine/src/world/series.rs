//! A series: states of one world at steps of its past, written as it goes.
//!
//! `.npz`: `step` int64 `[n]` and `psi` complex `[n, H, W, d]`. `.zarr`: a Zarr v3 store of the same two arrays, a
//! chunk for each state. Nothing is there under the name before [`Series::finish`], and nothing is left of one that was
//! not.

mod npz;
mod zarr;

use std::fmt;
use std::path::{Path, PathBuf};

use atheria_shared::GridShape;
use atheria_shared::limits::{SERIES_STATES, STATE_BYTES};
use atheria_shared::world::Precision;

use self::npz::NpzSeries;
use self::zarr::ZarrSeries;
use super::WorldError;
use super::field::Field;
use crate::real::Real;

/// A series that is being written.
pub struct Series {
    plan: Plan,
    written: u64,
    store: Store,
}

enum Store {
    Npz(Box<NpzSeries>),
    Zarr(Box<ZarrSeries>),
}

/// What was asked for.
#[derive(Debug, Clone)]
struct Plan {
    path: PathBuf,
    grid: GridShape,
    channels: u16,
    precision: Precision,
    states: u64,
}

impl Plan {
    fn write_error(&self, source: std::io::Error) -> WorldError {
        WorldError::WriteFile {
            path: self.path.clone(),
            source,
        }
    }

    /// Bytes of one state.
    fn state_bytes(&self) -> u64 {
        let number = match self.precision {
            Precision::Float32 => 4,
            Precision::Float64 => 8,
        };
        self.grid.cells() * u64::from(self.channels) * 2 * number
    }

    /// `[n, H, W, d]`
    fn shape(&self, states: u64) -> [u64; 4] {
        let [height, width] = [self.grid.height(), self.grid.width()].map(u64::from);
        [states, height, width, u64::from(self.channels)]
    }
}

impl fmt::Debug for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Series")
            .field("plan", &self.plan)
            .field("written", &self.written)
            .finish_non_exhaustive()
    }
}

impl Series {
    /// Begins a series of at most `states` states at a path that ends in `.npz` or `.zarr`. A `.npz` takes the place of
    /// one that is there; a `.zarr` does not.
    pub fn begin(
        path: &Path,
        grid: GridShape,
        channels: u16,
        precision: Precision,
        states: u64,
    ) -> Result<Self, WorldError> {
        if !(1..=SERIES_STATES).contains(&states) {
            return Err(WorldError::SeriesStates { states });
        }
        grid.check_dense()?;
        let plan = Plan {
            path: path.to_owned(),
            grid,
            channels,
            precision,
            states,
        };
        let store = match path.extension().and_then(|extension| extension.to_str()) {
            Some("npz") => {
                let bytes = plan.state_bytes().saturating_mul(states);
                if bytes > STATE_BYTES {
                    return Err(WorldError::TooLarge {
                        path: path.to_owned(),
                        bytes,
                    });
                }
                {
                    let store = NpzSeries::begin(&plan).map_err(|source| plan.write_error(source))?;
                    Store::Npz(Box::new(store))
                }
            }
            Some("zarr") => Store::Zarr(Box::new(ZarrSeries::begin(&plan)?)),
            _ => {
                return Err(WorldError::SeriesName {
                    path: path.to_owned(),
                    reason: "its name must end in .npz or .zarr",
                });
            }
        };
        Ok(Self {
            plan,
            written: 0,
            store,
        })
    }

    /// States that were written.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Writes the state after `step` steps, its memory left out. It is of the size that was given.
    pub fn push<F: Real>(&mut self, step: u64, field: &Field<F>) -> Result<(), WorldError> {
        let [_, height, width, channels] = self.plan.shape(0);
        let found = [field.height, field.width, field.channels].map(|side| side as u64);
        let refuse = |found: String, needed: String| WorldError::SeriesState {
            path: self.plan.path.clone(),
            step,
            found,
            needed,
        };
        let needed = [height, width, channels];
        if found != needed || field.psi.len() as u64 != 2 * needed.iter().product::<u64>() {
            let words = |[height, width, channels]: [u64; 3]| {
                format!("{height}x{width} cells of {channels} channels")
            };
            return Err(refuse(words(found), words(needed)));
        }
        if self.written >= self.plan.states {
            return Err(refuse(
                "one more".to_owned(),
                format!("its {} states", self.plan.states),
            ));
        }
        let step = i64::try_from(step).unwrap_or(i64::MAX);
        match &mut self.store {
            Store::Npz(store) => store
                .push(&self.plan, step, field)
                .map_err(|source| self.plan.write_error(source))?,
            Store::Zarr(store) => store.push(&self.plan, step, field)?,
        }
        self.written += 1;
        Ok(())
    }

    /// Puts it in its place, with the states that were written; fewer than were announced are a shorter series.
    pub fn finish(self) -> Result<(), WorldError> {
        match self.store {
            Store::Npz(store) => store
                .finish(&self.plan)
                .map_err(|source| self.plan.write_error(source)),
            Store::Zarr(store) => store.finish(&self.plan),
        }
    }
}

#[cfg(test)]
mod tests;
