//! What a click of [`crate::tool::Tool::Inject`] plants: one seed, whole, the same each time.
//!
//! [`SeedMatter`] is how an experiment names it in its `atheria.json`; [`SeedMask`] is its shape, which a viewer is told so
//! that it can be shown before the click.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::geometry::UnknownWord;
use crate::limits::{SEED_SIDE_CELLS, STATE_CHANNELS};
use crate::path::{PathOnTheWire, has_ending};

/// What a seed is made of.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(try_from = "PathOnTheWire", into = "PathOnTheWire")]
pub enum SeedMatter {
    /// The compact piece that the world's own starting matter is made of; where that is in parts, there is no seed.
    #[default]
    Start,
    /// The cells whose centres lie within a radius, each `psi_0 = sqrt(1 - a^2), psi_c = a`.
    Disc {
        /// The radius, in cells; 0 is one cell. At most `(SEED_SIDE_CELLS - 1) / 2`.
        radius_cells: u16,
        /// The channel c, from 1.
        channel: u16,
        /// The amplitude a, above 0, at most 1.
        amplitude: f64,
    },
    /// A state in a file: a `.npz` or `.npy` with `psi`, or a `.png`, as [`crate::world::StartingMatter::File`] has them.
    /// Cells that are vacuum are no part of the seed.
    File(PathBuf),
}

/// Endings of the files that can be a seed.
const ENDINGS: &[&str] = &["npz", "npy", "png"];
/// The words of a [`SeedMatter`].
const WORDS: &str = "start|disc:RADIUS:CHANNEL[:AMPLITUDE]|FILE.npz|FILE.npy|FILE.png";

impl fmt::Display for SeedMatter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("start"),
            Self::Disc {
                radius_cells,
                channel,
                amplitude,
            } => write!(f, "disc:{radius_cells}:{channel}:{amplitude}"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

impl FromStr for SeedMatter {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        if text == "start" {
            return Ok(Self::Start);
        }
        let found = match text.strip_prefix("disc:") {
            Some(numbers) => disc(numbers),
            None => has_ending(Path::new(text), ENDINGS).then(|| Self::File(text.into())),
        };
        found.ok_or_else(|| UnknownWord {
            text: text.to_owned(),
            allowed: WORDS,
        })
    }
}

/// `RADIUS:CHANNEL[:AMPLITUDE]`, each in its range.
fn disc(numbers: &str) -> Option<SeedMatter> {
    let mut numbers = numbers.split(':');
    let radius_cells: u16 = numbers.next()?.parse().ok()?;
    let channel: u16 = numbers.next()?.parse().ok()?;
    let amplitude: f64 = numbers.next().map_or(Ok(1.0), str::parse).ok()?;
    let suits = 2 * u32::from(radius_cells) < SEED_SIDE_CELLS
        && (1..STATE_CHANNELS).contains(&channel)
        && amplitude > 0.0
        && amplitude <= 1.0;
    (suits && numbers.next().is_none()).then_some(SeedMatter::Disc {
        radius_cells,
        channel,
        amplitude,
    })
}

impl TryFrom<PathOnTheWire> for SeedMatter {
    type Error = UnknownWord;

    fn try_from(there: PathOnTheWire) -> Result<Self, UnknownWord> {
        there.word_or_file(ENDINGS, Self::File, WORDS)
    }
}

impl From<SeedMatter> for PathOnTheWire {
    fn from(matter: SeedMatter) -> Self {
        match matter {
            SeedMatter::File(path) => path.as_path().into(),
            word => Self::Text(word.to_string()),
        }
    }
}

/// The cells of a seed: its box, and which cells of that are laid. The box lies with its cell `(height / 2, width / 2)`
/// on the cell that is clicked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawMask", into = "RawMask")]
pub struct SeedMask {
    height: u32,
    width: u32,
    runs: Vec<u32>,
}

/// The same as JSON has it.
#[derive(Clone, Serialize, Deserialize)]
struct RawMask {
    height: u32,
    width: u32,
    /// Lengths of runs of cells, row after row: first of those that are not laid, then of those that are, and so on.
    runs: Vec<u32>,
}

/// A mask that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MaskError {
    /// A side is 0 or too long.
    #[error("a seed of {height}x{width} cells: its sides have 1 to {SEED_SIDE_CELLS}")]
    Sides {
        /// Rows.
        height: u32,
        /// Columns.
        width: u32,
    },
    /// The runs are not those of its cells.
    #[error("a seed whose runs have {found} cells, and its box {needed}")]
    Runs {
        /// Cells in the runs.
        found: u64,
        /// Cells in the box.
        needed: u64,
    },
}

impl SeedMask {
    /// The mask of a box of so many rows and columns; `laid`: for each cell, row after row, whether it is laid.
    pub fn new(height: u32, width: u32, laid: impl IntoIterator<Item = bool>) -> Result<Self, MaskError> {
        let mut runs = vec![0];
        let mut now = false;
        for laid in laid {
            if laid != now {
                runs.push(0);
                now = laid;
            }
            if let Some(run) = runs.last_mut() {
                *run += 1;
            }
        }
        Self::try_from(RawMask { height, width, runs })
    }

    /// Rows of the box.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Columns of the box.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// The cells that are laid, as stretches of columns of a row.
    pub fn stretches(&self) -> impl Iterator<Item = (u32, Range<u32>)> {
        let ends = self.runs.iter().scan(0, |end, run| {
            let from = *end;
            *end += run;
            Some(from..*end)
        });
        let width = self.width;
        ends.skip(1).step_by(2).flat_map(move |cells| {
            let rows = cells.start / width..cells.end.div_ceil(width);
            rows.map(move |y| {
                let row = y * width..(y + 1) * width;
                let (from, to) = (cells.start.max(row.start), cells.end.min(row.end));
                (y, from - row.start..to - row.start)
            })
        })
    }

    /// How many cells are laid.
    pub fn cells(&self) -> u32 {
        self.runs.iter().skip(1).step_by(2).sum()
    }
}

impl TryFrom<RawMask> for SeedMask {
    type Error = MaskError;

    fn try_from(raw: RawMask) -> Result<Self, MaskError> {
        let RawMask { height, width, runs } = raw;
        let sides = 1..=SEED_SIDE_CELLS;
        if !sides.contains(&height) || !sides.contains(&width) {
            return Err(MaskError::Sides { height, width });
        }
        let found = runs.iter().map(|&run| u64::from(run)).sum();
        let needed = u64::from(height) * u64::from(width);
        if found == needed {
            Ok(Self { height, width, runs })
        } else {
            Err(MaskError::Runs { found, needed })
        }
    }
}

impl From<SeedMask> for RawMask {
    fn from(mask: SeedMask) -> Self {
        Self {
            height: mask.height,
            width: mask.width,
            runs: mask.runs,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn seeds_read_what_they_write() {
        for text in [
            "start",
            "disc:3:1:0.65",
            "disc:0:2:1",
            "disc:47:63:1",
            "seed.npz",
            "seed.npy",
            "a/b.png",
        ] {
            assert_eq!(
                text.parse::<SeedMatter>().map(|seed| seed.to_string()).as_deref(),
                Ok(text)
            );
            let json = serde_json::to_string(text).unwrap();
            let seed: SeedMatter = serde_json::from_str(&json).unwrap();
            assert_eq!(serde_json::to_string(&seed).unwrap(), json);
        }
        assert_eq!(
            "disc:3:1".parse::<SeedMatter>().unwrap().to_string(),
            "disc:3:1:1"
        );
        for bad in [
            "",
            "disc",
            "disc:",
            "disc:3",
            "disc:3:0",
            "disc:3:64",
            "disc:48:1",
            "disc:-1:1",
            "disc:3:1:0",
            "disc:3:1:1.01",
            "disc:3:1:NaN",
            "disc:3:1:1:1",
            "noise",
            "seed.pt",
            "seed",
        ] {
            assert!(bad.parse::<SeedMatter>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_mask_is_of_its_box() {
        let mask = |json: &str| serde_json::from_str::<SeedMask>(json);
        assert!(mask(r#"{"height": 2, "width": 2, "runs": [0, 4]}"#).is_ok());
        for bad in [
            r#"{"height": 2, "width": 2, "runs": [0, 3]}"#,
            r#"{"height": 2, "width": 2, "runs": [0, 4, 4294967295]}"#,
            r#"{"height": 0, "width": 2, "runs": []}"#,
            r#"{"height": 97, "width": 1, "runs": [97]}"#,
        ] {
            assert!(mask(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_mask_has_the_cells_that_it_was_made_of(
            (width, laid) in (1..20_u32, 1..20_u32).prop_flat_map(|(height, width)| {
                (Just(width), proptest::collection::vec(any::<bool>(), (height * width) as usize))
            })
        ) {
            let height = laid.len() as u32 / width;
            let mask = SeedMask::new(height, width, laid.iter().copied()).unwrap();
            let mut again = vec![false; laid.len()];
            for (y, columns) in mask.stretches() {
                prop_assert!(!columns.is_empty() && columns.end <= width);
                for x in columns {
                    again[(y * width + x) as usize] = true;
                }
            }
            prop_assert_eq!(&again, &laid);
            prop_assert_eq!(mask.cells() as usize, laid.iter().filter(|&&laid| laid).count());
            let json = serde_json::to_string(&mask).unwrap();
            prop_assert_eq!(serde_json::from_str::<SeedMask>(&json).unwrap(), mask);
        }
    }
}
