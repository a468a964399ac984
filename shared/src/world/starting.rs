//! What lies in a world at step 0: a rule, or a saved state.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::geometry::UnknownWord;
use crate::limits::PIECES;
use crate::path::{PathOnTheWire, has_ending};

/// Endings of the files that can be one.
const ENDINGS: &[&str] = &["npz", "npy", "pt", "png"];

/// What lies in a world at step 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "PathOnTheWire", into = "PathOnTheWire")]
pub enum StartingMatter {
    /// Vacuum (`psi_0 = 1`) with one square of random unit-norm cells, this many cells a side, at the centre.
    Blob {
        /// Cells a side.
        side_cells: u32,
    },
    /// Vacuum with several such squares, at places drawn from the seed.
    Blobs {
        /// How many.
        count: u32,
        /// Cells a side.
        side_cells: u32,
    },
    /// Every channel of every cell exp(0.1 i n), n normal: modulus 1, so a cell's norm is the root of d until its first
    /// step. As the training system starts from.
    ComplexNoise,
    /// Every cell uniform noise in real and imaginary part, brought to unit norm.
    Random,
    /// Every cell 0.
    Zeros,
    /// A saved state: a `.npz` with `psi` complex64 `[H, W, d]`, and `h`, `c` where the law has memory; a trainer's
    /// `snapshot_*.pt`, which holds psi alone; or a `.png`, whose brightness a (0 to 1) makes a cell
    /// `psi_0 = sqrt(1 - a^2), psi_1 = a`. [`super::Placement`] says where it lies.
    File(PathBuf),
}

impl Default for StartingMatter {
    fn default() -> Self {
        Self::Blob { side_cells: 16 }
    }
}

impl fmt::Display for StartingMatter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blob { side_cells } => write!(f, "blob:{side_cells}"),
            Self::Blobs { count, side_cells } => write!(f, "blobs:{count}:{side_cells}"),
            Self::ComplexNoise => f.write_str("complex_noise"),
            Self::Random => f.write_str("random"),
            Self::Zeros => f.write_str("zeros"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

impl FromStr for StartingMatter {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let unknown = || UnknownWord {
            text: text.to_owned(),
            allowed: "blob:SIZE|blobs:COUNT:SIZE|complex_noise|random|zeros|FILE.npz|FILE.npy|FILE.pt|FILE.png",
        };
        let number = |text: &str| match text.parse() {
            Ok(number) if number > 0 => Ok(number),
            _ => Err(unknown()),
        };
        match text {
            "complex_noise" => return Ok(Self::ComplexNoise),
            "random" => return Ok(Self::Random),
            "zeros" => return Ok(Self::Zeros),
            _ => {}
        }
        if let Some(side) = text.strip_prefix("blob:") {
            return Ok(Self::Blob {
                side_cells: number(side)?,
            });
        }
        if let Some((count, side)) = text.strip_prefix("blobs:").and_then(|rest| rest.split_once(':')) {
            let (count, side_cells) = (number(count)?, number(side)?);
            return if count <= PIECES {
                Ok(Self::Blobs { count, side_cells })
            } else {
                Err(unknown())
            };
        }
        if has_ending(Path::new(text), ENDINGS) {
            Ok(Self::File(text.into()))
        } else {
            Err(unknown())
        }
    }
}

impl TryFrom<PathOnTheWire> for StartingMatter {
    type Error = UnknownWord;

    fn try_from(there: PathOnTheWire) -> Result<Self, UnknownWord> {
        there.word_or_file(
            ENDINGS,
            Self::File,
            "the bytes of FILE.npz|FILE.npy|FILE.pt|FILE.png",
        )
    }
}

impl From<StartingMatter> for PathOnTheWire {
    fn from(matter: StartingMatter) -> Self {
        match matter {
            StartingMatter::File(path) => path.as_path().into(),
            word => Self::Text(word.to_string()),
        }
    }
}
