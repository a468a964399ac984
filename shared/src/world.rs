//! A world: how it starts, how it is driven, what it reports of itself.

mod starting;

pub use starting::StartingMatter;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::character::LawCharacter;
use crate::geometry::{Boundary, Cell, GridShape, Region, UnknownWord};
use crate::law::{Architecture, ForeignLaw, LawParams};
use crate::limits::PIECES;
use crate::planting::{SeedMask, SeedMatter};
use crate::tool::Stroke;
use crate::view::View;

/// Where a [`StartingMatter::File`] that is smaller than the grid lies. What is around it is vacuum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Placement {
    /// In the middle.
    #[default]
    Centre,
    /// With its upper left cell here.
    At(Cell),
    /// Repeated from the grid's upper left; what does not fit at the right and lower edge is cut off.
    Tile,
    /// So many copies at places drawn from the seed, which do not overlap where there is room.
    Scatter {
        /// How many.
        count: u32,
    },
}

impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Centre => f.write_str("centre"),
            Self::At(cell) => write!(f, "{cell}"),
            Self::Tile => f.write_str("tile"),
            Self::Scatter { count } => write!(f, "scatter:{count}"),
        }
    }
}

impl FromStr for Placement {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let unknown = || UnknownWord {
            text: text.to_owned(),
            allowed: "centre|Y,X|tile|scatter:COUNT",
        };
        match text {
            "centre" | "center" => Ok(Self::Centre),
            "tile" => Ok(Self::Tile),
            _ => match text.strip_prefix("scatter:") {
                Some(count) => match count.parse() {
                    Ok(count) if (1..=PIECES).contains(&count) => Ok(Self::Scatter { count }),
                    _ => Err(unknown()),
                },
                None => text.parse().map(Self::At).map_err(|_| unknown()),
            },
        }
    }
}

impl TryFrom<String> for Placement {
    type Error = UnknownWord;

    fn try_from(text: String) -> Result<Self, UnknownWord> {
        text.parse()
    }
}

impl From<Placement> for String {
    fn from(placement: Placement) -> String {
        placement.to_string()
    }
}

/// What empty space is.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Vacuum {
    /// `psi_0 = 1`, the other channels 0, at step 0; from then on the background, which the law moves.
    #[default]
    One,
    /// Procedural: outside matter psi(y, x, t) is a sum of plane waves, a given function of place and step which the
    /// law sees but does not move. The same on every machine, and no state.
    Harmonic {
        /// Amplitude of the waves together, above 0, at most 1.
        amplitude: f64,
        /// How many waves, 1 to 64.
        waves: u32,
        /// What their directions, lengths, speeds, phases and channels are drawn from.
        seed: u64,
    },
}

impl fmt::Display for Vacuum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One => f.write_str("one"),
            Self::Harmonic {
                amplitude,
                waves,
                seed,
            } => write!(f, "harmonic:{amplitude}:{waves}:{seed}"),
        }
    }
}

impl FromStr for Vacuum {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let unknown = || UnknownWord {
            text: text.to_owned(),
            allowed: "one|harmonic[:AMPLITUDE[:WAVES[:SEED]]]",
        };
        let mut words = text.split(':');
        match words.next() {
            Some("one") if words.next().is_none() => Ok(Self::One),
            Some("harmonic") => {
                let amplitude = words.next().map_or(Ok(0.1), str::parse).map_err(|_| unknown())?;
                let waves = words.next().map_or(Ok(8), str::parse).map_err(|_| unknown())?;
                let seed = words.next().map_or(Ok(0), str::parse).map_err(|_| unknown())?;
                let suits = amplitude > 0.0 && amplitude <= 1.0 && (1..=64).contains(&waves);
                if !suits || words.next().is_some() {
                    return Err(unknown());
                }
                Ok(Self::Harmonic {
                    amplitude,
                    waves,
                    seed,
                })
            }
            _ => Err(unknown()),
        }
    }
}

impl TryFrom<String> for Vacuum {
    type Error = UnknownWord;

    fn try_from(text: String) -> Result<Self, UnknownWord> {
        text.parse()
    }
}

impl From<Vacuum> for String {
    fn from(vacuum: Vacuum) -> String {
        vacuum.to_string()
    }
}

/// Which cells to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExecutionChoice {
    /// Whichever is faster now; it changes both ways, without a jump in the answer.
    #[default]
    Auto,
    /// Every cell of the grid.
    Dense,
    /// Where matter is, and where it can be felt.
    Sparse,
}

impl FromStr for ExecutionChoice {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text {
            "auto" => Ok(Self::Auto),
            "dense" => Ok(Self::Dense),
            "sparse" => Ok(Self::Sparse),
            _ => Err(UnknownWord {
                text: text.to_owned(),
                allowed: "auto|dense|sparse",
            }),
        }
    }
}

impl fmt::Display for ExecutionChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Dense => "dense",
            Self::Sparse => "sparse",
        })
    }
}

/// Which cells are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Execution {
    /// Every cell of the grid.
    #[default]
    Dense,
    /// Where matter is, and where it can be felt.
    Sparse,
}

/// Why it is computed as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExecutionReason {
    /// It was asked for.
    #[default]
    Asked,
    /// Little of the world is to be computed.
    LittleMatter,
    /// Most of the world is to be computed: to look for the rest costs more than it saves.
    MuchMatter,
    /// The world is so small that the device computes all of it at once.
    Device,
    /// The law has no sparse reading.
    Law,
}

/// Numbers that a world is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// 32 bits.
    #[default]
    Float32,
    /// 64 bits: for checks. `auto` computes them on the CPU.
    Float64,
}

impl FromStr for Precision {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text {
            "float32" => Ok(Self::Float32),
            "float64" => Ok(Self::Float64),
            _ => Err(UnknownWord {
                text: text.to_owned(),
                allowed: "float32|float64",
            }),
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Float32 => "float32",
            Self::Float64 => "float64",
        })
    }
}

/// What counts as matter: a cell that differs from the background by more. Above 0, at most 1.
pub const EPS: f64 = 1e-6;

/// What can be seen of matter: a cell that differs from the background by more, |psi - b| of a cell whose norm is 1.
pub const VISIBLE: f64 = 0.01;

/// Where to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceChoice {
    /// CUDA where it is there and passes its checks, the CPU otherwise.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// CUDA, or an error.
    Cuda,
}

impl FromStr for DeviceChoice {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda),
            _ => Err(UnknownWord {
                text: text.to_owned(),
                allowed: "auto|cpu|cuda",
            }),
        }
    }
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
        })
    }
}

/// Where it is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    /// The CPU.
    Cpu,
    /// The first CUDA device.
    Cuda,
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
        })
    }
}

/// A world as it is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorldSpec {
    /// Its size; none: that of the starting matter's file, or 128x128.
    pub grid: Option<GridShape>,
    /// Its boundary.
    pub boundary: Boundary,
    /// What lies in it.
    pub init: StartingMatter,
    /// Where that lies.
    pub place: Placement,
    /// What is around it.
    pub vacuum: Vacuum,
    /// What a click plants in it.
    #[serde(default)]
    pub planted: SeedMatter,
    /// The seed of whatever is random in it.
    pub seed: u64,
    /// Decay; none: `GAMMA_DECAY` of the experiment.
    pub gamma: Option<f64>,
    /// Where to compute.
    pub device: DeviceChoice,
    /// Which cells to compute.
    pub execution: ExecutionChoice,
    /// What counts as matter; see [`EPS`].
    pub eps: f64,
    /// Its numbers.
    pub precision: Precision,
}

/// What a viewer does to a world. The same on a WebSocket and on the engine's pipe.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum WorldCommand {
    /// Step on and on.
    Play,
    /// Stop stepping.
    Pause,
    /// Pause, and make this many steps.
    Step {
        /// 1 to [`crate::limits::STEPS_PER_REQUEST`].
        steps: u64,
    },
    /// Back to step 0 and the starting matter, memory included.
    Reset,
    /// Change the pace.
    Speed {
        /// Steps a second; none: as fast as it goes.
        steps_per_second: Option<f32>,
    },
    /// Show something else.
    View(View),
    /// Do something to it; recorded with the step.
    Tool {
        /// What.
        stroke: Stroke,
    },
    /// Change which cells are computed.
    Execution {
        /// How.
        execution: ExecutionChoice,
    },
}

crate::tagged::read_by_tag! {
    WorldCommand by "command":
    Play,
    Pause,
    Step { steps },
    Reset,
    Speed { steps_per_second },
    View(inner),
    Tool { stroke },
    Execution { execution },
}

/// A world that is there. Does not change while it lives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorldInfo {
    /// Its law's architecture; none: the law is `foreign`.
    pub architecture: Option<Architecture>,
    /// What was found of a law that is somebody else's TorchScript.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign: Option<ForeignLaw>,
    /// Its law's size.
    pub params: LawParams,
    /// Numbers that were trained.
    pub parameters: u64,
    /// Its size. An unbounded world goes on beyond it: this is where its starting matter was put.
    pub grid: GridShape,
    /// Its boundary.
    pub boundary: Boundary,
    /// Its vacuum.
    pub vacuum: Vacuum,
    /// What counts as matter.
    pub eps: f64,
    /// Its numbers.
    pub precision: Precision,
    /// Its decay.
    pub gamma: f64,
    /// Where it is computed.
    pub device: Device,
    /// Threads that compute it, on a CPU.
    pub threads: u32,
    /// Whether the law has memory (h, c).
    pub has_memory: bool,
    /// Its seed.
    pub seed: u64,
    /// What a click plants in it; none: its starting matter is not one compact piece, and no other seed is declared.
    #[serde(default)]
    pub planted: Option<SeedMask>,
    /// What its law is like.
    pub character: Option<LawCharacter>,
}

/// Why there is no matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "because", rename_all = "snake_case")]
pub enum Emptiness {
    /// There never was any.
    NothingPut,
    /// The law dissolved it.
    Dissolved {
        /// The first step without any.
        step: u64,
    },
    /// It was erased.
    Erased {
        /// The step at which the last of it was.
        step: u64,
    },
}

crate::tagged::read_by_tag! {
    Emptiness by "because":
    NothingPut,
    Dissolved { step },
    Erased { step },
}

/// How much there is in a world, and what it costs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct WorldNumbers {
    /// Cells that differ from the background by more than [`VISIBLE`]: the matter that can be seen.
    #[serde(default)]
    pub visible_cells: u64,
    /// The least rectangle of the grid, or of the plane, with all of those in it; none without any. It does not go across the
    /// seam of a torus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter_box: Option<Region>,
    /// Cells that differ from the background by more than eps.
    pub matter_cells: u64,
    /// That, of all cells of the grid; none for an unbounded world.
    pub matter_fraction: Option<f64>,
    /// Why there is none.
    pub emptiness: Option<Emptiness>,
    /// Tiles that hold matter, or traces of it that are kept.
    pub matter_tiles: u64,
    /// Tiles that the last step computed, in the layer that needs the most; those of the background not counted.
    pub active_tiles: u64,
    /// Tiles of the background, which stand for all others.
    pub background_tiles: u64,
    /// Cells a side of a tile.
    pub tile_cells: u32,
    /// A bound on how far psi may be from that of a world in which nothing was ever dropped: eps times the sum of
    /// lambda^k over the steps since; none while nothing was dropped, or where lambda is not known.
    pub error_bound: Option<f64>,
    /// Which cells are computed.
    pub execution: Execution,
    /// Why.
    pub reason: ExecutionReason,
    /// Bytes of the world: its tiles, its background, the layers' buffers.
    pub memory_bytes: u64,
    /// Strokes in its past.
    pub events: u64,
}

/// A world now.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct WorldStatus {
    /// Steps since its beginning.
    pub step: u64,
    /// Whether it steps by itself.
    pub playing: bool,
    /// The pace that was asked for; none: as fast as it goes.
    pub target_steps_per_second: Option<f32>,
    /// The pace that is reached, over the last second; 0 when it is paused.
    pub steps_per_second: f32,
    /// How much there is in it.
    pub numbers: WorldNumbers,
    /// What is shown.
    pub view: View,
    /// The step at which its show ends and it starts over; none: it has no show, or somebody took it into their own hands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show_ends: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starting_matter_reads_what_it_writes() {
        for text in [
            "blob:16",
            "blobs:5:3",
            "complex_noise",
            "random",
            "zeros",
            "runs/end.npz",
            "start.npy",
            "snapshot_ep3.pt",
            "a.png",
        ] {
            assert_eq!(
                text.parse::<StartingMatter>().map(|m| m.to_string()).as_deref(),
                Ok(text)
            );
        }
        for bad in [
            "",
            "blob",
            "blob:",
            "blob:0",
            "blob:-3",
            "blobs:3",
            "blobs:0:3",
            "blobs:100001:1",
            "noise",
            "state.csv",
        ] {
            assert!(bad.parse::<StartingMatter>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn placement_and_vacuum_read_what_they_write() {
        for text in ["centre", "3,-4", "tile", "scatter:1000"] {
            assert_eq!(
                text.parse::<Placement>().map(|p| p.to_string()).as_deref(),
                Ok(text)
            );
        }
        for bad in ["", "3", "3,", "scatter:0", "scatter:100001", "middle"] {
            assert!(bad.parse::<Placement>().is_err(), "{bad:?}");
        }
        for text in ["one", "harmonic:0.1:8:0", "harmonic:0.25:3:7"] {
            assert_eq!(text.parse::<Vacuum>().map(|v| v.to_string()).as_deref(), Ok(text));
        }
        assert_eq!(
            "harmonic".parse::<Vacuum>().unwrap().to_string(),
            "harmonic:0.1:8:0"
        );
        for bad in [
            "two",
            "harmonic:0",
            "harmonic:2",
            "harmonic:NaN",
            "harmonic:0.1:65",
            "harmonic:0.1:1:1:1",
        ] {
            assert!(bad.parse::<Vacuum>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn commands_are_flat_json() {
        let json = serde_json::to_value(WorldCommand::View(View::default())).unwrap();
        assert_eq!(json["command"], "view");
        assert_eq!(json["quantity"], "deviation");
        let step: WorldCommand = serde_json::from_str(r#"{"command":"step","steps":3}"#).unwrap();
        assert_eq!(step, WorldCommand::Step { steps: 3 });
    }
}
