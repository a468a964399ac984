//! A convolution's kernel in the order in which it is read, and the loop that reads it.
//!
//! The inner loop multiplies a block of weights by one number of one cell and adds the product to that cell's block of results,
//! which stay in registers: for eight or sixteen cells and up to three blocks at once.

#![expect(
    unsafe_code,
    reason = "the innermost loop goes by pointers that were checked once at its beginning"
)]
#![expect(
    clippy::inline_always,
    reason = "each copy of a kernel takes these in, or it would not be compiled for the processor"
)]

use std::ops::Range;

use super::lanes::{Block, LANES, Lanes, Number};

/// Products, at most, that are added up by themselves before they join the others: a sum of many small numbers loses less so.
/// Of a kernel that has no more, a third of them: that costs it little.
const RUN: usize = 144;
/// Blocks of results at once, at most.
const TOGETHER: usize = 3;

/// How many blocks so many channels take.
pub(crate) fn blocks(channels: usize) -> usize {
    channels.div_ceil(LANES)
}

/// Result blocks `first..first + count`, whose weights begin at `weights`.
#[derive(Debug, Clone, Copy)]
struct Group {
    first: usize,
    count: usize,
    weights: usize,
}

/// A row of the kernel over one block that is read: `lanes` channels of cells side by side.
#[derive(Debug, Clone, Copy)]
struct Line {
    block: usize,
    down: usize,
    lanes: usize,
}

/// A kernel of one side, 1 to 3.
#[derive(Debug)]
pub(crate) struct Kernel<F> {
    side: usize,
    out_channels: usize,
    in_channels: usize,
    /// Blocks that are read.
    inputs: usize,
    /// What is read for one cell, in order.
    lines: Vec<Line>,
    /// Which lines are added up by themselves.
    runs: Vec<Range<usize>>,
    groups: Vec<Group>,
    /// By group, by block read, by cell of the kernel (rows first), by channel of the block: the group's blocks.
    weights: Vec<Block<F>>,
    bias: Vec<Block<F>>,
}

impl<F: Number> Kernel<F> {
    /// A kernel for sources with so many channels each. `weight(out, in, cell)`; cells by rows; channels of the sources
    /// counted through.
    pub(super) fn pack(
        side: usize,
        out_channels: usize,
        sources: &[usize],
        weight: impl Fn(usize, usize, usize) -> f64,
        bias: impl Fn(usize) -> f64,
    ) -> Self {
        let block = |first: usize, value: &dyn Fn(usize) -> f64| {
            let mut block = [F::default(); LANES];
            for (lane, number) in block.iter_mut().enumerate() {
                let channel = first * LANES + lane;
                if channel < out_channels {
                    *number = F::of(value(channel));
                }
            }
            block
        };
        let inputs: Vec<usize> = sources
            .iter()
            .flat_map(|&channels| (0..blocks(channels)).map(move |b| (channels - b * LANES).min(LANES)))
            .collect();
        let lines: Vec<Line> = inputs
            .iter()
            .enumerate()
            .flat_map(|(block, &lanes)| (0..side).map(move |down| Line { block, down, lanes }))
            .collect();
        let count = blocks(out_channels);
        let mut groups = Vec::new();
        let mut weights = Vec::new();
        let mut first = 0;
        while first < count {
            let together = match count - first {
                4 => 2,
                left => left.min(TOGETHER),
            };
            groups.push(Group {
                first,
                count: together,
                weights: weights.len(),
            });
            let mut channel = 0;
            for &lanes in &inputs {
                for cell in 0..side * side {
                    for lane in 0..lanes {
                        weights.extend(
                            (first..first + together).map(|out| {
                                block(out, &|out_channel| weight(out_channel, channel + lane, cell))
                            }),
                        );
                    }
                }
                channel += lanes;
            }
            first += together;
        }
        Self {
            side,
            out_channels,
            in_channels: sources.iter().sum(),
            inputs: inputs.len(),
            runs: runs(side, &lines),
            lines,
            groups,
            weights,
            bias: (0..count).map(|first| block(first, &bias)).collect(),
        }
    }

    /// 1 to 3.
    pub(super) fn side(&self) -> usize {
        self.side
    }

    /// Channels of the result.
    pub(super) fn out_channels(&self) -> usize {
        self.out_channels
    }

    /// Blocks that are read.
    pub(super) fn inputs(&self) -> usize {
        self.inputs
    }

    /// Its bias, by block.
    pub(super) fn bias(&self) -> &[Block<F>] {
        &self.bias
    }

    /// Its weights `[out, in, side, side]`, channels of the sources counted through, and its bias.
    pub(super) fn unpacked(&self) -> (Vec<F>, Vec<F>) {
        let cells = self.side * self.side;
        let mut weights = vec![F::default(); self.out_channels * self.in_channels * cells];
        for group in &self.groups {
            let mut packed = self.weights[group.weights..].chunks_exact(group.count);
            let mut first = 0;
            for line in self.lines.iter().step_by(self.side) {
                let read =
                    (0..cells).flat_map(|cell| (first..first + line.lanes).map(move |from| (cell, from)));
                for ((cell, from), blocks) in read.zip(&mut packed) {
                    let numbers = blocks.as_flattened().iter();
                    for (number, to) in numbers.zip(group.first * LANES..self.out_channels) {
                        weights[(to * self.in_channels + from) * cells + cell] = *number;
                    }
                }
                first += line.lanes;
            }
        }
        let bias = self.bias.as_flattened()[..self.out_channels].to_vec();
        (weights, bias)
    }

    /// Multiplications for a cell.
    pub(super) fn products(&self) -> usize {
        self.side * self.side * self.in_channels * self.out_channels
    }

    /// Convolves `cells * cells` cells of a tile.
    #[inline(always)]
    pub(super) fn convolve<V: Lanes<Number = F>>(
        &self,
        view: View<'_, F>,
        cells: usize,
        target: Target<'_, F>,
    ) {
        let Target {
            blocks,
            pitch,
            first,
            apart,
            adds,
        } = target;
        let last = cells - 1;
        let last_read = view.first + (last + self.side - 1) * (view.pitch + 1);
        assert!(last_read < view.pitch * view.pitch);
        assert!(view.blocks.len() >= self.inputs * view.pitch * view.pitch);
        assert!(first + last * apart * (pitch + 1) < pitch * pitch);
        assert!(blocks.len() >= self.bias.len() * pitch * pitch);
        let tile = Tile {
            x: view.blocks[view.first..].as_ptr(),
            pitch: view.pitch,
            out: blocks[first..].as_mut_ptr(),
            out_pitch: pitch,
            apart,
            adds,
            cells,
        };
        for group in &self.groups {
            // SAFETY: what is read and written holds what `Tile` says, by the assertions above; a group's weights were packed for
            // these blocks and this side in `pack`.
            unsafe {
                match (group.count, V::WIDE) {
                    (1, true) => self.by_shape::<V, 1, 8, 2>(group, &tile),
                    (2, true) => self.by_shape::<V, 2, 8, 1>(group, &tile),
                    (_, true) => self.by_shape::<V, 3, 8, 1>(group, &tile),
                    (1, false) => self.by_shape::<V, 1, 4, 1>(group, &tile),
                    (2, false) => self.by_shape::<V, 2, 2, 1>(group, &tile),
                    (_, false) => self.by_shape::<V, 3, 1, 1>(group, &tile),
                }
            }
        }
    }

    /// Chooses how many columns and rows of cells are computed at once, for small tiles.
    #[inline(always)]
    unsafe fn by_shape<V: Lanes<Number = F>, const OUT: usize, const COLUMNS: usize, const ROWS: usize>(
        &self,
        group: &Group,
        tile: &Tile<F>,
    ) {
        // SAFETY: as the caller's.
        unsafe {
            if tile.cells.is_multiple_of(COLUMNS) && tile.cells.is_multiple_of(ROWS) {
                self.cells::<V, OUT, COLUMNS, ROWS>(group, tile);
            } else if tile.cells.is_multiple_of(4) && V::WIDE {
                self.cells::<V, OUT, 4, 2>(group, tile);
            } else if tile.cells.is_multiple_of(2) {
                self.cells::<V, OUT, 2, 1>(group, tile);
            } else {
                self.cells::<V, OUT, 1, 1>(group, tile);
            }
        }
    }

    #[inline(always)]
    unsafe fn cells<V: Lanes<Number = F>, const OUT: usize, const COLUMNS: usize, const ROWS: usize>(
        &self,
        group: &Group,
        tile: &Tile<F>,
    ) {
        // SAFETY: a group's weights begin there, by `pack`; `run_of_cells` says how far they go.
        let mut weights = unsafe { self.weights.as_ptr().add(group.weights) };
        // A run's weights stay in the nearest cache while all cells of the tile take them.
        for (place, lines) in self.runs.iter().enumerate() {
            let lines = &self.lines[lines.clone()];
            for y in (0..tile.cells).step_by(ROWS) {
                for x in (0..tile.cells).step_by(COLUMNS) {
                    let cells = Cells {
                        y,
                        x,
                        first: place == 0 && !tile.adds,
                    };
                    // SAFETY: as the caller's: both sides of the tile are multiples of the steps.
                    unsafe { self.run_of_cells::<V, OUT, COLUMNS, ROWS>(group, tile, lines, weights, cells) };
                }
            }
            let products: usize = lines.iter().map(|line| self.side * line.lanes).sum();
            // SAFETY: so many blocks for each product.
            weights = unsafe { weights.add(products * OUT) };
        }
    }

    /// Adds what some lines give to some cells; the first lines to the bias.
    #[inline(always)]
    unsafe fn run_of_cells<
        V: Lanes<Number = F>,
        const OUT: usize,
        const COLUMNS: usize,
        const ROWS: usize,
    >(
        &self,
        group: &Group,
        tile: &Tile<F>,
        lines: &[Line],
        weights: *const Block<F>,
        cells: Cells,
    ) {
        let Cells { y, x, first } = cells;
        // SAFETY: weights: `OUT` blocks for each channel of each cell of the kernel of each block, as `pack` laid them, in the
        // order of `lines`. Results: `out_pitch` squared for each block of the group.
        unsafe {
            let corner = tile.x.add(y * tile.pitch + x);
            let plane = tile.out_pitch * tile.out_pitch;
            let out = tile
                .out
                .add(group.first * plane + (y * tile.out_pitch + x) * tile.apart);
            let sums = self.run::<V, OUT, COLUMNS, ROWS>(lines, corner, tile.pitch, weights);
            for (row, sums) in sums.into_iter().enumerate() {
                for (column, sums) in sums.into_iter().enumerate() {
                    for (block, sum) in sums.into_iter().enumerate() {
                        let cell = (row * tile.out_pitch + column) * tile.apart;
                        let out = &mut *out.add(block * plane + cell);
                        let before = if first {
                            &self.bias[group.first + block]
                        } else {
                            &*out
                        };
                        V::load(before).plus(sum).store(out);
                    }
                }
            }
        }
    }

    /// What some lines add to cells.
    #[inline(always)]
    unsafe fn run<V: Lanes<Number = F>, const OUT: usize, const COLUMNS: usize, const ROWS: usize>(
        &self,
        lines: &[Line],
        corner: *const Block<F>,
        pitch: usize,
        mut weights: *const Block<F>,
    ) -> [[[V; OUT]; COLUMNS]; ROWS] {
        let mut sums = [[[V::splat(F::default()); OUT]; COLUMNS]; ROWS];
        // SAFETY: the cells read are (y + ROWS - 1 + side - 1, x + COLUMNS - 1 + side - 1) at most, inside a plane of
        // `pitch` squared, and there is a plane for each block of `inputs`. Weights: as the caller's.
        unsafe {
            for line in lines {
                let start = corner.add((line.block * pitch + line.down) * pitch);
                for right in 0..self.side {
                    let mut first = start.add(right);
                    let rows: [*const F; ROWS] = std::array::from_fn(|_| {
                        let row = first.cast::<F>();
                        first = first.wrapping_add(pitch);
                        row
                    });
                    for lane in 0..line.lanes {
                        let kernel: [V; OUT] = std::array::from_fn(|out| V::load(&*weights.add(out)));
                        weights = weights.add(OUT);
                        for (numbers, sums) in rows.iter().zip(&mut sums) {
                            let numbers = numbers.add(lane);
                            for (column, sums) in sums.iter_mut().enumerate() {
                                let number = V::splat(*numbers.add(column * LANES));
                                for (sum, kernel) in sums.iter_mut().zip(kernel) {
                                    *sum = sum.plus_product(number, kernel);
                                }
                            }
                        }
                    }
                }
            }
        }
        sums
    }
}

/// Lines in order, cut where their products are enough.
fn runs(side: usize, lines: &[Line]) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let all: usize = lines.iter().map(|line| side * line.lanes).sum();
    let most = if all > RUN { RUN } else { RUN / 3 };
    let (mut first, mut products) = (0, 0);
    for (at, line) in lines.iter().enumerate() {
        products += side * line.lanes;
        if products >= most || at + 1 == lines.len() {
            runs.push(first..at + 1);
            (first, products) = (at + 1, 0);
        }
    }
    runs
}

/// Some cells: the first of them, and whether nothing was added to them yet.
#[derive(Debug, Clone, Copy)]
struct Cells {
    y: usize,
    x: usize,
    first: bool,
}

/// A tile that is read: for each block `pitch * pitch` cells, of which the kernel lies on `first` to begin with.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a, F> {
    /// Its numbers.
    pub(super) blocks: &'a [Block<F>],
    /// Cells a row.
    pub(super) pitch: usize,
    /// The kernel's first cell for the first result.
    pub(super) first: usize,
}

/// Where results go: for each block `pitch * pitch` cells.
#[derive(Debug)]
pub(super) struct Target<'a, F> {
    /// Its numbers.
    pub(super) blocks: &'a mut [Block<F>],
    /// Cells a row.
    pub(super) pitch: usize,
    /// The first result's cell.
    pub(super) first: usize,
    /// Cells from one result to the next, and rows.
    pub(super) apart: usize,
    /// Whether the results are added to what is there; otherwise they begin with the bias.
    pub(super) adds: bool,
}

impl<'a, F> Target<'a, F> {
    /// All of a tile of so many cells a side.
    pub(super) fn all(blocks: &'a mut [Block<F>], cells: usize) -> Self {
        Self {
            blocks,
            pitch: cells,
            first: 0,
            apart: 1,
            adds: false,
        }
    }
}

impl<'a, F> View<'a, F> {
    /// All of a tile of so many cells a side, those around it included.
    pub(super) fn all(blocks: &'a [Block<F>], pitch: usize) -> Self {
        Self {
            blocks,
            pitch,
            first: 0,
        }
    }
}

/// What [`View`] and [`Target`] say, from their first cells on.
struct Tile<F> {
    x: *const Block<F>,
    pitch: usize,
    out: *mut Block<F>,
    out_pitch: usize,
    apart: usize,
    adds: bool,
    cells: usize,
}
