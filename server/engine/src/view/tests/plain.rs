//! Pictures cell by cell: the world expanded, and a loop over each pixel's cells.

use std::collections::HashMap;

use atheria_shared::Boundary;
use atheria_shared::frame::Scale;
use atheria_shared::geometry::Region;
use atheria_shared::view::{Part, Quantity, View};

use crate::run::sparse::{Number, Place, Tiles};
use crate::view::{Picture, Scene};

/// A world whose cells can be asked for one by one.
struct Cells<'a, F> {
    tiles: &'a Tiles<F>,
    slots: HashMap<Place, usize>,
}

impl<'a, F: Number> Cells<'a, F> {
    fn of(tiles: &'a Tiles<F>) -> Self {
        let slots = tiles.slots();
        Self { tiles, slots }
    }

    fn read(&self, [y, x]: [i64; 2], empty: bool) -> Vec<f64> {
        let side = self.tiles.side as i64;
        let place = [y.div_euclid(side), x.div_euclid(side)];
        let slot = self.slots.get(&place).filter(|_| !empty).copied();
        let slot = slot.unwrap_or_else(|| self.tiles.ground.under(place) as usize);
        let mut cell = vec![F::default(); self.tiles.numbers];
        let at = [y.rem_euclid(side) as usize, x.rem_euclid(side) as usize];
        self.tiles.read_cell(slot, at, &mut cell);
        cell.into_iter().map(F::double).collect()
    }
}

/// The values of a picture, rows first, one, two or three a pixel, on the pixels that its header names.
pub(super) fn values<F: Number>(scene: &Scene<'_, F>, view: &View, picture: &Picture) -> Vec<f64> {
    let (now, before) = (Cells::of(scene.now), scene.before.map(Cells::of));
    let header = &picture.header;
    let cells_per_pixel = i64::from(header.cells_per_pixel);
    let inside =
        |at: i64, cells: u32| scene.boundary == Boundary::Unbounded || (0..i64::from(cells)).contains(&at);
    let mut values = Vec::new();
    for row in 0..i64::from(header.height) {
        for column in 0..i64::from(header.width) {
            let top = header.origin_y + row * cells_per_pixel;
            let left = header.origin_x + column * cells_per_pixel;
            let rows = (top..top + cells_per_pixel).filter(|y| inside(*y, scene.grid.height()));
            let cells = rows.flat_map(|y| {
                (left..left + cells_per_pixel)
                    .filter(|x| inside(*x, scene.grid.width()))
                    .map(move |x| [y, x])
            });
            pixel(&now, before.as_ref(), view, cells, &mut values);
        }
    }
    values
}

fn pixel<F: Number>(
    now: &Cells<'_, F>,
    before: Option<&Cells<'_, F>>,
    view: &View,
    cells: impl Iterator<Item = [i64; 2]>,
    values: &mut Vec<f64>,
) {
    let d = now.tiles.numbers / 2;
    let channel = usize::from(view.channel).min(d - 1);
    let rgb = view.rgb.map(|channel| usize::from(channel).min(d - 1));
    let (mut most, mut total, mut count) = ([0.0_f64; 3], [0.0; 2], 0.0);
    for at in cells {
        let cell = now.read(at, false);
        let other = match (view.quantity, before) {
            (Quantity::Change, Some(before)) => before.read(at, false),
            (Quantity::Change, None) => cell.clone(),
            _ => now.read(at, true),
        };
        let distance = cell
            .iter()
            .zip(&other)
            .map(|(a, b)| (a - b) * (a - b))
            .sum::<f64>()
            .sqrt();
        let complex = [cell[channel], cell[channel + d]];
        count += 1.0;
        match view.quantity {
            Quantity::Deviation | Quantity::Change => most[0] = most[0].max(distance),
            Quantity::Rgb => {
                for (most, channel) in most.iter_mut().zip(rgb) {
                    *most = most.max(cell[channel].hypot(cell[channel + d]));
                }
            }
            Quantity::Phase => total = [total[0] + complex[0], total[1] + complex[1]],
            Quantity::Channel => {
                total[0] += match view.part {
                    Part::Real => complex[0],
                    Part::Imaginary => complex[1],
                    Part::Modulus => complex[0].hypot(complex[1]),
                }
            }
        }
    }
    assert!(count > 0.0, "a pixel without cells");
    match view.quantity {
        Quantity::Deviation | Quantity::Change => values.push(most[0]),
        Quantity::Rgb => values.extend(most),
        Quantity::Phase => {
            let [re, im] = total.map(|total| total / count);
            values.extend([im.atan2(re), re.hypot(im)]);
        }
        Quantity::Channel => values.push(total[0] / count),
    }
}

/// That a picture has these values, to half a level.
pub(super) fn agrees(picture: &Picture, expected: &[f64]) {
    let header = &picture.header;
    assert_eq!(picture.pixels.len(), expected.len());
    for (place, (&level, &value)) in picture.pixels.iter().zip(expected).enumerate() {
        let brightness = header.quantity == Quantity::Phase && place % 2 == 1;
        let (scale, low, high) = if brightness {
            (Scale::Linear, 0.0, f64::from(header.full))
        } else {
            (header.scale, f64::from(header.low), f64::from(header.high))
        };
        let part = match scale {
            Scale::Logarithmic => (value.max(low) / low).ln() / (high / low).ln(),
            _ => (value - low) / (high - low),
        };
        let wanted = (254.0 * part).clamp(0.0, 254.0);
        let apart = (f64::from(level) - wanted).abs();
        let apart = if scale == Scale::Cyclic {
            apart.min(254.0 - apart)
        } else {
            apart
        };
        assert!(
            apart < 0.52,
            "pixel {place} of {header:?}: {level}, {wanted} for {value}"
        );
    }
}

/// How far a view's values go in all of the world: what 99 of 100 visible cells do not pass, and no cell of the ground.
pub(super) fn extent<F: Number>(scene: &Scene<'_, F>, view: &View) -> f64 {
    let (tiles, cells) = (scene.now, Cells::of(scene.now));
    let d = tiles.numbers / 2;
    let within = |channel: u16| usize::from(channel).min(d - 1);
    let strengths = |cell: &[f64]| -> Vec<f64> {
        let modulus = |channel: usize| cell[channel].hypot(cell[channel + d]);
        match view.quantity {
            Quantity::Rgb => view.rgb.map(within).map(modulus).to_vec(),
            Quantity::Channel if view.part == Part::Real => vec![cell[within(view.channel)].abs()],
            Quantity::Channel if view.part == Part::Imaginary => vec![cell[within(view.channel) + d].abs()],
            _ => vec![modulus(within(view.channel))],
        }
    };
    let axes = tiles.ground.axes();
    let mut seen = Vec::new();
    for place in cells.slots.keys() {
        for row in 0..axes[0].size_of(place[0]) {
            for column in 0..axes[1].size_of(place[1]) {
                let at = [(place[0], row), (place[1], column)]
                    .map(|(tile, at)| tile * tiles.side as i64 + at as i64);
                let (cell, empty) = (cells.read(at, false), cells.read(at, true));
                let square: f64 = cell.iter().zip(&empty).map(|(a, b)| (a - b) * (a - b)).sum();
                if square > f64::from(0.01_f32).powi(2) {
                    seen.extend(strengths(&cell));
                }
            }
        }
    }
    seen.sort_by(f64::total_cmp);
    let mut most = seen
        .len()
        .checked_sub(1)
        .map_or(0.0, |last| seen[(0.99 * last as f64).ceil() as usize]);
    for slot in 0..tiles.ground.len() {
        let [height, width] = tiles.ground.size(slot as u32);
        for at in (0..height).flat_map(|y| (0..width).map(move |x| [y, x])) {
            let mut cell = vec![F::default(); tiles.numbers];
            tiles.read_cell(slot, at, &mut cell);
            let cell: Vec<f64> = cell.into_iter().map(F::double).collect();
            most = strengths(&cell).into_iter().fold(most, f64::max);
        }
    }
    most.max(0.01)
}

/// Rows or columns of pixels that a side of a region takes: the first pixel's first cell, and how many.
pub(super) fn pixels(first: i64, cells: u32, limit: Option<u32>, cells_per_pixel: i64) -> (i64, i64) {
    let mut wanted: Vec<i64> = (first..first + i64::from(cells)).collect();
    if let Some(limit) = limit {
        let nearest = wanted[0].clamp(0, i64::from(limit) - 1);
        wanted.retain(|cell| (0..i64::from(limit)).contains(cell));
        if wanted.is_empty() {
            wanted.push(nearest);
        }
    }
    let mut pixels: Vec<i64> = wanted
        .iter()
        .map(|cell| cell.div_euclid(cells_per_pixel))
        .collect();
    pixels.dedup();
    (pixels[0] * cells_per_pixel, pixels.len() as i64)
}

/// The longest side of what of a region can be shown.
pub(super) fn longest(region: Region, limits: [Option<u32>; 2]) -> i64 {
    let sides = [
        (region.y, region.height, limits[0]),
        (region.x, region.width, limits[1]),
    ];
    sides
        .map(|(first, cells, limit)| pixels(first, cells, limit, 1).1)
        .into_iter()
        .max()
        .unwrap()
}
