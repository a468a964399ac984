//! A picture as it is kept: coarse enough for a chaotic law's roundings, fine enough to tell a broken demo.

use num_complex::Complex32;
use serde::{Deserialize, Serialize};

/// Blocks a side.
const BLOCKS: usize = 8;
/// A cell is seen where `|psi_0|` is less.
const SEEN: f32 = 0.98;

/// What the RGB view shows of a state: `|psi_1|`, `|psi_2|`, `|psi_3|` of each cell, 0 to 1, and how much is seen.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    width: usize,
    cells: Vec<[f32; 3]>,
    matter: f32,
}

impl Picture {
    /// Of cells `[H, W, d]`.
    pub(crate) fn of(psi: &[Complex32], width: usize, channels: usize) -> Self {
        let modulus = |cell: &[Complex32], channel: usize| cell.get(channel).map_or(0.0, |psi| psi.norm());
        let cells = psi.chunks_exact(channels);
        let seen = cells.clone().filter(|cell| modulus(cell, 0) < SEEN).count();
        Self {
            width,
            matter: seen as f32 / cells.len() as f32,
            cells: cells
                .map(|cell| [1, 2, 3].map(|channel| modulus(cell, channel).min(1.0)))
                .collect(),
        }
    }

    /// The mean difference of two cells' colours.
    fn apart<'a>(pairs: impl Iterator<Item = (&'a [f32; 3], &'a [f32; 3])>) -> f32 {
        let (mut sum, mut count) = (0.0_f64, 0.0_f64);
        for (a, b) in pairs {
            sum += a
                .iter()
                .zip(b)
                .map(|(a, b)| f64::from((a - b).abs()))
                .sum::<f64>()
                / 3.0;
            count += 1.0;
        }
        (sum / count.max(1.0)) as f32
    }
}

/// A picture in few numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Signature {
    /// The part of the cells that is seen.
    matter: f32,
    /// How much two cells beside each other differ: noise is grainy.
    grain: f32,
    /// How much it has changed since the state before it.
    life: f32,
    /// Red, green and blue of each of 8x8 blocks, row by row, two hexadecimal digits each.
    blocks: Vec<String>,
}

impl Signature {
    /// Of a picture, and the one that was seen before it.
    pub(crate) fn of(now: &Picture, before: &Picture) -> Self {
        let rows = || now.cells.chunks_exact(now.width);
        let beside = rows().flat_map(|row| row.iter().zip(row.iter().skip(1)));
        let height = now.cells.len() / now.width;
        let mut sums = [[[0.0_f64; 3]; BLOCKS]; BLOCKS];
        for (y, row) in rows().enumerate() {
            for (x, cell) in row.iter().enumerate() {
                let sum = &mut sums[y * BLOCKS / height][x * BLOCKS / now.width];
                for (sum, part) in sum.iter_mut().zip(cell) {
                    *sum += f64::from(*part);
                }
            }
        }
        let cells = now.cells.len() as f64 / (BLOCKS * BLOCKS) as f64;
        let digits = |sum: &f64| format!("{:02x}", (sum / cells * 255.0).round().min(255.0) as u8);
        let round = |number: f32| (number * 10_000.0).round() / 10_000.0;
        Self {
            matter: round(now.matter),
            grain: round(Picture::apart(beside)),
            life: round(Picture::apart(now.cells.iter().zip(&before.cells))),
            blocks: sums
                .iter()
                .map(|row| row.iter().flatten().map(digits).collect())
                .collect(),
        }
    }

    /// What is wrong with it, held against one that was kept.
    pub(crate) fn differs_from(&self, kept: &Self) -> Option<String> {
        let far = |what: &str, found: f32, kept: f32, least: f32, share: f32| {
            ((found - kept).abs() > least + share * kept)
                .then(|| format!("{what} {found}, and {kept} was kept"))
        };
        let blocks = (self.parts().zip(kept.parts()))
            .map(|(a, b)| f32::from(a.abs_diff(b)))
            .sum::<f32>()
            / (BLOCKS * BLOCKS * 3) as f32;
        far("matter", self.matter, kept.matter, 0.01, 0.2)
            .or_else(|| far("grain", self.grain, kept.grain, 0.003, 0.3))
            .or_else(|| far("life", self.life, kept.life, 0.003, 0.7))
            .or_else(|| (blocks > 24.0).then(|| format!("its blocks are {blocks:.0} of 255 apart")))
    }

    fn parts(&self) -> impl Iterator<Item = u8> {
        self.blocks.iter().flat_map(|row| {
            let parts = row.as_bytes().chunks_exact(2);
            parts.map(|digits| {
                let text = std::str::from_utf8(digits).unwrap_or_default();
                u8::from_str_radix(text, 16).unwrap_or_default()
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of 64x64 cells, its amplitude in channel 1 by place.
    fn picture(amplitude: impl Fn(i32, i32) -> f32) -> Picture {
        let mut psi = Vec::new();
        for (y, x) in (0..64).flat_map(|y| (0..64).map(move |x| (y, x))) {
            let a = amplitude(y, x);
            psi.extend([(1.0 - a * a).sqrt(), a, 0.3 * a, 0.0].map(|part| Complex32::new(part, 0.0)));
        }
        Picture::of(&psi, 64, 4)
    }

    fn discs(shift: i32, radius: i32) -> Picture {
        picture(move |y, x| {
            let (y, x) = ((y + shift) % 32 - 16, (x + shift) % 32 - 16);
            if y * y + x * x < radius * radius { 0.7 } else { 0.0 }
        })
    }

    #[test]
    fn a_broken_picture_is_told_and_a_shifted_one_is_not() {
        let kept = Signature::of(&discs(2, 10), &discs(0, 10));
        let told = |now: &Picture, before: &Picture| Signature::of(now, before).differs_from(&kept);
        assert_eq!(told(&discs(2, 10), &discs(0, 10)), None);
        assert_eq!(told(&discs(3, 10), &discs(1, 10)), None);
        let empty = picture(|_, _| 0.0);
        let noise = picture(|y, x| ((y * 7919 + x * 104_729 + y * x * 31) % 13) as f32 / 14.0);
        for (broken, word) in [
            (told(&empty, &empty), "matter"),
            (told(&noise, &discs(0, 10)), "matter"),
            (told(&discs(2, 14), &discs(0, 14)), "matter"),
            (told(&discs(2, 10), &discs(2, 10)), "life"),
        ] {
            assert!(
                broken.clone().is_some_and(|says| says.contains(word)),
                "{word}: {broken:?}"
            );
        }
        // As much of it, and all over: that is told by its grain.
        let crumbs = picture(|y, x| if (y * 5 + x * 3) % 10 < 3 { 0.7 } else { 0.0 });
        assert!(told(&crumbs, &empty).is_some_and(|says| says.contains("grain")));
    }

    #[test]
    fn a_signature_reads_what_it_writes() {
        let kept = Signature::of(&discs(2, 10), &discs(0, 10));
        let json = serde_json::to_string(&kept).unwrap();
        assert_eq!(serde_json::from_str::<Signature>(&json).unwrap(), kept);
    }
}
