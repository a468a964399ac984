//! What can fail in a world.

use std::io;
use std::path::{Path, PathBuf};

use atheria_shared::cause::{Counted, ModuleFault, NotFinitePlace, StateFault, VacuumFault};
use atheria_shared::geometry::GridError;
use atheria_shared::limits::{DENSE_CELLS, PLANE_CELLS, SEED_SIDE_CELLS, SERIES_STATES, STATE_BYTES, TILES};
use atheria_shared::sniff::Kind;
use atheria_shared::{ApiError, Cause, Cell, ErrorCode, GridShape};
use tch::TchError;

use crate::run::sparse::Unsupported;
use crate::run::{RunError, first_line};

/// Why a world cannot be made, stepped, read or written.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// The grid does not suit the law, or is none.
    #[error(transparent)]
    Grid(#[from] GridError),
    /// A blob that is larger than its world.
    #[error("a blob of {side_cells}x{side_cells} cells does not fit into a grid of {grid}")]
    Blob {
        /// Its side.
        side_cells: u32,
        /// The grid.
        grid: GridShape,
    },
    /// Blobs with more cells than can be kept.
    #[error(
        "{count} blobs of {side_cells}x{side_cells} cells are more than the {DENSE_CELLS} cells of matter that can be drawn"
    )]
    Blobs {
        /// How many.
        count: u32,
        /// Cells a side of each.
        side_cells: u32,
    },
    /// A state that is larger than its world.
    #[error("the state {} is of {size} cells and does not fit into a grid of {grid}", path.display())]
    Larger {
        /// The file.
        path: PathBuf,
        /// Its size.
        size: GridShape,
        /// The grid.
        grid: GridShape,
    },
    /// A place at which a state would reach beyond the edge of its world.
    #[error(
        "the state {} of {size} cells does not lie within a grid of {grid} at {at}; only an unbounded world goes on there",
        path.display()
    )]
    Outside {
        /// The file.
        path: PathBuf,
        /// Where its upper left cell, or that of a part of it, would lie.
        at: Cell,
        /// Its size.
        size: GridShape,
        /// The grid.
        grid: GridShape,
    },
    /// A place that no world reaches.
    #[error("the state {} would lie at {at}: at most {PLANE_CELLS} cells from the origin", path.display())]
    Far {
        /// The file.
        path: PathBuf,
        /// Where it would lie.
        at: Cell,
    },
    /// A place at which the cells of the memory would not meet those of the law.
    #[error(
        "the state {} has memory and would lie at {at}: rows and columns must be multiples of {period}",
        path.display()
    )]
    Phase {
        /// The file.
        path: PathBuf,
        /// Where it would lie.
        at: Cell,
        /// The law's total stride.
        period: u32,
    },
    /// More pieces than a world can be made of.
    #[error("the state {} would be laid in {pieces} pieces: {TILES} at most", path.display())]
    Pieces {
        /// The file.
        path: PathBuf,
        /// How many.
        pieces: u64,
    },
    /// A file that cannot be a seed.
    #[error("the seed {} cannot be planted: {reason} (a seed is one piece of at most {SEED_SIDE_CELLS}x{SEED_SIDE_CELLS} cells)", path.display())]
    Seed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A disc in a channel that the law does not have.
    #[error("a seed in channel {channel}: this law has the channels 0 to {}", channels.saturating_sub(1))]
    SeedChannel {
        /// The channel.
        channel: u16,
        /// The law's channels.
        channels: u16,
    },
    /// There is no seed to plant.
    #[error(
        "this world has no seed to plant: its starting matter is not one compact piece, and its experiment's atheria.json \
         declares no \"seed\"; noise lays random cells"
    )]
    NoSeed,
    /// A file of another kind than those that are read.
    #[error("the state {} is of a kind that is not read: .npz, .npy, .pt or .png", path.display())]
    Kind {
        /// The file.
        path: PathBuf,
    },
    /// A file that is known, and is no state.
    #[error("the state {} is {found}; {advice}", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: Kind,
        /// What to do.
        advice: &'static str,
    },
    /// A trainer's snapshot that is not what is needed.
    #[error(
        "the snapshot {} holds {found}; {needed}",
        path.display()
    )]
    Snapshot {
        /// The file.
        path: PathBuf,
        /// What it holds.
        found: String,
        /// What it would have to hold, and what makes it so where that can be told.
        needed: String,
    },
    /// A picture that cannot be decoded.
    #[error("the picture {} cannot be read: {source}", path.display())]
    Picture {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: png::DecodingError,
    },
    /// A picture for a law that has no second channel to draw it in.
    #[error("the picture {} cannot be drawn: the law has {channels} channel, and its brightness is that of the second", path.display())]
    PictureChannels {
        /// The file.
        path: PathBuf,
        /// The law's channels.
        channels: u16,
    },
    /// There is no such state file, or it cannot be opened or followed.
    #[error("the state {} cannot be read: {source}", path.display())]
    ReadFile {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// More bytes than are read or written.
    #[error("the state {} takes {bytes} bytes; {STATE_BYTES} are allowed", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// How many it would be.
        bytes: u64,
    },
    /// It lacks an array.
    #[error("the state {} has no array {array:?}; it has {found}{advice}", path.display())]
    ArrayMissing {
        /// The file.
        path: PathBuf,
        /// The array.
        array: String,
        /// Those that it has.
        found: String,
        /// What makes a state of them, or nothing.
        advice: String,
    },
    /// An array is not what is needed.
    #[error("the array {array:?} of {} has {found}; {needed}", path.display())]
    Array {
        /// The file.
        path: PathBuf,
        /// The array.
        array: String,
        /// What it has: dtype, shape.
        found: String,
        /// What it would have to have, and what makes it so where that can be told.
        needed: String,
    },
    /// An array whose numbers the world's precision does not have.
    #[error(
        "the array {array:?} of {} has {found}, and float32 does not have all of its numbers (the first is element {element}): \
         ask for --dtype float64, or round it: {advice}",
        path.display()
    )]
    ArrayInexact {
        /// The file.
        path: PathBuf,
        /// The array.
        array: String,
        /// What it has: dtype, shape.
        found: String,
        /// The first such element, counted in C order.
        element: usize,
        /// The line that rounds it.
        advice: String,
    },
    /// An array that the law has no use for.
    #[error("the state {} carries memory ({array:?}), and this law has none", path.display())]
    NoMemory {
        /// The file.
        path: PathBuf,
        /// The array.
        array: String,
    },
    /// A value that is not finite.
    #[error("the array {array:?} of {} is not finite at element {element}", path.display())]
    ArrayNotFinite {
        /// The file.
        path: PathBuf,
        /// The array.
        array: String,
        /// Its first such element, counted in C order.
        element: usize,
    },
    /// The file is of another step than the one that was asked for.
    #[error("the state {} is of step {found}, and {needed} was asked for", path.display())]
    Step {
        /// The file.
        path: PathBuf,
        /// Its step.
        found: u64,
        /// The step that was asked for.
        needed: u64,
    },
    /// The file could not be written. What lay there before is untouched.
    #[error("the state {} cannot be written: {source} (is the folder there and writable, and the disk not full?)", path.display())]
    WriteFile {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A series of more states than one can hold, or of none.
    #[error("a series of {states} states: 1 to {SERIES_STATES} can be written")]
    SeriesStates {
        /// How many.
        states: u64,
    },
    /// A series under a name of another kind, or one that is taken and not written over.
    #[error("the series {} cannot be written: {reason}", path.display())]
    SeriesName {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A state that is not one of this series: of another size, or one too many.
    #[error("the series {} has {needed}; a state of step {step} is {found}", path.display())]
    SeriesState {
        /// The file or folder.
        path: PathBuf,
        /// The state's step.
        step: u64,
        /// What it is.
        found: String,
        /// What it would have to be.
        needed: String,
    },
    /// A Zarr store that cannot be written.
    #[error("the series {} cannot be written: {source}", path.display())]
    SeriesZarr {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The law made a value that is not finite. The world is still that of the step before.
    #[error("step {step} made a value that is not finite, {place}; the world stays at the step before")]
    NotFinite {
        /// The step that was not taken.
        step: u64,
        /// Where, and by what it was made.
        place: String,
        /// Where, if it was in a world that somebody sees.
        at: Option<NotFinitePlace>,
    },
    /// An unbounded world cannot be computed cell by cell.
    #[error("an unbounded world has no end: it can be computed sparsely, on a CPU, and not densely")]
    Endless,
    /// An unbounded world cannot be written cell by cell.
    #[error(
        "an unbounded world has no end: a series of all its cells cannot be written; give it walls, or make it a torus"
    )]
    Whole,
    /// The procedural vacuum does not go with this.
    #[error("a harmonic vacuum cannot be used here: {reason}")]
    Harmonic {
        /// Why.
        reason: VacuumFault,
    },
    /// A TorchScript of somebody else cannot be computed like this.
    #[error("this TorchScript cannot be computed so: {reason}")]
    Module {
        /// Why.
        reason: ModuleFault,
    },
    /// More tiles than are computed at once.
    #[error(
        "matter is felt in {tiles} tiles; {most} can be computed at once: take a smaller world, or less matter"
    )]
    TooManyTiles {
        /// How many.
        tiles: usize,
        /// How many can be.
        most: usize,
    },
    /// The law has a layer that cannot be computed on tiles.
    #[error("this law cannot be computed sparsely: {0}")]
    Unsupported(#[from] Unsupported),
    /// The step could not be made.
    #[error(transparent)]
    Run(#[from] RunError),
    /// libtorch refused.
    #[error("libtorch failed while {operation}: {}", first_line(.source))]
    Libtorch {
        /// What was tried.
        operation: &'static str,
        /// libtorch's words.
        #[source]
        source: TchError,
    },
}

impl WorldError {
    /// For `map_err`: names what was tried.
    pub(super) fn torch(operation: &'static str) -> impl Fn(TchError) -> Self {
        move |source| Self::Libtorch { operation, source }
    }

    fn code(&self) -> ErrorCode {
        match self {
            Self::Grid(_) | Self::Blob { .. } | Self::Blobs { .. } | Self::Larger { .. } => {
                ErrorCode::GridInvalid
            }
            Self::ReadFile { .. }
            | Self::TooLarge { .. }
            | Self::ArrayMissing { .. }
            | Self::Array { .. }
            | Self::NoMemory { .. }
            | Self::ArrayNotFinite { .. }
            | Self::ArrayInexact { .. }
            | Self::Outside { .. }
            | Self::Far { .. }
            | Self::Phase { .. }
            | Self::Pieces { .. }
            | Self::Kind { .. }
            | Self::Foreign { .. }
            | Self::Snapshot { .. }
            | Self::Picture { .. }
            | Self::PictureChannels { .. }
            | Self::Seed { .. }
            | Self::SeedChannel { .. }
            | Self::Step { .. } => ErrorCode::StateInvalid,
            Self::NoSeed => ErrorCode::NoSeed,
            Self::WriteFile { .. }
            | Self::SeriesStates { .. }
            | Self::SeriesName { .. }
            | Self::SeriesState { .. }
            | Self::SeriesZarr { .. } => ErrorCode::StateUnwritable,
            Self::NotFinite { .. } => ErrorCode::NotFinite,
            Self::Endless | Self::Whole | Self::Harmonic { .. } | Self::Module { .. } => {
                ErrorCode::BadRequest
            }
            Self::TooManyTiles { .. } => ErrorCode::GridInvalid,
            Self::Unsupported(_) | Self::Run(_) | Self::Libtorch { .. } => ErrorCode::EngineFailed,
        }
    }
}

impl WorldError {
    /// The reason with its figures; none of what only the command line asks for, and of libtorch's own failures.
    fn cause(&self) -> Option<Cause> {
        Some(match self {
            Self::Grid(wrong) => Cause::Grid { wrong: wrong.clone() },
            Self::Blob { side_cells, grid } => Cause::Blob {
                side_cells: *side_cells,
                grid: *grid,
            },
            Self::Blobs { count, side_cells } => Cause::Blobs {
                count: *count,
                side_cells: *side_cells,
                limit_cells: DENSE_CELLS,
            },
            Self::ReadFile { path, source } => Cause::Unreadable {
                path: shown(path),
                why: source.into(),
            },
            Self::TooLarge { path, bytes } => Cause::FileTooLarge {
                file: file(path),
                bytes: *bytes,
                limit_bytes: STATE_BYTES,
            },
            Self::Pieces { pieces, .. } => Cause::TooMany {
                what: Counted::Pieces,
                found: Some(*pieces),
                limit: TILES as u64,
            },
            Self::WriteFile { path, source } => Cause::Unwritable {
                path: shown(path),
                why: source.into(),
            },
            Self::NotFinite { step, at, .. } => Cause::NotFinite {
                step: Some(*step),
                place: *at,
            },
            Self::SeedChannel { channel, channels } => Cause::SeedChannel {
                channel: *channel,
                channels: *channels,
            },
            Self::Endless | Self::Whole => Cause::Endless,
            Self::Harmonic { reason } => Cause::Vacuum { wrong: *reason },
            Self::Module { reason } => Cause::Module { wrong: *reason },
            Self::TooManyTiles { tiles, most } => Cause::TooMany {
                what: Counted::Tiles,
                found: Some(*tiles as u64),
                limit: *most as u64,
            },
            Self::Unsupported(_) | Self::Run(RunError::Unsupported(_)) => Cause::NotSparse,
            Self::Run(RunError::NotFinite { .. }) => Cause::NotFinite {
                step: None,
                place: None,
            },
            Self::Run(_)
            | Self::Libtorch { .. }
            | Self::SeriesStates { .. }
            | Self::SeriesName { .. }
            | Self::SeriesState { .. }
            | Self::SeriesZarr { .. } => return None,
            of_a_file => return of_a_file.state_fault(),
        })
    }

    /// What is wrong with a file of starting matter.
    fn state_fault(&self) -> Option<Cause> {
        let (path, wrong) = match self {
            Self::Larger { path, size, grid } => {
                let (size, grid) = (*size, *grid);
                (path, StateFault::Larger { size, grid })
            }
            Self::Outside { path, at, size, grid } => {
                let (at, size, grid) = (*at, *size, *grid);
                (path, StateFault::Outside { at, size, grid })
            }
            Self::Far { path, at } => {
                let limit = PLANE_CELLS.unsigned_abs();
                (path, StateFault::Far { at: *at, limit })
            }
            Self::Phase { path, at, period } => {
                let (at, period) = (*at, *period);
                (path, StateFault::OffPeriod { at, period })
            }
            Self::Kind { path } => (path, StateFault::Kind { kind: None }),
            Self::Foreign { path, found, .. } => (path, StateFault::Kind { kind: Some(*found) }),
            Self::Snapshot { path, .. } => (path, StateFault::Snapshot),
            Self::Picture { path, .. } => (path, StateFault::Picture),
            Self::PictureChannels { path, .. } => (path, StateFault::PictureChannels),
            Self::ArrayMissing { path, array, .. } | Self::Array { path, array, .. } => {
                let array = array.clone();
                (path, StateFault::Array { array })
            }
            Self::ArrayInexact { path, array, .. } => {
                let array = array.clone();
                (path, StateFault::Inexact { array })
            }
            Self::ArrayNotFinite { path, array, element } => {
                let (array, element) = (array.clone(), *element as u64);
                (path, StateFault::NotFinite { array, element })
            }
            Self::NoMemory { path, .. } => (path, StateFault::Memory),
            Self::Seed { path, .. } => {
                let limit_cells = SEED_SIDE_CELLS;
                (path, StateFault::Seed { limit_cells })
            }
            Self::Step { path, found, needed } => {
                let (found, needed) = (*found, *needed);
                (path, StateFault::Step { found, needed })
            }
            _ => return None,
        };
        Some(Cause::State {
            file: file(path),
            wrong,
        })
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// A file's name alone.
fn file(path: &Path) -> String {
    shown(path.file_name().map_or(path, Path::new))
}

impl From<WorldError> for ApiError {
    fn from(error: WorldError) -> Self {
        Self::new(error.code(), error.to_string()).because(error.cause())
    }
}
