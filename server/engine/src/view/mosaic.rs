//! A picture in stamps, and which block has which: numbers are worked out once for each stamp, and laid out as often as
//! it occurs.

use rayon::prelude::*;

use crate::run::sparse::Number;

use super::empty::Empty;
use super::measure::Measure;
use super::pair::{Covered, Pair};
use super::window::{Blocks, Window};

/// Blocks or rows of pixels that are worth a turn of another core.
const WORTH_A_TURN: usize = 16;

/// A picture in stamps.
#[derive(Debug)]
pub(super) struct Mosaic {
    /// The values of each stamp: its pixels by rows, and of each pixel one, two or three.
    pub(super) stamps: Vec<f32>,
    /// For each block its stamp, by rows.
    of_block: Vec<u32>,
    blocks: Blocks,
    /// Rows and columns of pixels.
    size: [usize; 2],
    /// Values of a pixel.
    values: usize,
}

impl Mosaic {
    /// What a measure shows of a pair of states.
    pub(super) fn new<F: Number>(pair: &Pair<'_, F>, measure: Measure, window: &Window) -> Self {
        let blocks = Blocks::new(window, pair.side());
        let empty = Empty::new(pair, measure, &blocks);
        let covered = pair.covered(|place| blocks.of_tile(place));
        let covered: Vec<&[Covered]> = covered.chunk_by(|a, b| a.block == b.block).collect();

        let columns = blocks.columns();
        let mut of_block = vec![0; blocks.count()];
        for (row, stamps) in of_block.chunks_exact_mut(columns).enumerate() {
            for (column, stamp) in stamps.iter_mut().enumerate() {
                *stamp = empty.mix_of_block(row, column) as u32;
            }
        }
        let mut made_of: Vec<(usize, &[Covered])> =
            (0..empty.mixes.len()).map(|mix| (mix, [].as_slice())).collect();
        for tiles in covered {
            let block = tiles[0].block;
            let mix = std::mem::replace(&mut of_block[block], made_of.len() as u32);
            made_of.push((mix as usize, tiles));
        }

        let area = blocks.pixels * blocks.pixels;
        let mut stamps = vec![0.0; made_of.len() * area * measure.values()];
        stamps
            .par_chunks_exact_mut(area * measure.values())
            .zip(&made_of)
            .with_min_len(WORTH_A_TURN)
            .for_each_init(
                || vec![0.0; area * measure.sums()],
                |sums, (values, (mix, tiles))| {
                    sums.fill(0.0);
                    let mut mix = empty.mixes[*mix].clone();
                    for tile in *tiles {
                        empty.take_out(pair.under(tile.place), &mut mix);
                        measure.add(&pair.of_matter(tile, blocks.cells), sums);
                    }
                    empty.add(&mix, sums);
                    measure.finish(sums, values);
                },
            );
        Self {
            stamps,
            of_block,
            size: window.size,
            values: measure.values(),
            blocks,
        }
    }

    /// How many numbers the picture has.
    fn len(&self) -> usize {
        self.size[0] * self.size[1] * self.values
    }

    /// The picture, when each stamp is as given: the pixels by rows, and of each pixel its values.
    pub(super) fn lay_out<T: Copy + Default + Send + Sync>(&self, stamps: &[T]) -> Vec<T> {
        let mut picture = vec![T::default(); self.len()];
        picture
            .par_chunks_exact_mut(self.size[1] * self.values)
            .enumerate()
            .with_min_len(WORTH_A_TURN)
            .for_each(|(y, row)| {
                if self.blocks.pixels * self.values == 1 {
                    for (value, &stamp) in row.iter_mut().zip(self.line(stamps, y).0) {
                        *value = stamps[stamp as usize];
                    }
                    return;
                }
                let mut rest = row;
                for part in self.parts(stamps, y) {
                    let (now, after) = rest.split_at_mut(part.len());
                    now.copy_from_slice(part);
                    rest = after;
                }
            });
        picture
    }

    /// A row of the picture in parts, each of one stamp.
    fn parts<'a, T>(&'a self, stamps: &'a [T], y: usize) -> impl Iterator<Item = &'a [T]> {
        let (of_block, line) = self.line(stamps, y);
        let mut skipped = self.blocks.skipped[1] * self.values;
        let mut left = self.size[1] * self.values;
        of_block.iter().map(move |stamp| {
            let line = &line(*stamp)[std::mem::take(&mut skipped)..];
            let part = &line[..line.len().min(left)];
            left -= part.len();
            part
        })
    }

    /// The stamps that a row of pixels goes through, and what it has of each.
    fn line<'a, T>(&'a self, stamps: &'a [T], y: usize) -> (&'a [u32], impl Fn(u32) -> &'a [T]) {
        let (pixels, columns) = (self.blocks.pixels, self.blocks.columns());
        let (row, y) = (
            (y + self.blocks.skipped[0]) / pixels,
            (y + self.blocks.skipped[0]) % pixels,
        );
        let length = pixels * self.values;
        let line = move |stamp: u32| &stamps[(stamp as usize * pixels + y) * length..][..length];
        (&self.of_block[row * columns..][..columns], line)
    }
}
