//! How a law's answer is computed: plainly, or as fast as this device can.

use atheria_shared::{Architecture, Boundary};
use tch::{Device, TchError, Tensor};

use crate::law::Law;

use super::error::RunError;
use super::fast::FastLayers;
use super::layers::Layers;
use super::state::{Answer, Memory, State};

/// A law's layers on a device, in one of two ways.
#[derive(Debug)]
pub enum Reading {
    /// libtorch's operators as PyTorch's modules would call them, on contiguous tensors.
    Plain(Layers),
    /// The same to rounding, fused for a CPU.
    #[expect(private_interfaces, reason = "made by `Reading::fastest` alone")]
    Fast(FastLayers),
}

impl Reading {
    /// What exports are held against.
    pub fn plain(law: &Law, boundary: Boundary, device: Device) -> Result<Self, RunError> {
        Ok(Self::Plain(Layers::new(law, boundary, device)?))
    }

    /// What steps worlds.
    pub fn fastest(law: &Law, boundary: Boundary, device: Device) -> Result<Self, RunError> {
        // A spike hangs on the last bit of its input: those are left as PyTorch computes them.
        if device == Device::Cpu && law.architecture() != Architecture::SnnUnet {
            return Ok(Self::Fast(FastLayers::new(law, boundary)?));
        }
        Self::plain(law, boundary, device)
    }

    /// See [`Layers::forward`].
    pub fn forward(&self, fields: &[(&Tensor, Option<&Memory>)]) -> Result<Vec<Answer>, RunError> {
        match self {
            Self::Plain(layers) => layers.forward(fields),
            Self::Fast(layers) => layers.forward(fields),
        }
    }

    /// The end of a step in one fused pass, where this reading has one.
    pub(super) fn advance(
        &self,
        state: &State,
        delta: &Tensor,
        gamma: f64,
    ) -> Option<Result<Tensor, TchError>> {
        match self {
            Self::Plain(_) => None,
            Self::Fast(layers) => Some(layers.advance(state, delta, gamma)),
        }
    }
}
