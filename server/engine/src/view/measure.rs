//! The quantities: from the cells of a tile to the pixels of a stamp.
//!
//! While tiles are added to a stamp, each of its pixels has some *sums*: the largest number yet, or a total and how many
//! cells it is of. When all are, they become its *values*: one, two of a phase, or three in colour.

use std::ops::Range;

use atheria_shared::view::{Part, Quantity, View};

use crate::run::sparse::{Block, LANES, Number};

/// Cells whose differences are squared before any are added: one long loop, which compiles to what the processor has.
const GROUP: usize = 16;

/// What is measured in each cell, and what of the cells a pixel shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// |a - b|, the 2-norm over all channels: the largest, so that a single cell of matter stays visible.
    Distance,
    /// The moduli of three channels: the largest of each.
    Moduli([usize; 3]),
    /// The argument and the modulus of a channel: those of the mean of its complex numbers.
    Phase(usize),
    /// A part of a channel: the mean.
    Mean(usize, Part),
}

/// A tile as it is measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured<'a, F> {
    /// psi in the two states of a pair.
    pub(super) psi: [&'a [Block<F>]; 2],
    /// Height and width, in cells of the world.
    pub(super) size: [usize; 2],
    /// Cells along each side of the tile, those beyond the world's edge counted.
    pub(super) side: usize,
    /// Cells of it along each side of a pixel.
    pub(super) cells: usize,
    /// Channels of psi.
    pub(super) channels: usize,
}

impl Measure {
    /// What a view shows of a state with so many channels. A channel beyond the last is the last.
    pub(super) fn of(view: &View, channels: usize) -> Self {
        let within = |channel: u16| usize::from(channel).min(channels.saturating_sub(1));
        match view.quantity {
            Quantity::Deviation | Quantity::Change => Self::Distance,
            Quantity::Rgb => Self::Moduli(view.rgb.map(within)),
            Quantity::Phase => Self::Phase(within(view.channel)),
            Quantity::Channel => Self::Mean(within(view.channel), view.part),
        }
    }

    /// What of the same cells says how far a range has to go: the moduli of what is shown.
    pub(super) fn strength(self) -> Self {
        match self {
            Self::Phase(channel) => Self::Mean(channel, Part::Modulus),
            other => other,
        }
    }

    /// Numbers that are measured in a cell.
    fn numbers(self) -> usize {
        match self {
            Self::Distance | Self::Mean(..) => 1,
            Self::Phase(_) => 2,
            Self::Moduli(_) => 3,
        }
    }

    /// Whether the largest number of a pixel's cells counts, not their mean.
    fn is_largest(self) -> bool {
        matches!(self, Self::Distance | Self::Moduli(_))
    }

    /// Sums of a pixel: one for each number, and for a mean the cells that it is of.
    pub(super) fn sums(self) -> usize {
        self.numbers() + usize::from(!self.is_largest())
    }

    /// Values of a pixel.
    pub(super) fn values(self) -> usize {
        match self {
            Self::Distance | Self::Mean(..) => 1,
            Self::Phase(_) => 2,
            Self::Moduli(_) => 3,
        }
    }

    /// Adds a tile to a stamp, whose sums begin as 0.
    pub(super) fn add<F: Number>(self, tile: &Measured<'_, F>, stamp: &mut [f64]) {
        let ([height, width], sums) = (tile.size, self.sums());
        let pixels_across = tile.side / tile.cells;
        let mut row = vec![0.0; width];
        for y in 0..height {
            let pixels = &mut stamp[y / tile.cells * pixels_across * sums..][..pixels_across * sums];
            let cells = y * tile.side..y * tile.side + width;
            for number in 0..self.numbers() {
                self.read(tile, cells.clone(), number, &mut row);
                for (pixel, cells) in pixels.chunks_exact_mut(sums).zip(row.chunks(tile.cells)) {
                    pixel[number] = if self.is_largest() {
                        cells.iter().copied().fold(pixel[number], larger)
                    } else {
                        cells.iter().fold(pixel[number], |sum, cell| sum + cell)
                    };
                }
            }
            if !self.is_largest() {
                for (pixel, cells) in pixels.chunks_exact_mut(sums).zip(row.chunks(tile.cells)) {
                    pixel[sums - 1] += cells.len() as f64;
                }
            }
        }
    }

    /// Measures a number of cells; moduli and distances that are to be compared as their squares.
    fn read<F: Number>(self, tile: &Measured<'_, F>, cells: Range<usize>, number: usize, row: &mut [f64]) {
        let each = |row: &mut [f64], channel: usize, measure: fn(f64, f64) -> f64| {
            for (out, [re, im]) in row.iter_mut().zip(tile.complex(channel, cells.clone())) {
                *out = measure(re, im);
            }
        };
        match self {
            Self::Distance => tile.distances_squared(cells, row),
            Self::Moduli(channels) => each(row, channels[number], |re, im| re * re + im * im),
            Self::Phase(channel) if number == 0 => each(row, channel, |re, _| re),
            Self::Phase(channel) => each(row, channel, |_, im| im),
            Self::Mean(channel, Part::Real) => each(row, channel, |re, _| re),
            Self::Mean(channel, Part::Imaginary) => each(row, channel, |_, im| im),
            Self::Mean(channel, Part::Modulus) => each(row, channel, |re, im| (re * re + im * im).sqrt()),
        }
    }

    /// Adds what `count` tiles with the same stamp have.
    pub(super) fn add_stamp(self, of_one: &[f64], count: i64, stamp: &mut [f64]) {
        for (sum, &of_one) in stamp.iter_mut().zip(of_one) {
            *sum = if self.is_largest() {
                larger(*sum, of_one)
            } else {
                *sum + count as f64 * of_one
            };
        }
    }

    /// The values of a stamp.
    pub(super) fn finish(self, stamp: &[f64], values: &mut [f32]) {
        match self {
            Self::Distance | Self::Moduli(_) => {
                for (value, square) in values.iter_mut().zip(stamp) {
                    *value = square.sqrt() as f32;
                }
            }
            Self::Phase(_) => {
                let values = values.as_chunks_mut().0;
                for ([angle, modulus], [real, imaginary, count]) in values.iter_mut().zip(stamp.as_chunks().0)
                {
                    let (real, imaginary) = (real / count, imaginary / count);
                    *angle = imaginary.atan2(real) as f32;
                    *modulus = real.hypot(imaginary) as f32;
                }
            }
            Self::Mean(..) => {
                for (value, [total, count]) in values.iter_mut().zip(stamp.as_chunks().0) {
                    *value = (total / count) as f32;
                }
            }
        }
    }
}

impl<F: Number> Measured<'_, F> {
    /// |a - b|^2 of cells.
    pub(super) fn distances_squared(&self, cells: Range<usize>, row: &mut [f64]) {
        let area = self.side * self.side;
        row.fill(0.0);
        let [a, b] = self.psi.map(|psi| psi.chunks_exact(area));
        for (a, b) in a.zip(b) {
            let (a, b) = (a[cells.clone()].chunks(GROUP), b[cells.clone()].chunks(GROUP));
            for ((a, b), out) in a.zip(b).zip(row.chunks_mut(GROUP)) {
                let mut squares = [[F::default(); LANES]; GROUP];
                let all = squares.as_flattened_mut().iter_mut();
                for ((square, a), b) in all.zip(a.as_flattened()).zip(b.as_flattened()) {
                    let difference = *a - *b;
                    *square = difference * difference;
                }
                for (out, squares) in out.iter_mut().zip(&squares) {
                    *out += sum(squares).double();
                }
            }
        }
    }

    /// The complex numbers of a channel in some cells.
    fn complex(&self, channel: usize, cells: Range<usize>) -> impl Iterator<Item = [f64; 2]> {
        let area = self.side * self.side;
        let [re, im] = [channel, channel + self.channels].map(|number| {
            let plane = &self.psi[0][number / LANES * area..][cells.clone()];
            plane.iter().map(move |block| block[number % LANES].double())
        });
        re.zip(im).map(|(re, im)| [re, im])
    }
}

/// The sum of a block's channels, in four sums beside each other, which every processor can add at once.
#[inline]
fn sum<F: Number>(block: &Block<F>) -> F {
    let mut sums = [F::default(); 4];
    for numbers in block.as_chunks::<4>().0 {
        for (sum, number) in sums.iter_mut().zip(numbers) {
            *sum += *number;
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

/// The larger one of two numbers that are not negative; no number, if one of them is none: the bits of such numbers are
/// in the order of the numbers, and those of no number above all.
#[inline]
fn larger(a: f64, b: f64) -> f64 {
    f64::from_bits(a.to_bits().max(b.to_bits()))
}
