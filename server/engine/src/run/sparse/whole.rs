//! A small whole grid through the tiles that step worlds: what exports are held against.

use atheria_law::Law;
use atheria_shared::Boundary;
use tch::{Device, Kind, TchError, Tensor};

use super::axis::Axis;
use super::ground::Ground;
use super::plan::Place;
use super::program::Program;
use super::stepper::{Manner, StepError, Stepper};
use super::tiles::Tiles;
use crate::run::{Memory, RunError, State};

/// Cells a side of a tile.
const SIDE_CELLS: usize = 16;

/// A law on tiles.
#[derive(Debug)]
pub struct TileLaw {
    law: Law,
    boundary: Boundary,
    gamma: f64,
}

impl TileLaw {
    /// A law with a boundary that has an end, and a decay.
    pub fn new(law: &Law, boundary: Boundary, gamma: f64) -> Self {
        Self {
            law: law.clone(),
            boundary,
            gamma,
        }
    }

    /// The state one step later: float32, psi `[1, 2d, H, W]`.
    pub fn step(&self, state: &State) -> Result<State, RunError> {
        let torch = |source| RunError::at("a step on tiles")(source);
        let program = Program::<f32>::of(&self.law)?;
        let (_, numbers, height, width) = state.psi.size4().map_err(torch)?;
        let axis = |cells: i64| match self.boundary {
            Boundary::Walls => Axis::walled(cells as u32, SIDE_CELLS, 1),
            Boundary::Torus | Boundary::Unbounded => Axis::ring(cells as u32, SIDE_CELLS),
        };
        let ground = Ground::new([axis(height), axis(width)], 1);
        let cell = vec![0.0; numbers as usize];
        let mut tiles = Tiles::empty(ground, SIDE_CELLS, &cell, self.law.memory_channels());
        let across = |cells: i64| 0..(cells + SIDE_CELLS as i64 - 1) / SIDE_CELLS as i64;
        let places: Vec<Place> = across(height)
            .flat_map(|y| across(width).map(move |x| [y, x]))
            .collect();
        tiles.activate(&places);
        write(&mut tiles, state).map_err(torch)?;
        Stepper::new(program, SIDE_CELLS, self.gamma, 1.0)
            .step(&mut tiles, Manner::Whole { ground: false }, usize::MAX)
            .map_err(|error| match error {
                StepError::NotFinite { pass, .. } => RunError::NotFinite { layer: pass },
                StepError::TooMany(_) => RunError::Memory,
                StepError::Run(error) => error,
            })?;
        read(&tiles, [height as usize, width as usize]).map_err(torch)
    }
}

/// `[1, C, H, W]` as cells of C numbers.
fn cells_of(tensor: &Tensor) -> Result<(Vec<f32>, usize, usize), TchError> {
    let (_, channels, _, width) = tensor.size4()?;
    let flat = tensor
        .f_permute([0, 2, 3, 1])?
        .f_contiguous()?
        .f_to_device(Device::Cpu)?
        .f_to_kind(Kind::Float)?
        .f_view([-1])?;
    let mut numbers = vec![0.0; flat.numel()];
    flat.f_copy_data(&mut numbers, flat.numel())?;
    Ok((numbers, channels as usize, width as usize))
}

/// The slot of a cell, where every tile has one, and the cell's place in it.
fn slot_of(tiles: &Tiles<f32>, y: usize, x: usize, side: usize) -> (usize, [usize; 2]) {
    let columns = tiles.ground.axes()[1].count().unwrap_or(1) as usize;
    let slot = tiles.ground.len() + y / side * columns + x / side;
    (slot, [y % side, x % side])
}

fn write(tiles: &mut Tiles<f32>, state: &State) -> Result<(), TchError> {
    let (numbers, channels, width) = cells_of(&state.psi)?;
    for (at, cell) in numbers.chunks_exact(channels).enumerate() {
        let (slot, inside) = slot_of(tiles, at / width, at % width, tiles.side);
        tiles.write_cell(slot, inside, cell);
    }
    if let Some(memory) = &state.memory {
        let (h, channels, width) = cells_of(&memory.h)?;
        let (c, ..) = cells_of(&memory.c)?;
        for (at, (h, c)) in h.chunks_exact(channels).zip(c.chunks_exact(channels)).enumerate() {
            let (slot, inside) = slot_of(tiles, at / width, at % width, tiles.side / 4);
            tiles.write_memory(slot, inside, [h, c]);
        }
    }
    Ok(())
}

fn read(tiles: &Tiles<f32>, [height, width]: [usize; 2]) -> Result<State, TchError> {
    let tensor = |numbers: &[f32], height: usize, width: usize, channels: usize| {
        Tensor::f_from_slice(numbers)?
            .f_view([1, height as i64, width as i64, channels as i64])?
            .f_permute([0, 3, 1, 2])?
            .f_contiguous()
    };
    let mut psi = vec![0.0; height * width * tiles.numbers];
    for (at, cell) in psi.chunks_exact_mut(tiles.numbers).enumerate() {
        let (slot, inside) = slot_of(tiles, at / width, at % width, tiles.side);
        tiles.read_cell(slot, inside, cell);
    }
    let mut memory = None;
    if tiles.memory.is_some() {
        let (height, width, channels) = (height / 4, width / 4, tiles.memory_channels);
        let size = height * width * channels;
        let (mut h, mut c) = (vec![0.0; size], vec![0.0; size]);
        let cells = h.chunks_exact_mut(channels).zip(c.chunks_exact_mut(channels));
        for (at, (h, c)) in cells.enumerate() {
            let (slot, inside) = slot_of(tiles, at / width, at % width, tiles.side / 4);
            tiles.read_memory(slot, inside, [h, c]);
        }
        memory = Some(Memory {
            h: tensor(&h, height, width, channels)?,
            c: tensor(&c, height, width, channels)?,
        });
    }
    Ok(State {
        psi: tensor(&psi, height, width, tiles.numbers)?,
        memory,
    })
}
