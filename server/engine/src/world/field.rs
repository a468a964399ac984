//! A state on the host, in the order of a `.npz`, and its way to a device and back.

use atheria_shared::GridShape;
use tch::{Device, Kind, TchError, Tensor};

use crate::run::{Memory, State};

/// A state as plain numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Rows of cells.
    pub height: usize,
    /// Columns of cells.
    pub width: usize,
    /// Complex channels of a cell, d.
    pub channels: usize,
    /// psi, `[H, W, d, 2]`: real and imaginary part of each channel of each cell.
    pub psi: Vec<f32>,
    /// The law's memory, where there is one.
    pub memory: Option<FieldMemory>,
}

/// A law's memory as plain numbers, each `[C, H/4, W/4]`.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldMemory {
    /// `[C, H/4, W/4]`
    pub shape: [usize; 3],
    /// What it shows.
    pub h: Vec<f32>,
    /// What it keeps.
    pub c: Vec<f32>,
}

impl Field {
    /// A field of zeros.
    pub fn zeros(grid: GridShape, channels: u16) -> Self {
        let (height, width, channels) = (
            grid.height() as usize,
            grid.width() as usize,
            usize::from(channels),
        );
        Self {
            height,
            width,
            channels,
            psi: vec![0.0; 2 * height * width * channels],
            memory: None,
        }
    }

    /// The state on a device: psi as `[1, 2d, H, W]`, real parts first.
    pub fn to_state(&self, device: Device) -> Result<State, TchError> {
        let [height, width, channels] = [self.height, self.width, self.channels].map(torch_side);
        let psi = Tensor::f_from_slice(&self.psi)?
            .f_view([height, width, channels, 2])?
            .f_permute([3, 2, 0, 1])?
            .f_contiguous()?
            .f_view([1, 2 * channels, height, width])?
            .f_to_device(device)?;
        let memory = match &self.memory {
            None => None,
            Some(memory) => {
                let [c, y, x] = memory.shape.map(torch_side);
                let load = |numbers: &[f32]| {
                    Tensor::f_from_slice(numbers)?
                        .f_view([1, c, y, x])?
                        .f_to_device(device)
                };
                Some(Memory {
                    h: load(&memory.h)?,
                    c: load(&memory.c)?,
                })
            }
        };
        Ok(State { psi, memory })
    }

    /// The numbers of a state.
    pub fn of_state(state: &State) -> Result<Self, TchError> {
        let (_, double, height, width) = state.psi.size4()?;
        let channels = double / 2;
        let psi = state
            .psi
            .f_to_device(Device::Cpu)?
            .f_view([2, channels, height, width])?
            .f_permute([2, 3, 1, 0])?;
        let memory = match &state.memory {
            None => None,
            Some(memory) => {
                let (_, c, y, x) = memory.c.size4()?;
                Some(FieldMemory {
                    shape: [c, y, x].map(|side| side as usize),
                    h: numbers(&memory.h)?,
                    c: numbers(&memory.c)?,
                })
            }
        };
        Ok(Self {
            height: height as usize,
            width: width as usize,
            channels: channels as usize,
            psi: numbers(&psi)?,
            memory,
        })
    }
}

/// An extent as libtorch takes it; one beyond 63 bits is one that it refuses.
fn torch_side(side: usize) -> i64 {
    i64::try_from(side).unwrap_or(i64::MAX)
}

fn numbers(tensor: &Tensor) -> Result<Vec<f32>, TchError> {
    let flat = tensor
        .f_to_device(Device::Cpu)?
        .f_to_kind(Kind::Float)?
        .f_contiguous()?
        .f_view([-1])?;
    let mut numbers = vec![0.0; flat.numel()];
    flat.f_copy_data(&mut numbers, flat.numel())?;
    Ok(numbers)
}
