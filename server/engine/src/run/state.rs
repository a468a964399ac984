//! The state of a world between two steps.

use tch::Tensor;

/// What a law with memory carries from step to step, each float32 `[1, channels, H/4, W/4]`.
#[derive(Debug)]
pub struct Memory {
    /// What it shows.
    pub h: Tensor,
    /// What it keeps.
    pub c: Tensor,
}

/// A whole state. Tensors are shared, never written in place: a clone is cheap and stays as it is.
#[derive(Debug)]
pub struct State {
    /// psi, float32 `[1, 2d, H, W]`: Re psi_0..d-1, then Im psi_0..d-1.
    pub psi: Tensor,
    /// (h, c), for a law that has one; none in its first step means zeros.
    pub memory: Option<Memory>,
}

/// A law's answer to a state: float32 `[1, 2d, H, W]`, and its memory after the step.
pub type Answer = (Tensor, Option<Memory>);

impl Clone for State {
    fn clone(&self) -> Self {
        Self {
            psi: self.psi.shallow_clone(),
            memory: self.memory.clone(),
        }
    }
}

impl Clone for Memory {
    fn clone(&self) -> Self {
        Self {
            h: self.h.shallow_clone(),
            c: self.c.shallow_clone(),
        }
    }
}
