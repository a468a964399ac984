//! A transposed 2x2 convolution of stride 2 and the 3x3 convolution after it, as the one linear map that they are.
//!
//! Each of the 3x3 cells that a cell reads is made of one coarse cell, and those are 2x2 in all: which, and through which
//! weights, hangs on whether the cell's row and column are even. So there are four kernels of 2x2 coarse cells, and what lies
//! between is never made. In a U-Net, which halves its channels there, that saves all products of the transposed convolution
//! and one in nine of the other's. Only the transposed convolution's bias knows of walls: beyond them there is nothing that
//! it was added to.

use super::kernel::{Kernel, blocks};
use super::lanes::{Block, LANES, Number};

/// Cells of the 3x3 kernel.
pub(super) const TAPS: usize = 9;

/// What a 3x3 convolution reads of a sheet of the level above.
#[derive(Debug)]
pub(crate) struct Raised<F> {
    /// For even and odd rows, and in them for even and odd columns. Without bias.
    pub(crate) kernels: [Kernel<F>; 4],
    /// For each of the 3x3 cells, by rows, what the transposed convolution's bias gives through it: to be taken away where that
    /// cell lies beyond a wall.
    pub(crate) of_bias: [Vec<Block<F>>; TAPS],
}

/// Weights of the two convolutions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'a> {
    /// Of the transposed one, `[ins, middle, 2, 2]`.
    pub(super) up: &'a [f64],
    /// Its bias, `[middle]`.
    pub(super) bias: &'a [f64],
    /// Of the 3x3 one, `[out, total, 3, 3]`.
    pub(super) weights: &'a [f64],
    /// Channels of all that the 3x3 one reads: first those that the transposed one makes.
    pub(super) total: usize,
}

impl Pair<'_> {
    fn ins(&self) -> usize {
        self.up.len() / (4 * self.bias.len())
    }

    fn outs(&self) -> usize {
        self.weights.len() / (TAPS * self.total)
    }

    fn weight(&self, out: usize, middle: usize, tap: usize) -> f64 {
        self.weights[(out * self.total + middle) * TAPS + tap]
    }

    /// What the bias gives through a tap, for a channel of the result.
    pub(super) fn of_bias(&self, out: usize, tap: usize) -> f64 {
        let through = self.bias.iter().enumerate();
        through
            .map(|(middle, bias)| self.weight(out, middle, tap) * bias)
            .sum()
    }

    /// The 2x2 kernel of cells whose row and column are so far from even ones: `[out, 2, 2, ins]`.
    fn kernel(&self, odd: [usize; 2]) -> Vec<f64> {
        let (ins, outs) = (self.ins(), self.outs());
        let middles = self.bias.len();
        let mut made = vec![0.0; outs * 4 * ins];
        let mut of_part = vec![0.0; middles * ins];
        for tap in 0..TAPS {
            let [(row, down), (column, right)] = [0, 1].map(|axis| {
                // The row that is read, counted from two before this cell's even one.
                let read = odd[axis] + [tap / 3, tap % 3][axis] + 1;
                (read / 2 - odd[axis], read % 2)
            });
            for (at, weight) in of_part.iter_mut().enumerate() {
                let (middle, from) = (at / ins, at % ins);
                *weight = self.up[((from * middles + middle) * 2 + down) * 2 + right];
            }
            for out in 0..outs {
                let at = (out * 4 + row * 2 + column) * ins;
                let sums = &mut made[at..at + ins];
                for (middle, of_part) in of_part.chunks_exact(ins).enumerate() {
                    let weight = self.weight(out, middle, tap);
                    for (sum, up) in sums.iter_mut().zip(of_part) {
                        *sum += weight * up;
                    }
                }
            }
        }
        made
    }
}

impl<F: Number> Raised<F> {
    /// Of two convolutions.
    pub(super) fn new(pair: Pair<'_>) -> Self {
        let (ins, outs) = (pair.ins(), pair.outs());
        let kernels = [[0, 0], [0, 1], [1, 0], [1, 1]].map(|odd| {
            let weights = pair.kernel(odd);
            let weight = |out: usize, from: usize, cell: usize| weights[(out * 4 + cell) * ins + from];
            Kernel::pack(2, outs, &[ins], weight, |_| 0.0)
        });
        let of_bias = std::array::from_fn(|tap| {
            let mut given = vec![[F::default(); LANES]; blocks(outs)];
            for out in 0..outs {
                given[out / LANES][out % LANES] = F::of(pair.of_bias(out, tap));
            }
            given
        });
        Self { kernels, of_bias }
    }
}
