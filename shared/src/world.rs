//! A world: how it starts, how it is driven, what it reports of itself.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::geometry::{Boundary, GridShape, UnknownWord};
use crate::law::{Architecture, LawParams};
use crate::view::View;

/// What lies in a world at step 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum StartingMatter {
    /// Vacuum (`psi_0 = 1`) with one square of random unit-norm cells, this many cells a side, at the centre.
    Blob {
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
    /// A saved state: a `.npz` with `psi` complex64 `[H, W, d]`, and `h`, `c` where the law has memory.
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
            allowed: "blob:SIZE|complex_noise|random|zeros|FILE.npz",
        };
        match text {
            "complex_noise" => Ok(Self::ComplexNoise),
            "random" => Ok(Self::Random),
            "zeros" => Ok(Self::Zeros),
            _ => match text.strip_prefix("blob:") {
                Some(side) => match side.parse() {
                    Ok(side_cells) if side_cells > 0 => Ok(Self::Blob { side_cells }),
                    _ => Err(unknown()),
                },
                None if PathBuf::from(text).extension().is_some_and(|e| e == "npz") => {
                    Ok(Self::File(text.into()))
                }
                None => Err(unknown()),
            },
        }
    }
}

impl TryFrom<String> for StartingMatter {
    type Error = UnknownWord;

    fn try_from(text: String) -> Result<Self, UnknownWord> {
        text.parse()
    }
}

impl From<StartingMatter> for String {
    fn from(matter: StartingMatter) -> String {
        matter.to_string()
    }
}

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
    /// The seed of whatever is random in it.
    pub seed: u64,
    /// Decay; none: `GAMMA_DECAY` of the experiment.
    pub gamma: Option<f64>,
    /// Where to compute.
    pub device: DeviceChoice,
}

/// What a viewer does to a world. The same on a WebSocket and on the engine's pipe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
}

/// A world that is there. Does not change while it lives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorldInfo {
    /// Its law's architecture.
    pub architecture: Architecture,
    /// Its law's size.
    pub params: LawParams,
    /// Numbers that were trained.
    pub parameters: u64,
    /// Its size.
    pub grid: GridShape,
    /// Its boundary.
    pub boundary: Boundary,
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
    /// Cells that differ from the background by more than `eps`.
    pub matter_cells: u64,
    /// What is shown.
    pub view: View,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starting_matter_reads_what_it_writes() {
        for text in ["blob:16", "complex_noise", "random", "zeros", "runs/end.npz"] {
            assert_eq!(
                text.parse::<StartingMatter>().map(|m| m.to_string()).as_deref(),
                Ok(text)
            );
        }
        for bad in ["", "blob", "blob:", "blob:0", "blob:-3", "noise", "state.npy"] {
            assert!(bad.parse::<StartingMatter>().is_err(), "{bad:?}");
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
