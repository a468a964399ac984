//! What can be wrong with a world, a state or a command.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::geometry::{Cell, GridShape};
use crate::sniff::Kind;

/// A number that a request gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// The decay a step.
    Gamma,
    /// What counts as matter.
    Eps,
    /// Steps to make.
    Steps,
    /// Steps a second.
    StepsPerSecond,
    /// A tool's radius, in cells.
    Radius,
    /// A tool's strength, or its turns.
    Strength,
    /// A tool's angle, in radians.
    Angle,
    /// A wave's length, in cells.
    Wavelength,
    /// How far from the origin, in cells.
    Distance,
}

impl Quantity {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Gamma,
        Self::Eps,
        Self::Steps,
        Self::StepsPerSecond,
        Self::Radius,
        Self::Strength,
        Self::Angle,
        Self::Wavelength,
        Self::Distance,
    ];
}

/// What there can be too many of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// Open sessions.
    Sessions,
    /// Viewers of a session.
    Viewers,
    /// Diagnoses under way.
    Diagnoses,
    /// Strokes in a world's past.
    Strokes,
    /// Tiles that are computed at once.
    Tiles,
    /// Pieces that a state is laid in.
    Pieces,
    /// Requests that wait for the engine.
    Requests,
}

impl Counted {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Sessions,
        Self::Viewers,
        Self::Diagnoses,
        Self::Strokes,
        Self::Tiles,
        Self::Pieces,
        Self::Requests,
    ];
}

/// What is wrong with a file that starting matter was to be read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum StateFault {
    /// It is larger than the world.
    Larger {
        /// Its size.
        size: GridShape,
        /// The world's.
        grid: GridShape,
    },
    /// It reaches beyond the edge of the world.
    Outside {
        /// Where its upper left cell would lie.
        at: Cell,
        /// Its size.
        size: GridShape,
        /// The world's.
        grid: GridShape,
    },
    /// It lies farther out than any world reaches.
    Far {
        /// Where it would lie.
        at: Cell,
        /// The farthest, in cells from the origin.
        limit: u64,
    },
    /// Its memory does not meet the law's.
    OffPeriod {
        /// Where it would lie.
        at: Cell,
        /// What rows and columns have to be a multiple of.
        period: u32,
    },
    /// It is something else.
    Kind {
        /// What; none: that is not known.
        kind: Option<Kind>,
    },
    /// An array that is needed is not in it, or not as it is needed.
    Array {
        /// Its name.
        array: String,
    },
    /// It is no snapshot that fits the law.
    Snapshot,
    /// It is a picture that cannot be decoded.
    Picture,
    /// A picture needs a second channel to be drawn in, and the law has none.
    PictureChannels,
    /// It carries memory, and the law has none.
    Memory,
    /// An array has numbers that float32 does not.
    Inexact {
        /// Its name.
        array: String,
    },
    /// An array has a value that is not finite.
    NotFinite {
        /// Its name.
        array: String,
        /// Which element, counted in C order.
        element: u64,
    },
    /// It is no seed: one piece of matter that is small enough.
    Seed {
        /// The longest side that a seed can have.
        limit_cells: u32,
    },
    /// It is of another step than the one that was asked for.
    Step {
        /// Its step.
        found: u64,
        /// The step that was asked for.
        needed: u64,
    },
}

crate::tagged::read_by_tag! {
    StateFault by "fault":
    Larger { size, grid },
    Outside { at, size, grid },
    Far { at, limit },
    OffPeriod { at, period },
    Kind { kind },
    Array { array },
    Snapshot,
    Picture,
    PictureChannels,
    Memory,
    Inexact { array },
    NotFinite { array, element },
    Seed { limit_cells },
    Step { found, needed },
}

/// Where a value that is not finite was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "place", rename_all = "snake_case")]
pub enum NotFinitePlace {
    /// In a cell.
    Cell {
        /// Which.
        at: Cell,
    },
    /// In a cell of the law's memory.
    Memory {
        /// Which.
        at: Cell,
    },
    /// In the background.
    Background,
}

crate::tagged::read_by_tag! {
    NotFinitePlace by "place":
    Cell { at },
    Memory { at },
    Background,
}

/// Why a harmonic vacuum cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VacuumFault {
    /// The law takes a norm over the whole world.
    Norm,
    /// The world has no end.
    Unbounded,
    /// The world is too large to be worked out cell by cell.
    TooLarge,
    /// Every cell was asked for.
    Dense,
}

impl VacuumFault {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Norm, Self::Unbounded, Self::TooLarge, Self::Dense];
}

impl fmt::Display for VacuumFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Norm => "this law takes a norm over the whole world; MLP, DEEP_QCA and SNN_UNET do not",
            Self::Unbounded => "it needs a world with an end: walls, or a torus",
            Self::TooLarge => "it is worked out cell by cell, for worlds of at most 1048576 cells",
            Self::Dense => "only matter and what is near it is computed in it: choose auto or sparse",
        })
    }
}

/// Why somebody else's TorchScript cannot be computed so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModuleFault {
    /// It was asked for in float64.
    Precision,
    /// It was asked for on another device than the CPU.
    Device,
    /// It needs every cell.
    NoWindows,
    /// The last tile of the torus is smaller than a cell is felt.
    LastTile,
    /// It looks farther than a torus can be continued for it.
    Torus,
}

impl ModuleFault {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Precision,
        Self::Device,
        Self::NoWindows,
        Self::LastTile,
        Self::Torus,
    ];
}

impl fmt::Display for ModuleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Precision => "it is asked in float32",
            Self::Device => "it is asked on the CPU",
            Self::NoWindows => {
                "it needs every cell of a world that has an end: choose auto or dense, and walls"
            }
            Self::LastTile => {
                "the last tile of this torus is smaller than a cell is felt: take sides that are multiples of 16"
            }
            Self::Torus => {
                "it looks farther than a torus can be continued for it, or at where a cell lies: give it walls"
            }
        })
    }
}
