//! The laws that the engine has a layer graph for, by the names that the training system gives them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::geometry::UnknownWord;

/// An architecture: the shape of a law, without its weights. `MODEL_ARCHITECTURE` in `config.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Architecture {
    /// One small network for each cell, which sees that cell alone.
    #[serde(rename = "MLP")]
    Mlp,
    /// A cell and its eight neighbours.
    #[serde(rename = "DEEP_QCA")]
    DeepQca,
    /// A U-Net of three levels with group norm.
    #[serde(rename = "UNET")]
    Unet,
    /// The same, whose answer multiplies the state.
    #[serde(rename = "UNET_UNITARY")]
    UnetUnitary,
    /// A U-Net with spatial RMS norm; its answer is added.
    #[serde(rename = "UNET_UNITARY_RMSNORM")]
    UnetUnitaryRmsNorm,
    /// A U-Net with a convolutional LSTM at its bottom: it remembers.
    #[serde(rename = "UNET_CONVLSTM")]
    UnetConvLstm,
    /// A small U-Net of spiking neurons.
    #[serde(rename = "SNN_UNET")]
    SnnUnet,
}

impl Architecture {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Mlp,
        Self::DeepQca,
        Self::Unet,
        Self::UnetUnitary,
        Self::UnetUnitaryRmsNorm,
        Self::UnetConvLstm,
        Self::SnnUnet,
    ];

    /// The name in `config.json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mlp => "MLP",
            Self::DeepQca => "DEEP_QCA",
            Self::Unet => "UNET",
            Self::UnetUnitary => "UNET_UNITARY",
            Self::UnetUnitaryRmsNorm => "UNET_UNITARY_RMSNORM",
            Self::UnetConvLstm => "UNET_CONVLSTM",
            Self::SnnUnet => "SNN_UNET",
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Architecture {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|a| a.as_str() == text)
            .ok_or_else(|| UnknownWord {
                text: text.to_owned(),
                allowed: "MLP|DEEP_QCA|UNET|UNET_UNITARY|UNET_UNITARY_RMSNORM|UNET_CONVLSTM|SNN_UNET",
            })
    }
}

/// `MODEL_PARAMS` of `config.json`: what gives an architecture its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LawParams {
    /// Complex channels of a cell, d.
    pub d_state: u16,
    /// Channels of the law's first hidden layer.
    pub hidden_channels: u16,
}

/// What was found of a law that is somebody else's TorchScript: the engine has no layers for it, and runs its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignLaw {
    /// The file's name.
    pub file: String,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
    /// How far one cell was felt in one step, in cells; none: farther than was looked for.
    pub reach_cells: Option<u32>,
    /// The least number of cells by which the world can be shifted without another answer; none: none was found.
    pub period_cells: Option<u32>,
    /// Whether it answers in a window as it does in a whole grid: then worlds can be sparse and unbounded.
    pub windows: bool,
    /// What that means for its worlds, a line each.
    pub remarks: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_architecture_has_one_name() {
        for architecture in Architecture::ALL {
            assert_eq!(architecture.as_str().parse::<Architecture>(), Ok(architecture));
            assert_eq!(
                serde_json::to_value(architecture)
                    .ok()
                    .as_ref()
                    .and_then(|v| v.as_str()),
                Some(architecture.as_str())
            );
        }
        assert!("unet".parse::<Architecture>().is_err());
    }
}
