//! A frame made smaller: a pixel for each square of four, on the world's own lattice, so that what is seen stays in its place.

use atheria_shared::frame::{FrameError, FrameHeader, NOT_FINITE, Scale, TOP_LEVEL};
use atheria_shared::view::Quantity;

/// A picture whose longest side is no longer is small enough.
const SMALLEST_PIXELS: u32 = 64;

/// A frame with its sides halved so often, as far as that makes it smaller. What the engine reduces to the largest, or is
/// logarithmic, is reduced to the largest; a phase to that of the mean; all else to the mean.
pub(super) fn halved(frame: &[u8], times: u32) -> Result<Vec<u8>, FrameError> {
    let (mut header, mut pixels) = FrameHeader::decode(frame)?;
    for _ in 0..times {
        let Some(half) = half(&header) else { break };
        pixels = reduce(&header, &pixels, &half);
        header = half;
    }
    header.encode(&pixels)
}

/// The header of a picture with half the side; none: it is small enough.
fn half(header: &FrameHeader) -> Option<FrameHeader> {
    if header.height.max(header.width) <= SMALLEST_PIXELS {
        return None;
    }
    let cells_per_pixel = header.cells_per_pixel.max(1).checked_mul(2)?;
    let side = |origin: i64, pixels: u32| {
        let (first, count) = (first(header, origin), i64::from(pixels));
        let half = first.div_euclid(2);
        let end = (first + count - 1).div_euclid(2) + 1;
        (half * i64::from(cells_per_pixel), (end - half) as u32)
    };
    let (origin_y, height) = side(header.origin_y, header.height);
    let (origin_x, width) = side(header.origin_x, header.width);
    Some(FrameHeader {
        height,
        width,
        origin_y,
        origin_x,
        cells_per_pixel,
        ..*header
    })
}

/// The place of a picture's first row or column on the lattice.
fn first(header: &FrameHeader, origin: i64) -> i64 {
    origin.div_euclid(i64::from(header.cells_per_pixel.max(1)))
}

fn reduce(header: &FrameHeader, pixels: &[u8], half: &FrameHeader) -> Vec<u8> {
    let bytes = header.bytes_per_pixel();
    let [height, width] = [header.height, header.width].map(|side| side as usize);
    // Whether the first row and column are the second ones of their square.
    let [down, right] =
        [header.origin_y, header.origin_x].map(|origin| first(header, origin).rem_euclid(2) as usize);
    let pair =
        |at: usize, shift: usize, side: usize| (2 * at).saturating_sub(shift)..(2 * at + 2 - shift).min(side);
    let mut reduced = Vec::with_capacity(half.height as usize * half.width as usize * bytes);
    for y in 0..half.height as usize {
        for x in 0..half.width as usize {
            let square = pair(y, down, height).flat_map(|row| {
                let columns = pair(x, right, width);
                columns.filter_map(move |column| pixels.get((row * width + column) * bytes..)?.get(..bytes))
            });
            match (header.quantity, header.scale) {
                (Quantity::Phase, _) => reduced.extend(mean_phase(square)),
                (Quantity::Channel, Scale::Linear | Scale::Cyclic) => reduced.push(mean(square)),
                _ => {
                    let largest = square.fold([0; 3], |most, pixel| {
                        let mut most = most.into_iter();
                        let mut pixel = pixel.iter().copied();
                        std::array::from_fn(|_| most.next().max(pixel.next()).unwrap_or(0))
                    });
                    reduced.extend(largest.iter().take(bytes));
                }
            }
        }
    }
    reduced
}

/// The mean level of some pixels; not finite where one is not.
fn mean<'a>(square: impl Iterator<Item = &'a [u8]>) -> u8 {
    let (mut sum, mut count) = (0_u32, 0);
    for level in square.flatten() {
        if *level == NOT_FINITE {
            return NOT_FINITE;
        }
        sum += u32::from(*level);
        count += 1;
    }
    ((2 * sum + count) / (2 * count).max(1)) as u8
}

/// Angle and brightness of the mean of some complex numbers; not finite where one is not.
fn mean_phase<'a>(square: impl Iterator<Item = &'a [u8]>) -> [u8; 2] {
    let turn = std::f32::consts::TAU / f32::from(TOP_LEVEL);
    let (mut re, mut im, mut count) = (0.0, 0.0, 0.0_f32);
    for pixel in square {
        let &[angle, brightness] = pixel else { continue };
        if angle == NOT_FINITE || brightness == NOT_FINITE {
            return [NOT_FINITE; 2];
        }
        let (sin, cos) = (f32::from(angle) * turn).sin_cos();
        re += cos * f32::from(brightness);
        im += sin * f32::from(brightness);
        count += 1.0;
    }
    let angle = im.atan2(re).rem_euclid(std::f32::consts::TAU) / turn;
    let brightness = re.hypot(im) / count.max(1.0);
    [angle, brightness].map(|level| level.round().clamp(0.0, f32::from(TOP_LEVEL)) as u8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header(quantity: Quantity, scale: Scale) -> FrameHeader {
        FrameHeader {
            step: 7,
            quantity,
            scale,
            low: 1e-6,
            high: 2.0,
            full: 0.5,
            finite: true,
            height: 80,
            width: 100,
            origin_y: -12,
            origin_x: 20,
            cells_per_pixel: 4,
        }
    }

    fn shrink(header: &FrameHeader, pixels: &[u8], times: u32) -> (FrameHeader, Vec<u8>) {
        FrameHeader::decode(&halved(&header.encode(pixels).unwrap(), times).unwrap()).unwrap()
    }

    proptest! {
        #[test]
        fn each_pixel_is_the_largest_of_the_cells_that_it_lies_over(
            origin_y in -9_i64..9, origin_x in -9_i64..9, height in 60_u32..90, width in 65_u32..90, times in 1_u32..3, seed: u32,
        ) {
            let header = FrameHeader {
                origin_y: 4 * origin_y, origin_x: 4 * origin_x, height, width, ..header(Quantity::Deviation, Scale::Logarithmic)
            };
            let pixels: Vec<u8> = (0..height * width).map(|at| (at ^ seed).wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
            let (small, reduced) = shrink(&header, &pixels, times);
            // A second halving of what is small enough is not made.
            let by = i64::from(small.cells_per_pixel / header.cells_per_pixel);
            prop_assert!(by == 1 << times || small.height.max(small.width) <= 64);
            let mut expected = vec![0; reduced.len()];
            for (at, level) in pixels.iter().enumerate() {
                let row = (origin_y + at as i64 / i64::from(width)).div_euclid(by) - origin_y.div_euclid(by);
                let column = (origin_x + at as i64 % i64::from(width)).div_euclid(by) - origin_x.div_euclid(by);
                let to = &mut expected[row as usize * small.width as usize + column as usize];
                *to = (*to).max(*level);
            }
            prop_assert_eq!(reduced, expected);
            prop_assert_eq!(small.origin_y, (4 * origin_y).div_euclid(4 * by) * 4 * by);
            prop_assert_eq!(small.step, 7);
        }
    }

    #[test]
    fn a_channel_is_the_mean_and_what_is_not_finite_stays() {
        let header = header(Quantity::Channel, Scale::Linear);
        let mut pixels: Vec<u8> = (0..8000).map(|at| if at % 2 == 0 { 10 } else { 21 }).collect();
        pixels[0] = NOT_FINITE;
        // The first row is the second one of its square: -12 is three pixels of four cells above 0.
        let (small, reduced) = shrink(&header, &pixels, 1);
        assert_eq!((small.height, small.width, small.cells_per_pixel), (41, 51, 8));
        assert_eq!(reduced[0], NOT_FINITE);
        // Columns 1 and 2, then 3 and 4 ...
        assert_eq!(reduced[1..4], [16, 16, 16]);
    }

    #[test]
    fn phases_are_averaged_as_the_numbers_that_they_are_of() {
        let header = FrameHeader {
            origin_y: 0,
            origin_x: 0,
            ..header(Quantity::Phase, Scale::Cyclic)
        };
        // Just before and just behind the ends of the scale, then opposite ones.
        let pixels: Vec<u8> = (0..80 * 100)
            .flat_map(|at| match at % 4 {
                0 => [250, 200],
                1 => [4, 200],
                2 => [0, 100],
                _ => [127, 100],
            })
            .collect();
        let (_, reduced) = shrink(&header, &pixels, 1);
        assert!([0, 254].contains(&reduced[0]), "{}", reduced[0]);
        assert!(reduced[1].abs_diff(199) <= 1);
        assert_eq!(reduced[3], 0);
    }

    #[test]
    fn small_pictures_stay_and_nonsense_is_refused() {
        let header = FrameHeader {
            height: 2,
            width: 64,
            ..header(Quantity::Rgb, Scale::Linear)
        };
        assert_eq!(shrink(&header, &[9; 384], 4).0, header);
        assert!(halved(b"nonsense", 1).is_err());
    }
}
