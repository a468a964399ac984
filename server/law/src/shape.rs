//! What a world's cells have to be like for a law.

use crate::Law;

/// The cells that a law works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    channels: u16,
    memory_channels: Option<usize>,
    period: u32,
}

impl Shape {
    /// For a law without memory.
    pub fn without_memory(channels: u16, period: u32) -> Self {
        Self {
            channels,
            memory_channels: None,
            period,
        }
    }

    /// Complex channels of a cell, d.
    pub fn channels(self) -> u16 {
        self.channels
    }

    /// Channels of h and of c; none for a law without memory.
    pub fn memory_channels(self) -> Option<usize> {
        self.memory_channels
    }

    /// Cells that both sides of a grid are a multiple of.
    pub fn period(self) -> u32 {
        self.period
    }
}

impl From<&Law> for Shape {
    fn from(law: &Law) -> Self {
        Self {
            channels: law.channels(),
            memory_channels: law.memory_channels(),
            period: law.period(),
        }
    }
}
