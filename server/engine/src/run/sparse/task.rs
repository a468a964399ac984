//! Work on one tile: what lies around it is gathered, finished and convolved, without leaving the processor's cache.

#![expect(
    clippy::inline_always,
    reason = "each copy of a kernel takes these in, or it would not be compiled for the processor"
)]

use crate::real::Real;

use super::kernel::{Kernel, Target, View, blocks};
use super::lanes::{Block, LANES, Lanes, Number};
use super::plan::Plan;
use super::program::Elementwise;
use super::raised::Raised;
use super::walls::{Walls, take_away_bias, weigh_edges};

/// What is done to numbers when they are read, with the numbers that it takes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Finishing<'a, F> {
    /// Nothing.
    Plain,
    /// ELU.
    Elu,
    /// A scale and a shift by channel, then maybe ELU.
    Affine {
        /// Scales, by block.
        scale: &'a [Block<F>],
        /// Shifts, by block.
        shift: &'a [Block<F>],
        /// Whether an ELU follows.
        elu: bool,
    },
    /// 1 above the threshold, 0 elsewhere.
    Spike(F),
}

impl<F: Number> Finishing<'_, F> {
    /// Reads cells of one block.
    #[inline(always)]
    fn read(&self, block: usize, from: &[Block<F>], to: &mut [Block<F>]) {
        match *self {
            Self::Plain => to.copy_from_slice(from),
            Self::Elu => each(from, to, |x, _| x.elu()),
            Self::Affine { scale, shift, elu } => {
                let (scale, shift) = (scale[block], shift[block]);
                if elu {
                    each(from, to, |x, lane| x.times_plus(scale[lane], shift[lane]).elu());
                } else {
                    each(from, to, |x, lane| x.times_plus(scale[lane], shift[lane]));
                }
            }
            Self::Spike(threshold) => each(
                from,
                to,
                |x, _| {
                    if x > threshold { F::of(1.0) } else { F::default() }
                },
            ),
        }
    }
}

#[inline(always)]
fn each<F: Number>(from: &[Block<F>], to: &mut [Block<F>], f: impl Fn(F, usize) -> F) {
    for (from, to) in from.iter().zip(to) {
        for lane in 0..LANES {
            to[lane] = f(from[lane], lane);
        }
    }
}

/// A sheet as it is read: for each of its slots, for each block its cells by rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'a, F> {
    /// Its numbers.
    pub(super) numbers: &'a [Block<F>],
    /// Blocks of channels.
    pub(super) blocks: usize,
    /// Channels.
    pub(super) channels: usize,
    /// Cells a side of a tile.
    pub(super) cells: usize,
    /// Its level.
    pub(super) level: u32,
    /// How many slots it has; those beyond are their ground.
    pub(super) count: usize,
    /// What is done to it first.
    pub(super) finishing: Finishing<'a, F>,
}

impl<'a, F: Number> Reading<'a, F> {
    #[inline(always)]
    fn tile(&self, slot: usize) -> &'a [Block<F>] {
        let size = self.blocks * self.cells * self.cells;
        &self.numbers[slot * size..(slot + 1) * size]
    }

    /// A tile, finished: for each block its cells.
    #[inline(always)]
    fn read(&self, plan: &Plan, slot: usize, to: &mut [Block<F>]) {
        let area = self.cells * self.cells;
        let tile = self.tile(plan.present(slot, self.count));
        for block in 0..self.blocks {
            let range = block * area..(block + 1) * area;
            self.finishing.read(block, &tile[range.clone()], &mut to[range]);
        }
    }

    /// A tile with one cell around it, finished: for each block `(cells + 2)` squared cells.
    #[inline(always)]
    fn read_around(&self, plan: &Plan, slot: usize, to: &mut [Block<F>]) {
        let (cells, pitch) = (self.cells, self.cells + 2);
        let area = cells * cells;
        let size = |slot: usize| plan.sizes[slot].map(|side| side >> self.level);
        let [height, width] = size(slot);
        let around: [Option<usize>; 9] = std::array::from_fn(|part| {
            if part == 4 {
                Some(plan.present(slot, self.count))
            } else {
                plan.neighbour(slot, part, self.count)
            }
        });
        for block in 0..self.blocks {
            let to = &mut to[block * pitch * pitch..(block + 1) * pitch * pitch];
            // Three rows of neighbours: the last row above, this tile's rows, the first row below.
            for (band, neighbours) in around.chunks_exact(3).enumerate() {
                let rows = if band == 1 { 0..height } else { 0..1 };
                for row in rows {
                    let to_row = match band {
                        0 => 0,
                        1 => row + 1,
                        _ => height + 1,
                    };
                    let to = &mut to[to_row * pitch..(to_row + 1) * pitch];
                    for (side, neighbour) in neighbours.iter().enumerate() {
                        let (first, count) = match side {
                            0 => (0, 1),
                            1 => (1, width),
                            _ => (width + 1, 1),
                        };
                        let to = &mut to[first..first + count];
                        let Some(neighbour) = *neighbour else {
                            to.fill([F::default(); LANES]);
                            continue;
                        };
                        let [their_height, their_width] = size(neighbour);
                        let from_row = match band {
                            0 => their_height - 1,
                            1 => row,
                            _ => 0,
                        };
                        let from_column = if side == 0 { their_width - 1 } else { 0 };
                        let from = block * area + from_row * cells + from_column;
                        let from = &self.tile(neighbour)[from..from + count];
                        self.finishing.read(block, from, to);
                    }
                }
            }
        }
    }
}

/// Where the result of a convolution goes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Into<'a, F> {
    /// Into its sheet as it is.
    Sheet,
    /// It ends the step: `psi`, what is done to the answer first, and the decay.
    Step {
        /// The state.
        psi: Reading<'a, F>,
        /// What is done to the answer.
        finishing: Finishing<'a, F>,
        /// Decay.
        gamma: f64,
        /// Whether the answer multiplies the state.
        multiplies: bool,
    },
}

/// A pass, ready for any of its tiles.
#[derive(Debug)]
pub(crate) struct Task<'a, F> {
    /// Which tiles there are.
    pub(super) plan: &'a Plan,
    /// What it reads.
    pub(super) sources: Vec<Reading<'a, F>>,
    /// What it does.
    pub(super) work: Work<'a, F>,
}

/// What a pass does.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "a pass has one")]
pub(crate) enum Work<'a, F> {
    /// A convolution, then maybe others of one cell each.
    Conv {
        /// What it reads of the level above.
        raised: Option<(Reading<'a, F>, &'a Raised<F>)>,
        /// The kernel.
        kernel: &'a Kernel<F>,
        /// Whether edges at walls are weighted anew.
        resizes: bool,
        /// The kernels after it, each after a finish.
        tail: Vec<(Finishing<'a, F>, &'a Kernel<F>)>,
        /// Where to.
        to: Into<'a, F>,
    },
    /// The largest of each 2x2.
    Pool,
    /// By element.
    Map(Elementwise),
}

/// Room for what lies between two kernels of one tile.
#[derive(Debug, Default)]
pub(crate) struct Scratch<F> {
    read: Vec<Block<F>>,
    other: Vec<Block<F>>,
}

fn room<F: Number>(numbers: &mut Vec<Block<F>>, blocks: usize) -> &mut [Block<F>] {
    if numbers.len() < blocks {
        numbers.resize(blocks, [F::default(); LANES]);
    }
    &mut numbers[..blocks]
}

/// What a tile's results add to a norm, by channel: sums, then sums of squares.
pub(super) type Sums<'a> = &'a mut [f64];

impl<'a, F: Number> Task<'a, F> {
    /// Works on one tile: writes its results to `out`, and what they add to a norm to `sums`, where that is not empty.
    #[inline(always)]
    pub(super) fn perform<V: Lanes<Number = F>>(
        &self,
        slot: usize,
        out: &mut [Block<F>],
        sums: Sums<'_>,
        scratch: &mut Scratch<F>,
    ) {
        match &self.work {
            Work::Conv {
                raised,
                kernel,
                resizes,
                tail,
                to,
            } => {
                let raised = raised.as_ref();
                self.convolve::<V>(slot, raised, kernel, *resizes, tail, to, out, scratch);
                if !sums.is_empty() {
                    self.add_up(slot, out, sums);
                }
            }
            Work::Pool => self.pool(slot, out, scratch),
            Work::Map(op) => self.map(slot, *op, out, scratch),
        }
    }

    #[inline(always)]
    #[expect(clippy::too_many_arguments, reason = "a pass's parts and a tile's")]
    fn convolve<V: Lanes<Number = F>>(
        &self,
        slot: usize,
        raised: Option<&(Reading<'a, F>, &Raised<F>)>,
        kernel: &Kernel<F>,
        resizes: bool,
        tail: &[(Finishing<'_, F>, &Kernel<F>)],
        to: &Into<'_, F>,
        out: &mut [Block<F>],
        scratch: &mut Scratch<F>,
    ) {
        let Some(first) = self.sources.first() else { return };
        let cells = first.cells;
        let area = cells * cells;
        let pitch = cells + kernel.side() - 1;
        let total: usize = self.sources.iter().map(|source| source.blocks).sum();
        let padded = room(&mut scratch.read, total * pitch * pitch);
        let mut at = 0;
        for source in &self.sources {
            let size = source.blocks * pitch * pitch;
            let to = &mut padded[at..at + size];
            if kernel.side() == 3 {
                source.read_around(self.plan, slot, to);
            } else {
                source.read(self.plan, slot, to);
            }
            at += size;
        }
        let in_place = tail.is_empty() && matches!(to, Into::Sheet);
        let made = blocks(kernel.out_channels()) * area;
        let result = if in_place {
            &mut *out
        } else {
            room(&mut scratch.other, made)
        };
        kernel.convolve::<V>(View::all(padded, pitch), cells, Target::all(result, cells));
        if let Some((source, raised)) = raised {
            let pitch = source.cells + 2;
            let padded = room(&mut scratch.read, source.blocks * pitch * pitch);
            source.read_around(self.plan, slot, padded);
            for (part, kernel) in raised.kernels.iter().enumerate() {
                let [row, column] = [part / 2, part % 2];
                let view = View {
                    blocks: padded,
                    pitch,
                    first: row * pitch + column,
                };
                let target = Target {
                    blocks: result,
                    pitch: cells,
                    first: row * cells + column,
                    apart: 2,
                    adds: true,
                };
                kernel.convolve::<V>(view, source.cells, target);
            }
        }
        if resizes || raised.is_some() {
            let walls = Walls::around(self.plan, slot, first.level);
            if resizes {
                weigh_edges(walls, kernel.bias(), cells, result);
            }
            if let Some((_, raised)) = raised {
                take_away_bias(walls, &raised.of_bias, cells, result);
            }
        }
        let (mut from, mut spare) = (&mut scratch.other, &mut scratch.read);
        for (place, (finishing, kernel)) in tail.iter().enumerate() {
            let numbers = &mut from[..];
            for (block, cells) in numbers.chunks_exact_mut(area).enumerate().take(kernel.inputs()) {
                finish_in_place(finishing, block, cells);
            }
            let made = blocks(kernel.out_channels()) * area;
            let last = place + 1 == tail.len() && matches!(to, Into::Sheet);
            let result = if last { &mut *out } else { room(spare, made) };
            let view = View::all(&numbers[..kernel.inputs() * area], cells);
            kernel.convolve::<V>(view, cells, Target::all(result, cells));
            std::mem::swap(&mut from, &mut spare);
        }
        if let Into::Step {
            psi,
            finishing,
            gamma,
            multiplies,
        } = to
        {
            let answer = &mut from[..psi.blocks * area];
            for (block, cells) in answer.chunks_exact_mut(area).enumerate() {
                finish_in_place(finishing, block, cells);
            }
            let state = psi.tile(self.plan.present(slot, psi.count));
            end_step(state, answer, psi.channels / 2, *gamma, *multiplies, out);
        }
    }

    /// Sums over the cells that lie in the world.
    #[inline(always)]
    fn add_up(&self, slot: usize, out: &[Block<F>], sums: Sums<'_>) {
        let Some(first) = self.sources.first() else { return };
        let cells = first.cells;
        let [height, width] = self.plan.sizes[slot].map(|side| side >> first.level);
        let half = sums.len() / 2;
        let (sum, square) = sums.split_at_mut(half);
        for (block, out) in out.chunks_exact(cells * cells).enumerate() {
            let (mut s, mut q) = ([0.0_f64; LANES], [0.0_f64; LANES]);
            for row in out.chunks_exact(cells).take(height) {
                for cell in &row[..width] {
                    for lane in 0..LANES {
                        let x = cell[lane].double();
                        s[lane] += x;
                        q[lane] += x * x;
                    }
                }
            }
            sum[block * LANES..(block + 1) * LANES].copy_from_slice(&s);
            square[block * LANES..(block + 1) * LANES].copy_from_slice(&q);
        }
    }

    #[inline(always)]
    fn pool(&self, slot: usize, out: &mut [Block<F>], scratch: &mut Scratch<F>) {
        let Some(source) = self.sources.first() else {
            return;
        };
        let (fine, coarse) = (source.cells, source.cells / 2);
        let read = room(&mut scratch.read, source.blocks * fine * fine);
        source.read(self.plan, slot, read);
        for (read, out) in read
            .chunks_exact(fine * fine)
            .zip(out.chunks_exact_mut(coarse * coarse))
        {
            for y in 0..coarse {
                for x in 0..coarse {
                    let at = 2 * y * fine + 2 * x;
                    let four = [&read[at], &read[at + 1], &read[at + fine], &read[at + fine + 1]];
                    let out = &mut out[y * coarse + x];
                    for lane in 0..LANES {
                        let top = larger(four[0][lane], four[1][lane]);
                        out[lane] = larger(top, larger(four[2][lane], four[3][lane]));
                    }
                }
            }
        }
    }

    #[inline(always)]
    fn map(&self, slot: usize, op: Elementwise, out: &mut [Block<F>], scratch: &mut Scratch<F>) {
        let Some(a) = self.sources.first() else { return };
        let area = a.cells * a.cells;
        let first = room(&mut scratch.read, a.blocks * area);
        a.read(self.plan, slot, first);
        match (op, self.sources.get(1)) {
            (Elementwise::Channels { first: offset }, _) => {
                let count = out.len() / area;
                for (block, out) in out.chunks_exact_mut(area).enumerate() {
                    for lane in 0..LANES {
                        let channel = offset + block * LANES + lane;
                        let (from, from_lane) = (channel / LANES, channel % LANES);
                        for (cell, out) in out.iter_mut().enumerate() {
                            let inside = from < a.blocks && block < count;
                            out[lane] = if inside {
                                first[from * area + cell][from_lane]
                            } else {
                                F::default()
                            };
                        }
                    }
                }
            }
            (Elementwise::Sigmoid, _) => each(first, out, |x, _| x.sigmoid()),
            (Elementwise::Tanh, _) => each(first, out, |x, _| x.hyperbolic_tangent()),
            (Elementwise::Mul | Elementwise::Add, Some(b)) => {
                let second = room(&mut scratch.other, b.blocks * area);
                b.read(self.plan, slot, second);
                for ((a, b), out) in first.iter().zip(second.iter()).zip(out) {
                    for lane in 0..LANES {
                        out[lane] = if op == Elementwise::Mul {
                            a[lane] * b[lane]
                        } else {
                            a[lane] + b[lane]
                        };
                    }
                }
            }
            (Elementwise::Mul | Elementwise::Add, None) => {}
        }
    }
}

/// The larger of two; a NaN stays one.
#[inline(always)]
fn larger<F: Number>(a: F, b: F) -> F {
    if a > b || a.double().is_nan() { a } else { b }
}

#[inline(always)]
fn finish_in_place<F: Number>(finishing: &Finishing<'_, F>, block: usize, cells: &mut [Block<F>]) {
    if matches!(finishing, Finishing::Plain) {
        return;
    }
    for cell in cells {
        let before = *cell;
        finishing.read(block, std::slice::from_ref(&before), std::slice::from_mut(cell));
    }
}

/// What keeps a cell of norm 0 from dividing by it.
const NORM_FLOOR: f64 = 1e-9;

/// psi' = (psi + answer - gamma psi) / (norm + 1e-9), by cell; the answer times psi first where the law multiplies. In float64: the
/// state is rounded once, at the end.
#[inline(always)]
fn end_step<F: Number>(
    psi: &[Block<F>],
    answer: &mut [Block<F>],
    channels: usize,
    gamma: f64,
    multiplies: bool,
    out: &mut [Block<F>],
) {
    let area = psi.len() / blocks(2 * channels);
    if multiplies {
        for cell in 0..area {
            for channel in 0..channels {
                let [re, im] = [channel, channels + channel].map(|c| (c / LANES * area + cell, c % LANES));
                let [a, b] = [re, im].map(|(at, lane)| answer[at][lane].double());
                let [x, y] = [re, im].map(|(at, lane)| psi[at][lane].double());
                answer[re.0][re.1] = F::of(a * x - b * y);
                answer[im.0][im.1] = F::of(a * y + b * x);
            }
        }
    }
    // Some cells at a time: roots and divisions take long, but not one after the other.
    for first in (0..area).step_by(CELLS_AT_ONCE) {
        let cells = first..area.min(first + CELLS_AT_ONCE);
        let mut scales = [0.0; CELLS_AT_ONCE];
        for (cell, scale) in cells.clone().zip(&mut scales) {
            let mut squares = [0.0; LANES];
            for at in (cell..psi.len()).step_by(area) {
                let moved = moved(&psi[at], &answer[at], gamma);
                for (square, x) in squares.iter_mut().zip(moved) {
                    *square += x * x;
                }
            }
            *scale = added(squares);
        }
        for scale in &mut scales {
            *scale = 1.0 / (scale.sqrt() + NORM_FLOOR);
        }
        for (cell, scale) in cells.zip(scales) {
            for at in (cell..psi.len()).step_by(area) {
                out[at] = moved(&psi[at], &answer[at], gamma).map(|x| F::of(x * scale));
            }
        }
    }
}

/// Cells whose steps are ended together.
const CELLS_AT_ONCE: usize = 16;

/// psi + answer - gamma psi
#[inline(always)]
fn moved<F: Number>(psi: &Block<F>, answer: &Block<F>, gamma: f64) -> Block<f64> {
    let mut moved = [0.0; LANES];
    for ((moved, psi), answer) in moved.iter_mut().zip(psi).zip(answer) {
        let psi = psi.double();
        *moved = psi + answer.double() - gamma * psi;
    }
    moved
}

/// The sum of a block's squares.
#[inline(always)]
pub(super) fn square<F: Number>(block: &Block<F>) -> F {
    let mut squares = [F::default(); LANES];
    for lane in 0..LANES {
        squares[lane] = block[lane] * block[lane];
    }
    added(squares)
}

/// The sum of a block, in the same order on every machine.
#[inline(always)]
fn added<F: Real>(mut block: Block<F>) -> F {
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            let other = block[lane + half];
            block[lane] += other;
        }
        half /= 2;
    }
    block[0]
}
