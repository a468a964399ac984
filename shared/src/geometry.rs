//! Sizes of a grid, rows first, and what lies beyond its edge.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::limits::{DENSE_CELLS, GRID_SIDE_CELLS};

/// Why a grid cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum GridError {
    /// Not of the form `HxW` or `N`.
    #[error("{text:?} is no grid; write HEIGHTxWIDTH in cells, for example 128x192")]
    Syntax {
        /// What was given.
        text: String,
    },
    /// A side of nothing, or a longer one than [`GRID_SIDE_CELLS`].
    #[error("a grid of {height}x{width} cells: each side can be 1 to {GRID_SIDE_CELLS}")]
    Side {
        /// Rows.
        height: u32,
        /// Columns.
        width: u32,
    },
    /// More than [`DENSE_CELLS`] where every cell is to be kept.
    #[error(
        "a grid of {height}x{width} is too large to keep every cell of it: {DENSE_CELLS} cells at most; matter in pieces can be kept sparsely"
    )]
    Cells {
        /// Rows.
        height: u32,
        /// Columns.
        width: u32,
    },
    /// The law halves the grid, and a side is not divisible.
    #[error("a grid of {height}x{width}: this law needs both sides to be a multiple of {period}")]
    Period {
        /// Rows.
        height: u32,
        /// Columns.
        width: u32,
        /// The law's total stride.
        period: u32,
    },
}

crate::tagged::read_by_tag! {
    GridError by "fault":
    Syntax { text },
    Side { height, width },
    Cells { height, width },
    Period { height, width, period },
}

/// Height and width of a grid, in cells. Written `128x192`, and as `[128, 192]` in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "[u32; 2]", into = "[u32; 2]")]
pub struct GridShape {
    height: u32,
    width: u32,
}

impl GridShape {
    /// Checks both sides.
    pub fn new(height: u32, width: u32) -> Result<Self, GridError> {
        let side = 1..=GRID_SIDE_CELLS;
        if !side.contains(&height) || !side.contains(&width) {
            return Err(GridError::Side { height, width });
        }
        Ok(Self { height, width })
    }

    /// Rows.
    pub fn height(self) -> u32 {
        self.height
    }

    /// Columns.
    pub fn width(self) -> u32 {
        self.width
    }

    /// Rows times columns.
    pub fn cells(self) -> u64 {
        u64::from(self.height) * u64::from(self.width)
    }

    /// That every cell of it can be kept.
    pub fn check_dense(self) -> Result<(), GridError> {
        if self.cells() <= DENSE_CELLS {
            return Ok(());
        }
        Err(GridError::Cells {
            height: self.height,
            width: self.width,
        })
    }

    /// That both sides are a multiple of a law's total stride.
    pub fn check_period(self, period: u32) -> Result<(), GridError> {
        if self.height.is_multiple_of(period) && self.width.is_multiple_of(period) {
            return Ok(());
        }
        Err(GridError::Period {
            height: self.height,
            width: self.width,
            period,
        })
    }
}

impl TryFrom<[u32; 2]> for GridShape {
    type Error = GridError;

    fn try_from([height, width]: [u32; 2]) -> Result<Self, GridError> {
        Self::new(height, width)
    }
}

impl From<GridShape> for [u32; 2] {
    fn from(grid: GridShape) -> [u32; 2] {
        [grid.height, grid.width]
    }
}

impl fmt::Display for GridShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.height, self.width)
    }
}

impl FromStr for GridShape {
    type Err = GridError;

    fn from_str(text: &str) -> Result<Self, GridError> {
        let syntax = || GridError::Syntax {
            text: text.to_owned(),
        };
        let side = |s: &str| s.trim().parse::<u32>().map_err(|_| syntax());
        match text.split_once(['x', 'X', '×']) {
            Some((height, width)) => Self::new(side(height)?, side(width)?),
            None => side(text).and_then(|n| Self::new(n, n)),
        }
    }
}

/// What a cell at the edge sees beyond it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Boundary {
    /// Zeros, in every convolution: how laws are trained, and the default.
    #[default]
    Walls,
    /// The other side of the grid, in every convolution.
    Torus,
    /// More of the plane: there is no edge. What a norm takes of the plane is what its background has.
    Unbounded,
}

impl fmt::Display for Boundary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Walls => "walls",
            Self::Torus => "torus",
            Self::Unbounded => "unbounded",
        })
    }
}

/// A word that is none of those a type knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is none of {allowed}")]
pub struct UnknownWord {
    /// What was given.
    pub text: String,
    /// The words that would do, separated by `|`.
    pub allowed: &'static str,
}

impl FromStr for Boundary {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text {
            "walls" => Ok(Self::Walls),
            "torus" => Ok(Self::Torus),
            "unbounded" => Ok(Self::Unbounded),
            _ => Err(UnknownWord {
                text: text.to_owned(),
                allowed: "walls|torus|unbounded",
            }),
        }
    }
}

/// A cell of a world: row, then column, from the grid's upper left. Written `Y,X`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Cell {
    /// Row, downwards.
    pub y: i64,
    /// Column, to the right.
    pub x: i64,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.y, self.x)
    }
}

impl FromStr for Cell {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let unknown = || UnknownWord {
            text: text.to_owned(),
            allowed: "Y,X",
        };
        let (y, x) = text.split_once(',').ok_or_else(unknown)?;
        let number = |part: &str| part.trim().parse().map_err(|_| unknown());
        Ok(Self {
            y: number(y)?,
            x: number(x)?,
        })
    }
}

/// A rectangle of cells, at least one each way; on a torus and on the unbounded plane it may lie anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Region {
    /// Its first row.
    pub y: i64,
    /// Its first column.
    pub x: i64,
    /// Rows.
    pub height: u32,
    /// Columns.
    pub width: u32,
}

impl Region {
    /// All of a grid.
    pub fn of(grid: GridShape) -> Self {
        Self {
            y: 0,
            x: 0,
            height: grid.height(),
            width: grid.width(),
        }
    }

    /// How many cells.
    pub fn cells(&self) -> u64 {
        u64::from(self.height) * u64::from(self.width)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_grid_reads_what_it_writes(height in 1u32..5000, width in 1u32..3000) {
            let grid = GridShape::new(height, width).unwrap();
            prop_assert_eq!(grid.to_string().parse::<GridShape>().unwrap(), grid);
            let json = serde_json::to_string(&grid).unwrap();
            prop_assert_eq!(json.clone(), format!("[{height},{width}]"));
            prop_assert_eq!(serde_json::from_str::<GridShape>(&json).unwrap(), grid);
        }
    }

    #[test]
    fn the_limits_hold_at_minus_one_zero_and_plus_one() {
        assert!(GridShape::new(0, 5).is_err());
        assert!(GridShape::new(GRID_SIDE_CELLS, 1).is_ok());
        assert!(GridShape::new(GRID_SIDE_CELLS + 1, 1).is_err());
        assert!(GridShape::new(4096, 4095).unwrap().check_dense().is_ok());
        assert!(GridShape::new(4096, 4096).unwrap().check_dense().is_ok());
        assert!(GridShape::new(4096, 4097).unwrap().check_dense().is_err());
    }

    #[test]
    fn one_number_is_a_square_and_rows_come_first() {
        let grid: GridShape = "48".parse().unwrap();
        assert_eq!((grid.height(), grid.width()), (48, 48));
        let grid: GridShape = "32x48".parse().unwrap();
        assert_eq!((grid.height(), grid.width()), (32, 48));
        for bad in ["", "x", "32x", "-1x4", "3.5x4", "32x48x2"] {
            assert!(bad.parse::<GridShape>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_grid_fits_the_stride_or_says_so() {
        let grid = GridShape::new(32, 30).unwrap();
        assert!(grid.check_period(1).is_ok());
        assert_eq!(
            grid.check_period(4).unwrap_err().to_string(),
            "a grid of 32x30: this law needs both sides to be a multiple of 4"
        );
    }
}
