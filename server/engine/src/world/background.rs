//! The background: the empty world that matter is told from, kept as a small one that stands for it.
//!
//! A law of total stride p keeps a p-periodic field p-periodic, away from walls. So on a torus a p x p patch stands
//! for the whole plane; between walls a walled world of at most 2 [`EDGE_CELLS`] a side does, whose middle is repeated.
//! Its norms must take the statistics of the *world*: it is stepped together with it.

use atheria_shared::{Boundary, GridShape};
use tch::{Device, TchError, Tensor};

use crate::run::State;

/// Cells from a wall within which the stand-in has cells of its own: farther than a wall's influence was seen to reach.
pub(super) const EDGE_CELLS: u32 = 112;

/// The shape of a stand-in, and which of its cells stands for each cell of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StandIn {
    /// Its own size.
    pub(super) grid: GridShape,
    /// For each row of the world, the stand-in's.
    pub(super) rows: Vec<i64>,
    /// For each column of the world, the stand-in's.
    pub(super) columns: Vec<i64>,
}

impl StandIn {
    /// The stand-in for an empty world of this size under a law of total stride `period`, which divides both sides.
    pub(super) fn of(
        boundary: Boundary,
        grid: GridShape,
        period: u32,
    ) -> Result<Self, atheria_shared::geometry::GridError> {
        let (height, rows) = axis(boundary, grid.height(), period);
        let (width, columns) = axis(boundary, grid.width(), period);
        Ok(Self {
            grid: GridShape::new(height, width)?,
            rows,
            columns,
        })
    }
}

impl StandIn {
    /// One that is as large as the world.
    pub(super) fn whole(grid: GridShape) -> Self {
        let all = |cells: u32| (0..i64::from(cells)).collect();
        Self {
            grid,
            rows: all(grid.height()),
            columns: all(grid.width()),
        }
    }
}

/// Length of the stand-in along an axis, and its cell for each cell of the world.
fn axis(boundary: Boundary, length: u32, period: u32) -> (u32, Vec<i64>) {
    let period = period.max(1);
    match boundary {
        Boundary::Torus | Boundary::Unbounded => {
            let own = period.min(length);
            (own, (0..length).map(|at| i64::from(at % own)).collect())
        }
        Boundary::Walls if length <= 2 * EDGE_CELLS || !EDGE_CELLS.is_multiple_of(period) => {
            (length, (0..length).map(i64::from).collect())
        }
        Boundary::Walls => {
            let cell = |at: u32| {
                if at < EDGE_CELLS {
                    at
                } else if at >= length - EDGE_CELLS {
                    at - (length - 2 * EDGE_CELLS)
                } else {
                    EDGE_CELLS + at % period
                }
            };
            (
                2 * EDGE_CELLS,
                (0..length).map(|at| i64::from(cell(at))).collect(),
            )
        }
    }
}

/// A background that lives beside a world.
#[derive(Debug)]
pub(super) struct Background {
    /// The stand-in's state, `[1, 2d, h, w]`, its memory included.
    pub(super) state: State,
    rows: Tensor,
    columns: Tensor,
    whole: bool,
}

impl Background {
    /// A stand-in in a state of its own size.
    pub(super) fn new(stand_in: &StandIn, state: State, device: Device) -> Result<Self, TchError> {
        let index = |cells: &[i64]| Tensor::f_from_slice(cells)?.f_to_device(device);
        Ok(Self {
            state,
            rows: index(&stand_in.rows)?,
            columns: index(&stand_in.columns)?,
            whole: stand_in.grid.height() as usize == stand_in.rows.len()
                && stand_in.grid.width() as usize == stand_in.columns.len(),
        })
    }

    /// The empty world at its full size, `[1, 2d, H, W]`.
    pub(super) fn expand(&self) -> Result<Tensor, TchError> {
        if self.whole {
            return Ok(self.state.psi.shallow_clone());
        }
        self.state
            .psi
            .f_index_select(2, &self.rows)?
            .f_index_select(3, &self.columns)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_cell_is_stood_for_by_one_of_its_own_phase(
            quarter_height in 1_u32..200, quarter_width in 1_u32..200, coarse: bool, walls: bool,
        ) {
            let period = if coarse { 4 } else { 1 };
            let boundary = if walls { Boundary::Walls } else { Boundary::Torus };
            let grid = GridShape::new(4 * quarter_height, 4 * quarter_width).unwrap();
            let stand_in = StandIn::of(boundary, grid, period).unwrap();
            prop_assert!(stand_in.grid.check_period(period).is_ok());
            for (cells, own, length) in [
                (&stand_in.rows, stand_in.grid.height(), grid.height()),
                (&stand_in.columns, stand_in.grid.width(), grid.width()),
            ] {
                prop_assert_eq!(cells.len(), length as usize);
                for (at, &cell) in (0_u32..).zip(cells) {
                    let cell = u32::try_from(cell).unwrap();
                    prop_assert!(cell < own);
                    prop_assert_eq!(cell % period, at % period);
                    if walls && at < EDGE_CELLS.min(length / 2) {
                        prop_assert_eq!(cell, at);
                    }
                    if walls && length - at <= EDGE_CELLS.min(length / 2) {
                        prop_assert_eq!(own - cell, length - at);
                    }
                }
            }
        }
    }

    #[test]
    fn a_patch_is_repeated() {
        let stand_in = StandIn::of(Boundary::Torus, GridShape::new(8, 12).unwrap(), 4).unwrap();
        let psi = Tensor::arange(2 * 16, (tch::Kind::Float, Device::Cpu)).view([1, 2, 4, 4]);
        let state = State {
            psi: psi.shallow_clone(),
            memory: None,
        };
        let background = Background::new(&stand_in, state, Device::Cpu).unwrap();
        assert_eq!(background.expand().unwrap(), psi.repeat([1, 1, 2, 3]));
    }
}
