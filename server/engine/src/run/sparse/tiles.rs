//! The state of a world in tiles: the ground, and the tiles that differ from it.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::ground::Ground;
use super::kernel::blocks;
use super::lanes::{Block, LANES, Number};
use super::plan::{MatterTile, Place};
use super::reach::Bounds;

/// A state. Slots: the ground's tiles, then those of `matter`.
#[derive(Debug, Clone)]
pub(crate) struct Tiles<F> {
    /// The empty world. One step after the other shares it, as long as it does not grow.
    pub(crate) ground: Arc<Ground>,
    /// The tiles that hold matter, in the order of their slots, each with the cells that are.
    pub(crate) matter: Vec<MatterTile>,
    /// psi: for each slot, for each block of 2d channels, the tile's cells by rows.
    pub(crate) psi: Vec<Block<F>>,
    /// The memory h and c in the same way, on tiles of a quarter of the cells a side.
    pub(crate) memory: Option<[Vec<Block<F>>; 2]>,
    /// Cells a side of a tile.
    pub(crate) side: usize,
    /// Numbers of a cell, 2d: real parts, then imaginary parts.
    pub(crate) numbers: usize,
    /// Channels of the memory.
    pub(crate) memory_channels: usize,
}

impl<F: Number> Tiles<F> {
    /// An empty world: every tile of the ground with the same cell, memory 0.
    pub(crate) fn empty(ground: Ground, side: usize, cell: &[F], memory_channels: Option<usize>) -> Self {
        let area = side * side;
        let mut tile = vec![[F::default(); LANES]; blocks(cell.len()) * area];
        for (channel, number) in cell.iter().enumerate() {
            for block in &mut tile[channel / LANES * area..][..area] {
                block[channel % LANES] = *number;
            }
        }
        let count = ground.len();
        let memory = memory_channels.map(|channels| {
            let none = vec![[F::default(); LANES]; count * blocks(channels) * area / 16];
            [none.clone(), none]
        });
        Self {
            psi: tile.repeat(count),
            memory,
            ground: Arc::new(ground),
            matter: Vec::new(),
            side,
            numbers: cell.len(),
            memory_channels: memory_channels.unwrap_or(0),
        }
    }

    /// Blocks of a tile of psi.
    pub(crate) fn tile_blocks(&self) -> usize {
        blocks(self.numbers) * self.side * self.side
    }

    /// Blocks of a tile of the memory.
    pub(crate) fn memory_blocks(&self) -> usize {
        blocks(self.memory_channels) * self.side * self.side / 16
    }

    /// psi of a slot.
    pub(crate) fn tile(&self, slot: usize) -> &[Block<F>] {
        let size = self.tile_blocks();
        &self.psi[slot * size..(slot + 1) * size]
    }

    /// Reads a cell of a slot: real parts, then imaginary parts.
    pub(crate) fn read_cell(&self, slot: usize, [y, x]: [usize; 2], cell: &mut [F]) {
        read_cell(self.tile(slot), self.side, [y, x], cell);
    }

    /// Writes a cell of a slot.
    pub(crate) fn write_cell(&mut self, slot: usize, at: [usize; 2], cell: &[F]) {
        let (size, side) = (self.tile_blocks(), self.side);
        write_cell(&mut self.psi[slot * size..(slot + 1) * size], side, at, cell);
    }

    /// Reads a cell of the memory of a slot, by the memory's own rows and columns: h, c.
    pub(crate) fn read_memory(&self, slot: usize, at: [usize; 2], cell: [&mut [F]; 2]) {
        let size = self.memory_blocks();
        for (part, cell) in self.memory.iter().flatten().zip(cell) {
            read_cell(&part[slot * size..(slot + 1) * size], self.side / 4, at, cell);
        }
    }

    /// Writes a cell of the memory of a slot.
    pub(crate) fn write_memory(&mut self, slot: usize, at: [usize; 2], cell: [&[F]; 2]) {
        let (size, side) = (self.memory_blocks(), self.side / 4);
        for (part, cell) in self.memory.iter_mut().flatten().zip(cell) {
            write_cell(&mut part[slot * size..(slot + 1) * size], side, at, cell);
        }
    }

    /// Whether two slots are different in any bit of psi or the memory.
    pub(crate) fn differs(&self, a: usize, b: usize) -> bool {
        let size = self.memory_blocks();
        let memory = self
            .memory
            .iter()
            .flatten()
            .any(|part| part[a * size..(a + 1) * size] != part[b * size..(b + 1) * size]);
        memory || self.tile(a) != self.tile(b)
    }

    /// Where matter lies, and in which slot.
    pub(crate) fn slots(&self) -> HashMap<Place, usize> {
        let first = self.ground.len();
        self.matter
            .iter()
            .enumerate()
            .map(|(at, tile)| (tile.place, first + at))
            .collect()
    }

    /// Adds tiles, each as its ground is, for matter to be put into. Those that are there stay; all come in their order.
    /// A tile outside of the world is left out.
    pub(crate) fn activate(&mut self, places: &[Place]) {
        let known = self.slots();
        let axes = self.ground.axes();
        let mut wanted: Vec<Place> = places
            .iter()
            .filter_map(|[y, x]| Some([axes[0].inside(*y)?, axes[1].inside(*x)?]))
            .filter(|place| !known.contains_key(place))
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut order: Vec<(MatterTile, usize)> = self
            .matter
            .iter()
            .enumerate()
            .map(|(at, tile)| (*tile, self.ground.len() + at))
            .chain(
                wanted
                    .into_iter()
                    .map(|place| (MatterTile::empty(place), self.ground.under(place) as usize)),
            )
            .collect();
        order.sort_unstable_by_key(|(tile, _)| tile.place);
        self.take(&order);
    }

    /// Keeps the ground, and behind it these tiles, each a copy of a slot.
    pub(crate) fn take(&mut self, order: &[(MatterTile, usize)]) {
        let ground = self.ground.len();
        let from: Vec<usize> = (0..ground).chain(order.iter().map(|(_, slot)| *slot)).collect();
        self.rearrange(&from);
        self.matter = order.iter().map(|(tile, _)| *tile).collect();
    }

    /// Makes all cells outside of their tile's matter what the ground has there: nothing that a plan does not know of is
    /// felt, so a step does not hang on the plan. True: something was different.
    pub(crate) fn keep_matter(&mut self) -> bool {
        let under: Vec<usize> = self
            .matter
            .iter()
            .map(|tile| self.ground.under(tile.place) as usize)
            .collect();
        let (ground, side) = (self.ground.len(), self.side);
        let sizes = [self.tile_blocks(), self.memory_blocks()];
        let matter = &self.matter;
        let keep = |numbers: &mut Vec<Block<F>>,
                    size: usize,
                    side: usize,
                    bounds: fn(&MatterTile) -> Option<Bounds>| {
            let (empty, tiles) = numbers.split_at_mut(ground * size);
            tiles
                .par_chunks_exact_mut(size)
                .zip(matter)
                .zip(&under)
                .map(|((tile, matter), under)| {
                    keep_inside(
                        tile,
                        &empty[under * size..(under + 1) * size],
                        side,
                        bounds(matter),
                    )
                })
                .reduce(|| false, |a, b| a | b)
        };
        let mut changed = keep(&mut self.psi, sizes[0], side, |tile| tile.psi);
        for part in self.memory.iter_mut().flatten() {
            changed |= keep(part, sizes[1], side / 4, |tile| tile.memory);
        }
        changed
    }

    /// The same on a larger ground, whose tiles begin as `from` says.
    pub(crate) fn on_ground(&mut self, ground: Ground, from: &[u32]) {
        let old = self.ground.len();
        let from: Vec<usize> = from
            .iter()
            .map(|tile| *tile as usize)
            .chain((0..self.matter.len()).map(|at| old + at))
            .collect();
        self.rearrange(&from);
        self.ground = Arc::new(ground);
    }

    /// Copies slots in another order, psi and memory.
    fn rearrange(&mut self, from: &[usize]) {
        self.psi = gather(&self.psi, self.tile_blocks(), from);
        let size = self.memory_blocks();
        for part in self.memory.iter_mut().flatten() {
            *part = gather(part, size, from);
        }
    }

    /// Keeps so many slots, the first ones.
    pub(crate) fn truncate(&mut self, slots: usize) {
        self.psi.truncate(slots * self.tile_blocks());
        let size = self.memory_blocks();
        for part in self.memory.iter_mut().flatten() {
            part.truncate(slots * size);
        }
    }

    /// Bytes of its numbers.
    pub(crate) fn bytes(&self) -> usize {
        let memory: usize = self.memory.iter().flatten().map(Vec::capacity).sum();
        (self.psi.capacity() + memory) * size_of::<Block<F>>()
    }
}

fn read_cell<F: Number>(tile: &[Block<F>], side: usize, [y, x]: [usize; 2], cell: &mut [F]) {
    for (channel, number) in cell.iter_mut().enumerate() {
        *number = tile[channel / LANES * side * side + y * side + x][channel % LANES];
    }
}

fn write_cell<F: Number>(tile: &mut [Block<F>], side: usize, [y, x]: [usize; 2], cell: &[F]) {
    for (channel, number) in cell.iter().enumerate() {
        tile[channel / LANES * side * side + y * side + x][channel % LANES] = *number;
    }
}

/// Makes a tile another one, but for some cells. True: it was not.
fn keep_inside<F: Number>(
    tile: &mut [Block<F>],
    other: &[Block<F>],
    side: usize,
    kept: Option<Bounds>,
) -> bool {
    let mut changed = false;
    for (row, (tile, other)) in tile
        .chunks_exact_mut(side)
        .zip(other.chunks_exact(side))
        .enumerate()
    {
        let row = (row % side) as i32;
        let kept = kept
            .filter(|kept| (kept.top..=kept.bottom).contains(&row))
            .map_or(side..side, |kept| kept.left as usize..kept.right as usize + 1);
        for cells in [0..kept.start, kept.end..side] {
            if tile[cells.clone()] != other[cells.clone()] {
                changed = true;
                tile[cells.clone()].copy_from_slice(&other[cells]);
            }
        }
    }
    changed
}

/// Tiles of so many blocks, copied in another order.
pub(crate) fn gather<F: Number>(tiles: &[Block<F>], size: usize, from: &[usize]) -> Vec<Block<F>> {
    let mut gathered = Vec::with_capacity(from.len() * size);
    for slot in from {
        gathered.extend_from_slice(&tiles[slot * size..(slot + 1) * size]);
    }
    gathered
}
